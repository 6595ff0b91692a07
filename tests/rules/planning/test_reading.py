"""What is wrong with an instance or a plan is one sentence that names the record."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.rules.planning import check, cost, read_assignments, read_instance, solve
from darb.rules.refusal import Refused

from .instances import instance, record
from .mutations import spoiled


def _set(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = to

    return change


def _without(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        for step in path[:-1]:
            found = found[step]
        del found[path[-1]]

    return change


def _twice(kind: str) -> Callable[[dict[str, Any]], None]:
    return lambda found: found[kind].append(dict(found[kind][0]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_without("groups"), "The instance has no 'groups'."),
        (_without("groups", 3, "ready"), "'groups' G3 has no 'ready'."),
        (_without("groups", 3, "id"), "'groups' no. 4 has no 'id'."),
        (_set("groups", 3, "persons", to=0), "'groups' G3: 'persons' is 0, and should be a whole number from 1."),
        (_set("groups", 3, "persons", to=True), "'groups' G3: 'persons' is True, and should be a whole number from 1."),
        (_set("groups", 3, "seats", to="2"), "'groups' G3: 'seats' is '2', and should be a whole number from 0."),
        (_set("groups", 3, "weight", to=-1), "'groups' G3: 'weight' is -1, and should be a number from 0."),
        (
            _set("groups", 3, "weight", to=float("nan")),
            "'groups' G3: 'weight' is nan, and should be a number from 0.",
        ),
        (
            _set("groups", 3, "ready", to="2018-02-30"),
            "'groups' G3: 'ready' is '2018-02-30', and should be a day as YYYY-MM-DD.",
        ),
        (_set("groups", 3, to=[1]), "'groups' no. 4 should be a JSON object, and is [1]."),
        (_set("groups", to={}), "The instance: 'groups' is {}, and should be a list."),
        (_twice("groups"), "'groups' G0 is there twice."),
        (_twice("flights"), "'flights' F0 is there twice."),
        (_set("groups", 3, "destination", to="XXX"), "Group G3: 'left_at_end_per_person' has no cost for XXX."),
        (_set("flights", 2, "origin", to="XXX"), "'flights' F2: 'origin' is XXX, which isn't in the instance."),
        (_set("flights", 2, "kind", to="boat"), "'flights' F2: 'kind' is 'boat', and should be"),
        (_set("flights", 2, "date", to="2019-01-01"), "Flight F2 leaves on 2019-01-01, outside the horizon"),
        (_set("horizon", "end", to="2017-01-01"), "The horizon ends on 2017-01-01 and begins on 2018-01-01"),
        (_set("cancelled", to=["F99"]), "'cancelled': 'flight' is F99, which isn't in the instance."),
        (_set("current", to=[{"group": "G99", "flight": "F0"}]), "'current': 'group' is G99, which isn't"),
        (_set("locked", to=[{"group": "G0", "flight": "F99"}]), "'locked' G0: 'flight' is F99, which isn't"),
        (_set("locked", to=[{"group": "G0", "flight": "F0"}] * 2), "'locked' no. 2: G0 is there twice."),
        (_set("groups", 3, "id", to="G\n3"), "'groups' no. 4: 'id' is 'G\\n3', and should be text."),
        (_set("groups", 3, "id", to="\ud800"), "'groups' no. 4: 'id' is '\\ud800', and should be text."),
        (_set("groups", 3, "ready", to="2018-W01-1"), "'groups' G3: 'ready' is '2018-W01-1', and should be a day"),
        (_set("fleet_per_day", "\n", to=1), "'fleet_per_day': 'name' is '\\n', and should be text."),
        (_set("costs", "unaccompanied_per_escort", to=0), "'costs': 'unaccompanied_per_escort' is 0"),
    ],
)
def test_a_broken_instance_gets_a_sentence_that_names_the_record(
    change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    found = record(1)
    change(found)
    with pytest.raises(Refused) as refused:
        read_instance(found)
    assert refused.value.refusal.in_english().startswith(sentence)


@pytest.mark.parametrize("found", [None, [], "x", 3])
def test_what_is_no_object_is_no_instance(found: Any) -> None:
    with pytest.raises(Refused, match="The instance should be a JSON object"):
        read_instance(found)


def test_dates_the_wrong_way_round_are_named() -> None:
    found = record(1)
    found["groups"][5] |= {"ready": "2018-01-09", "until": "2018-01-08"}
    with pytest.raises(Refused, match="Group G5 is ready on 2018-01-09 and may travel until 2018-01-08"):
        read_instance(found)


def test_locks_that_no_plan_can_keep_are_named() -> None:
    found = _roomy()
    found["locked"] = [{"group": "G0", "flight": "F0"}]
    assert read_instance(found).locked == {"G0": "F0"}
    with pytest.raises(Refused, match=r"locked groups can't be kept where they are: Flight F0 is cancelled\."):
        read_instance({**found, "cancelled": ["F0"]})
    small = copy.deepcopy(found)
    small["flights"][0]["seats"] = 0
    with pytest.raises(Refused, match="Flight F0 would need 1 seats with its escorts, and has 0"):
        read_instance(small)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_whatever_is_put_in_a_place_is_read_or_refused_in_words(seed: int, data: st.DataObject) -> None:
    found = record(seed, groups=4, flights=3)
    where: Any = found
    while isinstance(where, dict | list) and where:
        keys = list(where) if isinstance(where, dict) else list(range(len(where)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            break
        where = where[key]
    odd = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=12), st.just([]), st.just({}))
    where[key] = data.draw(odd)
    try:
        read_instance(found)
    except Refused as refused:
        assert refused.refusal.in_english().endswith((".", "'."))


def test_a_plan_is_read_and_what_it_names_must_be_there() -> None:
    whole = instance(1)
    assert read_assignments({"assignments": [{"group": "G1", "flight": "F1"}]}, whole) == {"G1": "F1"}
    with pytest.raises(Refused, match="'assignments' G1: 'flight' is F99, which isn't in the instance"):
        read_assignments({"assignments": [{"group": "G1", "flight": "F99"}]}, whole)
    with pytest.raises(Refused, match="The plan has no 'assignments'"):
        read_assignments({}, whole)


def test_the_check_names_each_rule_that_a_plan_breaks() -> None:
    found = _roomy()
    whole = read_instance({**found, "locked": [{"group": "G1", "flight": "F0"}]})
    assert [r.code for r in check(whole, {"G0": "F0"})] == ["planning.locked"]
    assert [r.code for r in check(whole, {"G0": "F9", "G1": "F0"})] == ["planning.not_in_instance"]
    changed = copy.deepcopy(found)
    changed["flights"][0] |= {"seats": 1, "landing_quota": 1, "destination": "BKO", "date": "2018-01-20"}
    changed["airports"]["MJI"] |= {"persons_per_day": 1, "closed_days": ["2018-01-20"]}
    changed["transfers"], changed["fleet_per_day"] = [], {"A320": 0}
    codes = {r.code for r in check(read_instance(changed), {"G0": "F0", "G1": "F0"})}
    assert codes == {
        f"planning.{rule}"
        for rule in (
            *("destination", "not_in_window", "unreachable", "seats", "quota"),
            *("closed", "persons_per_day", "fleet"),
        )
    }


def _roomy() -> dict[str, Any]:
    """Two people and a flight for them, with room for both."""
    person = {"destination": "LOS", "site": "WEST", "persons": 1, "seats": 1, "weight": 1}
    person |= dict.fromkeys(("infants", "wheelchairs", "stretchers", "medical_escorts", "unaccompanied"), 0)
    flight = {"id": "F0", "kind": "charter", "date": "2018-01-05", "origin": "MJI", "destination": "LOS"}
    flight |= {"aircraft": "A320", "seats": 9, "landing_quota": 9, "fixed_cost": 100, "seat_cost": 0}
    flight |= dict.fromkeys(("infants", "wheelchairs", "stretchers", "unaccompanied"), 1)
    limits = {"charter_slots_per_day": 1, "persons_per_day": 9, "escorts_per_week": 1, "closed_days": []}
    return {
        **record(1, groups=0, flights=0),
        "airports": {"MJI": limits},
        "fleet_per_day": {"A320": 1},
        "transfers": [{"site": "WEST", "airport": "MJI", "cost_per_person": 6}],
        "groups": [{**person, "id": n, "ready": "2018-01-02", "until": "2018-01-10"} for n in ("G0", "G1")],
        "flights": [flight],
    }


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_a_spoiled_instance_is_refused_in_one_line_or_planned_by_the_rules(seed: int) -> None:
    chance = random.Random(seed)
    found = spoiled(record(seed, groups=chance.randrange(1, 6), flights=chance.randrange(1, 5)), chance, 1 + seed % 3)
    try:
        whole = read_instance(found)
    except Refused as refused:
        told = refused.refusal.in_english()
        assert told.endswith(".") and len(told.splitlines()) == 1 and len(told) < 500
        return
    plan = solve(whole, seconds=3)
    assert check(whole, plan.assignments) == []
    assert plan.objective == pytest.approx(cost(whole, plan.assignments).total)
    assert plan.bound <= plan.objective * (1 + 1e-6) + 1e-3
