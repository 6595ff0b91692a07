"""Two spellings side by side, letter by letter: which letters both have, and which only one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Run:
    """Letters that stand together; `other` where the other spelling has others, or none."""

    text: str
    other: bool


def side_by_side(one: str, other: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs of letters of two spellings. Capitals and small letters are the same."""
    blocks = SequenceMatcher(None, one.upper(), other.upper(), autojunk=False).get_opcodes()
    if len(one.upper()) != len(one) or len(other.upper()) != len(other):
        # A letter whose capital is two (ß) would shift the rest.
        one, other = one.upper(), other.upper()
    left = tuple(Run(one[a:b], tag != "equal") for tag, a, b, _c, _d in blocks if b > a)
    right = tuple(Run(other[c:d], tag != "equal") for tag, _a, _b, c, d in blocks if d > c)
    return left, right
