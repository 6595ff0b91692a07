"""The time line: its bars, its ticks, its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from darb.desk.timeline import MOST_TICKS, lay_out, month_starts

days = st.dates(date(2018, 1, 1), date(2021, 12, 31))
limits = st.none() | days


@given(days, st.integers(1, 900), st.lists(st.tuples(limits, limits), max_size=6), st.booleans())
def test_bars_never_leave_the_time_line_and_mirror_exactly(
    start: date, length: int, spans: list[tuple[date | None, date | None]], mirrored: bool
) -> None:
    end = start + timedelta(days=length)
    plain = lay_out([("gate", spans, "green")], start, end, start, mirrored=False)["rows"][0][1]
    turned = lay_out([("gate", spans, "green")], start, end, start, mirrored=True)["rows"][0][1]
    assert len(plain) == len(turned) == sum(max(a or start, start) < min(b or end, end) for a, b in spans)
    for bar, mirror in zip(plain, turned, strict=True):
        x, width = float(bar.x[:-1]), float(bar.width[:-1])
        assert 0 <= x <= 100 and 0 < width <= 100 and x + width <= 100.02
        assert float(mirror.x[:-1]) == pytest.approx(100 - x - width, abs=0.02)


@given(days, st.integers(1, 9000))
def test_ticks_are_few_and_lie_inside(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    ticks = month_starts(start, end)
    assert len(ticks) <= MOST_TICKS
    assert all(start < day < end for day in ticks)


def test_the_time_line_says_in_words_what_it_draws() -> None:
    rows = [("Consent", [(date(2019, 9, 1), date(2019, 11, 30))], "green"), ("Exit visa", [], "red")]
    page = Template("{% load desk %}{% timeline rows start end on=day %}").render(
        Context({"rows": rows, "start": date(2019, 8, 1), "end": date(2020, 1, 1), "day": date(2019, 9, 12)})
    )
    assert "green from 1 Sep 2019 until 30 Nov 2019" in page and "never green in this time" in page
    assert "12 Sep 2019" in page and "style=" not in page
    with pytest.raises(ValueError, match="needs a day"):
        lay_out([], date(2019, 9, 1), date(2019, 9, 1), None, mirrored=False)
