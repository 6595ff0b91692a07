"""Missions of origin: what the consular officer knows of them, and how it limits what can be planned."""

from __future__ import annotations

from decimal import Decimal

import pytest

from darb.events.actions import Plan, plan
from darb.places.mission_actions import KnownOf, keep_mission
from darb.places.models import MissionOfOrigin
from darb.rules.refusal import Forbidden, Invalid, Stale
from darb.rules.roles import Role
from tests.cast import NOON, act_as
from tests.events.cast import site

CONSULAR = Role.CONSULAR_OFFICER
CAIRO = KnownOf(
    "non_resident",
    seat_en="Cairo",
    officers="Mr Thapa, +20 2 555 0101",
    languages=("eng",),
    accepts_photo_lists=True,
    also_issues=("passport",),
    lead_days=21,
    fee=Decimal("20.50"),
    fee_currency="USD",
)


def test_the_consular_officer_keeps_what_is_known_and_nobody_writes_over_somebody_else(house):
    shown = MissionOfOrigin.objects.get(pk="NPL").version
    kept = keep_mission(act_as(CONSULAR), "NPL", CAIRO, expected=shown)
    assert (kept.seat_en, kept.languages, kept.fee, kept.lead_days) == ("Cairo", ["eng"], Decimal("20.50"), 21)
    with pytest.raises(Stale):
        keep_mission(act_as(CONSULAR), "NPL", CAIRO, expected=shown)
    with pytest.raises(Forbidden):
        keep_mission(act_as(Role.VHR_CASEWORKER), "NPL", CAIRO)


def test_a_country_that_nobody_thought_of_gets_its_mission_too(house):
    assert not MissionOfOrigin.objects.filter(pk="UGA").exists()
    keep_mission(act_as(CONSULAR), "UGA", CAIRO)
    assert MissionOfOrigin.objects.get(pk="UGA").version == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"presence": "moon"}, "presence"),
        ({"presence": "resident", "seat_en": " "}, "seat_en"),
        ({"presence": "none", "accepts_online": True}, "presence"),
        ({"presence": "resident", "seat_en": "Tripoli", "document_days": 0}, "document_days"),
        ({"presence": "resident", "seat_en": "Tripoli", "lead_days": -1}, "lead_days"),
        ({"presence": "resident", "seat_en": "Tripoli", "fee": Decimal(5)}, "fee"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_the_field(house, wrong, field):
    before = MissionOfOrigin.objects.filter(pk="GMB").values().get()
    with pytest.raises(Invalid) as refused:
        keep_mission(act_as(CONSULAR), "GMB", KnownOf(**wrong))
    assert refused.value.field == field
    assert MissionOfOrigin.objects.filter(pk="GMB").values().get() == before


def modes(country: str) -> set[str]:
    """The modes in which a session with this country's mission can be planned."""
    found = set()
    for mode in ("dc_visit", "urban", "office", "online"):
        try:
            plan(act_as(CONSULAR), Plan("consular", site(), NOON, mode, country=country))
        except Invalid as refused:
            assert refused.field in ("mode", "country")
        else:
            found.add(mode)
    return found


def test_nepal_is_heard_from_cairo_and_only_as_cairo_hears_people(house):
    assert modes("NPL") == {"office", "online"}, "nobody comes from Cairo: online, or on photographs"
    keep_mission(act_as(CONSULAR), "NPL", KnownOf("non_resident", seat_en="Cairo", accepts_online=True))
    assert modes("NPL") == {"online"}
    with pytest.raises(Invalid, match="Cairo") as refused:
        plan(act_as(CONSULAR), Plan("consular", site(), NOON, "office", country="NPL"))
    assert refused.value.refusal.values["modes"] == "Online"


def test_a_resident_mission_that_goes_nowhere_hears_people_at_our_office(house):
    keep_mission(act_as(CONSULAR), "GMB", KnownOf("resident", seat_en="Tripoli"))
    assert modes("GMB") == {"office"}


def test_where_there_is_no_mission_nothing_is_planned_and_the_sentence_says_what_then(house):
    keep_mission(act_as(CONSULAR), "NPL", KnownOf("none"))
    assert modes("NPL") == set()
    with pytest.raises(Invalid, match="X3"):
        plan(act_as(CONSULAR), Plan("consular", site(), NOON, "online", country="NPL"))
