"""Figures of exit visas and releases, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from darb.cases import exit_queries as exits
from darb.programmes.exit_visa import REASONS
from darb.rules.words import _
from darb.trust.figures import counted

from .sheets import Opened, Sheet, days_asked, opened, opens

EXITS = Sheet(
    _("Exit visas and releases in figures"), "desk:exit_figures", "desk:exit_figure_rows", "desk/figures/exits.html"
)
FOR_REASON = "rejected_for"


@require_safe
def exit_figures(request: Any) -> HttpResponse:
    """Every figure of 2.4 for the days asked."""
    days = days_asked(request)
    span = days.span(request.actor)
    found = counted(exits.FIGURES, span)
    of_visas, of_releases = ([(f, n) for f, n in found if f.kind == kind] for kind in (exits.VISAS, exits.RELEASES))
    may_open = opens(request.actor, exits.VISAS)
    return EXITS.page(
        request,
        days,
        visas=EXITS.lines(request.actor, of_visas, days),
        releases=EXITS.lines(request.actor, of_releases, days),
        rejections=[
            (gettext(REASONS.get(why, why)), n, days.url(EXITS.rows_url, FOR_REASON, why=why) if may_open else "")
            for why, n in exits.rejections(span)
        ],
        days_visa=exits.days_to_answer(span),
        days_release=exits.days_to_hand_over(span),
    )


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    days = days_asked(request)
    span = days.span(request.actor)
    if key == FOR_REASON:
        why = request.GET.get("why", "")
        asked = Opened(exits.VISAS, gettext(REASONS.get(why, "")), exits.rejected_for(span, why))
    else:
        asked = opened(exits.BY_KEY.get(key), span)
    return EXITS.rows(request, days, asked, {"reasons": REASONS})
