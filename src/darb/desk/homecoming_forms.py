"""Forms of what people tell of home and of the way here, and of appointments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.cases.homecoming_actions import MOST_PIECES, Home, Stretch, Way
from darb.cases.models import Homecoming
from darb.people.models import Relation
from darb.programmes.homecoming import APPOINTMENTS, ON_THE_WAY

from .conversation_forms import SpokenForm
from .language_fields import LanguageField
from .people_forms import TEL, SiteField, countries

STRETCHES = 4
"""Rows for the countries on the way; who came through more writes the rest into the last."""
MONTH = {"dir": "ltr", "placeholder": "2018-03", "inputmode": "numeric"}


class HomeForm(forms.Form):
    """Where home is and who waits there, since when they are here, and what they carry."""

    address = forms.CharField(
        label=_("Where home is"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Village or quarter, and how one asks the way there."),
    )
    contact_name = forms.CharField(label=_("Who waits there"), required=False, max_length=120)
    contact_relation = forms.ChoiceField(label=_("Who that is to the person"), required=False)
    contact_phone = forms.CharField(
        label=_("Their phone"), required=False, max_length=20, widget=forms.TextInput(attrs=TEL)
    )
    contact_may_be_called = forms.BooleanField(
        label=_("The person agrees that we call there"), required=False,
        help_text=_("Without this nobody calls the family, also not to tell of the flight."),
    )  # fmt: skip
    in_libya_since = forms.RegexField(
        r"^\d{4}(-(0[1-9]|1[0-2]))?$",
        label=_("In Libya since"),
        required=False,
        widget=forms.TextInput(attrs=MONTH),
        help_text=_("Year and month, as 2018-03; the year alone, where the month isn't known."),
        error_messages={"invalid": _("Write the year, or year and month, as 2018-03")},
    )
    helped_before = forms.CharField(
        label=_("Helped to return before"),
        required=False,
        max_length=200,
        help_text=_("By whom and when, from any country; empty: never."),
    )
    pieces = forms.IntegerField(label=_("Pieces of luggage"), required=False, min_value=0, max_value=MOST_PIECES)
    language = LanguageField(label=_("Language spoken"), required=False)
    interpreter = forms.CharField(label=_("Name of the interpreter"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kin = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]
        self.fields["contact_relation"].choices = [("", ""), *kin]

    @staticmethod
    def shown(told: Homecoming | None, languages: list[str]) -> dict[str, Any]:
        """What the form begins with: what was told last."""
        if told is None:
            return {"language": languages[0] if languages else ""}
        kept = {name: getattr(told, name) for name in Home.__dataclass_fields__}
        return kept | {"in_libya_since": told.in_libya_since and f"{told.in_libya_since:%Y-%m}"}

    def home(self) -> Home:
        """What was told, for the room that keeps it."""
        v = self.cleaned_data
        year, _dash, month = v["in_libya_since"].partition("-")
        return Home(**v | {"in_libya_since": date(int(year), int(month or 1), 1) if year else None})


class WayForm(SpokenForm):
    """The way here. Everything may stay empty: nobody is made to tell."""

    grid = "fields"

    reason_left = forms.CharField(
        label=_("Why they left"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    events = forms.MultipleChoiceField(
        label=_("What happened on the way"), required=False, widget=forms.CheckboxSelectMultiple
    )
    paid = forms.CharField(label=_("What was paid, and to whom"), required=False, max_length=300)
    owes = forms.CharField(
        label=_("What is still owed, and to whom"),
        required=False,
        max_length=300,
        help_text=_("Also whether the family at home is pressed for it."),
    )
    intercepted = forms.IntegerField(
        label=_("How often stopped at sea"), required=False, min_value=0, max_value=50, initial=0
    )
    with_unhcr = forms.ChoiceField(
        label=_("Did UNHCR register the person here?"),
        required=False,
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not asked"))],
        widget=forms.RadioSelect,
        help_text=_("A yes stops travel and all contact with the embassy, and protection takes over."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(code, gettext(label)) for code, label in ON_THE_WAY.items()]
        offered = countries()
        for n in range(1, STRETCHES + 1):
            self.fields[f"country{n}"] = forms.ChoiceField(
                label=gettext("Country %(n)d") % {"n": n}, required=False, choices=offered
            )
            self.fields[f"since{n}"] = forms.RegexField(
                r"^\d{4}(-(0[1-9]|1[0-2]))?$",
                label=gettext("Since"),
                required=False,
                widget=forms.TextInput(attrs=MONTH),
                error_messages={"invalid": gettext("Write the year, or year and month, as 2018-03")},
            )
            self.fields[f"words{n}"] = forms.CharField(
                label=gettext("What happened there"), required=False, max_length=300
            )

    def clean(self) -> dict[str, Any]:
        """A row of the way has its country."""
        told = super().clean() or self.cleaned_data
        for n in range(1, STRETCHES + 1):
            if (told.get(f"since{n}") or told.get(f"words{n}")) and not told.get(f"country{n}"):
                self.add_error(f"country{n}", gettext("Choose the country of this row."))
        return told

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The way, then what it cost, then who knows of them."""
        way = [self[f"{name}{n}"] for n in range(1, STRETCHES + 1) for name in ("country", "since", "words")]
        after = [self[name] for name in ("events", "paid", "owes", "intercepted")]
        return [
            (gettext("Why they left"), [self["reason_left"]]),
            (gettext("The way, country by country"), way),
            (gettext("What happened on the way"), after),
            ("UNHCR", [self["with_unhcr"]]),
        ]

    def way(self) -> Way:
        """What was told, for the room that keeps it."""
        v = self.cleaned_data
        rows = [Stretch(v[f"country{n}"], v[f"since{n}"], v[f"words{n}"]) for n in range(1, STRETCHES + 1)]
        return Way(
            reason_left=v["reason_left"],
            stretches=[row for row in rows if row.country],
            events=v["events"],
            paid=v["paid"],
            owes=v["owes"],
            intercepted=v["intercepted"] or 0,
        )

    def with_them(self) -> bool | None:
        """Whether UNHCR registered the person; None: not asked."""
        return {"yes": True, "no": False}.get(self.cleaned_data["with_unhcr"])


class AppointmentForm(forms.Form):
    """When and where somebody is expected, and for what."""

    starts_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = SiteField(label=_("Where"), help_text=_("Begin to write the name."))
    purpose = forms.ChoiceField(label=_("What for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(code, gettext(label)) for code, label in APPOINTMENTS.items()]

    @property
    def told(self) -> tuple[datetime, Any, str]:
        """Time, place and purpose."""
        v = self.cleaned_data
        return v["starts_at"], v["place"], v["purpose"]
