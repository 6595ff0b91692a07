"""References shown to people: random, short, hard to misread, with a check character.

Seven random characters of a 29-letter alphabet (no 0 O 1 I L U, so that no word or slip of the pen
comes out), then a check character: the weighted sum modulo 29, which finds every single wrong
character and every swap of neighbours. A counter would tell the volume of cases to whoever reads two.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"[:29]
_BODY = 7
_CHANCE = secrets.SystemRandom()


def _check(body: str) -> str:
    total = sum((i + 2) * ALPHABET.index(c) for i, c in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def new_references(count: int) -> list[str]:
    """Give `count` references, all different from each other."""
    made: set[str] = set()
    while len(made) < count:
        body = "".join(_CHANCE.choices(ALPHABET, k=_BODY))
        made.add(body + _check(body))
    return list(made)


def new_reference() -> str:
    """Give one reference."""
    return new_references(1)[0]


def tidy(text: str) -> str:
    """What a person typed, as it would be stored: capitals, without spaces and dashes."""
    return "".join(c for c in text.upper() if c not in " -\u200e\u200f")


def is_reference(text: str) -> bool:
    """Whether `text` is well formed and its check character is right."""
    t = tidy(text)
    return len(t) == _BODY + 1 and all(c in ALPHABET for c in t) and t[-1] == _check(t[:-1])
