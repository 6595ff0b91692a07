"""What every mission in Libya starts from, read from the data files (their origin: data/SOURCES.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from .models import Country, MissionOfOrigin, Presence, Site, SiteAlias
from .names import key_of

DATA = Path(__file__).parent / "data"
AREAS = DATA / "areas.csv"
MANTIKAS = DATA / "mantikas.geojson"

_ARABIC = range(0x0600, 0x0700)


def countries() -> list[Country]:
    """Every country of ISO 3166-1 (250), unsaved."""
    return [Country(**row) for row in _rows("countries.csv")]


@lru_cache(maxsize=1)
def english_names() -> dict[str, str]:
    """English names of countries by ISO3 code, for sentences that are kept."""
    return {row["iso3"]: row["name_en"] for row in _rows("countries.csv")}


def missions_of_origin() -> list[MissionOfOrigin]:
    """Embassies and consulates of the main nationalities, unsaved."""
    return [
        MissionOfOrigin(
            country_id=row["country"],
            presence=Presence.RESIDENT if row["resident"] == "1" else Presence.NON_RESIDENT,
            accepts_visits=row["resident"] == "1",
            seat_en=row["seat_en"],
            document_kind=row["document_kind"],
            document_days=int(row["document_days"]),
            accepts_online=row["accepts_online"] == "1",
        )
        for row in _rows("missions_of_origin.csv")
    ]


def sites() -> list[tuple[Site, list[str]]]:
    """Sites, unsaved, each with its other spellings."""
    return [
        (
            Site(
                code=row["code"],
                type=row["type"],
                name_en=row["name_en"],
                name_ar=row["name_ar"],
                name_fr=row["name_fr"],
                area_id=row["area"] or None,
                office=row["office"],
                airport=row["airport"],
                longitude=float(row["lon"]) if row["lon"] else None,
                latitude=float(row["lat"]) if row["lat"] else None,
                capacity=int(row["capacity"]) if row["capacity"] else None,
                restricted=row["restricted"] == "1",
            ),
            [a for a in row["aliases"].split("|") if a],
        )
        for row in _rows("sites.csv")
    ]


def spellings(site: Site, others: list[str]) -> list[SiteAlias]:
    """Rows for every spelling of a saved site's name, its three proper names first; one for each folded form."""
    told = [(site.name_en, "en"), (site.name_ar, "ar"), (site.name_fr, "fr")]
    told += [(name, language_of(name)) for name in others]
    first: dict[str, SiteAlias] = {}
    for name, language in told:
        first.setdefault(key_of(name), SiteAlias(site=site, name=name, language=language, key=key_of(name)))
    return list(first.values())


def language_of(name: str) -> str:
    """`ar` for Arabic script; `und` (ISO 639-3: undetermined) for Latin, which several languages share."""
    return "ar" if any(ord(c) in _ARABIC for c in name) else "und"


def ports() -> list[dict[str, str]]:
    """Seaports: code (UN/LOCODE), city, country (ISO2), tz, lat, lon."""
    return list(_rows("ports.csv"))


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
