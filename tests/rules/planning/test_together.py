"""Everybody seated anew across destinations, on the flights that are used."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darb.rules.planning import Instance, best_queue, check
from darb.rules.planning.classes import compile_instance
from darb.rules.planning.instance import Airport
from darb.rules.planning.together import CANDIDATES, Together

from .instances import large
from .mission import flight, group
from .mission import instance as mission
from .search import search_from

MONTH = (0, 30)
QUEUED = {"M": "FM", "M2": "FM", "N": "FN2", "N2": "FN2", "soon": "FN", "late": "FM2"}


def test_places_on_a_full_day_go_to_whom_they_help_most_whichever_destination_was_planned_first() -> None:
    whole = _full_day()
    search = search_from(whole, QUEUED)
    assert Together(search).reseat(*MONTH, 60.0)
    assert search.shares.together() == {**QUEUED, "M": "FM2", "M2": "FM2", "N": "FN", "N2": "FN"}
    assert search.board.assignments == search.shares.together()


def test_a_destination_alone_is_seated_anew_in_the_room_that_others_leave() -> None:
    plan = {group: flight for group, flight in QUEUED.items() if group != "late"} | {"M": "FM2"}
    search = search_from(_full_day(), plan)
    assert Together(search).reseat(*MONTH, 60.0, "NER")
    assert search.shares.together() in ({**plan, group: "FN"} for group in ("N", "N2"))


def test_days_are_crowded_where_places_slots_or_aircraft_run_out() -> None:
    together = Together(search_from(_full_day(), QUEUED))
    assert together.crowded(3, 3)
    assert not together.crowded(4, 8)


def test_days_that_are_not_looked_at_stay_as_they_are() -> None:
    search = search_from(_full_day(), QUEUED)
    assert not Together(search).reseat(5, 30, 60.0)
    assert search.shares.together() == QUEUED


def test_whoever_was_to_be_left_is_taken_along_once_there_is_room() -> None:
    whole = mission([group("A"), group("B", weight=2.0)], [flight("F", 4), flight("G", 6)])
    search = search_from(whole, {"A": "F"})
    assert Together(search).reseat(*MONTH, 60.0)
    assert search.shares.together() == {"A": "F", "B": "F"}


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_seating_anew_never_makes_a_plan_dearer_and_breaks_no_rule(seed: int) -> None:
    whole = large(seed, groups=150, flights=40)
    assume(compile_instance(whole).classes)
    search = search_from(whole, best_queue(whole))
    together = Together(search)
    before = search.shares.total
    for first, last in together.windows:
        better = together.reseat(first, last, 60.0)
        assert search.shares.total < before if better else search.shares.total == before
        before = search.shares.total
    assert not check(whole, search.shares.together())


def test_windows_cover_all_days_and_overlap() -> None:
    people = [group(f"G{n}", destination=to) for n, to in enumerate(("MLI", "NER"))]
    many = [flight(f"F{n}", n % 30, destination=("MLI", "NER")[n % 2]) for n in range(2 * CANDIDATES)]
    windows = Together(search_from(mission(people, many), {})).windows
    assert windows[0][0] == 0
    assert windows[-1][1] == 29
    assert all(later[0] < earlier[1] for earlier, later in pairwise(windows))


def _full_day() -> Instance:
    """Three people can leave on day 3, one of them only then; to Niger each day costs two others four times as much."""
    groups = [group("M"), group("M2"), group("soon", until=3, destination="NER"), group("late", ready=8)]
    groups += [group(n, destination="NER", weight=4.0) for n in ("N", "N2")]
    flights = [flight("FM", 3), flight("FM2", 9)]
    flights += [flight("FN", 3, destination="NER"), flight("FN2", 9, destination="NER")]
    whole = mission(groups, flights)
    return replace(whole, airports={code: Airport(2, 3, 8, frozenset()) for code in whole.airports})
