"""The flights of the demonstration: from the plan to the handover, through the rooms' own actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from darb.assistance.actions import Given, give
from darb.care.actions import Checked as Seen
from darb.care.actions import check_before_flight
from darb.cases.actions import close
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board, reconcile
from darb.movements.flight_actions import Hop, advance, depart, land, plan_flight
from darb.movements.handover_actions import accept_handovers
from darb.movements.models import Flight, Handover, Seat
from darb.movements.reading import Booking
from darb.people.models import Person
from darb.programmes.fitness import CLEAR
from darb.rules.roles import Role

from .journey import Journey
from .names import NAMING

CODE = "DRB"
AIRCRAFT = (("Airbus A320", 174, 17), ("Boeing 737-800", 180, 18), ("Airbus A321", 210, 20))
OPERATORS = ("Buraq Air", "Afriqiyah Airways", "Libyan Wings")
ESCORT = "Tarek Lamlum"
NURSES_CHECK = "B2"
OFFICERS_CHECKS = ("B1", "B3", "B4", "B5", "B6", "B7")


def code(number: int, edition: int) -> str:
    """The code of a flight: of a demonstration that is loaded again, with a number behind."""
    return f"{CODE}{number}" + (f"-{edition + 1}" if edition else "")


def plan(journey: Journey, code: str, *, hour: int = 8) -> Flight:
    """Plan the charter that the group shall take, and open its manifest."""
    aircraft, seats, infants = next((a for a in AIRCRAFT if a[1] >= journey.count), AIRCRAFT[-1])
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(-25))
    leaves = journey.at(0, hour)
    flight = plan_flight(
        officer,
        code,
        [Hop(journey.airport, NAMING[journey.nationality].airport, leaves, leaves + timedelta(hours=5))],
        operator=journey.chance.choice(OPERATORS),
        aircraft=aircraft,
        seats=seats,
        infant_limit=infants,
    )
    flight = advance(officer, flight)
    return advance(officer, flight)


def propose(journey: Journey, at: datetime, number: int, days: int, seats: int, *, confirmed: bool = False) -> Flight:
    """A charter that a carrier offers `days` after the group's day: nothing is owed for it until it is confirmed."""
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, at)
    leaves = journey.at(days, 8)
    flight = plan_flight(
        officer,
        code(number, journey.edition),
        [Hop(journey.airport, NAMING[journey.nationality].airport, leaves, leaves + timedelta(hours=5))],
        operator=journey.chance.choice(OPERATORS),
        aircraft=next((a for a in AIRCRAFT if a[1] >= seats), AIRCRAFT[-1])[0],
        seats=seats,
        infant_limit=seats // 10,
    )
    return advance(officer, flight) if confirmed else flight


def seat(journey: Journey, flight: Flight) -> list[Seat]:
    """Book the whole group: children who are alone travel with a named escort."""
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(-4))
    return book(
        officer,
        flight,
        [Booking(c, escort=ESCORT if i.alone else "") for c, i in zip(journey.cases, journey.people, strict=True)],
    )


def fly(journey: Journey, code: str) -> None:
    """The whole way: booked, locked, given their packs, checked, boarded, landed, reconciled, handed over."""
    flight = plan(journey, code)
    seats = seat(journey, flight)
    lock(journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(-2)), flight)
    _provide(journey, flight, -1, 14, "departure", ("pack",))
    nurse = journey.staff.act(Role.NURSE, journey.at(-1, 12))
    check_before_flight(nurse, flight.ref, [Seen(s.case, CLEAR) for s in seats])
    check_boarding(nurse, flight, [Checked(s.pk, NURSES_CHECK) for s in seats])
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(0, 6))
    clear_to_board(officer, flight)
    check_boarding(officer, flight, [Checked(s.pk, code) for s in seats for code in OFFICERS_CHECKS])
    _provide(journey, flight, 0, 6, "departure", ("meal",))
    board(officer, flight, [s.pk for s in seats])
    depart(journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(0, 8)), flight)
    land(journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(0, 13)), flight, 1)
    _provide(journey, flight, 0, 13, "arrival", ("refreshment",))
    reconcile(journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(0, 18)), flight)


def hand_over(journey: Journey) -> None:
    """The receiving mission accepts everyone who arrived, and the cases close."""
    offered = list(Handover.objects.filter(case__in=journey.cases, accepted_at=None).values_list("pk", flat=True))
    officer = journey.staff.act(Role.RECEIVING_MISSION_OFFICER, journey.at(1), office=journey.nationality)
    accept_handovers(officer, offered)
    close(journey.staff.act(Role.VHR_CASEWORKER, journey.at(2)), journey.cases, "returned")


def _provide(journey: Journey, flight: Flight, days: int, hour: int, point: str, items: tuple[str, ...]) -> None:
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, journey.at(days, hour))
    where = {"point": point, "stop": flight.origin if point == "departure" else flight.destination}
    for item in items:
        # Packs of clothing and footwear are for people who come from detention (programmes.md 2.7).
        cases = [c for c in journey.cases if item != "pack" or c.detained]
        if cases:
            give(officer, [Given(Person(pk=c.person_id), item, case=c, **where, occasion=flight.ref) for c in cases])
