"""Pages about places: the map, the list of sites, one site with who is there, the areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from darb.people.queries import Part, counts_at, make_up
from darb.places import queries
from darb.places.actions import add_alias, allow_over_capacity, load_areas, open_site
from darb.places.models import DETAINING, Area, Site, SiteType
from darb.rules.refusal import Refused
from darb.trust.action import AlreadyDone
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import deed, door
from .places_forms import AreasForm, OverCapacityForm, SiteForm, SpellingForm, area_choices

_ARRIVING = frozenset({SiteType.DISEMBARKATION_POINT, SiteType.ASSEMBLY_POINT})
PAGE = 60


@dataclass(frozen=True)
class Row:
    """A site as a list shows it. `people`: persons within reach who are there; None where that isn't shown."""

    site: Site
    name: str
    area: str
    people: int | None


@require_safe
def site_list(request: Any) -> HttpResponse:
    """Sites by type, office, area and any spelling."""
    asked = {k: request.GET.get(k, "").strip() for k in ("type", "office", "area", "text")}
    page = Paginator(queries.sites(**asked), PAGE).get_page(request.GET.get("page"))
    regions = [a for a in queries.areas() if a.level < 3]
    context = {
        "rows": _rows(request.actor, page.object_list),
        "page": page,
        "asked": asked,
        "types": SiteType.choices,
        "offices": queries.offices(),
        "areas": area_choices(regions),
        "may_open": request.actor.may("places.open_site"),
    }
    return render(request, "desk/places/sites.html", context)


@require_safe
def site_map(request: Any) -> HttpResponse:
    """The map of the country, and the same figures by mantika as a table for those who see no map."""
    rows = _rows(request.actor, queries.sites())
    sites, people = Counter(r.site.area_id for r in rows), Counter[str]()
    for row in rows:
        people[row.site.area_id] += row.people or 0
    language = _language()
    mantikas = [(queries.name_in(language, a), a, sites[a.pk], people[a.pk]) for a in queries.areas(level=2)]
    context = {
        "mantikas": sorted(mantikas, key=lambda m: (-m[3], m[1].pk)),
        "nowhere": people[None],  # type: ignore[index]
        "all": sum(people.values()),
        "left_out": any(r.people is None for r in rows),
    }
    return render(request, "desk/places/map.html", context)


@require_safe
def shapes(request: Any) -> JsonResponse:
    """The map's shapes as GeoJSON: mantikas, and the sites whose place this reader may be shown."""
    language = _language()
    # The largest first, so that small circles are drawn on top of them.
    rows = sorted(_rows(request.actor, queries.sites()), key=lambda r: -(r.people or 0))
    found = {r.site.code: r for r in rows}
    areas = queries.mantika_shapes(language)
    for shape in areas:
        shape["properties"] |= {"url": f"{reverse('desk:sites')}?area={shape['properties']['pcode']}"}
    points = queries.site_shapes(request.actor, language, [r.site for r in rows])
    for shape in points:
        row = found[shape["properties"]["code"]]
        shape["properties"] |= {
            "url": reverse("desk:site", args=[row.site.code]),
            "count": row.people or 0,
            "words": f"{row.site.get_type_display()}. {_in_words(row.people)}".strip(),
        }
        if row.site.type in DETAINING:
            shape["properties"]["tone"] = "red"
        elif row.site.type in _ARRIVING:
            shape["properties"]["tone"] = "amber"
    features = {"type": "FeatureCollection", "features": areas + points}
    return JsonResponse(features, content_type="application/geo+json")


def site_page(request: Any, code: str) -> HttpResponse:
    """One site: what it is, its spellings, and how many people within reach are there. POST: another spelling."""
    form = SpellingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_alias(door.act(request), code, form.cleaned_data["name"])
            return HttpResponseRedirect(reverse("desk:site", args=[code]))
        except AlreadyDone:
            return HttpResponseRedirect(reverse("desk:site", args=[code]))
        except Refused as refused:
            door.into_form(request, form, refused)
    site = queries.site(code)
    language = _language()
    name = queries.name_in(language, site)
    parts = make_up(request.actor, site.pk, timezone.localdate()) if _counts_shown(request.actor, site) else None
    context = {
        "site": site,
        "name": name,
        "other_names": _other_names(site, name),
        "areas": [(queries.name_in(language, a), a) for a in _areas_above(site.area)],
        "airport": queries.airport(site.airport) if site.airport else None,
        "shows_where": queries.shows_where(request.actor, site),
        "figures": _figures(parts),
        "nationalities": _by_nationality(parts or (), queries.country_names(language)),
        "decisions": queries.decisions_on_room(site),
        "may_decide": queries.room_at(site, timezone.localdate()) is not None
        and request.actor.may("places.allow_over_capacity"),
        "may_spell": request.actor.may("places.add_alias"),
        "form": form,
        "trail": [(gettext("Places"), reverse("desk:sites")), (name, "")],
    }
    return render(request, "desk/places/site.html", context, status=422 if form.errors else 200)


def over_capacity(request: Any, code: str) -> HttpResponse:
    """Decide that a transit centre takes more people than it has places for."""
    site = queries.site(code)
    name = queries.name_in(_language(), site)
    here = reverse("desk:site", args=[site.code])
    return deed.page(
        request,
        OverCapacityForm(request.POST or None),
        lambda act, v: allow_over_capacity(act, site.code, v["people"], v["until"], v["reason"]),
        done=gettext("It is decided, with your name and the reason."),
        to=here,
        title=gettext("Take more people than there are places"),
        lead=name,
        back=here,
        trail=[(gettext("Places"), reverse("desk:sites")), (name, here)],
    )


def new_site(request: Any) -> HttpResponse:
    """The form for a site that isn't known yet."""
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            site = open_site(door.act(request), form.told())
            return HttpResponseRedirect(reverse("desk:site", args=[site.code]))
        except AlreadyDone as done:
            return HttpResponseRedirect(reverse("desk:site", args=[done.subject.removeprefix("site:")]))
        except Refused as refused:
            door.into_form(request, form, refused)
    trail = [(gettext("Places"), reverse("desk:sites")), (gettext("New site"), "")]
    return render(
        request, "desk/places/new_site.html", {"form": form, "trail": trail}, status=422 if form.errors else 200
    )


@require_safe
def area_list(request: Any) -> HttpResponse:
    """Regions with their mantikas and what lies below; whoever keeps areas loads official ones here."""
    return _areas_page(request, AreasForm())


@require_POST
def load_area_file(request: Any) -> HttpResponse:
    """Load a file of official areas over those that are here."""
    form = AreasForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            load_areas(door.act(request), form.cleaned_data["file"])
            return HttpResponseRedirect(reverse("desk:areas"))
        except AlreadyDone:
            return HttpResponseRedirect(reverse("desk:areas"))
        except Refused as refused:
            door.into_form(request, form, refused)
    return _areas_page(request, form)


def _areas_page(request: Any, form: AreasForm) -> HttpResponse:
    language = _language()
    sites = Counter(s.area_id for s in queries.sites())
    below: dict[str | None, list[Area]] = {}
    for area in queries.areas():
        below.setdefault(area.parent_id, []).append(area)
    rows: list[dict[str, Any]] = []

    def lay_out(parent: str | None) -> int:
        inside = 0
        for area in below.get(parent, ()):
            row = {"area": area, "name": queries.name_in(language, area)}
            rows.append(row)
            row["sites"] = sites[area.pk] + lay_out(area.pk)
            inside += row["sites"]
        return inside

    lay_out(None)
    may_load = request.actor.may("places.load_areas")
    context = {"rows": rows, "form": form, "may_load": may_load}
    return render(request, "desk/places/areas.html", context, status=422 if form.errors else 200)


def _language() -> str:
    return (get_language() or "en")[:2]


def _rows(actor: Actor, sites: Iterable[Site]) -> list[Row]:
    found, language = list(sites), _language()
    people = counts_at(actor, [s.pk for s in found])
    return [
        Row(
            s,
            queries.name_in(language, s),
            queries.name_in(language, s.area) if s.area else "",
            people.get(s.pk, 0) if _counts_shown(actor, s) else None,
        )
        for s in found
    ]


def _counts_shown(actor: Actor, site: Site) -> bool:
    # One person at a host family is that person's whereabouts.
    return not site.restricted or actor.sees(DataClass.WHEREABOUTS)


def _in_words(people: int | None) -> str:
    if people is None:
        return ""
    return ngettext("{count} person known to be here", "{count} people known to be here", people).format(count=people)


def _other_names(site: Site, name: str) -> list[str]:
    return [a.name for a in sorted(site.aliases.all(), key=lambda a: (a.language != "ar", a.pk)) if a.name != name]


def _areas_above(area: Area | None) -> list[Area]:
    above = []
    while area is not None:
        above.append(area)
        area = area.parent
    return above


def _figures(parts: Sequence[Part] | None) -> list[tuple[str, int]] | None:
    if parts is None:
        return None
    by: Counter[tuple[str, str]] = Counter()
    for part in parts:
        by[part.age, part.sex] += part.count
    everyone = sum(by.values())
    figures = [
        (gettext("people known to be here"), everyone),
        (gettext("women"), by["adult", "F"]),
        (gettext("men"), by["adult", "M"]),
        (gettext("girls under 18"), by["child", "F"]),
        (gettext("boys under 18"), by["child", "M"]),
    ]
    told = sum(number for _label, number in figures[1:])
    return figures + ([(gettext("age or sex not told"), everyone - told)] if told < everyone else [])


def _by_nationality(parts: Sequence[Part], names: dict[str, str]) -> list[tuple[str, int]]:
    by: Counter[str] = Counter()
    for part in parts:
        by[part.nationality] += part.count
    return [(names.get(code, code), number) for code, number in by.most_common()]
