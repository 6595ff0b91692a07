"""Fitting the specification's weights to pairs that were judged: a penalised logistic regression over levels.

The names' levels are shrunk towards their plain level (whatever the rarity and script), so that rare cells borrow
from common ones; better agreement never weighs less than worse.
"""

from __future__ import annotations

from math import log

import numpy as np

from .columns import Numbers
from .comparing import COMPARISONS, JOINT, NAME_CELLS, SIZES, Levels, coarse, falling

_NAMES_LEVELS = 8
_PENALTY = 1.0
_STEP = 50_000
_SAMPLED = 8
_HARD = -8.0
# What is believed before anything was learned, in bits. Labelled pairs with one document agree in all else too, so
# they can't tell what the document alone is worth; nobody has another's.
_BELIEVED = (("document", 1, 10.0), ("document", 2, 4.0))


def fit(levels: Levels, same: Numbers, prior: Numbers | None = None) -> tuple[dict[str, Numbers], float]:
    """Weights in bits by comparison and level, and the constant in bits, for pairs judged `same` (1) or not (0).

    `prior`: how many bits likelier each pair is than others before anything is compared, where that isn't the same.
    A first fit on a sample of the different pairs tells which of them are hard; the second has all of those, and
    of the easy ones one in eight, counted eightfold.
    """
    some = (same > 0) | (np.arange(len(same)) % _SAMPLED == 0)
    before = np.zeros(len(same)) if prior is None else prior * log(2)
    rough = _Design(chosen(levels, some), same[some], np.where(same[some] > 0, 1.0, _SAMPLED), before[some])
    w = rough.fitted()
    hard = (same > 0) | (rough.log_odds(levels, w) + before > _HARD)
    some |= hard
    exact = _Design(chosen(levels, some), same[some], np.where(hard[some], 1.0, _SAMPLED), before[some])
    return told_apart(exact.tables(exact.fitted(w)), levels)


def told_apart(fitted: tuple[dict[str, Numbers], float], levels: Levels) -> tuple[dict[str, Numbers], float]:
    """The same weights, said plainly: what a joint comparison says of one part alone goes to that part's own table.

    What is untold (or told in the usual order) weighs nothing. The sums don't change; a reason given for one
    comparison then tells what that comparison weighs.
    """
    tables, constant = fitted
    for joint, parts in JOINT.items():
        cube = tables[joint].reshape(4, 4, 4)
        seen = np.bincount(levels[joint], minlength=64).reshape(4, 4, 4) + 1.0
        for _ in range(10):
            for axis, part in enumerate(parts):
                others = tuple(n for n in range(3) if n != axis)
                mean = (cube * seen).sum(axis=others) / seen.sum(axis=others)
                cube = cube - np.expand_dims(mean, others)
                tables[part] = tables[part] + mean[coarse(part)]
        tables[joint] = cube.reshape(64)
    for name in COMPARISONS:
        if name not in JOINT:
            tables[name] = in_order(name, tables[name], np.bincount(levels[name], minlength=len(tables[name])) + 1.0)
            untold = float(tables[name][0])
            tables[name] = tables[name] - untold
            constant += untold
    return {name: np.round(table, 2) for name, table in tables.items()}, round(constant, 2)


def in_order(name: str, table: Numbers, seen: Numbers) -> Numbers:
    """The comparison's table with better agreement never weighing less than worse, whatever few pairs happened to say.

    Levels that stand the wrong way round get their mean, each counting as often as it was `seen`.
    """
    ordered = table.copy()
    for chain in falling(name):
        pools: list[tuple[float, float, int]] = []
        for level in chain:
            mean, weight, many = float(table[level]), float(seen[level]), 1
            while pools and pools[-1][0] < mean:
                its_mean, its_weight, its_many = pools.pop()
                mean = (mean * weight + its_mean * its_weight) / (weight + its_weight)
                weight, many = weight + its_weight, many + its_many
            pools.append((mean, weight, many))
        ordered[chain] = np.repeat([mean for mean, _, _ in pools], [many for *_, many in pools])
    return ordered


def chosen(levels: Levels, which: Numbers) -> Levels:
    """The levels of some of the pairs."""
    return {name: level[which] for name, level in levels.items()}


class _Design:
    """The regression's columns: a column a level, and one a plain level of each name, then the constant."""

    def __init__(self, levels: Levels, same: Numbers, weight: Numbers, before: Numbers) -> None:
        blocks = [levels[name].astype(np.int32) for name in COMPARISONS]
        sizes = list(SIZES)
        for name in COMPARISONS[:4]:
            blocks.append(levels[name].astype(np.int32) // NAME_CELLS)
            sizes.append(_NAMES_LEVELS)
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.width = int(self.starts[-1]) + 1
        priors, whose = np.unique(before, return_inverse=True)
        table = np.stack([*blocks, whose.astype(np.int32)], axis=1)
        patterns, back = np.unique(table, axis=0, return_inverse=True)
        self.at = patterns[:, :-1] + self.starts[:-1]
        self.before = priors[patterns[:, -1]]
        self.whole = np.bincount(back.ravel(), weights=weight, minlength=len(patterns))
        self.hits = np.bincount(back.ravel(), weights=weight * same, minlength=len(patterns))
        self.penalty = np.full(self.width, _PENALTY)
        self.penalty[self.starts[len(COMPARISONS)] : -1] = _PENALTY / 4
        self.penalty[-1] = 1e-3
        self.believed = np.zeros(self.width)
        for name, level, bits in _BELIEVED:
            self.believed[self.starts[COMPARISONS.index(name)] + level] = bits * log(2)

    def fitted(self, start: Numbers | None = None) -> Numbers:
        """Newton steps on the penalised likelihood, each halved until the loss falls."""
        w = self.believed.copy() if start is None else start
        loss, outcome = self.loss(w)
        for _ in range(60):
            step = self.newton_step(w, outcome)
            size = 1.0
            tried, its = self.loss(w - step)
            while tried > loss and size > 1e-6:
                size /= 2
                tried, its = self.loss(w - size * step)
            w, gained, loss, outcome = w - size * step, loss - tried, tried, its
            if gained < 0.05:
                break
        return w

    def log_odds(self, levels: Levels, w: Numbers) -> Numbers:
        """The natural log odds of pairs by their levels."""
        tables, constant = self.tables(w)
        bits: Numbers = np.full(len(levels[COMPARISONS[0]]), constant)
        for name in COMPARISONS:
            bits += tables[name][levels[name]]
        return bits * log(2)

    def loss(self, w: Numbers) -> tuple[float, Numbers]:
        """The penalised negative log likelihood, and the log odds of each pattern."""
        z = w[self.at].sum(axis=1) + w[-1] + self.before
        told = float(
            (self.whole * np.logaddexp(0, z) - self.hits * z).sum()
            + 0.5 * (self.penalty * (w - self.believed) ** 2).sum()
        )
        return told, z

    def newton_step(self, w: Numbers, z: Numbers) -> Numbers:
        """The step that the second-order view asks for."""
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        curve = np.diag(self.penalty)
        slope = self.penalty * (w - self.believed)
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
            tables[name] += np.repeat(w[start : start + _NAMES_LEVELS], NAME_CELLS)
        return {name: table / log(2) for name, table in tables.items()}, round(float(w[-1]) / log(2), 2)
