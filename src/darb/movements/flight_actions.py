"""Writes about flights: planned, confirmed, moved to another day, cancelled, gone, landed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from darb.cases.actions import take_step
from darb.cases.models import VisaState
from darb.cases.visa_actions import mark_visas
from darb.people.actions import mark_left, move_documents
from darb.people.custody import USED_UP
from darb.people.models import Document, DocumentState
from darb.places.models import Site
from darb.places.queries import airport
from darb.programmes.voluntary_return import UNDER_WAY
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in

from .actions import BOAT, CANCELLED, LOCKED, MOVEMENTS, OVER, check_point, free, hold_flight, new_version
from .handover_actions import offer
from .models import Flight, FlightState, Leg, NoticeOf, Permit, Seat
from .night_actions import notify, place_for_night
from .reading import as_booking, countries_of, flight_day, riders, standing
from .receiving_actions import within_agreement
from .standby_actions import end_all

MOST_SEATS = 600
"""More than any aircraft that such a mission hires carries: a slip of the hand."""
NEXT = {
    FlightState.PLANNED: FlightState.CONFIRMED,
    FlightState.PERMITS_REQUESTED: FlightState.CONFIRMED,
    FlightState.CONFIRMED: FlightState.MANIFEST_OPEN,
}


@dataclass(frozen=True)
class Hop:
    """One leg to plan: airports by IATA code, times with their zone."""

    origin: str
    destination: str
    departs_at: datetime
    arrives_at: datetime


@action("movements.plan_flight")
def plan_flight(
    act: Act,
    code: str,
    hops: Sequence[Hop],
    *,
    operator: str,
    aircraft: str,
    seats: int,
    infant_limit: int,
    kind: str = "charter",
) -> Flight:
    """Plan a flight of one or more legs, or a boat from port to port: `seats` are then the people that it may carry,
    and nobody rides on a lap."""
    _check_hops(act, hops)
    check_point(kind, hops[0].origin, "origin")
    for hop in hops:
        check_point(kind, hop.destination, "destination")
    if kind == BOAT:
        infant_limit = 0
    if not 0 < seats <= MOST_SEATS:
        raise Invalid("bad_seats", _("An aircraft has from 1 to {most} seats."), field="seats", most=MOST_SEATS)
    if not 0 <= infant_limit <= seats:
        raise Invalid(
            "bad_infants", _("The number of infants lies between none and the number of seats."), field="infant_limit"
        )
    flight = Flight(
        ref=new_reference(),
        code=code.strip().upper(),
        kind=kind,
        operator=operator.strip(),
        aircraft=aircraft.strip(),
        seats=seats,
        infant_limit=infant_limit,
        origin=hops[0].origin,
        destination=hops[-1].destination,
        departs_at=hops[0].departs_at,
    )
    if not flight.code:
        raise Invalid("no_code", _("Write the flight's code, as the carrier gives it."), field="code")
    twin = Flight.objects.filter(code=flight.code, departs_at=flight.departs_at).exclude(state=FlightState.CANCELLED)
    if there := twin.first():
        raise Invalid(
            "flight_twice", _("Flight {code} is planned already for that time."), field="code", code=there.code
        )
    flight.save()
    Leg.objects.bulk_create(
        [
            Leg(
                flight=flight,
                number=number,
                origin=hop.origin,
                destination=hop.destination,
                departs_at=hop.departs_at,
                arrives_at=hop.arrives_at,
            )
            for number, hop in enumerate(hops, 1)
        ]
    )
    act.subject = flight.ref
    act.detail = {"code": flight.code, "seats": seats, "route": [hops[0].origin, *(h.destination for h in hops)]}
    return flight


@action("movements.advance")
def advance(act: Act, flight: Flight, expected: int | None = None, because: str = "") -> Flight:
    """Take a flight on: from planned to confirmed, then to an open manifest.

    Confirming more than the receiving mission agreed to take needs the head's reason (`because`, X34).
    """
    held = hold_flight(act, flight, expected)
    if held.state not in NEXT:
        raise Refused("no_next", _("This flight goes on by its manifest now."))
    lacking = Permit.objects.filter(flight=held, granted_on=None).first()
    if lacking:
        raise Refused(
            "permit_lacking",
            _("{authority} hasn't granted its permit yet."),
            authority=lacking.authority,
        )
    if NEXT[FlightState(held.state)] == FlightState.CONFIRMED:
        within_agreement(act, held, because)
    held.state = NEXT[FlightState(held.state)]
    held.version += 1
    held.save()
    act.detail = {"state": held.state}
    return held


@action("movements.postpone")
def postpone(act: Act, flight: Flight, departs_at: datetime, reason: str, expected: int | None = None) -> Flight:
    """Move a flight that hasn't left to another time, every leg by as much. Everyone keeps their gates and seat;
    who isn't ready on the new day turns red, and is found at the lock or before boarding."""
    held = hold_flight(act, flight, expected)
    _not_gone(held)
    if departs_at <= act.at:
        raise Invalid("in_past", _("A flight can't be planned for a time that has passed."), field="departs_at")
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    later = departs_at - held.departs_at
    for leg in held.legs.all():
        leg.departs_at, leg.arrives_at = leg.departs_at + later, leg.arrives_at + later
        leg.save()
    held.departs_at = departs_at
    held.version += 1
    held.save()
    seats = standing(held)
    if held.state in LOCKED:
        # Whoever boarded or was cleared for the old day is checked again for the new one.
        act.within({s.scope_id for s in seats})
        new_version(
            act,
            held,
            [r.traveller for r in riders(act.actor, [as_booking(s) for s in seats], flight_day(held))],
            reason,
        )
    if seats:
        notify(act, held, NoticeOf.POSTPONED, seats)
    act.persons = [s.person_id for s in seats]
    act.detail = {"hours": round(later.total_seconds() / 3600, 1)}
    return held


@action("movements.cancel")
def cancel(
    act: Act,
    flight: Flight,
    reason: str,
    expected: int | None = None,
    nights: Mapping[int, Site] | None = None,
) -> Flight:
    """Call a flight off: everyone is back in process with every gate they had, in the order they stood in; has a bed
    for the night (`nights`, see `place_for_night`); and it is written down who must be told."""
    held = hold_flight(act, flight, expected)
    _not_gone(held)
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    seats = standing(held)
    act.within({s.scope_id for s in seats})
    aboard = [s for s in seats if s.boarded_at]
    waiting = [s for s in seats if not s.boarded_at]
    if waiting:
        take_step(act, [s.case for s in waiting], "take_off_manifest", reason=reason, through=MOVEMENTS)
    if aboard:
        take_step(act, [s.case for s in aboard], "turn_back", reason=reason, through=MOVEMENTS)
        move_papers(act, aboard, DocumentState.HANDED_AT_BOARDING, DocumentState.IN_CUSTODY)
    moved = place_for_night(act, held, seats, nights or {})
    if seats:
        notify(act, held, NoticeOf.CANCELLED, seats)
    free(held, seats, reason, CANCELLED)
    end_all(act, held)
    held.state, held.seats_taken, held.laps_taken = FlightState.CANCELLED, 0, 0
    held.version += 1
    held.save()
    act.persons = [s.person_id for s in seats]
    act.detail = {"people": len(seats), "moved": moved}
    return held


@action("movements.depart")
def depart(act: Act, flight: Flight, expected: int | None = None) -> Flight:
    """Off blocks: the flight has left with those who boarded; their exit visas are used."""
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.BOARDING:
        raise Refused("not_boarding", _("Nobody is boarding this flight."))
    aboard = [s for s in standing(held) if s.boarded_at]
    if not aboard:
        raise Refused("nobody_aboard", _("Nobody has boarded: cancel the flight, or board them first."))
    act.within({s.scope_id for s in aboard})
    held.state, held.off_blocks_at = FlightState.OFF_BLOCKS, act.at
    held.version += 1
    held.save()
    end_all(act, held)
    with whole_house():
        mark_visas(act.by_house(), [s.case for s in aboard], VisaState.USED)
        mark_left(act.by_house(), [s.person_id for s in aboard])
    act.persons = [s.person_id for s in aboard]
    act.detail = {"aboard": len(aboard)}
    return held


@action("movements.land")
def land(act: Act, flight: Flight, number: int, *, stayed: Collection[int] = (), expected: int | None = None) -> Leg:
    """A leg has landed. Those who are home have arrived; the others are on their way still: those who fly on, those
    who go on by road, and those who `stayed` behind at an earlier stop (ids of seats), a hospital's bed for one."""
    held = hold_flight(act, flight, expected)
    leg = held.legs.filter(number=number).first()
    if held.state != FlightState.OFF_BLOCKS or leg is None or leg.landed_at:
        raise Refused("no_landing", _("This flight has no such leg in the air."))
    if held.legs.filter(number__lt=number, landed_at=None).exists():
        raise Refused("earlier_leg", _("An earlier leg hasn't landed yet: record that one first."))
    travelling = [s for s in standing(held) if s.boarded_at and not s.landed_at and s.case.stage in UNDER_WAY]
    act.within({s.scope_id for s in travelling})
    country = countries_of([leg.destination])[leg.destination]
    here = [s for s in travelling if s.destination == leg.destination and s.pk not in set(stayed)]
    home = [s for s in here if s.case.return_country == country]
    on_the_way = [s for s in travelling if s not in home and s.case.stage == "departed"]
    if on_the_way:
        take_step(act, [s.case for s in on_the_way], "stop_over", through=MOVEMENTS)
    _note_stop(held, leg, [s for s in travelling if s.pk in set(stayed)])
    leg.landed_at = act.at
    leg.save()
    if home:
        _arrive(act, held, home)
    if not held.legs.filter(landed_at=None).exists():
        held.state, held.landed_at = FlightState.LANDED, act.at
    held.version += 1
    held.save()
    act.persons = [s.person_id for s in travelling]
    act.detail = {"leg": number, "arrived": len(home), "on_the_way": len(on_the_way)}
    return leg


@action("movements.arrive_onward")
def arrive_onward(act: Act, flight: Flight, seats: Collection[int], place: str = "") -> list[Seat]:
    """Those who were still on the way after the flight have arrived home."""
    held = hold_flight(act, flight)
    rows = [s for s in standing(held) if s.pk in set(seats) and not s.landed_at and s.case.stage == "in_transit"]
    if len(rows) != len(set(seats)) or not rows:
        raise Missing("no_seat", _("Nobody within your reach is on the way from that flight now."))
    act.within({s.scope_id for s in rows})
    _arrive(act, held, rows, place.strip())
    act.persons = [s.person_id for s in rows]
    return rows


def _note_stop(flight: Flight, leg: Leg, stayed: Sequence[Seat]) -> None:
    """Who didn't fly on stayed where this leg began; where they lie is nobody's business here."""
    for seat in stayed:
        seat.stayed_at = leg.origin
    with whole_house():
        change_in(stayed, ["stayed_at"])


def _arrive(act: Act, flight: Flight, seats: Sequence[Seat], place: str = "") -> None:
    take_step(act, [s.case for s in seats], "land", through=MOVEMENTS)
    for seat in seats:
        seat.landed_at = act.at
    with whole_house():
        change_in(seats, ["landed_at"])
    offer(act, flight, seats, place)
    move_papers(act, seats, DocumentState.HANDED_AT_BOARDING, DocumentState.USED, USED_UP)


def move_papers(act: Act, seats: Sequence[Seat], state: str, into: str, those: Q | None = None) -> None:
    """Move `those` travel documents of these people from one state to another, wherever they are. Part of deeds."""
    with whole_house():
        found = list(Document.objects.filter(those or Q(), person__in=[s.person_id for s in seats], state=state))
        if found:
            move_documents(act.by_house(), found, into)


def _not_gone(flight: Flight) -> None:
    if flight.state in OVER:
        raise Refused("flight_over", _("This flight has left, or was called off."))


def _check_hops(act: Act, hops: Sequence[Hop]) -> None:
    if not hops:
        raise Invalid("no_legs", _("A flight has at least one leg."), field="destination")
    for hop in hops:
        for field, iata in (("origin", hop.origin), ("destination", hop.destination)):
            if airport(iata) is None:
                raise Invalid("no_airport", _("{code} isn't an airport's code."), field=field, code=iata or "–")
        if hop.origin == hop.destination:
            raise Invalid("same_airport", _("A leg ends at another airport than it begins."), field="destination")
        if hop.arrives_at <= hop.departs_at:
            raise Invalid("arrives_before", _("The flight would arrive before it departs."), field="arrives_at")
    for before, after in pairwise(hops):
        if after.origin != before.destination or after.departs_at < before.arrives_at:
            raise Invalid(
                "legs_apart", _("Each leg begins where and after the one before it ended."), field="destination"
            )
    if hops[0].departs_at <= act.at:
        raise Invalid("in_past", _("A flight can't be planned for a time that has passed."), field="departs_at")
