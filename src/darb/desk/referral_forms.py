"""Forms of referrals: to whom and with which consent, and what became of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Referral
from darb.programmes import referral as r
from darb.rules.words import Words


def _told(codes: Mapping[str, Words]) -> list[tuple[str, str]]:
    return [(code, gettext(label)) for code, label in codes.items()]


class ReferForm(forms.Form):
    """Who can help, with what, how soon; and what the person agreed to have told."""

    data_class = forms.ChoiceField(
        label=_("What it is about"), help_text=_("Only those who work on this will read it.")
    )
    to = forms.CharField(label=_("To whom"), max_length=120, help_text=_("Organisation or hospital, and a name there."))
    service = forms.ChoiceField(label=_("Service asked for"))
    priority = forms.ChoiceField(label=_("How urgent"), initial="urgent", widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why, in words that the person agrees to"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    caregiver = forms.CharField(
        label=_("Of a child: who cares for it, and do they know?"), required=False, max_length=200
    )
    shares = forms.MultipleChoiceField(
        label=_("The person agrees that this is told"), widget=forms.CheckboxSelectMultiple
    )
    consent = forms.ChoiceField(
        label=_("How the person agreed"), widget=forms.RadioSelect, help_text=_("Without consent nobody is referred.")
    )

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], health: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shares = [(code, label) for code, label in _told(r.SHARES) if health or code != r.HEALTH]
        for name, choices in (
            ("data_class", classes),
            ("service", [("", ""), *_told(r.SERVICES)]),
            ("priority", _told(r.PRIORITIES)),
            ("shares", shares),
            ("consent", _told(r.CONSENTS)),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(classes) == 1:
            self.fields["data_class"].widget = forms.HiddenInput()
            self.initial["data_class"] = classes[0][0]


class FollowForm(forms.Form):
    """Where a referral is now."""

    state = forms.ChoiceField(label=_("What became of it"), widget=forms.RadioSelect)
    why = forms.ChoiceField(label=_("If refused, why"), required=False)
    outcome = forms.CharField(
        label=_("What was answered, or told back"), required=False, max_length=300, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        following = r.NEXT[referral.state]
        self.fields["state"].choices = [(s, gettext(r.STATES[s])) for s in following]  # type: ignore[attr-defined]
        if r.REFUSED in following:
            self.fields["why"].choices = [("", ""), *_told(r.WHY_REFUSED)]  # type: ignore[attr-defined]
        else:
            del self.fields["why"]
        if not r.SAYS_WHY & set(following):
            del self.fields["outcome"]
