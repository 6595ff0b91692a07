"""The ledger: given in sets, once where once is right, and taken back when written wrongly."""

from __future__ import annotations

import pytest

from darb.assistance.actions import Given, give
from darb.assistance.models import LedgerLine
from darb.assistance.queries import given_to, has_had, totals
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import act_as, actor, person

OFFICER = Role.MOVEMENT_OFFICER


def test_packs_and_meals_for_many_are_one_deed_and_nobody_gets_a_second_pack(house):
    people = [person() for _n in range(3)]
    give(act_as(OFFICER), [Given(people[0], "pack", occasion="F1", point="departure")])
    lines = [Given(p, item, occasion="F1", point="departure") for p in people for item in ("pack", "meal")]
    written = give(act_as(OFFICER), lines, once=True)
    assert len(written) == 5
    had = has_had(actor(OFFICER), "F1", [p.pk for p in people])
    assert had == {p.pk: {"pack": 1, "meal": 1} for p in people}
    assert {(t["item"], t["things"]) for t in totals(actor(OFFICER), "F1")} == {("pack", 3), ("meal", 3)}
    in_transit = [Given(p, "meal", occasion="F1", point="transit") for p in people]
    assert len(give(act_as(OFFICER), in_transit, once=True)) == 3, "a meal on the way is another meal"


def test_what_was_written_wrongly_is_taken_back_and_no_more_than_that(house):
    ibrahim = person()
    give(act_as(OFFICER), [Given(ibrahim, "meal", 2, occasion="F1")])
    give(act_as(OFFICER), [Given(ibrahim, "meal", -1, occasion="F1")])
    assert has_had(actor(OFFICER), "F1", [ibrahim.pk]) == {ibrahim.pk: {"meal": 1}}
    with pytest.raises(Refused, match=r"^gives_back_more"):
        give(act_as(OFFICER), [Given(ibrahim, "meal", -2, occasion="F1")])
    assert len(given_to(actor(OFFICER), ibrahim)) == 2, "both lines stay"


@pytest.mark.parametrize(
    "wrong", [{"item": "gold"}, {"quantity": 0}, {"quantity": 1000}, {"quantity": -1000}, {"point": "moon"}]
)
def test_a_line_that_cant_be_right_stops_the_whole_set(house, wrong):
    ibrahim, other = person(), person()
    with pytest.raises(Invalid):
        give(act_as(OFFICER), [Given(other, "meal"), Given(**{"person": ibrahim, "item": "meal", **wrong})])
    assert not LedgerLine.objects.exists()


def test_the_ledger_is_walled_and_for_those_who_give(house):
    ibrahim = person()
    give(act_as(OFFICER), [Given(ibrahim, "pack")])
    with pytest.raises(Forbidden):
        give(act_as(Role.CONSULAR_OFFICER), [Given(ibrahim, "pack")])
    with acting(actor(Role.RECEIVING_MISSION_OFFICER)):
        assert given_to(actor(Role.RECEIVING_MISSION_OFFICER), ibrahim) == []
