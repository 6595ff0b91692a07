"""Forms about who is who."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.people.models import Said


class QuestionForm(forms.Form):
    """Another registration that may be of the same person."""

    other = forms.CharField(
        label=_("Reference of the other person"), max_length=12, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    why = forms.CharField(label=_("Why it may be the same person"), max_length=120)


class JudgeForm(forms.Form):
    """What somebody trained says of two files."""

    said = forms.ChoiceField(
        label=_("Are they one person?"),
        choices=[(s.value, s.label) for s in (Said.SAME, Said.DIFFERENT, Said.UNSURE)],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=_("Why, in a few words"),
        required=False,
        max_length=200,
        help_text=_("It helps whoever looks at them again."),
    )


class TakeBackForm(forms.Form):
    """Why a judgement is undone."""

    why = forms.CharField(label=_("Why it is taken back"), max_length=200)
