"""Models of several destinations put together for some days, with everything else as a plan has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .classes import Floats, Ints
from .instance import Shared
from .modelling import INFINITY, Model

TRIFLE = 1e-3
"""By how much rounded numbers may break a limit."""


@dataclass(slots=True)
class Piece:
    """One destination's model, a plan in its numbers, and which of its columns may change (a mask)."""

    model: Model
    values: Floats
    free: Ints


def opened(model: Model, first: int, last: int) -> Ints:
    """The columns (a mask) of people who can fly from day `first` to day `last`, and of escorts; no flights.

    Whoever is there in these days may also be left for good, or be taken along who was to be left.
    """
    within = (model.when >= first) & (model.when <= last)
    free = np.zeros(len(model.cost), dtype=bool)
    free[model.e] = within[model.e]
    for flow in model.flows:
        if not within[flow.x].any():
            continue
        free[flow.x] = within[flow.x]
        free[flow.waiting] = model.when[flow.waiting] >= first
        free[flow.left] = (flow.day[flow.since] <= last) & (flow.day[flow.until] >= first)
    return free


def joined(pieces: Sequence[Piece], limits: Mapping[Shared, float]) -> tuple[Model, Floats]:
    """One model of the free columns of all pieces, piece after piece, and what the plan has for them.

    `limits` is what there is of what flights share, for all pieces together. Where numbers that were rounded break
    a limit by a trifle, what the plan does can be done nevertheless.
    """
    shared = {one: n for n, one in enumerate(dict.fromkeys(one for piece in pieces for one in piece.model.shared))}
    parts = [_Rows(piece, shared) for piece in pieces]
    columns = np.cumsum([0] + [len(part.columns) for part in parts])
    rows = np.cumsum([0] + [len(part.own) for part in parts])
    fixed, moves = sum((part.together for part in parts), np.zeros((2, len(shared))))
    most = -_least(fixed - np.array([limits.get(one, INFINITY) for one in shared]), -moves)
    entries = [
        (mine[0] + row, mine[1] + column, mine[2])
        for part, at, column in zip(parts, rows[:-1], columns[:-1], strict=True)
        for mine, row in ((part.entries, at), (part.common, rows[-1]))
    ]

    def each(of: Callable[[Model], Any]) -> Any:
        return np.concatenate([of(p.model)[part.columns] for p, part in zip(pieces, parts, strict=True)])

    def places(of: Callable[[Model], Ints]) -> Ints:
        found = [part.place[of(p.model)] + at for p, part, at in zip(pieces, parts, columns[:-1], strict=True)]
        return np.concatenate([some[p.free[of(p.model)]] for p, some in zip(pieces, found, strict=True)])

    start = np.concatenate([piece.values[part.columns] for piece, part in zip(pieces, parts, strict=True)])
    none = np.zeros(0, dtype=np.int64)
    model = Model(
        cost=each(lambda m: m.cost),
        low=np.minimum(start, each(lambda m: m.low)),
        high=np.maximum(start, each(lambda m: m.high)),
        whole=each(lambda m: m.whole),
        row_low=np.concatenate([part.low for part in parts] + [np.full(len(shared), -INFINITY)]),
        row_high=np.concatenate([part.high for part in parts] + [most]),
        rows=np.concatenate([entry[0] for entry in entries]),
        columns=np.concatenate([entry[1] for entry in entries]),
        values=np.concatenate([entry[2] for entry in entries]),
        flights=none,
        y=places(lambda m: m.y),
        e=places(lambda m: m.e),
        room=np.zeros(0),
        flows=[],
        shared={},
        owner=each(lambda m: m.owner),
        when=each(lambda m: m.when),
        constant=sum(p.model.constant + float(p.model.cost @ np.where(p.free, 0.0, p.values)) for p in pieces),
    )
    return model, start


def spread(pieces: Sequence[Piece], values: Floats) -> list[Floats]:
    """For each piece all its values: those of a solution of the joined model where columns were free."""
    ends = np.cumsum([int(piece.free.sum()) for piece in pieces])
    found = []
    for piece, some in zip(pieces, np.split(values, ends[:-1]), strict=True):
        whole = piece.values.copy()
        whole[piece.free] = some
        found.append(whole)
    return found


def _least(limit: Floats, now: Floats) -> Floats:
    """The lower limits, or what is now where it is below them by a trifle."""
    return np.where(limit - now < TRIFLE, np.minimum(limit, now), limit)


class _Rows:
    """The rows of a piece that free columns are in, with what the others take of them moved to the limits."""

    def __init__(self, piece: Piece, shared: Mapping[Shared, int]) -> None:
        model, free = piece.model, piece.free
        self.columns = np.flatnonzero(free)
        self.place = np.full(len(model.cost), -1)
        self.place[self.columns] = np.arange(len(self.columns))
        common = np.full(len(model.row_low), -1)
        for one, row in model.shared.items():
            common[row] = shared[one]
        mine = free[model.columns]
        takes = model.values * piece.values[model.columns]
        fixed, moves = (
            np.bincount(model.rows, np.where(which, takes, 0.0), len(model.row_low)).astype(float)
            for which in (~mine, mine)
        )
        self.own = np.setdiff1d(model.rows[mine], np.flatnonzero(common >= 0))
        number = np.full(len(model.row_low), -1)
        number[self.own] = np.arange(len(self.own))
        self.low = _least(model.row_low - fixed, moves)[self.own]
        self.high = -_least(fixed - model.row_high, -moves)[self.own]
        which = common >= 0
        self.together = np.array(
            [np.bincount(common[which], some[which], len(shared)) for some in (fixed, moves)]
        ).reshape(2, len(shared))
        self.entries = self._some(model, mine & (number >= 0)[model.rows], number)
        self.common = self._some(model, mine & which[model.rows], common)

    def _some(self, model: Model, which: Ints, number: Ints) -> tuple[Ints, Ints, Floats]:
        return number[model.rows[which]], self.place[model.columns[which]], model.values[which]
