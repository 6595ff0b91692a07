"""The machine-readable passenger list (PAXLST) of one leg: written down with its recipient, then given as a file."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.movements import queries
from darb.movements.models import Flight
from darb.movements.paxlst import interchange, level_a
from darb.movements.paxlst_queries import passenger_list
from darb.programmes.voluntary_return_papers import PASSENGER_LIST as LIST
from darb.rules.paper import About, Paper
from darb.rules.refusal import Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone
from darb.trust.actor import Actor
from darb.trust.paper_actions import Printed, Stamp, hand_out
from darb.trust.queries import copies_of, names_of

from . import door
from .movements import to_flight, trail

PASSENGER_LIST = Paper(
    LIST,
    marked("Passenger list for computers (PAXLST)"),
    About.FLIGHT,
    (Role.MOVEMENT_OFFICER,),
    languages=("en",),
)
SENDER = "IOM LIBYA"
EDIFACT = "application/EDIFACT"


class PassengerListForm(forms.Form):
    """Which landing the list is for, and who gets it."""

    leg = forms.TypedChoiceField(label=gettext_lazy("Leg"), coerce=int)
    recipient = forms.CharField(
        label=gettext_lazy("Who gets this list"),
        max_length=35,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("The authority's name in Latin letters, as PAF BAMAKO. It stands in the file."),
    )

    def __init__(self, *args: Any, flight: Flight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hops = flight.legs.order_by("number")
        self.fields["leg"].choices = [(h.number, f"\u2066{h.origin} → {h.destination}\u2069") for h in hops]  # type: ignore[attr-defined]

    def clean_recipient(self) -> str:
        """Something of it must be left in the letters of the message."""
        told: str = self.cleaned_data["recipient"]
        if not level_a(told):
            raise forms.ValidationError(_("Write the recipient in Latin letters: the message takes no others."))
        return told


def lists(request: Any, ref: str) -> HttpResponse:
    """The lists of a flight that went out, and a new one: who gets it is recorded before anybody holds the file."""
    flight = queries.get(request.actor, ref)
    if Role.MOVEMENT_OFFICER not in request.actor.reach:
        raise Missing("no_paper", marked("Your role hands out no such paper here."))
    form = PassengerListForm(request.POST or None, flight=flight)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = hand_out(
                door.act(request),
                PASSENGER_LIST,
                told["recipient"],
                "en",
                lambda stamp: _written(request.actor, flight, told["leg"], stamp),
            )
        except AlreadyDone:
            messages.info(request, _("This list was made already: look where your browser keeps downloads."))
            return HttpResponseRedirect(request.path)
        except Refused as refused:
            door.into_form(request, form, refused)
        else:
            name = f"{level_a(flight.code).replace(' ', '')}-{told['leg']}-{made.number}.edi"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(made.pdf, content_type=EDIFACT, headers=headers)
    copies = copies_of(request.actor, flight.ref, [PASSENGER_LIST.code])
    context = {
        "form": form,
        "title": _(PASSENGER_LIST.label),
        "lead": _("For authorities that read passenger lists by computer: UN/EDIFACT, one file for each landing."),
        "submit": _("Make the file"),
        "back": to_flight(flight),
        "copies": copies,
        "names": names_of({deed.account_id for deed in copies}),
        "trail": trail(flight, _(PASSENGER_LIST.label)),
    }
    return render(request, "desk/movements/passenger_list.html", context, status=422 if form.errors else 200)


def _written(actor: Actor, flight: Flight, leg: int, stamp: Stamp) -> Printed:
    listed, about = passenger_list(actor, flight, leg)
    at = stamp.at.astimezone(UTC)
    file = interchange(listed, sender=SENDER, recipient=stamp.recipient, control=stamp.number, at=at)
    says = interchange(listed, sender=SENDER, recipient="", control="", at=listed.departs)
    return Printed(
        pdf=file.encode("ascii"),
        says=says.encode("ascii"),
        subject=flight.ref,
        about=about,
        version=listed.version,
        of=listed.destination,
    )
