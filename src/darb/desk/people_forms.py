"""Forms about persons: registration with the family, corrections, stays, phones, documents, photographs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from darb.people.models import BirthPrecision, DocumentKind, DocumentState, PhoneOwner, Relation, Script, Sex
from darb.people.registration import OLDEST_YEARS, ToldName
from darb.places.models import Site
from darb.places.queries import airport, country_names, find_site, name_in, sites

from . import door

LATIN = {"dir": "ltr", "autocapitalize": "words", "spellcheck": "false"}
ARABIC = {"dir": "rtl", "lang": "ar", "spellcheck": "false"}
TEL = {"dir": "ltr", "inputmode": "tel"}
ONE_JOURNEY = [("unknown", _("As usual for its kind")), ("true", _("Yes")), ("false", _("No"))]
CODE = {"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 5}


def countries(first: str = "") -> list[tuple[str, str]]:
    """Countries to choose from in the reader's language, with an empty choice first."""
    return [("", first), *country_names(get_language() or "en").items()]


class SiteField(forms.CharField):
    """A site by its code or any spelling of its name in three languages; gives the `Site`."""

    default_error_messages = {"no_site": _("No one site is called that: choose one from the list, or write its code.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": "sites", "spellcheck": "false"}), **kwargs)

    def clean(self, value: Any) -> Site | None:
        """The site named, or an error; None for nothing where nothing is allowed."""
        text = super().clean(value)
        if not text:
            return None
        found = find_site(text) or find_site(text.rsplit("·", 1)[-1])
        if found is None:
            raise forms.ValidationError(self.error_messages["no_site"])
        return found


def site_choices() -> list[tuple[str, str]]:
    """(code, name in the reader's language) of every site, for the list that a site field offers."""
    language = get_language() or "en"
    return [(s.code, name_in(language, s)) for s in sites() if s.functional]


class AirportField(forms.CharField):
    """An airport by its IATA code, or a port by its five letters."""

    default_error_messages = {"no_airport": _("That is no airport's code such as MJI, and no port's such as LYTIP.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs=CODE), max_length=5, **kwargs)

    def clean(self, value: Any) -> str:
        """The code in capitals."""
        code = super().clean(value).upper()
        if code and airport(code) is None:
            raise forms.ValidationError(self.error_messages["no_airport"])
        return code


class BirthMixin(forms.Form):
    """A birth date where it is known, else an age or the year."""

    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput())
    age = forms.IntegerField(
        label=_("Age, or year of birth"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("When the date isn't known."),
    )

    def clean_age(self) -> int | None:
        """An age or a year that somebody alive can have."""
        age = self.cleaned_data.get("age")
        year = door.today().year
        if age is not None and not (age <= OLDEST_YEARS or year - OLDEST_YEARS <= age <= year):
            raise forms.ValidationError(_("Write an age in years, or the year of birth in four digits."))
        return age

    def born(self) -> tuple[date | None, str]:
        """The birth date and how exactly it is known."""
        if given := self.cleaned_data.get("birth_date"):
            return given, BirthPrecision.EXACT
        age = self.cleaned_data.get("age")
        if age is None:
            return None, BirthPrecision.ESTIMATED
        if age > OLDEST_YEARS:
            return date(age, 1, 1), BirthPrecision.YEAR
        return date(door.today().year - age, 1, 1), BirthPrecision.ESTIMATED


class NamesMixin(forms.Form):
    """A name in Latin letters, in Arabic letters, or both."""

    given = forms.CharField(
        label=_("Given name"), required=False, max_length=60, widget=forms.TextInput(attrs=LATIN),
        help_text=_("In Latin letters, as told."),
    )  # fmt: skip
    father = forms.CharField(
        label=_("Father's name"), required=False, max_length=60, widget=forms.TextInput(attrs=LATIN)
    )
    family = forms.CharField(label=_("Family name"), required=False, max_length=60, widget=forms.TextInput(attrs=LATIN))
    given_arabic = forms.CharField(
        label=_("Given name in Arabic"), required=False, max_length=60, widget=forms.TextInput(attrs=ARABIC)
    )
    father_arabic = forms.CharField(
        label=_("Father's name in Arabic"), required=False, max_length=60, widget=forms.TextInput(attrs=ARABIC)
    )
    family_arabic = forms.CharField(
        label=_("Family name in Arabic"), required=False, max_length=60, widget=forms.TextInput(attrs=ARABIC)
    )

    def names(self, mother: str = "") -> list[ToldName]:
        """The names told, in the scripts they were told in."""
        v = self.cleaned_data
        latin = ToldName(Script.LATIN, v["given"], v["father"], v["family"], mother)
        arabic = ToldName(Script.ARABIC, v["given_arabic"], v["father_arabic"], v["family_arabic"])
        return [name for name in (latin, arabic) if name.given]

    def clean(self) -> dict[str, Any]:
        """At least one given name."""
        told = super().clean() or self.cleaned_data
        if not told.get("given") and not told.get("given_arabic") and "given" not in self.errors:
            self.add_error("given", _("Write at least the given name, in either script."))
        return told


SEX = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)


class PhotoForm(forms.Form):
    """A photograph, from the camera where there is one."""

    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "user", "data-shrink": "180000"}),
        help_text=_("The face, without hat or glasses. At most 200 kB; a larger one is made smaller by this page."),
    )


class PhoneForm(forms.Form):
    """A number at which the person may be reached."""

    number = forms.CharField(label=_("Phone"), max_length=20, widget=forms.TextInput(attrs=TEL))
    owner = forms.ChoiceField(label=_("Whose phone is it?"), choices=PhoneOwner.choices)
    safe_to_call = forms.BooleanField(label=_("The person says that calling this number is safe"), required=False)
    hours = forms.CharField(label=_("When to call"), required=False, max_length=40)


class StayForm(forms.Form):
    """Where the person is now."""

    site = SiteField(label=_("Where the person is"))
    since = forms.DateField(label=_("Since"), widget=forms.DateInput())
    source = forms.ChoiceField(
        label=_("How do we know?"),
        choices=[
            ("seen", _("Seen by staff")),
            ("told", _("Told by the person")),
            ("told_by_dc", _("Told by the centre")),
            ("phone", _("Told by phone")),
        ],
    )
    certain = forms.BooleanField(label=_("This is certain"), required=False, initial=True)


class CorrectForm(BirthMixin, NamesMixin):
    """What was told, corrected. A new name stands beside the old ones."""

    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        """Names may stay as they are here."""
        return self.cleaned_data


class DocumentForm(forms.Form):
    """A document and where it is."""

    kind = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    state = forms.ChoiceField(label=_("Where it is"), choices=DocumentState.choices)
    number = forms.CharField(
        label=_("Number"), required=False, max_length=30, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    country = forms.ChoiceField(label=_("Issued by"))
    issued = forms.DateField(label=_("Issued on"), required=False, widget=forms.DateInput())
    expires = forms.DateField(label=_("Valid until"), required=False, widget=forms.DateInput())
    name_as_printed = forms.CharField(
        label=_("Name as printed"), required=False, max_length=120, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    single_journey = forms.NullBooleanField(
        label=_("For one journey only"), widget=forms.Select(choices=ONE_JOURNEY),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()


class MoveForm(forms.Form):
    """Many people who are at one place now."""

    to = SiteField(label=_("Move them to"))
    since = forms.DateField(label=_("Since"), widget=forms.DateInput())
    source = forms.ChoiceField(label=_("How do we know?"), choices=StayForm.base_fields["source"].choices)
    references = forms.CharField(
        label=_("References of others"), required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("Paste references of people or cases, one a line or with spaces between."),
    )  # fmt: skip


class FamilyForm(forms.Form):
    """How the members of a family hold together."""

    together = forms.BooleanField(label=_("They must travel together"), required=False, initial=True)


class JoinForm(forms.Form):
    """Who joins is told by the rows of kin alone."""


class KinForm(forms.Form):
    """Another member, who is registered already; left empty where there is none."""

    member = forms.CharField(
        label=_("Reference"), required=False, widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"})
    )
    relation = forms.ChoiceField(label=_("Relation"), choices=[c for c in Relation.choices if c[0] != Relation.HEAD])
    verified = forms.BooleanField(label=_("Two independent facts agree on it"), required=False)


Kin = forms.formset_factory(KinForm, extra=6, max_num=12)
Joining = forms.formset_factory(KinForm, extra=2, max_num=12)


class WithdrawForm(forms.Form):
    """A consent that the person takes back."""

    purposes = forms.MultipleChoiceField(label=_("No longer agrees"), widget=forms.CheckboxSelectMultiple)
    how = forms.ChoiceField(
        label=_("How it was said"),
        choices=[
            ("oral", _("Said to staff")),
            ("phone", _("Said by phone")),
            ("written", _("In writing")),
            ("family", _("Through the family")),
        ],
    )


class LeaveForm(forms.Form):
    """Why somebody leaves the group they are in."""

    because = forms.CharField(label=_("Reason"), max_length=200)
