"""Figures of exit visas and of releases (`programmes.md` 2.4): each is counted from rows, and opens the same rows.

Visas and people count by when they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localtime

from darb.rules.words import _
from darb.trust.figures import Figure, Span

from .release_models import RELEASE_OPEN, ReleaseLine, ReleaseState
from .visa_models import ExitVisa, VisaState, Waiver

VISAS, RELEASES = "visas", "releases"
R, V = ReleaseState, VisaState
GRANTED = (V.APPROVED, V.USED, V.EXPIRED, V.FLAGGED)


def _submitted(span: Span) -> QuerySet[ExitVisa]:
    visas = ExitVisa.objects.filter(batch__submitted_at__gte=span.since, batch__submitted_at__lt=span.until)
    return visas.select_related("case", "person", "batch").order_by("-batch__submitted_at", "-pk")


def _ended_unused(span: Span) -> QuerySet[ExitVisa]:
    """Visas that were given and ran out within the time, and nobody travelled on them."""
    days = Q(valid_to__gte=localtime(span.since).date(), valid_to__lt=localtime(span.until).date())
    visas = ExitVisa.objects.filter(days, state=V.EXPIRED)
    return visas.select_related("case", "person", "batch").order_by("-valid_to", "-pk")


def _asked(span: Span) -> QuerySet[ReleaseLine]:
    lines = ReleaseLine.objects.filter(request__requested_at__gte=span.since, request__requested_at__lt=span.until)
    return lines.select_related("case", "person", "request__centre").order_by("-request__requested_at", "-pk")


FIGURES: tuple[Figure, ...] = (
    Figure("submitted", _("Exit visas applied for"), VISAS, _submitted),
    Figure("approved", _("of them approved"), VISAS, lambda s: _submitted(s).filter(state__in=GRANTED), "submitted"),
    Figure("queried", _("of them asked back"), VISAS, lambda s: _submitted(s).filter(state=V.QUERIED), "submitted"),
    Figure("rejected", _("of them rejected"), VISAS, lambda s: _submitted(s).filter(state=V.REJECTED), "submitted"),
    Figure("pending", _("of them pending"), VISAS, lambda s: _submitted(s).filter(state=V.SUBMITTED), "submitted"),
    Figure("expired", _("Exit visas that expired unused"), VISAS, _ended_unused),
    Figure("waivers", _("Waivers asked for"), VISAS, lambda s: _submitted(s).exclude(waiver=Waiver.NOT_ASKED)),
    Figure("waived", _("of them granted"), VISAS, lambda s: _submitted(s).filter(waiver=Waiver.GRANTED), "waivers"),
    Figure("not_waived", _("of them refused"), VISAS, lambda s: _submitted(s).filter(waiver=Waiver.REFUSED), "waivers"),
    Figure("requested", _("People whose release was asked for"), RELEASES, _asked),
    Figure(
        "agreed",
        _("of them approved, whatever came of it"),
        RELEASES,
        lambda s: _asked(s).filter(answered_at__isnull=False).exclude(state=R.REFUSED, ended_at=F("answered_at")),
        "requested",
    ),
    Figure("handed", _("of them handed over"), RELEASES, lambda s: _asked(s).filter(state=R.HANDED_OVER), "requested"),
    Figure("refused", _("of them refused"), RELEASES, lambda s: _asked(s).filter(state=R.REFUSED), "requested"),
    Figure("absent", _("of them not there"), RELEASES, lambda s: _asked(s).filter(state=R.NOT_PRESENT), "requested"),
    Figure("taken_off", _("of them taken off"), RELEASES, lambda s: _asked(s).filter(state=R.TAKEN_OFF), "requested"),
    Figure("open", _("of them still open"), RELEASES, lambda s: _asked(s).filter(state__in=RELEASE_OPEN), "requested"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def rejections(span: Span) -> list[tuple[str, int]]:
    """How many applications were rejected for which reason (a code), most first. One statement."""
    rows = BY_KEY["rejected"].rows(span).order_by().values_list("why").annotate(n=Count("pk"))
    return sorted(rows, key=lambda told: (-told[1], told[0]))


def rejected_for(span: Span, why: str) -> QuerySet[ExitVisa]:
    """The applications that were rejected for one reason."""
    return BY_KEY["rejected"].rows(span).filter(why=why)


def days_to_answer(span: Span) -> float | None:
    """Half of the applications that were decided were so within so many days; None for none. One statement."""
    decided = _submitted(span).filter(state__in=(*GRANTED, V.REJECTED), answered_at__isnull=False).order_by()
    return _half(decided.values_list("batch__submitted_at", "answered_at"))


def days_to_hand_over(span: Span) -> float | None:
    """Half of those handed over were so within so many days of the request; None for none. One statement."""
    return _half(BY_KEY["handed"].rows(span).order_by().values_list("request__requested_at", "ended_at"))


def _half(moments: Iterable[tuple[datetime, datetime]]) -> float | None:
    days = [(localtime(end).date() - localtime(begin).date()).days for begin, end in moments]
    return median(days) if days else None
