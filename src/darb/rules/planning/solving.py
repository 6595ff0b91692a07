"""Finds the best plan, and proves how good it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from .blocks import Block
from .board import Board, Shares
from .checking import refuse_impossible_locks
from .classes import Compiled, Floats, compile_instance, least
from .highs import Relaxation, integer
from .instance import Instance
from .modelling import Commons, build
from .plan import Plan, Stop, Watch
from .proving import Destination, Prover, tightened
from .queueing import first_come_first_served, queues
from .searching import Search, near
from .seating import seated

THREADS = 2
FIRST = 0.7
"""The share of the time in which every part of the proof is tried once."""
LEAST = 0.04
"""The least part of that time for each: small ones are mostly solved long before."""
DIVE = 0.1
"""The share of the time for a first plan, divided by size."""
HANDY = 3_000
"""Columns up to which a destination is best solved as it is."""
GOOD = 1e-5
"""How near to its bound the whole must be for nothing more to be tried."""
IDLE = 2
"""How often all flights of a destination are tried in vain before it is let be."""
STEP = 20.0
"""Seconds that one step of the search may take at first."""
SMALL = 6_000
"""Columns up to which an instance is solved as one."""


def solve(
    instance: Instance,
    *,
    seconds: float = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Plan:
    """The best plan found within `seconds`, or as soon as its proven gap is at most `gap` (a share: 0.01 is 1 %).

    `watch` is told of every better plan or bound, from whichever thread found it; `stop` is asked now and then
    whether to end. Two threads work at once on a large instance; both have ended when this returns. Raises `Invalid`
    where no plan can keep the locks.
    """
    board = Board(instance, perf_counter(), seconds, gap, watch, stop)
    refuse_impossible_locks(instance)
    board.offer(instance.locked, "queue")
    compiled = compile_instance(instance)
    commons = Commons(compiled)
    if not compiled.classes:
        board.prove(board.objective, "proof")
        return board.plan()
    board.prove(least(compiled), "queue")
    if 2 * sum(len(stream.able) for stream in compiled.classes) <= SMALL:
        _at_once(compiled, commons, board)
    else:
        _in_parts(compiled, commons, board)
    return board.plan()


def _at_once(compiled: Compiled, commons: Commons, board: Board) -> None:
    """Everything in one model."""
    instance = compiled.instance
    board.offer(first_come_first_served(instance), "queue")
    model = build(compiled, commons, compiled.classes, np.arange(len(compiled.flights)), whole=True)
    model.constant += compiled.constant
    divided, tight = tightened(compiled, Relaxation(model), board, board.left)
    board.prove(divided.bound, "prices")

    def better(values: Floats) -> None:
        board.offer({**instance.locked, **seated(compiled, model, values)}, "search")

    def ask(_cost: float, bound: float) -> bool:
        board.prove(bound, "proof")
        return board.over()

    if divided.values is not None:
        found = integer(near(tight, divided.values), board.left / 2, 1e-3, stop=lambda _cost, _bound: board.over())
        if found.values is not None:
            better(found.values)
    if board.over():
        return
    found = integer(tight, board.left, board.goal, stop=ask, better=better)
    if found.values is not None:
        better(found.values)
    board.prove(found.bound, "proof")


def _in_parts(compiled: Compiled, commons: Commons, board: Board) -> None:
    """Prices for what destinations share beside queues to begin from, then proof and search, two at a time."""
    instance = compiled.instance
    board.offer(first_come_first_served(instance), "queue")
    prover = Prover(compiled, commons, board)
    _side_by_side(board, [partial(_queue, instance, board), partial(prover.find_prices, board.left * 0.2)])
    search = Search(compiled, commons, board, Shares(compiled, commons, instance.locked))
    turns = _Turns(prover, search, board)
    _side_by_side(board, [partial(turns.begin, name) for name in prover.names])
    _side_by_side(board, [turns.work] * THREADS)


def _queue(instance: Instance, board: Board) -> None:
    """Try every way to queue, so that there is a fair plan long before one is searched."""
    for assignments in queues(instance):
        board.offer(assignments, "queue")
        if board.over():
            return


def _side_by_side(board: Board, jobs: Sequence[Callable[[], Any]]) -> None:
    """Do the jobs in their order, two at a time; whatever ends one early ends them all."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        for done in as_completed([pool.submit(job) for job in jobs]):
            done.result()
    except BaseException:
        board.end()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Turns:
    """Who does what next, on each thread."""

    def __init__(self, prover: Prover, search: Search, board: Board) -> None:
        self._prover = prover
        self._search = search
        self._board = board
        self._busy: set[str] = set()
        self._open: set[int] = set()
        self._begun: set[str] = set()
        self._idle: dict[str, int] = {}

    def begin(self, name: str) -> None:
        """Bound a destination divided."""
        if not self._board.over():
            self._prover.begin(name, self._board.left * 0.2)

    def work(self) -> None:
        """A first plan, then every part of the proof once, which gives good flights too; then whatever helps most."""
        while not self._board.over() and (
            self._seek(first=True) or self._push(first=True) or self._seek() or self._push()
        ):
            pass

    def _excess(self, name: str) -> float:
        """By how much a destination may still be too dear, or its bound too low."""
        destination, shares = self._prover.done.get(name), self._search.shares
        if destination is None:
            return float("inf")
        paid = sum(self._prover.prices.get(shared, 0.0) * used for shared, used in shares.used[name].items())
        known = destination.proof.bound + self._search.compiled.constants[name]
        return shares.cost[name] + paid - known

    def _push(self, *, first: bool = False) -> bool:
        """Go on with the part whose bound may rise most for the time it takes; false if there is none.

        With `first`, only what wasn't tried yet.
        """
        with self._board.lock:
            least = GOOD * self._board.objective / len(self._prover.names)
            parts = [
                (min(block.open, self._excess(destination.name)), destination, block)
                for destination in self._prover.done.values()
                for block in destination.proof.blocks
                if id(block) not in self._open
                and (not block.seconds if first else block.open > self._prover.close(block))
            ]
            parts = [part for part in parts if part[0] > least]
            if not parts:
                return False
            _open, destination, block = max(parts, key=_promise)
            self._open.add(id(block))
        try:
            waiting = sum(len(b.columns) for _open, _d, b in parts if not b.seconds)
            left = self._board.left
            once = left * FIRST * min(1.0, max(LEAST, THREADS * len(block.columns) / max(1, waiting)))
            self._prover.push(destination, block, 3.0 * block.seconds or once)
            if all(b.seconds for b in destination.proof.blocks) and self._excess(destination.name) > 0:
                self._search.propose(destination, self._time_for(destination))
        finally:
            with self._board.lock:
                self._open.discard(id(block))
        return True

    def _seek(self, *, first: bool = False) -> bool:
        """Improve the destination whose turn it is; false if no step anywhere has helped for long.

        With `first`, only a large one that wasn't looked at yet.
        """
        with self._board.lock:
            least = GOOD * self._board.objective / len(self._prover.names)
            able = {
                name: self._excess(name) / (1.0 + self._idle.get(name, 0) / self._search.windows(destination))
                for name, destination in self._prover.done.items()
                if name not in self._busy and self._idle.get(name, 0) < IDLE * self._search.windows(destination)
            }
            able = {n: excess for n, excess in able.items() if excess > least}
            if first:
                able = {n: excess for n, excess in able.items() if n not in self._begun and self._large(n)}
            if not able:
                return False
            name = max(able, key=lambda name: able[name])
            self._busy.add(name)
        try:
            self._improve(self._prover.done[name], first=first)
        finally:
            with self._board.lock:
                self._busy.discard(name)
        return True

    def _time_for(self, destination: Destination) -> float:
        """A destination's share of the time for first plans."""
        share = len(destination.divided) / sum(len(d.divided) for d in self._prover.done.values())
        return max(0.5, DIVE * share * self._board.left)

    def _large(self, name: str) -> bool:
        """Whether a destination is too large to be solved in one go."""
        return len(self._prover.done[name].divided) > HANDY

    def _improve(self, destination: Destination, *, first: bool) -> None:
        """A first plan; or one step, the longer the more often the last ones were in vain."""
        name, search = destination.name, self._search
        if first:
            self._begun.add(name)
            search.dive(destination, self._time_for(destination))
            return
        turn, vain = search.turn[name], self._idle.get(name, 0)
        most = max(0.5, 0.2 * self._board.left)
        better = search.step(destination, min(most, STEP * (1.0 + vain / search.windows(destination))))
        self._idle[name] = 0 if better else vain + max(1, search.turn[name] - turn)


def _promise(part: tuple[float, Destination, Block]) -> tuple[bool, float]:
    """Parts that weren't tried yet come first, the smallest of them; then those with most to gain a second."""
    excess, _destination, block = part
    return (False, excess / block.seconds) if block.seconds else (True, -len(block.columns))
