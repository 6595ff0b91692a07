"""Several turns of one aircraft on one day: it comes back, and leaves again after its time on the ground.

The format counts the aircraft of a name on a day. So flights that one aircraft could fly one after the other get names
of their own, and those that are away at once share one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from .instance import Instance

Away = tuple[int, int]
"""When an aircraft leaves and when it may leave again, in minutes of its day."""
ALL_DAY: Away = (0, 24 * 60)
Parted = Callable[[Sequence[tuple[Away, str]], Sequence[Away]], list[tuple[list[str], int]]]
"""Of flights in the order in which they leave, and when aircraft that are owed are away: sets of flights, and how many
owed aircraft are away with each."""


def by_turns(instance: Instance, away: Mapping[str, Away], owed: Collection[str], parted: Parted) -> Instance:
    """The instance with names of aircraft by turns. What is `owed` is flown by whoever agreed to it; others have what
    the fleet has beside those."""
    days: dict[tuple[str, date], list[str]] = defaultdict(list)
    for key, f in instance.flights.items():
        if f.charter and f.aircraft and key not in instance.cancelled:
            days[f.aircraft, f.date].append(key)
    flights, fleet = dict(instance.flights), dict(instance.fleet_per_day)
    for (aircraft, _day), keys in sorted(days.items()):
        there = instance.fleet_per_day[aircraft]
        agreed = [key for key in keys if key in owed]
        name = f"{aircraft} (=)"
        if agreed:
            fleet[name] = max(fleet.get(name, 0), len(agreed))
        for key in agreed:
            flights[key] = replace(flights[key], aircraft=name)
        others = sorted((away.get(key, ALL_DAY), key) for key in keys if key not in owed)
        for n, (together, taken) in enumerate(parted(others, [away.get(key, ALL_DAY) for key in agreed]), 1):
            left = max(0, there - taken)
            name = aircraft if n == 1 and left == there else f"{aircraft} ({n}/{left})"
            fleet[name] = left
            for key in together:
                flights[key] = replace(flights[key], aircraft=name)
    return replace(instance, flights=flights, fleet_per_day=fleet)


def until_all_are_back(flights: Sequence[tuple[Away, str]], owed: Sequence[Away]) -> list[tuple[list[str], int]]:
    """Sets of flights between which every aircraft is back: no more of a set may be used than there are aircraft."""
    sets: list[tuple[list[str], Away]] = []
    for (leaves, back), key in flights:
        if sets and leaves < sets[-1][1][1]:
            together, (first, last) = sets[-1]
            sets[-1] = ([*together, key], (first, max(last, back)))
        else:
            sets.append(([key], (leaves, back)))
    return [(together, _most(owed, span)) for together, span in sets]


def at_one_moment(flights: Sequence[tuple[Away, str]], owed: Sequence[Away]) -> list[tuple[list[str], int]]:
    """Sets of flights that are all away at one moment, until the first is back: no plan uses more of a set than there
    are aircraft beside those owed, whichever of these moments has most of them."""
    sets: list[tuple[list[str], Away]] = []
    for (leaves, back), key in flights:
        if sets and leaves < sets[-1][1][1]:
            together, (_moment, first_back) = sets[-1]
            sets[-1] = ([*together, key], (leaves, min(first_back, back)))
        else:
            sets.append(([key], (leaves, back)))
    return [(together, _most(owed, span)) for together, span in sets]


def _most(away: Sequence[Away], span: Away) -> int:
    moments = [span[0], *(leaves for leaves, _back in away if span[0] <= leaves < span[1])]
    return max(aloft(away, moment) for moment in moments)


def aloft(away: Iterable[Away], moment: int) -> int:
    """How many are away at that minute."""
    return sum(leaves <= moment < back for leaves, back in away)
