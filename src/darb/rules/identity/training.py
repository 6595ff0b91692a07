"""Fitting the specification's weights to pairs that were judged: a penalised logistic regression over levels.

The names' levels are shrunk towards their plain level (whatever the rarity and script), so that rare cells borrow
from common ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import log

import numpy as np

from .columns import NAMES, Numbers, heard_name
from .comparing import COMPARISONS, SIZES, Levels
from .record import Record
from .specification import Specification, surprise

_NAMES_LEVELS = 8
_PENALTY = 2.0
_STEP = 50_000
_FEWEST = 2


def name_frequencies(records: Iterable[Record]) -> dict[str, dict[str, dict[str, int]]]:
    """Half bits of surprise by part of the name, nationality ("" is everybody) and key; seen once counts as unseen."""
    counts: dict[str, dict[str, Counter[str]]] = {part: defaultdict(Counter) for part in NAMES}
    for record in records:
        for part in NAMES:
            if key := heard_name(getattr(record, part)).key_text:
                counts[part][""][key] += 1
                if record.nationality:
                    counts[part][record.nationality][key] += 1
    return {part: {people: _surprises(seen) for people, seen in table.items()} for part, table in counts.items()}


def _surprises(seen: Counter[str]) -> dict[str, int]:
    whole = sum(seen.values()) + 10
    return {key: surprise(count / whole) for key, count in sorted(seen.items()) if count >= _FEWEST}


def nation_classes(records: Iterable[Record]) -> dict[str, int]:
    """0 for nationalities of more than a tenth of all, 1 above a twenty-fifth, 2 above an eightieth, else 3."""
    counts = Counter(record.nationality for record in records if record.nationality)
    whole = sum(counts.values())
    return {
        people: 0 if count > whole / 10 else 1 if count > whole / 25 else 2 if count > whole / 80 else 3
        for people, count in sorted(counts.items())
    }


def fit(levels: Levels, same: Numbers, weight: Numbers | None = None) -> tuple[dict[str, Numbers], float]:
    """Weights in bits by comparison and level, and the constant in bits, for pairs judged `same` (1) or not (0).

    Newton steps on the penalised likelihood, halved until it falls; patterns of levels that recur count once.
    """
    design = _Design(levels, same, weight)
    w = np.zeros(design.width)
    loss, outcome = design.loss(w)
    for _ in range(60):
        step = design.newton_step(w, outcome)
        size = 1.0
        while True:
            tried, its = design.loss(w - size * step)
            if tried <= loss or size < 1e-6:
                break
            size /= 2
        w, gained, loss, outcome = w - size * step, loss - tried, tried, its
        if gained < 1e-3:
            break
    return design.tables(w)


class _Design:
    """The regression's columns: a column a level, and one a plain level of each name, then the constant."""

    def __init__(self, levels: Levels, same: Numbers, weight: Numbers | None) -> None:
        blocks = [levels[name].astype(np.int32) for name in COMPARISONS]
        sizes = list(SIZES)
        for name in COMPARISONS[:4]:
            blocks.append(levels[name].astype(np.int32) // 8)
            sizes.append(_NAMES_LEVELS)
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.width = int(self.starts[-1]) + 1
        table = np.stack(blocks, axis=1)
        patterns, back = np.unique(table, axis=0, return_inverse=True)
        self.at = patterns + self.starts[:-1]
        w = np.ones(len(same)) if weight is None else weight
        self.whole = np.bincount(back.ravel(), weights=w, minlength=len(patterns))
        self.hits = np.bincount(back.ravel(), weights=w * same, minlength=len(patterns))
        self.penalty = np.full(self.width, _PENALTY)
        self.penalty[self.starts[len(COMPARISONS)] : -1] = _PENALTY / 4
        self.penalty[-1] = 1e-3

    def loss(self, w: Numbers) -> tuple[float, Numbers]:
        """The penalised negative log likelihood, and the log odds of each pattern."""
        z = w[self.at].sum(axis=1) + w[-1]
        told = float((self.whole * np.logaddexp(0, z) - self.hits * z).sum() + 0.5 * (self.penalty * w * w).sum())
        return told, z

    def newton_step(self, w: Numbers, z: Numbers) -> Numbers:
        """The step that the second-order view asks for."""
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        curve = np.diag(self.penalty)
        slope = self.penalty * w
        for start in range(0, len(z), _STEP):
            part = slice(start, start + _STEP)
            x = np.zeros((len(z[part]), self.width), dtype=np.float32)
            np.put_along_axis(x, self.at[part], 1, axis=1)
            x[:, -1] = 1
            slope = slope + x.T @ (self.whole * p - self.hits)[part]
            curve = curve + x.T @ (x * (self.whole * p * (1 - p))[part, None].astype(np.float32))
        return np.linalg.solve(curve, slope)

    def tables(self, w: Numbers) -> tuple[dict[str, Numbers], float]:
        """Bits by comparison, the plain levels of names added in, and the constant."""
        tables = {}
        for n, name in enumerate(COMPARISONS):
            tables[name] = w[self.starts[n] : self.starts[n + 1]].copy()
        for n, name in enumerate(COMPARISONS[:4]):
            start = self.starts[len(COMPARISONS) + n]
            tables[name] += np.repeat(w[start : start + _NAMES_LEVELS], 8)
        return {name: np.round(table / log(2), 2) for name, table in tables.items()}, round(float(w[-1]) / log(2), 2)


def without_weights(records: list[Record]) -> Specification:
    """A specification that knows the names of `records` but weighs nothing yet."""
    blank = {name: np.zeros(size) for name, size in zip(COMPARISONS, SIZES, strict=True)}
    return Specification("untrained", blank, 0.0, len(records), name_frequencies(records), nation_classes(records))


def as_json(model: Specification, made_by: str) -> Mapping[str, object]:
    """The specification as it is kept in a file."""
    return {
        "version": model.version,
        "made_by": made_by,
        "prior": model.prior,
        "population": model.population,
        "weights": {name: [float(bits) for bits in model.weights[name]] for name in COMPARISONS},
        "nations": model.nations,
        "names": model.names,
    }
