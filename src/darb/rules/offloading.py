"""Who comes off when an aircraft is smaller than its list: by priority, and families whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from .manifest import Traveller, count


@dataclass(frozen=True)
class Unit:
    """People who fly together or not at all, by their keys: the seats and laps that they take, how urgent the most
    urgent of them is, and since when they wait. `fixed`: they have boarded, and stay."""

    members: frozenset[int]
    seats: int
    laps: int
    priority: int
    since: date
    fixed: bool = False


@dataclass(frozen=True)
class Standing:
    """What the order of one traveller is made of."""

    priority: int
    since: date
    fixed: bool = False


def units(travellers: Sequence[Traveller], standings: dict[int, Standing]) -> list[Unit]:
    """The travellers in units: whoever is bound to, minded by or on the lap of another is in one with them."""
    whole = {t.key: {t.key} for t in travellers}
    for t in travellers:
        with_them = {other for other in (t.lap_of, t.minder, *t.bound_to) if other is not None}
        for other in with_them & whole.keys():
            joined = whole[t.key] | whole[other]
            whole |= dict.fromkeys(joined, joined)
    by_key = {t.key: t for t in travellers}
    found = []
    for members in {frozenset(w) for w in whole.values()}:
        told = [standings[key] for key in members]
        # An escort who minds people of several units is counted with each: a seat too many is kept free, never one
        # too few.
        counts = count([by_key[key] for key in members])
        found.append(
            Unit(
                members,
                counts.seats,
                counts.laps,
                max(s.priority for s in told),
                min(s.since for s in told),
                any(s.fixed for s in told),
            )
        )
    return found


def comes_off(them: Collection[Unit], seats: int, laps: int) -> list[Unit] | None:
    """The units that have no place on an aircraft of so many seats and laps, the least urgent first.

    The most urgent are placed first, then those who wait longest; a unit that doesn't fit leaves its room to the next.
    None where those who have boarded alone are too many.
    """
    off = []
    for unit in sorted(them, key=lambda u: (not u.fixed, -u.priority, u.since, min(u.members))):
        if unit.seats <= seats and unit.laps <= laps:
            seats, laps = seats - unit.seats, laps - unit.laps
        elif unit.fixed:
            return None
        else:
            off.append(unit)
    return off[::-1]
