"""What if: the instance given stays as it is, and the other differs in what was said and in nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.planning import best_queue, check, read_instance, solve
from darb.rules.planning.figures import figures
from darb.rules.planning.supposing import Changes, Closing, suppose
from darb.rules.planning.writing import instance_record

from .mission import day, flight, group, instance, instances


def test_a_cancelled_flight_flies_no_more_and_frees_whom_was_fixed_on_it():
    made = instance([group("G")], [flight("F", 3)], locked={"G": "F"})
    supposed = suppose(made, Changes(cancelled=("F",)))
    assert supposed.cancelled == {"F"} and supposed.locked == {}
    assert made.cancelled == frozenset() and made.locked == {"G": "F"}


def test_added_charters_bring_their_own_aircraft_and_still_need_a_slot():
    made = instance([group("G")], [])
    more = [flight(f"+{n}", 3, aircraft="charter") for n in range(3)]
    supposed = suppose(made, Changes(added=tuple(more)))
    assert supposed.fleet_per_day["+charter"] == 3
    everyone = {"G": "+0"}
    assert check(supposed, everyone) == []
    crowded = suppose(instance([group(f"G{n}") for n in range(3)], []), Changes(added=tuple(more)))
    (broken,) = check(crowded, {f"G{n}": f"+{n}" for n in range(3)})
    assert broken.code == "planning.slots"


def test_an_aircraft_that_is_offered_to_each_country_flies_to_one_where_it_helps_most():
    people = [group(f"M{n}", persons=2) for n in range(2)] + [group(f"N{n}", destination="NER") for n in range(2)]
    either = [flight(f"+1 {to}", 3, destination=to, aircraft="charter", fixed_cost=500.0) for to in ("MLI", "NER")]
    supposed = suppose(instance(people, []), Changes(added=tuple(either), aircraft={"charter": 1}))
    assert supposed.fleet_per_day["+charter"] == 1
    assert dict(solve(supposed, seconds=5).assignments) == {"M0": "+1 MLI", "M1": "+1 MLI"}


def test_a_smaller_aircraft_lets_go_of_those_fixed_on_it_when_they_no_longer_fit():
    made = instance([group("G", persons=6)], [flight("F", 3, fixed_cost=1000.0)], locked={"G": "F"})
    small = suppose(made, Changes(resized={"F": 5}))
    assert (small.flights["F"].seats, small.flights["F"].landing_quota, small.flights["F"].fixed_cost) == (5, 6, 500.0)
    assert small.locked == {}
    assert suppose(made, Changes(resized={"F": 6})).locked == {"G": "F"}


def test_from_a_closed_airport_nothing_leaves_not_even_a_commercial_flight():
    made = instance([group("G")], [flight("F", 3), flight("C", 4, charter=False), flight("L", 9)])
    shut = suppose(made, Changes(closed=(Closing("MJI", day(3), day(5)),)))
    assert shut.cancelled == {"F", "C"}
    assert shut.airports["MJI"].closed_days == {day(3), day(4)}
    assert shut.airports["MRA"].closed_days == frozenset()


@settings(deadline=None)
@given(instances(), st.data())
def test_whatever_is_supposed_makes_an_instance_that_can_be_read_and_planned(made, data):
    keys = list(made.flights)
    changes = Changes(
        cancelled=tuple(data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else ()),
        resized={data.draw(st.sampled_from(keys)): data.draw(st.integers(0, 20))} if keys else {},
        closed=(Closing("MJI", day(0), day(data.draw(st.integers(1, 20)))),),
    )
    locked = best_queue(made)
    supposed = suppose(replace(made, locked=locked), changes)
    again = read_instance(instance_record(supposed))
    assert check(again, best_queue(again)) == []


@settings(deadline=None)
@given(instances())
def test_supposing_nothing_changes_nothing_and_figures_add_up(made):
    assert suppose(made, Changes()) == made
    plan = best_queue(made)
    told = figures(made, plan)
    assert told.flown + told.left + told.expired == told.people
    assert told.flights == len(set(plan.values()))
    assert 0 <= told.moved <= told.people


@settings(deadline=None)
@given(instances())
def test_an_instance_written_is_the_instance_read(made):
    assert read_instance(instance_record(made)) == made
