"""Better plans across destinations: everybody seated anew, and flights given to whom they help most.

Destinations are planned one after the other, each in the room that others leave. Who came first then holds places on
full days that would help others more, and room that was given up later stays empty: here all are asked at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import NamedTuple

import numpy as np

from .classes import Compiled, Floats, Ints
from .cuts import as_cuts, of_left, with_cuts
from .highs import integer, linear
from .instance import Flight, Group
from .joining import Piece, joined, opened, spread
from .making_whole import CLOSE, made_whole
from .modelling import INFINITY, Model, build, core
from .proving import Destination
from .searching import Search
from .seating import numbers, seated, streams_of

BESIDE = 8
"""Days before and after a flight that is wished for on which its destination's flights are open, and people move."""
AROUND = 1
"""Days before and after it on which those to other destinations are."""
WORTH = 50.0
"""By how much a choice of flights must be cheaper to be tried with whole people."""
CANDIDATES = 300
"""How many candidate flights are looked at together, a third of them again with the next."""
OWN = 100
"""The same for a destination alone."""
FULL = 0.03
"""What may be free of something that is as good as used up."""
GRAIN = 5.0
"""In which steps it is told apart what leaving costs."""


class Choice(NamedTuple):
    """Flights (by number) to be used, or not to be used any more, and from which day to which people move for it."""

    changes: dict[int, bool]
    first: int
    last: int


class Together:
    """Plans some days of all destinations.

    `windows` are days for `reseat`, from the first to the last of each; `own` those for one destination alone.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._compiled: Compiled = search.compiled
        flights, day = self._compiled.flights, self._compiled.day
        self.windows = _windows(day, CANDIDATES)
        self.own = [
            (name, *days)
            for name in search.shares.parts
            for days in _windows(day[[f.destination == name for f in flights]], OWN)
        ]

    def reseat(
        self, first: int, last: int, seconds: float, *names: str, changes: Mapping[int, bool] | None = None
    ) -> bool:
        """Seat everybody anew who can fly from day `first` to day `last` to these destinations; true if that helped.

        Without names, to any. Flights stay as they are but for `changes`: by number, whether one is used. Nobody else
        may change the plan of these destinations meanwhile.
        """
        search, shares = self._search, self._search.shares
        if search.board.over():
            return False
        models = {name: model for name, model in self._models.items() if name in names or not names}
        pieces = self._pieces(models, shares.assigned, first, last)
        pieces = {name: piece for name, piece in pieces.items() if piece.free.any()}
        if not pieces:
            return False
        for piece in pieces.values():
            for place, number in zip(piece.model.y, piece.model.flights, strict=True):
                piece.values[place] = (changes or {}).get(int(number), piece.values[place])
        model, _start = joined(list(pieces.values()), shares.room_for(*pieces))
        divided = linear(model, min(seconds, search.board.left))
        if divided.values is None:
            return False
        values, whole = made_whole(model, divided.values, seconds, search.board.over)
        after = zip(pieces.items(), spread(list(pieces.values()), values), strict=True)
        parts = {name: seated(self._compiled, piece.model, solution) for (name, piece), solution in after}
        return search.take(parts, self._around(first, last, parts), sure=whole)

    def crowded(self, first: int, last: int) -> bool:
        """Whether something that destinations share is used up, or nearly, on one of these days."""
        capacity = self._search.commons.capacity
        for shared, free in self._search.shares.room_for().items():
            begin = shared[2] * 7 if shared[0] == "escorts" else shared[2]
            end = begin + 6 if shared[0] == "escorts" else begin
            if begin <= last and end >= first and free <= FULL * capacity[shared]:
                return True
        return False

    def choose(self, destinations: Mapping[str, Destination], wished: Flight, seconds: float) -> Choice | None:
        """Choose flights anew around one that a destination would use had it all room to itself; None if nothing helps.

        Open are all flights of the days around it, and those to its own destination for some time before and after.
        The plan may change meanwhile.
        """
        search, day = self._search, (wished.date - self._compiled.instance.start).days
        models = {name: replace(one.model, cost=one.cost) for name, one in destinations.items()}
        with search.board.lock:
            assigned = dict(search.shares.assigned)
        pieces = self._pieces(models, assigned, day - BESIDE, day + BESIDE)
        for name, piece in pieces.items():
            y = piece.model.y
            near = np.abs(piece.model.when[y] - day) <= (BESIDE if name == wished.destination else AROUND)
            piece.free[y] = near & (piece.model.low[y] < 1.0)
        model, start = joined(list(pieces.values()), search.commons.capacity)
        values = self._cheaper(core(model), start, seconds)
        if values is None:
            return None
        changes: dict[int, bool] = {}
        for piece, after in zip(pieces.values(), spread(list(pieces.values()), values), strict=True):
            used, before = after[piece.model.y] > 0.5, piece.values[piece.model.y] > 0.5
            changes |= {int(piece.model.flights[n]): bool(used[n]) for n in np.flatnonzero(used != before)}
        return Choice(changes, day - BESIDE, day + BESIDE) if changes else None

    def _cheaper(self, model: Model, start: Floats, seconds: float) -> Floats | None:
        """The best use of flights that is cheaper than the one in `start`; None if none is found."""
        as_now = replace(model, low=model.low.copy(), high=model.high.copy())
        as_now.low[model.y] = as_now.high[model.y] = start[model.y]
        now = integer(as_now, seconds / 4, CLOSE)
        if now.values is None:
            return None
        ends, over = perf_counter() + seconds, self._search.board.over
        found = integer(
            model,
            seconds,
            1e-9,
            start=now.values,
            stop=lambda cost, bound: cost - bound < WORTH or perf_counter() > ends or over(),
        )
        return found.values if found.cost < now.cost - WORTH else None

    @cached_property
    def _models(self) -> dict[str, Model]:
        """By destination, the model of all its flights with people whole; what is shared has no limit."""
        compiled, commons = self._compiled, self._search.commons
        free = dict.fromkeys(commons.capacity, INFINITY)
        models = {}
        for name in self._search.shares.parts:
            flights = np.array([n for n, f in enumerate(compiled.flights) if f.destination == name])
            streams = streams_of(compiled, name)
            model = build(compiled, commons, streams, flights, whole=True, capacity=free, grain=GRAIN)
            models[name] = with_cuts(model, as_cuts(of_left(model)))
        return models

    def _pieces(
        self, models: Mapping[str, Model], assigned: Mapping[str, Mapping[str, str]], first: int, last: int
    ) -> dict[str, Piece]:
        found = {}
        for name, model in models.items():
            values = numbers(self._compiled, self._search.commons, model, assigned[name])
            found[name] = Piece(model, values, opened(model, first, last))
        return found

    def _around(self, first: int, last: int, names: Iterable[str]) -> list[Group]:
        """The groups to these destinations that fly on these days or could."""
        instance, shares = self._compiled.instance, self._search.shares
        found = []
        for name in names:
            for group in shares.parts[name].groups.values():
                flight = shares.assigned[name].get(group.id)
                since, until = (group.ready - instance.start).days, (group.until - instance.start).days
                day = (instance.flights[flight].date - instance.start).days if flight else max(since, first)
                if first <= day <= min(last, until):
                    found.append(group)
        return found


def _windows(days: Ints, size: int) -> list[tuple[int, int]]:
    """Stretches of days with so many candidates, a third in the one before too; `days` are those of the candidates."""
    days = np.sort(days)
    begins = range(0, max(1, len(days) - size // 3), size * 2 // 3) if len(days) else ()
    return list(dict.fromkeys((int(days[n]), int(days[min(n + size, len(days)) - 1])) for n in begins))
