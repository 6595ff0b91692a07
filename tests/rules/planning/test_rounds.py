"""What an instance can't say: days red in between, several stops, turns of an aircraft, people received in a week."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.planning import cost, solve
from darb.rules.planning.beyond import ABOARD, Beyond, Shared, carried, counted, narrowed, relaxed
from darb.rules.planning.instance import Instance
from darb.rules.planning.rounds import broken, solve_mission
from darb.rules.refusal import Invalid

from .mission import day, flight, group, instance, instances

TURNS = ((6 * 60, 12 * 60), (9 * 60, 15 * 60), (13 * 60, 20 * 60), (0, 24 * 60))


def planned(raw: Instance, beyond: Beyond) -> dict[str, str]:
    """The plan, which keeps every rule."""
    plan = solve_mission(raw, beyond, seconds=5)
    assert broken(raw, beyond, plan.assignments) == []
    assert plan.bound <= plan.objective + 1e-6
    return dict(plan.assignments)


def two_stops(seats: int = 10, price: float = 0.0) -> tuple[list, Beyond]:
    """One flight of ten seats to Mali and Niger, as planning sees it."""
    parts = [flight("A-MLI", 5, seats=seats, fixed_cost=price), flight("A-NER", 5, seats=seats, destination="NER")]
    shared = tuple(Shared(("A-MLI", "A-NER"), limit, getattr(parts[0], limit)) for limit in ABOARD)
    return parts, Beyond(shared=shared, stops=(("A-MLI", "A-NER"),))


def test_who_is_red_in_between_flies_before_or_after_and_never_between():
    raw = instance([group("G", 0, 25)], [flight("between", 10), flight("after", 21)])
    beyond = Beyond(stretches={"G": ((day(0), day(4)), (day(20), day(25)))})
    assert planned(raw, beyond) == {"G": "after"}
    sooner = replace(raw, flights={**raw.flights, "before": flight("before", 3)})
    assert planned(sooner, beyond) == {"G": "before"}


def test_who_finds_no_seat_in_the_first_days_flies_in_the_second():
    raw = instance(
        [group("G", 0, 25), *(group(f"K{n}", 0, 3, weight=5) for n in range(2))],
        [flight("full", 2, seats=2), flight("after", 21)],
    )
    beyond = Beyond(stretches={"G": ((day(0), day(4)), (day(20), day(25)))})
    assert planned(raw, beyond) == {"K0": "full", "K1": "full", "G": "after"}


def test_who_is_fixed_on_a_flight_of_a_red_day_is_refused_by_name():
    raw = instance([group("G", 0, 25)], [flight("between", 10)], locked={"G": "between"})
    beyond = Beyond(stretches={"G": ((day(0), day(4)), (day(20), day(25)))})
    with pytest.raises(Invalid, match=r"^planning\.locks: .*G.*"):
        solve_mission(raw, beyond, seconds=5)


def test_waiting_is_counted_from_the_first_day_though_the_flight_is_in_the_second_stretch():
    raw = instance([group("G", 0, 25)], [flight("after", 21)])
    plan = solve_mission(raw, Beyond(stretches={"G": ((day(0), day(4)), (day(20), day(25)))}), seconds=5)
    assert plan.objective == pytest.approx(12 * 21 + 10)


@pytest.mark.parametrize(("malians", "nigeriens"), [(9, 1), (1, 9), (5, 5), (10, 3)])
def test_the_seats_of_a_flight_with_two_stops_go_to_whoever_they_spare_most(malians, nigeriens):
    parts, beyond = two_stops()
    people = [group(f"M{n}", 0, 25) for n in range(malians)]
    people += [group(f"N{n}", 0, 25, destination="NER") for n in range(nigeriens)]
    assert len(planned(instance(people, parts), beyond)) == min(10, malians + nigeriens)


def test_a_flight_with_two_stops_costs_its_whole_price_if_it_is_used_for_one():
    parts, beyond = two_stops(price=3000)
    raw = instance([group(f"N{n}", 0, 25, destination="NER") for n in range(10)], parts)
    plan = solve_mission(raw, beyond, seconds=5)
    assert set(plan.assignments.values()) == {"A-NER"}
    assert plan.objective == pytest.approx(3000 + 10 * (12 * 5 + 10))
    few = replace(raw, groups={"N0": group("N0", 0, 25, destination="NER")})
    assert planned(few, beyond) == {}, "for one person it doesn't pay"


def test_one_aircraft_flies_twice_on_a_day_if_it_is_back_in_time_and_else_once():
    flights = [flight("early", 5, seats=1, fixed_cost=1), flight("late", 5, seats=1, fixed_cost=1)]
    raw = replace(instance([group("G"), group("H")], flights), fleet_per_day={"A320": 1})
    assert len(planned(raw, Beyond(away={"early": (360, 700), "late": (720, 1100)}))) == 2
    assert len(planned(raw, Beyond(away={"early": (360, 730), "late": (720, 1100)}))) == 1
    assert len(planned(raw, Beyond())) == 1, "when it is back isn't known"


def test_what_is_agreed_with_carriers_flies_and_takes_its_aircraft_from_the_fleet():
    flights = [flight("agreed", 5, seats=1), flight("other", 5, seats=1, fixed_cost=1)]
    raw = replace(instance([group("G"), group("H")], flights), fleet_per_day={"A320": 1})
    away = {"agreed": (360, 730), "other": (720, 1100)}
    assert set(planned(raw, Beyond(away=away, owed=frozenset({"agreed"}))).values()) == {"agreed"}
    later = {**away, "other": (730, 1100)}
    assert len(planned(raw, Beyond(away=later, owed=frozenset({"agreed"})))) == 2


def test_that_agreed_flights_take_every_aircraft_a_little_later_is_proven_too():
    flights = [flight(key, 5, seats=1, fixed_cost=1) for key in ("first", "second", "other")]
    raw = instance([group("G")], flights, locked={})
    away = {"first": (600, 1320), "second": (660, 1380), "other": (600, 1320)}
    beyond = Beyond(away=away, owed=frozenset({"first", "second"}))
    full = {"first": flight("first", 5, seats=0), "second": flight("second", 5, seats=0), "other": flights[2]}
    plan = solve_mission(replace(raw, flights=full), beyond, seconds=5)
    assert not plan.assignments, "both aircraft are away from eleven on"
    assert plan.bound == pytest.approx(plan.objective)


def test_no_more_are_planned_in_a_week_than_the_receiving_mission_takes():
    flights = [flight("one", 1), flight("two", 3), flight("next", 9)]
    raw = instance([group(f"G{n}", 0, 28) for n in range(10)], flights)
    week = Shared(("one", "two"), "landing_quota", 4)
    plan = planned(raw, Beyond(shared=(week,)))
    assert sum(f in week.flights for f in plan.values()) == 4
    assert len(plan) == 10


def test_without_anything_beyond_it_is_solved_as_it_is():
    raw = instance([group("G")], [flight("F", 3)])
    assert narrowed(raw, Beyond(), {}) == relaxed(raw, Beyond())
    assert solve_mission(raw, Beyond(), seconds=5).assignments == solve(raw, seconds=5).assignments


@st.composite
def missions(draw: st.DrawFn) -> tuple[Instance, Beyond]:
    """Small missions with everything that is beyond an instance."""
    raw = draw(instances())
    stretches = {}
    for key, g in raw.groups.items():
        if (g.until - g.ready).days >= 3 and draw(st.booleans()):
            cut = draw(st.integers(1, (g.until - g.ready).days - 1))
            gap = draw(st.integers(cut + 1, (g.until - g.ready).days))
            first = g.ready.toordinal()
            stretches[key] = (
                (g.ready, g.ready.fromordinal(first + cut - 1)),
                (g.ready.fromordinal(first + gap), g.until),
            )
    away = {key: draw(st.sampled_from(TURNS)) for key in raw.flights}
    owed = frozenset(key for key in raw.flights if draw(st.booleans()))
    flights, stops, shared = dict(raw.flights), [], []
    for key, f in raw.flights.items():
        if draw(st.integers(0, 3)) == 0:
            other = f"{key}-2"
            to = "NER" if f.destination == "MLI" else "MLI"
            flights[other] = replace(f, id=other, destination=to, fixed_cost=0.0)
            away[other] = away[key]
            owed |= {other} if key in owed else frozenset()
            stops.append((key, other))
            shared += [Shared((key, other), limit, getattr(f, limit)) for limit in ABOARD]
    to_mali = tuple(key for key, f in flights.items() if f.destination == "MLI" and f.date < day(7))
    if to_mali and draw(st.booleans()):
        shared.append(Shared(to_mali, "landing_quota", draw(st.integers(0, 6))))
    fleet = {"A320": draw(st.integers(0, 2))}
    made = replace(raw, flights=flights, fleet_per_day=fleet)
    beyond = Beyond(stretches, tuple(shared), tuple(stops), away, owed)
    locked: dict[str, str] = {}
    for key in draw(st.lists(st.sampled_from(sorted(raw.groups)), max_size=2, unique=True)) if raw.groups else ():
        if flights and not broken(made, beyond, tried := {**locked, key: draw(st.sampled_from(sorted(flights)))}):
            locked = tried
    return replace(made, locked=locked), beyond


def test_the_place_of_somebody_who_can_no_longer_fly_then_is_nobody_elses():
    """Mali takes nobody that week but who is on a list; whoever is on it has become red until later."""
    raw = instance([group("told", 10, 12), group("other")], [flight("F", 5)], current={"told": "F"})
    beyond = Beyond(shared=(Shared(("F",), "landing_quota", 0),))
    assert [one.code for one in broken(raw, beyond, {"other": "F"})] == ["planning.received_a_week"]
    assert planned(raw, beyond) == {}
    assert solve_mission(raw, beyond, seconds=5).bound <= cost(counted(raw, beyond, {}), {}).total + 1e-6


@settings(deadline=None, max_examples=40)
@given(missions())
def test_whatever_the_mission_the_plan_keeps_every_rule_and_costs_no_less_than_its_bound(mission):
    raw, beyond = mission
    plan = solve_mission(raw, beyond, seconds=3)
    assert broken(raw, beyond, plan.assignments) == []
    assert plan.objective == pytest.approx(cost(counted(raw, beyond, plan.assignments), plan.assignments).total)
    assert plan.bound <= plan.objective + 1e-6


@settings(deadline=None, max_examples=40)
@given(missions(), st.randoms(use_true_random=False))
def test_every_plan_of_the_narrowed_instance_can_be_flown_but_for_stops_nobody_pays_for(mission, chance):
    raw, beyond = mission
    narrow = narrowed(raw, beyond, {})
    plan = solve(narrow, seconds=3).assignments
    used = set(plan.values())
    wholly = all(used.issuperset(parts) or not used.intersection(parts) for parts in beyond.stops)
    if wholly:
        assert broken(raw, beyond, plan) == []
    assert all(carried(raw, plan)[s.flights[0], s.limit] <= s.amount for s in beyond.shared if not raw.current)


@settings(deadline=None, max_examples=60)
@given(missions(), st.data())
def test_no_plan_of_the_mission_is_cheaper_than_the_bound(mission, data):
    raw, beyond = mission
    groups = dict(itertools.islice(raw.groups.items(), 3))
    current, locked = ({g: f for g, f in told.items() if g in groups} for told in (raw.current, raw.locked))
    raw = replace(raw, groups=groups, current=current, locked=locked)
    beyond = replace(beyond, stretches={g: s for g, s in beyond.stretches.items() if g in groups})
    choices = itertools.product((None, *raw.flights), repeat=len(groups))
    plans = ({g: f for g, f in zip(groups, chosen, strict=True) if f} for chosen in choices)
    best = min(cost(counted(raw, beyond, p), p).total for p in plans if not broken(raw, beyond, p))
    plan = solve_mission(raw, beyond, seconds=3)
    assert plan.bound <= best + 1e-4
    assert plan.objective >= best - 1e-4
