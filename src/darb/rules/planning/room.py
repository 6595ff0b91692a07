"""What is still free: on each flight, at each airport on each day, in the fleet, among the escorts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from .instance import Flight, Group, Instance, Shared


class Room:
    """Counts of what assignments take, asked and changed one group at a time. Windows are the caller's to look at.

    `claimed` is what else is spoken for of people a day and escorts a week.
    """

    def __init__(
        self,
        instance: Instance,
        assignments: Mapping[str, str] | None = None,
        claimed: Mapping[Shared, float] | None = None,
    ) -> None:
        self._per_escort = instance.prices.unaccompanied_per_escort
        self._instance = instance
        self._on: Counter[tuple[str, str]] = Counter()
        self._groups: Counter[str] = Counter()
        self._charters: Counter[object] = Counter()
        self._people: Counter[object] = Counter()
        self._escorts: Counter[object] = Counter()
        self._fleet: Counter[object] = Counter()
        for group, flight in (assignments or {}).items():
            self.take(instance.groups[group], instance.flights[flight])
        for (kind, airport, number), amount in (claimed or {}).items():
            if kind == "persons":
                self._people[airport, instance.start + timedelta(days=number)] += math.ceil(amount)
            elif kind == "escorts":
                self._escorts[airport, number] += math.ceil(amount)

    def used(self, flight: Flight) -> bool:
        """Whether anybody is on it."""
        return self._groups[flight.id] > 0

    def can_open(self, flight: Flight) -> bool:
        """Whether the flight is used already, or nothing stands against using it."""
        if flight.id in self._instance.cancelled:
            return False
        if self.used(flight) or not flight.charter:
            return True
        closed = flight.date in self._instance.airports[flight.origin].closed_days
        return not closed and self.has_slot(flight) and self.has_aircraft(flight)

    def has_slot(self, flight: Flight) -> bool:
        """Whether its airport has a charter slot left on its day."""
        limit = self._instance.airports[flight.origin].charter_slots_per_day
        return self._charters[flight.origin, flight.date] < limit

    def has_aircraft(self, flight: Flight) -> bool:
        """Whether an aircraft of its type is left on its day."""
        return self._fleet[flight.aircraft, flight.date] < self._instance.fleet_per_day[str(flight.aircraft)]

    def obstacle(self, group: Group, flight: Flight) -> str | None:
        """The first limit that keeps a group off a flight that can be opened, as a code word; None if it fits."""
        on, number = self._on, flight.id
        airport = self._instance.airports[flight.origin]
        more = self._escorts_with(group, flight) - self._escorts_on(flight)
        if on[number, "seats"] + group.seats + self._escorts_with(group, flight) > flight.seats:
            return "seats"
        if on[number, "persons"] + group.persons > flight.landing_quota:
            return "quota"
        for kind in ("infants", "wheelchairs", "stretchers", "unaccompanied"):
            wanted = getattr(group, kind)
            if wanted and on[number, kind] + wanted > getattr(flight, kind):
                return kind
        if self._people[flight.origin, flight.date] + group.persons > airport.persons_per_day:
            return "persons_per_day"
        week = flight.origin, self._instance.week(flight.date)
        if more and self._escorts[week] + more > airport.escorts_per_week:
            return "escorts_per_week"
        return None

    def take(self, group: Group, flight: Flight, sign: int = 1) -> None:
        """Count a group onto a flight; with `sign` -1 off it again."""
        on, number = self._on, flight.id
        before, was = self._escorts_on(flight), self.used(flight)
        for kind in ("seats", "persons", "infants", "wheelchairs", "stretchers", "unaccompanied", "medical_escorts"):
            on[number, kind] += sign * getattr(group, kind)
        self._groups[number] += sign
        self._people[flight.origin, flight.date] += sign * group.persons
        self._escorts[flight.origin, self._instance.week(flight.date)] += self._escorts_on(flight) - before
        if flight.charter and was != self.used(flight):
            self._charters[flight.origin, flight.date] += sign
            self._fleet[flight.aircraft, flight.date] += sign

    def more_escorts(self, group: Group, flight: Flight) -> int:
        """How many more escorts the flight would need with the group."""
        return self._escorts_with(group, flight) - self._escorts_on(flight)

    def free_seats(self, flight: Flight) -> int:
        """Seats that neither a passenger nor an escort has."""
        return flight.seats - self._on[flight.id, "seats"] - self._escorts_on(flight)

    def _escorts_on(self, flight: Flight) -> int:
        medical, alone = self._on[flight.id, "medical_escorts"], self._on[flight.id, "unaccompanied"]
        return medical - (-alone // self._per_escort)

    def _escorts_with(self, group: Group, flight: Flight) -> int:
        medical = self._on[flight.id, "medical_escorts"] + group.medical_escorts
        return medical - (-(self._on[flight.id, "unaccompanied"] + group.unaccompanied) // self._per_escort)
