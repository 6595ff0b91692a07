"""Pages of the hotline: who is on the phone, what came of it, whom we call and whom never."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.events import hotline_queries, queries
from darb.events.callback import why_not_call
from darb.events.callback_actions import begin_call, end_call, line_of
from darb.events.hotline_actions import record_call, take_over
from darb.events.models import CallEnd, Direction, HotlineCall, Lead
from darb.people.models import Person, Phone
from darb.people.queries import by_refs
from darb.places.queries import country_names
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone
from darb.trust.actor import Actor

from . import deed, door
from .hotline_forms import CallForm, CameForm
from .people_forms import site_choices
from .spoken import language_names

LATEST = 30
UNKNOWN_PLACE = "UNKNOWN-TIP"
"""Where somebody is who didn't say: the form begins with it."""
_TITLES = {
    CallEnd.ANSWERED: marked("Somebody is on the phone"),
    CallEnd.VOICEMAIL: marked("A message was left"),
    CallEnd.MISSED: marked("A call was missed"),
}


@require_safe
def hotline(request: Any) -> HttpResponse:
    """Who is behind a number, what waits, and the latest calls."""
    actor, asked = request.actor, door.typed(request.GET.get("who", ""))
    context = {
        "asked": asked,
        "known": hotline_queries.known_by(actor, asked, timezone.now()) if asked else None,
        "untold": hotline_queries.untold(actor),
        "waiting": hotline_queries.count_to_call(actor)[0],
        "passed": hotline_queries.passed(actor),
        "latest": list(hotline_queries.calls(actor)[:LATEST]),
        "may_record": actor.may("events.record_call"),
        "may_call": actor.may("events.begin_call"),
        **_words(),
    }
    return render(request, "desk/hotline/hotline.html", context)


def new_call(request: Any, end: str) -> HttpResponse:
    """Keep a call that reached us: answered, left as a message, or missed."""
    if end not in _TITLES:
        raise Http404
    person = _person(request.actor, request.GET.get("person", ""))
    begun = {"number": door.typed(request.GET.get("number", ""), 20), "site": _told_place(UNKNOWN_PLACE)}
    if person is not None and person.site is not None:
        begun |= {"site": _told_place(person.site.code), "language": person.languages[0] if person.languages else ""}
    form = CallForm(request.POST or None, end=end, person=person, initial=begun)
    return deed.page(
        request,
        form,
        lambda act, _v: record_call(act, form.told()),
        done=_("The call is kept."),
        to=lambda call: _after(request.actor, call),
        title=_(_TITLES[CallEnd(end)]) + (f": {person.name}" if person else ""),
        submit=_("Keep this call"),
        sites=site_choices(),
        wide=True,
        back=reverse("desk:hotline"),
    )


def call(request: Any, ref: str) -> HttpResponse:
    """One call: what was told, what waits, and, of a call under way, what came of it."""
    found = hotline_queries.call(request.actor, ref)
    under_way = found.direction == Direction.OUTBOUND and not found.end
    mine = under_way and found.account_id == request.actor.account_id
    form = CameForm(request.POST or None, person=found.person)
    waits = found.callback_due is not None and not found.reached_at and not found.given_up_at
    return deed.page(
        request,
        form,
        lambda act, _v: end_call(act, found, form.came()),
        done=_("What came of the call is kept."),
        to=lambda told: _after(request.actor, told),
        template="desk/hotline/call.html",
        call=found,
        under_way=under_way,
        mine=mine,
        waits=waits,
        why_not=why_not_call(line_of(found), timezone.now()),
        answers=hotline_queries.answered_by(request.actor, found),
        may_call=waits and request.actor.may("events.begin_call"),
        sites=site_choices() if mine else (),
        may_take_over=hotline_queries.may_take_over(request.actor, found),
        **_words(),
    )


@require_POST
def ring(request: Any) -> HttpResponse:
    """Begin a call to a name, back to a caller, or to a phone on file; the number is told from then on."""
    to = _callee(request.actor, request.POST.get("to", ""))
    try:
        ref = begin_call(door.act(request), to).ref
    except AlreadyDone as again:
        ref = again.subject
    return HttpResponseRedirect(reverse("desk:hotline_call", args=[ref]))


@require_POST
def take_over_call(request: Any, ref: str) -> HttpResponse:
    """One's team sees to what a call passed on."""
    found = hotline_queries.call(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: take_over(act, found),
        done=_("Your team sees to it."),
        to=reverse("desk:hotline_call", args=[ref]),
    )


def _after(actor: Actor, kept: HotlineCall) -> str:
    """The page of a call that is still in sight, else the hotline's: a fear that was told is closed by then."""
    seen = hotline_queries.calls(actor).filter(pk=kept.pk).exists()
    return reverse("desk:hotline_call", args=[kept.ref]) if seen else reverse("desk:hotline")


def _person(actor: Actor, ref: str) -> Person | None:
    if not ref:
        return None
    found = next(iter(by_refs(actor, [door.typed(ref, 12)]).values()), None)
    if found is None:
        raise Missing("no_person", marked("No such person is within your reach."))
    return found


def _told_place(code: str) -> str:
    """A place as its field offers it: the name, and the code."""
    return next((f"{name} · {known}" for known, name in site_choices() if known == code), code)


def _callee(actor: Actor, told: str) -> Lead | HotlineCall | Phone:
    kind, _colon, key = told.partition(":")
    if kind == "lead":
        return queries.lead(actor, key)
    if kind == "call":
        return hotline_queries.call(actor, key)
    return hotline_queries.phone(actor, int(key) if kind == "phone" and key.isdecimal() else 0)


def _words() -> dict[str, Any]:
    reader = get_language() or "en"
    return {"countries": country_names(reader), "languages": language_names(reader)}
