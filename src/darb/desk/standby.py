"""The page about standby: who waits behind a flight, in order; who falls in when a seat is free."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.cases import queries as cases
from darb.movements import queries
from darb.movements.models import Flight
from darb.movements.reading import limits_of
from darb.movements.standby_actions import OPEN, end_standby, name_standby, use_standby
from darb.movements.standby_queries import standby_list
from darb.places.queries import country_names
from darb.rules.refusal import Refused

from . import deed, door
from .movements import trail

REASON = 200


def to_standby(flight: Flight) -> str:
    """The address of a flight's standby page."""
    return reverse("desk:standby", args=[flight.ref])


@require_safe
def standby(request: Any, ref: str) -> HttpResponse:
    """Who waits behind a flight and what keeps each from it; below, who could be named."""
    flight = queries.get(request.actor, ref)
    waiting = standby_list(request.actor, flight)
    there = {w.standby.case_id for w in waiting}
    on_it = queries.nationalities(request.actor, flight)
    found = queries.candidates(request.actor, flight, anywhere=True)
    could = [
        family
        for family in found.ready
        if not {c.case.pk for c in family} & there and {c.case.person.nationality for c in family} <= on_it
    ]
    context = {
        "flight": flight,
        "waiting": waiting,
        "left": limits_of(flight).seats - flight.seats_taken,
        "could": could,
        "open": flight.state in OPEN,
        "locked": flight.manifest_version > 0,
        "may": request.actor.may("movements.use_standby"),
        "countries": country_names(request.LANGUAGE_CODE),
        "trail": trail(flight, _("Standby")),
    }
    return render(request, "desk/movements/standby.html", context)


@require_POST
def use(request: Any, ref: str) -> HttpResponse:
    """Those ticked get seats."""
    flight = queries.get(request.actor, ref)
    reason = door.typed(request.POST.get("reason", ""), REASON)
    return deed.at_once(
        request,
        lambda act: use_standby(act, flight, _ticked(request), reason),
        done=_("They are on the manifest."),
        to=to_standby(flight),
    )


@require_POST
def name(request: Any, ref: str) -> HttpResponse:
    """Those ticked are prepared in case somebody falls out."""
    flight = queries.get(request.actor, ref)
    found = cases.by_refs(request.actor, set(" ".join(request.POST.getlist("case")).split()))
    if not found:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    return deed.at_once(
        request,
        lambda act: name_standby(act, flight, list(found.values())),
        done=_("They are on the standby list."),
        to=to_standby(flight),
    )


@require_POST
def end(request: Any, ref: str) -> HttpResponse:
    """Those ticked come off the list."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: end_standby(act, flight, _ticked(request)),
        done=_("They are off the standby list."),
        to=to_standby(flight),
    )


def _ticked(request: Any) -> list[int]:
    return [int(c) for c in request.POST.getlist("waiting") if c.isdigit()]
