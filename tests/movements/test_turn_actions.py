"""Several turns of one aircraft on one day: each a flight of its own, as soon as it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.movements.flight_actions import Hop
from darb.movements.models import Flight
from darb.movements.turn_actions import plan_turns
from darb.rules.refusal import Invalid
from darb.rules.roles import Role
from tests.cast import NOON, act_as

OFFICER = Role.MOVEMENT_OFFICER
LEAVES = NOON.replace(hour=4) + timedelta(days=5)
TOLD = {"operator": "Buraq", "aircraft": "B737-800", "seats": 118, "infant_limit": 12}


def way(hours: float) -> list[Hop]:
    """To N'Djamena in so many hours, from six in the morning in Libya."""
    return [Hop("SEB", "NDJ", LEAVES, LEAVES + timedelta(hours=hours))]


def test_three_turns_are_three_flights_each_leaving_when_the_aircraft_is_back_and_has_stood(house):
    flights = plan_turns(act_as(OFFICER), "AS 8", way(2), 3, **TOLD)
    assert [f.code for f in flights] == ["AS 8", "AS 8-2", "AS 8-3"]
    assert [f.departs_at - LEAVES for f in flights] == [timedelta(hours=6 * n) for n in range(3)]
    assert [f.legs.get().arrives_at - f.departs_at for f in flights] == [timedelta(hours=2)] * 3


@pytest.mark.parametrize(
    ("hours", "turns", "code"), [(2, 4, "back_too_late"), (2, 0, "bad_turns"), (2, 7, "bad_turns")]
)
def test_more_turns_than_the_day_has_are_refused_and_nothing_is_planned(house, hours, turns, code):
    with pytest.raises(Invalid, match=f"^{code}: ") as refused:
        plan_turns(act_as(OFFICER), "AS 8", way(hours), turns, **TOLD)
    assert refused.value.field == "turns"
    assert not Flight.objects.exists()


def test_a_code_without_room_for_the_number_of_a_turn_is_refused(house):
    with pytest.raises(Invalid, match=r"^long_code: "):
        plan_turns(act_as(OFFICER), "ABCDEFG 1234", way(2), 2, **TOLD)
