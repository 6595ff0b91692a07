"""What is to be planned: groups who travel whole, candidate flights, and the limits they share.

Plain values, as the instance format has them. Days are `datetime.date`; the horizon's end is exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

Shared = tuple[str, str, int]
"""What flights share: slots, persons or escorts of an airport, or a fleet's aircraft; and on which day (or week)."""


@dataclass(frozen=True, slots=True)
class Group:
    """People who fly together or not at all, to `destination`, on a day from `ready` to `until` (both included).

    `seats` is what they occupy: infants on laps none, a stretcher several. `weight` multiplies their waiting.
    """

    id: str
    destination: str
    site: str
    persons: int
    seats: int
    infants: int
    wheelchairs: int
    stretchers: int
    medical_escorts: int
    unaccompanied: int
    weight: float
    ready: date
    until: date


@dataclass(frozen=True, slots=True)
class Flight:
    """A candidate. A charter is opened by using it; `aircraft` is what a charter takes from the day's fleet."""

    id: str
    charter: bool
    date: date
    origin: str
    destination: str
    aircraft: str | None
    seats: int
    infants: int
    wheelchairs: int
    stretchers: int
    unaccompanied: int
    landing_quota: int
    fixed_cost: float
    seat_cost: float


@dataclass(frozen=True, slots=True)
class Airport:
    """What an airport lets through. No charter leaves on a closed day; escorts are counted by week of the horizon."""

    charter_slots_per_day: int
    persons_per_day: int
    escorts_per_week: int
    closed_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in one currency."""

    waiting_per_person_day: float
    expired_per_person: float
    escort: float
    unaccompanied_per_escort: int
    left_at_end_per_person: Mapping[str, float]
    move_per_person: float = 0.0


@dataclass(frozen=True)
class Instance:
    """Everything a plan depends on. `transfers` is the cost per person from a site to an airport it can reach.

    `current` is the flight that a group was told; `locked` the one it must have; `cancelled` fly no more.
    """

    start: date
    end: date
    airports: Mapping[str, Airport]
    fleet_per_day: Mapping[str, int]
    transfers: Mapping[tuple[str, str], float]
    prices: Prices
    groups: Mapping[str, Group]
    flights: Mapping[str, Flight]
    current: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()

    def week(self, day: date) -> int:
        """The number of the horizon's week that `day` lies in, from 0."""
        return (day - self.start).days // 7

    @cached_property
    def persons(self) -> int:
        """Everybody, in all groups."""
        return sum(group.persons for group in self.groups.values())

    @cached_property
    def flights_to(self) -> Mapping[str, tuple[Flight, ...]]:
        """The flights to each destination that aren't cancelled, the earliest first."""
        found: dict[str, list[Flight]] = {}
        for flight in sorted(self.flights.values(), key=lambda f: (f.date, f.id)):
            if flight.id not in self.cancelled:
                found.setdefault(flight.destination, []).append(flight)
        return {destination: tuple(them) for destination, them in found.items()}
