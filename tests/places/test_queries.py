"""Finding sites by any spelling, what restricted ones show to whom, countries in order, closures."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.places import queries
from darb.places.actions import NewSite, add_alias, open_site
from darb.places.models import RouteClosure, Site, SiteAlias
from darb.places.names import sort_key
from darb.places.queries import find_site, site_shapes, sites
from darb.rules.refusal import Missing
from darb.rules.roles import Role
from darb.trust.actor import Actor
from darb.trust.queries import HOUSE
from tests.cast import act_as, actor


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        (["Sabha", "Sebha", "SEBHA", "سبها", "sabhah", "town-sebha"], "TOWN-SEBHA"),
        (["Zwara", "Zuwara", "Zouara", "زوارة", "زواره"], "TOWN-ZUWARA"),
        (["Azzawya", "Al-Zawyah", "al zawyah", "Zawiya", "Zaouïa", "Zaouia", "الزاوية"], "TOWN-ZAWYAH"),
        (["Sirt", "Sirte", "Syrte", "سِرْت"], "TOWN-SIRTE"),
        (["Brak", "Brak al-Shati", "براك الشاطئ"], "TOWN-BRAK"),
        (["Tariq al Sikka", "tarik al-sikka", "طريق السكة", "طريق السكه"], "DC-TARIQ-SIKKA"),
    ],
)
def test_a_site_is_found_by_any_of_its_spellings(house: Actor, spellings: list[str], code: str) -> None:
    assert {(s, getattr(find_site(s), "code", None)) for s in spellings} == {(s, code) for s in spellings}


def test_nothing_is_found_by_nothing(house: Actor) -> None:
    assert find_site("") is None
    assert find_site(" - ") is None
    assert find_site("Atlantis") is None


def test_a_spelling_that_two_sites_share_finds_neither(house: Actor) -> None:
    add_alias(act_as(Role.IM_OFFICER), "TOWN-SEBHA", "The oasis")
    add_alias(act_as(Role.IM_OFFICER), "TOWN-GHAT", "The oasis")
    assert find_site("the oasis") is None


def test_sites_are_filtered_by_type_office_area_and_part_of_a_spelling(house: Actor) -> None:
    def codes(**wanted: str) -> set[str]:
        return {s.code for s in sites(**wanted)}

    assert codes(text="sabha") >= {"TOWN-SEBHA", "DC-SABHA", "AIR-SEB", "HOSP-SEBHA"}
    assert codes(text="sabha", type="official_dc") == {"DC-SABHA"}
    assert codes(text="dc-sabha") == {"DC-SABHA"}
    assert "DC-BRAK" in codes(office="SEB") and "DC-TOBRUK" not in codes(office="SEB")
    assert codes(area="LY0319") < codes(area="LY03")
    assert codes(type="official_dc", text="tobrouk") == {"DC-TOBRUK"}
    assert codes() == set(Site.objects.values_list("code", flat=True))


def test_sites_of_a_municipality_are_among_those_of_its_region(house: Actor) -> None:
    from darb.places.models import Area

    Area.objects.create(pcode="LY031901", level=3, name_en="Sebha", parent_id="LY0319")
    Site.objects.filter(code="DC-SABHA").update(area="LY031901")
    for area in ("LY031901", "LY0319", "LY03"):
        assert "DC-SABHA" in {s.code for s in sites(area=area)}


def test_where_a_shelter_stands_is_shown_only_to_those_who_read_whereabouts(house: Actor) -> None:
    shelter, town = queries.site("SHELTER-TIP-1"), queries.site("TOWN-TRIPOLI")
    for role in Role:
        who = actor(role)
        reads = role in {
            Role.OUTREACH_OFFICER,
            Role.HOTLINE_OPERATOR,
            Role.REGISTRATION_CLERK,
            Role.VHR_CASEWORKER,
            Role.VHR_HEAD,
            Role.CONSULAR_OFFICER,
            Role.EXIT_VISA_OFFICER,
            Role.DC_LIAISON,
            Role.MOBILE_TEAM_MEMBER,
            Role.SCREENING_INTERVIEWER,
            Role.PHYSICIAN,
            Role.NURSE,
            Role.MHPSS_COUNSELLOR,
            Role.PROTECTION_CASEWORKER,
            Role.PROTECTION_LEAD,
            Role.CHILD_PROTECTION_OFFICER,
            Role.COUNTER_TRAFFICKING_FOCAL_POINT,
            Role.BID_PANEL_MEMBER,
            Role.DATA_PROTECTION_FOCAL_POINT,
            Role.PROGRAMME_MANAGER,
            Role.CHIEF_OF_MISSION,
        }
        shapes = {s["properties"]["code"] for s in site_shapes(who, "en", [shelter, town])}
        assert shapes == ({"SHELTER-TIP-1", "TOWN-TRIPOLI"} if reads else {"TOWN-TRIPOLI"}), role


def test_a_site_without_coordinates_has_no_shape(house: Actor) -> None:
    assert site_shapes(HOUSE, "en", [queries.site("UNKNOWN-TIP")]) == []


def test_shapes_bear_names_in_the_readers_language(house: Actor) -> None:
    names = {s["properties"]["pcode"]: s["properties"]["name"] for s in queries.mantika_shapes("ar")}
    assert len(names) == 22 and names["LY0319"] == "سبها"
    (shape,) = site_shapes(HOUSE, "fr", [queries.site("TOWN-SIRTE")])
    assert shape["properties"]["name"] == "Syrte"
    assert shape["geometry"] == {"type": "Point", "coordinates": [16.59, 31.205]}


def test_an_area_without_an_arabic_name_is_called_by_its_english_one(house: Actor) -> None:
    from darb.places.models import Area

    assert queries.name_in("ar", Area(pcode="LY021101", level=3, name_en="Tripoli Centre")) == "Tripoli Centre"


def test_pages_ask_the_same_few_queries_however_many_rows(house: Actor) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_made:
            list(sites(text="a"))
            queries.site("TOWN-SEBHA")
            queries.mantika_shapes("ar")
            site_shapes(HOUSE, "ar", sites())
            queries.areas()
            queries.offices()
            queries.missions_of_origin()
            queries.country_names("ar")
        return len(queries_made)

    before = asked()
    act = act_as(Role.IM_OFFICER)
    for n in range(20):
        told = NewSite(
            f"TOWN-A{n}", "urban", f"Town {n}", f"بلدة {n}", f"Ville {n}", "TIP", "LY0211", aliases=[f"A {n}"]
        )
        open_site(act, told)
    add_alias(act, "TOWN-SEBHA", "Sebkha")
    assert asked() == before == 9


def test_a_code_that_is_no_site_is_missing(house: Actor) -> None:
    with pytest.raises(Missing):
        queries.site("NOWHERE")


@pytest.mark.parametrize(
    ("language", "earlier", "later"),
    [
        ("fr", "EGY", "ESP"),  # Égypte before Espagne: accents weigh nothing
        ("fr", "GRC", "IND"),
        ("ar", "ETH", "DNK"),  # إثيوبيا before الدنمارك: hamza seats weigh nothing
        ("ar", "SDN", "TUN"),  # the article counts, as it does in Arabic lists of countries
        ("en", "ALA", "ALB"),  # Åland before Albania
    ],
)
def test_countries_stand_in_the_order_of_the_readers_language(
    house: Actor, language: str, earlier: str, later: str
) -> None:
    order = list(queries.country_names(language))
    assert len(order) == 250
    assert order.index(earlier) < order.index(later), (language, order)


def test_arabic_letters_that_are_written_alike_stand_together() -> None:
    assert sorted(["تونس", "إيطاليا", "بنين", "أنغولا", "آيسلندا"], key=sort_key) == [
        "أنغولا",
        "آيسلندا",
        "إيطاليا",
        "بنين",
        "تونس",
    ]


def test_airports_are_told_by_their_codes() -> None:
    mitiga = queries.airport("MJI")
    assert mitiga and (mitiga["country"], mitiga["tz"]) == ("LY", "Africa/Tripoli")
    assert queries.airport("mji") is None and queries.airport("") is None


def test_closures_of_a_route_come_as_the_rules_take_them(house: Actor) -> None:
    RouteClosure.objects.create(subject="NER", since=date(2019, 5, 1), until=None, reason="fighting")
    RouteClosure.objects.create(subject="NER", since=date(2018, 1, 1), until=date(2018, 2, 1), reason="flood")
    RouteClosure.objects.create(subject="MLI", since=date(2018, 1, 1), until=date(2018, 1, 1), reason="called off")
    RouteClosure.objects.create(subject="airport:MJI", since=date(2019, 4, 8), until=None, reason="shelling")
    with CaptureQueriesContext(connection) as asked:
        found = queries.open_closures(["NER", "MLI", "area:NER:agadez"])
    assert len(asked) == 1
    assert set(found) == {"NER"}
    assert [(c.since.year, c.reason) for c in found["NER"]] == [(2018, "flood"), (2019, "fighting")]
    assert {c.subject for c in found["NER"]} == {"Niger"}, "the sentence that an officer reads names the country"


def test_what_is_closed_is_called_by_its_name(house: Actor) -> None:
    french = queries.country_names("fr")
    assert queries.subject_name("TCD", french) == "Tchad"
    assert queries.subject_name("area:NGA:edo state", french) == "Edo State (Nigéria)"
    assert queries.subject_name("airport:MJI", french) == "Mitiga Airport (MJI)"


def test_no_two_aliases_of_a_site_differ_only_in_marks(house: Actor) -> None:
    before = SiteAlias.objects.filter(site__code="TOWN-SEBHA").count()
    assert add_alias(act_as(Role.IM_OFFICER), "TOWN-SEBHA", "SÉBHA").name == "Sebha"
    assert SiteAlias.objects.filter(site__code="TOWN-SEBHA").count() == before
