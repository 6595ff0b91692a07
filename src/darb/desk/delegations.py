"""Who decides from afar: roles that somebody holds until a day, named when staff are away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from darb.places.queries import offices
from darb.rules.refusal import Forbidden
from darb.rules.roles import LABELS, Role
from darb.trust.delegation_actions import delegate, end_delegation
from darb.trust.models import Account
from darb.trust.queries import colleagues, delegations, names_of

from . import deed, door


class DelegationForm(forms.Form):
    """Whose word counts, as what, where, and until when."""

    account = forms.ChoiceField(label=gettext_lazy("Who decides"))
    role = forms.ChoiceField(label=gettext_lazy("As"))
    office = forms.ChoiceField(label=gettext_lazy("For which office"), required=False)
    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput())
    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("For whom, and why: it stays with it.")
    )

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(a.pk): a for a in people}
        self.fields["account"].choices = [("", ""), *((pk, a.name) for pk, a in self.people.items())]
        self.fields["role"].choices = [("", ""), *((r.value, _(LABELS[r])) for r in Role)]
        self.fields["office"].choices = [("", _("Every office")), *((code, code) for code in offices())]


def delegation_list(request: Any) -> HttpResponse:
    """Who decides for somebody now, and naming one more."""
    if not request.actor.may("trust.delegate"):
        raise Forbidden("no_power", _("Your role doesn't do this."), who=Role.CHIEF_OF_MISSION)
    form = DelegationForm(request.POST or None, people=colleagues(request.actor))
    rows = delegations(request.actor, door.today())
    return deed.page(
        request,
        form,
        lambda act, v: delegate(
            act, form.people[v["account"]], Role(v["role"]), v["until"], v["why"], office=v["office"]
        ),
        done=_("They decide from now on, until the day you chose."),
        to=reverse("desk:delegations"),
        template="desk/delegations.html",
        rows=rows,
        names=names_of({g.given_by or 0 for g in rows}),
        submit=_("Let them decide"),
    )


@require_POST
def end(request: Any, grant: int) -> HttpResponse:
    """One of them decides no more."""
    return deed.at_once(
        request,
        lambda act: end_delegation(act, grant),
        done=_("It is taken back."),
        to=reverse("desk:delegations"),
    )
