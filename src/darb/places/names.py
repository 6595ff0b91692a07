"""Names of places as they are compared and as they are put in order."""

from __future__ import annotations

from darb.rules.names import words

_TA_MARBUTA = "ة"


def key_of(name: str) -> str:
    """The form in which spellings of a place's name are compared: folded words, one space between them."""
    return " ".join(words(name))


def sort_key(name: str) -> str:
    """Where `name` stands in an Arabic, English or French list: accents and hamza seats weigh nothing.

    Ta marbuta sorts as ta, as Arabic dictionaries have it; folding, which is for searching, makes it ha.
    """
    return key_of(name.replace(_TA_MARBUTA, "ت"))
