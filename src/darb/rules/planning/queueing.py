"""First come, first served: how flights are filled without planning, and what planning begins from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .checking import cost
from .instance import Flight, Group, Instance
from .room import Room

FILLS = (0.5, 0.7, 0.8, 0.9, 0.95)
"""How full a charter must be before it is opened, as tried by `queues`."""


def first_come_first_served(
    instance: Instance, fill: float = 0.8, *, order: Callable[[Group], Any] | None = None
) -> dict[str, str]:
    """Fill each flight in order of date with those who have waited longest; gives group id to flight id.

    A charter is opened once those waiting fill the share `fill` of its seats. `order` sorts the queue instead of
    the day on which a group was ready.
    """
    key = order or (lambda group: (group.ready, group.until))
    assigned = dict(instance.locked)
    room = Room(instance, assigned)
    waiting: dict[str, list[Group]] = {}
    for group in sorted(instance.groups.values(), key=key):
        if group.id not in assigned:
            waiting.setdefault(group.destination, []).append(group)
    for flight in sorted(instance.flights.values(), key=lambda f: (f.date, f.id)):
        if flight.id in instance.cancelled or not room.can_open(flight):
            continue
        queue, opened = waiting.get(flight.destination, []), room.used(flight) or not flight.charter
        taken = _board(instance, room, flight, queue)
        if not opened and flight.seats - room.free_seats(flight) < fill * min(flight.seats, flight.landing_quota):
            for group in taken:
                room.take(group, flight, -1)
            continue
        gone = {group.id for group in taken}
        assigned |= dict.fromkeys(gone, flight.id)
        waiting[flight.destination] = [g for g in queue if g.id not in gone and g.until > flight.date]
    return assigned


def best_queue(instance: Instance) -> dict[str, str]:
    """The cheapest of several ways to queue (see `queues`)."""
    return min(queues(instance), key=lambda assignments: cost(instance, assignments).total)


def queues(instance: Instance) -> Iterator[dict[str, str]]:
    """Several ways to queue, one at a time: by day or by priority, opening fuller or emptier charters."""
    orders: list[Callable[[Group], Any] | None] = [None, lambda group: (-group.weight, group.ready)]
    return (first_come_first_served(instance, fill, order=order) for order in orders for fill in FILLS)


def _board(instance: Instance, room: Room, flight: Flight, queue: list[Group]) -> list[Group]:
    taken: list[Group] = []
    reach = {site for site, airport in instance.transfers if airport == flight.origin}
    for group in queue:
        if (
            group.ready <= flight.date <= group.until
            and group.site in reach
            and room.obstacle(group, flight) is None
            and (flight.charter or _cheaper_than_leaving(instance, group, flight))
        ):
            room.take(group, flight)
            taken.append(group)
            if room.free_seats(flight) == 0:
                break
    return taken


def _cheaper_than_leaving(instance: Instance, group: Group, flight: Flight) -> bool:
    prices = instance.prices
    price = prices.expired_per_person
    if group.until >= instance.end:
        price = prices.left_at_end_per_person[group.destination]
    spared = (min(group.until, instance.end) - flight.date).days * prices.waiting_per_person_day * group.weight
    return flight.seat_cost * group.seats <= (price + spared) * group.persons
