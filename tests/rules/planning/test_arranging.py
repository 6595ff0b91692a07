"""Flights to all destinations chosen at once, and seats on them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, best_queue, check
from darb.rules.planning.arranging import Arranging
from darb.rules.planning.classes import compile_instance
from darb.rules.planning.instance import Airport
from darb.rules.planning.searching import Search

from .instances import large
from .mission import flight, group
from .mission import instance as mission
from .search import destinations_of, search_from


def test_a_slot_that_somebody_else_has_is_given_up_to_whom_it_helps_more() -> None:
    """Both have a flight on day 3, where there is one slot. Mali could fly a day later; Niger has no other flight."""
    groups = [group("M", weight=2.0), *(group(f"N{n}", destination="NER") for n in range(3))]
    flights = [flight(n, on, fixed_cost=100.0) for n, on in (("FM", 3), ("FM2", 4))]
    flights.append(flight("FN", 3, destination="NER", fixed_cost=100.0))
    search = search_from(_one_slot(mission(groups, flights)), {"M": "FM"})
    assert _arranged(search)
    assert search.shares.together() == {"M": "FM2", "N0": "FN", "N1": "FN", "N2": "FN"}
    assert search.board.assignments == search.shares.together()


def test_where_others_would_lose_more_than_is_gained_the_same_flights_are_chosen_and_nobody_is_due() -> None:
    groups = [group("M", weight=2.0), group("N", destination="NER")]
    search = search_from(_one_slot(mission(groups, [flight("FM", 3), flight("FN", 3, destination="NER")])), {"M": "FM"})
    arranging = Arranging(search)
    assert not arranging.choose(destinations_of(search), 60.0)
    assert not arranging.due


def test_who_is_seated_first_takes_no_place_that_others_need_more() -> None:
    """Five places a day: those to Mali could fill them on day 3, but to Niger waiting costs four times as much."""
    groups = [group(f"M{n}") for n in range(5)]
    groups += [group(f"N{n}", destination="NER", weight=4.0) for n in range(3)]
    flights = [
        flight("FM", 3),
        flight("FM2", 6),
        flight("FN", 3, destination="NER"),
        flight("FN2", 6, destination="NER"),
    ]
    whole = mission(groups, flights)
    whole = replace(whole, airports={code: Airport(4, 5, 8, frozenset()) for code in whole.airports})
    search = search_from(whole, {})
    arranging = Arranging(search)
    assert arranging.choose(destinations_of(search), 60.0)
    for name in ("MLI", "NER"):
        arranging.seat(name, 60.0)
    assert arranging.take()
    plan = search.shares.together()
    assert {group: flight for group, flight in plan.items() if group[0] == "N"} == dict.fromkeys(
        ("N0", "N1", "N2"), "FN"
    )
    assert sorted(flight for group, flight in plan.items() if group[0] == "M") == ["FM", "FM", "FM2", "FM2", "FM2"]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_a_plan_made_anew_is_taken_only_if_it_is_cheaper_and_breaks_no_rule(seed: int) -> None:
    whole = large(seed, groups=150, flights=40)
    assume(compile_instance(whole).classes)
    search = search_from(whole, best_queue(whole))
    before = search.shares.total
    better = _arranged(search)
    assert search.shares.total < before if better else search.shares.total == before
    assert not check(whole, search.shares.together())


def _one_slot(whole: Instance) -> Instance:
    return replace(whole, airports={code: Airport(1, 400, 8, frozenset()) for code in whole.airports})


def _arranged(search: Search) -> bool:
    """Whether a plan made anew was taken, whoever is seated first."""
    arranging = Arranging(search)
    if not arranging.choose(destinations_of(search), 60.0):
        return False
    while arranging.due:
        arranging.seat(arranging.due.pop(), 60.0)
    return arranging.take()
