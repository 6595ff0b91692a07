"""Finds the best plan, and proves how good it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from .board import Board, Shares
from .checking import refuse_impossible_locks
from .classes import Compiled, Floats, compile_instance, least
from .highs import Relaxation, integer
from .instance import Instance
from .modelling import Commons, build
from .plan import Plan, Stop, Watch
from .proving import Prover, tightened
from .queueing import first_come_first_served, queues
from .searching import Search, near
from .seating import seated
from .steering import THREADS, Steering

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
    steering = Steering(prover, search, board)
    _side_by_side(board, [partial(steering.begin, name) for name in prover.names])
    _side_by_side(board, [steering.work] * THREADS)


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
