"""Comparing pairs of registrations: each comparison gives a level, a small number with a meaning.

Everything works on whole arrays of pairs and on integers only, so that the desk, the batch and a cluster agree
to the last bit. A level is an index into a comparison's table of weights (see `specification`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .columns import Columns, Numbers

# How two names agree.
MISSING, SAME_TEXT, SAME_SOUND, SAME_KEY, SHARED_KEY, CLOSE, ALIKE, DIFFERENT = range(8)
# In which order the three names stand: as told, given and family exchanged, father and family, both in turn.
ORDERS = ((0, 1, 2), (2, 1, 0), (0, 2, 1), (2, 0, 1), (1, 2, 0))
_POINTS = np.array([0, 12, 11, 9, 7, 3, 0, -7], dtype=np.int8)
_ORDER_POINTS = np.array([0, -7, -8, -12, -12], dtype=np.int8)
GIVEN, FATHER, FAMILY, MOTHER = range(4)
# Which name meets which: every one of the three every one of the other's, then the mothers.
_MET = np.array([[0, 0, 0, 1, 1, 1, 2, 2, 2, 3], [0, 1, 2, 0, 1, 2, 0, 1, 2, 3]])
MOTHERS = 9
_ORDERS = np.array(ORDERS)
_ORDER_CELLS = np.add(_ORDERS, (0, 3, 6))
TURNED = 3  # both exchanges, in whichever turn
# By order: whether the two names are among those that changed places.
_EXCHANGED = {
    (GIVEN, FAMILY): np.array([False, True, False, True, True]),
    (FATHER, FAMILY): np.array([False, False, True, True, True]),
    (GIVEN, FATHER): np.array([False, False, False, True, True]),
}
# How rare a name is, by half bits of surprise, in six classes; a name's level, class and "two scripts" make a cell.
RARITY_CLASSES = 6
_RARITY_CLASS = np.digitize(np.arange(256), (5, 8, 11, 14, 18)).astype(np.uint8)
NAME_CELLS = 2 * RARITY_CLASSES
_COARSE = np.array([0, 1, 1, 1, 1, 2, 2, 3], dtype=np.uint8)  # missing, agrees, near, differs

COMPARISONS = ("given", "father", "family", "mother", "order", "birth", "sex", "nation", "place", "phone", "document",
               "kin", "mother_kin", "given_birth")  # fmt: skip
SIZES = (96, 96, 96, 96, 4, 64, 3, 6, 5, 4, 4, 64, 64, 64)

Levels = dict[str, Numbers]

# Comparisons of three others at once: which ones.
JOINT = {
    "kin": ("given", "father", "family"),
    "mother_kin": ("mother", "given", "father"),
    "given_birth": ("given", "birth", "family"),
}


def coarse(comparison: str) -> Numbers:
    """For each level of a comparison: untold, agrees, near or differs (0 to 3), as the joint comparisons see it."""
    return BIRTH_COARSE if comparison == "birth" else np.repeat(_COARSE, NAME_CELLS)


def compare(one: Columns, i: Numbers, other: Columns, j: Numbers) -> Levels:
    """The levels of the pairs (one[i[n]], other[j[n]]), an array of uint8 for each of `COMPARISONS`."""
    met = _name_levels(one, i, other, j)
    rare_i, rare_j = one.rarity[:, i], other.rarity[:, j]
    order, levels, rarities = _in_best_order(met[:MOTHERS], rare_i, rare_j)
    levels = np.concatenate([levels, met[MOTHERS:]])
    rarities = np.concatenate([rarities, _rarity(met[MOTHERS:], rare_i[MOTHER:], rare_j[MOTHER:])])
    cell = levels * NAME_CELLS + _RARITY_CLASS[rarities] * 2 + (one.arabic[i] ^ other.arabic[j])
    found: Levels = dict(zip(COMPARISONS[:4], cell, strict=True))
    given, father, family, mother = _COARSE[levels]
    birth = birth_levels(one, i, other, j)
    found["order"] = order
    found["birth"] = birth
    found["sex"] = _same(one.sex[i], other.sex[j])
    found["nation"] = _nations(one, i, other, j)
    found["place"] = _places(one, i, other, j)
    found["phone"] = _phones(one.phone[i], other.phone[j])
    found["document"] = _documents(one.document[i], other.document[j])
    found["kin"] = given * 16 + father * 4 + family
    found["mother_kin"] = mother * 16 + given * 4 + father
    found["given_birth"] = given * 16 + BIRTH_COARSE[birth] * 4 + family
    return found


def _name_levels(one: Columns, i: Numbers, other: Columns, j: Numbers) -> Numbers:
    """How each of the ones' three names agrees with each of the others', then the mothers': shape (10, pairs)."""
    left, right = _met(one.likeness, i, 0), _met(other.likeness, j, 1)
    shared = np.bitwise_count(left & right).astype(np.int16) * np.int16(40)
    both = (np.bitwise_count(left) + np.bitwise_count(right)).astype(np.int16)
    level = np.full(left.shape, DIFFERENT, dtype=np.uint8)
    level[shared >= both * 9] = ALIKE
    level[shared >= both * 13] = CLOSE
    level[((_met(one.key_bits, i, 0) & _met(other.key_bits, j, 1)) != 0) & (shared >= both * 7)] = SHARED_KEY
    level[_met(one.key, i, 0) == _met(other.key, j, 1)] = SAME_KEY
    level[_met(one.sound, i, 0) == _met(other.sound, j, 1)] = SAME_SOUND
    text, its = _met(one.text, i, 0), _met(other.text, j, 1)
    level[text == its] = SAME_TEXT
    level[(text == 0) | (its == 0)] = MISSING
    return level


def _met(names: Numbers, rows: Numbers, side: int) -> Numbers:
    """The names that meet others, of the ones (side 0) or of the others (1), in the order of `_MET`."""
    taken: Numbers = names.take(rows, axis=1).take(_MET[side], axis=0)
    return taken


def _in_best_order(met: Numbers, rare_i: Numbers, rare_j: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The order of the other's names that agrees best, and the levels and rarities in this order, shape (3, pairs).

    Where names changed places there is no telling which of the two stands rightly: the better agreement is then
    named first, so that it doesn't matter which registration is the one and which the other.
    """
    totals = _POINTS[met][_ORDER_CELLS].sum(axis=1, dtype=np.int8) + _ORDER_POINTS[:, None]
    best = totals.argmax(axis=0).astype(np.uint8)
    for pair in np.flatnonzero((best == 3) & (totals[3] == totals[4])).tolist():
        turns = [_said(met, rare_i, rare_j, order, pair) for order in ORDERS[3:]]
        best[pair] = 3 if turns[0] <= turns[1] else 4
    every = np.arange(len(best))
    levels = met[_ORDER_CELLS[best].T, every]
    rarities = _rarity(levels, rare_i[:MOTHER], rare_j[_ORDERS[best].T, every])
    if len(turned := np.flatnonzero(best)):
        agreed = levels[:, turned].astype(np.uint16) << 8 | rarities[:, turned]
        for p, q in ((GIVEN, FAMILY), (FATHER, FAMILY), (GIVEN, FATHER), (FATHER, FAMILY)):
            moved = _EXCHANGED[p, q][best[turned]]
            low, high = np.minimum(agreed[p], agreed[q]), np.maximum(agreed[p], agreed[q])
            agreed[p], agreed[q] = np.where(moved, low, agreed[p]), np.where(moved, high, agreed[q])
        levels[:, turned], rarities[:, turned] = agreed >> 8, agreed & 255
    return np.minimum(best, TURNED), levels, rarities


def _rarity(levels: Numbers, rare_i: Numbers, rare_j: Numbers) -> Numbers:
    """How rare an agreement is: as the commoner of two names that are one; as the rarer of two that only resemble or
    differ, since what nobody else is called may be a slip."""
    rarer: Numbers = np.where(levels >= CLOSE, np.maximum(rare_i, rare_j), np.minimum(rare_i, rare_j))
    return rarer


def _said(met: Numbers, rare_i: Numbers, rare_j: Numbers, order: tuple[int, ...], pair: int) -> list[Any]:
    """What one pair's names say in an order, the same whichever registration is the one: to choose between equals."""
    return sorted((met[p * 3 + q, pair], min(rare_i[p, pair], rare_j[q, pair])) for p, q in enumerate(order))


# Levels of birth: both days told in full (0..11), or by years apart, for children and grown people (16..).
BIRTH_UNTOLD, BIRTH_SAME, BIRTH_TURNED, BIRTH_ONE_SLIP, BIRTH_SAME_YEAR = 0, 1, 2, 3, 4
_YEARS_APART = np.array([0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8], dtype=np.uint8)


def birth_levels(one: Columns, i: Numbers, other: Columns, j: Numbers) -> Numbers:
    """How dates or years of birth agree. 1 January counts as a guess, like a year alone.

    Grown means over fifteen when registered; where no day of registration was told, everybody counts as grown.
    """
    a, b = one.born[i], other.born[j]
    day_a, month_a, day_b, month_b = one.day[i], one.month[i], other.day[j], other.month[j]
    year_a, year_b = one.year[i], other.year[j]
    apart = np.abs(year_a.astype(np.int16) - year_b)
    grade = _YEARS_APART[np.minimum(apart, 11)]
    exact = (day_a > 0) & (day_b > 0)
    sort = (day_a > 0).astype(np.uint8) + (day_b > 0)
    seen = np.maximum(one.registered[i], other.registered[j])
    grown = (np.maximum(year_a, year_b) < seen // 365.2425 - 15) | (seen == 0)
    level = 10 + sort * 18 + grown * 9 + grade
    turned = (year_a == year_b) & (day_a == month_b) & (month_a == day_b)
    same_parts = (year_a == year_b).astype(np.uint8) + (month_a == month_b) + (day_a == day_b)
    level[exact & (apart == 0)] = BIRTH_SAME_YEAR
    level[exact & (same_parts == 2)] = BIRTH_ONE_SLIP
    level[exact & turned] = BIRTH_TURNED
    level[exact & (a == b)] = BIRTH_SAME
    level[(year_a == 0) | (year_b == 0)] = BIRTH_UNTOLD
    told: Numbers = level.astype(np.uint8)
    return told


def _birth_coarse() -> Numbers:
    table = np.full(64, 2, dtype=np.uint8)
    table[[BIRTH_UNTOLD]] = 0
    table[[BIRTH_SAME, BIRTH_TURNED, BIRTH_ONE_SLIP]] = 1
    for start in range(10, 64, 9):
        table[start + 3 : start + 9] = 3
    return table


BIRTH_COARSE = _birth_coarse()


def falling(comparison: str) -> list[list[int]]:
    """The comparison's levels in chains from the best agreement to the worst: weights may never rise along one."""
    if comparison in COMPARISONS[:4]:
        told = range(SAME_TEXT, DIFFERENT + 1)
        return [[level * NAME_CELLS + cell for level in told] for cell in range(NAME_CELLS)]
    if comparison == "birth":
        return [[BIRTH_SAME, BIRTH_TURNED]] + [list(range(start, start + 9)) for start in range(10, 64, 9)]
    return {"sex": [[1, 2]], "nation": [[level, 1] for level in range(2, 6)], "place": [[1, 2, 3, 4]],
            "phone": [[1, 2, 3]], "document": [[1, 2, 3]]}.get(comparison, [])  # fmt: skip


def _same(a: Numbers, b: Numbers) -> Numbers:
    """0 untold, 1 same, 2 different."""
    level = np.where(a == b, 1, 2).astype(np.uint8)
    level[(a == 0) | (b == 0)] = 0
    return level


def _nations(one: Columns, i: Numbers, other: Columns, j: Numbers) -> Numbers:
    """0 untold, 1 different, 2 to 5 the same, from the commonest here to the rarest."""
    a, b = one.nation[i], other.nation[j]
    level = np.where(a == b, 2 + one.nation_rarity[i], 1).astype(np.uint8)
    level[(a == 0) | (b == 0)] = 0
    return level


def _places(one: Columns, i: Numbers, other: Columns, j: Numbers) -> Numbers:
    """0 untold, 1 the same, 2 close, 3 alike, 4 different."""
    a, b = one.place[i], other.place[j]
    left, right = one.place_likeness[i], other.place_likeness[j]
    shared = np.bitwise_count(left & right).astype(np.int16) * 40
    both = np.bitwise_count(left).astype(np.int16) + np.bitwise_count(right)
    level = np.full(len(i), 4, dtype=np.uint8)
    level[shared >= both * 9] = 3
    level[shared >= both * 13] = 2
    level[a == b] = 1
    level[(a == 0) | (b == 0)] = 0
    return level


# By base, what each place of a number counts: fifteen digits of a phone, twelve signs of a document.
_PLACES = {10: 10 ** np.arange(15, dtype=np.uint64), 32: np.uint64(32) ** np.arange(12, dtype=np.uint64)}


def _slips(level: Numbers, pairs: Numbers, a: Numbers, b: Numbers, base: int) -> None:
    """Set level 2 where two numbers of base `base` differ in at most two places."""
    x, y = a[pairs, None] // _PLACES[base] % np.uint64(base), b[pairs, None] // _PLACES[base] % np.uint64(base)
    level[pairs[(x != y).sum(axis=1) <= 2]] = 2


def _phones(a: Numbers, b: Numbers) -> Numbers:
    """0 untold, 1 the same, 2 one or two digits apart, 3 different."""
    level = _same(a, b)
    differ = np.flatnonzero(level == 2)
    level[differ] = 3
    _slips(level, differ, a, b, 10)
    return level


def _documents(a: Numbers, b: Numbers) -> Numbers:
    """0 untold, 1 the same, 2 one or two signs apart, 3 different."""
    level = _same(a, b)
    differ = np.flatnonzero(level == 2)
    level[differ] = 3
    _slips(level, differ, a, b, 32)
    return level
