"""A search that goes on from some plan, and the proof of each destination beside it."""

from __future__ import annotations

from time import perf_counter

from darb.rules.planning import Instance
from darb.rules.planning.board import Board, Shares
from darb.rules.planning.classes import compile_instance
from darb.rules.planning.modelling import Commons
from darb.rules.planning.proving import Destination, Prover
from darb.rules.planning.searching import Search


def search_from(whole: Instance, plan: dict[str, str]) -> Search:
    """A search with ten minutes that begins from `plan`."""
    compiled = compile_instance(whole)
    commons = Commons(compiled)
    board = Board(whole, perf_counter(), 600.0, 0.0, None, None)
    board.offer(plan, "queue")
    return Search(compiled, commons, board, Shares(compiled, commons, plan))


def destinations_of(search: Search) -> dict[str, Destination]:
    """The divided models of all destinations; nothing that they share is priced."""
    prover = Prover(search.compiled, search.commons, search.board)
    for name in prover.names:
        prover.begin(name, 60.0)
    return prover.done
