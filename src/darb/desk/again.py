"""A new case of somebody who is registered already: most of all, somebody who was brought home and is back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.cases.again_actions import open_again, rule_for
from darb.cases.models import Case
from darb.people.queries import by_refs
from darb.rules.refusal import Missing

from . import deed, door
from .people_forms import AirportField, SiteField, countries, site_choices
from .registering import PROGRAMME


class AgainForm(forms.Form):
    """Where the person is now, and where they want to go. The reason is for the one who may go beyond the rule."""

    site = SiteField(label=gettext_lazy("Where the person is"))
    return_country = forms.ChoiceField(label=gettext_lazy("Returns to"))
    return_area = forms.CharField(label=gettext_lazy("Place of return"), required=False, max_length=80)
    departure_airport = AirportField(label=gettext_lazy("Airport of departure"), required=False)
    because = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Why this person is helped again though the rule says no."),
    )

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["return_country"].choices = countries()[1:]
        if not asks_why:
            del self.fields["because"]


def open_page(request: Any, ref: str) -> HttpResponse:
    """Open a case of somebody who has none open, linked to the one before."""
    who = by_refs(request.actor, [ref]).get(ref.upper())
    if who is None:
        raise Missing("no_person", _("No such person is within your reach."))
    refused = rule_for(who, door.today())
    decides = refused is not None and refused.who is not None and request.actor.has(refused.who)
    back = reverse("desk:person", args=[who.ref])
    return deed.page(
        request,
        AgainForm(request.POST or None, asks_why=decides, initial={"return_country": who.nationality}),
        lambda act, v: open_again(act, who, PROGRAMME, **v),
        done=_("The case is open. What was given before stays in this file."),
        to=_address,
        title=_("Open a case"),
        lead=_("For somebody who is registered already: nobody is registered a second time."),
        submit=_("Open the case"),
        warnings=[door.said(refused)] if refused else [],
        sites=site_choices(),
        person=who,
        back=back,
    )


def _address(case: Case) -> str:
    return reverse("desk:case", args=[case.ref])
