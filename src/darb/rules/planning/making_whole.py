"""Whole people next to a solution that divides them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .classes import Floats
from .highs import integer
from .modelling import Model, core

BESIDE = 2.0
"""Units by which whole people may differ from divided ones."""
CLOSE = 2e-5
"""The gap up to which each of the two steps is solved."""


def made_whole(model: Model, divided: Floats, seconds: float, over: Callable[[], bool]) -> tuple[Floats, bool]:
    """A solution with whole escorts, then with whole people near it; false with it if the second wasn't found in time.

    The model's flights are fixed; `divided` is a solution with everything divided.
    """

    def stop(_cost: float, _bound: float) -> bool:
        return over()

    found = integer(core(model), seconds / 2, CLOSE, stop=stop)
    values = divided if found.values is None else found.values
    found = integer(_beside(model, values), seconds / 2, CLOSE, stop=stop)
    return (values, False) if found.values is None else (found.values, True)


def _beside(model: Model, divided: Floats) -> Model:
    """The model with units at most `BESIDE` away from the divided solution, and none where it has none."""
    units = np.setdiff1d(np.flatnonzero(model.whole), np.concatenate((model.y, model.e)))
    low, high, part = model.low.copy(), model.high.copy(), divided[units]
    low[units] = np.maximum(low[units], np.floor(part + 1e-6) - BESIDE)
    high[units] = np.where(part > 1e-6, np.minimum(high[units], np.ceil(part - 1e-6) + BESIDE), 0.0)
    return replace(model, low=np.minimum(low, high), high=high)
