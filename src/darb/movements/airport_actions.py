"""Writes about where a flight leaves from."""

from __future__ import annotations

from darb.cases.departure_actions import set_departures
from darb.places.queries import airport
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import LOCKED, OVER, check_point, hold_flight, new_version
from .models import Flight
from .reading import as_booking, flight_day, riders, standing


@action("movements.move_airport")
def move_airport(act: Act, flight: Flight, origin: str, reason: str, expected: int | None = None) -> Flight:
    """Have a flight that hasn't left go from another airport (IATA), and everyone on it with it.

    They keep their seats; an exit visa for the old airport is red at once, and must be handed in again.
    """
    held = hold_flight(act, flight, expected)
    if held.state in OVER:
        raise Refused("flight_over", _("This flight has left, or was called off."))
    if airport(origin) is None:
        raise Invalid("no_airport", _("{code} isn't an airport's code."), field="origin", code=origin or "–")
    check_point(held.kind, origin, "origin")
    first = held.legs.order_by("number")[0]
    if origin == held.origin:
        raise Invalid("same_origin", _("The flight leaves from there already."), field="origin")
    if origin == first.destination:
        raise Invalid("same_airport", _("A leg ends at another airport than it begins."), field="origin")
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    seats = standing(held)
    act.within({s.scope_id for s in seats})
    first.origin = held.origin = origin
    first.save()
    held.version += 1
    held.save()
    if seats:
        set_departures(act, [s.case for s in seats], origin)
    if held.state in LOCKED:
        bookings = [as_booking(s) for s in seats]
        new_version(act, held, [r.traveller for r in riders(act.actor, bookings, flight_day(held))], reason)
    act.persons = [s.person_id for s in seats]
    act.detail = {"origin": origin}
    return held
