"""Rows that every plan keeps and a divided flight doesn't: nobody flies on a part of a flight.

Of those who became ready since some day, no more can leave on a flight than there are, and none if it isn't used:
what a stream sends on some flights is at most those new since the day, for each flight used, and who waited before.
(The inequalities of lot sizing, read backwards in time: Barany, Van Roy and Wolsey, Management Science 30, 1984.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .classes import Compiled, Floats, Ints
from .modelling import INFINITY, Flow, Model

WORTH = 0.05
"""Seats by which a row must be broken to be added."""


@dataclass(slots=True)
class Cuts:
    """Rows to be added, all at least zero: entries by row (from 0), column and value."""

    count: int
    rows: Ints
    columns: Ints
    values: Floats


def separate(compiled: Compiled, model: Model, values: Floats) -> Cuts:
    """The rows that the divided solution `values` breaks most, for each stream and each day of readiness."""
    place = np.full(len(compiled.flights), -1)
    place[model.flights] = np.arange(len(model.flights))
    seats = np.array([compiled.flights[n].seats for n in model.flights], dtype=float)
    found: list[tuple[Ints, Floats]] = []
    for flow in model.flows:
        found += _of_flow(flow, values, model.y[place[flow.stream.able]], seats[place[flow.stream.able]])
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Cuts(0, none, none, np.zeros(0))
    return Cuts(
        len(found),
        np.repeat(np.arange(len(found)), [len(columns) for columns, _values in found]),
        np.concatenate([columns for columns, _values in found]),
        np.concatenate([values for _columns, values in found]),
    )


def _of_flow(flow: Flow, values: Floats, y: Ints, seats: Floats) -> list[tuple[Ints, Floats]]:
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
        rows.append((np.concatenate(columns), np.concatenate(entries)))
    return rows


def with_cuts(model: Model, cuts: Cuts) -> Model:
    """The model with more rows."""
    return replace(
        model,
        row_low=np.concatenate((model.row_low, np.zeros(cuts.count))),
        row_high=np.concatenate((model.row_high, np.full(cuts.count, INFINITY))),
        rows=np.concatenate((model.rows, cuts.rows + len(model.row_low))),
        columns=np.concatenate((model.columns, cuts.columns)),
        values=np.concatenate((model.values, cuts.values)),
    )
