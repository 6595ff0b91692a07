"""AS-08: an airlift from Sebha to N'Djamena: 500 places, 370 people, three rotations of 124 seats.

What is found and decided on the way is told at a tenth of that size; the three rotations with everybody.

Fatima has tuberculosis and goes to the hospital of Sebha; her children of three and seven stay with their aunt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from darb.care import queries as clinic
from darb.care.actions import Outcome, examine, list_contacts
from darb.care.models import Contact
from darb.cases.actions import Ruled, give_verdicts
from darb.cases.family_option_actions import propose_family_option, sign_family_option
from darb.cases.models import Case, Encounter, GateRow, Task
from darb.movements.actions import book, lock
from darb.movements.baggage_actions import match_baggage, tag_baggage
from darb.movements.baggage_queries import baggage
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board, reconcile
from darb.movements.flight_actions import depart, land
from darb.movements.handover_actions import accept_handovers
from darb.movements.models import Flight, Handover, Seat
from darb.movements.reading import Booking
from darb.people.actions import move, record_stay, register
from darb.people.models import Person
from darb.places.actions import allow_over_capacity
from darb.places.models import OverCapacity, Site
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from tests.cast import TODAY, act_as, actor, in_days, on, told
from tests.travellers import FLIGHT_DAY, flight, ready

HUDA, LEAD, YUSUF = Role.PHYSICIAN, Role.PROTECTION_LEAD, Role.MOVEMENT_OFFICER
CHAD = {"nationality": "TCD", "site": "TC-SEBHA"}
PLACES, PEOPLE, SEATS = 50, 37, 14
BAGS = 20
"""So many of each rotation have belongings to be tagged; the others have none."""
EVERY_PLACE, EVERYBODY, EVERY_SEAT = 500, 370, 124
DAY_BEFORE, MORNING = on(FLIGHT_DAY - timedelta(days=1)), on(FLIGHT_DAY) - timedelta(hours=4)
CHECKS = ("B1", "B3", "B4", "B5", "B6")


@pytest.fixture
def centre(house) -> Site:
    """The transit centre, opened for fifty."""
    Site.objects.filter(code="TC-SEBHA").update(capacity=PLACES)
    return Site.objects.get(code="TC-SEBHA")


@pytest.fixture
def people(centre) -> SimpleNamespace:
    """Thirty-seven who are ready to go home."""
    return gathered(PEOPLE)


def gathered(count: int) -> SimpleNamespace:
    """So many who are ready to go home, Fatima and hers the first four."""
    family = [
        told("Fatima", sex="F", born=date(1989, 5, 1), **CHAD),
        told("Oumar", born=date(2012, 2, 1), **CHAD),
        told("Zara", sex="F", born=date(2016, 2, 1), **CHAD),
        told("Hawa", sex="F", born=date(1994, 5, 1), **CHAD),
    ]
    others = [told(f"Woman {n}", sex="F", born=date(1990, 1, 1), **CHAD) for n in range(count - len(family))]
    relations = [(0, "head"), (1, "son"), (2, "daughter"), (3, "sister")]
    cases = ready([*family, *others], departs="SEB", families=[relations])
    mother, son, daughter, aunt, *rest = cases
    return SimpleNamespace(all=cases, mother=mother, son=son, daughter=daughter, aunt=aunt, rest=rest)


def present(centre: Site) -> int:
    return Person.objects.filter(site=centre).count()


def fit_on(of: Case, day: date) -> bool:
    return day in GateRow.objects.get(case=of, gate="R9").windows


def falls_ill(people) -> SimpleNamespace:
    """The physician finds tuberculosis; Fatima goes to the hospital."""
    signs = {"cough": True, "blood": True, "weight_loss": True}
    exam = examine(act_as(HUDA), people.mother, signs, Outcome("FTT-5", in_days(60), disease="tb", refer=True))
    hospital = Site.objects.get(code="HOSP-SEBHA")
    record_stay(act_as(Role.MOBILE_TEAM_MEMBER), people.mother.person, hospital, TODAY, "seen")
    return exam


def children_go_with_their_aunt(people) -> None:
    proposed = propose_family_option(
        act_as(Role.VHR_CASEWORKER),
        people.mother,
        "with_relative",
        language="fra",
        relative=people.aunt,
        consent="In private at the hospital, in Arabic; thumbprint",
    )
    sign_family_option(act_as(LEAD), proposed, True, "Each heard alone; the mother wishes it")


def seen_in_the_clinic(people) -> None:
    for each in (people.son, people.daughter, people.aunt):
        examine(act_as(HUDA), each, {"cough": False}, Outcome("FTT-1"))


def test_occupancy_never_goes_beyond_the_places_without_a_recorded_decision(people, centre):
    assert present(centre) == PEOPLE
    more = register(act_as(), [told(**{**CHAD, "site": "TOWN-SEBHA"}) for _n in range(PLACES - PEOPLE + 1)])
    with pytest.raises(Refused, match="may take 50 people and has 37"):
        move(act_as(YUSUF), more, centre, TODAY, "seen")
    assert present(centre) == PEOPLE
    allow_over_capacity(act_as(Role.PROGRAMME_MANAGER), centre.code, PLACES + 5, in_days(3), "Shelling on the road")
    move(act_as(YUSUF), more, centre, TODAY, "seen")
    assert present(centre) == PLACES + 1
    decision = OverCapacity.objects.get()
    assert (decision.people, decision.reason) == (PLACES + 5, "Shelling on the road")


def test_who_has_tuberculosis_is_held_taken_to_hospital_and_her_contacts_are_listed(people, seen_by):
    exam = falls_ill(people)
    assert exam.code == "FTT-5" and not fit_on(people.mother, FLIGHT_DAY)
    assert Task.objects.get(kind="take_to_hospital").case == people.mother
    family = {people.son, people.daughter, people.aunt}
    assert {c.case for c in Contact.objects.filter(how="family")} == family
    assert not any(fit_on(c, FLIGHT_DAY) for c in family)
    listed = list_contacts(act_as(HUDA), exam, people.rest[:3], kept=False)
    assert {c.case for c in listed} == set(people.rest[:3])
    assert Task.objects.filter(kind="see_in_clinic").count() == len(family) + len(listed)
    nurse = actor(Role.NURSE)
    with seen_by(nurse):
        assert len(clinic.health(nurse, people.mother).contacts) == len(family) + len(listed)
    seen_in_the_clinic(people)
    assert all(fit_on(c, FLIGHT_DAY) for c in family)


def test_the_family_has_three_ways_and_none_is_taken_before_protection_signed(people):
    falls_ill(people)
    seen_in_the_clinic(people)
    assert Task.objects.get(kind="family_choice").case == people.mother
    plane = flight(route=("SEB", "NDJ"), seats=SEATS, infant_limit=1)
    group = [Booking(c) for c in (people.son, people.daughter, people.aunt)]
    with pytest.raises(Refused, match="together"):
        book(act_as(), plane, group)
    children_go_with_their_aunt(people)
    seats = {s.case_id: s for s in book(act_as(), plane, group)}
    aunt = seats[people.aunt.pk].pk
    assert {Seat.objects.get(case=c).minder_id for c in (people.son, people.daughter)} == {aunt}
    signed = Encounter.objects.get(kind="family_option").answers
    assert signed["agrees"] and "thumbprint" in signed["consent"]
    with pytest.raises(Refused):
        book(act_as(), plane, [Booking(people.mother)])


@pytest.fixture
def mission_in_chad(house) -> Act:
    """An officer of the receiving mission in N'Djamena, on the day after the landing."""
    open_account(act_as(), "ndjamena", "N'Djamena", "a path home for all")
    grant(act_as(), "ndjamena", [Role.RECEIVING_MISSION_OFFICER], office="TCD")
    return Act(actor_for(Account.objects.get(username="ndjamena")), on(FLIGHT_DAY + timedelta(days=1)))


def fly(plane: Flight) -> None:
    """Checked, their belongings tagged, boarded, away and landed; the tags matched on the ground."""
    seats = [s.pk for s in plane.seat_rows.filter(removed_in=None)]
    check_boarding(act_as(at=DAY_BEFORE), plane, [Checked(s, "B2") for s in seats])
    clear_to_board(act_as(at=MORNING), plane)
    check_boarding(act_as(at=MORNING), plane, [Checked(s, code) for s in seats for code in CHECKS])
    tags = {seat: f"{plane.ref}{number}" for number, seat in enumerate(seats[:BAGS], 1)}
    check_boarding(act_as(at=MORNING), plane, [Checked(s, "B7") for s in seats[BAGS:]])
    for seat, tag in tags.items():
        tag_baggage(act_as(at=MORNING), plane, seat, [tag])
    board(act_as(at=MORNING), plane, seats)
    depart(act_as(at=on(FLIGHT_DAY)), plane)
    down = on(FLIGHT_DAY) + timedelta(hours=6)
    land(act_as(at=down), plane, 1)
    match_baggage(act_as(at=down), plane, list(tags.values()))
    reconcile(act_as(at=down), plane)


def manifests(people) -> list[Sequence[Case]]:
    """Everyone but Fatima, on three rotations, the children with their aunt."""
    going = [people.son, people.daughter, people.aunt, *people.rest]
    return [going[n : n + EVERY_SEAT] for n in range(0, len(going), EVERY_SEAT)]


def test_three_rotations_add_up_to_those_present_and_chad_accepts_each_list(centre, mission_in_chad, seen_by):
    Site.objects.filter(pk=centre.pk).update(capacity=EVERY_PLACE)
    people = gathered(EVERYBODY)
    falls_ill(people)
    seen_in_the_clinic(people)
    children_go_with_their_aunt(people)
    waiting = present(centre)
    planes = []
    for number, group in enumerate(manifests(people), 1):
        plane = flight(f"DB 80{number}", route=("SEB", "NDJ"), seats=EVERY_SEAT, infant_limit=1)
        book(act_as(), plane, [Booking(c) for c in group])
        lock(act_as(YUSUF), plane)
        planes.append(plane)
    counts = [plane.versions.get().counts["people"] for plane in planes]
    assert len(planes) == 3 and sum(counts) == waiting == EVERYBODY - 1
    for plane, count in zip(planes, counts, strict=True):
        fly(plane)
        bags = baggage(HOUSE, plane)
        assert bags.matched == BAGS and not bags.missing
    assert present(centre) == 0
    with seen_by(mission_in_chad.actor):
        for plane, count in zip(planes, counts, strict=True):
            offered = Handover.objects.filter(flight=plane, accepted_at=None)
            assert offered.count() == count
            accept_handovers(mission_in_chad, [h.pk for h in offered])
        assert not Handover.objects.filter(accepted_at=None).exists()
    with seen_by(HOUSE):
        assert Case.objects.get(pk=people.mother.pk).stage == "in_process"


def test_an_outbreak_of_measles_keeps_the_whole_centre(people):
    ill, *others = people.rest
    exam = examine(act_as(HUDA), ill, {"rash": True}, Outcome("FTT-5", in_days(21), disease="measles"))
    list_contacts(act_as(HUDA), exam, others, kept=True)
    plane = flight(route=("SEB", "NDJ"), seats=SEATS, infant_limit=1)
    with pytest.raises(Refused, match="physician"):
        book(act_as(), plane, [Booking(others[0])])
    give_verdicts(act_as(HUDA), [Ruled(c, "R9", "FTT-1") for c in others])
    assert book(act_as(), plane, [Booking(others[0])])
