"""Figures of examinations: how many, with which outcome; checks before embarkation. Each opens its rows."""

from __future__ import annotations

from django.db.models import QuerySet

from darb.programmes.fitness import CLEAR, HOLD
from darb.rules.words import _
from darb.trust.figures import Figure, Span

from .models import Exam, ExamKind

EXAMS = "exams"
UNFIT = ("FTT-3", "FTT-4", "FTT-5")


def _concluded(span: Span, kind: str = ExamKind.FITNESS) -> QuerySet[Exam]:
    exams = Exam.objects.filter(kind=kind, examined_at__gte=span.since, examined_at__lt=span.until)
    return exams.select_related("case", "person").order_by("-examined_at", "-pk")


def _checks(span: Span) -> QuerySet[Exam]:
    return _concluded(span, ExamKind.PRE_EMBARKATION)


FIGURES: tuple[Figure, ...] = (
    Figure("exams", _("Examinations for travel"), EXAMS, _concluded),
    Figure("fit", _("of them fit"), EXAMS, lambda s: _concluded(s).filter(code="FTT-1"), of="exams"),
    Figure(
        "fit_with", _("of them fit with requirements"), EXAMS, lambda s: _concluded(s).filter(code="FTT-2"), of="exams"
    ),
    Figure("unfit", _("of them unfit"), EXAMS, lambda s: _concluded(s).filter(code__in=UNFIT), of="exams"),
    Figure(
        "health_hold",
        _("of them on a public-health hold"),
        EXAMS,
        lambda s: _concluded(s).filter(code="FTT-5"),
        of="exams",
    ),
    Figure("checks", _("Checks before embarkation"), EXAMS, _checks),
    Figure("checks_clear", _("of them clear"), EXAMS, lambda s: _checks(s).filter(code=CLEAR), of="checks"),
    Figure("checks_held", _("of them held"), EXAMS, lambda s: _checks(s).filter(code=HOLD), of="checks"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}
