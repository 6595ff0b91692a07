"""Writes about flights that go otherwise: turned back, landed elsewhere, called off and flown by another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from darb.cases.actions import take_step
from darb.cases.models import Case, Readiness
from darb.people.models import DocumentState, Membership
from darb.places.models import Site
from darb.places.queries import airport
from darb.programmes.voluntary_return import UNDER_WAY
from darb.rules.manifest import count
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import CANCELLED, MOVEMENTS, book, free, hold_flight
from .flight_actions import move_papers
from .models import Flight, FlightState, Leg, NoticeOf, Seat
from .night_actions import notify, place_for_night
from .reading import Booking, as_booking, countries_of, flight_day, limits_of, riders, standing

NEVER_CAME = frozenset({FlightState.CANCELLED, FlightState.TURNED_BACK})


@action("movements.turn_back")
def turn_back(act: Act, flight: Flight, reason: str, nights: Mapping[int, Site], expected: int | None = None) -> Flight:
    """A flight came back before it landed anywhere: everyone aboard is in process again, their documents in custody,
    with a bed for the night; who was left behind comes off the manifest. Their exit visas are used: R8 says so."""
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.OFF_BLOCKS or held.legs.exclude(landed_at=None).exists():
        raise Refused("not_in_the_air", _("This flight isn't on its first leg: it can't have turned back."))
    _reason(reason)
    seats = standing(held)
    act.within({s.scope_id for s in seats})
    aboard = [s for s in seats if s.boarded_at and s.case.stage in UNDER_WAY]
    left = [s for s in seats if not s.boarded_at]
    if aboard:
        take_step(act, [s.case for s in aboard], "turn_back", reason=reason, through=MOVEMENTS)
        move_papers(act, aboard, DocumentState.HANDED_AT_BOARDING, DocumentState.IN_CUSTODY)
    if left:
        take_step(act, [s.case for s in left], "take_off_manifest", reason=reason, through=MOVEMENTS)
    moved = place_for_night(act, held, aboard, nights)
    notify(act, held, NoticeOf.TURNED_BACK, aboard)
    free(held, [*aboard, *left], reason, CANCELLED)
    held.state, held.seats_taken, held.laps_taken = FlightState.TURNED_BACK, 0, 0
    held.version += 1
    held.save()
    act.persons = [s.person_id for s in aboard]
    act.detail = {"people": len(aboard), "moved": moved}
    return held


@action("movements.divert")
def divert(act: Act, flight: Flight, landed_at: str, reason: str, expected: int | None = None) -> Leg:
    """A leg landed elsewhere than planned: at the airport `landed_at` (IATA). Everyone aboard is on the way still; the
    rest of the leg is a leg of its own from there, to be landed when it flies on."""
    held = hold_flight(act, flight, expected)
    leg = held.legs.filter(landed_at=None).order_by("number").first()
    if held.state != FlightState.OFF_BLOCKS or leg is None:
        raise Refused("no_landing", _("This flight has no such leg in the air."))
    place = landed_at.strip().upper()
    if airport(place) is None:
        raise Invalid("no_airport", _("{code} isn't an airport's code."), field="airport", code=place or "–")
    if place in (leg.destination, leg.origin):
        raise Invalid(
            "not_elsewhere",
            _("That is where this leg was to land, or where it began: record the landing, or that it turned back."),
            field="airport",
        )
    _reason(reason)
    travelling = [s for s in standing(held) if s.boarded_at and not s.landed_at and s.case.stage in UNDER_WAY]
    act.within({s.scope_id for s in travelling})
    for later in held.legs.filter(number__gt=leg.number).order_by("-number"):
        later.number += 1
        later.save()
    Leg.objects.create(
        flight=held,
        number=leg.number + 1,
        origin=place,
        destination=leg.destination,
        departs_at=act.at,
        arrives_at=act.at + (leg.arrives_at - leg.departs_at),
    )
    leg.destination, leg.landed_at = place, act.at
    leg.save()
    held.version += 1
    held.save()
    first = [s for s in travelling if s.case.stage == "departed"]
    if first:
        take_step(act, [s.case for s in first], "stop_over", through=MOVEMENTS)
    notify(act, held, NoticeOf.DIVERTED, travelling)
    act.persons = [s.person_id for s in travelling]
    act.detail = {"leg": leg.number, "at": place}
    return leg


@action("movements.carry_over")
def carry_over(act: Act, flight: Flight, onto: Flight, reason: str) -> list[Seat]:
    """Book those of a flight that never came onto another one, in the order in which they stood, families whole, as
    far as its seats go. Who isn't ready on its day, or has no room, keeps waiting. Gives the seats."""
    flight = hold_flight(act, flight)
    if flight.state not in NEVER_CAME:
        raise Refused("came_off", _("Only people of a flight that was called off, or turned back, are carried over."))
    bookings = _whom_to_carry(act, flight, onto)
    if not bookings:
        raise Refused("nobody_carried", _("Nobody of that flight is ready for this one, or there is no seat left."))
    seats = book(act, onto, bookings, reason)
    act.persons = [s.person_id for s in seats]
    act.detail = {"from": flight.ref, "carried": len(seats)}
    return seats


def _whom_to_carry(act: Act, flight: Flight, onto: Flight) -> list[Booking]:
    were = Seat.objects.filter(flight=flight, outcome=CANCELLED, case__stage="in_process")
    rows = list(were.select_related("case__person", "lap_of", "minder").order_by("pk"))
    stops = countries_of(onto.legs.order_by("number").values_list("destination", flat=True))
    ready = set(
        Readiness.objects.filter(case__in=[s.case_id for s in rows])
        .extra(where=["ready @> %s::date"], params=[flight_day(onto)])
        .values_list("case_id", flat=True)
    )
    taken = count(r.traveller for r in riders(act.actor, [as_booking(s) for s in standing(onto)], flight_day(onto)))
    limits, chosen = limits_of(onto), []
    seats, laps = limits.seats - taken.seats, limits.infants - taken.laps
    for family in _families(rows):
        if any(s.case_id not in ready or not _serves(s.case, stops) for s in family):
            continue
        bookings = [_again(s, stops) for s in family]
        needed = count(r.traveller for r in riders(act.actor, bookings, flight_day(onto)))
        if needed.seats <= seats and needed.laps <= laps:
            seats, laps = seats - needed.seats, laps - needed.laps
            chosen += bookings
    return chosen


def _again(seat: Seat, stops: Mapping[str, str]) -> Booking:
    """The booking that a seat of the other flight stood for; without its stop if this one doesn't land there."""
    was = as_booking(seat)
    return Booking(
        case=was.case,
        lap_of=was.lap_of,
        own_seat=was.own_seat,
        minder=was.minder,
        escort=was.escort,
        leaves_at=was.leaves_at if was.leaves_at in stops else "",
        services=was.services,
    )


def _serves(case: Case, stops: Mapping[str, str]) -> bool:
    return case.return_country in stops.values()


def _families(rows: list[Seat]) -> list[list[Seat]]:
    """In the order of the first of each. One query."""
    group = dict(
        Membership.objects.filter(person__in=[s.person_id for s in rows], left_at=None).values_list(
            "person_id", "group_id"
        )
    )
    found: dict[object, list[Seat]] = defaultdict(list)
    for s in rows:
        found[group.get(s.person_id, ("alone", s.person_id))].append(s)
    return list(found.values())


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
