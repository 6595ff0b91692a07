"""What if: an instance with flights cancelled, added or resized, or an airport closed. The one given stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .beyond import Mission
from .checking import loads
from .instance import Flight, Instance

ADDED = "+"
"""Before the name of an aircraft that is supposed to be found beside the fleet."""


@dataclass(frozen=True)
class Closing:
    """An airport that nothing leaves from in [since, until)."""

    airport: str
    since: date
    until: date


@dataclass(frozen=True)
class Changes:
    """What is supposed. `resized` is flight id to its seats; `added` flights bring aircraft of their own.

    Where `added` are more than are to be flown (one aircraft, offered to each country), `aircraft` is by their aircraft
    how many of them leave on one day at most.
    """

    cancelled: tuple[str, ...] = ()
    added: tuple[Flight, ...] = ()
    aircraft: Mapping[str, int] = field(default_factory=dict)
    resized: Mapping[str, int] = field(default_factory=dict)
    closed: tuple[Closing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cancelled or self.added or self.resized or self.closed)


def suppose(instance: Instance, changes: Changes) -> Instance:
    """The instance as it would be. Who was fixed on a flight that can no longer take its list is free to fly another.

    Raises KeyError for a flight or airport that isn't in the instance.
    """
    added = [replace(f, aircraft=f"{ADDED}{f.aircraft}") if f.charter else f for f in changes.added]
    flights = {**instance.flights, **{f.id: f for f in added}}
    for key, seats in changes.resized.items():
        flights[key] = _resized(flights[key], seats)
    shut = {
        key
        for key, f in flights.items()
        for c in changes.closed
        if f.origin == c.airport and c.since <= f.date < c.until
    }
    gone = instance.cancelled | shut | {flights[key].id for key in changes.cancelled}
    airports = dict(instance.airports)
    for c in changes.closed:
        days = {c.since + timedelta(days=n) for n in range((c.until - c.since).days)}
        airports[c.airport] = replace(airports[c.airport], closed_days=airports[c.airport].closed_days | days)
    fleet = Counter((f.aircraft, f.date) for f in added if f.charter)
    more = {str(aircraft): max(n for (a, _d), n in fleet.items() if a == aircraft) for aircraft, _day in fleet}
    more |= {f"{ADDED}{aircraft}": count for aircraft, count in changes.aircraft.items()}
    changed = replace(
        instance,
        flights=flights,
        airports=airports,
        fleet_per_day={**instance.fleet_per_day, **more},
        cancelled=frozenset(gone),
    )
    return replace(changed, locked=_kept_locks(changed))


def suppose_mission(mission: Mission, changes: Changes) -> Mission:
    """The mission as it would be; what is said of one stop of a flight holds for the whole flight."""
    beyond = mission.beyond
    whole = replace(
        changes,
        cancelled=tuple(part for key in changes.cancelled for part in beyond.one_flight(key)),
        resized={part: seats for key, seats in changes.resized.items() for part in beyond.one_flight(key)},
    )
    raw = suppose(mission.raw, whole)
    limits = {"seats", "infants"}
    shared = tuple(
        replace(s, amount=getattr(raw.flights[s.flights[0]], s.limit))
        if s.limit in limits and s.flights[0] in whole.resized
        else s
        for s in beyond.shared
    )
    return Mission(raw, replace(beyond, shared=shared))


def _resized(flight: Flight, seats: int) -> Flight:
    """With other seats; what goes by the seat goes along."""
    quota = max(0, flight.landing_quota + min(0, seats - flight.seats))
    if flight.landing_quota == flight.seats + flight.infants:
        quota = seats + min(flight.infants, seats)
    cost = flight.fixed_cost * seats / flight.seats if flight.seats else flight.fixed_cost
    return replace(flight, seats=seats, infants=min(flight.infants, seats), landing_quota=quota, fixed_cost=cost)


def _kept_locks(instance: Instance) -> dict[str, str]:
    per_escort = instance.prices.unaccompanied_per_escort
    broken = set(instance.cancelled)
    for key, load in loads(instance, instance.locked).items():
        flight = instance.flights[key]
        over = load.seats + load.escorts(per_escort) > flight.seats or load.persons > flight.landing_quota
        if over or load.infants > flight.infants:
            broken.add(key)
    return {group: flight for group, flight in instance.locked.items() if flight not in broken}
