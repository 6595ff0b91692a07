"""What the other pairs say about a pair: a third registration that both resemble, or one that only one of them does.

A pair's own bits are adjusted by a table learned from labelled files. Used where a whole set is matched; at the
desk a pair stands alone.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from .columns import Numbers

OWN_FROM = (-5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 6.0)
SUPPORT_FROM = (-50.0, -2.0, 0.0, 2.0, 5.0)
RIVAL_FROM = (-1.0, 1.0, 3.0, 6.0)
SHAPE = (len(OWN_FROM) + 1, len(SUPPORT_FROM) + 1, len(RIVAL_FROM) + 1)
NOTHING = -99.0
_FRIENDS = 6
_LEAST_LINK = -3.0
MOST_TIMES = 4.0


def cells(many: int, rows: Numbers, bits: Numbers) -> Numbers:
    """The cell of the context's table for each pair of `rows` (smaller row first), among `many` registrations."""
    friends = _Friends(many, rows, bits)
    support = friends.support()
    rival = friends.strongest_other()
    own = np.digitize(bits, OWN_FROM)
    there = np.digitize(support, SUPPORT_FROM)
    against = np.digitize(rival, RIVAL_FROM)
    cell: Numbers = (own * SHAPE[1] + there) * SHAPE[2] + against
    return cell


class _Friends:
    """The strongest links of each registration, at most `_FRIENDS`."""

    def __init__(self, many: int, rows: Numbers, bits: Numbers) -> None:
        self.many, self.rows, self.bits = many, rows, bits
        strong = np.flatnonzero(bits >= _LEAST_LINK)
        one, other = rows[strong].T
        source, friend = np.concatenate([one, other]), np.concatenate([other, one])
        link = np.tile(bits[strong], 2)
        order = np.lexsort((friend, -link, source))
        source, friend, link = source[order], friend[order], link[order]
        first = np.searchsorted(source, np.arange(many))
        rank = np.arange(len(source)) - first[source]
        kept = rank < _FRIENDS
        self.friend = np.full((many, _FRIENDS), -1, dtype=np.int64)
        self.link = np.full((many, _FRIENDS), NOTHING)
        self.friend[source[kept], rank[kept]] = friend[kept]
        self.link[source[kept], rank[kept]] = link[kept]

    def support(self) -> Numbers:
        """The strongest chain of two links between a pair's registrations: its weaker link's bits."""
        best = np.full(len(self.rows), NOTHING)
        one, other = self.rows.T
        for a, b in product(range(_FRIENDS), repeat=2):
            shared = np.flatnonzero((self.friend[one, a] == self.friend[other, b]) & (self.friend[one, a] >= 0))
            chain = np.minimum(self.link[one[shared], a], self.link[other[shared], b])
            best[shared] = np.maximum(best[shared], chain)
        return best

    def strongest_other(self) -> Numbers:
        """The strongest link of either registration to a third."""
        one, other = self.rows.T
        strongest = np.full(len(self.rows), NOTHING)
        for mine, its in ((one, other), (other, one)):
            second = np.where(self.friend[mine, 0] == its, self.link[mine, 1], self.link[mine, 0])
            strongest = np.maximum(strongest, second)
        return strongest


def within_reason(many: int, rows: Numbers, probability: Numbers) -> Numbers:
    """The probabilities, cut where they add up to more registrations of a person than there are.

    Nobody is registered much more often than `MOST_TIMES`: where five thousand registrations tell the same
    common names and nothing else, no pair of them is likely.
    """
    expected = np.zeros(many)
    np.add.at(expected, rows[:, 0], probability)
    np.add.at(expected, rows[:, 1], probability)
    crowd = np.maximum(expected[rows[:, 0]], expected[rows[:, 1]])
    cut: Numbers = probability * np.minimum(1.0, MOST_TIMES / np.maximum(crowd, MOST_TIMES))
    return cut


def fit(cell: Numbers, bits: Numbers, same: Numbers, penalty: float = 2.0) -> Numbers:
    """The table of adjustments in bits: for each cell what the labelled pairs in it ask for, shrunk towards zero."""
    table = np.zeros(int(np.prod(SHAPE)))
    scale = float(np.log(2))
    for at in np.unique(cell):
        own, truth = bits[cell == at] * scale, same[cell == at]
        shift = 0.0
        for _ in range(50):
            p = 1 / (1 + np.exp(-np.clip(own + shift, -30, 30)))
            step = (float((truth - p).sum()) - penalty * shift) / (float((p * (1 - p)).sum()) + penalty)
            shift += max(-1.0, min(1.0, step))
            if abs(step) < 1e-4:
                break
        table[at] = shift / scale
    return np.round(table, 2)
