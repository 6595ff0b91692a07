"""Reads about places. Nothing here is a person's, so that look-ups don't ask who asks; only where a restricted
site stands is kept from those who don't read whereabouts (D2), and those reads begin with the actor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import airportsdata
from django.db.models import Case, Max, QuerySet, When

from darb.rules.facts import Closure
from darb.rules.refusal import Invalid, Missing
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import ground
from .models import COUNTED, Area, Country, MissionOfOrigin, OverCapacity, RouteClosure, Site, SiteAlias, SiteType
from .names import key_of, sort_key

LANGUAGES = ("ar", "en", "fr")


def sites_by_code(codes: Iterable[str]) -> dict[str, Site]:
    """Sites by their codes, or Invalid naming the first code that is none. One query."""
    wanted = set(codes)
    found = {s.code: s for s in Site.objects.filter(code__in=wanted)}
    for code in sorted(wanted - found.keys()):
        raise Invalid("no_site", _("There is no site with the code {code}."), field="site", code=code or "''")
    return found


def find_site(text: str) -> Site | None:
    """The one site that `text` names, by code or any spelling in three languages; None if none or several.

    Names of areas are never looked at: a mantika isn't a place where somebody stands.
    """
    if site := Site.objects.filter(code=text.strip().upper()).first():
        return site
    found = list(Site.objects.filter(pk__in=SiteAlias.objects.filter(key=key_of(text)).values("site"))[:2])
    return found[0] if len(found) == 1 else None


def sites_by_spelling() -> dict[str, str]:
    """Codes of sites by every folded spelling of their names and by the folded code itself, for reading long lists.

    A spelling that several sites share isn't in it. Two queries.
    """
    codes = set(Site.objects.values_list("code", flat=True))
    named: dict[str, set[str]] = {key_of(code): {code} for code in codes}
    for key, code in SiteAlias.objects.values_list("key", "site__code"):
        named.setdefault(key, set()).add(code)
    return {key: next(iter(of)) for key, of in named.items() if len(of) == 1}


def sites(*, type: str = "", office: str = "", area: str = "", text: str = "") -> QuerySet[Site]:
    """Sites by type, office, area (a P-code, with what lies in it two levels down) and part of any spelling.

    Ordered by type as `SiteType` lists them, then by code; areas come along. A filter left empty doesn't filter.
    """
    order = Case(*(When(type=t, then=n) for n, t in enumerate(SiteType.values)))
    found = Site.objects.select_related("area").order_by(order, "code")
    if type:
        found = found.filter(type=type)
    if office:
        found = found.filter(office=office)
    if area:
        inside = Area.objects.filter(pcode=area) | Area.objects.filter(parent=area)
        found = found.filter(area__in=inside | Area.objects.filter(parent__parent=area))
    if key := key_of(text):
        named = SiteAlias.objects.filter(key__contains=key).values("site")
        found = found.filter(pk__in=named) | found.filter(code=text.strip().upper())
    return found


def site(code: str) -> Site:
    """One site with its area, those above it and its other spellings; Missing if there is none. Two queries."""
    found = Site.objects.select_related("area__parent__parent").prefetch_related("aliases").filter(code=code).first()
    if found is None:
        raise Missing("no_site", _("There is no site with the code {code}."), code=code)
    return found


def shows_where(actor: Actor, site: Site) -> bool:
    """Whether `actor` may be shown the coordinates of `site`, and there are any."""
    return site.longitude is not None and (not site.restricted or actor.sees(DataClass.WHEREABOUTS))


def name_in(language: str, named: Site | Area | Country) -> str:
    """A place's name in `language` (ar, en, fr), in English where that one isn't known."""
    return getattr(named, _name_column(language)) or named.name_en


def offices() -> list[str]:
    """Codes of the mission's offices, in order."""
    return list(Site.objects.order_by("office").values_list("office", flat=True).distinct())


def find_area(text: str, *, level: int | None = None) -> Area | None:
    """The area that `text` names: by P-code, or, among those of `level`, by its name in three languages.

    Without a level a name finds nothing, since names repeat between levels; nor does a name that two areas share.
    """
    if area := Area.objects.filter(pcode=text.strip().upper()).first():
        return area
    if level is None:
        return None
    wanted = key_of(text)
    found = [
        a
        for a in Area.objects.filter(level=level)
        if wanted and wanted in (key_of(a.name_en), key_of(a.name_ar), key_of(a.name_fr))
    ]
    return found[0] if len(found) == 1 else None


def areas(*, level: int | None = None) -> list[Area]:
    """Areas with the area above each, in order of P-code; of one level where it is given. One query."""
    found = Area.objects.select_related("parent").order_by("pcode")
    return list(found if level is None else found.filter(level=level))


def site_shapes(actor: Actor, language: str, found: Iterable[Site]) -> list[dict[str, Any]]:
    """GeoJSON points (WGS 84) of those of `found` whose place `actor` may be shown, with `code`, `type` and `name`."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [s.longitude, s.latitude]},
            "properties": {"code": s.code, "type": s.type, "name": name_in(language, s)},
        }
        for s in found
        if shows_where(actor, s)
    ]


def mantika_shapes(language: str) -> list[dict[str, Any]]:
    """GeoJSON polygons of the mantikas with `pcode` and `name`. Illustrative outlines (data/SOURCES.md). One query."""
    named = {a.pk: name_in(language, a) for a in Area.objects.filter(level=2)}
    return [
        shape | {"properties": {"pcode": pcode, "name": named[pcode]}}
        for shape in _outlines()
        if (pcode := shape["properties"]["pcode"]) in named
    ]


@lru_cache(maxsize=1)
def _outlines() -> list[dict[str, Any]]:
    return list(json.loads(ground.MANTIKAS.read_text(encoding="utf-8"))["features"])


def country_names(language: str) -> dict[str, str]:
    """Names of all countries by ISO3 code, in `language` (en, ar or fr), in that language's order. One query."""
    named = Country.objects.values_list("pk", _name_column(language))
    return dict(sorted(named, key=lambda pair: sort_key(pair[1])))


def missions_of_origin() -> list[MissionOfOrigin]:
    """Embassies and consulates by nationality, countries with them. One query."""
    return list(MissionOfOrigin.objects.select_related("country").order_by("country_id"))


def mission_of_origin(country: str) -> MissionOfOrigin | None:
    """The embassy or consulate of a nationality (alpha-3), if anything is known of one. One query."""
    return MissionOfOrigin.objects.select_related("country").filter(pk=country).first()


def open_closures(subjects: Iterable[str]) -> dict[str, tuple[Closure, ...]]:
    """Closures past, running and to come of each of `subjects` (see `routes`) that has any; called-off ones left out.

    As the rules take them, so that readiness on any day can be told; each under the English name of what is closed.
    One query.
    """
    found: dict[str, list[Closure]] = {}
    for c in RouteClosure.objects.filter(subject__in=set(subjects)).order_by("since", "pk"):
        if c.until is None or c.until > c.since:
            named = subject_name(c.subject, ground.english_names())
            found.setdefault(c.subject, []).append(Closure(named, c.since, c.until, c.reason))
    return {subject: tuple(closures) for subject, closures in found.items()}


def subject_name(subject: str, countries: Mapping[str, str]) -> str:
    """What a closure's subject is called; `countries` gives names by ISO3 code (`country_names`)."""
    kind, _colon, rest = subject.partition(":")
    if kind == "airport":
        known = airport(rest)
        return f"{known['name']} ({rest})" if known else rest
    if kind == "area":
        country, _colon, name = rest.partition(":")
        return f"{name.title()} ({countries.get(country, country)})"
    return countries.get(subject, subject)


def closures() -> list[RouteClosure]:
    """Every closure there was, the newest first."""
    return list(RouteClosure.objects.order_by("-since", "-pk"))


@lru_cache(maxsize=1)
def _airports() -> dict[str, Any]:
    return dict(airportsdata.load("IATA"))


@lru_cache(maxsize=1)
def _ports() -> dict[str, Any]:
    """Seaports by UN/LOCODE, told as airports are."""
    return {row["code"]: {**row, "name": row["city"]} for row in ground.ports()}


def airport(code: str) -> dict[str, Any] | None:
    """An airport's name, city, country (ISO2), coordinates and time zone by IATA code, or None; likewise a seaport's by
    its five letters (UN/LOCODE): a point of exit is one or the other, and no code is both."""
    return _airports().get(code) or _ports().get(code)


def is_port(code: str) -> bool:
    """Whether a code is a seaport's."""
    return code in _ports()


def ports() -> list[tuple[str, str]]:
    """(code, city) of every seaport."""
    return [(code, told["city"]) for code, told in _ports().items()]


def _name_column(language: str) -> str:
    return f"name_{language if language in LANGUAGES else 'en'}"


def room_at(site: Site, day: date) -> int | None:
    """How many people may stay at a site on `day`: its places, or more where that was decided; None for no limit."""
    if site.type not in COUNTED or site.capacity is None:
        return None
    decided = OverCapacity.objects.filter(site=site, since__lte=day, until__gt=day).aggregate(most=Max("people"))
    return max(site.capacity, decided["most"] or 0)


def decisions_on_room(site: Site, limit: int = 10) -> list[OverCapacity]:
    """Decisions that a site may be fuller than it should be, the newest first."""
    return list(OverCapacity.objects.filter(site=site).order_by("-at", "-pk")[:limit])
