"""Learning a specification from registrations whose persons are known, and judging it on what it wasn't shown."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2, prod
from typing import NamedTuple

import numpy as np

from darb.rules.names import NAMES_VERSION

from . import context
from .blocking import candidate_pairs
from .columns import NAMES, Columns, Numbers, heard_name
from .comparing import COMPARISONS, SIZES, Levels, compare
from .fitting import chosen, fit
from .matching import LEAST_BITS, made_ready
from .record import Record
from .specification import Specification, surprise

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


def without_weights(records: list[Record]) -> Specification:
    """A specification that knows the names of `records` but weighs nothing yet."""
    blank = {name: np.zeros(size) for name, size in zip(COMPARISONS, SIZES, strict=True)}
    frequencies, nations = name_frequencies(records), nation_classes(records)
    return Specification("untrained", blank, 0.0, len(records), frequencies, nations, np.zeros(prod(context.SHAPE)))


@dataclass(frozen=True)
class HeldOut:
    """Labelled pairs of rows, scored by a model that saw nothing of their persons, or of their sites.

    `true` counts all pairs of one person.
    """

    rows: Numbers
    bits: Numbers
    same: Numbers
    true: int

    @classmethod
    def worth_keeping(cls, rows: Numbers, bits: Numbers, same: Numbers, true: int) -> HeldOut:
        """Without those that are hardly ever of one person."""
        keep = bits >= LEAST_BITS
        return cls(rows[keep], bits[keep], same[keep], true)


class Judged(NamedTuple):
    """Pairs that reviewers judged: their levels, and 1 for the same person or 0."""

    levels: Levels
    same: Numbers

    def with_those_of(self, levels: Levels, same: Numbers) -> tuple[Levels, Numbers]:
        """Further pairs and these."""
        both = {name: np.concatenate([levels[name], self.levels[name]]) for name in COMPARISONS}
        return both, np.concatenate([same, self.same])


More = Callable[[Numbers], tuple[list[Record], list[str]]]
"""Makes registrations like the labelled ones of these rows, and tells who each is: few were labelled."""
NOBODY_JUDGED = Judged({name: np.zeros(0, dtype=np.uint8) for name in COMPARISONS}, np.zeros(0))


def train(
    records: list[Record],
    people: Sequence[str],
    version: str,
    judged: Judged = NOBODY_JUDGED,
    more: More | None = None,
) -> tuple[Specification, HeldOut, HeldOut]:
    """Fit a specification to registrations whose persons are known, to `judged` pairs, and to what `more` makes.

    Gives with it the former's pairs as models judge them that saw nothing of their persons, and nothing of their
    sites.
    """
    blank = without_weights(records)
    columns = made_ready(Columns.of(records, blank))
    rows = candidate_pairs(columns)
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    one, other = who[rows[:, 0]], who[rows[:, 1]]
    levels, same = compare(columns, rows[:, 0], columns, rows[:, 1]), (one == other).astype(np.float64)
    source = _Source(blank, judged, more)
    unseen = _unseen(source, people, rows, levels, same)
    elsewhere = _unseen(source, [record.site for record in records], rows, levels, same)
    true = pairs_of_one(who)
    weights, constant = source.fit(levels, same, np.arange(len(records)))
    model = replace(blank, version=version, weights=weights, prior=constant)
    return model, HeldOut.worth_keeping(rows, unseen, same, true), HeldOut.worth_keeping(rows, elsewhere, same, true)


@dataclass(frozen=True)
class _Source:
    """What a model learns from beside labelled pairs: pairs that were judged, and registrations made for it."""

    blank: Specification
    judged: Judged
    more: More | None

    def fit(self, levels: Levels, same: Numbers, seen: Numbers) -> tuple[Mapping[str, Numbers], float]:
        """Weights and constant from labelled pairs, and from what is made of the rows `seen` alone."""
        levels, same = self.judged.with_those_of(levels, same)
        prior = np.zeros(len(same))
        if self.more:
            records, people = self.more(seen)
            made, its = pairs_to_learn(records, people, self.blank)
            rarer = log2(self.blank.population / max(len(records), 1))
            prior = np.concatenate([prior, np.full(len(its), rarer)])
            levels = {name: np.concatenate([levels[name], made[name]]) for name in COMPARISONS}
            same = np.concatenate([same, its])
        return fit(levels, same, prior)


def pairs_to_learn(records: list[Record], people: Sequence[str], blank: Specification) -> tuple[Levels, Numbers]:
    """The candidate pairs of registrations whose persons are known: their levels, and 1 for one person or 0."""
    columns = made_ready(Columns.of(records, blank))
    rows = candidate_pairs(columns)
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    same = (who[rows[:, 0]] == who[rows[:, 1]]).astype(np.float64)
    return compare(columns, rows[:, 0], columns, rows[:, 1]), same


def _unseen(source: _Source, groups: Sequence[str], rows: Numbers, levels: Levels, same: Numbers) -> Numbers:
    """The bits of pairs by models that saw no registration of their groups (persons, or sites).

    Groups are dealt into two halves; a pair is judged by the model of the half that its groups aren't in.
    """
    half = np.array([zlib.crc32(group.encode()) & 1 for group in groups])
    first, second = half[rows[:, 0]], half[rows[:, 1]]
    bits = np.zeros((2, len(rows)))
    for n in (0, 1):
        seen = (first == n) & (second == n)
        weights, constant = source.fit(chosen(levels, seen), same[seen], np.flatnonzero(half == n))
        bits[n] = replace(source.blank, weights=weights).bits(levels) + constant
    # A pair across the halves was seen by neither: both judge it.
    told: Numbers = np.where(first != second, bits.mean(axis=0), np.where(first == 0, bits[1], bits[0]))
    return told


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
