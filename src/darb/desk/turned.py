"""Pages about flights that go otherwise: called off, turned back, landed elsewhere, carried over; who is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.movements import queries, turned_queries
from darb.movements.flight_actions import cancel
from darb.movements.models import Flight
from darb.movements.night_actions import NightPlace, tell_notice
from darb.movements.turned_actions import carry_over, divert, turn_back
from darb.places.models import Site
from darb.places.queries import airport, country_names, name_in, sites_by_code
from darb.rules.refusal import Missing

from . import deed, door
from .movements import DEED, to_flight, trail
from .movements_forms import Reason
from .people_forms import AirportField, SiteField, site_choices

NIGHT = "desk/movements/night.html"


class NightForm(Reason):
    """Why, and where the people of each place sleep tonight."""

    def __init__(self, *args: Any, places: Sequence[NightPlace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        if any(place.must_move for place in places):
            self.fields["shelter"] = SiteField(
                label=_("Everyone without a bed sleeps tonight at"),
                required=False,
                help_text=_("A shelter, a transit centre or a town. Below, a place of their own for some."),
            )
        for place in places:
            named = name_in(get_language() or "en", place.site) if place.site else _("Aboard, or not known")
            stay = "" if place.must_move else _("Left empty, they stay there.")
            self.fields[f"night_{place.key}"] = SiteField(
                label=_("{place}, {count} people: where they sleep tonight").format(place=named, count=place.people),
                required=False,
                help_text=stay or _("They have no bed there."),
            )

    def nights(self) -> dict[int, Site]:
        """By key of a place now, where its people sleep."""
        told, shelter = self.cleaned_data, self.cleaned_data.get("shelter")
        chosen = {p.key: told[f"night_{p.key}"] or (shelter if p.must_move else None) for p in self.places}
        return {key: site for key, site in chosen.items() if site}


class DivertForm(Reason):
    """Where it landed instead."""

    airport = AirportField(label=gettext_lazy("Landed at"), help_text=gettext_lazy("The airport's three letters."))
    field_order = ["airport", "reason"]


class CarryForm(forms.Form):
    """Onto which flight."""

    onto = forms.ChoiceField(label=gettext_lazy("Onto the flight"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where that manifest is locked already."),
    )

    def __init__(self, *args: Any, flights: Sequence[Flight], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["onto"].choices = [  # type: ignore[attr-defined]
            (f.ref, f"{f.code} · {f.departs_at:%d.%m.%Y} · {f.origin} → {f.destination}") for f in flights
        ]


def cancel_flight(request: Any, ref: str) -> HttpResponse:
    """Call a flight off: one deed."""
    flight = queries.get(request.actor, ref)
    form = NightForm(request.POST or None, places=turned_queries.nights_of(request.actor, flight))
    return deed.page(
        request,
        form,
        lambda act, v: cancel(act, flight, v["reason"], door.expected(request), form.nights()),
        done=_("The flight is called off. Everyone is back in process, gates kept. Now tell those on the list."),
        to=reverse("desk:notices", args=[ref]),
        template=NIGHT,
        title=_("Call the flight off"),
        lead=_("Everyone goes back into process with every gate they have, in the order they stood in, with a bed."),
        submit=_("Call the flight off"),
        version=flight.version,
        sites=site_choices(),
        back=to_flight(flight),
        trail=trail(flight, _("Call off")),
    )


def turned_back(request: Any, ref: str) -> HttpResponse:
    """It came back before it landed anywhere."""
    flight = queries.get(request.actor, ref)
    form = NightForm(request.POST or None, places=turned_queries.nights_of(request.actor, flight, aboard=True))
    return deed.page(
        request,
        form,
        lambda act, v: turn_back(act, flight, v["reason"], form.nights(), door.expected(request)),
        done=_("They are back, in process, with a bed for the night. Now tell those on the list."),
        to=reverse("desk:notices", args=[ref]),
        template=NIGHT,
        title=_("The flight came back"),
        lead=_("Everyone aboard is in process again. Their exit visas are used: new ones are needed."),
        submit=_("Record that it came back"),
        version=flight.version,
        sites=site_choices(),
        back=to_flight(flight),
        trail=trail(flight, _("Turned back")),
    )


def diverted(request: Any, ref: str) -> HttpResponse:
    """It landed elsewhere than planned."""
    flight = queries.get(request.actor, ref)
    return deed.page(
        request,
        DivertForm(request.POST or None),
        lambda act, v: divert(act, flight, v["airport"], v["reason"], door.expected(request)),
        done=_("Recorded: everyone aboard is on the way still. What they are given there goes under transit."),
        to=reverse("desk:notices", args=[ref]),
        template=DEED,
        title=_("The flight landed elsewhere"),
        lead=_("The rest of the way becomes a leg of its own, recorded when it lands."),
        submit=_("Record it"),
        version=flight.version,
        back=to_flight(flight),
        trail=trail(flight, _("Landed elsewhere")),
    )


def carried_over(request: Any, ref: str) -> HttpResponse:
    """People of a flight that never came get seats on another, in their order."""
    flight = queries.get(request.actor, ref)
    flights = turned_queries.open_flights(request.actor, flight)
    by_ref = {f.ref: f for f in flights}
    return deed.page(
        request,
        CarryForm(request.POST or None, flights=flights),
        lambda act, v: carry_over(act, flight, by_ref[v["onto"]], v["reason"]),
        done=_("Those who are ready have seats there, in the order in which they stood."),
        to=lambda seats: to_flight(by_ref[request.POST["onto"]]),
        template=DEED,
        title=_("Carry everybody over to another flight"),
        lead=_("In the order in which they stood, families whole, as far as the seats go. The others keep waiting."),
        submit=_("Carry them over"),
        back=to_flight(flight),
        trail=trail(flight, _("Carry over")),
    )


@require_safe
def notices(request: Any, ref: str) -> HttpResponse:
    """Who must be told of a change, and who was."""
    flight = queries.get(request.actor, ref)
    rows = turned_queries.notices(request.actor, flight)
    places = sites_by_code(n.whom for n in rows if n.to == "people")
    named = country_names(request.LANGUAGE_CODE)
    context = {
        "flight": flight,
        "rows": [(n, _whom(n, places, named)) for n in rows],
        "may": request.actor.may("movements.tell_notice"),
        "trail": trail(flight, _("Who must be told")),
    }
    return render(request, "desk/movements/notices.html", context)


@require_POST
def told(request: Any, ref: str, notice: int) -> HttpResponse:
    """They were told."""
    flight = queries.get(request.actor, ref)
    row = next((n for n in turned_queries.notices(request.actor, flight) if n.pk == notice), None)
    if row is None:
        raise Missing("no_notice", _("There is nothing such to tell."))
    return deed.at_once(
        request, lambda act: tell_notice(act, row), done=_("They were told."), to=reverse("desk:notices", args=[ref])
    )


def _whom(notice: Any, places: dict[str, Site], named: dict[str, str]) -> str:
    if notice.to == "people":
        site = places.get(notice.whom)
        return name_in(get_language() or "en", site) if site else _("Aboard, or not known")
    if notice.to == "mission":
        return named.get(notice.whom, notice.whom)
    if notice.to == "authorities":
        return str((airport(notice.whom) or {}).get("city", notice.whom))
    return str(notice.whom)
