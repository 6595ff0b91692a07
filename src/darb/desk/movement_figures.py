"""Figures of the flights, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from darb.movements import figure_queries as figures
from darb.places.queries import country_names
from darb.rules.words import _
from darb.trust.figures import counted

from . import door
from .sheets import Opened, Sheet, days_asked, opened, opens

FLIGHTS = Sheet(_("Flights in figures"), "desk:movement_figures", "desk:movement_rows", "desk/figures/movements.html")
OF_PROJECT, PROJECT_LENGTH = "of_project", 20


@require_safe
def movement_figures(request: Any) -> HttpResponse:
    """Every figure of 2.7 for the days asked."""
    days = days_asked(request)
    span = days.span(request.actor)
    names = country_names(get_language() or "en")
    may_open = opens(request.actor, figures.FLIGHTS)
    return FLIGHTS.page(
        request,
        days,
        rows=FLIGHTS.lines(request.actor, counted(figures.FIGURES, span), days),
        countries=[(names.get(code, code), n) for code, n in figures.nationalities(span)],
        cost=figures.cost_per_person(span),
        projects=[
            (*told, days.url(FLIGHTS.rows_url, OF_PROJECT, project=told[0]) if may_open else "")
            for told in figures.cost_by_project(span)
        ],
        days_from_ready=figures.days_from_ready(span),
    )


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    days = days_asked(request)
    span = days.span(request.actor)
    if key == OF_PROJECT:
        project = door.typed(request.GET.get("project", ""), PROJECT_LENGTH)
        label = project or gettext("No project is named yet.")
        return FLIGHTS.rows(request, days, Opened(figures.FLIGHTS, label, figures.shared_by(span, project)), {})
    return FLIGHTS.rows(request, days, opened(figures.BY_KEY.get(key), span), {})
