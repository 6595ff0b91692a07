"""Writes about the way to a flight: buses and boats with a head count at every stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from darb.places.models import Site
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import OVER, hold_flight
from .models import Convoy, Flight, Transfer, TransferKind, TransferStop

MOST_PLACES = 1000
"""More than any boat that such a mission hires carries: a slip of the hand."""


@dataclass(frozen=True)
class Call:
    """A stop to plan: where, and when it is due."""

    site: Site
    due_at: datetime


@dataclass(frozen=True)
class Vehicle:
    """What people are brought in, who drives it, and how many places it has."""

    kind: str
    name: str
    driver: str
    places: int


@action("movements.plan_transfer")
def plan_transfer(
    act: Act,
    flight: Flight,
    calls: Sequence[Call],
    *,
    kind: str,
    vehicle: str,
    driver: str,
    places: int,
    permit: str = "",
    back: bool = False,
) -> Transfer:
    """Plan a run for a flight, of two stops or more. One vehicle may run several times: each is a run of its own.

    `back`: away from the airport again, for those who don't fly; also when the flight has left or was called off.
    """
    held = _hold(act, flight, calls, back=back)
    _check_vehicle(Vehicle(kind, vehicle, driver, places))
    transfer = _plan(held, calls, Vehicle(kind, vehicle, driver, places), permit.strip(), back=back)
    act.detail = {"transfer": transfer.ref, "stops": [c.site.code for c in calls], "places": places, "back": back}
    return transfer


@action("movements.plan_convoy")
def plan_convoy(
    act: Act,
    flight: Flight,
    calls: Sequence[Call],
    vehicles: Sequence[Vehicle],
    *,
    permit: str,
    leader: str,
    back: bool = False,
) -> Convoy:
    """Plan a convoy: two vehicles or more, the same stops, one permit, one leader. Each vehicle is counted for itself,
    and none goes on from a stop before all are counted there."""
    held = _hold(act, flight, calls, back=back)
    if len(vehicles) < 2:
        raise Invalid("no_convoy", _("A convoy is two vehicles or more: plan a single run."), field="vehicle_2")
    for field, told in (("permit", permit), ("leader", leader)):
        if not told.strip():
            raise Invalid("convoy_untold", _("A convoy has its permit and its leader: write both."), field=field)
    for vehicle in vehicles:
        _check_vehicle(vehicle)
    if len({v.name.strip().casefold() for v in vehicles}) < len(vehicles):
        raise Invalid("vehicle_twice", _("A vehicle stands there twice."), field="vehicle_2")
    convoy = Convoy.objects.create(ref=new_reference(), flight=held, permit=permit.strip(), leader=leader.strip())
    for vehicle in vehicles:
        _plan(held, calls, vehicle, convoy.permit, back=back, convoy=convoy)
    act.detail = {"convoy": convoy.ref, "stops": [c.site.code for c in calls], "vehicles": len(vehicles), "back": back}
    return convoy


def _hold(act: Act, flight: Flight, calls: Sequence[Call], *, back: bool) -> Flight:
    held = hold_flight(act, flight)
    if held.state in OVER and not back:
        raise Refused("flight_over", _("This flight has left, or was called off."))
    if len(calls) < 2:
        raise Invalid("no_way", _("A run has at least two stops."), field="site_2")
    for n, (before, after) in enumerate(pairwise(calls), 2):
        if after.site == before.site or after.due_at <= before.due_at:
            raise Invalid(
                "stops_apart", _("Each stop is at another place, and later, than the one before."), field=f"site_{n}"
            )
    if calls[-1].due_at >= held.departs_at and not back:
        raise Invalid("too_late", _("The run would end after the flight departs."), field=f"due_{len(calls)}")
    return held


def _check_vehicle(vehicle: Vehicle) -> None:
    if vehicle.kind not in TransferKind.values:
        raise Invalid("no_kind", _("Choose what people are brought in."), field="kind")
    if not 0 < vehicle.places <= MOST_PLACES:
        raise Invalid("bad_places", _("A vehicle has from 1 to {most} places."), field="places", most=MOST_PLACES)
    for field, told in (("vehicle", vehicle.name), ("driver", vehicle.driver)):
        if not told.strip():
            raise Invalid("not_told", _("Write which vehicle it is, and who drives."), field=field)


def _plan(
    flight: Flight, calls: Sequence[Call], vehicle: Vehicle, permit: str, *, back: bool, convoy: Convoy | None = None
) -> Transfer:
    transfer = Transfer.objects.create(
        ref=new_reference(),
        flight=flight,
        convoy=convoy,
        back=back,
        kind=vehicle.kind,
        vehicle=vehicle.name.strip(),
        driver=vehicle.driver.strip(),
        permit=permit,
        places=vehicle.places,
    )
    TransferStop.objects.bulk_create(
        [TransferStop(transfer=transfer, number=n, site=c.site, due_at=c.due_at) for n, c in enumerate(calls, 1)]
    )
    return transfer


@action("movements.count_transfer")
def count_transfer(
    act: Act, transfer: Transfer, number: int, on: int, off: int, short_because: str = ""
) -> TransferStop:
    """Write down how many got on and off at a stop, stops in their order.

    Nobody gets off who isn't aboard, and nobody gets on without a place. At the last stop everybody is off: where that
    isn't so, or fewer get off than are aboard, `short_because` says why, and the run ends short.
    """
    held = Transfer.objects.select_for_update().get(pk=transfer.pk)
    act.subject = held.ref
    stops = list(held.stops.order_by("number"))
    stop = next((s for s in stops if s.number == number), None)
    if stop is None:
        raise Missing("no_stop", _("This run has no such stop."))
    waiting = [s for s in stops if s.counted_at is None]
    if stop.counted_at or waiting[0] is not stop:
        raise Refused("out_of_order", _("Stops are counted once, in their order."))
    _whole_convoy_is_counted(held, number)
    if on < 0 or off < 0:
        raise Invalid("bad_count", _("Count from none upward."), field="on" if on < 0 else "off")
    aboard = sum((s.on or 0) - (s.off or 0) for s in stops)
    if off > aboard:
        raise Invalid(
            "more_off",
            _("Counted off: {off}. Aboard were only {aboard}: count again."),
            field="off",
            off=off,
            aboard=aboard,
        )
    last = stop is stops[-1]
    if last and on:
        raise Invalid("on_at_end", _("Nobody gets on at the last stop."), field="on")
    if aboard - off + on > held.places:
        raise Invalid(
            "no_place",
            _("That would be {aboard} people in {places} places."),
            field="on",
            aboard=aboard - off + on,
            places=held.places,
        )
    if last:
        if off < aboard and not short_because.strip():
            raise Invalid(
                "short",
                _("Got on: {on}. Got off: {off}. Write what became of the others before the run ends."),
                field="short_because",
                on=sum(s.on or 0 for s in stops),
                off=sum(s.off or 0 for s in stops) + off,
            )
        held.ended_at, held.short_because = act.at, short_because.strip()[:200] if off < aboard else ""
        held.save()
    stop.on, stop.off, stop.counted_at = on, off, act.at
    stop.save()
    act.detail = {"stop": number, "on": on, "off": off}
    return stop


def _whole_convoy_is_counted(transfer: Transfer, number: int) -> None:
    """A convoy leaves no stop before the heads of every vehicle are counted there."""
    if transfer.convoy_id is None or number == 1:
        return
    others = TransferStop.objects.filter(transfer__convoy=transfer.convoy_id, number=number - 1, counted_at=None)
    behind = others.exclude(transfer=transfer).select_related("transfer").first()
    if behind:
        raise Refused(
            "convoy_waits",
            _("The convoy waits for {vehicle}: its heads aren't counted at the stop before."),
            vehicle=behind.transfer.vehicle,
        )
