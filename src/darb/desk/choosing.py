"""A page to choose cases for one deed: those it can be done with, and those it can't, each with the reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from darb.cases.queries import by_refs
from darb.events.queries import Choice
from darb.places.queries import country_names
from darb.rules.refusal import Refused
from darb.trust.action import AlreadyDone

from . import deed, door


def choose_cases(request: Any, do: Any, choice: Choice, *, done: Any, to: str, **context: Any) -> HttpResponse:
    """A page to choose cases from a list, with those that can't be chosen and why; then the deed with the chosen."""
    chosen = request.POST.getlist("case")
    if request.method == "POST":
        try:
            result = do(door.act(request), list(by_refs(request.actor, chosen).values()))
        except AlreadyDone as again:
            return deed.said_and_sent(request, door.said(again.refusal), to)
        except Refused as why:
            request.refused, context["refusal"] = why, why.refusal
        else:
            return deed.said_and_sent(request, done(len(result)), to)
    context |= {
        "choice": choice,
        "chosen": chosen,
        "back": to,
        "day": door.today(),
        "countries": country_names(get_language() or "en"),
    }
    return render(request, "desk/events/choose.html", context, status=409 if "refusal" in context else 200)
