"""Figures of examinations: how many, with which outcome; checks before embarkation. Each opens its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from darb.programmes.fitness import CLEAR, HOLD
from darb.rules.words import Words, _
from darb.trust.actor import Actor

from .models import Exam, ExamKind

UNFIT = ("FTT-3", "FTT-4", "FTT-5")


@dataclass(frozen=True)
class Span:
    """Whose figures, and of what time: [since, until)."""

    actor: Actor
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Figure:
    """A figure, and the examinations that it counts. `of` is the figure that it is a share of."""

    key: str
    label: Words
    rows: Callable[[Span], QuerySet[Exam]]
    of: str = ""


def _concluded(span: Span, kind: str = ExamKind.FITNESS) -> QuerySet[Exam]:
    exams = Exam.objects.filter(kind=kind, examined_at__gte=span.since, examined_at__lt=span.until)
    return exams.select_related("case", "person").order_by("-examined_at", "-pk")


def _checks(span: Span) -> QuerySet[Exam]:
    return _concluded(span, ExamKind.PRE_EMBARKATION)


FIGURES: tuple[Figure, ...] = (
    Figure("exams", _("Examinations for travel"), _concluded),
    Figure("fit", _("of them fit"), lambda s: _concluded(s).filter(code="FTT-1"), of="exams"),
    Figure("fit_with", _("of them fit with requirements"), lambda s: _concluded(s).filter(code="FTT-2"), of="exams"),
    Figure("unfit", _("of them unfit"), lambda s: _concluded(s).filter(code__in=UNFIT), of="exams"),
    Figure(
        "health_hold", _("of them on a public-health hold"), lambda s: _concluded(s).filter(code="FTT-5"), of="exams"
    ),
    Figure("checks", _("Checks before embarkation"), _checks),
    Figure("checks_clear", _("of them clear"), lambda s: _checks(s).filter(code=CLEAR), of="checks"),
    Figure("checks_held", _("of them held"), lambda s: _checks(s).filter(code=HOLD), of="checks"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def counted(span: Span) -> list[tuple[Figure, int]]:
    """Every figure with its value. One statement each."""
    return [(figure, figure.rows(span).count()) for figure in FIGURES]
