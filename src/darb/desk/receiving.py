"""What receiving missions agreed to take, beside what they have and will get: before a flight is confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.movements import queries
from darb.movements.flight_actions import advance
from darb.movements.receiving_actions import MOST_A_MONTH, agree_capacity
from darb.movements.receiving_queries import receiving_side, receiving_sides
from darb.places.queries import country_names
from darb.rules.refusal import Forbidden
from darb.rules.roles import Role

from . import deed, door
from .movements import DEED, to_flight, trail
from .movements_forms import Reason
from .navigation import inside
from .people_forms import countries


class AgreementForm(forms.Form):
    """What one mission agreed to take."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    a_month = forms.IntegerField(label=gettext_lazy("Returns in 30 days"), min_value=0, max_value=MOST_A_MONTH)
    agreed_with = forms.CharField(label=gettext_lazy("Agreed with"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()


def sides(request: Any) -> HttpResponse:
    """Every country: agreed, came home, to come, waiting for its word, and how many more it takes."""
    if not inside(request.actor):
        raise Forbidden("no_power", _("Your role doesn't do this."), who=Role.VHR_HEAD)
    may = request.actor.may("movements.agree_capacity")
    rows = receiving_sides(request.actor, door.today())
    rows.sort(key=lambda side: (side.left is None, side.left or 0, side.country))
    return deed.page(
        request,
        AgreementForm(request.POST or None),
        lambda act, v: agree_capacity(act, v["country"], v["a_month"], v["agreed_with"]),
        done=_("The number is kept."),
        to=reverse("desk:receiving"),
        template="desk/movements/receiving.html",
        rows=rows,
        may=may,
        countries=country_names(request.LANGUAGE_CODE),
    )


def confirm_all_the_same(request: Any, ref: str) -> HttpResponse:
    """Confirm a flight that brings more than was agreed, with the head's reason."""
    flight = queries.get(request.actor, ref)
    side = receiving_side(request.actor, flight, door.today())
    return deed.page(
        request,
        Reason(request.POST or None),
        lambda act, v: advance(act, flight, door.expected(request), v["reason"]),
        done=_("The flight is confirmed. Agree on a number with the receiving mission: it is on your list."),
        to=to_flight(flight),
        template=DEED,
        title=_("Confirm beyond what was agreed"),
        lead=_("%(country)s takes %(left)s more in these 30 days; this flight has %(seats)s seats.")
        % {
            "country": country_names(request.LANGUAGE_CODE).get(side.country, side.country),
            "left": "–" if side.left is None else max(side.left, 0),
            "seats": flight.seats,
        },
        submit=_("Confirm all the same"),
        version=flight.version,
        back=to_flight(flight),
        trail=trail(flight, _("Confirm")),
    )
