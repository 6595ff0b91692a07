"""Another aircraft comes than the one that was ordered (X17): who stays on the list, and who comes off."""

from __future__ import annotations

from copy import copy

from darb.cases.actions import take_step
from darb.rules.manifest import Traveller
from darb.rules.offloading import Standing, comes_off, units
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.actor import Actor

from .actions import MOVEMENTS, OVER, free, hold_flight, settle
from .flight_actions import MOST_SEATS
from .models import Flight, Seat
from .reading import as_booking, flight_day, limits_of, riders, standing

OUTCOME = "denied_by_airline"


@action("movements.change_aircraft")
def change_aircraft(
    act: Act, flight: Flight, aircraft: str, seats: int, infant_limit: int, reason: str, expected: int | None = None
) -> list[Seat]:
    """Fly with another aircraft; gives the seats of those who came off its list, the least urgent first.

    Whoever needs it most stays, then whoever waits longest; families stay or come off whole, and whoever has boarded
    stays. All of them are back in process with every gate they had.
    """
    held = hold_flight(act, flight, expected)
    if held.state in OVER:
        raise Refused("flight_over", _("This flight has left, or was called off."))
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    if not 0 < seats <= MOST_SEATS:
        raise Invalid("bad_seats", _("An aircraft has from 1 to {most} seats."), field="seats", most=MOST_SEATS)
    if not 0 <= infant_limit <= seats:
        raise Invalid(
            "bad_infants", _("The number of infants lies between none and the number of seats."), field="infant_limit"
        )
    rows = standing(held)
    act.within({s.scope_id for s in rows})
    off = without_room(act.actor, held, rows, seats, infant_limit)
    if off:
        take_step(act, [s.case for s in off], "take_off_manifest", reason=reason, through=MOVEMENTS)
        free(held, off, reason, OUTCOME if held.manifest_version else "")
    held.aircraft, held.seats, held.infant_limit = aircraft.strip() or held.aircraft, seats, infant_limit
    settle(act, held, reason)
    act.persons = [s.person_id for s in off]
    act.detail = {"seats": seats, "off": [s.case.ref for s in off], "priorities": [s.case.priority for s in off]}
    return off


def without_room(actor: Actor, flight: Flight, rows: list[Seat], seats: int, infant_limit: int) -> list[Seat]:
    """Of the standing seats `rows`, those of people for whom an aircraft of so many seats and infants has no room
    by its carrier's rules, the least urgent family first. Raises Refused where those who have boarded are too many."""
    smaller = copy(flight)
    smaller.seats, smaller.infant_limit = seats, infant_limit
    limits = limits_of(smaller)
    them: list[Traveller] = [r.traveller for r in riders(actor, [as_booking(s) for s in rows], flight_day(flight))]
    told = {s.case_id: Standing(s.case.priority, s.case.opened, s.boarded_at is not None) for s in rows}
    off = comes_off(units(them, told), limits.seats, limits.infants)
    if off is None:
        raise Refused(
            "boarded_too_many", _("More people have boarded than that aircraft takes: bring them back first.")
        )
    place = {key: n for n, unit in enumerate(off) for key in unit.members}
    return sorted((s for s in rows if s.case_id in place), key=lambda s: (place[s.case_id], s.pk))
