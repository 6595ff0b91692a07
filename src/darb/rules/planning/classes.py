"""Groups that no rule can tell apart but by their days are one class, served in the order of their days.

What stays of a group is then a number: how many of its class leave on which flight.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .instance import Flight, Group, Instance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
W = TypeVar("W", bound=tuple[Any, ...])


class Kind(NamedTuple):
    """What decides which flights can take a group, and what it takes of them."""

    destination: str
    site: str
    persons: int
    seats: int
    infants: int
    wheelchairs: int
    stretchers: int
    medical_escorts: int
    unaccompanied: int


class Cohort(NamedTuple):
    """Units that may take the same flights: places in a stream's `able`, how many, what leaving one behind costs."""

    first: int
    last: int
    amount: float
    leaving: float


@dataclass(slots=True)
class Stream:
    """Units that are alike: groups of one class, or seats of several classes.

    `able` are the flights (by number, by day) that a unit may take, and `price` what it costs on each: all but the
    flight itself and the escorts of unaccompanied children, with waiting counted from the horizon's first day.
    """

    destination: str
    able: Ints
    price: Floats
    cohorts: list[Cohort]
    seats: float
    persons: float
    infants: float
    wheelchairs: float
    stretchers: float
    medical_escorts: float
    unaccompanied: float
    weight: float = 1.0
    members: list[tuple[int, int, Group]] = field(default_factory=list)

    @property
    def units(self) -> float:
        """How many seats a unit takes with its medical escorts."""
        return self.seats + self.medical_escorts

    @property
    def ratio(self) -> float:
        """How many people it has for a seat."""
        return self.persons / self.units if self.units else 0.0

    @property
    def size(self) -> float:
        """How many units there are."""
        return sum(cohort.amount for cohort in self.cohorts)


@dataclass(slots=True)
class Compiled:
    """An instance as numbers. `flights` are the candidates that can be used, by destination and day.

    `constants` is what the model of a destination leaves out of its cost.
    """

    instance: Instance
    flights: list[Flight]
    day: Ints
    classes: list[Stream]
    constants: dict[str, float]

    @property
    def constant(self) -> float:
        """What the model of everything leaves out of the cost."""
        return math.fsum(self.constants.values())


def compile_instance(instance: Instance) -> Compiled:
    """Number the flights and put the groups into classes; what locked groups take is the model's to hold back."""
    flights = [f for them in instance.flights_to.values() for f in them if _usable(instance, f)]
    flights.sort(key=lambda f: (f.destination, f.date, f.id))
    reach = _Reach(instance, flights)
    found: dict[object, list[tuple[int, int, Group]]] = {}
    constants = {group.destination: 0.0 for group in instance.groups.values()}
    for group in instance.groups.values():
        if group.id in instance.locked:
            constants[group.destination] += _locked(instance, group)
            continue
        days = reach.of(_kind(group))[1]
        first = bisect_left(days, (group.ready - instance.start).days)
        last = bisect_right(days, (group.until - instance.start).days) - 1
        if first > last:
            constants[group.destination] += leaving(instance, group)
        else:
            key = (_kind(group), group.weight, group.until < instance.end, instance.current.get(group.id))
            found.setdefault(key, []).append((first, last, group))
    classes = [_stream(instance, reach, chain) for members in found.values() for chain in chains(members)]
    for stream in classes:
        for *_, group in stream.members:
            constants[group.destination] -= _waiting(instance, group) * (group.ready - instance.start).days
    return Compiled(instance, flights, reach.day, classes, constants)


def least(compiled: Compiled) -> float:
    """What every plan costs at least: everybody as if alone, with flights for nothing."""
    return compiled.constant + sum(
        amount * min(cost, float(stream.price[first : last + 1].min()))
        for stream in compiled.classes
        for first, last, amount, cost in stream.cohorts
    )


def leaving(instance: Instance, group: Group) -> float:
    """What it costs not to fly a group."""
    prices = instance.prices
    each = prices.left_at_end_per_person[group.destination]
    each = prices.expired_per_person if group.until < instance.end else each
    moved = prices.move_per_person if group.id in instance.current else 0.0
    days = max(0, (min(group.until, instance.end) - group.ready).days)
    return group.persons * (each + moved) + _waiting(instance, group) * days


def staying(instance: Instance, group: Group) -> float:
    """The same with waiting counted from the horizon's first day, as in `Stream.price`."""
    return leaving(instance, group) + _waiting(instance, group) * (group.ready - instance.start).days


def _locked(instance: Instance, group: Group) -> float:
    """What a locked group costs, all but its flight and the escorts of unaccompanied children."""
    flight, prices = instance.flights[instance.locked[group.id]], instance.prices
    moved = instance.current.get(group.id, flight.id) != flight.id
    return (
        _waiting(instance, group) * (flight.date - group.ready).days
        + flight.seat_cost * (group.seats + group.medical_escorts)
        + prices.escort * group.medical_escorts
        + instance.transfers[group.site, flight.origin] * group.persons
        + prices.move_per_person * group.persons * moved
    )


def _waiting(instance: Instance, group: Group) -> float:
    """What one day of a group's waiting costs."""
    return instance.prices.waiting_per_person_day * group.weight * group.persons


def _usable(instance: Instance, flight: Flight) -> bool:
    airport = instance.airports[flight.origin]
    return not flight.charter or (
        flight.date not in airport.closed_days
        and airport.charter_slots_per_day > 0
        and instance.fleet_per_day[str(flight.aircraft)] > 0
    )


def _kind(group: Group) -> Kind:
    return Kind(
        group.destination,
        group.site,
        group.persons,
        group.seats,
        group.infants,
        group.wheelchairs,
        group.stretchers,
        group.medical_escorts,
        group.unaccompanied,
    )


class _Reach:
    """Which flights can take a kind of group, had it all room to itself."""

    def __init__(self, instance: Instance, flights: list[Flight]) -> None:
        self.instance = instance
        self.flights = flights
        self.day = np.array([(f.date - instance.start).days for f in flights], dtype=np.int64)
        self._to: dict[str, list[int]] = {}
        for number, flight in enumerate(flights):
            self._to.setdefault(flight.destination, []).append(number)
        self._known: dict[Kind, tuple[Ints, list[int]]] = {}
        self._same: dict[bytes, Ints] = {}

    def of(self, kind: Kind) -> tuple[Ints, list[int]]:
        """The flights by number, and their days, both in order of day."""
        if kind not in self._known:
            found = [n for n in self._to.get(kind.destination, ()) if self._fits(kind, self.flights[n])]
            able = np.array(found, dtype=np.int64)
            able = self._same.setdefault(able.tobytes(), able)
            self._known[kind] = able, self.day[able].tolist()
        return self._known[kind]

    def _fits(self, kind: Kind, flight: Flight) -> bool:
        airport = self.instance.airports[flight.origin]
        escorts = kind.medical_escorts - (-kind.unaccompanied // self.instance.prices.unaccompanied_per_escort)
        return (
            (kind.site, flight.origin) in self.instance.transfers
            and kind.seats + escorts <= flight.seats
            and kind.persons <= min(flight.landing_quota, airport.persons_per_day)
            and kind.infants <= flight.infants
            and kind.wheelchairs <= flight.wheelchairs
            and kind.stretchers <= flight.stretchers
            and kind.unaccompanied <= flight.unaccompanied
            and escorts <= airport.escorts_per_week
        )


def chains(members: Iterable[W]) -> list[list[W]]:
    """As few chains as do in which nobody who may begin later must end earlier: who is first is served first."""
    chains: list[list[W]] = []
    for member in sorted(members, key=lambda m: (m[0], m[1])):
        fitting = [chain for chain in chains if chain[-1][1] <= member[1]]
        if fitting:
            max(fitting, key=lambda chain: chain[-1][1]).append(member)
        else:
            chains.append([member])
    return chains


def _stream(instance: Instance, reach: _Reach, members: list[tuple[int, int, Group]]) -> Stream:
    group = members[0][2]
    kind, prices = _kind(group), instance.prices
    able, days = reach.of(kind)
    aboard = [reach.flights[n] for n in able]
    told = instance.current.get(group.id)
    price = np.array(
        [
            instance.transfers[group.site, f.origin] * group.persons
            + f.seat_cost * (group.seats + group.medical_escorts)
            + (prices.move_per_person * group.persons if told not in (None, f.id) else 0.0)
            for f in aboard
        ]
    )
    price += np.array(days) * _waiting(instance, group) + prices.escort * group.medical_escorts
    cohorts: dict[tuple[int, int, float], int] = {}
    for first, last, member in members:
        cost = staying(instance, member)
        cohorts[first, last, cost] = cohorts.get((first, last, cost), 0) + 1
    return Stream(
        kind.destination,
        able,
        price,
        [Cohort(first, last, n, cost) for (first, last, cost), n in cohorts.items()],
        kind.seats,
        kind.persons,
        kind.infants,
        kind.wheelchairs,
        kind.stretchers,
        kind.medical_escorts,
        kind.unaccompanied,
        group.weight,
        members,
    )
