"""The way to a flight: whom to fetch where, buses and boats, and a head count at every stop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from darb.movements import queries, transfer_queries
from darb.movements.models import Flight, TransferKind
from darb.movements.transfer_actions import Call, Vehicle, count_transfer, plan_convoy, plan_transfer
from darb.places.queries import name_in, sites

from . import deed, door
from .movements import trail
from .people_forms import SiteField, site_choices

STOPS = 4
VEHICLES = 6


class TransferForm(forms.Form):
    """A run to plan, of up to four stops."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TransferKind.choices)
    vehicle = forms.CharField(
        label=gettext_lazy("Vehicle"), max_length=40, help_text=gettext_lazy("Its plate, or the boat's name.")
    )
    driver = forms.CharField(label=gettext_lazy("Driver"), max_length=80)
    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1)
    permit = forms.CharField(label=gettext_lazy("Permit of the convoy"), max_length=40, required=False)
    back = forms.BooleanField(label=gettext_lazy("Back from the airport, for those who don't fly"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_stops(self)

    def clean(self) -> dict[str, Any]:
        """A further stop has its place and its time."""
        told = super().clean() or {}
        for n in range(3, STOPS + 1):
            if bool(told.get(f"site_{n}")) != bool(told.get(f"due_{n}")) and not self.errors:
                self.add_error(f"due_{n}", _("A stop needs its place and its time."))
        return told

    def calls(self) -> list[Call]:
        """The stops."""
        return _calls(self.cleaned_data)


class ConvoyForm(forms.Form):
    """A convoy to plan: up to six vehicles, one a line, by the same stops."""

    permit = forms.CharField(label=gettext_lazy("Permit of the convoy"), max_length=40)
    leader = forms.CharField(label=gettext_lazy("Who leads it"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TransferKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, VEHICLES + 1):
            first = n < 3
            self.fields[f"vehicle_{n}"] = forms.CharField(
                label=_("Vehicle {number}").format(number=n), max_length=40, required=first
            )
            self.fields[f"driver_{n}"] = forms.CharField(label=_("Driver"), max_length=80, required=first)
            self.fields[f"places_{n}"] = forms.IntegerField(label=_("Places"), min_value=1, required=first)
        _add_stops(self)

    def vehicles(self) -> list[Vehicle]:
        """Those of which anything is told."""
        v = self.cleaned_data
        return [
            Vehicle(v["kind"], v[f"vehicle_{n}"], v[f"driver_{n}"], v[f"places_{n}"] or 0)
            for n in range(1, VEHICLES + 1)
            if v[f"vehicle_{n}"]
        ]

    def calls(self) -> list[Call]:
        """The stops."""
        return _calls(self.cleaned_data)


def _add_stops(form: forms.Form) -> None:
    for n in range(1, STOPS + 1):
        label = _("First stop") if n == 1 else _("Stop {number}").format(number=n)
        form.fields[f"site_{n}"] = SiteField(label=label, required=n < 3)
        form.fields[f"due_{n}"] = forms.DateTimeField(
            label=_("Due"), required=n < 3, widget=forms.DateTimeInput, input_formats=["%Y-%m-%dT%H:%M"]
        )


def _calls(v: dict[str, Any]) -> list[Call]:
    return [
        Call(v[f"site_{n}"], v[f"due_{n}"]) for n in range(1, STOPS + 1) if v.get(f"site_{n}") and v.get(f"due_{n}")
    ]


class CountForm(forms.Form):
    """A head count at one stop."""

    on = forms.IntegerField(label=gettext_lazy("Got on"), min_value=0, initial=0)
    off = forms.IntegerField(label=gettext_lazy("Got off"), min_value=0, initial=0)

    def __init__(self, *args: Any, last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last:
            self.fields["on"].widget = forms.HiddenInput()
            self.fields["short_because"] = forms.CharField(
                label=_("If fewer got off than had got on: why"), max_length=200, required=False
            )


def to_way(flight: Flight) -> str:
    """The address of the page about the way to a flight."""
    return reverse("desk:way", args=[flight.ref])


@require_safe
def way(request: Any, ref: str) -> HttpResponse:
    """Whom to fetch where, and the runs with their counts."""
    flight = queries.get(request.actor, ref)
    found = transfer_queries.way(request.actor, flight)
    context = {
        "flight": flight,
        "way": found,
        "may_plan": request.actor.may("movements.plan_transfer"),
        "may_count": request.actor.may("movements.count_transfer"),
        "trail": trail(flight, _("The way to the airport")),
    }
    return render(request, "desk/movements/way.html", context)


def _begun(request: Any, flight: Flight) -> dict[str, Any]:
    """What is known of a run that somebody begins from where people are (`site`, a code): from there to the airport."""
    there = next((s.code for s in sites(type="airport") if s.airport == flight.origin), "")
    return {"kind": TransferKind.BUS, "site_1": door.typed(request.GET.get("site", ""), 40), "site_2": there}


def new_transfer(request: Any, ref: str) -> HttpResponse:
    """Plan a run for a flight."""
    flight = queries.get(request.actor, ref)
    form = TransferForm(request.POST or None, initial=_begun(request, flight))

    def do(act: Any, v: dict[str, Any]) -> Any:
        fields = ("kind", "vehicle", "driver", "places", "permit", "back")
        return plan_transfer(act, flight, form.calls(), **{name: v[name] for name in fields})

    return deed.page(
        request,
        form,
        do,
        done=_("The run is planned."),
        to=to_way(flight),
        template="desk/movements/new_transfer.html",
        wide=True,
        title=_("Plan a run to the airport"),
        lead=_("People are counted on and off at every stop."),
        sites=site_choices(),
        back=to_way(flight),
        trail=[*trail(flight), (_("The way to the airport"), to_way(flight)), (_("New run"), "")],
    )


def new_convoy(request: Any, ref: str) -> HttpResponse:
    """Plan a convoy for a flight."""
    flight = queries.get(request.actor, ref)
    form = ConvoyForm(request.POST or None)
    return deed.page(
        request,
        form,
        lambda act, v: plan_convoy(act, flight, form.calls(), form.vehicles(), permit=v["permit"], leader=v["leader"]),
        done=_("The convoy is planned."),
        to=to_way(flight),
        template="desk/movements/new_transfer.html",
        wide=True,
        title=_("Plan a convoy"),
        lead=_("Each vehicle is counted for itself; none goes on before all are counted."),
        sites=site_choices(),
        back=to_way(flight),
        trail=[*trail(flight), (_("The way to the airport"), to_way(flight)), (_("New convoy"), "")],
    )


def count(request: Any, ref: str, number: int) -> HttpResponse:
    """Count heads at a stop."""
    run = transfer_queries.transfer(request.actor, ref)
    last = run.stops.count() == number
    stop = run.stops.select_related("site").filter(number=number).first()
    return deed.page(
        request,
        CountForm(request.POST or None, last=last),
        lambda act, v: count_transfer(act, run, number, v["on"], v["off"], v.get("short_because", "")),
        done=_("Counted."),
        to=to_way(run.flight),
        template="desk/movements/deed.html",
        title=_("Count heads"),
        lead=name_in(request.LANGUAGE_CODE, stop.site) if stop else "",
        back=to_way(run.flight),
        trail=[*trail(run.flight), (_("The way to the airport"), to_way(run.flight)), (_("Count heads"), "")],
    )
