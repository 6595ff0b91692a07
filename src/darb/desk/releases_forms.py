"""Forms about releases: the request, the authority's answers, the appointment, and who wasn't handed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.cases.models import ReleaseState
from darb.programmes.release import ABSENCES, GROUNDS

from .people_forms import SiteField

ANSWERS = ((ReleaseState.APPROVED, "1"), (ReleaseState.REFUSED, "2"))
"""The answers that an authority gives, each with the key that chooses it."""


class RequestForm(forms.Form):
    """A request to one centre."""

    ground = forms.ChoiceField(label=_("Legal ground"))
    authority = forms.CharField(
        label=_("Addressed to"), max_length=120, help_text=_("The authority that decides, and its office.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(code, gettext(label)) for code, label in GROUNDS.items()]


class ApprovalForm(forms.Form):
    """Who approved, and under which number: asked for where somebody is approved."""

    approved_by = forms.CharField(label=_("Approved by"), required=False, max_length=120)
    list_number = forms.CharField(
        label=_("Number of the release list"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )


class LineAnswerForm(forms.Form):
    """The answer on one person; an empty row waits on."""

    state = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("no answer yet")), *((state, state.label) for state, _key in ANSWERS)],
    )
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput())
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class AppointmentForm(forms.Form):
    """When those approved are handed over, and to whom of us."""

    hand_over_at = forms.DateTimeField(
        label=_("Hand-over at the centre"), widget=forms.DateTimeInput, help_text=_("Libyan time.")
    )
    receiving_officer = forms.CharField(label=_("Who of us receives them"), max_length=80)


class GateForm(forms.Form):
    """One person brought to the gate."""

    taken_to = SiteField(label=_("Where they are taken"))
    property_returned = forms.CharField(
        label=_("Property given back"), required=False, max_length=200, help_text=_("It stands on the protocol.")
    )
    injury = forms.CharField(
        label=_("Injury that was seen"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For medical staff alone: it stands on no paper, and you won't see it again."),
    )


class ToForm(forms.Form):
    """Where those who are released are taken, for the whole hand-over."""

    to = SiteField(label=_("Where they are taken"))


class NotHandedForm(forms.Form):
    """Why somebody isn't handed over. What wasn't agreed can't be refused on the day."""

    outcome = forms.ChoiceField(label=_("What happened"), widget=forms.RadioSelect)
    found_at = SiteField(
        label=_("Where the person was moved to"), required=False, help_text=_("If that is what happened.")
    )
    reason = forms.CharField(
        label=_("Reason, or what you were told"), required=False, max_length=200, help_text=_("And who told you.")
    )

    def __init__(self, *args: Any, agreed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refused = [(ReleaseState.REFUSED, gettext("The centre refuses"))] if agreed else []
        ours = [(ReleaseState.TAKEN_OFF, gettext("We take the person off the list"))]
        told = [(code, gettext(label)) for code, label in ABSENCES.items()]
        self.fields["outcome"].choices = [*told, *refused, *ours]
