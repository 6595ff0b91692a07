"""Work lists page by page: the same whether a full page is found at the top of the list or not."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases import work_queries
from darb.cases.actions import Ruled, ToDo, close, give_verdicts, raise_tasks, take_step
from darb.cases.queries import count_tasks, my_tasks
from darb.cases.work_queries import Asked, listed, page
from darb.rules.roles import Role
from tests.cast import TODAY, VHR, act_as, actor, cases, in_days


@pytest.fixture
def twelve(house: Any) -> list[Any]:
    """Twelve who wait; money is there for every third."""
    found = cases(12)
    give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(c, "R14", "funded") for c in found[::3]])
    return found


@pytest.mark.parametrize("first", [0, 1, 5, 100])
@pytest.mark.parametrize("start", [0, 3, 7, 20])
def test_pages_are_cut_from_the_list_wherever_the_first_look_ends(
    twelve: list[Any], first: int, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_queries, "FIRST", first)
    asked = Asked(VHR, TODAY, gate="R14")
    whole = [c.pk for c in listed(actor(Role.VHR_HEAD), asked)]
    assert sorted(whole) == sorted(c.pk for n, c in enumerate(twelve) if n % 3)
    assert [c.pk for c in page(actor(Role.VHR_HEAD), asked, start, 4)] == whole[start : start + 4]


def test_a_gate_red_for_nobody_lists_nobody(twelve: list[Any]) -> None:
    assert page(actor(Role.VHR_HEAD), Asked(VHR, TODAY, gate="R13"), 0, 50) == []


def test_tasks_of_closed_cases_are_nobodys_work(house: Any) -> None:
    one, other = cases(2)
    head = Role.VHR_HEAD
    raise_tasks(act_as(head), [ToDo(c, "call_back", head, in_days(n)) for n, c in enumerate((one, other))])
    assert [t.case.ref for t in my_tasks(actor(head))] == [one.ref, other.ref]
    assert count_tasks(actor(head), TODAY) == (2, 1)
    close(act_as(), take_step(act_as(), [one], "lose_contact", reason="The number is dead"), "no_contact")
    assert [t.case.ref for t in my_tasks(actor(head))] == [other.ref]
    assert count_tasks(actor(head), TODAY) == (1, 0)
