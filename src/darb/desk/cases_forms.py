"""Forms on the way of a case: counselling, consent, screening, decisions on gates, steps, the return itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.cases.actions import Sat
from darb.cases.models import VisaState, Waiver
from darb.places.queries import offices
from darb.programmes.exit_visa import FEES, REASONS
from darb.programmes.fitness import MEDICAL_CONDITIONS
from darb.programmes.voluntary_return_codes import CONDITIONS
from darb.rules.pathway import Gate, SideState
from darb.rules.roles import LABELS, Role

from .people_forms import AirportField, WithdrawForm, countries

FROM_THE_CLINIC = frozenset(MEDICAL_CONDITIONS) - {"escort"}
"""What a physician alone asks of the journey."""


class VerdictForm(forms.Form):
    """A decision on a gate: only the rulings that this officer may give."""

    code = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("From this day on it counts no more."),
    )
    conditions = forms.MultipleChoiceField(
        label=_("Under these conditions"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("The gate stays red until each is confirmed."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Never a finding or a diagnosis: those stay with whoever made them."),
    )  # fmt: skip

    TAKE_CONDITIONS = frozenset({"R4", "R5"})

    def __init__(self, *args: Any, gate: Gate, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = set(codes)
        self.fields["code"].choices = [(r.code, gettext(r.label)) for r in gate.rulings if r.code in offered]
        if any(r.panel > 1 and r.code in offered for r in gate.rulings):
            self.fields["panel"] = forms.CharField(
                label=_("Who decided together"),
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("For a determination: one a line, the name, a comma, the organisation."),
            )
        if gate.code in self.TAKE_CONDITIONS:
            self.fields["conditions"].choices = [
                (code, gettext(c.label)) for code, c in CONDITIONS.items() if code not in FROM_THE_CLINIC
            ]
        else:
            del self.fields["conditions"]

    def panel(self) -> list[Sat]:
        """Those who decided together: one a line, the organisation after a comma."""
        lines = [line.partition(",") for line in self.cleaned_data.get("panel", "").splitlines() if line.strip()]
        return [Sat(name.strip(), organisation.strip()) for name, _comma, organisation in lines]

    def clean(self) -> dict[str, Any]:
        """A hold says when it is looked at again."""
        told = super().clean() or self.cleaned_data
        if told.get("code") == "hold" and not told.get("until"):
            self.add_error("until", gettext("Say on which day this is looked at again."))
        return told


class ReasonForm(forms.Form):
    """An exception, with its reason and its end."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput())


class StepForm(forms.Form):
    """A step, asking what the side state that it leads to asks for."""

    def __init__(self, *args: Any, stage: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = stage.asks if isinstance(stage, SideState) else ()
        if "reason" in asks:
            self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=200)
        if "review_date" in asks:
            self.fields["review_on"] = forms.DateField(label=_("Look at it again on"), widget=forms.DateInput())


class WithdrawCaseForm(forms.Form):
    """The person no longer wants to return."""

    reason = forms.CharField(
        label=_("What the person said"), max_length=200, help_text=_("Nobody has to give a reason: write that, then.")
    )
    how = forms.ChoiceField(label=_("How it was said"), choices=WithdrawForm.base_fields["how"].choices)


class CloseForm(forms.Form):
    """How the case ended."""

    code = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, endings: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(e.key, gettext(e.label)) for e in endings]


class ReturnForm(forms.Form):
    """Where the person goes home to, and from which airport."""

    return_country = forms.ChoiceField(label=_("Returns to"))
    return_area = forms.CharField(label=_("Place of return"), required=False, max_length=80)
    return_airport = AirportField(label=_("Airport of arrival"), required=False)
    departure_airport = AirportField(label=_("Airport of departure"), required=False)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["return_country"].choices = countries()[1:]


class TaskForm(forms.Form):
    """Something that a role shall do."""

    role = forms.ChoiceField(label=_("For"))
    due = forms.DateField(label=_("Due on"), widget=forms.DateInput())
    reason = forms.CharField(label=_("What is to be done"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, gettext(label)) for role, label in LABELS.items()]

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])


class VisaFormForm(forms.Form):
    """Which version of its form the authority takes."""

    version = forms.CharField(
        label=_("Version of the form"),
        max_length=30,
        help_text=_("As it is printed on the authority's own form, such as a number or a date."),
    )
    since = forms.DateField(label=_("Taken since"))


class VisaBatchForm(forms.Form):
    """Exit-visa forms handed in together."""

    airport = AirportField(label=_("Airport of departure"))
    authority = forms.CharField(label=_("Handed in to"), max_length=120)
    office = forms.ChoiceField(label=_("Our office"))
    waive = forms.MultipleChoiceField(
        label=_("We ask the authority to waive"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=list(FEES),
        help_text=_("A return costs the person nothing. What isn't waived is the mission's to settle."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [(code, code) for code in offices()]
        self.fields["waive"].choices = [(code, gettext(label)) for code, label in FEES.items()]


class ReplyForm(forms.Form):
    """Our answer to what the authority asks, or how a dispute was settled."""

    answer = forms.CharField(
        label=_("What we answer, or how it was settled"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReceiptForm(forms.Form):
    """The authority's receipt stamp."""

    receipt = forms.CharField(
        label=_("Number on the receipt"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr"})
    )


class DaysForm(forms.Form):
    """The days for which a whole batch is approved, where the authority gives all of it the same."""

    all_from = forms.DateField(label=_("Valid from, for all approved"), required=False, widget=forms.DateInput())
    all_to = forms.DateField(
        label=_("Last day, for all approved"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("Then a number is enough: whoever has one below is approved for these days."),
    )


class AnswerForm(forms.Form):
    """The authority's answer to one application; an empty row waits on."""

    state = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[
            ("", _("no answer yet")),
            (VisaState.APPROVED, VisaState.APPROVED.label),
            (VisaState.QUERIED, VisaState.QUERIED.label),
            (VisaState.REJECTED, VisaState.REJECTED.label),
        ],
    )
    number = forms.CharField(
        label=_("Number"), required=False, max_length=30, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=forms.DateInput())
    valid_to = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput())
    why = forms.ChoiceField(label=_("Kind of reason"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    waiver = forms.ChoiceField(
        label=_("Fees and fines"),
        required=False,
        choices=[("", "–"), (Waiver.GRANTED, Waiver.GRANTED.label), (Waiver.REFUSED, Waiver.REFUSED.label)],
    )

    def __init__(self, *args: Any, waives: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [("", "–"), *((code, gettext(label)) for code, label in REASONS.items())]
        if not waives:
            self.fields["waiver"].widget = forms.HiddenInput()
