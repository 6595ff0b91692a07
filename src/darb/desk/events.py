"""Pages about sessions: what is held today, planning, outreach and its report, closing and abandoning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.events import queries
from darb.events.actions import abandon, close, missing_messages, open_session, plan, record_messages
from darb.events.community_queries import leader_lines, points_by_refs, talking_points
from darb.events.keeping import KEEPERS
from darb.events.lead_actions import take_leads
from darb.events.models import FOR_LEADERS, Event, EventKind, EventState, Mode
from darb.places.queries import country_names
from darb.programmes.voluntary_return_codes import OUTREACH_MESSAGES
from darb.rules.refusal import Refusal
from darb.rules.words import _ as marked

from . import consular, deed, door
from .events_forms import BecauseForm, NotHeldForm, PlanForm, ReportForm, SessionLeadForm
from .people_forms import site_choices

AHEAD = timedelta(days=30)


@require_safe
def sessions(request: Any) -> HttpResponse:
    """What is held today and in the coming month, what was never closed, and what this year came to."""
    actor, today = request.actor, door.today()
    begin, end = door.midnight(today), door.midnight(today + timedelta(days=1))
    held = queries.sessions(actor, begin, end + AHEAD)
    context = {
        "today_held": [e for e in held if e.starts_at < end],
        "coming": [e for e in held if e.starts_at >= end],
        "unfinished": queries.unfinished(actor, begin),
        "figures": queries.figures(actor, door.midnight(today.replace(month=1, day=1)), end),
        "year": today.year,
        "countries": country_names(get_language() or "en"),
        "may_plan": [kind for kind in EventKind if actor.may("events.plan") and actor.has(*KEEPERS[kind])],
        "waiting": queries.count_waiting(actor, today),
        "may_contact": actor.may("events.record_contact"),
    }
    return render(request, "desk/events/sessions.html", context)


def new_session(request: Any, kind: str) -> HttpResponse:
    """Plan an outreach or a consular session."""
    if kind not in EventKind.values:
        raise Http404
    initial = {name: door.typed(request.GET.get(name, "")) for name in ("site", "country")}
    if again := door.typed(request.GET.get("again", ""), 12):
        initial = PlanForm.shown(queries.event(request.actor, again))
    form = PlanForm(request.POST or None, kind=kind, initial=initial)
    title = _("Plan an outreach session") if kind == EventKind.OUTREACH else _("Plan a consular session")
    return deed.page(
        request,
        form,
        lambda act, _v: plan(act, form.plan()),
        done=_("The session is planned."),
        to=_address,
        title=title,
        submit=_("Plan it"),
        sites=site_choices(),
        wide=True,
        back=reverse("desk:sessions"),
    )


@require_safe
def session(request: Any, ref: str) -> HttpResponse:
    """One session: an outreach session with its report and names, or a consular one with its called list."""
    event = queries.event(request.actor, ref)
    return consular.show(request, event) if event.kind == EventKind.CONSULAR else _outreach(request, event)


def report(request: Any, ref: str) -> HttpResponse:
    """Write what an outreach session came to."""
    event = queries.event(request.actor, ref)
    points = talking_points(request.actor, event.office)
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, points=points, initial=ReportForm.shown(event))
    return deed.page(
        request,
        form,
        lambda act, _v: record_messages(act, event, form.report(), expected=door.expected(request)),
        done=_("The report is saved."),
        to=_address(event),
        title=_("Report of the session"),
        submit=_("Save the report"),
        version=event.version,
        wide=True,
        back=_address(event),
    )


@require_POST
def session_lead(request: Any, ref: str) -> HttpResponse:
    """Take a name at a session, and be ready for the next one."""
    event = queries.event(request.actor, ref)
    form = SessionLeadForm(request.POST)
    if not form.is_valid():
        return _outreach(request, event, form)
    return deed.page(
        request,
        form,
        lambda act, _v: take_leads(act, [form.lead(event)]),
        done=_("%(name)s is on the list.") % {"name": form.cleaned_data["name"]},
        to=_address(event) + "#lead",
        title=_("Take a name"),
        submit=_("Add this name"),
        back=_address(event),
    )


@require_POST
def open_it(request: Any, ref: str) -> HttpResponse:
    """Open a consular session."""
    event = queries.event(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: open_session(act, event, expected=door.expected(request)),
        done=_("The session is open."),
        to=_address(event),
    )


@require_POST
def close_it(request: Any, ref: str) -> HttpResponse:
    """Close a session that is complete."""
    event = queries.event(request.actor, ref)
    said = (
        _("The session is closed.") if event.kind == EventKind.OUTREACH else _("Closed: the cases know the outcomes.")
    )
    return deed.at_once(
        request,
        lambda act: close(act, event, expected=door.expected(request)),
        done=said,
        to=_address(event),
    )


def abandon_it(request: Any, ref: str) -> HttpResponse:
    """Give up a session that couldn't be held, with the reason."""
    event = queries.event(request.actor, ref)
    visit = event.kind == EventKind.OUTREACH or event.mode == Mode.DC_VISIT
    form = (NotHeldForm if visit else BecauseForm)(request.POST or None)
    return deed.page(
        request,
        form,
        lambda act, v: abandon(
            act, event, v["because"], access_denied=v.get("access_denied", False), expected=door.expected(request)
        ),
        done=_("The session is abandoned."),
        to=_address(event),
        title=_("The session can't be held"),
        submit=_("Abandon the session"),
        version=event.version,
        back=_address(event),
    )


def _outreach(request: Any, event: Event, form: SessionLeadForm | None = None) -> HttpResponse:
    actor = request.actor
    waits = event.state == EventState.PLANNED
    keeps = waits and actor.has(*KEEPERS[event.kind])
    context = {
        "event": event,
        "explained": [(words, code in event.messages) for code, words in OUTREACH_MESSAGES.items()],
        "reached": sum(event.audience.values()),
        "leads": queries.leads_of(actor, event),
        "form": form or SessionLeadForm(),
        "countries": country_names(get_language() or "en"),
        "points": [] if event.state != EventState.PLANNED else talking_points(actor, event.office),
        "told": points_by_refs(actor, event.talking_points),
        "for_leaders": event.meant_for in FOR_LEADERS,
        "lines": leader_lines(actor, event),
        "may": {
            "invite": waits and event.meant_for in FOR_LEADERS and actor.may("events.invite_leaders"),
            "report": waits and actor.may("events.record_messages"),
            "lead": event.state != EventState.ABANDONED and actor.may("events.take_lead"),
            "close": keeps and actor.may("events.close"),
            "abandon": keeps and actor.may("events.abandon"),
            "again": event.state == EventState.ABANDONED
            and actor.may("events.plan")
            and actor.has(*KEEPERS[event.kind]),
        },
        "why_open": _why_not_closed(event),
    }
    return render(request, "desk/events/outreach.html", context, status=422 if form else 200)


def _why_not_closed(event: Event) -> list[Refusal]:
    said = [
        Refusal(
            "messages_missing",
            marked("The session isn't complete without this message: {message}."),
            {"message": OUTREACH_MESSAGES[code]},
        )
        for code in missing_messages(event)
    ]
    if event.meant_for in FOR_LEADERS:
        lines = list(event.leader_lines.all())
        if not lines or any(not line.attendance for line in lines):
            said.append(Refusal("leaders", marked("Invite the leaders, then say of each whether they came.")))
    elif not sum(event.audience.values()):
        said.append(Refusal("no_audience", marked("Count who was there before you close the session.")))
    return said


def _address(event: Event) -> str:
    return reverse("desk:session", args=[event.ref])
