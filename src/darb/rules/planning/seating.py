"""From numbers back to people: who of a class leaves on which flight, and seats that are still free are given away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from .checking import Load, loads
from .classes import Compiled, Floats, Stream, leaving, staying
from .instance import Flight, Group, Instance, Shared
from .modelling import Commons, Flow, Model
from .room import Room


def seated(compiled: Compiled, model: Model, values: Floats) -> dict[str, str]:
    """Who leaves on which flight where the model's solution counts only how many; parts of a unit stay.

    Seats are given from the last flight back, to those who may travel longest: of one class, leaving somebody costs
    the more the longer their papers would have lasted, and in a chain nobody who may begin later must end earlier.
    """
    assigned: dict[str, str] = {}
    for flow in model.flows:
        seats = [
            compiled.flights[number]
            for number, amount in zip(flow.stream.able.tolist(), values[flow.x].tolist(), strict=True)
            for _seat in range(int(amount + 1e-4))
        ]
        for *_, group in sorted(flow.stream.members, key=_by_days, reverse=True):
            while seats and seats[-1].date > group.until:
                seats.pop()
            if not seats:
                break
            if seats[-1].date >= group.ready:
                assigned[group.id] = seats.pop().id
    return assigned


def numbers(compiled: Compiled, commons: Commons, model: Model, assignments: Mapping[str, str]) -> Floats:
    """What a plan is in a model's columns: the reverse of `seated`.

    For a model of all flights to one destination, whose streams know their members; in streams of seats a group
    counts with all of its seats.
    """
    values = np.zeros(len(model.cost))
    place = {compiled.flights[n].id: at for at, n in enumerate(model.flights)}
    alone = np.array([commons.held.get(flight, Load()).unaccompanied for flight in place])
    used = model.low[model.y]
    for flow in model.flows:
        at = {compiled.flights[n].id: p for p, n in enumerate(flow.stream.able)}
        gone = np.zeros(len(flow.day))
        begin = min(first for first, _last, _group in flow.stream.members)
        for first, last, group in flow.stream.members:
            amount = (group.seats + group.medical_escorts) / flow.stream.units if flow.stream.units else 1.0
            flight = assignments.get(group.id)
            if flight is None:
                since, until = flow.event[first - begin], flow.event[last - begin]
                values[_left(compiled, model, flow, (int(since), int(until)), group, amount)] += amount
                gone[until] += amount
            else:
                values[flow.x[at[flight]]] += amount
                gone[flow.event[at[flight]]] += amount
                used[place[flight]] = 1.0
                alone[place[flight]] += group.unaccompanied
        values[flow.waiting] = np.cumsum(flow.arriving - gone)[:-1]
    values[model.y] = used
    values[model.e] = -(-alone // commons.per_escort)
    return values


def _left(compiled: Compiled, model: Model, flow: Flow, days: tuple[int, int], group: Group, amount: float) -> int:
    """The column of those of a flow who are left as one group is, which counts with `amount`."""
    found = flow.left[(flow.since == days[0]) & (flow.until == days[1])]
    cost = staying(compiled.instance, group) / amount
    return int(found[np.argmin(np.abs(model.cost[found] - cost))])


def _by_days(member: tuple[int, int, Group]) -> tuple[int, int, date, date, str]:
    first, last, group = member
    return last, first, group.until, group.ready, group.id


def of_destination(instance: Instance, destination: str) -> Instance:
    """The part of the instance that is about one destination."""
    groups = {name: g for name, g in instance.groups.items() if g.destination == destination}
    return replace(
        instance,
        groups=groups,
        flights={number: f for number, f in instance.flights.items() if f.destination == destination},
        current={name: flight for name, flight in instance.current.items() if name in groups},
        locked={name: flight for name, flight in instance.locked.items() if name in groups},
    )


def taken(compiled: Compiled, commons: Commons, assignments: Mapping[str, str]) -> dict[Shared, float]:
    """How much of what flights share some assignments take, beyond what locked groups hold of people and escorts."""
    instance = compiled.instance
    used: dict[Shared, float] = {}
    for number, load in loads(instance, assignments).items():
        flight = instance.flights[number]
        held = commons.held.get(number)
        day = (flight.date - instance.start).days
        mine: dict[Shared, float] = {
            ("persons", flight.origin, day): load.persons - (held.persons if held else 0),
            ("escorts", flight.origin, day // 7): load.escorts(commons.per_escort)
            - (held.medical_escorts if held else 0),
        }
        if flight.charter:
            mine["slots", flight.origin, day] = 1
            mine["fleet", str(flight.aircraft), day] = 1
        for shared, amount in mine.items():
            if shared in commons.capacity:
                used[shared] = used.get(shared, 0.0) + amount
    return used


def fitted(
    instance: Instance,
    assignments: Mapping[str, str],
    wished: Mapping[str, str],
    claimed: Mapping[Shared, float] | None = None,
) -> dict[str, str]:
    """Those of `wished` who find room beside everybody's `assignments`; what is `claimed` is left alone.

    Whoever needs escorts comes first, for there the divided solution that wishes may come from holds least.
    """
    room, found = Room(instance, assignments, claimed), {}
    for name, number in sorted(wished.items(), key=lambda one: not instance.groups[one[0]].unaccompanied):
        group, flight = instance.groups[name], instance.flights[number]
        if room.can_open(flight) and room.obstacle(group, flight) is None:
            room.take(group, flight)
            found[name] = number
    return found


def filled(
    instance: Instance,
    assignments: Mapping[str, str],
    groups: Iterable[Group],
    claimed: Mapping[Shared, float] | None = None,
) -> dict[str, str]:
    """Give free seats on flights that are used to `groups` who stay, and bring people forward into what is left.

    Every move is one that the limits allow and that pays; `assignments` are everybody's, and what is `claimed` beyond
    them of people a day and escorts a week is left alone.
    """
    found = dict(assignments)
    mine = [g for g in groups if g.id not in instance.locked]
    if not mine:
        return found
    room = Room(instance, assignments, claimed)
    staying = sorted(
        (g for g in mine if g.id not in found), key=lambda g: (-leaving(instance, g) / max(1, g.seats), g.ready)
    )
    flying = sorted((g for g in mine if g.id in found), key=lambda g: (-g.weight * g.persons, g.ready))
    for some in (staying, flying):
        free = {to: [f for f in flights if _has_seats(room, f)] for to, flights in instance.flights_to.items()}
        for group in some:
            if free.get(group.destination):
                _place(instance, room, found, group, free[group.destination])
    return found


def _has_seats(room: Room, flight: Flight) -> bool:
    """Whether the flight is used, or costs nothing to use, and has a free seat."""
    return (room.used(flight) or not (flight.charter or flight.fixed_cost)) and room.free_seats(flight) > 0


def _place(instance: Instance, room: Room, found: dict[str, str], group: Group, flights: list[Flight]) -> None:
    """Put the group on the flight that saves most against where it is, if any does."""
    here = instance.flights[found[group.id]] if group.id in found else None
    now = _price(instance, group, here) if here else leaving(instance, group)
    if here:
        now += _escort_price(instance, room, group, here, -1)
    best: tuple[float, Flight] | None = None
    for flight in flights:
        if flight.date > group.until:
            break
        if (
            flight.date >= group.ready
            and room.free_seats(flight) >= group.seats
            and (group.site, flight.origin) in instance.transfers
            and flight is not here
        ):
            price = _price(instance, group, flight)
            if price < now - 1e-6 and (best is None or price < best[0]) and room.obstacle(group, flight) is None:
                price += _escort_price(instance, room, group, flight, 1)
                if price < now - 1e-6 and (best is None or price < best[0]):
                    best = price, flight
    if best:
        if here:
            room.take(group, here, -1)
        room.take(group, best[1])
        found[group.id] = best[1].id


def _escort_price(instance: Instance, room: Room, group: Group, flight: Flight, sign: int) -> float:
    """What the escorts of its unaccompanied children cost a flight more (or, for -1, cost it now)."""
    if not group.unaccompanied:
        return 0.0
    if sign > 0:
        more = room.more_escorts(group, flight) - group.medical_escorts
    else:
        room.take(group, flight, -1)
        more = room.more_escorts(group, flight) - group.medical_escorts
        room.take(group, flight)
    return more * (instance.prices.escort + flight.seat_cost)


def _price(instance: Instance, group: Group, flight: Flight) -> float:
    """What one group costs on a flight, all but the flight itself and escorts of unaccompanied children."""
    prices = instance.prices
    days = (flight.date - group.ready).days
    told = instance.current.get(group.id)
    moved = prices.move_per_person if told not in (None, flight.id) else 0.0
    return (
        group.persons * (prices.waiting_per_person_day * group.weight * days + moved)
        + group.persons * instance.transfers[group.site, flight.origin]
        + group.medical_escorts * prices.escort
        + (group.seats + group.medical_escorts) * flight.seat_cost
    )


def streams_of(compiled: Compiled, destination: str) -> list[Stream]:
    """The classes that go to one destination."""
    return [stream for stream in compiled.classes if stream.destination == destination]
