"""Pages of how a family goes on when one of them can't travel: the three ways, one proposed, protection signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from darb.cases import queries
from darb.cases.family_option_actions import (
    can_take_along,
    family_of,
    propose_family_option,
    sign_family_option,
)
from darb.cases.reading import may_be_child
from darb.programmes.voluntary_return_codes import FAMILY_OPTIONS
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked
from darb.trust.action import Act

from . import door
from .case_deeds import case_deed, case_of
from .conversation_forms import SignForm


class FamilyOptionForm(forms.Form):
    """How a family goes on."""

    option = forms.ChoiceField(label=gettext_lazy("How the family goes on"), widget=forms.RadioSelect)
    relative = forms.ChoiceField(label=gettext_lazy("With which relative"), required=False)
    consent = forms.CharField(
        label=gettext_lazy("How the parent agreed: in private, in which language, who interpreted"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    review = forms.DateField(
        label=gettext_lazy("Look at it again on"), required=False, widget=forms.DateInput(),
        help_text=gettext_lazy("When all wait."),
    )  # fmt: skip

    def __init__(self, *args: Any, relatives: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [(code, _(label)) for code, label in FAMILY_OPTIONS.items()]
        self.fields["relative"].choices = [("", ""), *relatives]


def option_page(request: Any, ref: str) -> HttpResponse:
    """The three ways, with who would go and who would stay, and one of them proposed."""
    case = case_of(request, ref)
    day = door.today()
    members = family_of(case)
    relatives = {c.ref: c for c, m in members if can_take_along(c, m, day)}
    form = FamilyOptionForm(request.POST or None, relatives=[(r, c.person.name) for r, c in relatives.items()])

    def do(act: Act, v: dict[str, Any]) -> Any:
        return propose_family_option(
            act,
            case,
            v["option"],
            language=request.LANGUAGE_CODE,
            relative=relatives.get(v["relative"]),
            consent=v["consent"],
            review=v["review"],
        )

    children = ", ".join(c.person.name for c, _m in members if may_be_child(c.person, day)) or "–"
    others = ", ".join(c.person.name for c, _m in members) or "–"
    grown = ", ".join(c.person.name for c in relatives.values()) or "–"
    return case_deed(
        request,
        case,
        form,
        do,
        title=_("How the family goes on"),
        lead=_("Ask each grown member alone. Protection's lead signs before anything changes."),
        warnings=[
            _("Children who could go along: %(names)s") % {"names": children},
            _("Relatives who could take them: %(names)s") % {"names": grown},
            _("Everybody else in the family: %(names)s") % {"names": others},
        ],
        done=_("It is proposed. Protection's lead signs it."),
        submit=_("Propose it"),
    )


def sign_page(request: Any, ref: str, number: int) -> HttpResponse:
    """Protection's lead signs how a family goes on."""
    case = case_of(request, ref)
    proposed = queries.family_options(request.actor, case).filter(pk=number).first()
    if proposed is None:
        raise Missing("no_proposal", marked("There is no such proposal within your reach."))
    told = proposed.answers
    lines = [told["consent"], told["relative"], told["review"]]
    return case_deed(
        request,
        case,
        SignForm(request.POST or None),
        lambda act, v: sign_family_option(act, proposed, v["agrees"] == "yes", v["why"]),
        title=_("Sign how the family goes on"),
        lead=_(FAMILY_OPTIONS[told["option"]]),
        warnings=[line for line in lines if line],
        done=_("You signed it."),
        to=reverse("desk:case", args=[case.ref]),
    )
