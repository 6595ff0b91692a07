"""Rows that every plan keeps and a divided flight doesn't: nobody flies on a part of a flight.

Of those who became ready since some day, no more can leave on a flight than there are, and none if it isn't used:
what a stream sends on some flights is at most those new since the day, for each flight used, and who waited before.
(The inequalities of lot sizing, read backwards in time: Barany, Van Roy and Wolsey, Management Science 30, 1984.)
And whoever is left at the end waited all the time from when they were ready: a seat can't be theirs meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .classes import Compiled, Floats, Ints
from .modelling import INFINITY, Flow, Model

WORTH = 0.05
"""Seats by which a row must be broken to be added."""
Row = tuple[Ints, Floats, float]
"""Columns, their values, and what they come to at least."""


@dataclass(slots=True)
class Cuts:
    """Rows to be added, each at least `least`: entries by row (from 0), column and value."""

    least: Floats
    rows: Ints
    columns: Ints
    values: Floats

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.least)


def as_cuts(found: Iterable[Row]) -> Cuts:
    """The rows put together."""
    found = list(found)
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Cuts(np.zeros(0), none, none, np.zeros(0))
    return Cuts(
        np.array([least for _columns, _values, least in found]),
        np.repeat(np.arange(len(found)), [len(columns) for columns, _values, _least in found]),
        np.concatenate([columns for columns, _values, _least in found]),
        np.concatenate([values for _columns, values, _least in found]),
    )


def separate(compiled: Compiled, model: Model, values: Floats) -> list[Row]:
    """The rows that the divided solution `values` breaks most, for each stream and each day of readiness."""
    place = np.full(len(compiled.flights), -1)
    place[model.flights] = np.arange(len(model.flights))
    found: list[Row] = []
    for flow in model.flows:
        at = place[flow.stream.able]
        found += _of_flow(flow, values, model.y[at], model.room[at])
        found += _of_left(flow, values)
    return found


def of_left(model: Model) -> list[Row]:
    """For each stream and day, a row: those who are left at last are among those who wait."""
    return [row for flow in model.flows for row in _of_left(flow, None)]


def left_untrue(model: Model, values: Floats) -> list[Row]:
    """The rows of `of_left` of each stream that has one which `values` break."""
    return [row for flow in model.flows if _of_left(flow, values) for row in _of_left(flow, None)]


def _of_left(flow: Flow, values: Floats | None) -> list[Row]:
    """The rows of those who are left; all, or those that `values` break."""
    days = len(flow.waiting)
    if not days or len(flow.left) < 2:
        return []
    if values is None:
        over = np.full(days, INFINITY)
    else:
        left = values[flow.left]
        begun = np.bincount(flow.since, left, days + 1) - np.bincount(flow.until, left, days + 1)
        over = (np.cumsum(begun)[:days] - values[flow.waiting]) * max(flow.stream.units, 1.0)
    rows = []
    for day in np.flatnonzero(over > WORTH):
        among = flow.left[(flow.since <= day) & (flow.until > day)]
        if len(among):
            entries = np.concatenate((np.ones(1), np.full(len(among), -1.0)))
            rows.append((np.concatenate((flow.waiting[day : day + 1], among)), entries, 0.0))
    return rows


def _of_flow(flow: Flow, values: Floats, y: Ints, seats: Floats) -> list[Row]:
    units, event = flow.stream.units, flow.event
    x, used = values[flow.x], values[y]
    if not units or not ((used > 1e-6) & (used < 1 - 1e-6) & (x > 1e-6)).any():
        return []
    since = np.concatenate(([0.0], np.cumsum(flow.arriving)))
    before = np.concatenate(([0.0], values[flow.waiting]))
    days = np.flatnonzero(flow.arriving > 0)
    # By day of readiness (down) and flight (across): how many of those new since that day the flight can take.
    new = np.minimum(since[event + 1][None, :] - since[days][:, None], seats / units)
    over = np.where(event[None, :] >= days[:, None], x[None, :] - new * used[None, :], 0.0)
    np.maximum(over, 0.0, out=over)
    broken = over.sum(axis=1) - before[days]
    rows = []
    for at in np.flatnonzero(broken * units > WORTH):
        chosen = over[at] > 0
        columns = [flow.x[chosen], y[chosen]]
        entries = [np.full(int(chosen.sum()), -1.0), new[at][chosen]]
        if days[at] > 0:
            columns.append(flow.waiting[days[at] - 1 : days[at]])
            entries.append(np.ones(1))
        rows.append((np.concatenate(columns), np.concatenate(entries), 0.0))
    return rows


def with_cuts(model: Model, cuts: Cuts) -> Model:
    """The model with more rows."""
    return replace(
        model,
        row_low=np.concatenate((model.row_low, cuts.least)),
        row_high=np.concatenate((model.row_high, np.full(cuts.count, INFINITY))),
        rows=np.concatenate((model.rows, cuts.rows + len(model.row_low))),
        columns=np.concatenate((model.columns, cuts.columns)),
        values=np.concatenate((model.values, cuts.values)),
    )
