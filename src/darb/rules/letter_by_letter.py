"""Two spellings side by side, letter by letter: which letters both have, and which only one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from .mrz_letters import bare_words, latin, zone_words

_ALIKE = 0.5
"""Words that share fewer of their letters are two words, not two spellings of one."""


@dataclass(frozen=True)
class Run:
    """Letters that stand together; `other` where the other spelling has others, or none."""

    text: str
    other: bool


_SPACE = Run(" ", False)


def side_by_side(one: str, other: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs of letters of two spellings. Capitals and small letters are the same."""
    blocks = SequenceMatcher(None, one.upper(), other.upper(), autojunk=False).get_opcodes()
    if len(one.upper()) != len(one) or len(other.upper()) != len(other):
        # A letter whose capital is two (ß) would shift the rest.
        one, other = one.upper(), other.upper()
    left = tuple(Run(one[a:b], tag != "equal") for tag, a, b, _c, _d in blocks if b > a)
    right = tuple(Run(other[c:d], tag != "equal") for tag, _a, _b, c, d in blocks if d > c)
    return left, right


def words_side_by_side(one: str, other: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The same word by word, since names come in any order: `one` in the order of `other`, what only it has last."""
    left, told = list[Run](), one.split()
    right = list[Run]()
    for word in other.split():
        alike = max(told, key=lambda each: _likeness(each, word), default="")
        if _likeness(alike, word) < _ALIKE:
            right += [Run(word, True), _SPACE]
            continue
        told.remove(alike)
        runs = side_by_side(alike, word)
        left += [*runs[0], _SPACE]
        right += [*runs[1], _SPACE]
    for word in told:
        left += [Run(word, True), _SPACE]
    return tuple(left[:-1]), tuple(right[:-1])


def same_words(one: str, other: str) -> bool:
    """Whether two names are the same letter for letter, in whatever order their words stand.

    Marks on Latin letters may be spelt out or left away, as the zone of a document does.
    """
    if not (latin(one) and latin(other)):
        return sorted(one.casefold().split()) == sorted(other.casefold().split())
    spelt = [{tuple(sorted(way(name).split())) for way in (zone_words, bare_words)} for name in (one, other)]
    return not spelt[0].isdisjoint(spelt[1])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.upper(), other.upper(), autojunk=False).ratio() if one else 0.0
