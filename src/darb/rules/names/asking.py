"""Whether somebody's names answer to what was typed into a search on a page."""

from __future__ import annotations

from collections.abc import Iterable

from .folding import words
from .skeleton import keys


def answers(text: str, names: Iterable[str]) -> bool:
    """Whether the names hold every word of `text`: begun so, or sounding so in whatever script and spelling.

    Nothing asked is answered by nobody.
    """
    told = [word for name in names for word in words(name)]
    heard = {key for word in told for key in keys(word)}
    asked = words(text)
    return bool(asked) and all(any(word.startswith(a) for word in told) or not heard.isdisjoint(keys(a)) for a in asked)
