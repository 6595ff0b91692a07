"""Forms of conversations: how one was held, the checklist, consents, the screen, a fear of return."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.people.models import Consent
from darb.programmes.assessment import DANGERS, WISHES
from darb.programmes.assessment import LEVELS as RISK_LEVELS
from darb.programmes.counselling import CHECKLIST, PRESSURE, Kind
from darb.programmes.screening import (
    ACTS,
    INTERPRETERS,
    LEVELS,
    MEANS,
    PURPOSES,
    RAPID_SCREEN,
    TRIAGE,
    Question,
)
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES, SCREENING_RESULTS

from .language_fields import LanguageField

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
CHANNELS = [
    ("field", _("In the field")),
    ("office", _("In the office")),
    ("phone", _("By phone")),
    ("online", _("Online")),
]
INTERPRETER = [("", ""), *((code, _(label)) for code, label in INTERPRETERS.items())]


class SpokenForm(forms.Form):
    """How a conversation was held."""

    language = LanguageField(label=_("Language spoken"))
    interpreter_is = forms.ChoiceField(
        label=_("Who interprets"),
        choices=INTERPRETER,
        required=False,
        help_text=_("Never a fellow detainee, a guard, or one of a group that the person fears: ask the person first."),
    )
    interpreter = forms.CharField(label=_("Name of the interpreter"), required=False, max_length=80)
    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS)
    private = forms.BooleanField(
        label=_("In private: no guard, broker or relative could hear"), required=False, initial=True
    )
    not_private_because = forms.CharField(label=_("If not in private, why not"), required=False, max_length=200)

    SPOKEN = ("language", "interpreter_is", "interpreter", "channel", "private", "not_private_because")

    def spoken(self) -> dict[str, Any]:
        """The part of the answers that says how it was held."""
        return {name: self.cleaned_data[name] for name in self.SPOKEN}

    def spoken_fields(self) -> list[forms.BoundField]:
        """The fields that say how it was held."""
        return [self[name] for name in self.SPOKEN]


class CounselForm(SpokenForm):
    """The information and voluntariness checklist, item by item."""

    def __init__(self, *args: Any, detained: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.detained = detained
        for item in CHECKLIST:
            self.fields[item.code] = self._field(item)

    def _field(self, item: Any) -> forms.Field:
        label = f"{item.code} · {gettext(item.text)}"
        if item.kind != Kind.ASK:
            return forms.BooleanField(label=label, required=False)
        if item.raises:
            alarm = (
                _("A yes puts the consent in doubt: protection talks with the person.")
                if item.raises == PRESSURE
                else _("A yes stops travel and all contact with the embassy, and protection takes over.")
            )
            return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, help_text=alarm)
        here = item.code != "V3" or self.detained
        return forms.CharField(
            label=label,
            required=here,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="" if here else _("The person isn't detained: this may stay empty."),
        )

    def clean(self) -> dict[str, Any]:
        """Every item is needed; the ones that are missing say so themselves."""
        told = super().clean() or self.cleaned_data
        for item in CHECKLIST:
            if item.kind != Kind.ASK and not told.get(item.code):
                self.add_error(item.code, _("Counselling isn't complete without this."))
        return told

    def answers(self) -> dict[str, Any]:
        """Answers by the checklist's codes: ticked, yes or no as True and False, or in words."""
        found: dict[str, Any] = {}
        for item in CHECKLIST:
            value = self.cleaned_data[item.code]
            found[item.code] = value == "yes" if item.raises else value or ("not detained" if item.code == "V3" else "")
        return found

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The items under their headings."""
        told = [self[i.code] for i in CHECKLIST if i.kind == Kind.INFORM]
        asked = [self[i.code] for i in CHECKLIST if i.kind != Kind.INFORM]
        return [(gettext("Explained"), told), (gettext("Asked and observed"), asked)]


class ConsentForm(forms.Form):
    """What the person agrees to, each purpose by itself."""

    purposes = forms.MultipleChoiceField(
        label=_("The person agrees"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Read each one out; tick only a yes."),
    )
    form = forms.ChoiceField(label=_("How it was given"), choices=Consent._meta.get_field("form").choices)
    language = LanguageField(label=_("Language spoken"))
    interpreter = SpokenForm.base_fields["interpreter"]
    witness = forms.CharField(
        label=_("Witness"),
        required=False,
        max_length=80,
        help_text=_("For a thumbprint, or what is only said: who saw or heard it. For a child: the guardian."),
    )
    given = forms.DateField(label=_("Given on"), widget=forms.DateInput())
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purposes"].choices = [(code, gettext(label)) for code, label in CONSENT_PURPOSES.items()]

    def clean(self) -> dict[str, Any]:
        """A thumbprint, and what is only said, have a witness; whom a guardian agrees for has that guardian."""
        told = super().clean() or self.cleaned_data
        if told.get("form") == "thumbprint" and not told.get("witness"):
            self.add_error("witness", _("A thumbprint needs a witness: write who saw it given."))
        if told.get("form") == "oral" and not told.get("witness") and not told.get("interpreter"):
            self.add_error(
                "witness", _("What is only said needs somebody who heard it: write who, or who interpreted.")
            )
        if told.get("form") == "proxy" and not told.get("witness"):
            self.add_error("witness", _("Write which guardian agreed, and who that is to the person."))
        return told


class TriageForm(SpokenForm):
    """Questions of a screen: yes, no, or not asked."""

    ANSWERS = [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked"))]
    QUESTIONS: tuple[Question, ...] = TRIAGE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in self.QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=gettext(question.text),
                choices=self.ANSWERS,
                widget=forms.RadioSelect,
                required=False,
                initial="",
                help_text=_("Only alone with the person, by trained staff.") if question.private else "",
            )

    def answers(self) -> dict[str, bool]:
        """Answers by question code: True for yes; what wasn't asked is left out."""
        return {q.code: self.cleaned_data[q.code] == "yes" for q in self.QUESTIONS if self.cleaned_data[q.code]}

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions under the headings of their levels."""
        levels = {level: [self[q.code] for q in self.QUESTIONS if q.level == level] for level in LEVELS}
        return [(gettext(LEVELS[level]), fields) for level, fields in levels.items() if fields]


class ScreenForm(TriageForm):
    """The rapid screen that everyone gets, with what it came to."""

    QUESTIONS = RAPID_SCREEN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"] = forms.ChoiceField(
            label=_("What it came to"),
            choices=[(code, gettext(label)) for code, label in SCREENING_RESULTS.items()],
            widget=forms.RadioSelect,
            help_text=_("A return that isn't safe stops travel and all contact with the embassy."),
        )

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions, then the result."""
        return [*super().parts(), (gettext("Result"), [self["result"]])]


class AssessForm(SpokenForm):
    """The full assessment: what endangers the person, what helps, what is done, and what they want."""

    level = forms.ChoiceField(label=_("How much is at stake"), widget=forms.RadioSelect)
    dangers = forms.MultipleChoiceField(label=_("Dangers"), required=False, widget=forms.CheckboxSelectMultiple)
    findings = forms.CharField(
        label=_("What stands behind it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    helps = forms.CharField(
        label=_("What helps: people, places, means of the person's own"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    plan = forms.CharField(
        label=_("What is done, by whom, until when"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    wish = forms.ChoiceField(
        label=_("What the person wants"),
        widget=forms.RadioSelect,
        help_text=_("Asked apart from everything else: for somebody who was trafficked, the consent to return."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(code, gettext(level.label)) for code, level in RISK_LEVELS.items()]
        self.fields["dangers"].choices = [(code, gettext(label)) for code, label in DANGERS.items()]
        self.fields["wish"].choices = [(code, gettext(label)) for code, label in WISHES.items()]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The dangers, then what is done about them."""
        return [
            (gettext("The dangers"), [self["dangers"], self["findings"], self["helps"], self["level"]]),
            (gettext("What is done"), [self["plan"], self["wish"]]),
        ]


class TraffickingForm(SpokenForm):
    """What was done to the person, by which means, what for."""

    acts = forms.MultipleChoiceField(
        label=_("What was done to the person"),
        choices=ACTS.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    means = forms.MultipleChoiceField(
        label=_("By which means"), choices=MEANS.items(), required=False, widget=forms.CheckboxSelectMultiple
    )
    purposes = forms.MultipleChoiceField(
        label=_("What for"), choices=PURPOSES.items(), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("What was said: also about now, and about safety"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, of in (("acts", ACTS), ("means", MEANS), ("purposes", PURPOSES)):
            self.fields[name].choices = [(code, gettext(label)) for code, label in of.items()]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What was heard."""
        return [(gettext("What was heard"), [self[name] for name in ("acts", "means", "purposes", "note")])]


class SignForm(forms.Form):
    """What the second reader says."""

    agrees = forms.ChoiceField(
        label=_("The second reader"), choices=[("yes", _("Agrees")), ("no", _("Doesn't agree"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ConcernForm(forms.Form):
    """What was heard. It asks for no proof."""

    heard_in = forms.ChoiceField(
        label=_("Heard in"),
        choices=[
            ("conversation", _("A conversation")),
            ("counselling", _("Counselling")),
            ("screening", _("Screening")),
            ("phone", _("A phone call")),
            ("session", _("A session")),
        ],
    )
    words = forms.CharField(
        label=_("In the person's own words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only those who work on protection will read this."),
    )  # fmt: skip
    priority = forms.ChoiceField(
        label=_("How urgent"),
        choices=[("emergency", _("Emergency (24 hours)")), ("urgent", _("Urgent (72 hours)")), ("normal", _("Normal"))],
        initial="urgent",
    )
    referral_consent = forms.BooleanField(label=_("The person agrees that UNHCR is told"), required=False)


class SettleForm(forms.Form):
    """What protection found."""

    able = forms.ChoiceField(
        label=_("What was found"),
        choices=[
            ("yes", _("The person can return safely and still wishes to")),
            ("no", _("The person needs protection")),
        ],
        widget=forms.RadioSelect,
    )
    record = forms.CharField(
        label=_("What was found, and by whom"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


class GuardianForm(forms.Form):
    """Who came for a child that was alone."""

    record = forms.CharField(
        label=_("Who the guardian is, and how you verified it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class JointForm(forms.Form):
    """The outcome of counselling together with UNHCR."""

    cleared = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("yes", _("Cleared: the embassy may be contacted")), ("no", _("Not cleared"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Record"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ConversationForm(SpokenForm):
    """A conversation, closed to those who work with that kind of matter."""

    data_class = forms.ChoiceField(
        label=_("What it is about"), help_text=_("Only those who work on this will read it.")
    )
    note = forms.CharField(label=_("What was said"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
