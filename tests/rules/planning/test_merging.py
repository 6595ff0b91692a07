"""Classes put together into seats: never dearer than the truth, and exact where people are divided."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, cost, first_come_first_served
from darb.rules.planning.classes import Stream, compile_instance
from darb.rules.planning.highs import linear
from darb.rules.planning.merging import in_seats, merged
from darb.rules.planning.modelling import Commons, build

from .instances import instance
from .mission import flight, group
from .mission import instance as mission

SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 0.5]))
def test_what_is_put_together_never_costs_more_than_a_plan(seed: int, fill: float) -> None:
    whole = instance(seed, groups=40, flights=14)
    compiled = compile_instance(whole)
    assume(compiled.classes)
    paid = cost(whole, {**first_come_first_served(whole, fill), **whole.locked}).total
    roughly, rest = merged(compiled, compiled.classes, 0.05)
    assert _divided(whole, in_seats(compiled.classes)) <= paid * (1 + 1e-7) + 1e-2
    assert _divided(whole, roughly) + rest <= paid * (1 + 1e-7) + 1e-2


def test_families_and_people_alone_are_one_stream_of_seats_that_costs_the_same() -> None:
    sizes = [1, 1, 4, 2, 3, 1, 4]
    groups = [group(f"G{n}", ready=n, until=25, persons=size, seats=size) for n, size in enumerate(sizes)]
    whole = mission(groups, [flight("F1", 4, fixed_cost=900.0), flight("F2", 9, fixed_cost=700.0)])
    classes = compile_instance(whole).classes
    together = in_seats(classes)
    assert len(classes) == len(set(sizes))
    assert [(stream.units, stream.size) for stream in together] == [(1.0, float(sum(sizes)))]
    assert _divided(whole, together) == pytest.approx(_divided(whole, classes), rel=1e-6)


def test_whoever_needs_more_than_seats_stays_apart() -> None:
    plain = [group(f"G{n}", ready=0, until=25) for n in range(3)]
    wheels = [group(f"W{n}", ready=0, until=25, wheelchairs=1) for n in range(3)]
    whole = mission(plain + wheels, [flight("F1", 4, wheelchairs=2)])
    streams = in_seats(compile_instance(whole).classes)
    assert sorted((stream.wheelchairs, stream.size) for stream in streams) == [(0.0, 3.0), (1.0, 3.0)]


def _divided(whole: Instance, streams: list[Stream]) -> float:
    """The least that divided streams can cost."""
    compiled = compile_instance(whole)
    model = build(compiled, Commons(compiled), streams, np.arange(len(compiled.flights)), whole=True)
    return linear(model, 60.0).bound + compiled.constant
