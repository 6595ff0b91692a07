"""Whole flights out of the divided model: fix the surest, solve again, and so on; then do it anew in parts.

With the rows of `cuts` and `rounding` few flights are in doubt, and solving again after a few were fixed takes a
fraction of solving from the beginning. A solver of whole models finds much the same, many times slower.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .classes import Floats, Ints
from .highs import Found, Relaxation
from .modelling import INFINITY

DOUBT = 0.1
"""How near to none or to the whole a flight must be used for it to be settled without trying the contrary."""
WINDOWS = (12, 30)
"""How many neighbouring flights are chosen anew at once: few, then more."""


class Dive:
    """Chooses whole flights `y` (columns in order of day) of a relaxation; puts all bounds back when it `ends`."""

    def __init__(self, relaxation: Relaxation, y: Ints, over: Callable[[], bool]) -> None:
        self._relaxation = relaxation
        self._y = y
        self._least, self._most = relaxation.model.low[y], relaxation.model.high[y]
        self._over = over
        self._root = relaxation.basis()
        self.best = Found(None, INFINITY, -INFINITY)

    @property
    def found(self) -> bool:
        """Whether there is a choice already."""
        return self.best.values is not None

    def begin(self) -> None:
        """Find a first choice of flights."""
        self._try(self._least.copy(), self._most.copy())

    def improve(self) -> None:
        """Choose some neighbouring flights anew, again and again, until nothing gets better or time is over."""
        flights = len(self._y)
        for size in WINDOWS:
            last_better, at = 0, 0
            while self.found and not self._over() and last_better <= -(-2 * flights // size):
                assert self.best.values is not None
                used = np.round(self.best.values[self._y])
                low, high = np.maximum(used, self._least), np.minimum(used, self._most)
                window = slice(at, at + size)
                low[window], high[window] = self._least[window], self._most[window]
                last_better = 0 if self._try(low, high) else last_better + 1
                at = at + size // 2 if at + size < flights else 0

    def end(self) -> None:
        """Put everything back."""
        self._relaxation.bound(self._y, self._least, self._most)
        self._relaxation.go_back(self._root)

    def _try(self, low: Floats, high: Floats) -> bool:
        """Go down from these bounds; true, and `best` is what is found, if it is better."""
        found = self._solve(np.arange(len(self._y)), low, high)
        while found.cost < self.best.cost - 1.0 and (low < high).any() and not self._over():
            assert found.values is not None
            part, open_still = found.values[self._y], low < high
            use, leave = open_still & (part > 1 - DOUBT), open_still & (part < DOUBT)
            if (use | leave).any():
                low[use], high[leave] = 1.0, 0.0
                found = self._solve(np.flatnonzero(use | leave), low, high)
            else:
                surest = np.flatnonzero(open_still)[np.argmax(np.abs(part[open_still] - 0.5))]
                found = self._either(int(surest), part[surest] >= 0.5, low, high)
        if found.cost < self.best.cost - 1.0 and not (low < high).any():
            self.best = found
            return True
        return False

    def _either(self, flight: int, use: bool, low: Floats, high: Floats) -> Found:
        """Use the flight or don't, whichever costs less; `use` says what to try first."""
        tried: list[tuple[float, bool, Found]] = []
        for way in (use, not use):
            low[flight] = high[flight] = float(way)
            found = self._solve(np.array([flight]), low, high)
            tried.append((found.cost, way != use, found))
        _cost, other, found = min(tried, key=lambda one: one[:2])
        if not other:
            low[flight] = high[flight] = float(use)
            self._relaxation.bound(self._y[[flight]], low[[flight]], high[[flight]])
        return found

    def _solve(self, changed: Ints, low: Floats, high: Floats) -> Found:
        self._relaxation.bound(self._y[changed], low[changed], high[changed])
        return self._relaxation.solve(INFINITY)
