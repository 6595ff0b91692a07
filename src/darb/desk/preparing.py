"""Pages before a flight: what carriers take, permits, what health asks of a route; and closing a flight after it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from darb.movements import preparing_queries, queries
from darb.movements.models import UNCONFIRMED, PermitKind
from darb.movements.preparing_actions import (
    MOST_STRETCHERS,
    Asking,
    answer_permit,
    close_flight,
    keep_operator,
    request_permits,
    set_health_measures,
)
from darb.places.queries import country_names, missions_of_origin, name_in
from darb.programmes.fitness import CARRIER_STOPS_AT, CARRIER_STOPS_AT_MULTIPLE, TERM
from darb.programmes.voluntary_return_codes import HEALTH_MEASURES
from darb.rules.refusal import Missing

from . import deed, door
from .movements import DEED, to_flight, trail


class OperatorForm(forms.Form):
    """What a carrier takes."""

    name = forms.CharField(
        label=gettext_lazy("Operator"), max_length=80, help_text=gettext_lazy("As it stands on its flights.")
    )
    infants_per_adult = forms.ChoiceField(
        label=gettext_lazy("Infants that one adult may look after"),
        choices=[("2", gettext_lazy("Two: one on the lap, one in a seat")), ("1", gettext_lazy("One"))],
    )
    infants_percent = forms.IntegerField(
        label=gettext_lazy("Infants on laps, of 100 seats"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty where the carrier names no such cap."),
    )
    stretchers = forms.IntegerField(
        label=gettext_lazy("Places for stretchers"),
        min_value=0,
        max_value=MOST_STRETCHERS,
        required=False,
        help_text=gettext_lazy("Empty: as planning reckons."),
    )
    pregnant_until = forms.IntegerField(
        label=gettext_lazy("Takes no pregnant passenger from week"),
        min_value=1,
        max_value=TERM,
        required=False,
        help_text=gettext_lazy("Empty: as most carriers, from week 36."),
    )
    multiple_until = forms.IntegerField(
        label=gettext_lazy("And with more than one child from week"),
        min_value=1,
        max_value=TERM,
        required=False,
        help_text=gettext_lazy("Empty: as most carriers, from week 32."),
    )


class AskForm(forms.Form):
    """A permit to ask for."""

    kind = forms.ChoiceField(label=gettext_lazy("Permit"), choices=PermitKind.choices)
    authority = forms.CharField(label=gettext_lazy("Authority"), max_length=120)


class AnswerForm(forms.Form):
    """An authority's answer."""

    number = forms.CharField(label=gettext_lazy("Number of the permit"), max_length=40, required=False)
    refused_because = forms.CharField(label=gettext_lazy("Or why it was refused"), max_length=200, required=False)


class HealthForm(forms.Form):
    """What health asks of a route."""

    country = forms.ChoiceField(label=gettext_lazy("Country of return"))
    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput, required=False, help_text=gettext_lazy("Not that day.")
    )
    measures = forms.MultipleChoiceField(
        label=gettext_lazy("What is asked"),
        choices=[(code, gettext_lazy(label)) for code, label in HEALTH_MEASURES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Nothing ticked: nothing is asked any more."),
    )
    seats_percent = forms.IntegerField(
        label=gettext_lazy("Seats used, of 100"), min_value=1, max_value=100, initial=100
    )
    quarantine_days = forms.IntegerField(label=gettext_lazy("Days of quarantine"), min_value=0, initial=0)
    source = forms.CharField(label=gettext_lazy("Who asks for it"), max_length=200)

    def __init__(self, *args: Any, countries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries  # type: ignore[attr-defined]


@require_safe
def operators(request: Any) -> HttpResponse:
    """Every carrier and what it takes."""
    context = {
        "rows": preparing_queries.operators(request.actor),
        "single": CARRIER_STOPS_AT,
        "multiple": CARRIER_STOPS_AT_MULTIPLE,
        "may": request.actor.may("movements.keep_operator"),
        "trail": [(_("Flights"), reverse("desk:flights")), (_("Carriers"), "")],
    }
    return render(request, "desk/movements/operators.html", context)


def keep(request: Any) -> HttpResponse:
    """Write down what a carrier takes."""
    wanted = request.GET.get("name", "")
    known = next((o for o in preparing_queries.operators(request.actor) if o.name == wanted), None)
    fields = ("name", "infants_per_adult", "infants_percent", "stretchers", "pregnant_until", "multiple_until")
    return deed.page(
        request,
        OperatorForm(request.POST or None, initial={f: getattr(known, f) for f in fields} if known else None),
        lambda act, v: keep_operator(act, **{**v, "infants_per_adult": int(v["infants_per_adult"])}),
        done=_("Kept: manifests on its flights follow it from now on."),
        to=reverse("desk:operators"),
        template=DEED,
        title=_("What a carrier takes"),
        lead=_("One infant a lap holds with every carrier."),
        back=reverse("desk:operators"),
        trail=[(_("Flights"), reverse("desk:flights")), (_("Carriers"), reverse("desk:operators")), (_("Keep"), "")],
    )


@require_safe
def permits(request: Any, ref: str) -> HttpResponse:
    """Permits of a flight: asked for, granted, refused."""
    flight = queries.get(request.actor, ref)
    context = {
        "flight": flight,
        "rows": preparing_queries.permits(request.actor, flight),
        "may": request.actor.may("movements.request_permits"),
        "open": flight.state in UNCONFIRMED,
        "trail": trail(flight, _("Permits")),
    }
    return render(request, "desk/movements/permits.html", context)


def ask(request: Any, ref: str) -> HttpResponse:
    """A permit was asked for."""
    flight = queries.get(request.actor, ref)
    back = reverse("desk:permits", args=[ref])
    return deed.page(
        request,
        AskForm(request.POST or None),
        lambda act, v: request_permits(act, flight, [Asking(v["kind"], v["authority"])]),
        done=_("Written down: the flight waits for the answer."),
        to=back,
        template=DEED,
        title=_("A permit was asked for"),
        lead=_("The flight is confirmed once every permit asked for is granted."),
        back=back,
        trail=[*trail(flight), (_("Permits"), back), (_("Ask"), "")],
    )


def answer(request: Any, ref: str, permit: int) -> HttpResponse:
    """The authority has answered."""
    flight = queries.get(request.actor, ref)
    row = next((p for p in preparing_queries.permits(request.actor, flight) if p.pk == permit), None)
    if row is None:
        raise Missing("no_permit", _("There is no such permit."))
    back = reverse("desk:permits", args=[ref])
    return deed.page(
        request,
        AnswerForm(request.POST or None),
        lambda act, v: answer_permit(act, row, number=v["number"], refused_because=v["refused_because"]),
        done=_("The answer is recorded."),
        to=back,
        template=DEED,
        title=f"{row.get_kind_display()}: {row.authority}",
        lead=_("A refusal may be granted later after all."),
        back=back,
        trail=[*trail(flight), (_("Permits"), back), (_("Answer"), "")],
    )


@require_safe
def health(request: Any) -> HttpResponse:
    """What health asks of each route, now and to come."""
    context = {
        "rows": preparing_queries.health_measures(request.actor, door.today()),
        "labels": HEALTH_MEASURES,
        "countries": country_names(request.LANGUAGE_CODE),
        "may": request.actor.may("movements.set_health_measures"),
        "trail": [(_("Flights"), reverse("desk:flights")), (_("Health on the way"), "")],
    }
    return render(request, "desk/movements/health.html", context)


def set_health(request: Any) -> HttpResponse:
    """Say what health asks of a route."""
    back = reverse("desk:health_measures")
    countries = [(m.country_id, name_in(request.LANGUAGE_CODE, m.country)) for m in missions_of_origin()]
    return deed.page(
        request,
        HealthForm(request.POST or None, countries=countries, initial={"since": door.today()}),
        lambda act, v: set_health_measures(act, **v),
        done=_("Kept: flights there ask for it from that day on."),
        to=back,
        template=DEED,
        title=_("What health asks of a route"),
        lead=_("It holds for everybody who goes home to that country; the newest word holds."),
        back=back,
        trail=[(_("Flights"), reverse("desk:flights")), (_("Health on the way"), back), (_("Set"), "")],
    )


@require_POST
def close(request: Any, ref: str) -> HttpResponse:
    """Nothing is left to do about a flight."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: close_flight(act, flight, door.expected(request)),
        done=_("The flight is closed."),
        to=to_flight(flight),
    )
