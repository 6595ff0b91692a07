"""Why somebody isn't on a flight, and what a flight that isn't opened would have cost and saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from darb.rules.refusal import Refusal
from darb.rules.words import _

from .instance import Flight, Group, Instance
from .plan import Plan
from .room import Room

FULL = {
    "seats": _("Too few free seats on flights from {airport} to {destination} in their time: {count} (first {first})."),
    "quota": _("No more may land on flights from {airport} to {destination} in their time: {count} (first {first})."),
    "infants": _("No more infants on flights from {airport} to {destination} in their time: {count} (first {first})."),
    "wheelchairs": _(
        "No more wheelchairs on flights from {airport} to {destination} in their time: {count} (first {first})."
    ),
    "stretchers": _(
        "No more stretchers on flights from {airport} to {destination} in their time: {count} (first {first})."
    ),
    "unaccompanied": _(
        "No more unaccompanied children on flights from {airport} to {destination} in their time: "
        "{count} (first {first})."
    ),
    "persons_per_day": _("{airport} takes no more people on the days of flights in their time: {count} ({first})."),
    "escorts_per_week": _("{airport} has no more escorts in the weeks of flights in their time: {count} ({first})."),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What using one more flight would come to: `persons` would fly on it, it would cost `cost` and save `saved`.

    `persons` are those who would gain most, as far as the limits let them; `obstacles` forbid opening it at all.
    """

    flight: str
    persons: int
    cost: float
    saved: float
    obstacles: tuple[Refusal, ...] = ()

    @property
    def net(self) -> float:
        """What opening it would add to the cost of the plan; negative if it would pay."""
        return self.cost - self.saved


class Why:
    """Answers questions about one plan; ask several of one, for it counts the plan's loads only once."""

    def __init__(self, instance: Instance, assignments: Mapping[str, str]) -> None:
        self._instance = instance
        self._assignments = assignments
        self._room = Room(instance, assignments)
        self._openings: dict[str, Opening] = {}
        self._answers: dict[tuple[Group, str | None], tuple[Refusal, ...]] = {}

    def reasons(self, group: Group) -> tuple[Refusal, ...]:
        """Why `group` isn't on a flight, what could be changed most easily first; empty for a group that flies."""
        if group.id in self._assignments:
            return ()
        # Nothing of the answer depends on whose group it is: thousands of people alone are asked about at once.
        alike = replace(group, id=""), self._instance.current.get(group.id)
        if alike not in self._answers:
            self._answers[alike] = self._found(group)
        return self._answers[alike]

    def _found(self, group: Group) -> tuple[Refusal, ...]:
        flights = self._instance.flights_to.get(group.destination, ())
        if not flights:
            told = {"destination": group.destination}
            return (
                *self._cancelled(group),
                Refusal("planning.no_flight", _("No flight to {destination} is to be had."), told),
            )
        reached = {airport for site, airport in self._instance.transfers if site == group.site}
        near = [f for f in flights if f.origin in reached]
        in_time = [f for f in near if group.ready <= f.date <= group.until]
        return (
            *self._dearer(group, in_time),
            *self._full(group, in_time),
            *self._closed(group, in_time),
            *self._elsewhere(group, [f for f in flights if f.origin not in reached]),
            *self._out_of_time(group, near, in_time),
            *self._cancelled(group),
        )

    def opening(self, flight: Flight) -> Opening:
        """What using `flight`, on which nobody is, would have cost and saved."""
        if flight.id not in self._openings:
            self._openings[flight.id] = self._opened(flight)
        return self._openings[flight.id]

    def _opened(self, flight: Flight) -> Opening:
        gains = sorted(self._gains(flight), key=lambda pair: (-pair[0] / max(1, pair[1].seats), pair[1].ready))
        aboard: list[Group] = []
        saved = cost = 0.0
        for gain, group in gains:
            full = group.seats and self._room.free_seats(flight) <= 0
            if not full and self._room.obstacle(group, flight) is None:
                cost += self._escorts(group, flight)
                self._room.take(group, flight)
                aboard.append(group)
                saved += gain
        for group in aboard:
            self._room.take(group, flight, -1)
        return Opening(
            flight.id, sum(g.persons for g in aboard), cost + flight.fixed_cost, saved, tuple(self._obstacles(flight))
        )

    def _gains(self, flight: Flight) -> Iterable[tuple[float, Group]]:
        sites = {site for site, airport in self._instance.transfers if airport == flight.origin}
        for group in self._to.get(flight.destination, ()):
            if group.ready > flight.date:
                break
            if flight.date <= group.until and group.site in sites and group.id not in self._instance.locked:
                number = self._assignments.get(group.id)
                now = self._instance.flights[number] if number else None
                gain = self._alone(group, now) - self._alone(group, flight)
                if gain > 0:
                    yield gain, group

    @cached_property
    def _to(self) -> Mapping[str, list[Group]]:
        """The groups by destination, in the order in which they are ready."""
        found: dict[str, list[Group]] = {}
        for group in sorted(self._instance.groups.values(), key=lambda g: g.ready):
            found.setdefault(group.destination, []).append(group)
        return found

    def _alone(self, group: Group, flight: Flight | None) -> float:
        """What one group costs on a flight, or left, beside what it shares with others (the flight, escorts)."""
        prices = self._instance.prices
        last = flight.date if flight else min(group.until, self._instance.end)
        days = max(0, (last - group.ready).days)
        total = prices.waiting_per_person_day * group.weight * group.persons * days
        if flight:
            total += flight.seat_cost * group.seats
            total += self._instance.transfers[group.site, flight.origin] * group.persons
        elif group.until < self._instance.end:
            total += prices.expired_per_person * group.persons
        else:
            total += prices.left_at_end_per_person[group.destination] * group.persons
        told = self._instance.current.get(group.id)
        if told is not None and (flight is None or flight.id != told):
            total += prices.move_per_person * group.persons
        return total

    def _escorts(self, group: Group, flight: Flight) -> float:
        return self._room.more_escorts(group, flight) * (self._instance.prices.escort + flight.seat_cost)

    def _dearer(self, group: Group, flights: list[Flight]) -> list[Refusal]:
        """Flights with room, opened or to be opened, that cost more than staying: the cheapest of each."""
        found = []
        fit = [f for f in flights if self._open(f) and self._room.obstacle(group, f) is None]
        if fit:
            more = {f.id: self._alone(group, f) + self._escorts(group, f) - self._alone(group, None) for f in fit}
            best = min(fit, key=lambda f: more[f.id])
            found.append(
                Refusal(
                    "planning.dearer",
                    _("Flight {flight} on {day} has room; taking them would cost {more} more than letting them stay."),
                    {"flight": best.id, "day": best.date, "more": round(more[best.id])},
                )
            )
        closed = [f for f in flights if not self._open(f) and self._room.can_open(f)]
        if closed:
            opening = min((self.opening(f) for f in closed), key=lambda o: o.net)
            found.append(
                Refusal(
                    "planning.not_opened",
                    _("Charters in their time not opened: {count}; {flight} would cost {cost} and save {saved}."),
                    {
                        "count": len(closed),
                        "flight": opening.flight,
                        "cost": round(opening.cost),
                        "saved": round(opening.saved),
                    },
                )
            )
        return found

    def _full(self, group: Group, flights: list[Flight]) -> list[Refusal]:
        stopped: dict[tuple[str, str], list[Flight]] = {}
        for flight in flights:
            limit = self._room.obstacle(group, flight) if self._open(flight) else None
            if limit:
                stopped.setdefault((limit, flight.origin), []).append(flight)
        return [
            Refusal(
                f"planning.full_{limit}",
                FULL[limit],
                {"airport": airport, "destination": group.destination, "count": len(them), "first": them[0].id},
            )
            for (limit, airport), them in sorted(stopped.items(), key=lambda item: (-len(item[1]), item[0]))
        ]

    def _closed(self, group: Group, flights: list[Flight]) -> list[Refusal]:
        seen: dict[str, Refusal] = {}
        for flight in flights:
            if not self._open(flight):
                for obstacle in self._obstacles(flight):
                    seen.setdefault(obstacle.code, obstacle)
        return list(seen.values())

    def _elsewhere(self, group: Group, flights: list[Flight]) -> list[Refusal]:
        with_room: dict[str, int] = {}
        for flight in flights:
            in_time = group.ready <= flight.date <= group.until
            flies = self._open(flight) or (not flight.fixed_cost and self._room.can_open(flight))
            if in_time and flies and self._room.obstacle(group, flight) is None:
                with_room[flight.origin] = with_room.get(flight.origin, 0) + 1
        return [
            Refusal(
                "planning.elsewhere",
                _("Flights from {airport} to {destination} with seats: {count}, but {site} has no way to {airport}."),
                {"count": count, "airport": airport, "destination": group.destination, "site": group.site},
            )
            for airport, count in sorted(with_room.items(), key=lambda item: (-item[1], item[0]))
        ]

    def _out_of_time(self, group: Group, near: list[Flight], in_time: list[Flight]) -> list[Refusal]:
        told = {"destination": group.destination, "ready": group.ready, "until": group.until, "site": group.site}
        found = []
        if not in_time:
            found.append(
                Refusal(
                    "planning.none_in_time",
                    _("No flight to {destination} that {site} can reach leaves from {ready} to {until}."),
                    told,
                )
            )
        sentences: list[tuple[str, str, Callable[[Flight], bool]]] = [
            (
                "planning.too_early",
                _("Flight {flight} on {day} has seats, but they are ready only on {ready}."),
                lambda f: f.date < group.ready,
            ),
            (
                "planning.too_late",
                _("Flight {flight} on {day} has seats, but they may travel only until {until}."),
                lambda f: f.date > group.until,
            ),
        ]
        for code, sentence, outside in sentences:
            fit = [f for f in near if outside(f) and self._open(f) and self._room.obstacle(group, f) is None]
            if fit:
                nearest = min(fit, key=lambda f: abs((f.date - group.ready).days))
                found.append(Refusal(code, sentence, {**told, "flight": nearest.id, "day": nearest.date}))
        return found

    def _cancelled(self, group: Group) -> list[Refusal]:
        gone = [self._instance.flights[number] for number in sorted(self._instance.cancelled)]
        return [
            Refusal(
                "planning.was_cancelled", _("Flight {flight} on {day} is cancelled."), {"flight": f.id, "day": f.date}
            )
            for f in gone
            if f.destination == group.destination and group.ready <= f.date <= group.until
        ]

    def _open(self, flight: Flight) -> bool:
        return self._room.used(flight) or not (flight.charter or flight.fixed_cost)

    def _obstacles(self, flight: Flight) -> list[Refusal]:
        """What stands against using a charter that isn't used."""
        if flight.id in self._instance.cancelled:
            return [Refusal("planning.cancelled", _("Flight {flight} is cancelled."), {"flight": flight.id})]
        airport = self._instance.airports[flight.origin]
        told = {"airport": flight.origin, "day": flight.date, "aircraft": flight.aircraft, "flight": flight.id}
        if self._room.can_open(flight):
            return []
        if flight.date in airport.closed_days:
            return [Refusal("planning.closed", _("{airport} is closed to charters on {day}."), told)]
        found = []
        if not self._room.has_slot(flight):
            found.append(Refusal("planning.no_slot", _("{airport} has no charter slot left on {day}."), told))
        if not self._room.has_aircraft(flight):
            found.append(Refusal("planning.no_aircraft", _("No {aircraft} is left on {day}."), told))
        return found


def reasons(instance: Instance, plan: Plan, group: Group) -> tuple[Refusal, ...]:
    """Why `group` isn't on a flight, what could be changed most easily first; empty for a group that flies.

    Ask `Why` itself where there are many.
    """
    return Why(instance, plan.assignments).reasons(group)


def unopened(instance: Instance, plan: Plan, flight: Flight) -> Opening:
    """What using `flight`, on which nobody is, would have cost and saved."""
    return Why(instance, plan.assignments).opening(flight)
