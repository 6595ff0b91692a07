"""What there is to plan is read in sets: no more statements for many people than for a few."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.movements.plan_gathering import gather
from darb.rules.planning.terms import Terms
from tests.cast import in_days
from tests.travellers import flight, ready


def statements(people: int) -> int:
    """How many it takes to read a mission of so many more people and flights."""
    ready(people)
    for n in range(people):
        flight(f"G {people}{n}", day=in_days(2 + n))
    with CaptureQueriesContext(connection) as seen:
        gathered = gather(in_days(1), in_days(30), Terms())
    assert gathered.instance.persons >= people
    return len(seen)


def test_a_mission_of_many_is_read_in_as_many_statements_as_one_of_few(house):
    few = statements(2)
    assert statements(7) == few
    assert few <= 45
