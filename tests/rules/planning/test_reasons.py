"""Why somebody stays, in words, and what a flight that isn't opened would have cost and saved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, cost, solve
from darb.rules.planning.reasons import Why

from .instances import instance as random_instance
from .mission import day, flight, group, instance


def codes(whole: Instance, assignments: dict[str, str], name: str) -> list[str]:
    """The codes of the reasons why a group stays."""
    return [reason.code for reason in Why(whole, assignments).reasons(whole.groups[name])]


def test_who_flies_needs_no_reason() -> None:
    whole = instance([group("a")], [flight("f", 3)])
    assert codes(whole, {"a": "f"}, "a") == []


def test_a_full_flight_is_named_with_its_day_and_a_flight_that_left_too_early() -> None:
    whole = instance([group("a", persons=10), group("b", ready=4)], [flight("f", 5), flight("early", 1)])
    told = Why(whole, {"a": "f"}).reasons(whole.groups["b"])
    assert [r.code for r in told] == ["planning.full_seats"]
    assert told[0].in_english() == "Too few free seats on flights from MJI to MLI in their time: 1 (first f)."


def test_no_flight_in_their_time_says_from_when_to_when() -> None:
    whole = instance([group("a", ready=4, until=6), group("b")], [flight("f", 8)])
    told = Why(whole, {"b": "f"}).reasons(whole.groups["a"])
    assert [r.code for r in told] == ["planning.none_in_time", "planning.too_late"]
    assert str(day(6)) in told[1].in_english()


def test_seats_at_an_airport_that_the_site_cannot_reach_come_to_light() -> None:
    whole = instance([group("a", site="NOWHERE"), group("b")], [flight("f", 8)])
    assert "planning.elsewhere" in codes(whole, {"b": "f"}, "a")


def test_a_destination_without_flights_and_a_cancelled_flight_are_said() -> None:
    whole = instance([group("a", destination="NER"), group("b")], [flight("f", 8)])
    assert codes(whole, {}, "a") == ["planning.no_flight"]
    assert codes(replace(whole, cancelled=frozenset({"f"})), {}, "b") == [
        "planning.was_cancelled",
        "planning.no_flight",
    ]


def test_a_charter_that_would_not_pay_is_told_with_its_cost_and_saving() -> None:
    whole = instance([group("a")], [flight("f", 8, fixed_cost=90_000.0)])
    told = Why(whole, {}).reasons(whole.groups["a"])
    assert told[0].code == "planning.not_opened"
    opening = Why(whole, {}).opening(whole.flights["f"])
    assert opening.persons == 1
    assert opening.net == pytest.approx(cost(whole, {"a": "f"}).total - cost(whole, {}).total)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_whoever_stays_has_a_reason_and_opening_a_flight_never_pays_in_the_best_plan(seed: int) -> None:
    whole = random_instance(seed, groups=25, flights=8)
    plan = solve(whole, seconds=10)
    why = Why(whole, plan.assignments)
    for one in whole.groups.values():
        told = why.reasons(one)
        assert bool(told) == (one.id not in plan.assignments)
        assert all(reason.in_english() for reason in told)
    assert plan.gap < 1e-4
    used = set(plan.assignments.values())
    for candidate in whole.flights.values():
        opening = why.opening(candidate)
        if candidate.id not in used and not opening.obstacles and opening.persons:
            assert opening.net >= -1e-4 * plan.objective - 1e-3


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000))
def test_who_is_asked_about_after_others_like_them_gets_the_answer_that_they_would_get_alone(seed: int) -> None:
    whole = random_instance(seed)
    alike = {f"{key} twin": replace(g, id=f"{key} twin") for key, g in whole.groups.items()}
    both = replace(whole, groups={**whole.groups, **alike}, locked={})
    of_all = Why(both, {})
    for told in both.groups.values():
        assert of_all.reasons(told) == Why(both, {}).reasons(told)
