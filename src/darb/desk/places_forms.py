"""Forms about places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from darb.places import queries
from darb.places.actions import NewSite
from darb.places.models import SiteType

_LATIN = {"dir": "ltr", "spellcheck": "false"}


class SiteForm(forms.Form):
    """A site that isn't known yet."""

    type = forms.ChoiceField(label=_("Type of place"), choices=[("", _("Choose")), *SiteType.choices])
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    aliases = forms.CharField(
        label=_("Other spellings"),
        help_text=_("One a line, as people say or write it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Capital letters, digits and hyphens, such as TOWN-GHADAMES. It never changes."),
        max_length=24,
        widget=forms.TextInput(attrs=_LATIN),
    )
    office = forms.ChoiceField(label=_("Office that looks after it"))
    area = forms.ChoiceField(label=_("Area"), required=False)
    airport = forms.CharField(
        label=_("Nearest airport"),
        help_text=_("Its three-letter code, such as MJI."),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs=_LATIN),
    )
    latitude = forms.FloatField(label=_("Latitude in degrees"), required=False)
    longitude = forms.FloatField(label=_("Longitude in degrees"), required=False)
    capacity = forms.IntegerField(label=_("Places for how many people"), required=False, min_value=0)
    restricted = forms.BooleanField(
        label=_("Show where it stands only to those who may see whereabouts"),
        help_text=_("For shelters, host families and places of captivity."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", _("Choose")), *((o, o) for o in queries.offices())]  # type: ignore[attr-defined]
        below = [a for a in queries.areas() if a.level > 1]
        self.fields["area"].choices = [("", _("Not known")), *area_choices(below)]  # type: ignore[attr-defined]

    def told(self) -> NewSite:
        """What the form says, once it is valid."""
        data = dict(self.cleaned_data)
        return NewSite(
            **data
            | {
                "code": data["code"].strip().upper(),
                "airport": data["airport"].strip().upper(),
                "aliases": [a for a in data["aliases"].splitlines() if a.strip()],
            }
        )


class SpellingForm(forms.Form):
    """Another spelling of a site's name."""

    name = forms.CharField(label=_("Another spelling"), max_length=120)


class AreasForm(forms.Form):
    """A file of official areas."""

    file = forms.FileField(
        label=_("CSV file of areas with P-codes"),
        help_text=_("As OCHA publishes it. A file with a fault changes nothing, and says where the fault is."),
    )


def area_choices(areas: list[Any]) -> list[tuple[str, str]]:
    """Areas for a list of choices, by name with the code: names repeat between levels."""
    language = get_language() or "en"
    return [(a.pcode, f"{queries.name_in(language, a)} ({a.pcode})") for a in areas]


class OverCapacityForm(forms.Form):
    """More people than there are places: how many, until when, and why."""

    people = forms.IntegerField(label=_("People at most"), min_value=1)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(), help_text=_("At most 30 days ahead."))
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
