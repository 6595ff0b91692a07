"""The check digits of a zone: which hold, and which O and 0, I and 1 were mistaken where they prove it.

A field whose own check digit holds is never touched. One that doesn't hold is mended only where its own digit,
and the composite one where there is one, then hold, and no other mending of as few characters does as much.
Nothing else is ever guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product

from .mrz_layout import BIRTH, COMPOSITE, EXPIRES, NUMBER, OPTIONAL, Layout
from .mrz_letters import FILLER, check_digit

Way = tuple[tuple[int, str], ...]
"""A reading of some places of a zone: place and character."""

_OTHER = {"O": "0", "0": "O", "I": "1", "1": "I"}
_FIGURE = {"O": "0", "I": "1"}
_DATES = frozenset({BIRTH, EXPIRES})
_MOST_MISTAKEN = 2
"""In one field: the more are taken to be mistaken, the less one check digit proves."""


@dataclass(frozen=True)
class Mended:
    """A zone as its check digits have it: its characters, the fields that don't hold (COMPOSITE among them), and
    what was mended, as place and the character that stood there."""

    zone: str
    wrong: frozenset[str] = frozenset()
    mended: Mapping[int, str] = field(default_factory=dict)


def mend(layout: Layout, zone: str) -> Mended:
    """Check a zone, and mend what its check digits prove."""
    ways = {name: _ways(layout, zone, name) for name in layout.checked}
    if all(ways.values()):
        whole = [_composed(layout, _together(zone, chosen)) for chosen in product(*ways.values())]
        best = _fewest(zone, [z for z in whole if z])
        if len(best) == 1:
            return Mended(best[0], mended=_changed(zone, best[0]))
    return _field_by_field(layout, zone, ways)


def number_of(layout: Layout, zone: str) -> tuple[str, tuple[int, ...]]:
    """The document number of a zone, with the places that it and its check digit take, the digit last.

    On cards a number too long for its field goes on in the optional data, up to a filler (parts 5 and 6).
    """
    (start, end), at = layout.checked[NUMBER]
    if layout.more and zone[at] == FILLER and zone[end - 1] != FILLER:
        first = layout.more[0]
        rest = len(zone[slice(*layout.more)].split(FILLER, maxsplit=1)[0])
        if rest > 1:
            places = (*range(start, end), *range(first, first + rest))
            return "".join(zone[i] for i in places[:-1]), places
    return zone[start:end], (*range(start, end), at)


def _ways(layout: Layout, zone: str, name: str) -> list[Way]:
    """Each reading of a field and its check digit under which they hold; as it stands alone, if it does."""
    (start, end), last = layout.checked[name]
    *places, at = number_of(layout, zone)[1] if name == NUMBER else (*range(start, end), last)
    digit = _FIGURE.get(zone[at], zone[at])
    held = []
    for text in _readings([zone[i] for i in places], name in _DATES):
        empty = name == OPTIONAL and not text.strip(FILLER)
        # Where optional data is empty, its check digit may be a filler (part 4, 4.2.2.2).
        if digit == check_digit(text) or (empty and digit == FILLER):
            held.append((*zip(places, text, strict=True), (at, digit)))
            if len(held) == 1 and text == "".join(zone[i] for i in places):
                break
    return held


def _readings(characters: list[str], figures: bool) -> Iterator[str]:
    """What may stand there, as it stands first: with figures alone where only they may, else with few mistaken."""
    if figures:
        text = "".join(_FIGURE.get(c, c) for c in characters)
        if all(c.isdigit() or c == FILLER for c in text):
            yield text
        return
    doubtful = [i for i, c in enumerate(characters) if c in _OTHER]
    for many in range(_MOST_MISTAKEN + 1):
        for chosen in combinations(doubtful, many):
            yield "".join(_OTHER[c] if i in chosen else c for i, c in enumerate(characters))


def _together(zone: str, ways: tuple[Way, ...]) -> str:
    out = list(zone)
    for way in ways:
        for place, character in way:
            out[place] = character
    return "".join(out)


def _composed(layout: Layout, zone: str) -> str:
    """The zone, its composite digit read as a figure, if that holds; else ""."""
    if layout.composite is None:
        return zone
    spans, at = layout.composite
    digit = _FIGURE.get(zone[at], zone[at])
    holds = digit == check_digit("".join(zone[slice(*span)] for span in spans))
    return zone[:at] + digit + zone[at + 1 :] if holds else ""


def _field_by_field(layout: Layout, zone: str, ways: Mapping[str, list[Way]]) -> Mended:
    """Where the zone doesn't hold as a whole: a field holds as it stands, or, without a composite digit that would
    have to hold too, mended in one way alone. What else there is, is wrong."""
    out, wrong = zone, {COMPOSITE} if layout.composite else set()
    for name, found in ways.items():
        readings = {_together(zone, (way,)): way for way in found}
        best = _fewest(zone, list(readings))
        if zone in best:
            continue
        if layout.composite is None and len(best) == 1:
            out = _together(out, (readings[best[0]],))
        else:
            wrong.add(name)
    return Mended(out, frozenset(wrong), _changed(zone, out))


def _fewest(zone: str, found: list[str]) -> list[str]:
    """Those of `found`, each once, that change the fewest characters of `zone`."""
    changes = {z: len(_changed(zone, z)) for z in found}
    fewest = min(changes.values(), default=0)
    return [z for z, n in changes.items() if n == fewest]


def _changed(zone: str, now: str) -> dict[int, str]:
    return {i: was for i, (was, new) in enumerate(zip(zone, now, strict=True)) if was != new}
