"""A plan: who flies on what, what it costs, and the proof of how much better any other could be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """How far planning is: the best plan's cost so far and the proven bound, `seconds` after it began.

    `phase` is a code word: queue, prices, proof, search, windows or done. `assignments` is that best plan.
    """

    seconds: float
    objective: float
    bound: float
    phase: str
    assignments: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def gap(self) -> float:
        """How much cheaper another plan could be at most, as a share of this one's cost."""
        return share(self.objective, self.bound)


@dataclass(frozen=True)
class Plan:
    """`assignments` is group id to flight id; who isn't in it stays. No plan costs less than `bound`."""

    assignments: Mapping[str, str]
    objective: float
    bound: float
    seconds: float
    progress: tuple[Progress, ...] = ()

    @property
    def gap(self) -> float:
        """(objective - bound) / objective: how much cheaper another plan could be at most."""
        return share(self.objective, self.bound)


Watch = Callable[[Progress], Any]
"""Told whenever a better plan or a better bound is found."""
Stop = Callable[[], bool]
"""Asked now and then; true ends planning with the best plan so far."""


def share(objective: float, bound: float) -> float:
    """The share of `objective` that isn't proven necessary; 0 for a plan that costs nothing."""
    return max(0.0, (objective - bound) / objective) if objective > 0 else 0.0
