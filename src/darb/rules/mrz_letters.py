"""The letters of machine-readable zones: what a zone may hold, how names are written in it, and check digits.

Source: ICAO Doc 9303, Machine Readable Travel Documents, eighth edition (2021), part 3: section 4.6 (names),
section 4.9 (check digits), section 6 A (transliteration of Latin letters).
"""

from __future__ import annotations

import unicodedata

FILLER = "<"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALLOWED = frozenset("0123456789" + CAPITALS + FILLER)
_VALUES = {c: i for i, c in enumerate("0123456789" + CAPITALS)} | {FILLER: 0}
_WEIGHTS = (7, 3, 1)

# Letters that aren't a capital with a mark on it, and those whose mark the standard spells out.
_SPELT_OUT = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ñ": "N", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH", "ẞ": "SS",
    "Đ": "D", "Ħ": "H", "Ł": "L", "Ŋ": "N", "Œ": "OE", "Ŧ": "T", "Ĳ": "IJ", "Ɓ": "B", "Ɗ": "D", "Ƙ": "K",
    "Ɛ": "E", "Ɔ": "O", "Ɲ": "N", "Ƴ": "Y", "Ə": "E", "Ɩ": "I",
}  # fmt: skip
_OMITTED = frozenset("'’ʼ‘`´.ʿʾ")
"""Apostrophes and full stops are left out of a name; hyphens, commas and spaces part its words."""


def check_digit(text: str) -> str:
    """The check digit of `text` (zone characters): values times 7, 3, 1 in turn, summed, modulo 10."""
    return str(sum(_VALUES[c] * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def zone_words(name: str) -> str:
    """A name in the capitals of a zone, its words parted by single spaces, "" for nothing.

    Letters that aren't Latin are left out: `latin` says beforehand whether there are any.
    """
    return _words(name, _SPELT_OUT)


def bare_words(name: str) -> str:
    """The same with marks left away instead of spelt out (Ö as O): the other spelling that the standard allows."""
    return _words(name, {k: v for k, v in _SPELT_OUT.items() if not unicodedata.decomposition(k)})


def latin(name: str) -> bool:
    """Whether every letter of a name is Latin, and there is at least one."""
    letters = [c for c in name if c.isalpha() and c not in _OMITTED]
    return bool(letters) and all(unicodedata.name(c, "").startswith("LATIN") for c in letters)


def same_name(told: str, read: str) -> bool:
    """Whether a name as told is, letter for letter, the one that a zone has in its capitals."""
    return read in (zone_words(told), bare_words(told))


def _words(name: str, spelt_out: dict[str, str]) -> str:
    out = []
    for capital in unicodedata.normalize("NFC", name).replace("ß", "ẞ").upper():
        if capital in _OMITTED or unicodedata.combining(capital):
            continue
        bare = spelt_out.get(capital) or unicodedata.normalize("NFD", capital)[0]
        out.append(bare if all(c in CAPITALS for c in bare) else " ")
    return " ".join("".join(out).split())
