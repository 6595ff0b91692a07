"""Work lists page by page: the same whether a full page is found at the top of the list or not."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases.actions import Ruled, close, give_verdicts, refresh_readiness, take_step
from darb.cases.models import Readiness
from darb.cases.pathways import pathway
from darb.cases.queries import count_tasks, differences, my_tasks
from darb.cases.task_actions import ToDo, raise_tasks
from darb.cases.work_queries import Asked, listed, page
from darb.rules.roles import Role
from tests.cast import TODAY, VHR, act_as, actor, cases, in_days, on
from tests.travellers import ready


@pytest.fixture
def twelve(house: Any) -> list[Any]:
    """Twelve who wait; money is there for every third."""
    found = cases(12)
    give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(c, "R14", "funded") for c in found[::3]])
    return found


@pytest.fixture
def travellers_of_all_sorts(house: Any) -> list[Any]:
    """Two ready to fly, whose visas end in two months, and three just registered; one of them has funds."""
    waiting = cases(2) + cases(1, nationality="NER", given="Awa")
    give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(waiting[0], "R14", "funded")])
    return [*ready(2), *waiting]


@pytest.mark.parametrize("start", [0, 3, 7, 20])
def test_pages_are_cut_from_the_list(twelve: list[Any], start: int) -> None:
    asked = Asked(VHR, TODAY, gate="R14")
    whole = [c.pk for c in listed(actor(Role.VHR_HEAD), asked)]
    assert sorted(whole) == sorted(c.pk for n, c in enumerate(twelve) if n % 3)
    assert [c.pk for c in page(actor(Role.VHR_HEAD), asked, start, 4)] == whole[start : start + 4]


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 29, 30, 400])
@pytest.mark.parametrize("only", [False, True])
def test_on_any_day_a_page_is_what_the_windows_say(travellers_of_all_sorts: list[Any], days: int, only: bool) -> None:
    head, day = actor(Role.VHR_HEAD), in_days(days)
    for asked in [
        Asked(VHR, day, ready=True),
        *(Asked(VHR, day, gate=g.code, only=only) for g in pathway(VHR).gates),
    ]:
        assert page(head, asked, 0, 50) == list(listed(head, asked)), asked


def test_ready_travellers_leave_the_list_by_themselves_when_a_paper_runs_out(
    travellers_of_all_sorts: list[Any],
) -> None:
    head = actor(Role.VHR_HEAD)
    can_fly = [len(page(head, Asked(VHR, in_days(n), ready=True), 0, 50)) for n in (0, 400)]
    assert can_fly == [2, 0]


def test_by_night_a_row_is_kept_for_the_days_around_the_new_one(travellers_of_all_sorts: list[Any]) -> None:
    refresh_readiness(act_as(at=on(in_days(400))), 0, 100)
    kept = Readiness.objects.get(case=travellers_of_all_sorts[0])
    assert kept.red and kept.red_since is not None and kept.red_since <= in_days(400)
    assert differences() == []


def test_a_list_is_filtered_by_nationality_and_stage(travellers_of_all_sorts: list[Any]) -> None:
    head = actor(Role.VHR_HEAD)
    for told in ({"nationality": "MLI"}, {"nationality": "NER"}, {"stage": "registered"}, {"site": "DC-TAJOURA"}):
        asked = Asked(VHR, TODAY, gate="R14", **told)
        assert page(head, asked, 0, 50) == list(listed(head, asked)), told


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
