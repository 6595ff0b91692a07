"""Which registrations are worth comparing: those that share a key.

A key is a 64-bit number made of a kind and values, and goes with the birth year: two registrations meet where
they share the key and their birth years lie within the kind's window (an untold year meets every year).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .columns import Columns, Numbers

_MIX = np.uint64(0xFF51AFD7ED558CCD)
_SHIFT = np.uint64(33)
_YEAR_BITS = np.uint64(12)
_YEAR_MASK = np.uint64(4095)
GIVEN, FATHER, FAMILY, MOTHER = range(4)


@dataclass(frozen=True)
class Kind:
    """A kind of key: its number, how many years apart it lets two registrations be, how many neighbours it meets.

    Among more than `up_to` registrations the kind isn't used: what shares so little is never likely among so many.
    """

    name: str
    number: int
    years: int
    neighbours: int
    up_to: int = 1 << 62


DOCUMENT = Kind("document", 1, 200, 40)
PHONE = Kind("phone", 2, 200, 40)
PAIR = Kind("two names", 3, 6, 8)
PAIR_PEOPLE = Kind("two names, nationality, sex", 4, 6, 20)
PAIR_PLACE = Kind("two names, place", 5, 8, 15)
GIVEN_PLACE = Kind("given name, place, sex", 6, 6, 15)
GIVEN_MOTHER = Kind("given name, mother", 7, 6, 15)
BORN = Kind("day of birth, sex", 8, 0, 20)
FAMILY_PLACE = Kind("initial, family name, place", 9, 6, 15)
GIVEN_YEAR = Kind("given name, nationality, sex", 10, 1, 30, up_to=50_000)
FAMILY_YEAR = Kind("family name, nationality, sex", 11, 1, 30, up_to=50_000)
THREE_NAMES = Kind("three names", 12, 8, 40)
KINDS = frozenset({DOCUMENT, PHONE, PAIR, PAIR_PEOPLE, PAIR_PLACE, GIVEN_PLACE, GIVEN_MOTHER, BORN, FAMILY_PLACE,
                   GIVEN_YEAR, FAMILY_YEAR, THREE_NAMES})  # fmt: skip


class BlockingKey(NamedTuple):
    """A key as a signed 64-bit number (as PostgreSQL's bigint), the birth year (None: untold), the window in years."""

    number: int
    year: int | None
    years: int


def _mixed(kind: Kind, *values: Numbers) -> Numbers:
    mixed = np.full(len(values[0]), kind.number, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for value in values:
        mixed = (mixed ^ value.astype(np.uint64)) * _MIX
        mixed ^= mixed >> _SHIFT
    return mixed


def rows_by_key(columns: Columns, wanted: Container[Kind] = KINDS) -> Iterator[tuple[Kind, Numbers, Numbers]]:
    """For each kind wanted: the rows that have such a key, and the key of each (a row may come more than once)."""
    given, father, family, mother = columns.key
    people, sex, place = columns.nation, columns.sex, columns.place
    one, other = np.concatenate([given, given, father]), np.concatenate([father, family, family])
    least, most = np.minimum(one, other), np.maximum(one, other)
    for kind, more in ((PAIR, ()), (PAIR_PEOPLE, (people, sex)), (PAIR_PLACE, (place,))):
        if kind in wanted:
            with_them = [np.tile(value, 3) for value in more]
            told = least if not more else (least > 0) & (with_them[0] > 0)
            _, rows, keys = _kept(kind, told, least, most, *with_them)
            yield kind, rows % len(columns), keys
    three = np.sort(columns.key[:3], axis=0)
    for kind, told, values in (
        (DOCUMENT, columns.document, (columns.document,)),
        (PHONE, columns.phone, (columns.phone,)),
        (THREE_NAMES, three[0], tuple(three)),
        (GIVEN_PLACE, (given > 0) & (place > 0), (given, place, sex)),
        (GIVEN_MOTHER, (given > 0) & (mother > 0), (given, mother)),
        (BORN, columns.day, (columns.born, sex)),
        (FAMILY_PLACE, (family > 0) & (place > 0), (columns.initial, family, place)),
        (GIVEN_YEAR, given, (given, people, sex)),
        (FAMILY_YEAR, family, (family, people, sex)),
    ):
        if kind in wanted:
            yield _kept(kind, told, *values)


def people_keys(columns: Columns) -> dict[tuple[int, int], Numbers]:
    """By which two of the three names: each row's key of these with nationality and sex, 0 where one isn't told."""
    found = {}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        names = columns.key[one], columns.key[other]
        least, most = np.minimum(*names), np.maximum(*names)
        numbers = _mixed(PAIR_PEOPLE, least, most, columns.nation, columns.sex).view(np.int64)
        found[one, other] = np.where((least > 0) & (columns.nation > 0), numbers, 0)
    return found


def _kept(kind: Kind, told: Numbers, *values: Numbers) -> tuple[Kind, Numbers, Numbers]:
    rows = np.flatnonzero(told)
    return kind, rows, _mixed(kind, *(value[rows] for value in values))


def blocking_keys(columns: Columns) -> list[list[BlockingKey]]:
    """The keys of each registration, for rows in a database: look up the number, within `years` of `year`."""
    found: list[dict[int, BlockingKey]] = [{} for _ in range(len(columns))]
    for kind, rows, keys in rows_by_key(columns):
        for row, key in zip(rows.tolist(), keys.view(np.int64).tolist(), strict=True):
            found[row][key] = BlockingKey(key, int(columns.year[row]) or None, kind.years)
    return [list(keys.values()) for keys in found]


def candidate_pairs(columns: Columns) -> Numbers:
    """Pairs of rows that share a key, each once, as an array of shape (pairs, 2) with the smaller row first.

    However many registrations share a key, each meets at most the kind's `neighbours` that follow it in order of
    birth year: five thousand people of one name cost no more each than five. People registered together in one
    case are never one person.
    """
    return pairs_of(candidate_codes(columns), columns)


def candidate_codes(columns: Columns, part: int = 0, parts: int = 1) -> Numbers:
    """The candidate pairs, each as one number (see `pairs_of`), sorted, each once.

    With `parts`, only those that share a key of this `part`: machines can take a part each.
    """
    many = max(len(columns), 1)
    found = np.zeros(0, dtype=np.int64)
    for kind, rows, keys in rows_by_key(columns):
        if many <= kind.up_to:
            mine = slice(None) if parts == 1 else keys % np.uint64(parts) == part
            found = _once(np.concatenate([found, *_neighbours(kind, rows[mine], keys[mine], columns, many)]))
    return found


def pairs_of(codes: Numbers, columns: Columns) -> Numbers:
    """The pairs of rows that the codes stand for, without those of one case."""
    many = max(len(columns), 1)
    pairs = np.stack([codes // many, codes % many], axis=1)
    case = columns.case
    together = (case[pairs[:, 0]] == case[pairs[:, 1]]) & (case[pairs[:, 0]] > 0)
    kept: Numbers = pairs[~together]
    return kept


def _once(codes: Numbers) -> Numbers:
    """Sorted, each once; sorts in place."""
    codes.sort()
    kept: Numbers = codes[np.append(True, codes[1:] != codes[:-1])] if len(codes) else codes
    return kept


def _neighbours(kind: Kind, rows: Numbers, keys: Numbers, columns: Columns, many: int) -> Iterator[Numbers]:
    year = columns.year[rows].astype(np.uint64)
    packed = (keys << _YEAR_BITS) | year
    order = np.argsort(packed)
    rows, packed = rows[order], packed[order]
    keys, year = packed >> _YEAR_BITS, (packed & _YEAR_MASK).astype(np.int16)
    alive = np.arange(len(rows) - 1)
    for step in range(1, kind.neighbours + 1):
        alive = alive[: np.searchsorted(alive, len(rows) - step)]
        alive = alive[keys[alive] == keys[alive + step]]
        if not len(alive):
            return
        first = year[alive]
        near = alive[(year[alive + step] - first <= kind.years) | (first == 0)]
        one, other = rows[near], rows[near + step]
        codes = np.minimum(one, other) * many + np.maximum(one, other)
        yield codes[one != other]
