"""Windows behave as the sets of days that they stand for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.rules.windows import ALWAYS, NEVER, Windows

FIRST = date(2019, 1, 1)
RANGE = [FIRST + timedelta(days=n) for n in range(-3, 44)]
days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
intervals = st.tuples(st.none() | days, st.none() | days)
some_windows = st.lists(intervals, max_size=5).map(Windows.of)


def held(windows: Windows) -> set[date]:
    """The days of the range that are in `windows`, by asking one by one."""
    return {day for day in RANGE if day in windows}


@given(st.lists(intervals, max_size=6))
def test_a_union_of_intervals_holds_a_day_when_one_of_them_does(spans: list[tuple[date | None, date | None]]) -> None:
    expected = {day for day in RANGE for a, b in spans if (a is None or a <= day) and (b is None or day < b)}
    assert held(Windows.of(spans)) == expected


@given(some_windows, some_windows)
def test_and_or_not_are_those_of_sets(one: Windows, other: Windows) -> None:
    assert held(one & other) == held(one) & held(other)
    assert held(one | other) == held(one) | held(other)
    assert held(~one) == set(RANGE) - held(one)


@given(some_windows, some_windows, some_windows)
def test_the_algebra_has_its_laws(a: Windows, b: Windows, c: Windows) -> None:
    assert a & b == b & a
    assert a | b == b | a
    assert a & (b & c) == (a & b) & c
    assert a & (b | c) == (a & b) | (a & c)
    assert ~(a & b) == ~a | ~b
    assert ~~a == a
    assert (a & ~a, a | ~a) == (NEVER, ALWAYS)
    assert (a & ALWAYS, a | NEVER) == (a, a)


@given(some_windows, some_windows)
def test_equal_sets_are_equal_values_with_equal_hashes(one: Windows, other: Windows) -> None:
    assert (one == other) == (held(one) == held(other))
    again = Windows.of(one.intervals)
    assert (again, hash(again)) == (one, hash(one))


@given(some_windows)
def test_intervals_are_sorted_and_never_touch(windows: Windows) -> None:
    ends = [end for span in windows.intervals for end in span]
    assert all(end is not None for end in ends[1:-1])
    inner = [end for end in ends if end is not None]
    assert inner == sorted(set(inner))


@given(some_windows, days)
def test_next_until_and_since_are_the_days_on_which_membership_turns(windows: Windows, day: date) -> None:
    ahead = [each for each in RANGE if each >= day]
    assert windows.next(day) == next((each for each in ahead if each in windows), None)
    assert windows.until(day) == next((each for each in ahead if each not in windows), None)
    since = windows.since(day)
    if since is not None:
        before = since - timedelta(days=1)
        assert (before in windows) != (day in windows)
    stretch = [each for each in RANGE if (since or RANGE[0]) <= each <= day]
    assert {each in windows for each in stretch} == {day in windows}


@given(some_windows, days)
def test_the_window_of_a_day_is_the_one_it_is_in_or_else_the_next(windows: Windows, day: date) -> None:
    window = windows.window(day)
    if window is None:
        assert windows.next(day) is None
    else:
        first, until = window
        assert until is None or day < until
        assert max(first or day, day) == windows.next(day)


@given(some_windows)
def test_the_text_of_the_database_reads_back(windows: Windows) -> None:
    assert Windows.from_text(windows.as_text()) == windows


def test_the_text_is_the_one_that_postgresql_writes() -> None:
    assert NEVER.as_text() == "{}"
    assert ALWAYS.as_text() == "{(,)}"
    spring = Windows.of([(date(2019, 3, 1), date(2019, 6, 1)), (date(2019, 9, 1), None)])
    assert spring.as_text() == "{[2019-03-01,2019-06-01),[2019-09-01,)}"
    assert (~spring).as_text() == "{(,2019-03-01),[2019-06-01,2019-09-01)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[2019-01-01,)",
        "{[2019-01-01,2019-02-01]}",
        "{(2019-01-01,2019-02-01)}",
        "{[,2019-02-01)}",
        "{[2019-13-01,)}",
        "{x}",
        "{[2019-01-01,2019-01-05)[2019-02-01,)}",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Windows.from_text(text)


def test_an_interval_that_ends_before_it_begins_holds_no_day() -> None:
    assert Windows.between(date(2019, 5, 2), date(2019, 5, 1)) == NEVER
    assert not Windows.between(FIRST, FIRST)
    assert Windows.between(None, FIRST)
