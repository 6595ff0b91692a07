"""Flights chosen anew window by window: never dearer, within every limit, and what was left out of a window stays."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darb.rules.planning.classes import compile_instance
from darb.rules.planning.merging import in_seats
from darb.rules.planning.modelling import Commons, Model, build, core
from darb.rules.planning.polishing import BESIDE, OPEN, Polish

from .instances import large
from .mission import flight, group
from .mission import instance as mission

SEEDS = st.integers(0, 10**6)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_window_only_ever_makes_it_cheaper_and_keeps_every_limit(seed: int) -> None:
    model = _model(large(seed, groups=150, flights=24))
    assume(len(model.flows))
    polish = Polish(model, (model.low[model.y] > 0.5).astype(int), lambda: False)
    assume(polish.values is not None)
    for middle in (0, len(model.y) // 2, len(model.y)):
        before = polish.cost
        better = polish.window(middle, 60.0)
        assert polish.cost < before if better else polish.cost == before
        assert polish.values is not None
        rows = np.bincount(model.rows, model.values * polish.values[model.columns], len(model.row_low))
        assert (rows <= model.row_high + 1e-5).all() and (rows >= model.row_low - 1e-5).all()
        assert (np.round(polish.values[model.y]) == polish.used).all()


def test_two_half_full_flights_become_one_and_the_flight_far_away_stays() -> None:
    soon = [group(f"G{n}", ready=n % 2, until=20) for n in range(8)]
    flights = [flight(f"F{n}", 2 + n, fixed_cost=800.0) for n in range(OPEN)]
    whole = mission(soon, [*flights, flight("far", 2 + OPEN + BESIDE, fixed_cost=1e6)])
    model = _model(whole)
    used = np.zeros(len(model.y), dtype=int)
    used[[0, 4, len(model.y) - 1]] = 1
    polish = Polish(model, used, lambda: False)
    assert polish.window(0, 60.0)
    assert polish.used[:OPEN].sum() == 1
    assert polish.used[-1] == 1


def test_seats_on_flights_that_cost_nothing_to_use_can_be_had_outside_a_window_too() -> None:
    people = [group(f"G{n}", ready=0, until=1) for n in range(2)] + [group("L", ready=25, until=29)]
    offered = flight("C", 1, charter=False, aircraft=None, seat_cost=10.0)
    chosen = [flight(f"F{n}", 20 + n % 9, fixed_cost=100.0) for n in range(OPEN)]
    model = _model(mission(people, [offered, *chosen]))
    polish = Polish(model, np.zeros(len(model.y), dtype=int), lambda: False)
    assert polish.used.tolist() == [1] + [0] * OPEN
    assert polish.window(len(model.y), 60.0)
    assert polish.used[0] == 1
    assert polish.used.sum() == 2


def _model(whole) -> Model:  # type: ignore[no-untyped-def]
    compiled = compile_instance(whole)
    streams = in_seats(compiled.classes)
    return core(build(compiled, Commons(compiled), streams, np.arange(len(compiled.flights)), whole=True))
