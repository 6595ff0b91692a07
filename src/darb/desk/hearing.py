"""Pages around a consular session: how people are heard, the link that drops, what an embassy asks beyond its due."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.events import consular_queries, queries
from darb.events.actions import prepare
from darb.events.link_actions import ANOTHER_DAY, drop_link, resume_link
from darb.events.models import Event
from darb.events.question_actions import refuse_question, settle_question
from darb.places.queries import country_names
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked

from . import deed, door
from .events_forms import HearingForm, QuestionForm, SettledForm


def prepare_page(request: Any, ref: str) -> HttpResponse:
    """Write how a session hears people."""
    event = queries.event(request.actor, ref)
    return deed.page(
        request,
        HearingForm(request.POST or None, initial=HearingForm.shown(event)),
        lambda act, v: prepare(act, event, HearingForm.told(v), expected=door.expected(request)),
        done=_("It is kept."),
        to=_address(event),
        title=_("How people are heard"),
        submit=_("Keep it"),
        version=event.version,
        back=_address(event),
    )


@require_POST
def drop(request: Any, ref: str) -> HttpResponse:
    """The link dropped just now."""
    event = queries.event(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: drop_link(act, event),
        done=_("It is recorded that the link dropped. What was entered stands."),
        to=_address(event),
    )


@require_POST
def resume(request: Any, ref: str) -> HttpResponse:
    """The session goes on over another line, or the rest waits for another day."""
    event = queries.event(request.actor, ref)
    on = request.POST.get("on", "")
    said = (
        _("Whoever has no outcome wasn't heard: book them for another session.")
        if on == ANOTHER_DAY
        else _("The session goes on.")
    )
    return deed.at_once(request, lambda act: resume_link(act, event, on), done=said, to=_address(event))


def question_page(request: Any, ref: str) -> HttpResponse:
    """Keep what the embassy asked and was refused."""
    event = queries.event(request.actor, ref)
    page = consular_queries.people_of(request.actor, event)
    return deed.page(
        request,
        QuestionForm(request.POST or None, people=page),
        lambda act, v: refuse_question(act, event, QuestionForm.told(v)),
        done=_("It is kept, and whoever must know is told. Say to the embassy that this isn't yours to answer."),
        to=_address(event),
        title=_("The embassy asked for more"),
        lead=_(
            "An embassy learns seven fields of those who agreed, and nothing else. Refuse kindly, and write it here."
        ),
        submit=_("Keep it and tell"),
        back=_address(event),
    )


@require_safe
def questions(request: Any) -> HttpResponse:
    """What embassies asked, for those who look into it."""
    if not request.actor.may("events.settle_question"):
        raise Missing("no_page", marked("This page is for those who look into what embassies ask."))
    settled = request.GET.get("settled") == "1"
    context = {
        "rows": consular_queries.questions(request.actor, settled=settled),
        "settled": settled,
        "countries": country_names(get_language() or "en"),
    }
    return render(request, "desk/events/questions.html", context)


def settle_page(request: Any, question: int) -> HttpResponse:
    """Say what was done about one."""
    found = consular_queries.question(request.actor, question)
    if found is None:
        raise Missing("no_question", marked("There is no such entry within your reach."))
    return deed.page(
        request,
        SettledForm(request.POST or None),
        lambda act, v: settle_question(act, found, v["done"]),
        done=_("It is settled."),
        to=reverse("desk:embassy_questions"),
        title=found.get_asked_display(),
        lead=found.words,
        back=reverse("desk:embassy_questions"),
    )


def _address(event: Event) -> str:
    return reverse("desk:session", args=[event.ref])
