"""Forms of registering: one person with their family, or a whole sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.people.models import PhoneOwner, Relation, Sex
from darb.people.registration import Registration, ToldPhone

from . import door
from .language_fields import LanguagesField
from .people_forms import AirportField, BirthMixin, NamesMixin, SiteField, countries


class RegistrationForm(BirthMixin, NamesMixin):
    """One person as they told us who they are, and the return that they wish for."""

    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)
    nationality = forms.ChoiceField(label=_("Nationality"), help_text=_("As told; an embassy confirms it later."))
    site = SiteField(label=_("Where you meet"), help_text=_("Begin to write the name, in any of three languages."))
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}),
    )
    phone_owner = forms.ChoiceField(label=_("Whose phone is it?"), choices=PhoneOwner.choices, required=False)
    safe_to_call = forms.BooleanField(
        label=_("The person says that calling this number is safe"), required=False,
        help_text=_("A guard's or smuggler's phone is never called, whatever stands here."),
    )  # fmt: skip
    mother = forms.CharField(
        label=_("Mother's name"), required=False, max_length=60, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    languages = LanguagesField(label=_("Languages"), required=False)
    origin_place = forms.CharField(label=_("Place of origin"), required=False, max_length=80)
    return_country = forms.ChoiceField(label=_("Wishes to return to"), required=False)
    return_area = forms.CharField(label=_("Place of return"), required=False, max_length=80)
    departure_airport = AirportField(label=_("Airport of departure"), required=False)
    unaccompanied = forms.BooleanField(label=_("A child without a parent or guardian here"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = countries()
        self.fields["nationality"].choices = offered
        self.fields["return_country"].choices = [("", _("The country of nationality")), *offered[1:]]

    @property
    def today(self) -> date:
        """The day on which ages are told beside the form."""
        return door.today()

    def registration(self) -> Registration:
        """What was told, for the room that keeps it."""
        v = self.cleaned_data
        born, precision = self.born()
        owner = v["phone_owner"] or PhoneOwner.SELF
        return Registration(
            names=self.names(v["mother"]),
            sex=v["sex"],
            nationality=v["nationality"],
            site=v["site"].code,
            birth_date=born,
            birth_precision=precision,
            languages=v["languages"],
            origin_place=v["origin_place"],
            phones=[ToldPhone(v["phone"], owner, v["safe_to_call"])] if v["phone"] else [],
        )


class MemberForm(BirthMixin, NamesMixin):
    """Another member of the family, met at the same place with the same nationality."""

    relation = forms.ChoiceField(
        label=_("Relation"), choices=[c for c in Relation.choices if c[0] != Relation.HEAD],
        help_text=_("To the person above."),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)

    def registration(self, head: Registration) -> Registration:
        """What was told of this member, with what they share with the head."""
        born, precision = self.born()
        return Registration(
            names=self.names(),
            sex=self.cleaned_data["sex"],
            nationality=head.nationality,
            site=head.site,
            birth_date=born,
            birth_precision=precision,
            languages=head.languages,
            origin_place=head.origin_place,
        )


class ImportForm(forms.Form):
    """A spreadsheet of registrations."""

    file = forms.FileField(
        label=_("The filled-in sheet (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("At most 10,000 people. It is checked whole before anybody is registered."),
    )
