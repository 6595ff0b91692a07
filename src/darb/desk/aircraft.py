"""Another aircraft than the one ordered: who would come off its list, seen before it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.movements import queries
from darb.movements.aircraft_actions import change_aircraft, without_room
from darb.movements.flight_actions import MOST_SEATS
from darb.movements.models import Flight
from darb.movements.reading import standing
from darb.trust.action import Act

from . import deed, door
from .movements import to_flight, trail


class AircraftForm(forms.Form):
    """The aircraft that comes. The first time it is sent, it is only looked at."""

    aircraft = forms.CharField(label=gettext_lazy("Aircraft"), max_length=40)
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=MOST_SEATS)
    infant_limit = forms.IntegerField(label=gettext_lazy("Infants at most"), min_value=0, max_value=MOST_SEATS)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("It stays with the decision.")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())


def change(request: Any, ref: str) -> HttpResponse:
    """The aircraft, then who comes off by priority with families whole, then the deed."""
    flight = queries.get(request.actor, ref)
    initial = {"aircraft": flight.aircraft, "seats": flight.seats, "infant_limit": flight.infant_limit}
    form = AircraftForm(request.POST or None, initial=initial)
    off = _off(request, flight, form) if form.is_valid() else []
    told = " ".join(case.ref for case in off)
    if off and form.cleaned_data["seen"] != told:
        form = AircraftForm({**request.POST.dict(), "seen": told})
        form.is_valid()
        form.add_error(None, _("These come off, the least urgent first. Look at them, then send it again."))

    def do(act: Act, v: dict[str, Any]) -> Any:
        told = v["aircraft"], v["seats"], v["infant_limit"], v["reason"]
        return change_aircraft(act, flight, *told, door.expected(request))

    return deed.page(
        request,
        form,
        do,
        done=_("The aircraft is changed. Who came off is on the list of those who wait."),
        to=to_flight(flight),
        template="desk/movements/aircraft.html",
        title=_("Another aircraft"),
        lead=_("Whoever needs it most stays, then whoever waits longest. Families stay or come off whole."),
        off=[(c, c.person.name if c.scope_id in request.actor.scopes else "") for c in off],
        version=flight.version,
        submit=_("Fly with this aircraft"),
        back=to_flight(flight),
        trail=trail(flight, _("Another aircraft")),
    )


def _off(request: Any, flight: Flight, form: AircraftForm) -> list[Any]:
    """The cases of those who would come off, the least urgent first."""
    v = form.cleaned_data
    return [s.case for s in without_room(request.actor, flight, standing(flight), v["seats"], v["infant_limit"])]
