"""A plan made anew beside the one there is: flights to all destinations at once, then seats to each of them.

What flights share is divided among the destinations as the divided solution of everything has it, so that those who
are seated first take nothing that others need more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from time import perf_counter

import numpy as np

from .cuts import as_cuts, of_left, with_cuts
from .diving import Dive
from .highs import Relaxation
from .joining import Piece, joined, spread
from .modelling import taken_by
from .proving import Destination
from .searching import Search

NEAR = (3, 1, 0)
"""Days before and after a flight in doubt on which those to its destination are open too."""
OPEN = 400
"""Flights that may be open for so many days to be taken; else fewer."""


class Arranging:
    """`choose` flights first, then `seat` each destination that is `due`, two at a time if need be, then `take` it."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._draft = Search(search.compiled, search.commons, search.board, search.shares.anew())
        self._chosen: dict[str, set[int]] = {}
        self.due: list[str] = []

    def choose(self, destinations: Mapping[str, Destination], seconds: float) -> bool:
        """Choose flights to all destinations at once; false if none were found but those that the plan uses.

        In doubt are flights that the proof may use or not, those that it uses and the plan doesn't or the other way
        round, and those for which there aren't slots or aircraft enough. They and others near them are open, all else
        is settled as the proof has it. After `seconds` the first choice found is the last.
        """
        search, ends = self._search, perf_counter() + seconds
        good = {name: search.good(destination) for name, destination in destinations.items()}
        opened = self._opened(destinations, good)
        pieces = {name: _piece(one, good[name], opened[name]) for name, one in destinations.items()}
        model, _start = joined(list(pieces.values()), search.shares.room_for(*pieces))
        y = model.y[np.argsort(model.when[model.y], kind="stable")]
        dive = Dive(Relaxation(model), y, lambda: search.board.over() or (dive.found and perf_counter() > ends))
        dive.begin()
        dive.improve()
        if dive.best.values is None:
            return False
        for (name, piece), values in zip(pieces.items(), spread(list(pieces.values()), dive.best.values), strict=True):
            self._chosen[name] = set(piece.model.flights[values[piece.model.y] > 0.5].tolist())
            self._draft.shares.claimed[name] = taken_by(piece.model, values)
        if not any(self._differs(piece, name) for name, piece in pieces.items()):
            return False
        self.due = sorted(pieces, key=lambda name: -len(destinations[name].divided))
        return True

    def _differs(self, piece: Piece, name: str) -> bool:
        """Whether other flights are chosen than the plan uses, of those that need not be used."""
        chosen, used = (
            np.isin(piece.model.flights, list(one)) for one in (self._chosen[name], self._search.used(name))
        )
        return bool((chosen != used)[piece.model.low[piece.model.y] < 1.0].any())

    def seat(self, name: str, seconds: float) -> None:
        """Seat everybody to one destination on the flights chosen."""
        self._draft.settle(name, self._chosen[name], seconds)
        self._draft.shares.release(name)

    def take(self) -> bool:
        """Put the new plan in the place of the one there is; true if it is better."""
        assigned = self._draft.shares.assigned
        everybody = [g for part in self._draft.shares.parts.values() for g in part.groups.values()]
        return self._search.take({name: assigned[name] for name in self._chosen}, everybody, sure=True)

    def _opened(self, destinations: Mapping[str, Destination], good: Mapping[str, set[int]]) -> dict[str, set[int]]:
        """The flights to be chosen anew, to each destination."""
        search, day = self._search, self._search.compiled.day
        capacity = search.commons.capacity
        wanted = Counter(shared for flights in good.values() for n in flights for shared in search.needs(n))
        doubt = {
            name: search.doubtful(destinations[name])
            | (flights ^ search.used(name) if search.seats(name) else set())
            | {n for n in flights if any(wanted[shared] > capacity[shared] for shared in search.needs(n))}
            for name, flights in good.items()
        }
        for near in NEAR:
            found = {}
            for name, flights in doubt.items():
                days = np.array([day[n] for n in flights])
                them = search.flights[name]
                found[name] = {n for n in them if len(days) and np.abs(days - day[n]).min() <= near}
            if sum(map(len, found.values())) <= OPEN:
                break
        return found


def _piece(destination: Destination, good: set[int], opened: set[int]) -> Piece:
    """The destination's model without prices: people and the flights `opened` are free, others used if `good`."""
    model = with_cuts(destination.unpriced, as_cuts(of_left(destination.model)))
    free, values = np.ones(len(model.cost), dtype=bool), model.low.copy()
    free[model.y] = np.isin(model.flights, list(opened)) & (model.low[model.y] < 1.0)
    settled = model.y[~free[model.y]]
    values[settled] = np.maximum(model.low[settled], np.isin(model.flights, list(good))[~free[model.y]])
    return Piece(model, values, free)
