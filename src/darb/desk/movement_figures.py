"""Figures of the flights, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from darb.movements import figure_queries as figures
from darb.places.queries import country_names
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import door
from .outreach_figures import PAGE, days_asked


@require_safe
def movement_figures(request: Any) -> HttpResponse:
    """Every figure of 2.7 for the days asked."""
    since, until = days_asked(request)
    span = _span(request.actor, since, until)
    names = country_names(get_language() or "en")
    context = {
        "since": since,
        "until": until - timedelta(days=1),
        "rows": _told(request.actor, span, since, until),
        "countries": [(names.get(code, code), n) for code, n in figures.nationalities(span)],
        "cost": figures.cost_per_person(span),
        "days": figures.days_from_ready(span),
    }
    return render(request, "desk/figures/movements.html", context)


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    since, until = days_asked(request)
    figure = figures.BY_KEY.get(key)
    if figure is None or not _opens(request.actor):
        raise Http404
    context = {
        "kind": figure.kind,
        "label": gettext(figure.label),
        "since": since,
        "until": until - timedelta(days=1),
        "page": Paginator(figure.rows(_span(request.actor, since, until)), PAGE).get_page(request.GET.get("page")),
        "names": country_names(get_language() or "en"),
        "back": reverse("desk:movement_figures") + "?" + _asked(since, until),
    }
    return render(request, "desk/figures/movement_rows.html", context)


def _told(actor: Actor, span: figures.Span, since: date, until: date) -> list[dict[str, Any]]:
    found = figures.counted(span)
    values = {f.key: n for f, n in found}
    return [
        {
            "label": gettext(f.label),
            "value": n,
            "share": round(100 * n / values[f.of]) if f.of and values[f.of] else None,
            "of": f.of,
            "url": f"{reverse('desk:movement_rows', args=[f.key])}?{_asked(since, until)}"
            if n and _opens(actor)
            else "",
        }
        for f, n in found
    ]


def _rows_url(key: str, since: date, until: date) -> str:
    return f"{reverse('desk:movement_rows', args=[key])}?{_asked(since, until)}"


def _opens(actor: Actor) -> bool:
    return actor.sees(DataClass.IDENTITY)


def _asked(since: date, until: date) -> str:
    return urlencode({"since": since.isoformat(), "until": (until - timedelta(days=1)).isoformat()})


def _span(actor: Actor, since: date, until: date) -> figures.Span:
    return figures.Span(actor, door.midnight(since), door.midnight(until))
