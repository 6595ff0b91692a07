"""The bound on a large instance: prices for what destinations share, then each destination by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from .blocks import Block, Proof, fall_apart
from .board import Board
from .classes import Compiled, Floats
from .cuts import Row, as_cuts, left_untrue, separate
from .highs import Found, Relaxation, integer
from .instance import Shared
from .merging import in_seats, merged
from .modelling import INFINITY, Commons, Model, build, core
from .rounding import pools, rounded
from .seating import streams_of

ROUNDS = 12
LOSS = 0.01
"""The share of waiting costs that may get lost where classes are merged to find the prices."""
NEAR = 1e-3
"""By what share a round must raise the bound for prices to be looked for further: they needn't be exact."""
EXACT = 5e-5
"""The same for a destination's own model."""
PART = 72
"""Flights in a part that is solved at once."""
CLOSE = 2e-4
"""The share of the whole cost by which all parts together may stay open."""


@dataclass(slots=True)
class Destination:
    """What is proven of one destination, under the prices of what it shares.

    `model` holds what is shared without a limit, and `cost` is what its columns cost without those prices. `divided` is
    its divided solution: a flight is used near 0 or 1 where there is little doubt.
    """

    name: str
    model: Model
    cost: Floats
    proof: Proof
    divided: Floats

    @property
    def unpriced(self) -> Model:
        """The model with what its columns cost without those prices."""
        return replace(self.model, cost=self.cost)


class Prover:
    """Works out the bound; `prices` once known, then `begin` for each destination, then `push` part by part."""

    def __init__(self, compiled: Compiled, commons: Commons, board: Board) -> None:
        self.compiled = compiled
        self.commons = commons
        self.board = board
        self.prices: dict[Shared, float] = {}
        self.names = sorted(
            {s.destination for s in compiled.classes},
            key=lambda d: -sum(len(s.able) for s in streams_of(compiled, d)),
        )
        self.done: dict[str, Destination] = {}

    def find_prices(self, seconds: float) -> None:
        """Solve the merged, divided model of everything; what it pays for shared things are the prices."""
        streams, rest = merged(self.compiled, self.compiled.classes, LOSS)
        flights = np.arange(len(self.compiled.flights))
        model = build(self.compiled, self.commons, streams, flights, whole=True)
        model.constant += self.compiled.constant + rest
        found, tight = tightened(self.compiled, Relaxation(model), self.board, seconds, NEAR)
        if found.duals is not None:
            for shared, row in tight.shared.items():
                self.prices[shared] = max(0.0, -float(found.duals[row]))
        self.board.prove(found.bound, "prices")

    def begin(self, name: str, seconds: float) -> None:
        """The destination's own model, divided, with its parts."""
        flights = np.array([n for n, f in enumerate(self.compiled.flights) if f.destination == name])
        streams = in_seats(streams_of(self.compiled, name))
        free = dict.fromkeys(self.commons.capacity, INFINITY)
        plain, model = (
            build(self.compiled, self.commons, streams, flights, whole=True, capacity=free, prices=prices)
            for prices in ({}, self.prices)
        )
        found, tight = tightened(self.compiled, Relaxation(core(model)), self.board, seconds, EXACT)
        if found.duals is None:
            return
        proof = fall_apart(tight, found.duals, self.compiled.day[flights], PART)
        proof.floor = found.bound
        divided = found.values if found.values is not None else np.full(len(tight.cost), 0.5)
        self.done[name] = Destination(name, tight, plain.cost, proof, divided)
        self.tell()

    def close(self, block: Block) -> float:
        """How far a part's bound may stay below its cost, so that all of them together are good enough."""
        columns = sum(len(destination.divided) for destination in self.done.values())
        return CLOSE * self.board.objective * len(block.columns) / columns

    def push(self, destination: Destination, block: Block, seconds: float) -> None:
        """Solve one part with whole flights for a while."""
        began, left = perf_counter(), seconds
        while left > 0 and not self.board.over():
            found = integer(block.model, left, 1e-9, stop=self._near(block))
            block.bound = max(block.bound, found.bound)
            self.tell()
            if found.values is None:
                break
            block.take(found.values)
            rows = self._broken(destination, block)
            if not rows:
                break
            block.add(as_cuts(rows))
            left = began + seconds - perf_counter()
        block.seconds += perf_counter() - began

    def _near(self, block: Block) -> Callable[[float, float], bool]:
        close = self.close(block)
        return lambda cost, bound: cost - bound < close or self.board.over()

    def _broken(self, destination: Destination, block: Block) -> list[Row]:
        """Rows of those who are left that a part's solution breaks, in the part's columns."""
        assert block.values is not None
        values = np.zeros(len(destination.divided))
        values[block.columns] = block.values
        mine = np.zeros(len(values), dtype=bool)
        mine[block.columns] = True
        return [
            (np.searchsorted(block.columns, columns), entries, least)
            for columns, entries, least in left_untrue(destination.model, values)
            if mine[columns].all()
        ]

    def tell(self) -> None:
        """Put the bound that follows from all destinations on the board, once there is one for each."""
        if len(self.done) == len(self.names):
            paid = sum(price * self.commons.capacity[shared] for shared, price in self.prices.items())
            total = sum(destination.proof.bound for destination in self.done.values())
            self.board.prove(total - paid + self.compiled.constant, "proof")


def tightened(
    compiled: Compiled, relaxation: Relaxation, board: Board, seconds: float, worth: float = 2e-5
) -> tuple[Found, Model]:
    """Solve a divided model with cuts in rounds; gives the last solution, and the model with the cuts that held.

    A round that raises the bound by less than the share `worth` is the last; so is the one after `seconds`.
    """
    ends, model = perf_counter() + seconds, relaxation.model
    found = relaxation.solve(min(seconds, board.left))
    together = pools(compiled, model)
    for _round in range(ROUNDS):
        if found.values is None or board.over() or perf_counter() > ends:
            break
        broken = separate(compiled, model, found.values)
        broken += rounded(model, found.values, together)
        if not broken:
            break
        before = found.bound
        relaxation.add(as_cuts(broken))
        better = relaxation.solve(min(ends - perf_counter(), board.left))
        if better.duals is None:
            break
        found = better
        if found.bound - before < worth * abs(found.bound):
            break
    if found.duals is None or len(found.duals) != len(relaxation.model.row_low):
        return found, model
    return _tight(found, relaxation.model, len(model.row_low))


def _tight(found: Found, model: Model, base: int) -> tuple[Found, Model]:
    """Drop the added rows that cost nothing to drop."""
    assert found.duals is not None
    keep = (np.arange(len(model.row_low)) < base) | (np.abs(found.duals) > 1e-7)
    number = np.cumsum(keep) - 1
    entries = keep[model.rows]
    return (
        replace(found, duals=found.duals[keep]),
        replace(
            model,
            row_low=model.row_low[keep],
            row_high=model.row_high[keep],
            rows=number[model.rows[entries]],
            columns=model.columns[entries],
            values=model.values[entries],
        ),
    )
