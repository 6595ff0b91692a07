"""A transit centre takes no more people than it has places, unless somebody decided it, and until when."""

from __future__ import annotations

import pytest

from darb.people.actions import move, record_stay, register
from darb.people.models import Person
from darb.places.actions import allow_over_capacity
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, in_days, on, told

MANAGER = Role.PROGRAMME_MANAGER


@pytest.fixture
def centre(house) -> Site:
    """The centre at Sebha, here with three places, two of them taken."""
    Site.objects.filter(code="TC-SEBHA").update(capacity=3)
    register(act_as(), [told(site="TC-SEBHA") for _n in range(2)])
    return Site.objects.get(code="TC-SEBHA")


def there(centre: Site) -> int:
    return Person.objects.filter(site=centre).count()


def test_nobody_more_is_taken_in_than_there_are_places_by_any_way(centre):
    people = register(act_as(), [told() for _n in range(2)])
    with pytest.raises(Refused, match="may take 3 people and has 2") as refused:
        move(act_as(Role.MOVEMENT_OFFICER), people, centre, TODAY, "seen")
    assert refused.value.refusal.who is MANAGER
    with pytest.raises(Refused):
        register(act_as(), [told(site="TC-SEBHA") for _n in range(2)])
    record_stay(act_as(), people[0], centre, TODAY, "seen")
    record_stay(act_as(), people[0], centre, TODAY, "seen")
    with pytest.raises(Refused):
        record_stay(act_as(), people[1], centre, TODAY, "seen")
    assert there(centre) == 3


def test_more_are_taken_in_once_it_is_decided_and_no_longer_than_that(centre):
    allow_over_capacity(act_as(MANAGER), "TC-SEBHA", 4, in_days(5), "Hundreds sleep in the open")
    register(act_as(), [told(site="TC-SEBHA") for _n in range(2)])
    with pytest.raises(Refused):
        register(act_as(), [told(site="TC-SEBHA")])
    Person.objects.filter(pk=Person.objects.filter(site=centre).first().pk).update(site=None)
    with pytest.raises(Refused):
        register(act_as(at=on(in_days(5))), [told(site="TC-SEBHA")])
    assert there(centre) == 3


def test_a_decision_says_how_many_until_when_and_why(centre):
    for people, until, reason in ((3, in_days(5), "x"), (9, TODAY, "x"), (9, in_days(60), "x"), (9, in_days(5), " ")):
        with pytest.raises(Invalid):
            allow_over_capacity(act_as(MANAGER), "TC-SEBHA", people, until, reason)
    with pytest.raises(Missing):
        allow_over_capacity(act_as(MANAGER), "DC-TAJOURA", 9, in_days(5), "x")
    with pytest.raises(Forbidden):
        allow_over_capacity(act_as(Role.VHR_CASEWORKER), "TC-SEBHA", 9, in_days(5), "x")
