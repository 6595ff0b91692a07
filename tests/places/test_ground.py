"""The data files, and that laying the ground from them can be done again."""

from __future__ import annotations

import csv
import json
import math
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.places import ground
from darb.places.actions import lay_ground
from darb.places.models import Area, Country, MissionOfOrigin, Site, SiteAlias
from darb.places.queries import airport, find_site
from darb.rules.refusal import Forbidden
from darb.rules.roles import Role
from darb.trust.actor import Actor
from tests.cast import NOON, act_as

# The outlines are those of older districts: Zliten and Janzour stand outside theirs (SOURCES.md).
_OUTSIDE_BY = 0.2  # degrees


def test_the_house_lays_the_whole_ground(house: Actor) -> None:
    assert Country.objects.count() == 250
    assert Area.objects.filter(level=1).count() == 3
    assert Area.objects.filter(level=2).count() == 22
    assert Site.objects.count() > 60
    assert not Site.objects.exclude(office__in=["TIP", "BEN", "SEB"]).exists()
    assert MissionOfOrigin.objects.get(pk="NPL").seat_en == "Cairo"


def test_every_mantika_has_a_town_to_stand_in(house: Actor) -> None:
    towns = set(Site.objects.filter(type="urban").values_list("area_id", flat=True))
    assert towns == set(Area.objects.filter(level=2).values_list("pk", flat=True))


def test_laying_the_ground_again_changes_nothing_and_keeps_what_the_mission_corrected(house: Actor) -> None:
    Site.objects.filter(code="TC-GDF").update(capacity=400, functional=False)
    MissionOfOrigin.objects.filter(pk="NPL").update(document_days=45)
    before = [list(m.objects.order_by("pk").values()) for m in (Country, Area, Site, SiteAlias, MissionOfOrigin)]
    lay_ground(act_as(at=NOON + timedelta(days=1)))
    after = [list(m.objects.order_by("pk").values()) for m in (Country, Area, Site, SiteAlias, MissionOfOrigin)]
    assert after == before


def test_the_ground_is_laid_in_a_few_statements(house: Actor) -> None:
    with CaptureQueriesContext(connection) as asked:
        lay_ground(act_as())
    writes = [q for q in asked if "places_" in q["sql"]]
    assert len(writes) < 20


def test_only_the_house_lays_the_ground(house: Actor) -> None:
    with pytest.raises(Forbidden):
        lay_ground(act_as(*[r for r in Role if r != Role.RECEIVING_MISSION_OFFICER]))


def test_every_spelling_in_three_languages_finds_its_one_site(house: Actor) -> None:
    told = 0
    for site, others in ground.sites():
        for name in (site.code, site.name_en, site.name_ar, site.name_fr, *others):
            found = find_site(name)
            assert found is not None and found.code == site.code, name
            told += 1
    assert told > 400


def test_every_site_stands_in_its_mantika_or_close_by() -> None:
    outlines = {f["properties"]["pcode"]: f["geometry"] for f in json.loads(ground.MANTIKAS.read_text())["features"]}
    assert len(outlines) == 22
    for site, _others in ground.sites():
        if site.longitude is None:
            assert site.type == "unknown"
            continue
        point, ring = (site.longitude, site.latitude), outlines[site.area_id]["coordinates"][0]
        assert _inside(point, ring) or min(math.dist(point, p) for p in ring) < _OUTSIDE_BY, site.code


def test_airports_of_sites_are_airports_in_libya_that_stand_where_the_register_says() -> None:
    for site, _others in ground.sites():
        if site.airport:
            assert (airport(site.airport) or {})["country"] == "LY"
        if site.type == "airport":
            known = airport(site.airport)
            assert known and math.dist((site.longitude, site.latitude), (known["lon"], known["lat"])) < 0.02


def test_placeholders_are_restricted_and_nothing_else_is() -> None:
    hidden = {"shelter", "host_family", "community_housing", "informal_dc"}
    assert {s.type for s, _others in ground.sites() if s.restricted} == hidden
    assert not [s.code for s, _others in ground.sites() if s.type in hidden and not s.restricted]


def test_the_published_area_rows_are_kept_as_they_were() -> None:
    with ground.AREAS.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [r["pcode"] for r in rows[:4]] == ["LY01", "LY02", "LY03", "LY0101"]
    assert {r["valid_from"] for r in rows} == {"2018-05-07"}
    assert all(r["name_ar"] and r["name_fr"] for r in rows)


def _inside(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1
