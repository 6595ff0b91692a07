"""Something whole, parted by hundredths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.rules.shares import WHOLE, parted


@st.composite
def hundredths(draw: st.DrawFn) -> list[int]:
    """Shares that make a hundred."""
    cuts = sorted(draw(st.lists(st.integers(1, WHOLE - 1), max_size=9, unique=True)))
    return [b - a for a, b in zip([0, *cuts], [*cuts, WHOLE], strict=True)]


@given(whole=st.integers(0, 10_000_000), percents=hundredths())
def test_the_parts_make_the_whole_and_none_is_a_unit_off_its_share(whole: int, percents: list[int]) -> None:
    parts = parted(whole, percents)
    assert sum(parts) == whole
    assert all(abs(part - whole * percent / WHOLE) < 1 for part, percent in zip(parts, percents, strict=True))


def test_what_rounding_leaves_goes_to_those_who_lost_most() -> None:
    assert parted(10, [33, 33, 34]) == [3, 3, 4]
    assert parted(101, [50, 50]) == [51, 50]


@pytest.mark.parametrize("percents", [[], [99], [60, 50], [150, -50]])
def test_parts_that_make_no_whole_are_an_error(percents: list[int]) -> None:
    with pytest.raises(ValueError, match=r"whole|empty"):
        parted(10, percents)
