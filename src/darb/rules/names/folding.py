"""Names folded to the words that a search compares: Latin without accents, Arabic without its variants.

Plain folding only. Equating a name across scripts is the identity engine's work.
"""

from __future__ import annotations

import re
import unicodedata

_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None, "ک": "ك", "ی": "ي"}
)
_SPLIT = re.compile(r"[^\w]+", re.UNICODE)


def fold(text: str) -> str:
    """Lower case, accents and Arabic vowel signs gone, letters that are written alike made one."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_ARABIC)).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of `text`, in order."""
    return [w for w in _SPLIT.split(fold(text)) if w]


def digits(text: str) -> str:
    """The digits of a phone number as ASCII, whatever digits were typed."""
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
