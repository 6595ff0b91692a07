"""The page on which a flight is moved to another airport: whose exit visa that turns red is said before it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from darb.movements import queries
from darb.movements.airport_actions import move_airport
from darb.movements.airport_queries import TurnedRed, visas_turned_red

from . import deed, door
from .movements import to_flight, trail
from .movements_forms import Reason
from .people_forms import AirportField

TEMPLATE = "desk/movements/airport.html"


class MoveAirportForm(Reason):
    """Another airport of departure."""

    origin = AirportField(label=gettext_lazy("Airport of departure"))
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput())
    field_order = ["origin", "reason", "confirmed"]


def move(request: Any, ref: str) -> HttpResponse:
    """Move a flight to another airport, after those whose visa turns red were shown for that very airport."""
    flight = queries.get(request.actor, ref)
    form = MoveAirportForm(request.POST or None)
    page: dict[str, Any] = {
        "flight": flight,
        "title": _("Move the flight to another airport"),
        "lead": _("Everyone keeps their seat, and leaves from there too."),
        "back": to_flight(flight),
        "trail": trail(flight, _("Another airport")),
    }
    if request.method == "POST" and form.is_valid():
        origin = form.cleaned_data["origin"]
        red = visas_turned_red(request.actor, flight, origin)
        if red.count and form.cleaned_data["confirmed"] != origin:
            again = MoveAirportForm({**request.POST.dict(), "confirmed": origin})
            warned = {"red": red, "warning": _warning(red), "submit": _("Move it all the same")}
            again.is_valid()
            context = {"form": again, "version": door.expected(request), **page, **warned}
            return render(request, TEMPLATE, context)
    return deed.page(
        request,
        form,
        lambda act, v: move_airport(act, flight, v["origin"], v["reason"], door.expected(request)),
        done=_(
            "The flight leaves from there now. Exit visas for the old airport are red, and must be handed in again."
        ),
        to=to_flight(flight),
        template=TEMPLATE,
        submit=_("Move it"),
        version=flight.version,
        **page,
    )


def _warning(red: TurnedRed) -> str:
    return ngettext(
        "This turns %(count)d exit visa red at once: it is for another airport.",
        "This turns %(count)d exit visas red at once: they are for another airport.",
        red.count,
    ) % {"count": red.count}
