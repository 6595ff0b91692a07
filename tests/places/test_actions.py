"""New sites, closed and opened routes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from darb.places.actions import NewSite, add_alias, close_route, open_site, reopen_route
from darb.places.models import RouteClosure
from darb.places.queries import find_site, open_closures
from darb.places.routes import airport_subject, area_subject
from darb.rules.refusal import Forbidden, Invalid, Missing
from darb.rules.roles import Role
from darb.rules.windows import Windows
from darb.trust.actor import Actor
from darb.trust.models import ActionLog
from tests.cast import TODAY, act_as, in_days

GHADAMES = NewSite(
    code="TOWN-GHADAMES",
    type="urban",
    name_en="Ghadames",
    name_ar="غدامس",
    name_fr="Ghadamès",
    office="TIP",
    area="LY0209",
    airport="MJI",
    longitude=9.5,
    latitude=30.13,
    aliases=("Ghadamis",),
)


def test_a_new_site_is_found_at_once_in_every_spelling(house: Actor) -> None:
    site = open_site(act_as(Role.PROGRAMME_MANAGER), GHADAMES)
    assert find_site("ghadamis") == find_site("غدامس") == find_site("Ghadames") == site
    assert ActionLog.objects.latest("id").subject == "site:TOWN-GHADAMES"


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"code": "ghadames"}, "site_code", "code"),
        ({"code": "A" * 25}, "site_code", "code"),
        ({"code": "TOWN-SEBHA"}, "site_code_taken", "code"),
        ({"name_ar": " "}, "site_name", "name_ar"),
        ({"name_fr": "-"}, "site_name", "name_fr"),
        ({"type": "palace"}, "site_type", "type"),
        ({"area": "LY9999"}, "no_area", "area"),
        ({"area": "Nalut"}, "no_area", "area"),
        ({"airport": "XXQ"}, "no_airport", "airport"),
        ({"office": "ROM"}, "no_office", "office"),
        ({"latitude": 91.0}, "not_on_earth", "latitude"),
        ({"longitude": float("nan")}, "not_on_earth", "longitude"),
        ({"latitude": None}, "half_a_place", "latitude"),
        ({"capacity": -1}, "site_capacity", "capacity"),
    ],
)
def test_a_site_that_cant_be_right_is_refused_at_its_field(
    house: Actor, wrong: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        open_site(act_as(Role.IM_OFFICER), replace(GHADAMES, **wrong))
    assert (refused.value.refusal.code, refused.value.field) == (code, field)


def test_an_alias_needs_letters_and_a_site(house: Actor) -> None:
    act = act_as(Role.IM_OFFICER)
    with pytest.raises(Invalid):
        add_alias(act, "TOWN-SEBHA", " . ")
    with pytest.raises(Invalid):
        add_alias(act, "TOWN-SEBHA", "a" * 121)
    with pytest.raises(Missing):
        add_alias(act, "NOWHERE", "Nowhere")


def test_an_arabic_spelling_is_kept_as_arabic(house: Actor) -> None:
    assert add_alias(act_as(Role.IM_OFFICER), "TOWN-SEBHA", "سبهه").language == "ar"


def test_only_the_chief_of_mission_closes_and_opens_routes(house: Actor) -> None:
    for role in set(Role) - {Role.CHIEF_OF_MISSION}:
        with pytest.raises(Forbidden):
            close_route(act_as(role), "NER", TODAY, None, "fighting")
        with pytest.raises(Forbidden):
            reopen_route(act_as(role), "NER", TODAY)


def test_a_closed_route_opens_again_and_what_was_closed_stays_told(house: Actor) -> None:
    chief = act_as(Role.CHIEF_OF_MISSION)
    assert close_route(chief, "NER", TODAY, None, "fighting at the border") == "NER"
    assert reopen_route(chief, "NER", in_days(10)) == "NER"
    (closure,) = open_closures(["NER"])["NER"]
    assert (closure.since, closure.until) == (TODAY, in_days(10))
    with pytest.raises(Missing):
        reopen_route(chief, "NER", in_days(10))


def test_opening_a_route_calls_off_closures_that_were_to_come(house: Actor) -> None:
    chief = act_as(Role.CHIEF_OF_MISSION)
    close_route(chief, "NER", in_days(-30), in_days(-20), "flood")
    close_route(chief, "NER", in_days(-5), in_days(5), "fighting")
    close_route(chief, "NER", in_days(30), in_days(40), "election")
    reopen_route(chief, "NER", TODAY)
    told = Windows.of((c.since, c.until) for c in open_closures(["NER"])["NER"])
    assert told == Windows.of([(in_days(-30), in_days(-20)), (in_days(-5), TODAY)])
    assert RouteClosure.objects.count() == 3


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "XXX",
        "ner",
        "airport:XXQ",
        "airport:",
        "area:NER",
        "area:XXX:agadez",
        "area:NER:",
        "area:NER:" + "a" * 50,
        "area:NER:Agadez",
        "ship:NER",
        "MJI",
    ],
)
def test_what_is_no_country_place_or_airport_cant_be_closed(house: Actor, subject: str) -> None:
    with pytest.raises(Invalid) as refused:
        close_route(act_as(Role.CHIEF_OF_MISSION), subject, TODAY, None, "fighting")
    assert refused.value.refusal.code == "no_route"


@pytest.mark.parametrize("subject", ["NER", area_subject("NER", "Agadez"), airport_subject("MJI")])
def test_countries_places_and_airports_can_be_closed(house: Actor, subject: str) -> None:
    assert close_route(act_as(Role.CHIEF_OF_MISSION), subject, TODAY, in_days(3), "fighting") == subject
    assert set(open_closures([subject])) == {subject}


def test_a_closure_says_why_and_ends_after_it_begins(house: Actor) -> None:
    chief = act_as(Role.CHIEF_OF_MISSION)
    with pytest.raises(Invalid) as refused:
        close_route(chief, "NER", TODAY, TODAY, "fighting")
    assert refused.value.field == "until"
    with pytest.raises(Invalid) as refused:
        close_route(chief, "NER", TODAY, None, "  ")
    assert refused.value.field == "reason"
    with pytest.raises(Invalid) as refused:
        close_route(chief, "NER", date(2019, 5, 1), None, "x" * 201)
    assert refused.value.field == "reason"
