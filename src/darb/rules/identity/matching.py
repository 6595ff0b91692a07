"""Every pair of one person among many registrations, and the persons that the pairs make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from . import context
from .blocking import candidate_pairs
from .columns import Columns, Numbers
from .comparing import compare
from .household import completed
from .record import Record
from .scoring import prior_among, probability_of
from .specification import Specification, shipped

Progress = Callable[[int, int], None]
_CHUNK = 50_000
_CORES = 2
LEAST_CHANCE = 0.25  # nothing less likely is ever called one person, whatever that would do for F1
LEAST_BITS = -7.0  # a pair below one in 128 is not kept


@dataclass(frozen=True)
class Pairs:
    """Scored pairs of rows: `rows` of shape (pairs, 2), bits and probability of each."""

    rows: Numbers
    bits: Numbers
    probability: Numbers

    def __len__(self) -> int:
        return len(self.rows)

    def chosen(self, which: Numbers) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.rows[which], self.bits[which], self.probability[which])


def match(records: Iterable[Record], model: Specification | None = None, progress: Progress | None = None) -> Pairs:
    """Score every pair of `records` that is worth comparing; rows count the records from 0 in their order.

    Pairs less likely than one in a hundred are left out.
    """
    model = model or shipped()
    return match_columns(Columns.of(records, model), model, progress)


def match_columns(columns: Columns, model: Specification, progress: Progress | None = None) -> Pairs:
    """As `match`, for registrations that are columns already."""
    columns = made_ready(columns)
    return in_context(score_pairs(columns, candidate_pairs(columns), model, progress), len(columns), model)


def made_ready(columns: Columns) -> Columns:
    """A whole set as every executor compares it: children's parents completed, names as rare as they are here."""
    return completed(columns).with_own_frequencies()


def in_context(pairs: Pairs, many: int, model: Specification) -> Pairs:
    """The pairs among `many` registrations with what the other pairs say, by whichever executor they were scored."""
    bits = np.round(pairs.bits + model.context[context.cells(many, pairs.rows, pairs.bits)], 2)
    probability = context.within_reason(many, pairs.rows, probability_of(bits))
    return Pairs(pairs.rows, bits, probability)


def score_pairs(columns: Columns, pairs: Numbers, model: Specification, progress: Progress | None = None) -> Pairs:
    """Score `pairs` of rows, each by itself, in chunks on two cores, and keep those worth keeping."""
    prior = prior_among(model, len(columns))

    def scored(start: int) -> tuple[Numbers, Numbers]:
        chunk = pairs[start : start + _CHUNK]
        bits = np.round(prior + model.bits(compare(columns, chunk[:, 0], columns, chunk[:, 1])), 2)
        return chunk[bits >= LEAST_BITS], bits[bits >= LEAST_BITS]

    kept, weighed = [np.zeros((0, 2), dtype=np.int64)], [np.zeros(0)]
    with ThreadPoolExecutor(_CORES) as cores:
        for n, (rows, bits) in enumerate(cores.map(scored, range(0, len(pairs), _CHUNK)), start=1):
            kept.append(rows)
            weighed.append(bits)
            if progress:
                progress(min(n * _CHUNK, len(pairs)), len(pairs))
    bits = np.concatenate(weighed)
    return Pairs(np.concatenate(kept), bits, probability_of(bits))


def best_threshold(probability: Numbers) -> float:
    """The probability from which on to say "the same" for the best F1 that the probabilities themselves expect."""
    ordered = np.sort(probability)[::-1]
    if not len(ordered):
        return 0.5
    hits = np.cumsum(ordered)
    expected = 2 * hits / (np.arange(1, len(ordered) + 1) + hits[-1])
    return max(LEAST_CHANCE, float(ordered[int(expected.argmax())]))


def threshold_at_precision(probability: Numbers, precision: float) -> float:
    """The lowest probability from which on the pairs are expected to be right so often; above 1 where none are."""
    ordered = np.sort(probability)[::-1]
    right = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(right >= precision)
    return float(ordered[enough[-1]]) if len(enough) else 1.1


def clusters(many: int, rows: Numbers) -> Numbers:
    """The person of each of `many` registrations, as the smallest row of those joined to it by pairs `rows`."""
    person = np.arange(many)
    while len(rows):
        least = np.minimum(person[rows[:, 0]], person[rows[:, 1]])
        before = person.copy()
        np.minimum.at(person, rows[:, 0], least)
        np.minimum.at(person, rows[:, 1], least)
        person = person[person]
        if np.array_equal(person, before):
            break
    return person


def persons(many: int, pairs: Pairs, case: Numbers) -> Numbers:
    """The person of each registration, joined from the likeliest pair down.

    Two registrations of one case are never one person: a pair that would make them so is passed over.
    """
    person = clusters(many, pairs.rows)
    order = np.lexsort((case, person))
    clash = (np.diff(person[order]) == 0) & (np.diff(case[order].astype(np.int64)) == 0) & (case[order][1:] > 0)
    torn = np.unique(person[order][1:][clash])
    if not len(torn):
        return person
    within = np.isin(person[pairs.rows[:, 0]], torn)
    members = np.flatnonzero(np.isin(person, torn))
    person[members] = members
    _join_carefully(person, pairs.chosen(within), case)
    return person


def _join_carefully(person: Numbers, pairs: Pairs, case: Numbers) -> None:
    """Join the rows of `pairs` in place, the likeliest first, unless a case would come twice."""
    groups: dict[int, list[int]] = {}
    for at in np.argsort(-pairs.bits, kind="stable").tolist():
        one, other = (int(person[row]) for row in pairs.rows[at])
        if one == other:
            continue
        left, right = groups.get(one, [one]), groups.get(other, [other])
        if {int(case[row]) for row in left} & {int(case[row]) for row in right} - {0}:
            continue
        least = min(one, other)
        groups[least] = left + right
        person[groups[least]] = least
