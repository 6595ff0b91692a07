"""Whether a plan keeps every rule, and what it costs: read straight off the format, apart from the solver.

Nothing here is shared with how plans are made, so that a mistake there is seen here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from darb.rules.refusal import Invalid, Refusal
from darb.rules.words import _

from .instance import Flight, Group, Instance

LIMITS = ("infants", "wheelchairs", "stretchers", "unaccompanied")
WORDS = {
    "infants": _("infants"),
    "wheelchairs": _("wheelchairs"),
    "stretchers": _("stretchers"),
    "unaccompanied": _("unaccompanied children"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of what a plan costs, in the instance's currency; `total` is the objective."""

    waiting: float = 0.0
    expired: float = 0.0
    left: float = 0.0
    charter: float = 0.0
    seats: float = 0.0
    transfer: float = 0.0
    escorts: float = 0.0
    moves: float = 0.0

    @property
    def total(self) -> float:
        """All parts together."""
        return math.fsum(getattr(self, part.name) for part in fields(self))


@dataclass(slots=True)
class Load:
    """What a flight carries."""

    persons: int = 0
    seats: int = 0
    infants: int = 0
    wheelchairs: int = 0
    stretchers: int = 0
    medical_escorts: int = 0
    unaccompanied: int = 0

    def add(self, group: Group) -> None:
        """Take a group aboard."""
        self.persons += group.persons
        self.seats += group.seats
        self.infants += group.infants
        self.wheelchairs += group.wheelchairs
        self.stretchers += group.stretchers
        self.medical_escorts += group.medical_escorts
        self.unaccompanied += group.unaccompanied

    def escorts(self, per_escort: int) -> int:
        """Everybody who comes along to help: medical escorts, and one for so many unaccompanied children."""
        return self.medical_escorts + -(-self.unaccompanied // per_escort)


def loads(instance: Instance, assignments: Mapping[str, str]) -> dict[str, Load]:
    """What each used flight carries, by its id; takes group id to flight id, all of them known."""
    found: dict[str, Load] = {}
    for group, flight in assignments.items():
        found.setdefault(flight, Load()).add(instance.groups[group])
    return found


def check(instance: Instance, assignments: Mapping[str, str]) -> list[Refusal]:
    """Every rule that a plan breaks, each as one sentence; empty for a plan that may be flown.

    Takes group id to flight id. A group or flight that isn't in the instance is a broken rule too.
    """
    wrong: list[Refusal] = []
    known: dict[str, str] = {}
    for name, number in assignments.items():
        if name in instance.groups and number in instance.flights:
            known[name] = number
            wrong += _of_group(instance, instance.groups[name], instance.flights[number])
        else:
            wrong.append(
                Refusal(
                    "planning.not_in_instance",
                    _("Group {group} or flight {flight} isn't in the instance."),
                    {"group": name, "flight": number},
                )
            )
    carried = loads(instance, known)
    for number, load in carried.items():
        wrong += _of_flight(instance, instance.flights[number], load)
    wrong += _of_airports(instance, carried)
    wrong += _of_locks(instance, assignments)
    return wrong


def refuse_impossible_locks(instance: Instance) -> None:
    """Raise `Invalid` where the locked groups break a rule by themselves.

    Every rule only ever forbids more: what they break alone, every plan breaks.
    """
    refuse_locks(check(instance, instance.locked))


def refuse_locks(wrong: Sequence[Refusal]) -> None:
    """Raise `Invalid` with the first rule that the locked groups break by themselves, if there is one."""
    if wrong:
        raise Invalid(
            "planning.locks",
            _("The locked groups can't be kept where they are: {why}"),
            field="locked",
            why=wrong[0],
        )


def cost(instance: Instance, assignments: Mapping[str, str]) -> Cost:
    """What a plan costs, by parts. Takes group id to flight id, all of them known, whether or not rules hold."""
    prices = instance.prices
    part = dict.fromkeys((one.name for one in fields(Cost)), 0.0)
    for group in instance.groups.values():
        number = assignments.get(group.id)
        flight = instance.flights[number] if number is not None else None
        last = flight.date if flight else min(group.until, instance.end)
        waited = max(0, (last - group.ready).days)
        part["waiting"] += prices.waiting_per_person_day * group.weight * group.persons * waited
        if flight:
            part["seats"] += flight.seat_cost * group.seats
            part["transfer"] += instance.transfers.get((group.site, flight.origin), 0.0) * group.persons
        elif group.until < instance.end:
            part["expired"] += prices.expired_per_person * group.persons
        else:
            part["left"] += prices.left_at_end_per_person[group.destination] * group.persons
        if instance.current.get(group.id, number) != number:
            part["moves"] += prices.move_per_person * group.persons
    for number, load in loads(instance, assignments).items():
        flight = instance.flights[number]
        escorts = load.escorts(prices.unaccompanied_per_escort)
        part["charter"] += flight.fixed_cost
        part["escorts"] += prices.escort * escorts
        part["seats"] += flight.seat_cost * escorts
    return Cost(**part)


def _of_group(instance: Instance, group: Group, flight: Flight) -> list[Refusal]:
    told = {"group": group.id, "flight": flight.id}
    wrong = []
    if flight.destination != group.destination:
        wrong.append(
            Refusal(
                "planning.destination",
                _("Group {group} goes to {wanted}, and flight {flight} to {destination}."),
                {**told, "wanted": group.destination, "destination": flight.destination},
            )
        )
    if not group.ready <= flight.date <= group.until:
        wrong.append(
            Refusal(
                "planning.not_in_window",
                _("Group {group} may travel from {ready} to {until}, and flight {flight} leaves on {day}."),
                {**told, "ready": group.ready, "until": group.until, "day": flight.date},
            )
        )
    if (group.site, flight.origin) not in instance.transfers:
        wrong.append(
            Refusal(
                "planning.unreachable",
                _("Group {group} is at {site}, from where {airport} can't be reached (flight {flight})."),
                {**told, "site": group.site, "airport": flight.origin},
            )
        )
    return wrong


def _of_flight(instance: Instance, flight: Flight, load: Load) -> list[Refusal]:
    wrong = []
    told = {"flight": flight.id}
    if flight.id in instance.cancelled:
        wrong.append(Refusal("planning.cancelled", _("Flight {flight} is cancelled."), told))
    seats = load.seats + load.escorts(instance.prices.unaccompanied_per_escort)
    if seats > flight.seats:
        wrong.append(
            Refusal(
                "planning.seats",
                _("Flight {flight} would need {needed} seats with its escorts, and has {limit}."),
                {**told, "needed": seats, "limit": flight.seats},
            )
        )
    if load.persons > flight.landing_quota:
        wrong.append(
            Refusal(
                "planning.quota",
                _("Flight {flight} would carry {needed} people, and may land {limit}."),
                {**told, "needed": load.persons, "limit": flight.landing_quota},
            )
        )
    for kind in LIMITS:
        if getattr(load, kind) > getattr(flight, kind):
            wrong.append(
                Refusal(
                    "planning.limit",
                    _("Flight {flight} would carry {needed} {kind}, and takes {limit}."),
                    {**told, "kind": WORDS[kind], "needed": getattr(load, kind), "limit": getattr(flight, kind)},
                )
            )
    return wrong


def _of_airports(instance: Instance, carried: Mapping[str, Load]) -> list[Refusal]:
    charters: Counter[tuple[str, date]] = Counter()
    people: Counter[tuple[str, date]] = Counter()
    escorts: Counter[tuple[str, int]] = Counter()
    fleet: Counter[tuple[str, date]] = Counter()
    for number, load in carried.items():
        flight = instance.flights[number]
        people[flight.origin, flight.date] += load.persons
        escorts[flight.origin, instance.week(flight.date)] += load.escorts(instance.prices.unaccompanied_per_escort)
        if flight.charter:
            charters[flight.origin, flight.date] += 1
            fleet[str(flight.aircraft), flight.date] += 1
    wrong = []
    for (code, day), used in charters.items():
        airport = instance.airports[code]
        if day in airport.closed_days:
            wrong.append(
                Refusal(
                    "planning.closed",
                    _("{airport} is closed to charters on {day}."),
                    {"airport": code, "day": day},
                )
            )
        elif used > airport.charter_slots_per_day:
            wrong.append(
                Refusal(
                    "planning.slots",
                    _("{airport} would have {needed} charters on {day}, and has {limit} slots."),
                    {"airport": code, "day": day, "needed": used, "limit": airport.charter_slots_per_day},
                )
            )
    wrong += [
        Refusal(
            "planning.persons_per_day",
            _("{airport} would have {needed} people on {day}, and takes {limit}."),
            {"airport": code, "day": day, "needed": used, "limit": instance.airports[code].persons_per_day},
        )
        for (code, day), used in people.items()
        if used > instance.airports[code].persons_per_day
    ]
    wrong += [
        Refusal(
            "planning.escorts_per_week",
            _("{airport} would need {needed} escorts in week {week}, and has {limit}."),
            {"airport": code, "week": week + 1, "needed": used, "limit": instance.airports[code].escorts_per_week},
        )
        for (code, week), used in escorts.items()
        if used > instance.airports[code].escorts_per_week
    ]
    wrong += [
        Refusal(
            "planning.fleet",
            _("{needed} {aircraft} would fly on {day}, and there are {limit}."),
            {"aircraft": aircraft, "day": day, "needed": used, "limit": instance.fleet_per_day[aircraft]},
        )
        for (aircraft, day), used in fleet.items()
        if used > instance.fleet_per_day[aircraft]
    ]
    return wrong


def _of_locks(instance: Instance, assignments: Mapping[str, str]) -> list[Refusal]:
    return [
        Refusal(
            "planning.locked",
            _("Group {group} is locked on flight {flight}, and isn't on it."),
            {"group": group, "flight": flight},
        )
        for group, flight in instance.locked.items()
        if assignments.get(group) != flight
    ]
