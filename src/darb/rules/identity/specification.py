"""The one specification that every executor follows: what is compared, what each level weighs, how common names are.

Weights are in bits (a factor of two in the odds each), kept to a hundredth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import log2
from typing import Any

import numpy as np

from .columns import NAMES, Numbers
from .comparing import COMPARISONS, SIZES

_UNSEEN = 36  # half bits of a name that nobody was seen with


@dataclass(frozen=True)
class Specification:
    """What `identity_model.json` holds.

    `weights`: for each comparison an array of bits by level. `names`: for each of the four names, key to
    half bits of surprise, by nationality; nationality "" is everybody. `nations`: nationality to 0 (common) to 3.
    `prior` holds among `population` registrations. `context`: bits by what other pairs say (see `context`).
    """

    version: str
    weights: Mapping[str, Numbers]
    prior: float
    population: int
    names: Mapping[str, Mapping[str, Mapping[str, int]]]
    nations: Mapping[str, int]
    context: Numbers
    made_by: str = ""

    def rarity(self, part: int, key: str, nationality: str) -> int:
        """Half bits of surprise at a name among a people; backs off to all peoples, then to "never seen"."""
        if not key:
            return 0
        table = self.names.get(NAMES[part], {})
        seen = table.get(nationality, {}).get(key)
        if seen is None:
            everywhere = table.get("", {}).get(key)
            seen = _UNSEEN if everywhere is None else min(_UNSEEN, everywhere + 4)
        return seen

    def nation_rarity(self, nationality: str) -> int:
        """0 for the commonest nationalities to 3 for the rarest."""
        return self.nations.get(nationality, 3)

    def bits(self, levels: Mapping[str, Numbers]) -> Numbers:
        """The weight of evidence of pairs, without the prior."""
        total = np.zeros(len(levels[COMPARISONS[0]]), dtype=np.float64)
        for name in COMPARISONS:
            total += self.weights[name][levels[name]]
        return total

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Specification:
        """Read a specification; raises ValueError where a table doesn't fit its comparison."""
        weights = {name: np.array(told["weights"][name], dtype=np.float64) for name in COMPARISONS}
        for name, size in zip(COMPARISONS, SIZES, strict=True):
            if weights[name].shape != (size,):
                raise ValueError(f"The weights of {name!r} are {weights[name].shape}, not {size} levels.")
        return cls(
            told["version"],
            weights,
            told["prior"],
            told["population"],
            told["names"],
            told["nations"],
            np.array(told["context"], dtype=np.float64),
            told["made_by"],
        )


def read(text: str) -> Specification:
    """A specification from the text of its file; raises ValueError where it isn't one."""
    try:
        return Specification.from_json(json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError(f"This isn't a specification of the identity model: {error!r}.") from error


_own: list[Specification] = []


def use(model: Specification | None) -> None:
    """Put a mission's own specification in the place of the shipped one, in this process; None: the shipped one."""
    _own[:] = [] if model is None else [model]


def shipped() -> Specification:
    """The specification that comes with Darb, or the mission's own where one is in its place (see `use`)."""
    return _own[0] if _own else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Specification:
    return read(resources.files(__package__).joinpath("identity_model.json").read_text(encoding="utf-8"))


def surprise(share: float) -> int:
    """Half bits of surprise at what `share` of people have."""
    return max(0, min(255, round(-2 * log2(share))))
