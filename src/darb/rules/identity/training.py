"""Fitting the specification's weights to pairs that were judged: a penalised logistic regression over levels.

The names' levels are shrunk towards their plain level (whatever the rarity and script), so that rare cells borrow
from common ones.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, prod
from typing import NamedTuple

import numpy as np

from darb.rules.names import NAMES_VERSION

from . import context
from .blocking import candidate_pairs
from .columns import NAMES, Columns, Numbers, heard_name
from .comparing import COMPARISONS, JOINT, NAME_CELLS, SIZES, Levels, coarse, compare
from .matching import LEAST_BITS, made_ready
from .record import Record
from .specification import Specification, surprise

_NAMES_LEVELS = 8
_PENALTY = 1.0
_STEP = 50_000
_SAMPLED = 8
_HARD = -8.0
# What is believed before anything was learned, in bits. Labelled pairs with one document agree in all else too, so
# they can't tell what the document alone is worth; nobody has another's.
_BELIEVED = (("document", 1, 10.0), ("document", 2, 4.0))
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


def fit(levels: Levels, same: Numbers) -> tuple[dict[str, Numbers], float]:
    """Weights in bits by comparison and level, and the constant in bits, for pairs judged `same` (1) or not (0).

    A first fit on a sample of the different pairs tells which of them are hard; the second has all of those, and
    of the easy ones one in eight, counted eightfold.
    """
    some = (same > 0) | (np.arange(len(same)) % _SAMPLED == 0)
    rough = _Design(_chosen(levels, some), same[some], np.where(same[some] > 0, 1.0, _SAMPLED))
    w = rough.fitted()
    hard = (same > 0) | (rough.log_odds(levels, w) > _HARD)
    some |= hard
    exact = _Design(_chosen(levels, some), same[some], np.where(hard[some], 1.0, _SAMPLED))
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
            untold = float(tables[name][0])
            tables[name] = tables[name] - untold
            constant += untold
    return {name: np.round(table, 2) for name, table in tables.items()}, round(constant, 2)


def _chosen(levels: Levels, which: Numbers) -> Levels:
    return {name: level[which] for name, level in levels.items()}


class _Design:
    """The regression's columns: a column a level, and one a plain level of each name, then the constant."""

    def __init__(self, levels: Levels, same: Numbers, weight: Numbers) -> None:
        blocks = [levels[name].astype(np.int32) for name in COMPARISONS]
        sizes = list(SIZES)
        for name in COMPARISONS[:4]:
            blocks.append(levels[name].astype(np.int32) // NAME_CELLS)
            sizes.append(_NAMES_LEVELS)
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.width = int(self.starts[-1]) + 1
        table = np.stack(blocks, axis=1)
        patterns, back = np.unique(table, axis=0, return_inverse=True)
        self.at = patterns + self.starts[:-1]
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
        z = w[self.at].sum(axis=1) + w[-1]
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


def without_weights(records: list[Record]) -> Specification:
    """A specification that knows the names of `records` but weighs nothing yet."""
    blank = {name: np.zeros(size) for name, size in zip(COMPARISONS, SIZES, strict=True)}
    frequencies, nations = name_frequencies(records), nation_classes(records)
    return Specification("untrained", blank, 0.0, len(records), frequencies, nations, np.zeros(prod(context.SHAPE)))


@dataclass(frozen=True)
class HeldOut:
    """Labelled pairs of rows, scored by a model that saw neither person; `true` counts all pairs of one person."""

    rows: Numbers
    bits: Numbers
    same: Numbers
    true: int


class Judged(NamedTuple):
    """Pairs that reviewers judged: their levels, and 1 for the same person or 0."""

    levels: Levels
    same: Numbers

    def with_those_of(self, levels: Levels, same: Numbers) -> tuple[Levels, Numbers]:
        """Further pairs and these."""
        both = {name: np.concatenate([levels[name], self.levels[name]]) for name in COMPARISONS}
        return both, np.concatenate([same, self.same])


NOBODY_JUDGED = Judged({name: np.zeros(0, dtype=np.uint8) for name in COMPARISONS}, np.zeros(0))


def train(
    records: list[Record], people: Sequence[str], version: str, judged: Judged = NOBODY_JUDGED
) -> tuple[Specification, HeldOut]:
    """Fit a specification to registrations whose persons are known and to `judged` pairs, and score the former.

    Persons are dealt into two halves; a pair is held out from the half, or halves, that its persons aren't in.
    """
    blank = without_weights(records)
    columns = made_ready(Columns.of(records, blank))
    rows = candidate_pairs(columns)
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    one, other = who[rows[:, 0]], who[rows[:, 1]]
    levels, same = compare(columns, rows[:, 0], columns, rows[:, 1]), (one == other).astype(np.float64)
    half = np.array([zlib.crc32(person.encode()) & 1 for person in people])
    first, second = half[rows[:, 0]], half[rows[:, 1]]
    unseen = np.zeros((2, len(rows)))
    for n in (0, 1):
        seen = (first == n) & (second == n)
        weights, constant = fit(*judged.with_those_of(_chosen(levels, seen), same[seen]))
        unseen[n] = replace(blank, weights=weights).bits(levels) + constant
    # A pair across the halves was half seen by neither.
    bits = np.where(first != second, unseen.mean(axis=0), np.where(first == 0, unseen[1], unseen[0]))
    keep = bits >= LEAST_BITS
    held_out = HeldOut(rows[keep], bits[keep], same[keep], pairs_of_one(who))
    weights, constant = fit(*judged.with_those_of(levels, same))
    model = replace(blank, version=version, weights=weights, prior=constant)
    return model, held_out


def pairs_of_one(who: Numbers) -> int:
    """How many pairs of registrations are of one person."""
    counts = np.unique(who, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def with_context(model: Specification, sets: Sequence[tuple[int, HeldOut]]) -> Specification:
    """The model with a table of context fitted to sets of scored pairs, each among so many registrations."""
    cells = np.concatenate([context.cells(many, scored.rows, scored.bits) for many, scored in sets])
    bits = np.concatenate([scored.bits for _, scored in sets])
    same = np.concatenate([scored.same for _, scored in sets])
    return replace(model, context=context.fit(cells, bits, same))


def as_json(model: Specification, made_by: str) -> Mapping[str, object]:
    """The specification as it is kept in a file; `made_by` is the command that made it."""
    return {
        "version": model.version,
        "made_by": made_by,
        "names_version": NAMES_VERSION,
        "prior": model.prior,
        "population": model.population,
        "weights": {name: [float(bits) for bits in model.weights[name]] for name in COMPARISONS},
        "context": [float(bits) for bits in model.context],
        "nations": model.nations,
        "names": model.names,
    }
