"""The rows that tighten the divided model: no plan breaks them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, cost, first_come_first_served
from darb.rules.planning.classes import compile_instance
from darb.rules.planning.cuts import as_cuts, of_left, separate, with_cuts
from darb.rules.planning.highs import linear
from darb.rules.planning.modelling import Commons, Model, build
from darb.rules.planning.rounding import pools, rounded

from .instances import instance, large
from .mission import flight, group
from .mission import instance as mission

SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@example(7234, 0.0, False)
@given(SEEDS, st.sampled_from([0.0, 0.5, 0.9]), st.booleans())
def test_no_row_is_broken_by_a_plan(seed: int, fill: float, big: bool) -> None:
    whole = large(seed, groups=120, flights=16, days=50) if big else instance(seed, groups=40, flights=14)
    plan = {**first_come_first_served(whole, fill), **whole.locked}
    model, constant = _model(whole)
    assume(len(model.cost))  # an instance in which nobody can fly has no model to tighten
    for chance in range(3):
        # Other costs bring other rows; whatever they are, they let every plan be.
        noise = np.random.default_rng(seed + chance).uniform(0.2, 2.0, len(model.cost))
        tight = replace(_tightened(whole, replace(model, cost=model.cost * noise)), cost=model.cost)
        used = np.isin([compile_instance(whole).flights[n].id for n in model.flights], list(plan.values()))
        low, high = tight.low.copy(), tight.high.copy()
        low[model.y[used]] = 1.0
        high[model.y[~used]] = low[model.y[~used]]
        found = linear(replace(tight, low=low, high=high), 60.0)
        assert found.values is not None
        assert found.cost + constant <= cost(whole, plan).total * (1 + 1e-7) + 1e-3


def test_rows_that_count_flights_raise_the_bound_where_people_fill_one_and_a_half() -> None:
    groups = [group(f"G{n}", ready=n % 3, until=20) for n in range(15)]
    flights = [flight(f"F{n}", 3 + n, fixed_cost=4000.0) for n in range(3)]
    whole = mission(groups, flights)
    model, constant = _model(whole)
    best = 2 * 4000.0
    without, tight = linear(model, 60.0), linear(_tightened(whole, model), 60.0)
    assert without.bound + constant < tight.bound + constant - 1000.0
    assert tight.bound + constant >= best


def test_whoever_is_left_cannot_have_given_their_seat_to_somebody_not_ready_yet() -> None:
    # F2 is too dear for both. The model alone would leave the one whose papers end first, and who has flown.
    early, late = group("early", ready=0, until=12), group("late", ready=5, until=14)
    whole = mission([early, late], [flight("F1", 3), flight("F2", 10, fixed_cost=1e6)])
    model, constant = _model(whole)
    plain = linear(model, 60.0)
    exact = linear(with_cuts(model, as_cuts(of_left(model))), 60.0)
    assert exact.bound + constant == pytest.approx(cost(whole, {"early": "F1"}).total)
    assert plain.bound < exact.bound - 1.0


def _model(whole: Instance) -> tuple[Model, float]:
    compiled = compile_instance(whole)
    flights = np.arange(len(compiled.flights))
    return build(compiled, Commons(compiled), compiled.classes, flights, whole=True), compiled.constant


def _tightened(whole: Instance, model: Model) -> Model:
    compiled = compile_instance(whole)
    together, tight = pools(compiled, model), model
    for _round in range(4):
        found = linear(tight, 60.0)
        assert found.values is not None
        rows = separate(compiled, model, found.values) + rounded(model, found.values, together)
        tight = with_cuts(tight, as_cuts(rows))
    return tight
