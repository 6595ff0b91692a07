"""Sessions: planned, opened, reported on, closed or abandoned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from darb.places.models import MissionOfOrigin, Site
from darb.programmes.voluntary_return_codes import MANDATORY_MESSAGES, OUTREACH_MESSAGES
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .consular_actions import settle
from .keeping import at_site, hold_event, kept_by
from .models import Event, EventKind, EventState, Mode
from .opening import why_not_open

AUDIENCE = ("men", "women", "boys", "girls")
"""The headcount of an outreach session; it never becomes a number of persons."""


@dataclass(frozen=True)
class Plan:
    """A session to hold. A consular one has the country (alpha-3) whose mission hears people."""

    kind: str
    site: Site
    starts_at: datetime
    mode: str
    country: str = ""
    attendee: str = ""
    team: str = ""
    languages: Sequence[str] = ()


@action("events.plan")
def plan(act: Act, wanted: Plan) -> Event:
    """Plan a session."""
    if wanted.kind not in EventKind.values or wanted.mode not in Mode.values:
        raise Invalid("bad_mode", _("Choose the kind of session and how it meets people."), field="mode")
    kept_by(act, wanted.kind)
    at_site(act, wanted.site)
    if wanted.kind == EventKind.CONSULAR:
        _check_mission(wanted)
    elif wanted.mode == Mode.ONLINE:
        raise Invalid("outreach_online", _("An outreach session meets people where they are."), field="mode")
    event = Event.objects.create(
        ref=new_reference(),
        kind=wanted.kind,
        mode=wanted.mode,
        site=wanted.site,
        office=wanted.site.office,
        country=wanted.country if wanted.kind == EventKind.CONSULAR else "",
        attendee=wanted.attendee,
        starts_at=wanted.starts_at,
        team=wanted.team,
        languages=list(wanted.languages),
    )
    act.subject = event.ref
    act.detail = {"kind": wanted.kind, "mode": wanted.mode, "site": wanted.site.code, "country": event.country}
    return event


@dataclass(frozen=True)
class Report:
    """What an outreach session came to: messages given (codes), headcount, cards, questions, rumours."""

    messages: Sequence[str] = ()
    audience: Mapping[str, int] = field(default_factory=dict)
    card_batch: str = ""
    cards: int = 0
    questions: str = ""
    rumours: str = ""


@action("events.record_messages")
def record_messages(act: Act, event: Event, report: Report, *, expected: int | None = None) -> Event:
    """Write what an outreach session came to, as far as it got; the last writing stands."""
    held = hold_event(act, event, (EventState.PLANNED,), kind=EventKind.OUTREACH, expected=expected)
    if unknown := set(report.messages) - set(OUTREACH_MESSAGES):
        raise Invalid("bad_message", _("{code} is no message of the checklist."), field="messages", code=min(unknown))
    if set(report.audience) - set(AUDIENCE) or min([report.cards, *report.audience.values()]) < 0:
        raise Invalid("bad_headcount", _("Count men, women, boys and girls with whole numbers."), field="men")
    if report.cards and not report.card_batch.strip():
        raise Invalid("no_batch", _("Write the batch that the cards came from."), field="card_batch")
    held.messages = [code for code in OUTREACH_MESSAGES if code in report.messages]
    held.audience = {group: report.audience.get(group, 0) for group in AUDIENCE}
    held.card_batch, held.cards = report.card_batch.strip().upper(), report.cards
    held.questions, held.rumours = report.questions, report.rumours
    held.version += 1
    held.save()
    act.detail = {"messages": held.messages, "cards": held.cards}
    return held


@action("events.open")
def open_session(act: Act, event: Event, *, expected: int | None = None) -> Event:
    """Open a consular session. Online, only after a link check of the same day that passed or was accepted."""
    held = hold_event(act, event, (EventState.PLANNED,), kind=EventKind.CONSULAR, expected=expected)
    kept_by(act, held.kind)
    for refusal in why_not_open(held, list(held.checks.all()), held.lines.count(), act.at):
        raise Refused.because(refusal)
    held.state, held.opened_at = EventState.OPEN, act.at
    held.version += 1
    held.save()
    return held


@action("events.close")
def close(act: Act, event: Event, *, expected: int | None = None) -> Event:
    """Close a session that is complete: every mandatory message given, or an outcome for everyone called.

    What the outcomes of a consular session mean for the cases follows here, all at once.
    """
    states = (EventState.OPEN,) if event.kind == EventKind.CONSULAR else (EventState.PLANNED,)
    held = hold_event(act, event, states, expected=expected)
    kept_by(act, held.kind)
    if held.kind == EventKind.CONSULAR:
        settle(act, held)
    else:
        _complete(held)
    held.state, held.closed_at = EventState.CLOSED, act.at
    held.version += 1
    held.save()
    return held


@action("events.abandon")
def abandon(act: Act, event: Event, why: str, *, expected: int | None = None) -> Event:
    """Give up a session that couldn't be held: access refused, the embassy's officer away, no link.

    Whoever was called can be called again. One in which somebody was heard is closed instead.
    """
    held = hold_event(act, event, (EventState.PLANNED, EventState.OPEN), expected=expected)
    kept_by(act, held.kind)
    if not why.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="why")
    if held.lines.exclude(outcome="").exists():
        raise Refused(
            "outcomes_stand",
            _("Outcomes are recorded here: close the session instead, with the others as not heard."),
        )
    held.state, held.why, held.closed_at = EventState.ABANDONED, why.strip(), act.at
    held.version += 1
    held.save()
    return held


def missing_messages(event: Event) -> list[str]:
    """Codes of the mandatory messages that an outreach session hasn't given yet."""
    return [code for code in MANDATORY_MESSAGES if code not in event.messages]


def _complete(event: Event) -> None:
    if missing := missing_messages(event):
        raise Refused(
            "messages_missing",
            _("The session isn't complete without this message: {message}."),
            message=OUTREACH_MESSAGES[missing[0]],
        )
    if not sum(event.audience.values()):
        raise Refused("no_audience", _("Count who was there before you close the session."))


def _check_mission(wanted: Plan) -> None:
    mission = MissionOfOrigin.objects.filter(pk=wanted.country).first()
    if mission is None:
        raise Invalid(
            "no_mission", _("No embassy or consulate is recorded for this country: choose another."), field="country"
        )
    if wanted.mode == Mode.ONLINE and not mission.accepts_online:
        raise Invalid("not_online", _("This embassy doesn't hear people online."), field="mode")
