"""Rows that count flights: so many people who become ready in some days need a whole number of aircraft.

Of those who become ready from day d on, who doesn't wait at the end of day t and wasn't left before has flown between:
the seats of the flights used in those days, those who wait and those left come to at least as many as became ready.
Seats come by the aircraft, so that row can be rounded (mixed-integer rounding: Nemhauser and Wolsey, Mathematical
Programming 46, 1990); a flight counts with no more seats than people were ready for it by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .classes import Compiled, Floats, Ints
from .cuts import Row
from .modelling import Flow, Model

BROKEN = 0.01
"""By how much of an aircraft a row must be broken to be added."""
FRACTION = 0.05
"""The smallest part of an aircraft that is rounded up: with less, entries get too large to reckon with."""
AIRCRAFT = 10
"""How many of the largest aircraft the people of one row fill at most."""


@dataclass(slots=True)
class Pool:
    """Streams counted together in seats, on the days (0, 1, ...) when flights that they may take leave.

    `flights` are places in the model's `y`, `day` theirs, `cost` nothing to use where `free`; then columns with the
    seats of a unit: who flies (by flight), who waits from the end of a day until another, who is left on a day.
    """

    arriving: Floats
    flights: Ints
    day: Ints
    room: Floats
    free: Ints
    flying: Ints
    flying_on: Ints
    flying_seats: Floats
    waiting: Ints
    waiting_since: Ints
    waiting_until: Ints
    waiting_seats: Floats
    left: Ints
    left_on: Ints
    left_seats: Floats


def pools(compiled: Compiled, model: Model) -> list[Pool]:
    """All streams of a model together, and those that reach no more than some airports."""
    place = np.full(len(compiled.flights), -1)
    place[model.flights] = np.arange(len(model.flights))
    reach: dict[frozenset[tuple[str, str]], list[Flow]] = {}
    for flow in model.flows:
        if flow.stream.units:
            them = frozenset((flow.stream.destination, compiled.flights[n].origin) for n in flow.stream.able)
            reach.setdefault(them, []).append(flow)
    known: dict[frozenset[int], Pool] = {}
    for to in {destination for them in reach for destination, _origin in them}:
        mine = [them for them in reach if next(iter(them))[0] == to]
        for airports in [*mine, frozenset().union(*mine)]:
            among = [flow for them in mine if them <= airports for flow in reach[them]]
            key = frozenset(id(flow) for flow in among)
            if key not in known:
                known[key] = _pool(compiled, model, place, among)
    return list(known.values())


def rounded(model: Model, values: Floats, pools: list[Pool]) -> list[Row]:
    """For each pool and day, the rounded row that the divided solution `values` breaks most."""
    return [row for pool in pools for row in _of_pool(model, pool, values)]


def _pool(compiled: Compiled, model: Model, place: Ints, flows: list[Flow]) -> Pool:
    flights = np.unique(np.concatenate([place[flow.stream.able] for flow in flows]))
    calendar = np.unique(compiled.day[model.flights[flights]])
    arriving = np.zeros(len(calendar))
    parts: list[list[Any]] = [[] for _part in range(10)]
    for flow in flows:
        units, days = flow.stream.units, np.searchsorted(calendar, flow.day)
        np.add.at(arriving, days, units * flow.arriving)
        per = np.full
        them = (
            (flow.x, place[flow.stream.able], per(len(flow.x), units)),
            (flow.waiting, days[:-1], days[1:], per(len(flow.waiting), units)),
            (flow.left, days[flow.until], per(len(flow.left), units)),
        )
        for part, entry in zip(parts, (value for some in them for value in some), strict=True):
            part.append(entry)
    joined: list[Any] = [np.concatenate(part) for part in parts]
    seats = model.room[flights]
    return Pool(
        arriving,
        flights,
        np.searchsorted(calendar, compiled.day[model.flights[flights]]),
        seats,
        model.low[model.y[flights]] > 0.5,
        *joined,
    )


def _of_pool(model: Model, pool: Pool, values: Floats) -> list[Row]:
    used = values[model.y[pool.flights]]
    if not ((used > 1e-6) & (used < 1 - 1e-6)).any():
        return []
    days = len(pool.arriving)
    ready = np.concatenate(([0.0], np.cumsum(pool.arriving)))
    seats = values[pool.waiting] * pool.waiting_seats
    still = np.bincount(pool.waiting_since, seats, days + 1) - np.bincount(pool.waiting_until, seats, days + 1)
    still = np.cumsum(still)[:days]
    stay = np.bincount(pool.left_on, values[pool.left] * pool.left_seats, days)
    stay = np.concatenate(([0.0], np.cumsum(stay)))
    flown = np.bincount(pool.flying_on, values[pool.flying] * pool.flying_seats, len(model.y))[pool.flights]
    order = np.argsort(pool.day, kind="stable")
    day, used, flown = pool.day[order], used[order], flown[order]
    room, free = pool.room[order], pool.free[order]
    largest = float(room.max(initial=0.0))
    unsure = (used > 1e-6) & (used < 1 - 1e-6)
    rows = []
    for first in np.flatnonzero(pool.arriving > 0):
        begin = int(np.searchsorted(day, first))
        takes = np.minimum(room[begin:], ready[day[begin:] + 1] - ready[first])
        # Whose use costs nothing is counted by who is on it, where that is less than its seats.
        loose = free[begin:] & (flown[begin:] < takes - 1e-6)
        best: tuple[float, int, Floats, float, float] | None = None
        for last in range(first, days):
            need = ready[last + 1] - ready[first]
            if need > AIRCRAFT * largest:
                break
            slack = still[last] + stay[last + 1] - stay[first]
            if slack >= largest:
                continue
            end = int(np.searchsorted(day, last, side="right")) - begin
            if not unsure[begin : begin + end].any():
                continue
            slack += flown[begin : begin + end][loose[:end]].sum()
            tried = _rounded(takes[:end], used[begin : begin + end], loose[:end], need, float(slack))
            if tried and (best is None or tried[0] > best[0]):
                best = tried[0], last, *tried[1:]
        if best:
            _broken, last, entries, least, scale = best
            chosen = order[begin : begin + len(entries)]
            rows.append(_row(model, pool, (int(first), last), chosen, loose[: len(entries)], entries, least, scale))
    return rows


def _rounded(
    takes: Floats, used: Floats, loose: Ints, need: float, slack: float
) -> tuple[float, Floats, float, float] | None:
    """The rounding that is broken most: by how much, the flights' entries, the least, and what a seat is divided by."""
    unsure = (used > 1e-6) & (used < 1 - 1e-6) & ~loose
    best: tuple[float, Floats, float, float] | None = None
    up = (used > 0.5) & ~loose
    for step in set(takes[unsure].tolist()):
        if step < 1.0 or slack >= step:
            continue
        whole = (need - takes[up].sum()) / step
        part = whole - np.floor(whole + 1e-9)
        if part < FRACTION or slack > (1 - FRACTION) * part * step:
            continue
        size = takes / step
        entries = np.where(up, -_count(-size, part), _count(size, part))
        entries[loose] = 0.0
        least = np.floor(whole + 1e-9) + 1.0 + float(entries[up].sum())
        broken = least - float(entries @ used) - slack / (step * part)
        if broken > BROKEN and (best is None or broken > best[0]):
            best = broken, entries, least, float(step * part)
    return best


def _count(size: Floats, part: float) -> Floats:
    """What so many aircraft count for, where a part of one counts as a whole from `part` on."""
    whole = np.floor(size + 1e-9)
    counted: Floats = whole + np.minimum(1.0, np.maximum(0.0, size - whole) / part)
    return counted


def _row(
    model: Model,
    pool: Pool,
    days: tuple[int, int],
    chosen: Ints,
    loose: Ints,
    entries: Floats,
    least: float,
    scale: float,
) -> Row:
    first, last = days
    waiting = (pool.waiting_since <= last) & (pool.waiting_until > last)
    left = (pool.left_on >= first) & (pool.left_on <= last)
    flying = np.isin(pool.flying_on, pool.flights[chosen[loose]])
    counted = np.abs(entries) > 1e-9
    columns = (
        model.y[pool.flights[chosen[counted]]],
        pool.waiting[waiting],
        pool.left[left],
        pool.flying[flying],
    )
    seats = (
        pool.waiting_seats[waiting],
        pool.left_seats[left],
        pool.flying_seats[flying],
    )
    return (
        np.concatenate(columns),
        np.concatenate((entries[counted], *(some / scale for some in seats))),
        least,
    )
