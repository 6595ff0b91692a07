"""What an instance can't say of a mission, and two instances on either side of it that can.

The format gives a group one window, a flight one destination, an aircraft one turn a day, and a limit to one flight
alone. A mission has people who are ready, red and ready again, flights with several stops, aircraft that come back
and leave again, and receiving missions that take so many a week. So the mission is told as an instance and what is
`Beyond` it; `relaxed` allows every plan of the mission and more (what is proven of it holds), `narrowed` only such
(what it finds can be flown).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .checking import loads
from .instance import Flight, Group, Instance
from .turns import at_one_moment, by_turns, until_all_are_back

Stretch = tuple[date, date]
"""The first and the last of some days on end."""
LIMITS = {
    "seats": "seats",
    "landing_quota": "persons",
    "infants": "infants",
    "wheelchairs": "wheelchairs",
    "stretchers": "stretchers",
    "unaccompanied": "unaccompanied",
}
"""What a flight limits, and what of a load counts against it (seats with escorts)."""
ABOARD = tuple(name for name in LIMITS if name != "landing_quota")
"""What the stops of one flight share: landing is each country's own."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Together these candidates take no more than `amount` of a `limit` (a field of `Flight`)."""

    flights: tuple[str, ...]
    limit: str
    amount: int


@dataclass(frozen=True)
class Beyond:
    """What holds beside an instance whose groups have one window from their first day to their last, whose aircraft
    are types, and where each stop of a flight is a candidate of the whole flight, the first with its price.

    `stretches` are the days of groups that are red in between. `stops` are candidates that are one flight. `away` is
    when an aircraft leaves and when it may leave again, in minutes of its day. `owed` are flights agreed already.
    """

    stretches: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    shared: tuple[Shared, ...] = ()
    stops: tuple[tuple[str, ...], ...] = ()
    away: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    owed: frozenset[str] = frozenset()

    def one_flight(self, key: str) -> tuple[str, ...]:
        """The candidates that are the same flight as this one, itself among them."""
        return next((parts for parts in self.stops if key in parts), (key,))


@dataclass(frozen=True)
class Mission:
    """What there is to plan: `raw`, an instance as `Beyond` wants it, and what holds beside it."""

    raw: Instance
    beyond: Beyond


def relaxed(raw: Instance, beyond: Beyond) -> Instance:
    """An instance that every plan of the mission fits, at no more than it costs: no plan is cheaper than its bound."""
    flights = dict(raw.flights)
    for shared in agreed(raw, beyond):
        for key in shared.flights:
            own = min(getattr(flights[key], shared.limit), shared.amount)
            flights[key] = _limited(flights[key], shared.limit, own)
    wanted = _wanted(raw)
    for parts in beyond.stops:
        price = sum(raw.flights[key].fixed_cost for key in parts)
        for key, part in zip(parts, _shares([wanted[key] for key in parts]), strict=True):
            flights[key] = replace(flights[key], fixed_cost=price * part)
        _one_charter(flights, parts, parts[0])
    return by_turns(replace(raw, flights=flights), beyond.away, _flown(raw, beyond), at_one_moment)


def narrowed(
    raw: Instance, beyond: Beyond, wish: Mapping[str, str], closed: Collection[str] = (), avoid: Collection[str] = ()
) -> Instance:
    """An instance of whose plans each can be flown, as near as may be to `wish` (group id to flight id).

    Groups get one of their stretches, that of the flight wished for or else the first with a flight (not one of
    `avoid`, whom that one didn't help); what flights share is shared out by who would be on them, the rest by who
    could be. Nobody boards at candidates in `closed`.
    """
    groups = dict(raw.groups)
    for key, days in beyond.stretches.items():
        first, last = _stretch(raw, groups[key], days, raw.locked.get(key) or wish.get(key), key in avoid)
        groups[key] = replace(groups[key], ready=first, until=last)
    flights = {key: replace(f, seats=0) if key in closed else f for key, f in raw.flights.items()}
    seeds = {**(wish or raw.current), **raw.locked}
    wished = carried(raw, {g: f for g, f in seeds.items() if f not in closed and f not in raw.cancelled})
    fixed = carried(raw, raw.locked)
    wanted = _wanted(raw, wish)
    for shared in agreed(raw, beyond):
        open_ = [key for key in shared.flights if key not in closed]
        limits = _divided(shared, open_, wished, fixed, wanted, flights)
        for key, most in limits.items():
            flights[key] = _limited(flights[key], shared.limit, most)
    for parts in beyond.stops:
        open_ = [key for key in parts if key not in closed] or list(parts)
        price = sum(raw.flights[key].fixed_cost for key in parts)
        shares = dict(zip(open_, _shares([flights[key].seats for key in open_]), strict=True))
        for key in parts:
            flights[key] = replace(flights[key], fixed_cost=price * shares.get(key, 0.0))
        _one_charter(flights, parts, max(open_, key=lambda key: (wished[key, "seats"], flights[key].seats)))
    return by_turns(replace(raw, groups=groups, flights=flights), beyond.away, _flown(raw, beyond), until_all_are_back)


def counted(raw: Instance, beyond: Beyond, assignments: Mapping[str, str]) -> Instance:
    """The instance in which `cost` and `figures` of these assignments are what the mission pays and people wait."""
    used = set(assignments.values())
    flights = dict(raw.flights)
    for parts in beyond.stops:
        price = sum(raw.flights[key].fixed_cost for key in parts)
        bears = next((key for key in parts if key in used), parts[0])
        for key in parts:
            flights[key] = replace(flights[key], fixed_cost=price if key == bears else 0.0)
        _one_charter(flights, parts, bears)
    return replace(raw, flights=flights)


def _flown(raw: Instance, beyond: Beyond) -> Collection[str]:
    """Flights that fly whatever is planned: those agreed, and those on which somebody is fixed."""
    return {*beyond.owed, *raw.locked.values()}


def _one_charter(flights: dict[str, Flight], parts: Sequence[str], which: str) -> None:
    """Let one of the parts of a flight take its slot and its aircraft."""
    for key in parts:
        if flights[key].aircraft is not None:
            flights[key] = replace(flights[key], charter=key == which)


def _limited(flight: Flight, limit: str, most: int) -> Flight:
    changed: dict[str, Any] = {limit: most}
    return replace(flight, **changed)


def agreed(raw: Instance, beyond: Beyond) -> Iterable[Shared]:
    """What is shared, never less than those take who are fixed there, or on a list and able to fly, already."""
    staying = {g: f for g, f in raw.current.items() if f not in raw.cancelled and _may_fly(raw, beyond, g, f)}
    there = carried(raw, {**staying, **raw.locked})
    for shared in beyond.shared:
        yield replace(shared, amount=max(shared.amount, sum(there[key, shared.limit] for key in shared.flights)))


def _may_fly(raw: Instance, beyond: Beyond, key: str, flight: str) -> bool:
    group, day = raw.groups[key], raw.flights[flight].date
    return any(first <= day <= last for first, last in beyond.stretches.get(key, ((group.ready, group.until),)))


def carried(raw: Instance, assignments: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """By flight and limit (a field of `Flight`), what these groups on those flights take of it."""
    found: Counter[tuple[str, str]] = Counter()
    per_escort = raw.prices.unaccompanied_per_escort
    for key, load in loads(raw, assignments).items():
        for limit, counts in LIMITS.items():
            found[key, limit] = getattr(load, counts) + (load.escorts(per_escort) if limit == "seats" else 0)
    return found


def _wanted(raw: Instance, seated: Collection[str] = ()) -> Counter[str]:
    """By candidate, how many people could be on it who are on no list yet, nor among `seated` groups."""
    people: dict[str, list[Group]] = defaultdict(list)
    for group in raw.groups.values():
        if group.id not in raw.current and group.id not in raw.locked and group.id not in seated:
            people[group.destination].append(group)
    return Counter(
        {
            key: sum(
                g.persons
                for g in people[f.destination]
                if g.ready <= f.date <= g.until and (g.site, f.origin) in raw.transfers
            )
            for key, f in raw.flights.items()
        }
    )


def _divided(
    shared: Shared,
    among: Sequence[str],
    wished: Mapping[tuple[str, str], int],
    fixed: Mapping[tuple[str, str], int],
    wanted: Mapping[str, int],
    flights: Mapping[str, Flight],
) -> dict[str, int]:
    """The limits of the candidates `among` whom something is shared: together no more than there is."""
    out = {key: fixed[key, shared.limit] for key in shared.flights}
    own = {key: getattr(flights[key], shared.limit) for key in among}
    rest = shared.amount - sum(out.values())
    wishes = {key: max(0, wished[key, shared.limit] - out[key]) for key in among}
    for weights in (wishes, {key: wanted[key] for key in among}, dict.fromkeys(among, 1)):
        # First what is wished for; of what remains each as many as could come; then evenly.
        most = sum(weights.values()) if weights is wishes else rest
        given = _apportioned(min(rest, most), [weights[key] for key in among])
        for key, more in zip(among, given, strict=True):
            taken = max(0, min(more, own[key] - out[key]))
            out[key] += taken
            rest -= taken
    return out


def _apportioned(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that add up to the amount, by weight; nothing where nothing weighs."""
    total = sum(weights)
    if total <= 0 or amount <= 0:
        return [0] * len(weights)
    exact = [amount * w / total for w in weights]
    given = [int(e) for e in exact]
    by_rest = sorted(range(len(weights)), key=lambda n: (given[n] - exact[n], n))
    for n in by_rest[: amount - sum(given)]:
        given[n] += 1
    return given


def _shares(weights: Sequence[int]) -> list[float]:
    total = sum(weights)
    return [w / total if total else float(n == 0) for n, w in enumerate(weights)]


def _stretch(raw: Instance, group: Group, days: Sequence[Stretch], wish: str | None, other: bool) -> Stretch:
    """The stretch to plan a group in: of the wished flight, or else the first (`other`: the last) with a flight."""
    dates = [
        f.date
        for f in raw.flights_to.get(group.destination, ())
        if (group.site, f.origin) in raw.transfers and f.seats >= group.seats
    ]
    served = [s for s in days if any(s[0] <= day <= s[1] for day in dates)]
    if wish:
        on = raw.flights[wish].date
        return min(served or days, key=lambda s: max((s[0] - on).days, (on - s[1]).days, 0))
    return served[-1 if other else 0] if served else days[0]
