"""Better flights for one destination, some neighbouring days at a time, with everything before and after as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from .classes import Floats, Ints
from .highs import integer, linear
from .modelling import Model

OPEN = 50
"""Neighbouring flights that are chosen anew at once."""
BESIDE = 14
"""Days before and after them on which people may fly on other flights than they did."""
WORTH = 1.0
"""By how much a choice must be cheaper to be taken."""


class Polish:
    """Goes through the flights of a `model` whose limits hold, from the flights in use (a mask over `model.y`).

    Flights that cost nothing to use are always in use.

    `values` is what people divided do with the flights `used`; None where they can't be used together.
    """

    def __init__(self, model: Model, used: Ints, over: Callable[[], bool]) -> None:
        self.model = model
        self.used = np.maximum(used, (model.low[model.y] > 0.5).astype(int))
        self._over = over
        self.values, self.cost = self._divided()

    def window(self, middle: int, seconds: float) -> bool:
        """Choose the flights around the one at place `middle` of `model.y` anew; true if they got cheaper."""
        if self.values is None:
            return False
        model, ends = self.model, perf_counter() + seconds
        first = max(0, min(middle - OPEN // 2, len(model.y) - OPEN))
        chosen = np.arange(first, min(first + OPEN, len(model.y)))
        days = model.when[model.y[chosen]]
        near = (model.when >= days.min() - BESIDE) & (model.when <= days.max() + BESIDE)
        low, high = np.where(near, model.low, self.values), np.where(near, model.high, self.values)
        kept = np.setdiff1d(np.arange(len(model.y)), chosen)
        low[model.y[kept]] = high[model.y[kept]] = self.used[kept]
        found = integer(
            replace(model, low=low, high=high),
            seconds,
            1e-9,
            start=self.values,
            stop=lambda cost, bound: cost - bound < WORTH or perf_counter() > ends or self._over(),
        )
        if found.values is None or found.cost > self.cost - WORTH:
            return False
        self.used, self.values, self.cost = (found.values[model.y] > 0.5).astype(int), found.values, found.cost
        return True

    def _divided(self) -> tuple[Floats | None, float]:
        """What people divided do with the flights in use."""
        model = self.model
        low, high = model.low.copy(), model.high.copy()
        low[model.y] = high[model.y] = self.used
        found = linear(replace(model, low=low, high=high), np.inf)
        if found.values is None or found.cost > found.bound + 1.0 + 1e-6 * abs(found.cost):
            return None, np.inf
        values = found.values.copy()
        values[model.y] = np.round(values[model.y])
        return values, found.cost
