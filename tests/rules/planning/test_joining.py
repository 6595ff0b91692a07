"""A plan in a model's numbers, and models of several destinations put together for some days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, best_queue, cost
from darb.rules.planning.classes import Compiled, Floats, Stream, compile_instance
from darb.rules.planning.cuts import as_cuts, of_left, with_cuts
from darb.rules.planning.highs import linear
from darb.rules.planning.joining import Piece, joined, opened, spread
from darb.rules.planning.merging import in_seats
from darb.rules.planning.modelling import INFINITY, Commons, Model, build
from darb.rules.planning.seating import numbers, seated, streams_of

from .instances import large

SEEDS = st.integers(0, 10**6)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_plan_in_numbers_keeps_every_row_and_costs_what_it_costs_and_is_read_back_as_it_was(seed: int) -> None:
    compiled, commons, plan = _planned(seed)
    model = _model(compiled, commons, compiled.classes)
    values = numbers(compiled, commons, model, plan)
    assert _kept(model, values)
    paid = cost(compiled.instance, plan).total
    assert float(model.cost @ values) + compiled.constant == pytest.approx(paid, rel=1e-6)
    again = {**compiled.instance.locked, **seated(compiled, model, values)}
    assert cost(compiled.instance, again).total == pytest.approx(paid, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_in_streams_of_seats_a_plan_keeps_every_row_and_costs_no_more(seed: int) -> None:
    compiled, commons, plan = _planned(seed)
    model = _model(compiled, commons, in_seats(compiled.classes))
    values = numbers(compiled, commons, model, plan)
    assert _kept(model, values)
    paid = cost(compiled.instance, plan).total
    assert paid * 0.999 - 10 <= float(model.cost @ values) + compiled.constant <= paid * (1 + 1e-6) + 1e-2


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(0, 100), st.integers(0, 60))
def test_models_put_together_for_some_days_only_ever_get_better_and_leave_the_other_days_alone(
    seed: int, first: int, days: int
) -> None:
    compiled, commons, plan = _planned(seed)
    pieces = []
    for name in dict.fromkeys(stream.destination for stream in compiled.classes):
        model = _model(compiled, commons, streams_of(compiled, name), name)
        values = numbers(compiled, commons, model, plan)
        pieces.append(Piece(model, values, opened(model, first, first + days)))
    together, start = joined(pieces, commons.capacity)
    assume(len(start))
    assert _kept(together, start)
    paid = sum(float(piece.model.cost @ piece.values) for piece in pieces)
    assert float(together.cost @ start) + together.constant == pytest.approx(paid)
    found = linear(together, 60.0)
    assert found.values is not None
    assert found.cost <= paid + 1e-3
    after = spread(pieces, found.values)
    taken: dict[object, float] = {}
    for piece, values in zip(pieces, after, strict=True):
        assert (values == piece.values)[~piece.free].all()
        assert _kept(piece.model, values)
        takes = np.bincount(
            piece.model.rows, piece.model.values * values[piece.model.columns], len(piece.model.row_low)
        )
        for shared, row in piece.model.shared.items():
            taken[shared] = taken.get(shared, 0.0) + takes[row]
    assert all(amount <= commons.capacity[shared] + 1e-5 for shared, amount in taken.items())


def _planned(seed: int) -> tuple[Compiled, Commons, dict[str, str]]:
    whole: Instance = large(seed, groups=150, flights=30)
    compiled = compile_instance(whole)
    assume(compiled.classes)
    return compiled, Commons(compiled), best_queue(whole)


def _model(compiled: Compiled, commons: Commons, streams: list[Stream], to: str | None = None) -> Model:
    flights = np.array([n for n, f in enumerate(compiled.flights) if to in (None, f.destination)])
    free = dict.fromkeys(commons.capacity, INFINITY)
    model = build(compiled, commons, streams, flights, whole=True, capacity=free)
    return with_cuts(model, as_cuts(of_left(model)))


def _kept(model: Model, values: Floats) -> bool:
    rows = np.bincount(model.rows, model.values * values[model.columns], len(model.row_low))
    within = (values >= model.low - 1e-6) & (values <= model.high + 1e-6)
    return bool(within.all() and (rows <= model.row_high + 1e-5).all() and (rows >= model.row_low - 1e-5).all())
