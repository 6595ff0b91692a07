"""Figures of screening: who was screened, what came of it, which vulnerabilities. Each opens its rows.

Results that tell of a wish for protection aren't counted.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet

from darb.programmes.voluntary_return_codes import SCREENING_RESULTS, VULNERABILITIES
from darb.rules.words import _
from darb.trust.context import unsealed
from darb.trust.figures import Figure

from .models import Case, Encounter
from .registration_queries import CASES, Span, opened

SCREENING, TRIAGE = "screening", "triage"


def _with_talk(span: Span, kind: str, **answers: str) -> QuerySet[Case]:
    talks = Encounter.objects.filter(kind=kind, case__opened__gte=span.since, **answers)
    with unsealed():
        screened = set(talks.values_list("case_id", flat=True))
    return opened(span).filter(pk__among=screened)


def _result(code: str) -> Figure:
    label = SCREENING_RESULTS[code]
    return Figure(
        f"result_{code}", label, CASES, lambda s: _with_talk(s, SCREENING, answers__result=code), of="screened"
    )


FIGURES: tuple[Figure, ...] = (
    Figure("to_screen", _("Cases opened"), CASES, opened),
    Figure("triaged", _("of them triaged at first contact"), CASES, lambda s: _with_talk(s, TRIAGE), of="to_screen"),
    Figure("screened", _("of them screened"), CASES, lambda s: _with_talk(s, SCREENING), of="to_screen"),
    *(_result(code) for code in SCREENING_RESULTS if code != "return_not_safe"),
    Figure(
        "vulnerable",
        _("With at least one vulnerability"),
        CASES,
        lambda s: opened(s).exclude(vulnerabilities=[]),
        of="to_screen",
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def by_vulnerability(span: Span) -> list[tuple[str, int]]:
    """How many cases have each vulnerability (code, count), the most first; one case may have several. One query."""
    rows = opened(span).exclude(vulnerabilities=[]).order_by().values_list("vulnerabilities", flat=True)
    counts = Counter(code for codes in rows for code in codes)
    return [(code, n) for code, n in counts.most_common() if code in VULNERABILITIES]


def with_vulnerability(span: Span, code: str) -> QuerySet[Case]:
    """The cases that have one vulnerability."""
    return opened(span).filter(vulnerabilities__contains=[code])
