"""Flights that go otherwise: called off with a bed for everyone, turned back, landed elsewhere, carried over."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case, ExitVisa, GateRow, Incident
from darb.movements import queries
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import board
from darb.movements.flight_actions import arrive_onward, cancel, depart, land, postpone
from darb.movements.models import Flight, FlightState, Notice, NoticeOf, NoticeTo, Seat
from darb.movements.night_actions import night_places, tell_notice
from darb.movements.reading import Booking, standing
from darb.movements.turned_actions import carry_over, divert, turn_back
from darb.people.models import Document, Person
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor, in_days, told
from tests.movements.test_boarding_actions import MORNING, boarding, check_all, fly, seat_of, stage
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def site(code: str, **changed) -> Site:
    """A site, with other properties where told."""
    Site.objects.filter(code=code).update(**changed)
    return Site.objects.get(code=code)


def beds(flight_or_seats: Flight, to: Site) -> dict[int, Site]:
    """Everybody sleeps there."""
    return {p.key: to for p in night_places(flight_or_seats, standing(flight_or_seats))}


def test_a_cancelled_flight_is_one_action_with_a_bed_for_everyone_in_the_order_they_stood_and_all_are_told(house):
    detained = released(3)
    in_town = ready(2, site="TOWN-TRIPOLI")
    nigeriens = ready(2, site="TOWN-TRIPOLI", nationality="NER")
    people = [*in_town, *detained, *nigeriens]
    before = _order(people)
    gates = _gates(people)
    today = boarding(people, route=("MJI", "NIM", "BKO"))
    shelter = site("TOWN-MISRATA")
    with refused("night_needed") as refusal:
        cancel(act_as(OFFICER, at=MORNING), today, "sandstorm")
    assert refusal.value.refusal.values["count"] == 3
    assert stage(people[0]) == "cleared_to_board", "a refusal changes nothing"
    key = Site.objects.get(code="DC-TARIQ-SIKKA").pk
    with refused("no_bed_there"):
        cancel(
            act_as(OFFICER, at=MORNING),
            today,
            "sandstorm",
            nights={key: Site.objects.get(type="airport", airport="MJI")},
        )
    cancel(act_as(OFFICER, at=MORNING), today, "sandstorm", nights={key: shelter})
    assert {stage(c) for c in people} == {"in_process"}
    where = Counter(Person.objects.filter(cases__in=people).values_list("site__code", flat=True))
    assert where == {"TOWN-TRIPOLI": 4, "TOWN-MISRATA": 3}
    assert _gates(people) == gates, "every gate is kept, and judged again"
    assert _order(people) == before, "the original order is kept"
    assert Counter(Incident.objects.values_list("code", "owner", "about")) == {
        ("X15", "movement_officer", today.ref): 7
    }
    told = {(n.to, n.whom): n.people for n in Notice.objects.filter(flight=today, of=NoticeOf.CANCELLED)}
    assert told == {
        (NoticeTo.PEOPLE, "TOWN-TRIPOLI"): 4,
        (NoticeTo.PEOPLE, "TOWN-MISRATA"): 3,
        (NoticeTo.MISSION, "MLI"): 5,
        (NoticeTo.MISSION, "NER"): 2,
        (NoticeTo.OPERATOR, "Buraq"): 7,
        (NoticeTo.AUTHORITIES, "MJI"): 7,
    }
    following = flight("DB 102", route=("MJI", "NIM", "BKO"))
    offered = queries.candidates(actor(OFFICER), following)
    waits = [c.case.pk for family in offered.ready for c in family]
    assert waits == before


def released(many: int) -> list[Case]:
    """People of a centre that has agreed to hand them over."""
    people = ready(many, site="DC-TARIQ-SIKKA")
    give_verdicts(act_as(), [Ruled(c, "R10", "handover_agreed") for c in people])
    return people


def _order(people: list[Case]) -> list[int]:
    return list(
        Case.objects.filter(pk__in=[c.pk for c in people])
        .order_by("-priority", "opened", "pk")
        .values_list("pk", flat=True)
    )


def _gates(people: list[Case]) -> dict[tuple[int, str], object]:
    rows = GateRow.objects.filter(case__in=people).exclude(gate="R10")
    return {(r.case_id, r.gate): str(r.windows) for r in rows}


def test_a_full_shelter_takes_nobody_more(house):
    today = boarding(released(3))
    with refused("night_full") as refusal:
        cancel(act_as(OFFICER, at=MORNING), today, "engine", nights=beds(today, site("TOWN-MISRATA", capacity=2)))
    assert refusal.value.refusal.values["free"] == 2
    assert Flight.objects.get(pk=today.pk).state == FlightState.BOARDING


def test_days_before_nobody_is_moved_and_all_are_told(house):
    ibrahim = released(1)[0]
    later = flight()
    book(act_as(OFFICER), later, [Booking(ibrahim)])
    cancel(act_as(OFFICER), later, "no permit")
    assert Person.objects.get(pk=ibrahim.person_id).site.code == "DC-TARIQ-SIKKA"
    notice = Notice.objects.get(flight=later, to=NoticeTo.PEOPLE)
    tell_notice(act_as(OFFICER), notice)
    with refused("told_them"):
        tell_notice(act_as(OFFICER), notice)
    with pytest.raises(Forbidden):
        tell_notice(act_as(Role.NURSE), notice)


def test_a_new_time_is_told_as_well(house):
    ibrahim = ready()[0]
    later = flight()
    book(act_as(OFFICER), later, [Booking(ibrahim)])
    postpone(act_as(OFFICER), later, later.departs_at + timedelta(hours=9), "slot")
    assert set(Notice.objects.values_list("of", flat=True)) == {NoticeOf.POSTPONED}


def test_people_of_a_cancelled_flight_are_carried_over_in_their_order_families_whole(house):
    alone, mother, baby, last = ready(
        [
            told("Ibrahim", site="TOWN-TRIPOLI"),
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        families=[[(1, "head"), (2, "daughter")]],
    )
    first = flight()
    book(act_as(OFFICER), first, [Booking(c) for c in (alone, mother, baby, last)])
    lock(act_as(OFFICER), first)
    cancel(act_as(OFFICER), first, "no permit")
    smaller = flight("DB 102", day=in_days(6), seats=2)
    with refused("came_off"):
        carry_over(act_as(OFFICER), smaller, smaller, "")
    seats = carry_over(act_as(OFFICER), first, smaller, "")
    assert [s.case_id for s in seats] == [alone.pk, mother.pk, baby.pk]
    assert Seat.objects.get(case=baby, removed_in=None).lap_of == seat_of(mother)
    assert stage(last) == "in_process"
    with refused("nobody_carried"):
        carry_over(act_as(OFFICER), first, smaller, "")


def test_a_flight_that_turns_back_brings_everyone_and_their_papers_back_to_a_bed(house):
    going, late = ready(2)
    today = boarding([going, late])
    check_all(today, [seat_of(going).pk])
    board(act_as(OFFICER, at=MORNING), today, [seat_of(going).pk])
    with refused("not_in_the_air"):
        turn_back(act_as(OFFICER, at=MORNING), today, "engine", {})
    depart(act_as(OFFICER, at=MORNING), today)
    with refused("night_needed"):
        turn_back(act_as(OFFICER, at=MORNING), today, "engine", {})
    shelter = site("TOWN-TRIPOLI")
    turn_back(act_as(OFFICER, at=MORNING), today, "engine", beds(today, shelter))
    assert (stage(going), stage(late)) == ("in_process", "in_process")
    assert Document.objects.get(person=going.person).state == "in_custody"
    assert Person.objects.get(pk=going.person_id).site == shelter
    assert ExitVisa.objects.get(case=going).state == "used"
    assert GateRow.objects.filter(case=going, gate="R8").exists()
    assert Counter(Incident.objects.values_list("code", "case")) == {("X16", going.pk): 1}
    assert set(Seat.objects.filter(flight=today).values_list("outcome", flat=True)) == {"flight_cancelled"}
    assert Notice.objects.filter(of=NoticeOf.TURNED_BACK).exists()


def test_a_flight_that_lands_elsewhere_flies_on_as_a_leg_of_its_own_and_everybody_is_on_the_way(house):
    malian, nigerien = ready(
        [told("A", nationality="MLI", site="TOWN-TRIPOLI"), told("B", nationality="NER", site="TOWN-TRIPOLI")]
    )
    today = fly([malian, nigerien], route=("MJI", "BKO", "NIM"))
    for wrong, where in (("no_airport", "QQQ"), ("not_elsewhere", "BKO"), ("reason_needed", "DSS")):
        with refused(wrong):
            divert(act_as(OFFICER, at=MORNING), today, where, "" if wrong == "reason_needed" else "storm over Bamako")
    divert(act_as(OFFICER, at=MORNING), today, "dss", "storm over Bamako")
    legs = list(today.legs.order_by("number").values_list("number", "origin", "destination"))
    assert legs == [(1, "MJI", "DSS"), (2, "DSS", "BKO"), (3, "BKO", "NIM")]
    assert (stage(malian), stage(nigerien)) == ("in_transit", "in_transit")
    assert Incident.objects.filter(code="X16", about=today.ref).count() == 2
    land(act_as(OFFICER, at=MORNING), today, 2)
    assert stage(malian) == "arrived"
    land(act_as(OFFICER, at=MORNING), today, 3)
    assert Flight.objects.get(pk=today.pk).state == FlightState.LANDED


def test_who_stays_in_hospital_at_a_stop_is_in_transit_there_until_they_come_home(house):
    ill, other = ready(2, nationality="GMB")
    today = fly([ill, other], route=("MJI", "BKO", "BJL"))
    land(act_as(OFFICER, at=MORNING), today, 1)
    seats = {s.case_id: s for s in Seat.objects.filter(flight=today)}
    land(act_as(OFFICER, at=MORNING), today, 2, stayed=[seats[ill.pk].pk])
    stayed = Seat.objects.get(pk=seats[ill.pk].pk)
    assert (stage(ill), stayed.stayed_at, stayed.landed_at) == ("in_transit", "BKO", None)
    assert stage(other) == "arrived"
    arrive_onward(act_as(OFFICER, at=MORNING + timedelta(days=9)), today, [stayed.pk])
    assert stage(ill) == "arrived"
    with pytest.raises(Missing):
        arrive_onward(act_as(OFFICER, at=MORNING), today, [stayed.pk])
    assert datetime.fromisoformat("2019-05-20T06:00:00+00:00") == Seat.objects.get(pk=stayed.pk).landed_at
