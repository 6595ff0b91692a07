"""Forms about calls: one that reached us, what came of one that we made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.events.callback_actions import CameOf
from darb.events.hotline_actions import ToldCall
from darb.events.identity_check import Answers
from darb.events.models import CallEnd, Caller, CallOutcome, ReferredTo, Topic, Urgent
from darb.people.models import Person, PhoneOwner

from .booking_fields import FIELDS, BookingForm
from .language_fields import LanguageField
from .people_forms import TEL, SiteField, countries

COUNT = {"inputmode": "numeric"}
SPEECH = [("", _("Not asked")), ("yes", _("Yes")), ("no", _("No: somebody listened"))]
CODE = {"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}
ANSWERS = {
    "reference": _("The reference on their slip"),
    "father": _("Father's name"),
    "mother": _("Mother's name"),
    "birth_year": _("Year of birth"),
    "origin": _("Place they come from"),
}


class _AnswersForm(BookingForm):
    """Fields for what a caller answers, where a file is at hand to compare them with."""

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.put_after("outcome")
        if person is not None:
            for name in FIELDS:
                del self.fields[name]
            for name, label in ANSWERS.items():
                self.fields[name] = forms.CharField(label=label, required=False, max_length=60)
            self.fields["reference"].help_text = _(
                "To withdraw by phone: ask two of these. Write what they answer; don't read it to them."
            )

    def answers(self) -> Answers:
        """What the caller answered."""
        return Answers(**{name: self.cleaned_data.get(name, "") for name in ANSWERS})


class CallForm(_AnswersForm):
    """A call that reached us. What nobody could have said on a machine isn't asked."""

    number = forms.CharField(label=_("Number shown"), required=False, max_length=20, widget=forms.TextInput(attrs=TEL))
    language = LanguageField(label=_("Language"), required=False)
    caller = forms.ChoiceField(label=_("Who calls"), choices=Caller.choices)
    topic = forms.ChoiceField(label=_("What about"), choices=[("", ""), *Topic.choices])
    outcome = forms.ChoiceField(label=_("What came of it"), choices=[("", ""), *CallOutcome.choices])
    referred_to = forms.ChoiceField(label=_("Passed on to"), required=False, choices=[("", ""), *ReferredTo.choices])
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    site = SiteField(label=_("Where the person is"), help_text=_("Begin to write the name."))
    phone_owner = forms.ChoiceField(
        label=_("Whose phone is it?"),
        choices=PhoneOwner.choices,
        initial=PhoneOwner.UNKNOWN,
        help_text=_("A guard's or smuggler's phone is never called: somebody goes there instead."),
    )
    hours = forms.CharField(
        label=_("When a call is safe"), required=False, max_length=40, help_text=_("As 18-20; empty: at any hour.")
    )
    call_unsafe = forms.BooleanField(label=_("Don't call this number: it isn't safe for them"), required=False)
    private = forms.ChoiceField(label=_("Could they speak freely?"), required=False, choices=SPEECH)
    urgent = forms.MultipleChoiceField(
        label=_("What can't wait"), required=False, choices=Urgent.choices, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=0, max_value=600, widget=forms.NumberInput(attrs=COUNT)
    )
    card_batch = forms.CharField(
        label=_("Batch on the card"), required=False, max_length=20, widget=forms.TextInput(attrs=CODE)
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the next officer must know. Reasons for fear are told to protection alone."),
    )

    def __init__(self, *args: Any, end: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.end = end
        self.fields["nationality"].choices = countries()
        if end != CallEnd.ANSWERED:
            of_person = FIELDS if self.person is None else ANSWERS
            for name in ("outcome", "referred_to", "private", "topic", *of_person):
                del self.fields[name]
        if end == CallEnd.MISSED:
            for name in ("minutes", "note", "urgent", "caller", "card_batch"):
                del self.fields[name]
        if self.person is not None:
            for name in ("name", "nationality"):
                del self.fields[name]

    def told(self) -> ToldCall:
        """What was entered, for the room that keeps it."""
        said = {n: v for n, v in self.cleaned_data.items() if n not in (*ANSWERS, *FIELDS)}
        if "private" in said:
            said["private"] = {"yes": True, "no": False}.get(said["private"])
        return ToldCall(end=self.end, person=self.person, answers=self.answers(), booking=self.booking(), **said)


class CameForm(_AnswersForm):
    """What came of a call that we made."""

    answered = forms.ChoiceField(
        label=_("Did somebody answer?"),
        choices=[("yes", _("We spoke")), ("no", _("No answer"))],
        widget=forms.RadioSelect,
    )
    private = forms.ChoiceField(label=_("Could they speak freely?"), required=False, choices=SPEECH)
    topic = forms.ChoiceField(label=_("What about"), required=False, choices=[("", ""), *Topic.choices])
    outcome = forms.ChoiceField(label=_("What came of it"), required=False, choices=[("", ""), *CallOutcome.choices])
    referred_to = forms.ChoiceField(label=_("Passed on to"), required=False, choices=[("", ""), *ReferredTo.choices])
    call_unsafe = forms.BooleanField(label=_("Don't call this number again: it isn't safe for them"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def came(self) -> CameOf:
        """What was entered, for the room that keeps it."""
        v = self.cleaned_data
        if v["answered"] == "no":
            return CameOf(False)
        return CameOf(
            True,
            v["outcome"],
            v["topic"],
            v["referred_to"],
            {"yes": True, "no": False}.get(v["private"]),
            v["note"],
            v["call_unsafe"],
            self.booking(),
            self.answers(),
        )
