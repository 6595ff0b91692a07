"""Parents' names that a child's registration doesn't tell, but those registered together with it do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .columns import Columns, Numbers

GIVEN, FATHER, FAMILY, MOTHER = range(4)
_CHILD_UNDER = 18
_PARENT_FROM = 14
_SEX = {FATHER: 1, MOTHER: 2}  # as in the column `sex`: M and F
_NAME_COLUMNS = ("text", "sound", "key", "key_bits", "likeness", "rarity")


def completed(columns: Columns) -> Columns:
    """The same, with a child's untold father's or mother's name taken from its case.

    From a sibling (another child of the case with the same family or father's name) who tells it; else from the
    given name of the only man, or woman, of an age to be a parent, a man only where a name of his is the child's
    family name. Nothing told is ever changed, and nothing is taken across cases.
    """
    taken: list[tuple[int, int, int, int]] = [
        (part, row, *found)
        for members in _cases(columns)
        for row in members
        if _is_child(columns, row)
        for part in (FATHER, MOTHER)
        if not columns.key[part, row] and (found := _from_company(columns, part, row, members))
    ]
    if not taken:
        return columns
    part, row, of_part, of_row = np.array(taken).T
    filled: dict[str, Any] = {}
    for name in _NAME_COLUMNS:
        values: Numbers = getattr(columns, name).copy()
        values[part, row] = values[of_part, of_row]
        filled[name] = values
    return replace(columns, **filled)


def _cases(columns: Columns) -> Iterator[list[int]]:
    """The rows of each case with more than one of them and a child who doesn't tell a parent's name."""
    order = np.argsort(columns.case, kind="stable")
    case = columns.case[order]
    starts = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
    for start, end in zip(starts.tolist(), np.append(starts[1:], len(case)).tolist(), strict=True):
        if end - start > 1 and case[start] > 0:
            yield order[start:end].tolist()


def _is_child(columns: Columns, row: int) -> bool:
    year, seen = int(columns.year[row]), int(columns.registered[row] // 365.2425)
    return bool(year and seen and seen - year < _CHILD_UNDER)


def _from_company(columns: Columns, part: int, row: int, members: list[int]) -> tuple[int, int] | None:
    key = columns.key
    for other in members:
        if other != row and key[part, other] and _is_child(columns, other) and _siblings(key, row, other):
            return part, other
    elders = [
        other
        for other in members
        if columns.sex[other] == _SEX[part] and 0 < columns.year[other] <= columns.year[row] - _PARENT_FROM
    ]
    if len(elders) != 1 or not key[GIVEN, elders[0]]:
        return None
    if part == FATHER and key[FAMILY, row] and key[FAMILY, row] not in key[[FATHER, FAMILY], elders[0]]:
        return None
    return GIVEN, elders[0]


def _siblings(key: Numbers, one: int, other: int) -> bool:
    return any(key[part, one] and key[part, one] == key[part, other] for part in (FAMILY, FATHER))
