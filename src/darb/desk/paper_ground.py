"""The bus list: each vehicle's stops with room for the head counts, and whom to fetch where."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from darb.movements import queries
from darb.movements.manifest_queries import Manifest, manifest
from darb.movements.reading import flight_day
from darb.movements.transfer_queries import Run, way
from darb.places.models import Site
from darb.places.queries import name_in
from darb.trust.powers import DataClass, Sight

from .paper_flight import heading
from .paper_parts import Column, Facts, Heading, Part, Sheet, Signed, Table, Words
from .paper_words import NONE, Asked, at, names
from .templatetags.told import age_on


def bus_list(asked: Asked) -> Sheet:
    """For our own staff on the buses. People aren't given to vehicles: who got on is ticked where they were fetched."""
    flight = queries.get(asked.actor, asked.ref)
    of, ground = manifest(asked.actor, flight), way(asked.actor, flight)
    sites = {site.pk: site for site, _count in ground.to_fetch}
    parts: list[Part] = [part for run in ground.runs for part in _run(run)]
    if not ground.runs:
        parts.append(Words([_("No vehicle is planned for this flight yet.")]))
    parts += [part for site in sites.values() for part in _fetched(of, site)]
    parts.append(Signed([_("Counted on: how many, name, signature"), _("Counted off: how many, name, signature")]))
    return Sheet(
        title=_("Bus list"),
        reference=f"{flight.ref} v{of.version.number}",
        lead=heading(flight, of.legs),
        parts=parts,
        subject=flight.ref,
        about=of.about,
        version=of.version.number,
        leaves=flight_day(flight),
    )


def _run(run: Run) -> list[Part]:
    told = run.transfer
    columns = [
        Column(_("Place"), 4, shows=DataClass.WHEREABOUTS, sight=Sight.FLAG),
        Column(_("Due"), 2, shows=None),
        Column(_("Got on"), 1, kind="number", shows=None),
        Column(_("Got off"), 1, kind="number", shows=None),
    ]
    rows = [[_named(s.site), at(s.due_at), _counted(s.on), _counted(s.off)] for s in run.stops]
    facts = [
        (_("Driver"), told.driver),
        (_("Places"), str(told.places)),
        (_("Permit of the convoy"), told.permit or NONE),
    ]
    return [
        Heading(f"{told.get_kind_display()} {told.vehicle}"),
        Facts(facts, columns=2),
        Table(columns, rows),
    ]


def _fetched(of: Manifest, site: Site) -> list[Part]:
    """Those of the manifest who are at `site` now, families one after the other, with boxes for the count."""
    here = [s for s in of.seats if s.person.site_id == site.pk and not s.boarded_at]
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Sex")),
        Column(_("Age")),
        Column(_("Vehicle"), 2, shows=None),
        Column(_("Got on"), kind="box", shows=None),
        Column(_("Got off"), kind="box", shows=None),
    ]
    day = flight_day(of.flight)
    rows = [
        [str(n), names(s.person), str(s.person.get_sex_display()), age_on(s.person, day), None, False, False]
        for n, s in enumerate(here, 1)
    ]
    return [Heading(f"{_named(site)}: {len(here)}"), Table(columns, rows)]


def _named(site: Site) -> str:
    return name_in(get_language() or "en", site)


def _counted(count: int | None) -> str:
    """What was counted already; nothing where it is to be written."""
    return "" if count is None else str(count)
