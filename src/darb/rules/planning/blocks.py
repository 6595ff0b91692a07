"""A proof in parts: the model falls apart where rows across parts are paid for instead of kept.

With the prices that the divided model puts on rows, what is left of each part (a destination, some weeks) can be
solved with whole flights by itself. The parts' bounds and what the prices collect add up to a bound on everything,
whatever the prices; no part's bound is below what it was worth divided.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .classes import Floats, Ints
from .cuts import Cuts, with_cuts
from .highs import priced_bound
from .modelling import Model


@dataclass(slots=True)
class Block:
    """A part: its own model, which columns it is of the whole, and what is known of it so far."""

    owner: int
    model: Model
    columns: Ints
    bound: float
    cost: float = float("inf")
    values: Floats | None = None
    seconds: float = 0.0

    def take(self, values: Floats) -> None:
        """Keep a solution, if it is the best yet."""
        cost = float(self.model.cost @ values)
        if cost < self.cost:
            self.cost, self.values = cost, values

    def add(self, cuts: Cuts) -> None:
        """Add rows that every plan keeps; no solution is known that keeps them."""
        self.model, self.cost = with_cuts(self.model, cuts), float("inf")

    @property
    def open(self) -> float:
        """By how much the bound could still rise at most."""
        return self.cost - self.bound


@dataclass(slots=True)
class Proof:
    """All parts; `collected` is what the prices of the rows between them come to."""

    blocks: list[Block]
    collected: float
    floor: float = field(default=-float("inf"))

    @property
    def bound(self) -> float:
        """No plan costs less than this."""
        return max(self.floor, self.collected + sum(block.bound for block in self.blocks))


def fall_apart(model: Model, duals: Floats, days: Ints, flights: int) -> Proof:
    """Cut the model into parts of about so many `flights`, one destination each, along rows' prices `duals`.

    `days` are the days of `model.y`'s flights.
    """
    label = _labels(model, days, flights)
    least = np.full(len(model.row_low), np.iinfo(np.int64).max)
    most = np.full(len(model.row_low), -1)
    np.minimum.at(least, model.rows, label[model.columns])
    np.maximum.at(most, model.rows, label[model.columns])
    across = least != most
    duals = np.where(np.isinf(model.row_low), np.minimum(duals, 0.0), duals)
    duals = np.where(np.isinf(model.row_high), np.maximum(duals, 0.0), duals)
    paid = np.where(across, duals, 0.0)
    reduced = model.cost - np.bincount(model.columns, model.values * paid[model.rows], len(model.cost))
    side = np.where(paid > 0, model.row_low, model.row_high)
    collected = float(paid[paid != 0] @ side[paid != 0]) + model.constant
    entry_label = np.where(across[model.rows], -1, label[model.columns])
    entries = np.argsort(entry_label, kind="stable")
    entries = entries[np.searchsorted(entry_label[entries], 0) :]
    column_order, row_order = np.argsort(label, kind="stable"), np.argsort(least, kind="stable")
    blocks = []
    for part in range(int(label.max(initial=-1)) + 1):
        columns = _of(column_order, label, part)
        rows = _of(row_order, least, part)
        rows = rows[~across[rows]]
        mine = _of(entries, entry_label, part)
        blocks.append(_block(model, reduced, duals, columns, rows, mine))
    return Proof(blocks, collected)


def _labels(model: Model, days: Ints, flights: int) -> Ints:
    """Which part each column is of."""
    label = np.zeros(len(model.cost), dtype=np.int64)
    owners = model.owner[model.y]
    parts = 0
    for owner in np.unique(owners):
        own = np.sort(days[owners == owner])
        pieces = max(1, round(len(own) / flights))
        edges = [own[len(own) * n // pieces] for n in range(1, pieces)]
        mine = model.owner == owner
        label[mine] = parts + np.searchsorted(edges, model.when[mine], side="right")
        parts += pieces
    used = np.unique(label)
    return np.searchsorted(used, label)


def _of(order: Ints, label: Ints, part: int) -> Ints:
    """The places whose label is `part`; `order` sorts them."""
    begin, end = np.searchsorted(label[order], (part, part + 1))
    return np.sort(order[begin:end])


def _block(model: Model, reduced: Floats, duals: Floats, columns: Ints, rows: Ints, entries: Ints) -> Block:
    column_at = np.full(len(model.cost), -1)
    column_at[columns] = np.arange(len(columns))
    row_at = np.full(len(model.row_low), -1)
    row_at[rows] = np.arange(len(rows))
    none = np.zeros(0, dtype=np.int64)
    part = Model(
        reduced[columns],
        model.low[columns],
        model.high[columns],
        model.whole[columns],
        model.row_low[rows],
        model.row_high[rows],
        row_at[model.rows[entries]],
        column_at[model.columns[entries]],
        model.values[entries],
        none,
        column_at[model.y[column_at[model.y] >= 0]],
        column_at[model.e[column_at[model.e] >= 0]],
        np.zeros(0),
        [],
        {},
        none,
        none,
        0.0,
    )
    return Block(int(model.owner[columns[0]]), part, columns, priced_bound(part, duals[rows]))
