"""The engine: every plan keeps every rule, and no plan costs less than the bound."""

from __future__ import annotations

from dataclasses import replace
from threading import active_count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, Progress, best_queue, check, cost, solve
from darb.rules.planning import solving as engine
from darb.rules.planning.instance import Airport

from .instances import cheapest, instance, large
from .mission import flight, group
from .mission import instance as mission

SEEDS = st.integers(0, 10**6)
NEARLY = 1e-6


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_every_plan_keeps_every_rule_and_costs_what_it_says(seed: int) -> None:
    whole = instance(seed, groups=40, flights=14)
    plan = solve(whole, seconds=5)
    assert check(whole, plan.assignments) == []
    assert plan.objective == pytest.approx(cost(whole, plan.assignments).total)
    assert plan.bound <= plan.objective * (1 + NEARLY) + NEARLY
    assert all(plan.assignments[group] == flight for group, flight in whole.locked.items())
    assert not whole.cancelled & set(plan.assignments.values())


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_given_time_the_best_of_all_plans_is_found_and_proven(seed: int) -> None:
    whole = instance(seed, groups=5, flights=4)
    best = cheapest(whole)
    plan = solve(whole, seconds=20)
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best, rel=1e-4, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_bound_of_parts_is_never_above_the_best_of_all_plans(seed: int) -> None:
    whole = instance(seed, groups=5, flights=4)
    plan = _in_parts(whole, seconds=3)
    best = cheapest(whole)
    assert check(whole, plan.assignments) == []
    assert plan.bound <= best * (1 + NEARLY) + NEARLY
    assert plan.objective >= best - NEARLY * best


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["slots", "fleet", "seats", "quota", "open", "reach", "locks", "escorts"]))
def test_relaxing_a_rule_never_raises_the_bound(seed: int, rule: str) -> None:
    whole = instance(seed, groups=30, flights=10)
    tight, loose = solve(whole, seconds=20), solve(_relaxed(whole, rule), seconds=20)
    assert tight.gap < 1e-4
    assert loose.bound <= tight.bound * (1 + 2e-4) + 1e-3


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_parts_and_whole_agree_on_what_is_possible(seed: int) -> None:
    whole = large(seed, groups=250, flights=30)
    parts, once = _in_parts(whole, seconds=4), solve(whole, seconds=10)
    assert check(whole, parts.assignments) == []
    assert parts.bound <= once.objective * (1 + NEARLY)
    assert once.bound <= parts.objective * (1 + NEARLY)


def test_a_large_instance_is_planned_better_than_by_queueing_and_all_threads_end() -> None:
    whole = large(7)
    before = active_count()
    plan = _in_parts(whole, seconds=600, gap=0.05)
    assert active_count() == before
    assert check(whole, plan.assignments) == []
    assert plan.objective < cost(whole, best_queue(whole)).total
    assert plan.gap <= 0.05


def test_planning_tells_of_better_plans_and_bounds_as_they_come_and_ends_when_asked() -> None:
    heard: list[Progress] = []
    plan = solve(large(3, groups=300), seconds=30, watch=heard.append, stop=lambda: len(heard) >= 4)
    assert heard[-1].phase == "done"
    assert [h.objective for h in heard] == sorted((h.objective for h in heard), reverse=True)
    assert [h.bound for h in heard] == sorted(h.bound for h in heard)
    assert all(check(large(3, groups=300), h.assignments) == [] for h in heard[:4])
    assert plan.objective == heard[-1].objective


@pytest.mark.parametrize("size", [{"groups": 0}, {"flights": 0}, {"groups": 0, "flights": 0}])
def test_nobody_or_no_flight_is_a_plan_too(size: dict[str, int]) -> None:
    whole = instance(1, **size)
    plan = solve(whole, seconds=1)
    assert plan.assignments == {}
    assert plan.bound == pytest.approx(plan.objective)


def test_with_no_time_at_all_there_is_a_plan_and_it_keeps_every_rule() -> None:
    whole = instance(5, groups=60, flights=20)
    assert check(whole, solve(whole, seconds=0).assignments) == []


def test_people_who_were_told_a_date_keep_it_unless_that_costs_more_than_moving_them() -> None:
    whole = replace(instance(11, groups=40, flights=14), current={}, locked={}, cancelled=frozenset())
    first = solve(whole, seconds=10)
    told = replace(whole, current=dict(first.assignments))
    costly = replace(told, prices=replace(told.prices, move_per_person=10_000.0))
    gone = next(iter(first.assignments.values()))
    again = solve(replace(costly, cancelled=frozenset({gone})), seconds=10)
    stayed = [g for g, f in first.assignments.items() if f != gone and again.assignments.get(g) == f]
    assert len(stayed) == sum(f != gone for f in first.assignments.values())


def test_in_parts_whoever_has_no_other_flight_gets_the_slot_that_another_can_do_without() -> None:
    """One slot a day. Mali has most people and a flight on each of two days, Niger one flight, on the first of them."""
    groups = [group(f"M{n}") for n in range(9)] + [group("N", destination="NER")]
    flights = [flight("FM", 3), flight("FM2", 4), flight("FN", 3, destination="NER")]
    whole = mission(groups, flights)
    plan = _in_parts(replace(whole, airports={code: Airport(1, 400, 8, frozenset()) for code in whole.airports}), 20.0)
    assert plan.assignments == {**{f"M{n}": "FM2" for n in range(9)}, "N": "FN"}
    assert plan.gap < 1e-4


def _in_parts(whole: Instance, seconds: float, gap: float = 0.0):  # type: ignore[no-untyped-def]
    """Plan as a large instance would be."""
    small = engine.SMALL
    engine.SMALL = 0
    try:
        return solve(whole, seconds=seconds, gap=gap)
    finally:
        engine.SMALL = small


def _relaxed(whole: Instance, rule: str) -> Instance:
    match rule:
        case "slots":
            more = {code: replace(a, charter_slots_per_day=9) for code, a in whole.airports.items()}
            return replace(whole, airports=more)
        case "open":
            return replace(
                whole, airports={code: replace(a, closed_days=frozenset()) for code, a in whole.airports.items()}
            )
        case "escorts":
            more = {code: replace(a, escorts_per_week=99) for code, a in whole.airports.items()}
            return replace(whole, airports=more)
        case "fleet":
            return replace(whole, fleet_per_day={name: n + 1 for name, n in whole.fleet_per_day.items()})
        case "seats":
            return replace(whole, flights={n: replace(f, seats=f.seats + 2) for n, f in whole.flights.items()})
        case "quota":
            return replace(whole, flights={n: replace(f, landing_quota=99) for n, f in whole.flights.items()})
        case "reach":
            sites = {site for site, _airport in whole.transfers}
            return replace(whole, transfers={(s, a): 0.0 for s in sites for a in whole.airports} | {})
        case _:
            return replace(whole, locked={})
