"""What of a plan is seen: everybody's counts, and the names of those within reach alone."""

from __future__ import annotations

import pytest

from darb.movements import plan_people_queries as people
from darb.movements import plan_queries as queries
from darb.movements.models import PlannedGroup
from darb.movements.plan_actions import move_in_plan
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actor import Actor
from tests.cast import NOON, TODAY, actor, in_days
from tests.movements.test_plan_actions import contracted, made
from tests.travellers import ready

OFFICER = Role.MOVEMENT_OFFICER


def officer_of(case) -> Actor:
    """An officer who reaches this case and its person, and nobody elsewhere."""
    return Actor(7, "Yusuf", "en", {OFFICER: frozenset({case.scope_id, case.person.scope_id})})


def test_an_officer_of_one_site_sees_its_people_and_the_counts_of_all(house, seen_by):
    mine, other = ready(site="TOWN-TRIPOLI")[0], ready(site="TOWN-MISRATA")[0]
    theirs = contracted()
    plan = made()
    limited = officer_of(mine)
    with seen_by(limited):
        on = people.aboard(limited, plan, theirs.ref)
        assert [c for f in on.families for c in f.cases] == [mine]
        assert (on.planned.persons, on.hidden) == (2, 1)
        assert people.find(limited, plan, other.ref) is None
        with pytest.raises(Refused, match=r"^(not_planned|out_of_reach): "):
            move_in_plan(Act(limited, NOON), plan, [other.ref], "")
    with seen_by(house):
        assert PlannedGroup.objects.filter(plan=plan).exclude(on="").count() == 2


def test_seats_are_counted_over_everybody_though_only_some_are_in_sight(house, seen_by):
    mine, _other = ready(site="TOWN-TRIPOLI")[0], ready(site="TOWN-MISRATA")[0]
    contracted(seats=2)
    late = contracted("DB 102", day=in_days(9), seats=1)
    plan = made()
    hidden = PlannedGroup.objects.exclude(case=mine).get(plan=plan)
    plan = move_in_plan(Act(actor(OFFICER), NOON), plan, [hidden.key], late.ref)
    limited = officer_of(mine)
    with seen_by(limited), pytest.raises(Refused, match=r"^planning\.seats: "):
        move_in_plan(Act(limited, NOON), plan, [mine.ref], late.ref)


def test_those_who_stay_are_told_by_kind_of_reason_and_the_first_of_each_by_name(house):
    ready(4, departs="MRA")
    ready(1, nationality="NER")
    contracted()
    kinds = people.staying(actor(OFFICER), made(), named=3)
    assert [(k.destination, k.groups, k.people, len(k.families), k.unnamed) for k in kinds] == [
        ("MLI", 4, 4, 3, 1),
        ("NER", 1, 1, 1, 0),
    ]
    assert kinds[1].why[0].code == "planning.no_flight"
    few = people.staying(actor(OFFICER), made(), named=3, in_all=2)
    assert [(len(k.families), k.unnamed) for k in few] == [(2, 2), (0, 1)]


def test_a_kind_of_those_who_stay_is_read_page_by_page_and_within_reach(house, seen_by):
    cases = [*ready(site="TOWN-TRIPOLI", departs="MRA"), *ready(3, site="TOWN-MISRATA", departs="MRA")]
    contracted()
    plan = made()
    sort = people.staying(actor(OFFICER), plan)[0].sort
    pages = [people.staying_of(actor(OFFICER), plan, sort, first, 3) for first in (0, 3)]
    assert [(k.groups, len(k.families)) for k in pages] == [(4, 3), (4, 1)]
    assert {c for k in pages for f in k.families for c in f.cases} == set(cases)
    assert people.staying_of(actor(OFFICER), plan, (*sort[:2], ("planning.no_flight",)), 0, 3) is None
    limited = officer_of(cases[0])
    with seen_by(limited):
        assert people.staying_of(limited, plan, sort, 0, 3).groups == 1


def test_what_is_not_there_is_missing_and_only_the_house_takes_the_mission_out(house):
    plan = made()
    with pytest.raises(Missing):
        queries.get(actor(OFFICER), "NOTHING")
    with pytest.raises(Missing):
        people.aboard(actor(OFFICER), plan, "NOTHING")
    with pytest.raises(Forbidden):
        queries.instance_now(actor(OFFICER), TODAY)
    with pytest.raises(Forbidden):
        queries.newest(actor(Role.IM_OFFICER))
