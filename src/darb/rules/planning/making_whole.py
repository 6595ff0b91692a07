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
"""The gap up to which each step is solved."""

LARGE = 40_000
"""Columns above which it isn't tried to make whole people's solution better with all of them free."""


def made_whole(model: Model, divided: Floats, seconds: float, over: Callable[[], bool]) -> tuple[Floats, bool]:
    """A solution with whole people; or the one before, and false, if none was found in time.

    First escorts are made whole, then people near that solution, then it is made better with all people free. The
    model's flights are fixed; `divided` is a solution with everything divided.
    """

    def stop(_cost: float, _bound: float) -> bool:
        return over()

    found = integer(core(model), seconds / 3, CLOSE, stop=stop)
    values = divided if found.values is None else found.values
    near = integer(_beside(model, values), seconds / 3, CLOSE, stop=stop)
    if near.values is None or len(model.cost) > LARGE:
        return (values, False) if near.values is None else (near.values, True)
    found = integer(model, seconds / 3, CLOSE, start=near.values, stop=stop)
    return (near.values if found.values is None else found.values), True


def _beside(model: Model, divided: Floats) -> Model:
    """The model with units at most `BESIDE` away from the divided solution, and none where it has none."""
    units = np.setdiff1d(np.flatnonzero(model.whole), np.concatenate((model.y, model.e)))
    low, high, part = model.low.copy(), model.high.copy(), divided[units]
    low[units] = np.maximum(low[units], np.floor(part + 1e-6) - BESIDE)
    high[units] = np.where(part > 1e-6, np.minimum(high[units], np.ceil(part - 1e-6) + BESIDE), 0.0)
    return replace(model, low=np.minimum(low, high), high=high)
