"""Writes about places: the ground every mission starts from, official areas, new sites, closures of routes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO

from darb.rules.refusal import Invalid, Missing
from darb.rules.words import _
from darb.trust.action import Act, action

from . import ground
from .areas_file import read_areas
from .models import COUNTED, Area, Country, MissionOfOrigin, OverCapacity, RouteClosure, Site, SiteAlias, SiteType
from .names import key_of
from .queries import airport, find_area, subject_name
from .routes import area_subject

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


@dataclass(frozen=True)
class NewSite:
    """What is told of a site that isn't known yet. `area`: a P-code; coordinates in degrees (WGS 84)."""

    code: str
    type: str
    name_en: str
    name_ar: str
    name_fr: str
    office: str
    area: str = ""
    airport: str = ""
    longitude: float | None = None
    latitude: float | None = None
    capacity: int | None = None
    restricted: bool = False
    aliases: Sequence[str] = ()


@action("places.lay_ground")
def lay_ground(act: Act) -> dict[str, int]:
    """Load countries, areas, sites and missions of origin from the data files; gives how many there are of each.

    What is there already stays as it is, since the mission may have corrected it. The house only.
    """
    Country.objects.bulk_create(ground.countries(), ignore_conflicts=True)
    with ground.AREAS.open("rb") as file:
        Area.objects.bulk_create(_areas(file), ignore_conflicts=True)
    MissionOfOrigin.objects.bulk_create(ground.missions_of_origin(), ignore_conflicts=True)
    told = ground.sites()
    Site.objects.bulk_create([site for site, _others in told], ignore_conflicts=True)
    saved = {s.code: s for s in Site.objects.filter(code__in=[site.code for site, _others in told])}
    aliases = [row for site, others in told for row in ground.spellings(saved[site.code], others)]
    SiteAlias.objects.bulk_create(aliases, ignore_conflicts=True)
    act.detail = {m.__name__.lower(): m._default_manager.count() for m in (Country, Area, Site, MissionOfOrigin)}
    return act.detail


@action("places.load_areas")
def load_areas(act: Act, file: IO[bytes]) -> int:
    """Load official areas of the country over those that are here; gives how many rows the file had.

    A broken row is refused by its number and column, and nothing changes. A name that the file leaves empty stays.
    """
    rows = _areas(file)
    kept = Area.objects.in_bulk([a.pk for a in rows])
    for area in rows:
        if old := kept.get(area.pk):
            area.name_ar, area.name_fr = area.name_ar or old.name_ar, area.name_fr or old.name_fr
    Area.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["pcode"],
        update_fields=["level", "name_en", "name_ar", "name_fr", "parent"],
    )
    act.detail = {"areas": len(rows)}
    return len(rows)


@action("places.open_site")
def open_site(act: Act, told: NewSite) -> Site:
    """Add a site with its names in three languages and other spellings."""
    _checked(told)
    site = Site.objects.create(
        code=told.code,
        type=told.type,
        name_en=told.name_en.strip(),
        name_ar=told.name_ar.strip(),
        name_fr=told.name_fr.strip(),
        area_id=told.area or None,
        office=told.office,
        airport=told.airport,
        longitude=told.longitude,
        latitude=told.latitude,
        capacity=told.capacity,
        restricted=told.restricted,
    )
    SiteAlias.objects.bulk_create(ground.spellings(site, [a.strip() for a in told.aliases if key_of(a)]))
    act.subject = f"site:{site.code}"
    return site


LONGEST_OVER = timedelta(days=30)
"""A centre that is fuller than it should be is looked at again after this long at the latest."""


@action("places.allow_over_capacity")
def allow_over_capacity(act: Act, code: str, people: int, until: date, reason: str) -> OverCapacity:
    """Decide that so many people may stay at a transit centre that has fewer places, until a day, and say why."""
    site = Site.objects.filter(code=code, type__in=COUNTED).first()
    if site is None or site.capacity is None:
        raise Missing("no_capacity", _("That place has no number of places to go beyond."))
    if not site.capacity < people <= 100_000:
        raise Invalid(
            "not_over", _("This place has room for {capacity}: write a larger number."), field="people",
            capacity=site.capacity,
        )  # fmt: skip
    if not act.day < until <= act.day + LONGEST_OVER:
        raise Invalid("until_when", _("Such a decision ends within 30 days: choose a day."), field="until")
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    act.subject = f"site:{site.code}"
    act.detail = {"people": people, "until": until.isoformat()}
    return OverCapacity.objects.create(
        site=site,
        people=people,
        since=act.day,
        until=until,
        reason=reason.strip()[:200],
        at=act.at,
        account_id=act.actor.account_id,
    )


@action("places.add_alias")
def add_alias(act: Act, code: str, name: str) -> SiteAlias:
    """Add another spelling of a site's name. A spelling that only differs in accents or marks is the same one."""
    site = Site.objects.filter(code=code).first()
    if site is None:
        raise Missing("no_site", _("There is no site with the code {code}."), code=code)
    if not key_of(name) or len(name) > 120:
        raise Invalid("alias_empty", _("Write the name as people spell it, in at most 120 letters."), field="name")
    alias, _created = SiteAlias.objects.get_or_create(
        site=site, key=key_of(name), defaults={"name": name.strip(), "language": ground.language_of(name)}
    )
    act.subject = f"site:{code}"
    return alias


@action("places.close_route")
def close_route(act: Act, subject: str, since: date, until: date | None, reason: str) -> str:
    """Close a country, a place of return or an airport (see `routes`) in [since, until); gives the subject.

    Whoever calls this then has the readiness of the cases that go that way derived again.
    """
    _known_subject(subject)
    if until is not None and until <= since:
        raise Invalid(
            "closure_ends_first",
            _("The route would open on {until}, before it closes: check both days."),
            field="until",
            until=until,
        )
    if not 0 < len(reason.strip()) <= 200:
        raise Invalid(
            "closure_reason", _("Say in at most 200 letters why the route is closed: officers read it."), field="reason"
        )
    RouteClosure.objects.create(subject=subject, since=since, until=until, reason=reason.strip())
    act.subject = f"route:{subject}"
    act.detail = {"since": since.isoformat(), "until": until.isoformat() if until else None}
    return subject


@action("places.reopen_route")
def reopen_route(act: Act, subject: str, on: date) -> str:
    """Open a closed route again from `on`: closures running then end, later ones are called off; gives the subject."""
    held = [c for c in RouteClosure.objects.select_for_update().filter(subject=subject) if not c.until or c.until > on]
    if not held:
        raise Missing("route_open", _("{place} isn't closed on {day}."), place=_called(subject), day=on)
    for closure in held:
        closure.until = max(on, closure.since)
    RouteClosure.objects.bulk_update(held, ["until"])
    act.subject = f"route:{subject}"
    act.detail = {"on": on.isoformat()}
    return subject


def _areas(file: IO[bytes]) -> list[Area]:
    known = dict(Area.objects.values_list("pcode", "level"))
    return [
        Area(
            pcode=r.pcode,
            level=r.level,
            name_en=r.name_en,
            name_ar=r.name_ar,
            name_fr=r.name_fr,
            parent_id=r.parent,
        )
        for r in read_areas(file, known)
    ]


def _checked(told: NewSite) -> None:
    if not _CODE.fullmatch(told.code) or len(told.code) > 24:
        raise Invalid(
            "site_code",
            _("A site's code is capital letters, digits and hyphens, at most 24: {code} isn't."),
            field="code",
            code=told.code or "''",
        )
    if Site.objects.filter(code=told.code).exists():
        raise Invalid("site_code_taken", _("There is a site {code} already."), field="code", code=told.code)
    for field in ("name_en", "name_ar", "name_fr"):
        if not key_of(getattr(told, field)):
            raise Invalid("site_name", _("Give the site's name in English, Arabic and French."), field=field)
    if told.type not in SiteType.values:
        raise Invalid("site_type", _("{type} isn't a type of site."), field="type", type=told.type or "''")
    if told.area and find_area(told.area) is None:
        raise Invalid("no_area", _("{pcode} isn't the P-code of an area."), field="area", pcode=told.area)
    if told.airport and airport(told.airport) is None:
        raise Invalid("no_airport", _("{iata} isn't an airport's code."), field="airport", iata=told.airport)
    if not Site.objects.filter(type=SiteType.OFFICE, office=told.office).exists():
        raise Invalid("no_office", _("The mission has no office {office}."), field="office", office=told.office or "''")
    if told.capacity is not None and not 0 <= told.capacity <= 100_000:
        raise Invalid("site_capacity", _("{number} isn't a number of places."), field="capacity", number=told.capacity)
    _on_earth(told)


def _on_earth(told: NewSite) -> None:
    for field, value, most in (("longitude", told.longitude, 180), ("latitude", told.latitude, 90)):
        if value is not None and not -most <= value <= most:
            raise Invalid("not_on_earth", _("{value} degrees isn't a place on Earth."), field=field, value=value)
    if (told.longitude is None) != (told.latitude is None):
        raise Invalid("half_a_place", _("Give both coordinates, or neither."), field="latitude")


def _called(subject: str) -> str:
    return subject_name(subject, ground.english_names())


def _known_subject(subject: str) -> None:
    kind, _colon, rest = subject.rpartition(":")
    match kind.partition(":")[0]:
        case "":
            known = Country.objects.filter(pk=subject).exists()
        case "airport":
            known = airport(rest) is not None
        case "area":
            country = kind.removeprefix("area:")
            known = (
                bool(rest) and subject == area_subject(country, rest) and Country.objects.filter(pk=country).exists()
            )
        case _:
            known = False
    if not known:
        raise Invalid("no_route", _("{place} is no country, place or airport that can be closed."), place=subject)
