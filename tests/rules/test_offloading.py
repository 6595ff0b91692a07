"""Who comes off a smaller aircraft: whatever the list, it fits, families are whole, and need decides."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from darb.rules.manifest import Traveller
from darb.rules.offloading import Standing, Unit, comes_off, units

DAY = date(2019, 5, 6)


def unit(n: int, seats: int, priority: int, fixed: bool = False) -> Unit:
    return Unit(frozenset({n}), seats, 0, priority, DAY - timedelta(days=n), fixed)


lists = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 100), st.booleans()), max_size=12).map(
    lambda rows: [unit(n, seats, priority, fixed and n == 0) for n, (seats, priority, fixed) in enumerate(rows)]
)


@given(lists, st.integers(0, 30))
def test_who_stays_fits_and_nobody_gives_way_to_somebody_less_urgent(them, seats):
    off = comes_off(them, seats, 0)
    if off is None:
        assert sum(u.seats for u in them if u.fixed) > seats
        return
    stay = [u for u in them if u not in off]
    assert sum(u.seats for u in stay) <= seats
    assert all(not u.fixed for u in off)
    for out in off:
        before = [u for u in stay if u.fixed or (-u.priority, u.since) < (-out.priority, out.since)]
        assert sum(u.seats for u in before) + out.seats > seats, "those before it alone left it no room"
    assert off == sorted(off, key=lambda u: (u.priority, -u.since.toordinal())), "the least urgent first"


def test_a_family_is_one_unit_with_the_need_of_its_neediest_and_the_wait_of_its_first():
    mother = Traveller(1, "Fatou", "F")
    infant = Traveller(2, "Awa", "F", child=True, infant=True, lap_of=1, minder=1, bound_to=frozenset({1}))
    man = Traveller(3, "Ali", "M")
    told = {
        1: Standing(0, DAY),
        2: Standing(40, DAY - timedelta(days=9)),
        3: Standing(10, DAY, fixed=True),
    }
    found = {u.members: u for u in units([mother, infant, man], told)}
    family = found[frozenset({1, 2})]
    assert (family.seats, family.laps, family.priority, family.since) == (1, 1, 40, DAY - timedelta(days=9))
    assert found[frozenset({3})].fixed
