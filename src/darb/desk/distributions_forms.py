"""Forms of distributions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.assistance.distribution_actions import Handed
from darb.assistance.models import DISTRIBUTED, Receipt

from .people_forms import SiteField


class PlanForm(forms.Form):
    """What is handed out where and when."""

    PERIOD = 30
    site = SiteField(label=_("Where"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput())
    item = forms.ChoiceField(label=_("What is handed out"), choices=[(i.value, i.label) for i in DISTRIBUTED])
    period = forms.IntegerField(
        label=_("Days until the next"),
        min_value=1,
        max_value=365,
        help_text=_("Who comes for another before that is asked why."),
    )
    project = forms.CharField(label=_("Project"), max_length=20, required=False)
    partner = forms.ChoiceField(
        label=_("Who hands it out"),
        required=False,
        help_text=_("A partner only on a day on which an agreement with it is in force."),
    )

    def __init__(self, *args: Any, partners: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, name) for name in dict.fromkeys(partners)]
        self.fields["partner"].choices = [("", gettext("We ourselves")), *named]  # type: ignore[attr-defined]


class OpenForm(forms.Form):
    """What was loaded."""

    loaded = forms.IntegerField(label=_("How many were loaded"), min_value=1)
    carrier = forms.CharField(
        label=_("Who brings it there"),
        max_length=120,
        required=False,
        help_text=_("Name of the driver and number of the truck, as on the waybill."),
    )


class AgreementForm(forms.Form):
    """An agreement that was signed."""

    partner = forms.CharField(label=_("Partner"), max_length=80)
    number = forms.CharField(label=_("Number of the agreement"), max_length=40, required=False)
    since = forms.DateField(label=_("In force from"))
    until = forms.DateField(label=_("In force until"))


class AskedField(forms.CharField):
    """A field that is asked for, and that the deed itself refuses to go without, saying why: a second click, of which
    the first was the reason, must get as far as being told that it is done already."""

    def validate(self, value: str) -> None:
        """Nothing to find here."""


class HandForm(forms.Form):
    """What one family gets. Where they had one within the period, why they get another."""

    because = AskedField(label=_("Why another is given"), max_length=200)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, initial=1)
    receipt = forms.ChoiceField(label=_("How it is signed for"), choices=Receipt.choices, widget=forms.RadioSelect)
    collected_by = forms.CharField(
        label=_("Who takes it, if not the person"),
        max_length=120,
        required=False,
        help_text=_("Name, and what they are to the person."),
    )

    def __init__(self, *args: object, before: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not before:
            del self.fields["because"]

    def handed(self) -> Handed:
        """As it was entered."""
        v = self.cleaned_data
        return Handed(v["quantity"], v["receipt"], v["collected_by"], v.get("because", ""))


class TakeBackForm(forms.Form):
    """What was written wrongly."""

    quantity = forms.IntegerField(label=_("How many"), min_value=1, initial=1)
    why = forms.CharField(label=_("Why it is taken back"), max_length=200)


class StopForm(forms.Form):
    """Why it stops."""

    why = forms.CharField(label=_("What happened"), max_length=200)


class CloseForm(forms.Form):
    """What became of what wasn't handed out."""

    returned = forms.IntegerField(label=_("Brought back"), min_value=0, initial=0)
    lost = forms.IntegerField(label=_("Lost or damaged"), min_value=0, initial=0)
    why = forms.CharField(label=_("What became of those"), max_length=200, required=False)
