"""Better plans across destinations: everybody seated anew.

Destinations are seated one after the other, each in the room that others leave. Who came first then holds places on
full days that would help others more, and room that was given up later stays empty: here all are asked at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from .classes import Compiled, Ints
from .cuts import as_cuts, of_left, with_cuts
from .highs import linear
from .instance import Group
from .joining import Piece, joined, opened, spread
from .making_whole import made_whole
from .modelling import INFINITY, Model, build
from .searching import Search
from .seating import numbers, seated, streams_of

CANDIDATES = 300
"""How many candidate flights are looked at together, a third of them again with the next."""
OWN = 100
"""The same for a destination alone."""
FULL = 0.03
"""What may be free of something that is as good as used up."""
GRAIN = 5.0
"""In which steps it is told apart what leaving costs."""


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

    def reseat(self, first: int, last: int, seconds: float, *names: str) -> bool:
        """Seat everybody anew who can fly from day `first` to day `last` to these destinations; true if that helped.

        Without names, to any. Flights stay as they are. Nobody else may change what is planned to them meanwhile.
        """
        search, shares = self._search, self._search.shares
        if search.board.over():
            return False
        models = {name: model for name, model in self._models.items() if name in names or not names}
        pieces = self._pieces(models, shares.assigned, first, last)
        pieces = {name: piece for name, piece in pieces.items() if piece.free.any()}
        if not pieces:
            return False
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
