"""Forms about community leaders and rumours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from darb.events.community_actions import ToldLeader
from darb.events.models import (
    Attendance,
    CommunityLeader,
    Found,
    LeaderLine,
    RumourAbout,
    Spread,
    TrainedOn,
)
from darb.events.rumour_actions import ToldRumour

from .people_forms import TEL, SiteField, countries
from .spoken import language_names


class LeaderForm(forms.Form):
    """A community leader. The note on risk is for those who see protection matters."""

    name = forms.CharField(label=_("Name"), max_length=120)
    community = forms.ChoiceField(label=_("Community of"))
    site = SiteField(label=_("Where we meet them"), help_text=_("Begin to write the name."))
    area = forms.CharField(label=_("Quarter or places where they are listened to"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20, widget=forms.TextInput(attrs=TEL))
    hours = forms.CharField(
        label=_("When a call is safe"), required=False, max_length=40, help_text=_("As 18-20; empty: at any hour.")
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple)
    code_signed = forms.DateField(label=_("Code of conduct signed on"), required=False, widget=forms.DateInput())
    risk_note = forms.CharField(
        label=_("Risks"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pressure, brokers, quarrels: for protection's eyes."),
    )

    def __init__(self, *args: Any, sees_risk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = countries()
        self.fields["languages"].choices = list(language_names(get_language() or "en").items())
        if not sees_risk:
            del self.fields["risk_note"]

    @staticmethod
    def shown(leader: CommunityLeader) -> dict[str, Any]:
        """What the form begins with: what is kept."""
        kept = ("name", "community", "area", "phone", "hours", "languages", "code_signed", "risk_note")
        return {name: getattr(leader, name) for name in kept} | {"site": leader.site.code}

    def told(self) -> ToldLeader:
        """What was entered, for the room that keeps it."""
        return ToldLeader(**self.cleaned_data)


class EndForm(forms.Form):
    """Why we work with a leader no longer."""

    because = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class InviteForm(forms.Form):
    """Leaders to invite."""

    leaders = forms.MultipleChoiceField(label=_("Community leaders"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, free: Iterable[CommunityLeader], names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = {str(x.pk): x for x in free}
        self.fields["leaders"].choices = [
            (pk, f"{x.name} · {names.get(x.community, x.community)}") for pk, x in self.free.items()
        ]

    def chosen(self) -> list[CommunityLeader]:
        """Whom the form names."""
        return [self.free[pk] for pk in self.cleaned_data["leaders"]]


class AttendanceForm(forms.Form):
    """What came of each invitation, and, of a training, what it was about."""

    topics = forms.MultipleChoiceField(
        label=_("Trained on"), required=False, choices=TrainedOn.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lines: Iterable[LeaderLine], training: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"line-{x.pk}": x.pk for x in lines}
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.ChoiceField(
                label=line.leader.name, required=False, choices=[("", ""), *Attendance.choices], initial=line.attendance
            )
        if not training:
            del self.fields["topics"]

    def came(self) -> dict[int, str]:
        """By line, what came of the invitation."""
        return {pk: self.cleaned_data[name] for name, pk in self.lines.items()}


class RumourForm(forms.Form):
    """A rumour as it goes round."""

    words = forms.CharField(
        label=_("What is said"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No names, no numbers: what is said, not who said it."),
    )
    about = forms.ChoiceField(label=_("What about"), choices=[("", ""), *RumourAbout.choices])
    spread = forms.ChoiceField(label=_("How it goes round"), choices=Spread.choices, initial=Spread.MOUTH)
    site = SiteField(label=_("Where it was heard"), help_text=_("Begin to write the name."))
    heard_on = forms.DateField(label=_("Heard on"), required=False, widget=forms.DateInput())

    def told(self) -> ToldRumour:
        """What was entered, for the room that keeps it."""
        return ToldRumour(**self.cleaned_data)


class CheckForm(forms.Form):
    """What checking a rumour showed."""

    found = forms.ChoiceField(label=_("What checking showed"), choices=Found.choices, widget=forms.RadioSelect)
    checked_with = forms.CharField(
        label=_("Checked with"), max_length=200, help_text=_("An office or a paper, not a name.")
    )


class AnswerForm(forms.Form):
    """What everybody answers from now on."""

    answer = forms.CharField(
        label=_("Our answer"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two short sentences that can be said aloud. Teams tell them at sessions."),
    )
