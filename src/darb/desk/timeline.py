"""The time line of a case: each gate's windows laid out as percentages of the days shown.

Percentages, because the pages carry no inline style: the SVG's own `x` and `width` place the bars, at any width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Span = tuple[date | None, date | None]
Row = tuple[str, Iterable[Span], str]

MONTHS_APART = (1, 2, 3, 6, 12, 24, 60)
MOST_TICKS = 8


@dataclass(frozen=True)
class Bar:
    """One window as drawn: where it begins and how long it is (percentages), and the days it stands for.

    `from_day` and `until` are None where the window has no such limit.
    """

    x: str
    width: str
    from_day: date | None
    until: date | None


@dataclass(frozen=True)
class Tick:
    """A mark on the axis: its place, as a percentage, and its day."""

    x: str
    day: date


def lay_out(rows: Iterable[Row], start: date, end: date, on: date | None, *, mirrored: bool) -> dict[str, Any]:
    """What `parts/timeline.html` draws for the days from `start` until `end`; `mirrored` for right-to-left pages.

    Raises `ValueError` when there is no day between `start` and `end`.
    """
    if end <= start:
        raise ValueError(f"a time line needs a day: {start} to {end}")
    days = (end - start).days

    def place(day: date, width: float = 0) -> str:
        at = (day - start).days / days
        return f"{(1 - at - width if mirrored else at) * 100:.2f}%"

    def bar(span: Span) -> Bar | None:
        first, last = max(span[0] or start, start), min(span[1] or end, end)
        if first >= last:
            return None
        width = (last - first).days / days
        return Bar(place(first, width), f"{width * 100:.2f}%", *span)

    return {
        "rows": [(label, [b for span in spans if (b := bar(span))], state) for label, spans, state in rows],
        "ticks": [Tick(place(day), day) for day in month_starts(start, end)],
        "on": Tick(place(on), on) if on and start <= on < end else None,
        "start": start,
        "end": end,
    }


def month_starts(start: date, end: date) -> list[date]:
    """First days of months strictly between `start` and `end`, thinned to at most `MOST_TICKS`.

    Weekly days from `start` on when no month begins inside or the stretch is under six weeks.
    """
    if (end - start).days < 45:
        return [start + timedelta(days=n) for n in range(7, (end - start).days, 7)]
    firsts = []
    year, month = start.year, start.month
    while (day := date(year, month, 1)) < end:
        if day > start:
            firsts.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for apart in MONTHS_APART:
        kept = [day for day in firsts if (day.year * 12 + day.month - 1) % apart == 0]
        if len(kept) <= MOST_TICKS:
            return kept
    return kept[:: len(kept) // MOST_TICKS + 1]
