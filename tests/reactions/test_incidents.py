"""Deeds that tell that something went wrong: each once, with the owner that the catalogue names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from darb.cases.actions import Opening, Ruled, close, give_verdicts, open_cases, take_step
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.counselling_actions import withdraw
from darb.cases.models import Case, Incident
from darb.cases.queries import differences
from darb.movements.actions import Booking, book
from darb.movements.flight_actions import cancel
from darb.people.actions import form_group, move
from darb.places.models import Site
from darb.reactions import jobs
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, VHR, act_as, case, cases, in_days, on, person
from tests.travellers import born, flight, ready

LATER = NOON + timedelta(hours=1)


def told(of: Any) -> list[str]:
    return sorted(Incident.objects.filter(person=of).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("gate", "ruling", "code", "owner"),
    [
        ("R6", "not_our_national", "X1", "vhr_caseworker"),
        ("R9", "FTT-3", "X7", "physician"),
        ("R9", "FTT-4", "X8", "physician"),
        ("R10", "release_refused", "X13", "dc_liaison"),
        ("R14", "budget_used", "X30", "programme_manager"),
    ],
)
def test_a_ruling_tells_of_what_went_wrong(house, gate, ruling, code, owner):
    ibrahim = case()
    give_verdicts(act_as(), [Ruled(ibrahim, gate, ruling)])
    assert Incident.objects.get(case=ibrahim).owner == owner
    assert told(ibrahim.person) == [code]


def test_a_ruling_that_grants_tells_of_nothing(house):
    ibrahim = case()
    give_verdicts(act_as(), [Ruled(ibrahim, "R14", "funded")])
    assert told(ibrahim.person) == []


def test_whoever_withdraws_is_seen_to_without_a_penalty(house):
    traveller = ready()[0]
    withdraw(act_as(), traveller, "my mother is ill", "oral")
    assert told(traveller.person) == ["X9"]


def test_moved_from_one_centre_to_another_the_lists_of_both_are_corrected(house):
    ibrahim = case(site="DC-TARIQ-SIKKA")
    move(act_as(at=LATER), [ibrahim.person], Site.objects.get(code="DC-TAJOURA"), TODAY, "told_by_dc")
    assert Incident.objects.get(person=ibrahim.person).about == "DC-TAJOURA"
    assert told(ibrahim.person) == ["X12"]


def test_brought_to_town_nothing_went_wrong(house):
    ibrahim = case(site="DC-TARIQ-SIKKA")
    move(act_as(at=LATER), [ibrahim.person], Site.objects.get(code="TOWN-TRIPOLI"), TODAY, "seen")
    assert told(ibrahim.person) == []


def test_a_cancelled_flight_is_one_for_each_who_was_on_it(house):
    travellers = ready(3)
    plane = flight()
    book(act_as(), plane, [Booking(c) for c in travellers])
    cancel(act_as(), plane, "Shelling at Mitiga")
    found = Incident.objects.filter(code="X15")
    assert {i.case_id for i in found} == {c.pk for c in travellers}
    assert {(i.owner, i.about, i.due) for i in found} == {("movement_officer", plane.ref, TODAY)}


def test_a_wish_for_protection_stays_behind_the_shield(house):
    hodan = case(given="Hodan", sex="F")
    raise_asylum_concern(act_as(Role.OUTREACH_OFFICER), hodan, "outreach")
    kept = Incident.objects.get(case=hodan)
    assert (kept.code, kept.data_class) == ("X21", "D8")
    assert kept.scope_id == Case.objects.get(pk=hodan.pk).scope_id


def test_a_child_with_somebody_who_isnt_family_goes_to_the_child_officer_alone(house):
    sekou, lamin = person(given="Sékou"), case(given="Lamin", born=born(15))
    son = case(given="Musa", born=born(9))
    form_group(
        act_as(),
        "travel_unit",
        [(sekou, "head", True), (lamin.person, "other_non_family", True), (son.person, "son", False)],
    )
    assert told(lamin.person) == ["X22"]
    assert told(son.person) == [], "a son whose papers aren't here yet is a son"
    assert Incident.objects.get().data_class == "D7"


def test_a_paper_that_runs_out_is_told_once_and_settles_with_a_new_one(house):
    traveller = ready()[0]
    for days in (80, 81):
        jobs.tell_of_ends(timestamp=int(on(in_days(days)).timestamp()))
    assert told(traveller.person).count("X4") == 1


def test_who_comes_back_after_a_return_is_no_duplicate(house):
    ibrahim = case()
    close(act_as(), take_step(act_as(), [ibrahim], "lose_contact", reason="no answer"), "no_contact")
    assert told(ibrahim.person) == []
    Case.objects.filter(pk=ibrahim.pk).update(closure_code="returned")
    open_cases(act_as(), VHR, [Opening(ibrahim.person, "MLI")])
    assert told(ibrahim.person) == ["X33"]


def test_rows_and_facts_agree_after_all_of_it(house):
    for each in cases(2):
        give_verdicts(act_as(), [Ruled(each, "R6", "not_our_national")])
    assert differences() == []
