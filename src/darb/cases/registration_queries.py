"""Figures of registration: who registered, who waits for how long, who withdrew and why. Each opens its rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import get_current_timezone

from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.figures import Figure

from . import kept
from .models import Case, StageChange
from .queries import waiting

SOON, LONG = 20, 90
"""Days within which most people went home, as published (programmes.md 2.2)."""
CASES = "cases"
WITHDRAWN, DEPARTED = "withdrawn", "departed"


@dataclass(frozen=True)
class Span:
    """Whose figures, of which programme, and of what days: [since, until)."""

    actor: Actor
    programme: str
    since: date
    until: date


def opened(span: Span) -> QuerySet[Case]:
    """Cases opened in the time, the newest first."""
    cases = Case.objects.filter(programme=span.programme, opened__gte=span.since, opened__lt=span.until)
    return cases.select_related("person__site").order_by("-opened", "-pk")


def _withdrawn(span: Span) -> QuerySet[Case]:
    """Cases opened in the time whose person withdrew since, with the reason that was told last."""
    steps = StageChange.objects.filter(case=OuterRef("pk"), to_stage=WITHDRAWN).order_by("-at", "-pk")
    return opened(span).annotate(told=Subquery(steps.values("reason")[:1])).filter(told__isnull=False)


def _went_home(span: Span) -> QuerySet[Case]:
    """Cases whose person left the country with us in the time, however long ago they were opened."""
    first, last = (datetime.combine(day, time.min, get_current_timezone()) for day in (span.since, span.until))
    left = StageChange.objects.filter(case=OuterRef("pk"), to_stage=DEPARTED, at__gte=first, at__lt=last)
    cases = Case.objects.filter(Exists(left), programme=span.programme)
    return cases.select_related("person__site").order_by("-opened", "-pk")


def _waiting(span: Span, *, least: int = 0, most: int | None = None) -> QuerySet[Case]:
    """Open cases that are on their road at the end of the time, by days since they were opened."""
    last = span.until - timedelta(days=1)
    on_road = waiting(span.actor, span.programme).filter(closed=None, opened__lte=last - timedelta(days=least))
    if most is not None:
        on_road = on_road.filter(opened__gt=last - timedelta(days=most + 1))
    return on_road.select_related("person__site").order_by("opened", "pk")


FIGURES: tuple[Figure, ...] = (
    Figure("opened", _("Cases opened"), CASES, opened),
    Figure("detained", _("of them in detention"), CASES, lambda s: opened(s).filter(detained=True), of="opened"),
    Figure("withdrew", _("of them withdrew"), CASES, _withdrawn, of="opened"),
    Figure("departed", _("People who went home"), CASES, _went_home),
    Figure(
        "departed_detained",
        _("of them from detention"),
        CASES,
        lambda s: _went_home(s).filter(detained=True),
        of="departed",
    ),
    Figure("waiting", _("Cases that wait"), CASES, _waiting),
    Figure("waiting_soon", _("of them up to 20 days"), CASES, lambda s: _waiting(s, most=SOON), of="waiting"),
    Figure(
        "waiting_long",
        _("of them 21 to 90 days"),
        CASES,
        lambda s: _waiting(s, least=SOON + 1, most=LONG),
        of="waiting",
    ),
    Figure(
        "waiting_too_long", _("of them more than 90 days"), CASES, lambda s: _waiting(s, least=LONG + 1), of="waiting"
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def withdrawals(span: Span, limit: int = 12) -> dict[str, int]:
    """Why people withdrew, as they told it, the commonest first. One statement."""
    rows = _withdrawn(span).order_by().exclude(told="").values_list("told").annotate(count=Count("pk"))
    return dict(rows.order_by("-count", "told")[:limit])


@dataclass(frozen=True)
class Place:
    """Where people of one nationality wait: how many, and by gate how many of them it keeps from flying."""

    nationality: str
    site: str
    waiting: int
    red: dict[str, int]


def pipeline(span: Span, day: date, limit: int = 20) -> list[Place]:
    """Where most cases wait on `day`, by nationality and code of the site, with their red gates. One statement."""
    waits: Counter[tuple[str, str]] = Counter()
    red: dict[tuple[str, str], Counter[str]] = {}
    for nationality, site, gates, count in kept.patterns_by_place(span.programme, day):
        waits[nationality, site] += count
        red.setdefault((nationality, site), Counter()).update(dict.fromkeys(gates, count))
    first = sorted(waits, key=lambda at: (-waits[at], at))[:limit]
    return [Place(*at, waits[at], dict(red[at])) for at in first]
