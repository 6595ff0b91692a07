"""Figures of outreach and of the hotline: each is counted from rows, and the same rows are what it opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localtime

from darb.rules.words import _
from darb.trust.figures import Figure, Span

from .community_models import Attendance, LeaderLine, Rumour
from .hotline_models import CallEnd, Direction, HotlineCall
from .models import Audience, Event, EventKind, EventState, Lead, LeadState

SESSIONS, CALLS, LEADS, LEADER_LINES, RUMOURS = "sessions", "calls", "leads", "leader_lines", "rumours"


def _held(span: Span) -> QuerySet[Event]:
    sessions = Event.objects.filter(kind=EventKind.OUTREACH, starts_at__gte=span.since, starts_at__lt=span.until)
    return sessions.select_related("site").order_by("-starts_at", "-pk")


def _closed(span: Span) -> QuerySet[Event]:
    return _held(span).filter(state=EventState.CLOSED)


def _taken(span: Span) -> QuerySet[Lead]:
    leads = Lead.objects.filter(taken_at__gte=span.since, taken_at__lt=span.until)
    return leads.select_related("site", "case", "event").order_by("-taken_at", "-pk")


def _calls(span: Span) -> QuerySet[HotlineCall]:
    calls = HotlineCall.objects.filter(at__gte=span.since, at__lt=span.until)
    return calls.select_related("site", "lead", "case", "person").order_by("-at", "-pk")


def _inbound(span: Span) -> QuerySet[HotlineCall]:
    return _calls(span).filter(direction=Direction.INBOUND)


def _due(span: Span) -> QuerySet[HotlineCall]:
    """Those to be called back whose day is over, or who were called back or met before."""
    over = Q(callback_due__lte=span.until) | Q(called_back_at__isnull=False) | Q(reached_at__isnull=False)
    return _calls(span).filter(over, callback_due__isnull=False)


def _lines(span: Span) -> QuerySet[LeaderLine]:
    came = (Attendance.ATTENDED, Attendance.IN_PART)
    lines = LeaderLine.objects.filter(event__in=_closed(span).order_by().values("pk"), attendance__in=came)
    return lines.select_related("leader", "event__site").order_by("-event__starts_at", "leader__name")


def _rumours(span: Span) -> QuerySet[Rumour]:
    heard = Rumour.objects.filter(heard_on__gte=localtime(span.since).date(), heard_on__lt=localtime(span.until).date())
    return heard.select_related("site").order_by("-heard_on", "-pk")


FIGURES: tuple[Figure, ...] = (
    Figure("sessions", _("Outreach sessions"), SESSIONS, _closed),
    Figure("denied", _("Visits where we weren't let in"), SESSIONS, lambda s: _held(s).filter(access_denied=True)),
    Figure("cards", _("Cards handed out"), SESSIONS, lambda s: _closed(s).filter(cards__gt=0), adds="cards"),
    Figure(
        "leaders",
        _("Community leaders at seminars and trainings"),
        LEADER_LINES,
        _lines,
    ),
    Figure(
        "trained",
        _("of them at trainings"),
        LEADER_LINES,
        lambda s: _lines(s).filter(event__meant_for=Audience.LEADER_TRAINING),
        of="leaders",
    ),
    Figure("calls_in", _("Calls that reached us"), CALLS, _inbound),
    Figure("answered", _("of them answered"), CALLS, lambda s: _inbound(s).filter(end=CallEnd.ANSWERED), of="calls_in"),
    Figure(
        "voicemail",
        _("of them left a message"),
        CALLS,
        lambda s: _inbound(s).filter(end=CallEnd.VOICEMAIL),
        of="calls_in",
    ),
    Figure("missed", _("of them missed"), CALLS, lambda s: _inbound(s).filter(end=CallEnd.MISSED), of="calls_in"),
    Figure("due", _("Calls to be called back"), CALLS, _due),
    Figure(
        "in_time",
        _("of them called back within 24 hours"),
        CALLS,
        lambda s: _due(s).filter(Q(called_back_at__lte=F("callback_due")) | Q(reached_at__lte=F("callback_due"))),
        of="due",
    ),
    Figure("calls_out", _("Calls that we made"), CALLS, lambda s: _calls(s).filter(direction=Direction.OUTBOUND)),
    Figure("leads", _("Names left"), LEADS, _taken),
    Figure(
        "registered", _("of them registered"), LEADS, lambda s: _taken(s).filter(state=LeadState.REGISTERED), of="leads"
    ),
    Figure(
        "unreachable",
        _("of them unreachable"),
        LEADS,
        lambda s: _taken(s).filter(state=LeadState.UNREACHABLE),
        of="leads",
    ),
    Figure("card_leads", _("Names that came with a card"), LEADS, lambda s: _taken(s).exclude(card_batch="")),
    Figure(
        "card_registered",
        _("of them registered"),
        LEADS,
        lambda s: _taken(s).exclude(card_batch="").filter(state=LeadState.REGISTERED),
        of="card_leads",
    ),
    Figure("rumours", _("Rumours heard"), RUMOURS, _rumours),
    Figure(
        "rumours_answered",
        _("of them answered"),
        RUMOURS,
        lambda s: _rumours(s).exclude(answer=""),
        of="rumours",
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def listeners(span: Span) -> tuple[dict[str, int], dict[str, int]]:
    """Headcounts of the sessions: by sex and age, and by nationality as far as that was told. They never become a
    number of persons. One statement.
    """
    held = list(_closed(span).values_list("audience", "nationalities"))
    return _sum(a for a, _n in held), _sum(n for _a, n in held)


def days_to_registration(span: Span) -> float | None:
    """Half of the names that became a registration did so within so many days; None for none. One statement."""
    rows = BY_KEY["registered"].rows(span).filter(case__isnull=False)
    days = [(lead.case.opened - localtime(lead.taken_at).date()).days for lead in rows]
    return median(days) if days else None


@dataclass(frozen=True)
class Batch:
    """A batch of cards: how many were handed out, how many names came with one, how many of those registered."""

    code: str
    cards: int
    leads: int
    registered: int


def batches(span: Span) -> list[Batch]:
    """Card batches handed out in the time, or with which somebody came in it. Two statements."""
    handed: Counter[str] = Counter()
    for code, cards in BY_KEY["cards"].rows(span).values_list("card_batch", "cards"):
        handed[code] += cards
    came = BY_KEY["card_leads"].rows(span).order_by().values_list("card_batch")
    counts = came.annotate(names=Count("pk"), cases=Count("pk", filter=Q(state=LeadState.REGISTERED)))
    by_code = {code: (names, cases) for code, names, cases in counts}
    codes = sorted({*handed, *by_code} - {""})
    return [Batch(code, handed[code], *by_code.get(code, (0, 0))) for code in codes]


def of_batch(span: Span, code: str) -> QuerySet[Lead]:
    """The names that came with a card of a batch."""
    return _taken(span).filter(card_batch=code)


def sources(span: Span) -> dict[str, int]:
    """How many names came from where. One statement."""
    return _grouped(_taken(span), "source")


def topics(span: Span) -> dict[str, int]:
    """What the calls that reached us were about. One statement."""
    return _grouped(_inbound(span).exclude(topic=""), "topic")


def languages(span: Span) -> dict[str, int]:
    """In which languages people called us. One statement."""
    return _grouped(_inbound(span).exclude(language=""), "language")


def _grouped(rows: QuerySet[Any], column: str) -> dict[str, int]:
    found = rows.order_by().values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return dict(found)


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common())
