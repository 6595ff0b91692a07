"""Who is at a site, as counts."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.people.queries import Part, counts_at, make_up
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.actor import Actor
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import TODAY, actor, person


def test_somebody_is_a_child_until_the_day_they_turn_eighteen(house: Actor) -> None:
    site = Site.objects.get(code="DC-SABHA")
    person(given="Ousmane", site="DC-SABHA", nationality="NER", born=date(2001, 5, 7))  # eighteen tomorrow
    person(given="Issa", site="DC-SABHA", nationality="NER", born=date(2001, 5, 6))  # eighteen today
    person(given="Awa", site="DC-SABHA", nationality="GMB", sex="F", born=None)
    person(given="Halima", site="DC-BRAK", nationality="NER", sex="F")
    assert make_up(house, site.pk, TODAY) == [
        Part("GMB", "F", "unknown", 1),
        Part("NER", "M", "adult", 1),
        Part("NER", "M", "child", 1),
    ]


def test_on_a_leap_day_those_born_on_the_first_of_march_are_still_children(house: Actor) -> None:
    site = Site.objects.get(code="DC-SABHA")
    person(given="Ousmane", site="DC-SABHA", born=date(2002, 3, 1))
    person(given="Issa", site="DC-SABHA", born=date(2002, 2, 28))
    assert {p.age: p.count for p in make_up(house, site.pk, date(2020, 2, 29))} == {"child": 1, "adult": 1}


def test_sites_are_counted_together_and_only_within_reach(house: Actor) -> None:
    sites = {s.code: s.pk for s in Site.objects.filter(code__in=["DC-SABHA", "DC-BRAK", "DC-TOBRUK"])}
    for site in ("DC-SABHA", "DC-SABHA", "DC-BRAK"):
        person(site=site)
    with CaptureQueriesContext(connection) as asked:
        assert counts_at(HOUSE, sites.values()) == {sites["DC-SABHA"]: 2, sites["DC-BRAK"]: 1}
    assert len(asked) == 1
    outsider = actor(Role.RECEIVING_MISSION_OFFICER)
    with acting(outsider):
        assert counts_at(outsider, sites.values()) == {}
