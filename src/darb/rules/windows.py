"""Sets of dates: on which days something holds.

A gate is green in some stretches of time and red in others, and a person may travel where all of
them overlap. `Windows` is such a set of whole days, with the algebra that this needs: and, or, not.
It is kept as the days on which membership flips, so that open ends need no special value and
complement costs nothing. Equal sets have equal representations.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Interval = tuple[date | None, date | None]
"""Half-open: from (None: since ever), until but not including (None: for ever)."""

_RANGE = re.compile(r"([\[(])([^,\[\]()]*),([^,\[\]()]*)([)\]])")


@dataclass(frozen=True, slots=True)
class Windows:
    """An immutable set of days.

    `begins` says whether the earliest days are in it; at each of `edges`, ascending, that flips.
    Build one with `ALWAYS`, `NEVER`, `between` or `of` rather than by hand.
    """

    begins: bool = False
    edges: tuple[date, ...] = ()

    @classmethod
    def between(cls, first: date | None, until: date | None) -> Windows:
        """The days from `first` up to but not including `until`; None leaves that end open.

        No days at all when `until` isn't after `first`.
        """
        if first is None:
            return ALWAYS if until is None else cls(True, (until,))
        if until is None:
            return cls(False, (first,))
        return cls(False, (first, until)) if first < until else NEVER

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> Windows:
        """The union of half-open `intervals`, in any order, overlapping or not."""
        union = NEVER
        for first, until in intervals:
            union |= cls.between(first, until)
        return union

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The same set as sorted, disjoint, half-open intervals that don't touch."""
        ends: list[date | None] = [*self.edges]
        if self.begins:
            ends.insert(0, None)
        if len(ends) % 2:
            ends.append(None)
        return tuple(zip(ends[::2], ends[1::2], strict=True))

    def __contains__(self, day: date) -> bool:
        return bool(bisect_right(self.edges, day) % 2) != self.begins

    def __bool__(self) -> bool:
        return self.begins or bool(self.edges)

    def __invert__(self) -> Windows:
        return Windows(not self.begins, self.edges)

    def __and__(self, other: Windows) -> Windows:
        if not other.edges:
            return self if other.begins else NEVER
        if not self.edges:
            return other if self.begins else NEVER
        begins = was = self.begins and other.begins
        edges = []
        for edge in sorted({*self.edges, *other.edges}):
            if was != (edge in self and edge in other):
                edges.append(edge)
                was = not was
        return Windows(begins, tuple(edges))

    def __or__(self, other: Windows) -> Windows:
        if not other.edges:
            return ALWAYS if other.begins else self
        if not self.edges:
            return ALWAYS if self.begins else other
        return ~(~self & ~other)

    def next(self, day: date) -> date | None:
        """The first day in the set from `day` on (`day` itself if it is in), or None if there is none."""
        return day if day in self else self.turns(day)

    def until(self, day: date) -> date | None:
        """The first day *not* in the set from `day` on, or None if it never ends."""
        return self.turns(day) if day in self else day

    def since(self, day: date) -> date | None:
        """The first day of the unbroken stretch, in the set or out of it, that `day` stands in; None: since ever."""
        before = bisect_right(self.edges, day)
        return self.edges[before - 1] if before else None

    def window(self, day: date) -> Interval | None:
        """The interval that holds `day`, else the next one after it, else None."""
        return next((span for span in self.intervals if span[1] is None or day < span[1]), None)

    def turns(self, day: date) -> date | None:
        """The first day after `day` that isn't as `day` is: in the set where it is out, or out; None: it stays so."""
        after = bisect_right(self.edges, day)
        return self.edges[after] if after < len(self.edges) else None

    def as_text(self) -> str:
        """As PostgreSQL writes a `datemultirange`: `{[2019-03-01,2019-06-01),[2019-07-01,)}`."""
        if not self.edges:
            return "{(,)}" if self.begins else "{}"
        return (
            "{"
            + ",".join(
                f"{'(' if first is None else '['}{first or ''},{until or ''})" for first, until in self.intervals
            )
            + "}"
        )

    @classmethod
    def from_text(cls, text: str) -> Windows:
        """Read what `as_text` or PostgreSQL wrote (its canonical form: `[from,until)`, open ends empty).

        Raises ValueError on anything else, such as an inclusive upper bound.
        """
        found = _RANGE.findall(text)
        if text != "{" + ",".join("".join((a, first + ",", until, b)) for a, first, until, b in found) + "}":
            raise ValueError(f"not a datemultirange: {text!r}")
        if any(a != ("[" if first else "(") or b != ")" for a, first, _until, b in found):
            raise ValueError(f"not in canonical half-open form: {text!r}")
        return cls.of((_day(first), _day(until)) for _a, first, until, _b in found)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


ALWAYS = Windows(True)
NEVER = Windows(False)
