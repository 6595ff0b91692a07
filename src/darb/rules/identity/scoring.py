"""How likely two registrations are of one person, and why, in codes that the doors put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log2
from typing import Literal, NamedTuple

import numpy as np

from . import comparing
from .columns import Columns, Numbers
from .comparing import COMPARISONS, Levels, compare
from .record import Record
from .specification import Specification, shipped


class Verdict(StrEnum):
    """What is said of a pair."""

    VERY_LIKELY = "very_likely"
    POSSIBLE = "possible"
    WEAK = "weak"


VERY_LIKELY_FROM = 0.9
POSSIBLE_FROM = 0.3


class Reason(NamedTuple):
    """One comparison's say: its code and level (`father.same_key`), for or against, and what it weighs in bits."""

    code: str
    side: Literal["for", "against"]
    bits: float


@dataclass(frozen=True)
class Scored:
    """What is known of one pair. `bits` is evidence and prior: the odds are two to their power."""

    probability: float
    bits: float
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        """The plain verdict."""
        return verdict(self.probability)


def verdict(probability: float) -> Verdict:
    """Very likely, possible or weak."""
    if probability >= VERY_LIKELY_FROM:
        return Verdict.VERY_LIKELY
    return Verdict.POSSIBLE if probability >= POSSIBLE_FROM else Verdict.WEAK


def probability_of(bits: Numbers) -> Numbers:
    """The probabilities that go with these bits."""
    p: Numbers = 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))
    return p


def score(one: Record, other: Record, *, registrations: int, model: Specification | None = None) -> Scored:
    """Compare two registrations out of so many `registrations`. Without a `model` the one that comes with Darb."""
    return score_many(one, [other], registrations=registrations, model=model)[0]


def score_many(
    one: Record, others: Sequence[Record], *, registrations: int, model: Specification | None = None
) -> list[Scored]:
    """Compare one registration with many, found among `registrations`: one pass, in the order of `others`."""
    model = model or shipped()
    return score_rows(Columns.of([one], model), 0, Columns.of(others, model), registrations, model)


def prior_among(model: Specification, registrations: int) -> float:
    """The prior in bits where a pair is looked for among so many registrations: chance doubles with their number."""
    return model.prior - log2(max(registrations, 1000) / model.population)


def score_rows(one: Columns, row: int, others: Columns, registrations: int, model: Specification) -> list[Scored]:
    """Compare row `row` of `one` with every row of `others`."""
    many = len(others)
    levels = compare(one, np.full(many, row), others, np.arange(many))
    return [scored_pair(levels, n, registrations, model) for n in range(many)]


def scored_pair(levels: Levels, pair: int, registrations: int, model: Specification) -> Scored:
    """What is known of one of the compared pairs."""
    its = {name: int(levels[name][pair]) for name in COMPARISONS}
    weight = sum(float(model.weights[name][level]) for name, level in its.items())
    bits = round(prior_among(model, registrations) + weight, 2)
    return Scored(float(probability_of(np.array(bits))), bits, reasons(its, model))


_NAME_LEVELS = ("untold", "same_text", "same_sound", "same_key", "shared_key", "close", "alike", "different")
_FEWEST_BITS = 0.5
# A reason is told only where it reads as one: what agrees never speaks against, what differs never for.
_DISAGREEING = frozenset({"different", "years_apart"})
_AGREEING = frozenset({"same", "same_text", "same_sound", "same_key", "shared_key", "same_day", "same_year"})


def reasons(levels: dict[str, int], model: Specification) -> tuple[Reason, ...]:
    """What speaks for and against, the weightiest first; what was not told says nothing."""
    told = []
    for name, level in levels.items():
        code = level_code(name, level)
        bits = round(float(model.weights[name][level]), 2)
        if code and abs(bits) >= _FEWEST_BITS and code not in (_DISAGREEING if bits > 0 else _AGREEING):
            told.append(Reason(f"{name}.{code}", "for" if bits > 0 else "against", bits))
    return tuple(sorted(told, key=lambda reason: -abs(reason.bits)))


_PLAIN_LEVELS: dict[str, tuple[str, ...]] = {
    "order": ("", "given_and_family_exchanged", "father_and_family_exchanged", "names_turned"),
    "sex": ("", "same", "different"),
    "nation": ("", "different", "same", "same", "same", "same"),
    "place": ("", "same", "close", "alike", "different"),
    "phone": ("", "same", "slip", "different"),
    "document": ("", "same", "slip", "different"),
}


def level_code(name: str, level: int) -> str:
    """The code of a level; "" where it says nothing to a reader."""
    if name in COMPARISONS[:4]:
        return _NAME_LEVELS[level // comparing.NAME_CELLS] if level >= comparing.NAME_CELLS else ""
    if name == "birth":
        return birth_code(level)
    return _PLAIN_LEVELS[name][level] if name in _PLAIN_LEVELS else ""


def birth_code(level: int) -> str:
    """The code of a level of birth."""
    plain = {
        comparing.BIRTH_UNTOLD: "",
        comparing.BIRTH_SAME: "same_day",
        comparing.BIRTH_TURNED: "day_and_month_exchanged",
        comparing.BIRTH_ONE_SLIP: "one_part_differs",
        comparing.BIRTH_SAME_YEAR: "same_year",
    }
    if level in plain:
        return plain[level]
    grade = (level - 10) % 9
    return "same_year" if grade == 0 else "year_or_two" if grade <= 2 else "years_apart"


def level_table(levels: Levels) -> Numbers:
    """The levels as one array of shape (pairs, comparisons)."""
    return np.stack([levels[name] for name in COMPARISONS], axis=1)
