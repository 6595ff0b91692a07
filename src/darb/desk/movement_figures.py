"""Figures of the flights, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from darb.movements import figure_queries as figures
from darb.places.queries import country_names
from darb.rules.words import _
from darb.trust.figures import counted

from .sheets import Sheet, days_asked, opened

FLIGHTS = Sheet(_("Flights in figures"), "desk:movement_figures", "desk:movement_rows", "desk/figures/movements.html")


@require_safe
def movement_figures(request: Any) -> HttpResponse:
    """Every figure of 2.7 for the days asked."""
    days = days_asked(request)
    span = days.span(request.actor)
    names = country_names(get_language() or "en")
    return FLIGHTS.page(
        request,
        days,
        rows=FLIGHTS.lines(request.actor, counted(figures.FIGURES, span), days),
        countries=[(names.get(code, code), n) for code, n in figures.nationalities(span)],
        cost=figures.cost_per_person(span),
        projects=figures.cost_by_project(span),
        days_from_ready=figures.days_from_ready(span),
    )


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    days = days_asked(request)
    return FLIGHTS.rows(request, days, opened(figures.BY_KEY.get(key), days.span(request.actor)), {})
