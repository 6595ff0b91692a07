"""The page on which is confirmed what clearances ask of a flight: escorts, wheelchairs, who meets whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from darb.cases import queries as cases
from darb.movements import queries
from darb.movements.condition_actions import ARRANGED, Confirmed, confirm_conditions
from darb.movements.condition_queries import Asked, conditions_on
from darb.rules.refusal import Refused
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone
from darb.trust.queries import names_of

from . import deed, door
from .movements import trail


class DetailForm(forms.Form):
    """What was agreed about one condition; a row left empty stays open."""

    detail = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, asks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["detail"].label = asks


def conditions(request: Any, ref: str) -> HttpResponse:
    """Every condition of those on a flight, and of those whom only one keeps from it; confirmed row by row."""
    flight = queries.get(request.actor, ref)
    asked = conditions_on(request.actor, flight)
    sent = request.POST if request.method == "POST" else None
    rows = [(a, DetailForm(sent, prefix=_prefix(a), asks=_(a.condition.asks)) if _open(a) else None) for a in asked]
    context: dict[str, Any] = {}
    if sent is not None and all(form.is_valid() for _a, form in rows if form):
        told = {a: form.cleaned_data["detail"] for a, form in rows if form and form.cleaned_data["detail"].strip()}
        here = reverse("desk:conditions", args=[flight.ref])
        try:
            if not told:
                raise Refused("nothing_told", marked("Write what was agreed in at least one row."))
            found = cases.by_refs(request.actor, {a.case.ref for a in told})
            confirm_conditions(
                door.act(request),
                flight,
                [Confirmed(found[a.case.ref], a.gate, a.code, detail) for a, detail in told.items()],
            )
        except AlreadyDone as again:
            return deed.said_and_sent(request, door.said(again.refusal), here)
        except Refused as refused:
            request.refused, context["refusal"] = refused, refused.refusal
        else:
            return deed.said_and_sent(request, _("It is confirmed on this flight."), here)
    context |= {
        "flight": flight,
        "rows": rows,
        "names": names_of({a.confirmation.account_id for a in asked if a.confirmation}),
        "arranged": flight.state in ARRANGED,
        "open": sum(not a.met for a in asked),
        "trail": trail(flight, _("What clearances ask of it")),
    }
    return render(request, "desk/movements/conditions.html", context, status=422 if context.get("refusal") else 200)


def _prefix(asked: Asked) -> str:
    return f"{asked.case.ref}-{asked.gate}-{asked.code}"


def _open(asked: Asked) -> bool:
    return asked.mine and not asked.met
