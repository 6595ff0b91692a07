"""Figures of registration: who registered, who waits for how long, who withdrew and why. Each opens its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery

from darb.rules.words import Words, _
from darb.trust.actor import Actor

from .models import Case, StageChange
from .queries import waiting

SOON, LONG = 20, 90
"""Days within which most people went home, as published (programmes.md 2.2)."""
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Span:
    """Whose figures, of which programme, and of what days: [since, until)."""

    actor: Actor
    programme: str
    since: date
    until: date


@dataclass(frozen=True)
class Figure:
    """A figure, and the cases that it counts. `of` is the figure that it is a share of."""

    key: str
    label: Words
    rows: Callable[[Span], QuerySet[Case]]
    of: str = ""


def opened(span: Span) -> QuerySet[Case]:
    """Cases opened in the time, the newest first."""
    cases = Case.objects.filter(programme=span.programme, opened__gte=span.since, opened__lt=span.until)
    return cases.select_related("person__site").order_by("-opened", "-pk")


def _withdrawn(span: Span) -> QuerySet[Case]:
    """Cases opened in the time whose person withdrew since, with the reason that was told last."""
    steps = StageChange.objects.filter(case=OuterRef("pk"), to_stage=WITHDRAWN).order_by("-at", "-pk")
    return opened(span).annotate(told=Subquery(steps.values("reason")[:1])).filter(told__isnull=False)


def _waiting(span: Span, *, least: int = 0, most: int | None = None) -> QuerySet[Case]:
    """Open cases that are on their road at the end of the time, by days since they were opened."""
    last = span.until - timedelta(days=1)
    on_road = waiting(span.actor, span.programme).filter(closed=None, opened__lte=last - timedelta(days=least))
    if most is not None:
        on_road = on_road.filter(opened__gt=last - timedelta(days=most + 1))
    return on_road.select_related("person__site").order_by("opened", "pk")


FIGURES: tuple[Figure, ...] = (
    Figure("opened", _("Cases opened"), opened),
    Figure("detained", _("of them in detention"), lambda s: opened(s).filter(detained=True), of="opened"),
    Figure("withdrew", _("of them withdrew"), _withdrawn, of="opened"),
    Figure("waiting", _("Cases that wait"), _waiting),
    Figure("waiting_soon", _("of them up to 20 days"), lambda s: _waiting(s, most=SOON), of="waiting"),
    Figure("waiting_long", _("of them 21 to 90 days"), lambda s: _waiting(s, least=SOON + 1, most=LONG), of="waiting"),
    Figure("waiting_too_long", _("of them more than 90 days"), lambda s: _waiting(s, least=LONG + 1), of="waiting"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def counted(span: Span) -> list[tuple[Figure, int]]:
    """Every figure with its value. One statement each."""
    return [(figure, figure.rows(span).count()) for figure in FIGURES]


def pipeline(span: Span, limit: int = 20) -> list[tuple[str, str, int]]:
    """Where most cases wait today: nationality, code of the site, how many. One statement."""
    rows = waiting(span.actor, span.programme).filter(closed=None, person__site__isnull=False).order_by()
    by_place = rows.values_list("person__nationality", "person__site__code").annotate(count=Count("pk"))
    return list(by_place.order_by("-count", "person__nationality", "person__site__code")[:limit])
