"""Pages about places, through the door."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import sync_playwright

from darb.places.models import Area, Site
from darb.places.queries import find_site
from darb.rules.roles import Role
from darb.trust.actor import Actor
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE
from tests.cast import STAFF, person

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/places/", "/places/map/", "/places/areas/", "/places/missions/", "/places/site/TOWN-SEBHA/")


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_every_language(signed_in: Callable[[Role], Client], page: str, language: str) -> None:
    client = signed_in(Role.MOBILE_TEAM_MEMBER)
    client.cookies["django_language"] = language
    answer = client.get(page)
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert {"ar": "سبها", "en": "Sebha", "fr": "Sebha"}[language] in answer.text or page == "/places/missions/"


def test_a_place_is_found_in_the_list_by_another_spelling(signed_in: Callable[[Role], Client]) -> None:
    answer = signed_in(Role.HOTLINE_OPERATOR).get("/places/", {"text": "Zwara", "type": "urban"})
    assert "/places/site/TOWN-ZUWARA/" in answer.text
    assert "/places/site/TOWN-SEBHA/" not in answer.text
    nothing = signed_in(Role.HOTLINE_OPERATOR).get("/places/", {"text": "Atlantis"})
    assert "No place fits." in nothing.text


def test_who_is_at_a_site_is_told_in_counts_and_never_in_names(
    signed_in: Callable[[Role], Client], house: Actor
) -> None:
    person(given="Bakary", site="DC-SABHA", nationality="GMB")
    person(given="Awa", site="DC-SABHA", nationality="GMB", sex="F")
    person(given="Halima", site="DC-BRAK", nationality="NER", sex="F")
    answer = signed_in(Role.MOBILE_TEAM_MEMBER).get("/places/site/DC-SABHA/")
    figures = dict(answer.context["figures"])
    assert figures["people known to be here"] == 2
    assert (figures["women"], figures["men"]) == (1, 1)
    assert answer.context["nationalities"] == [("Gambia", 2)]
    assert "Bakary" not in answer.text


def test_counts_at_a_shelter_and_its_place_are_kept_from_those_who_dont_read_whereabouts(
    signed_in: Callable[[Role], Client], house: Actor
) -> None:
    person(given="Awa", sex="F", site="SHELTER-TIP-1")
    movement, protection = signed_in(Role.MOVEMENT_OFFICER), signed_in(Role.PROTECTION_CASEWORKER)
    hidden = movement.get("/places/site/SHELTER-TIP-1/")
    assert hidden.context["figures"] is None
    assert "32.870" not in hidden.text
    shown = protection.get("/places/site/SHELTER-TIP-1/")
    assert dict(shown.context["figures"])["people known to be here"] == 1
    assert "32.870" in shown.text
    listed = {row.site.code: row.people for row in movement.get("/places/", {"type": "shelter"}).context["rows"]}
    assert set(listed.values()) == {None}


def test_the_map_shows_shelters_only_to_those_who_read_whereabouts(
    signed_in: Callable[[Role], Client], house: Actor
) -> None:
    person(site="DC-SABHA")
    codes = {}
    for role in (Role.MOVEMENT_OFFICER, Role.PROTECTION_CASEWORKER):
        answer = signed_in(role).get("/places/map.geojson")
        assert answer["Content-Type"] == "application/geo+json"
        shapes = answer.json()["features"]
        codes[role] = {s["properties"]["code"]: s["properties"] for s in shapes if s["geometry"]["type"] == "Point"}
        assert sum(s["geometry"]["type"] == "Polygon" for s in shapes) == 22
    assert not any("SHELTER" in c or "HOST" in c for c in codes[Role.MOVEMENT_OFFICER])
    assert "SHELTER-TIP-1" in codes[Role.PROTECTION_CASEWORKER]
    sabha = codes[Role.PROTECTION_CASEWORKER]["DC-SABHA"]
    assert (sabha["count"], sabha["tone"], sabha["url"]) == (1, "red", "/places/site/DC-SABHA/")


def test_the_tables_total_is_the_maps_total(signed_in: Callable[[Role], Client], house: Actor) -> None:
    for site in ("DC-SABHA", "DC-SABHA", "TOWN-TRIPOLI", "UNKNOWN-TIP"):
        person(site=site)
    context = signed_in(Role.VHR_CASEWORKER).get("/places/map/").context
    by_mantika = {area.pcode: people for _name, area, _sites, people in context["mantikas"]}
    assert (by_mantika["LY0319"], by_mantika["LY0211"], context["nowhere"], context["all"]) == (2, 1, 1, 4)


def test_a_reader_outside_the_office_counts_nobody(signed_in: Callable[[Role], Client], house: Actor) -> None:
    person(site="DC-SABHA")
    answer = signed_in(Role.RECEIVING_MISSION_OFFICER).get("/places/site/DC-SABHA/")
    assert dict(answer.context["figures"])["people known to be here"] == 0


def test_pages_ask_the_same_number_of_queries_however_many_people_and_sites(
    signed_in: Callable[[Role], Client], house: Actor
) -> None:
    client = signed_in(Role.IM_OFFICER)

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    pages = (*PAGES, "/places/map.geojson", "/places/new/")
    before = {page: asked(page) for page in pages}
    for n in range(10):
        person(site="TOWN-SEBHA", nationality=("NER", "MLI", "NGA")[n % 3])
        Site.objects.create(
            code=f"A-{n}",
            type="urban",
            name_en=f"A {n}",
            name_ar=f"أ {n}",
            name_fr=f"A {n}",
            office="TIP",
            area_id="LY0211",
        )
    assert {page: asked(page) for page in pages} == before
    assert max(before.values()) < 20


def test_an_information_management_officer_adds_a_site_and_a_second_send_does_nothing(
    signed_in: Callable[[Role], Client],
) -> None:
    client = signed_in(Role.IM_OFFICER)
    told = {
        "key": str(uuid4()),
        "code": "town-ghadames",
        "type": "urban",
        "name_en": "Ghadames",
        "name_ar": "غدامس",
        "name_fr": "Ghadamès",
        "aliases": "Ghadamis\n\nRhadames",
        "office": "TIP",
        "area": "LY0209",
        "airport": "mji",
        "latitude": "30.13",
        "longitude": "9.5",
    }
    for _time in range(2):
        answer = client.post("/places/new/", told)
        assert (answer.status_code, answer["Location"]) == (302, "/places/site/TOWN-GHADAMES/")
    assert find_site("rhadames") == Site.objects.get(code="TOWN-GHADAMES")


def test_a_site_that_cant_be_right_comes_back_with_the_sentence_at_its_field(
    signed_in: Callable[[Role], Client],
) -> None:
    told = {"code": "TOWN-SEBHA", "type": "urban", "name_en": "S", "name_ar": "س", "name_fr": "S", "office": "SEB"}
    answer = signed_in(Role.IM_OFFICER).post("/places/new/", told)
    assert answer.status_code == 422
    assert "There is a site TOWN-SEBHA already." in answer.text


def test_a_clerk_is_refused_a_new_site(signed_in: Callable[[Role], Client]) -> None:
    client = signed_in(Role.REGISTRATION_CLERK)
    assert "/places/new/" not in client.get("/places/").text
    told = {"code": "TOWN-X", "type": "urban", "name_en": "X", "name_ar": "س", "name_fr": "X", "office": "SEB"}
    assert "Your role doesn&#x27;t do this." in client.post("/places/new/", told).text
    assert not Site.objects.filter(code="TOWN-X").exists()


def test_a_spelling_is_added_on_the_sites_page(signed_in: Callable[[Role], Client]) -> None:
    client = signed_in(Role.IM_OFFICER)
    answer = client.post("/places/site/TOWN-SEBHA/", {"key": str(uuid4()), "name": "Sebkha"})
    assert answer.status_code == 302
    assert "Sebkha" in client.get("/places/site/TOWN-SEBHA/").text
    assert client.get("/places/site/TOWN-ATLANTIS/").status_code == 404


def test_official_areas_are_loaded_and_a_broken_file_says_where(signed_in: Callable[[Role], Client]) -> None:
    client = signed_in(Role.IM_OFFICER)

    def load(row: str) -> int:
        text = f"iso3,admin_level,pcode,name_en,parent_pcode,valid_from\n{row}\n".encode()
        answer = client.post("/places/areas/load/", {"key": str(uuid4()), "file": SimpleUploadedFile("a.csv", text)})
        load.text = answer.text  # type: ignore[attr-defined]
        return answer.status_code

    assert load("LBY,3,LY031901,Sebha,LY0999,2018-05-07") == 422
    assert "Row 2, column parent_pcode" in load.text  # type: ignore[attr-defined]
    assert load("LBY,3,LY031901,Sebha,LY0319,2018-05-07") == 302
    assert Area.objects.filter(pcode="LY031901").exists()
    assert "LY031901" in client.get("/places/areas/").text


# In a browser


@pytest.mark.browser
def test_the_map_is_drawn_and_its_figures_stand_beside_it_without_scripts_too(served: str) -> None:
    _tool("frontend").install(ROOT / "var" / "assets")
    with acting(HOUSE):
        person(site="DC-SABHA")
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[Role.VHR_CASEWORKER]))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )
        for scripts in (True, False):
            context = browser.new_context(java_script_enabled=scripts)
            context.add_cookies([session])
            page = context.new_page()
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            page.goto(f"{served}/places/map/")
            assert page.locator("tr", has_text="Sebha").locator(".number").last.text_content() == "1"
            if scripts:
                page.locator(".map canvas").wait_for()
                assert page.locator(".map[data-failed]").count() == 0
            page.get_by_role("link", name="Sebha").click()
            assert page.locator("tr", has_text="Sabha detention centre").count() == 1
        browser.close()
    assert faults == []


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_tool", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
