"""The paper list of a day without a line, recorded when it is back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.movements import queries
from darb.movements.late_actions import Late, record_from_paper
from darb.rules.refusal import Refused
from darb.trust.action import Act

from . import deed, door
from .movements import to_flight, trail


class LateForm(forms.Form):
    """At which hour the people on the paper boarded."""

    at = forms.DateTimeField(
        label=gettext_lazy("The hour on the paper"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


def record(request: Any, ref: str) -> HttpResponse:
    """Who boarded by the paper list; where the system knows otherwise, it says so and nobody is boarded unseen."""
    file = queries.flight_file(request.actor, ref)
    flight = file.flight
    rows = queries.ever_on(request.actor, flight)
    chosen = {int(s) for s in request.POST.getlist("seat") if s.isdigit()}

    def do(act: Act, v: dict[str, Any]) -> Late:
        if not chosen:
            raise Refused("nobody_chosen", _("Choose at least one person."))
        told = record_from_paper(act, flight, chosen, v["at"])
        for seat, why in told.conflicts:
            messages.warning(request, f"{seat.case.person.name}: {door.said(why)}")
        return told

    return deed.page(
        request,
        LateForm(request.POST or None, initial={"at": timezone.localtime(flight.departs_at)}),
        do,
        done=_("It is recorded. Whoever the system knows otherwise of is somebody's task today."),
        to=reverse("desk:boarding", args=[ref]),
        template="desk/movements/late.html",
        title=_("Record from paper"),
        lead=_("Tick whoever boarded, by the signed list. Nobody is boarded who withdrew meanwhile or has a red gate."),
        rows=rows,
        chosen=chosen,
        submit=_("Record it"),
        back=to_flight(flight),
        trail=trail(flight, _("Record from paper")),
    )
