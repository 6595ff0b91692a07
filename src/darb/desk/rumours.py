"""Pages about rumours: heard, checked, answered, told at sessions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.events import community_queries
from darb.events.models import Found, RumourState
from darb.events.rumour_actions import answer_rumour, check_rumour, hear_rumour, retire_rumour

from . import deed, door
from .community_forms import AnswerForm, CheckForm, RumourForm
from .people_forms import site_choices


@require_safe
def rumours(request: Any) -> HttpResponse:
    """What is being said, and what we say to it."""
    context = {
        "rumours": community_queries.rumours(request.actor),
        "may_hear": request.actor.may("events.hear_rumour"),
    }
    return render(request, "desk/community/rumours.html", context)


@require_safe
def rumour(request: Any, ref: str) -> HttpResponse:
    """One rumour: what checking showed, our answer, where it was told."""
    actor = request.actor
    found = community_queries.rumour(actor, ref)
    open_still = found.state in (RumourState.HEARD, RumourState.CHECKED)
    answers = found.state in (RumourState.CHECKED, RumourState.ANSWERED) and found.found != Found.UNCLEAR
    context = {
        "rumour": found,
        "told": community_queries.told_at(actor, found),
        "may": {
            "check": open_still and actor.may("events.check_rumour"),
            "answer": answers and actor.may("events.answer_rumour"),
            "retire": found.state != RumourState.RETIRED and actor.may("events.retire_rumour"),
        },
    }
    return render(request, "desk/community/rumour.html", context)


def hear(request: Any) -> HttpResponse:
    """Keep a rumour that was heard."""
    begun = {"site": door.typed(request.GET.get("site", ""), 24), "heard_on": door.today()}
    form = RumourForm(request.POST or None, initial=begun)
    return deed.page(
        request,
        form,
        lambda act, _v: hear_rumour(act, form.told()),
        done=_("The rumour is kept."),
        to=lambda kept: reverse("desk:rumour", args=[kept.ref]),
        title=_("A rumour"),
        submit=_("Keep this rumour"),
        sites=site_choices(),
        back=reverse("desk:rumours"),
    )


def check(request: Any, ref: str) -> HttpResponse:
    """Say what checking a rumour showed."""
    found = community_queries.rumour(request.actor, ref)
    return deed.page(
        request,
        CheckForm(request.POST or None, initial={"found": found.found, "checked_with": found.checked_with}),
        lambda act, v: check_rumour(act, found, v["found"], v["checked_with"], expected=door.expected(request)),
        done=_("What checking showed is kept."),
        to=reverse("desk:rumour", args=[ref]),
        title=_("Check the rumour"),
        lead=found.words,
        version=found.version,
        back=reverse("desk:rumour", args=[ref]),
    )


def answer(request: Any, ref: str) -> HttpResponse:
    """Give the answer that teams tell."""
    found = community_queries.rumour(request.actor, ref)
    return deed.page(
        request,
        AnswerForm(request.POST or None, initial={"answer": found.answer}),
        lambda act, v: answer_rumour(act, found, v["answer"], expected=door.expected(request)),
        done=_("It is a talking point from now on."),
        to=reverse("desk:rumour", args=[ref]),
        title=_("Answer the rumour"),
        lead=found.words,
        version=found.version,
        back=reverse("desk:rumour", args=[ref]),
    )


@require_POST
def retire(request: Any, ref: str) -> HttpResponse:
    """Let a rumour go that nobody tells any more."""
    found = community_queries.rumour(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: retire_rumour(act, found, expected=door.expected(request)),
        done=_("It is no talking point any more."),
        to=reverse("desk:rumour", args=[ref]),
    )
