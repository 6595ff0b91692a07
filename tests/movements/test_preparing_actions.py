"""Before a flight: what carriers take, permits, health measures, bags; after it: closed."""

from __future__ import annotations

import pytest

from darb.movements.actions import book, link, lock
from darb.movements.baggage_actions import match_baggage, tag_baggage
from darb.movements.baggage_queries import baggage
from darb.movements.boarding_actions import Checked, board, check_boarding, reconcile, withdraw_booked
from darb.movements.departure_queries import boarders
from darb.movements.flight_actions import advance, depart, land
from darb.movements.handover_actions import accept_handovers
from darb.movements.models import Flight, FlightState, Handover, Permit, Tag
from darb.movements.preparing_actions import (
    Asking,
    answer_permit,
    close_flight,
    keep_operator,
    request_permits,
    set_health_measures,
)
from darb.movements.reading import Booking, limits_of
from darb.people.identity_actions import judge
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, actor, in_days, told
from tests.movements.test_boarding_actions import CHECKS, MORNING, boarding, fly, seat_of, stage
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
RULES = {"infants_per_adult": 2, "infants_percent": None, "stretchers": None}


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def test_a_carriers_share_of_infants_holds_beside_the_flights_own_limit(house):
    mothers = [told(f"Mother{n}", sex="F", born=born(25), site="TOWN-TRIPOLI") for n in range(2)]
    babies = [told(f"Baby{n}", born=born(0.8), site="TOWN-TRIPOLI") for n in range(2)]
    people = ready([*mothers, *babies], families=[[(n, "head"), (2 + n, "son")] for n in range(2)])
    keep_operator(act_as(OFFICER), "buraq", **RULES | {"infants_percent": 10})
    plane = flight(seats=10, infant_limit=5)
    assert limits_of(plane).infants == 1
    with refused("manifest.infants"):
        book(act_as(OFFICER), plane, [Booking(c) for c in people])
    keep_operator(act_as(OFFICER), "Buraq", **RULES | {"infants_percent": 20})
    assert len(book(act_as(OFFICER), plane, [Booking(c) for c in people])) == 4


def test_a_mother_of_twins_needs_a_seat_for_one_or_a_second_adult_as_the_carrier_says(house):
    mother, one, two, aunt = ready(
        [
            told("Mariam", sex="F", born=born(25), site="TOWN-TRIPOLI"),
            told("Awa", born=born(0.8), site="TOWN-TRIPOLI"),
            told("Adama", born=born(0.8), site="TOWN-TRIPOLI"),
            told("Fatou", sex="F", born=born(40), site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "son"), (2, "son"), (3, "aunt")]],
    )
    keep_operator(act_as(OFFICER), "Buraq", **RULES | {"infants_per_adult": 1})
    plane = flight()
    everybody = [Booking(c, minder=mother if c == two else None, own_seat=c == two) for c in (mother, one, two, aunt)]
    with refused("manifest.infants_per_adult"):
        book(act_as(OFFICER), plane, everybody)
    keep_operator(act_as(OFFICER), "Buraq", **RULES)
    book(act_as(OFFICER), plane, everybody)
    with refused("manifest.two_on_a_lap"):
        link(act_as(OFFICER), plane, seat_of(two).pk, lap_of=seat_of(mother).pk, minder=seat_of(mother).pk)
    link(act_as(OFFICER), plane, seat_of(two).pk, lap_of=seat_of(aunt).pk, minder=seat_of(aunt).pk)
    assert Flight.objects.get(pk=plane.pk).seats_taken == 2


def test_a_stretcher_takes_six_seats_and_as_many_fly_as_the_carrier_has_places(house):
    first, second = ready(2)
    plane = flight()
    book(act_as(OFFICER), plane, [Booking(first, services=["STCR"])])
    assert Flight.objects.get(pk=plane.pk).seats_taken == 6
    with refused("manifest.stretchers"):
        book(act_as(OFFICER), plane, [Booking(second, services=["STCR"])])
    keep_operator(act_as(OFFICER), "Buraq", **RULES | {"stretchers": 2})
    book(act_as(OFFICER), plane, [Booking(second, services=["STCR"])])


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("no_operator", {"name": " "}),
        ("bad_infants_per_adult", {"infants_per_adult": 3}),
        ("bad_percent", {"infants_percent": 101}),
        ("bad_stretchers", {"stretchers": -1}),
    ],
)
def test_what_no_carrier_takes_is_refused(house, code, wrong):
    with refused(code):
        keep_operator(act_as(OFFICER), **{"name": "Buraq", **RULES, **wrong})


def test_no_seat_for_somebody_who_has_one_by_another_file(house):
    ibrahim, twin, other = ready(3)
    first = flight()
    book(act_as(OFFICER), first, [Booking(ibrahim), Booking(twin)])
    judge(act_as(), ibrahim.person, other.person, "same")
    for plane in (first, flight("DB 102")):
        with refused("seat_by_other_file") as refusal:
            book(act_as(OFFICER), plane, [Booking(other)])
        assert refusal.value.refusal.values["code"] == "DB 101"
    judge(act_as(), ibrahim.person, twin.person, "same")
    with refused("twice_here"):
        lock(act_as(OFFICER), first)
    with refused("twice_here"):
        book(act_as(OFFICER), flight("DB 103"), [Booking(twin), Booking(other)])


def test_a_flight_isnt_confirmed_before_every_permit_is_granted(house):
    planned = flight(opened=False)
    landing, slot = request_permits(
        act_as(OFFICER), planned, [Asking("landing", "Civil aviation, Bamako"), Asking("slot", "Mitiga")]
    )
    with refused("permit_twice"):
        request_permits(act_as(OFFICER), planned, [Asking("slot", "mitiga")])
    answer_permit(act_as(OFFICER), slot, number="S-1")
    with refused("permit_granted"):
        answer_permit(act_as(OFFICER), slot, number="S-2")
    answer_permit(act_as(OFFICER), landing, refused_because="runway closed")
    with refused("permit_lacking") as refusal:
        advance(act_as(OFFICER), planned)
    assert refusal.value.refusal.values["authority"] == "Civil aviation, Bamako"
    with refused("permit_answer"):
        answer_permit(act_as(OFFICER), landing)
    answer_permit(act_as(OFFICER), landing, number="L-77")
    assert advance(act_as(OFFICER), planned).state == FlightState.CONFIRMED
    with refused("confirmed_already"):
        request_permits(act_as(OFFICER), planned, [Asking("security", "Port authority")])
    assert Permit.objects.get(pk=landing.pk).granted_on == TODAY


def test_what_health_asks_of_a_route_is_asked_of_each_and_leaves_seats_free(house):
    malian, nigerien = ready(
        [told("A", nationality="MLI", site="TOWN-TRIPOLI"), told("B", nationality="NER", site="TOWN-TRIPOLI")]
    )
    asked = ["screening", "kit", "spacing", "quarantine"]
    measures = {"source": "Ministry of health, note 14", "seats_percent": 60, "quarantine_days": 14}
    with pytest.raises(Forbidden):
        set_health_measures(act_as(OFFICER), "MLI", TODAY, None, asked, **measures)
    doctor = act_as(Role.PHYSICIAN)
    set_health_measures(doctor, "MLI", TODAY, in_days(60), asked, **measures)
    set_health_measures(doctor, "NER", in_days(30), None, ["test"], source="note 15")
    today = boarding([malian, nigerien], route=("MJI", "BKO", "NIM"), seats=10)
    assert limits_of(today).seats == 6
    rows = {b.seat.case_id: [c.check.code for c in b.checks] for b in boarders(actor(OFFICER), today)}
    assert "H1" in rows[malian.pk] and "H1" not in rows[nigerien.pk] and "H2" not in rows[nigerien.pk]
    seat = seat_of(malian).pk
    check_boarding(act_as(at=MORNING), today, [Checked(seat, c) for c in CHECKS])
    with refused("check_open"):
        board(act_as(OFFICER, at=MORNING), today, [seat])
    check_boarding(act_as(Role.NURSE, at=MORNING), today, [Checked(seat, "H1")])
    assert board(act_as(OFFICER, at=MORNING), today, [seat])
    depart(act_as(OFFICER, at=MORNING), today)
    land(act_as(OFFICER, at=MORNING), today, 1)
    assert Handover.objects.get(case=malian).packet["quarantine_days"] == 14, "the receiving mission expects them"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("no_country", {"country": "XXX"}),
        ("no_measure", {"measures": ["prayer"]}),
        ("ends_before", {"until": TODAY}),
        ("bad_percent", {"seats_percent": 0}),
        ("spacing_share", {"seats_percent": 60}),
        ("quarantine_days", {"measures": ["quarantine"]}),
        ("no_source", {"source": " "}),
    ],
)
def test_measures_that_cant_be_are_refused(house, code, wrong):
    told_so = {"country": "MLI", "since": TODAY, "until": None, "measures": ["test"], "source": "note"}
    with refused(code):
        set_health_measures(act_as(Role.PHYSICIAN), **{**told_so, **wrong})


def test_the_day_before_asks_for_briefing_and_consent_and_keeps_nobody_from_the_stairs(house):
    ibrahim = ready()[0]
    plane = flight()
    book(act_as(OFFICER), plane, [Booking(ibrahim)])
    (row,) = boarders(actor(OFFICER), plane)
    assert [c.check.code for c in row.checks if c.early] == ["P1", "P2"]
    seat = seat_of(ibrahim).pk
    check_boarding(act_as(Role.VHR_CASEWORKER), plane, [Checked(seat, "P1"), Checked(seat, "P2")])
    with pytest.raises(Forbidden):
        check_boarding(act_as(OFFICER), plane, [Checked(seat, "P2")])
    (row,) = boarders(actor(OFFICER), plane)
    assert {c.state for c in row.checks if c.early} == {"passed"}
    assert row.open == sum(not c.early for c in row.checks)


def test_bags_are_tagged_beside_their_owner_and_matched_on_arrival(house):
    ibrahim, bakary, gone = ready(3)
    today = boarding([ibrahim, bakary, gone])
    seats = {c.pk: seat_of(c).pk for c in (ibrahim, bakary, gone)}
    officer = act_as(OFFICER, at=MORNING)
    tag_baggage(officer, today, seats[ibrahim.pk], ["db 001", "DB-002", "DB001"])
    with refused("tag_twice"):
        tag_baggage(officer, today, seats[bakary.pk], ["DB002"])
    tag_baggage(officer, today, seats[bakary.pk], [])
    tag_baggage(officer, today, seats[gone.pk], ["DB003"])
    withdraw_booked(officer, today, seats[gone.pk], "said at the stairs")
    assert [t.number for t in baggage(actor(OFFICER), today).off] == ["DB003"], "no bag flies without its owner"
    check_boarding(act_as(at=MORNING), today, [Checked(s, c) for s in list(seats.values())[:2] for c in CHECKS[:-1]])
    with refused("not_gone_yet"):
        match_baggage(officer, today, ["DB001"])
    board(officer, today, [seats[ibrahim.pk], seats[bakary.pk]])
    depart(officer, today)
    land(officer, today, 1)
    with pytest.raises(Missing):
        match_baggage(officer, today, ["DB001", "XX9"])
    assert not Tag.objects.exclude(matched_at=None).exists()
    match_baggage(officer, today, ["db-001"])
    found = baggage(actor(OFFICER), today)
    assert (found.matched, [t.number for t in found.missing]) == (1, ["DB002"])


def test_a_flight_is_closed_once_every_mission_has_its_people(house):
    ibrahim = ready(nationality="NER")[0]
    today = fly([ibrahim], route=("MJI", "NIM"))
    land(act_as(OFFICER, at=MORNING), today, 1)
    with refused("not_reconciled"):
        close_flight(act_as(OFFICER, at=MORNING), today)
    reconcile(act_as(OFFICER, at=MORNING), today)
    with refused("not_all_home"):
        close_flight(act_as(OFFICER, at=MORNING), today)
    accept_handovers(act_as(at=MORNING), list(Handover.objects.values_list("pk", flat=True)))
    assert close_flight(act_as(OFFICER, at=MORNING), today).state == FlightState.CLOSED
    assert stage(ibrahim) == "handed_over"
