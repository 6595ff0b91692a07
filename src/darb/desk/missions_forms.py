"""The form about one mission of origin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from darb.people.models import DocumentKind
from darb.places.mission_actions import KnownOf
from darb.places.models import MissionOfOrigin, Presence
from darb.places.queries import country_names

from .spoken import language_names

_LATIN = {"dir": "ltr", "spellcheck": "false"}
_COUNT = {"inputmode": "numeric"}


class MissionForm(forms.Form):
    """What is known of a mission."""

    presence = forms.ChoiceField(label=_("Where it sits"), choices=Presence.choices)
    seat_en = forms.CharField(
        label=_("City"), required=False, max_length=80, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    jurisdiction = forms.CharField(
        label=_("For whom it is competent"),
        required=False,
        max_length=200,
        help_text=_("If not for all its nationals everywhere in the country."),
    )
    officers = forms.CharField(
        label=_("Its officers"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Names and how to reach them."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, choices=[], widget=forms.CheckboxSelectMultiple
    )
    accepts_online = forms.BooleanField(label=_("Hears people online"), required=False)
    accepts_visits = forms.BooleanField(label=_("Its officers go to where people are"), required=False)
    accepts_photo_lists = forms.BooleanField(label=_("Decides on lists with photographs"), required=False)
    document_kind = forms.ChoiceField(label=_("Document that we ask it for"), choices=[])
    also_issues = forms.MultipleChoiceField(
        label=_("It issues these too"), required=False, choices=[], widget=forms.CheckboxSelectMultiple
    )
    document_days = forms.IntegerField(
        label=_("Days that its paper is valid"), min_value=1, widget=forms.NumberInput(attrs=_COUNT)
    )
    lead_days = forms.IntegerField(
        label=_("Days until its paper comes"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs=_COUNT),
        help_text=_("As the mission itself says."),
    )
    fee = forms.DecimalField(
        label=_("Fee for one paper"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text=_("We pay it. The migrant never does."),
    )
    fee_currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        required=False,
        widget=forms.TextInput(attrs=_LATIN | {"maxlength": 3}),
        help_text=_("Three letters, as: USD, LYD"),
        error_messages={"invalid": _("Write the three letters of the currency, as: USD, LYD")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = DocumentKind.choices
        self._choose("languages", list(language_names(get_language() or "en").items()))
        self._choose("document_kind", kinds)
        self._choose("also_issues", kinds)

    def _choose(self, name: str, choices: Collection[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_fee_currency(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["fee_currency"]).upper()

    @staticmethod
    def shown(mission: MissionOfOrigin) -> dict[str, Any]:
        """What is known, for the form's fields."""
        return {name: getattr(mission, name) for name in MissionForm.base_fields}

    @staticmethod
    def known(v: Mapping[str, Any]) -> KnownOf:
        """What was entered, for the room that keeps it."""
        told = {name: v[name] for name in MissionForm.base_fields}
        issued = tuple(kind for kind in v["also_issues"] if kind != v["document_kind"])
        return KnownOf(**told | {"languages": tuple(v["languages"]), "also_issues": issued})


class NewMissionForm(MissionForm):
    """A mission that isn't on the list yet."""

    STARTS: ClassVar[dict[str, Any]] = {"presence": Presence.RESIDENT, "document_days": 90, "accepts_visits": True}

    country = forms.ChoiceField(label=_("Nationality"), choices=[])
    field_order = ("country",)

    def __init__(self, *args: Any, known: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = country_names(get_language() or "en")
        self._choose("country", [("", ""), *((code, name) for code, name in names.items() if code not in known)])
