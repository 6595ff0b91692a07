"""Sessions: planned, opened, reported on, closed or abandoned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from darb.places.models import Country, MissionOfOrigin, Site
from darb.programmes.voluntary_return_codes import MANDATORY_MESSAGES, OUTREACH_MESSAGES
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .community_actions import close_for_leaders
from .consular_actions import settle
from .keeping import at_site, hold_event, kept_by
from .models import FOR_LEADERS, Audience, Event, EventKind, EventState, Mode, Privacy
from .opening import modes_accepted, why_not_open
from .rumour_actions import only_talking_points

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
    meant_for: str = Audience.MIGRANTS
    interpreter: str = ""
    privacy: str = ""
    slots: int | None = None


@action("events.plan")
def plan(act: Act, wanted: Plan) -> Event:
    """Plan a session."""
    if wanted.kind not in EventKind.values or wanted.mode not in Mode.values:
        raise Invalid("bad_mode", _("Choose the kind of session and how it meets people."), field="mode")
    if wanted.meant_for not in Audience.values:
        raise Invalid("bad_audience", _("Choose whom the session is for."), field="meant_for")
    _check_hearing(wanted.privacy, wanted.slots)
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
        meant_for=wanted.meant_for if wanted.kind == EventKind.OUTREACH else Audience.MIGRANTS,
        site=wanted.site,
        office=wanted.site.office,
        country=wanted.country if wanted.kind == EventKind.CONSULAR else "",
        attendee=wanted.attendee,
        starts_at=wanted.starts_at,
        team=wanted.team,
        languages=list(wanted.languages),
        interpreter=wanted.interpreter,
        privacy=wanted.privacy,
        slots=wanted.slots,
    )
    act.subject = event.ref
    act.detail = {"kind": wanted.kind, "mode": wanted.mode, "site": wanted.site.code, "country": event.country}
    return event


@dataclass(frozen=True)
class Hearing:
    """How a consular session hears people: who comes from the embassy, our team, the interpreter, how private it is
    (a code of `Privacy`), and how many can be heard (None: no limit).
    """

    attendee: str = ""
    team: str = ""
    interpreter: str = ""
    privacy: str = ""
    slots: int | None = None


@action("events.prepare")
def prepare(act: Act, event: Event, hearing: Hearing, *, expected: int | None = None) -> Event:
    """Write how a consular session hears people, as it turns out on the day; the last writing stands."""
    states = (EventState.PLANNED, EventState.OPEN)
    held = hold_event(act, event, states, kind=EventKind.CONSULAR, expected=expected)
    kept_by(act, held.kind)
    _check_hearing(hearing.privacy, hearing.slots)
    held.attendee, held.team, held.interpreter = hearing.attendee, hearing.team, hearing.interpreter
    held.privacy, held.slots = hearing.privacy, hearing.slots
    held.version += 1
    held.save()
    return held


@dataclass(frozen=True)
class Report:
    """What an outreach session came to: messages given (codes), headcounts, cards, questions, rumours.

    `nationalities`: headcount by country (alpha-3), as far as it was told. `card_from` to `card_to`: the numbers of the
    batch that were handed out. `talking_points`: references of the rumours that were answered.
    """

    messages: Sequence[str] = ()
    audience: Mapping[str, int] = field(default_factory=dict)
    card_batch: str = ""
    cards: int = 0
    card_from: int | None = None
    card_to: int | None = None
    nationalities: Mapping[str, int] = field(default_factory=dict)
    materials: str = ""
    security: str = ""
    talking_points: Sequence[str] = ()
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
    _check_nationalities(report)
    _check_numbers(held, report)
    held.messages = [code for code in OUTREACH_MESSAGES if code in report.messages]
    held.audience = {group: report.audience.get(group, 0) for group in AUDIENCE}
    held.card_batch, held.cards = report.card_batch.strip().upper(), report.cards
    held.card_from, held.card_to = report.card_from, report.card_to
    held.nationalities = dict(sorted(report.nationalities.items()))
    held.materials, held.security = report.materials, report.security
    held.talking_points = only_talking_points(report.talking_points)
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
def abandon(act: Act, event: Event, why: str, *, access_denied: bool = False, expected: int | None = None) -> Event:
    """Give up a session that couldn't be held: the embassy's officer away, no link, or, `access_denied`, nobody let in.

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
    held.access_denied = access_denied
    held.version += 1
    held.save()
    return held


def missing_messages(event: Event) -> list[str]:
    """Codes of the mandatory messages that an outreach session hasn't given yet. A training, and a meeting with
    authorities and partners, gives none.
    """
    if event.meant_for not in (Audience.MIGRANTS, Audience.LEADER_SEMINAR):
        return []
    return [code for code in MANDATORY_MESSAGES if code not in event.messages]


def _check_hearing(privacy: str, slots: int | None) -> None:
    if privacy and privacy not in Privacy.values:
        raise Invalid("bad_privacy", _("Choose how private the hearing is."), field="privacy")
    if slots is not None and not 1 <= slots <= 500:
        raise Invalid("bad_slots", _("Between 1 and 500 people can be heard in one session."), field="slots")


def _complete(event: Event) -> None:
    if missing := missing_messages(event):
        raise Refused(
            "messages_missing",
            _("The session isn't complete without this message: {message}."),
            message=OUTREACH_MESSAGES[missing[0]],
        )
    if event.meant_for in FOR_LEADERS:
        close_for_leaders(event)
    elif not sum(event.audience.values()):
        raise Refused("no_audience", _("Count who was there before you close the session."))


def _check_nationalities(report: Report) -> None:
    told = report.nationalities
    unknown = set(told) - set(Country.objects.filter(pk__in=told).values_list("pk", flat=True))
    for code in sorted(unknown):
        raise Invalid("no_country", _("{code} is not a country's three-letter code."), field="nationalities", code=code)
    there = sum(report.audience.values())
    if min(told.values(), default=1) < 1 or sum(told.values()) > there:
        raise Invalid(
            "too_many_told",
            _("The nationalities come to {told}, and {there} were there."),
            field="nationalities",
            told=sum(told.values()),
            there=there,
        )


def _check_numbers(held: Event, report: Report) -> None:
    """Numbers of cards: both or none, as many as were handed out, and none of another session."""
    first, last = report.card_from, report.card_to
    if first is None and last is None:
        return
    if first is None or last is None or not 1 <= first <= last or last - first + 1 != report.cards:
        raise Invalid(
            "card_numbers",
            _("The numbers of the cards, from the first to the last, are as many as the cards handed out."),
            field="card_from",
        )
    others = Event.objects.filter(card_batch=report.card_batch.strip().upper(), card_from__lte=last, card_to__gte=first)
    if twice := others.exclude(pk=held.pk).order_by("pk").first():
        raise Invalid(
            "cards_twice",
            _("Cards {first} to {last} of this batch were handed out at another session."),
            field="card_from",
            first=twice.card_from,
            last=twice.card_to,
        )


def _check_mission(wanted: Plan) -> None:
    mission = MissionOfOrigin.objects.filter(pk=wanted.country).first()
    if mission is None:
        raise Invalid(
            "no_mission", _("No embassy or consulate is recorded for this country: choose another."), field="country"
        )
    accepted = modes_accepted(mission)
    if not accepted:
        raise Invalid(
            "no_embassy",
            _("No mission of this country hears its nationals: tell it as X3, and look for another mission's help."),
            field="country",
        )
    if wanted.mode not in accepted:
        raise Invalid(
            "mode_not_accepted",
            _("The mission in {seat} doesn't hear people this way, but so: {modes}."),
            field="mode",
            seat=mission.seat_en,
            modes=", ".join(str(mode.label) for mode in accepted),
        )
