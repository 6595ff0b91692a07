"""Pages about what a flight is hired with and who gets its list: contract, price, shares, receptions, recipients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from darb.movements import queries
from darb.movements.arranging_actions import DONE, arrange_flight, plan_reception, share_cost
from darb.movements.arranging_queries import cost_of, receptions
from darb.movements.models import Flight
from darb.movements.plan_actions import set_flight_terms
from darb.movements.sending_queries import Reader, readers
from darb.places.queries import airport, country_names
from darb.programmes.voluntary_return_papers import AIRLINE, PAPERS, PASSENGER_LIST
from darb.rules.paper import About
from darb.rules.refusal import Missing
from darb.rules.shares import WHOLE
from darb.rules.words import _ as marked
from darb.trust.action import Act

from . import deed, door
from .movements import DEED, trail
from .paper_choice import papers_for
from .passenger_list import PASSENGER_LIST as FOR_COMPUTERS

SHARED_BY = 5
"""Projects that the form has room for."""
MOST_DOLLARS = 10_000_000


class ContractForm(forms.Form):
    """The contract, and the doctor who flies with the crew."""

    contract = forms.CharField(label=gettext_lazy("Number of the charter contract"), max_length=60, required=False)
    crew_doctor = forms.CharField(
        label=gettext_lazy("Doctor who flies with the crew"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Stands on the medical manifest and on the captain's list."),
    )


class PriceForm(forms.Form):
    """What the flight costs."""

    fixed_cost = forms.IntegerField(
        label=gettext_lazy("Price of the aircraft, in dollars"), min_value=0, max_value=MOST_DOLLARS, required=False
    )
    seat_cost = forms.IntegerField(
        label=gettext_lazy("Price a person, in dollars"),
        min_value=0,
        max_value=MOST_DOLLARS,
        required=False,
        help_text=gettext_lazy("What comes on top for each who flies; empty where the aircraft is all."),
    )


class SharesForm(forms.Form):
    """Which projects bear the cost, in hundredths of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, SHARED_BY + 1):
            self.fields[f"project_{n}"] = forms.CharField(
                label=_("Project {number}").format(number=n),
                max_length=20,
                required=False,
                widget=forms.TextInput({"dir": "ltr", "autocapitalize": "characters"}),
            )
            self.fields[f"percent_{n}"] = forms.IntegerField(
                label=_("Share of project {number}, of 100").format(number=n),
                min_value=1,
                max_value=WHOLE,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """A project has its share, and a share its project."""
        told = super().clean() or {}
        for n in range(1, SHARED_BY + 1):
            if bool(told.get(f"project_{n}")) != bool(told.get(f"percent_{n}")) and not self.errors:
                self.add_error(f"project_{n}", _("Write both the project and its share, or neither."))
        return told

    def shares(self) -> list[tuple[str, int]]:
        """The projects with their shares, as told."""
        told = self.cleaned_data
        numbers = (n for n in range(1, SHARED_BY + 1) if told.get(f"project_{n}"))
        return [(told[f"project_{n}"], told[f"percent_{n}"]) for n in numbers]


class ReceptionForm(forms.Form):
    """Who meets the flight at one stop, and what is arranged there."""

    met_by = forms.CharField(
        label=gettext_lazy("Who meets them"),
        max_length=120,
        help_text=gettext_lazy("A name, an office, a phone. It stands on that mission's manifest."),
    )
    plan = forms.CharField(
        label=gettext_lazy("What is arranged there"),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Immigration, meal, beds for the night, way home."),
    )


def to_arrangements(flight: Flight) -> str:
    """The address of a flight's arrangements."""
    return reverse("desk:arrangements", args=[flight.ref])


@require_safe
def arrangements(request: Any, ref: str) -> HttpResponse:
    """What the flight is hired with: contract and crew doctor, its price and who bears it, who meets it where."""
    flight = queries.get(request.actor, ref)
    queries.names_shown(request.actor)
    done = flight.state in DONE
    context = {
        "flight": flight,
        "cost": cost_of(request.actor, flight),
        "stops": [(leg, airport(leg.destination), row) for leg, row in receptions(request.actor, flight)],
        "may": not done and request.actor.may("movements.arrange_flight"),
        "may_price": not done and request.actor.may("movements.set_flight_terms"),
        "may_share": not done and request.actor.may("movements.share_cost"),
        "trail": trail(flight, _("Contract, cost, reception")),
    }
    return render(request, "desk/movements/arrangements.html", context)


def contract(request: Any, ref: str) -> HttpResponse:
    """The contract and the doctor."""
    flight = queries.get(request.actor, ref)
    initial = {"contract": flight.contract, "crew_doctor": flight.crew_doctor}
    return _arranged(
        request,
        flight,
        ContractForm(request.POST or None, initial=initial),
        lambda act, v: arrange_flight(act, flight, **v, expected=door.expected(request)),
        _("Contract and crew doctor"),
    )


def price(request: Any, ref: str) -> HttpResponse:
    """What the flight costs."""
    flight = queries.get(request.actor, ref)
    told = cost_of(request.actor, flight)
    return _arranged(
        request,
        flight,
        PriceForm(request.POST or None, initial={"fixed_cost": told.fixed, "seat_cost": told.seat}),
        lambda act, v: set_flight_terms(act, flight, v),
        _("What the flight costs"),
    )


def shares(request: Any, ref: str) -> HttpResponse:
    """Which projects bear it."""
    flight = queries.get(request.actor, ref)
    there = cost_of(request.actor, flight).shares
    initial = {f"project_{n}": project for n, (project, _percent, _part) in enumerate(there, 1)}
    initial |= {f"percent_{n}": percent for n, (_project, percent, _part) in enumerate(there, 1)}
    form = SharesForm(request.POST or None, initial=initial)
    return _arranged(
        request,
        flight,
        form,
        lambda act, _v: share_cost(act, flight, form.shares()),
        _("Projects that share the cost"),
        _("Together they make 100. Cleared, nothing is told yet."),
    )


def reception(request: Any, ref: str, number: int) -> HttpResponse:
    """Who meets the flight where one leg lands."""
    flight = queries.get(request.actor, ref)
    found = next(((leg, row) for leg, row in receptions(request.actor, flight) if leg.number == number), None)
    if found is None:
        raise Missing("no_leg", marked("This flight has no such leg."))
    leg, row = found
    initial = {"met_by": row.met_by, "plan": row.plan} if row else None
    return _arranged(
        request,
        flight,
        ReceptionForm(request.POST or None, initial=initial),
        lambda act, v: plan_reception(act, flight, leg.destination, v["met_by"], v["plan"]),
        _("Reception at {airport}").format(airport=leg.destination),
    )


def _arranged(
    request: Any,
    flight: Flight,
    form: forms.Form,
    do: Callable[[Act, dict[str, Any]], Any],
    title: str,
    lead: str = "",
) -> HttpResponse:
    back = to_arrangements(flight)
    return deed.page(
        request,
        form,
        do,
        done=_("Saved."),
        to=back,
        template=DEED,
        title=title,
        lead=lead,
        version=flight.version,
        back=back,
        trail=[*trail(flight), (_("Contract, cost, reception"), back), (title, "")],
    )


# Who gets the list ----------------------------------------------------------------------------------


@require_safe
def sending(request: Any, ref: str) -> HttpResponse:
    """Who has which version of the manifest, who must still get the newest, and the button that makes it."""
    flight = queries.get(request.actor, ref)
    named = country_names(request.LANGUAGE_CODE)
    mine = {p.code for p in papers_for(request.actor, About.FLIGHT)}
    if request.actor.has(*FOR_COMPUTERS.printed_by):
        mine.add(PASSENGER_LIST)
    rows = readers(request.actor, flight)
    context = {
        "flight": flight,
        "rows": [(r, _paper(r), named.get(r.of, r.of), _make(flight, r) if r.paper in mine else "") for r in rows],
        "roles": {r.paper: _paper(r).printed_by[0] for r in rows},
        "lacking": sum(not r.newest for r in rows),
        "trail": trail(flight, _("Who gets the list")),
    }
    return render(request, "desk/movements/sending.html", context)


def _paper(reader: Reader) -> Any:
    return FOR_COMPUTERS if reader.paper == PASSENGER_LIST else PAPERS[reader.paper]


def _make(flight: Flight, reader: Reader) -> str:
    """Where the newest version is made for this reader, with what is known of them filled in."""
    if reader.paper == PASSENGER_LIST:
        return reverse("desk:passenger_list", args=[flight.ref])
    recipient = reader.recipient or (flight.operator if reader.paper == AIRLINE else "")
    told = {name: value for name, value in (("recipient", recipient), ("mission", reader.of)) if value}
    url = reverse("desk:print_paper", args=[About.FLIGHT, flight.ref, reader.paper])
    return f"{url}?{urlencode(told)}" if told else url
