"""Forms of the clinic: an examination, its outcome, contacts, an illness, the check before a flight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.care.actions import Outcome
from darb.programmes.fitness import (
    CHECK_CODES,
    DISEASES,
    EXAMINATION,
    FITNESS_CODES,
    LOOKED_AT,
    MEDICAL_CONDITIONS,
    OF_WOMEN,
    Kind,
    Looked,
)
from darb.programmes.voluntary_return_codes import CONDITIONS
from darb.rules.pathway import Gate

YES_NO = [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked"))]
MOST_LETTERS = 500


def _field(looked: Looked) -> forms.Field:
    label = gettext(looked.label)
    if looked.kind == Kind.YES_NO:
        return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, required=False, initial="")
    if looked.kind == Kind.NUMBER:
        whole = looked.code not in {"temperature", "weight"}
        number = forms.IntegerField if whole else forms.FloatField
        return number(label=label, required=False, min_value=looked.least, max_value=looked.most)
    if looked.kind == Kind.CHOICE:
        choices = [("", "")] + [(code, gettext(words)) for code, words in looked.choices]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    return forms.CharField(
        label=label, required=False, max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExamForm(forms.Form):
    """What was looked at. With `gate` (the physician's), also what is concluded."""

    def __init__(
        self, *args: Any, gate: Gate | None, findings: Mapping[str, Any], of_a_man: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.concludes = gate is not None
        self.looked = [each for each in LOOKED_AT.values() if not (of_a_man and each.code in OF_WOMEN)]
        for looked in self.looked:
            self.fields[looked.code] = _field(looked)
            if looked.code in findings:
                value = findings[looked.code]
                self.fields[looked.code].initial = ("yes" if value else "no") if isinstance(value, bool) else value
        if gate:
            self._conclusion(gate)

    def _conclusion(self, gate: Gate) -> None:
        codes = [(r.code, f"{r.code} · {gettext(r.label)}") for r in gate.rulings if r.code in FITNESS_CODES]
        self.fields["code"] = forms.ChoiceField(
            label=_("Outcome"),
            choices=[*codes, ("", _("Not concluded yet"))],
            widget=forms.RadioSelect,
            required=False,
            initial="",
        )
        self.fields["until"] = forms.DateField(
            label=_("Valid until, or to be examined again on"),
            required=False,
            widget=forms.DateInput(),
            help_text=_("Left empty, fitness holds for 30 days, and for a pregnancy until carriers stop."),
        )
        self.fields["conditions"] = forms.MultipleChoiceField(
            label=_("What the journey needs"),
            choices=[(code, gettext(CONDITIONS[code].label)) for code in MEDICAL_CONDITIONS],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("With FTT-2. Shared with whoever arranges it, without the reason."),
        )
        self.fields["disease"] = forms.ChoiceField(
            label=_("Disease"),
            choices=[("", "")] + [(code, gettext(words)) for code, words in DISEASES.items()],
            required=False,
            help_text=_("With FTT-5. Sealed: medical staff alone read it. The family is listed as contacts."),
        )
        self.fields["refer"] = forms.BooleanField(label=_("To a hospital or a specialist"), required=False)
        self.fields["carrier_agreed"] = forms.BooleanField(
            label=_("The carrier agreed to take her beyond its usual weeks"), required=False
        )

    CONCLUSION = ("code", "until", "conditions", "disease", "refer", "carrier_agreed")

    def findings(self) -> dict[str, Any]:
        """What was written, by code; a yes or no as True or False."""
        told = {each.code: self.cleaned_data.get(each.code) for each in self.looked}
        yes_no = {each.code for each in self.looked if each.kind == Kind.YES_NO}
        return {code: value == "yes" if code in yes_no and value else value for code, value in told.items()}

    def outcome(self) -> Outcome | None:
        """What the physician concludes; None where nothing is yet."""
        told = self.cleaned_data
        if not self.concludes or not told["code"]:
            return None
        return Outcome(**{name: told[name] for name in self.CONCLUSION})

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, the conclusion last."""
        shown = [
            (heading, [self[each.code] for each in those if each in self.looked]) for heading, those in EXAMINATION
        ]
        found = [(gettext(heading), fields) for heading, fields in shown if fields]
        return [*found, (gettext("Conclusion"), [self[n] for n in self.CONCLUSION])] if self.concludes else found


class IllnessForm(forms.Form):
    """What somebody saw or was told. They don't read it again."""

    words = forms.CharField(
        label=_("What you saw or were told"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only medical staff will read this. A physician is told to see the person today."),
    )


class ContactsForm(forms.Form):
    """Who was close to somebody who is ill, and whether they travel meanwhile."""

    cases = forms.MultipleChoiceField(label=_("Who was close"), widget=forms.CheckboxSelectMultiple, required=False)
    everybody = forms.BooleanField(label=_("Everybody who stays in this place"), required=False)
    kept = forms.BooleanField(
        label=_("None of them travels until seen"),
        required=False,
        help_text=_("For an outbreak in one place. A physician alone decides this."),
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = list(people)  # type: ignore[attr-defined]
        if not may_keep:
            del self.fields["kept"]


class CheckForm(forms.Form):
    """One passenger's check before embarkation; a row left empty waits on."""

    code = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("not seen yet")), *((code, words) for code, words in CHECK_CODES.items())],
    )
    temperature = forms.FloatField(label=_("Temperature, °C"), required=False, min_value=30, max_value=43)
    notes = forms.CharField(label=_("What was found"), required=False, max_length=MOST_LETTERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            ("", gettext("not seen yet")),
            *((code, f"{code} · {gettext(words)}") for code, words in CHECK_CODES.items()),
        ]
