"""What the one row of a case says of its gates, beside the rows of the gates themselves."""

from __future__ import annotations

from typing import Any

import pytest

from darb.cases import kept
from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case, GateRow, Readiness
from darb.cases.pathways import pathway
from darb.people.actions import give_consents
from darb.people.models import Consent
from darb.rules.roles import Role
from darb.rules.windows import ALWAYS
from tests.cast import TODAY, VHR, act_as, case, in_days

GATES = [g.code for g in pathway(VHR).gates]


@pytest.fixture
def three(house: Any) -> list[Case]:
    """Ibrahim has just registered, Awa consented as well, and Moussa's return is paid for until the tenth day."""
    found = [case(given=name) for name in ("Ibrahim", "Awa", "Moussa")]
    consent = Consent(person=found[1].person, purpose="voluntary_return", form="signature", language="fra", given=TODAY)
    give_consents(act_as(Role.VHR_CASEWORKER), [consent])
    give_verdicts(act_as(Role.PROGRAMME_MANAGER), [Ruled(found[2], "R14", "funded", in_days(10))])
    return found


def test_the_row_of_a_case_names_the_gates_that_may_be_red_with_their_windows(three: list[Case]) -> None:
    for each in three:
        rows = GateRow.objects.filter(case=each)
        told = {r.gate: r.windows for r in rows if r.windows != ALWAYS}
        row = Readiness.objects.get(case=each)
        assert dict(zip(row.gates, row.windows, strict=True)) == told
        assert row.gates == [g for g in GATES if g in told], "in the order of the pathway"


@pytest.mark.parametrize("days", [-400, 0, 9, 10, 89, 90, 4000])
def test_red_gates_in_the_row_are_those_of_the_gate_rows(three: list[Case], days: int) -> None:
    day = in_days(days)
    red = {each.pk: {r.gate for r in GateRow.objects.filter(case=each) if day not in r.windows} for each in three}
    for gate in GATES:
        assert ids(kept.red_at(gate, day)) == {pk for pk, gates in red.items() if gate in gates}
        assert ids(kept.only_red_at(VHR, gate, day)) == {pk for pk, gates in red.items() if gates == {gate}}
    counted: dict[frozenset[str], int] = {}
    for (gates,), count in kept.patterns(VHR, day):
        counted[frozenset(gates)] = counted.get(frozenset(gates), 0) + count
    assert counted == {frozenset(g): list(red.values()).count(g) for g in red.values()}


def test_only_a_gate_that_alone_is_red_is_the_only_one(three: list[Case]) -> None:
    Readiness.objects.filter(case=three[0]).update(gates=["R1", "R8"], windows=["{(,)}", "{}"])
    Readiness.objects.filter(case=three[1]).update(gates=["R1", "R8"], windows=["{}", "{}"])
    assert ids(kept.only_red_at(VHR, "R8", TODAY)) == {three[0].pk}


def test_a_gate_that_turns_red_is_green_now_and_red_then(three: list[Case]) -> None:
    assert ids(kept.turning_red("R14", TODAY, in_days(14))) == {three[2].pk}
    assert ids(kept.turning_red("R14", in_days(10), in_days(14))) == set()
    (now, later) = next(reds for reds, _count in kept.patterns(VHR, TODAY, in_days(14)) if "R14" not in reds[0])
    assert later - now == {"R14"}


def test_cases_of_another_programme_are_not_counted(three: list[Case]) -> None:
    Readiness.objects.filter(case=three[0]).update(scope_id=three[0].person.scope_id)  # the shared core's
    assert sum(count for _reds, count in kept.patterns(VHR, TODAY)) == 2


def ids(rows: Any) -> set[int]:
    return set(rows.values_list("case", flat=True))
