"""Figures of exit visas and releases, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from darb.cases import exit_queries as exits
from darb.programmes.exit_visa import REASONS
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import door
from .cases import parse_day

PAGE = 50
SINCE = timedelta(days=90)
SHOWN_TO = {exits.VISAS: DataClass.TRAVEL_DOCUMENT, exits.RELEASES: DataClass.WHEREABOUTS}
"""By kind of row, the class of data that somebody must see to open it; the number is for everybody."""
FOR_REASON = "rejected_for"


@require_safe
def exit_figures(request: Any) -> HttpResponse:
    """Every figure of 2.4 for the days asked."""
    since, until = _days(request)
    span = _span(request.actor, since, until)
    opens = request.actor.sees(SHOWN_TO[exits.VISAS])
    context = {
        "since": since,
        "until": until - timedelta(days=1),
        "visas": _told(request.actor, span, exits.VISAS, since, until),
        "releases": _told(request.actor, span, exits.RELEASES, since, until),
        "rejections": [
            (gettext(REASONS.get(why, why)), n, rows_url(FOR_REASON, since, until, why=why) if opens else "")
            for why, n in exits.rejections(span)
        ],
        "days_visa": exits.days_to_answer(span),
        "days_release": exits.days_to_hand_over(span),
    }
    return render(request, "desk/figures/exits.html", context)


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    since, until = _days(request)
    span = _span(request.actor, since, until)
    if key == FOR_REASON:
        why = request.GET.get("why", "")
        kind, label, found = exits.VISAS, gettext(REASONS.get(why, "")), exits.rejected_for(span, why)
    elif key in exits.BY_KEY:
        figure = exits.BY_KEY[key]
        kind, label, found = figure.kind, gettext(figure.label), figure.rows(span)
    else:
        raise Http404
    if not request.actor.sees(SHOWN_TO[kind]):
        raise Http404
    context = {
        "kind": kind,
        "label": label,
        "since": since,
        "until": until - timedelta(days=1),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "reasons": REASONS,
        "back": reverse("desk:exit_figures") + "?" + urlencode(_asked(since, until)),
    }
    return render(request, "desk/figures/exit_rows.html", context)


def rows_url(key: str, since: date, until: date, **more: str) -> str:
    """The address of the rows of a figure."""
    return reverse("desk:exit_figure_rows", args=[key]) + "?" + urlencode(_asked(since, until) | more)


def _told(actor: Actor, span: exits.Span, kind: str, since: date, until: date) -> list[dict[str, Any]]:
    named = exits.counted(span, kind)
    values = {f.key: n for f, n in named}
    opens = actor.sees(SHOWN_TO[kind])
    return [
        {
            "label": gettext(f.label),
            "value": n,
            "share": round(100 * n / values[f.of]) if f.of and values[f.of] else None,
            "of": f.of,
            "url": rows_url(f.key, since, until) if n and opens else "",
        }
        for f, n in named
    ]


def _days(request: Any) -> tuple[date, date]:
    """The days asked for, [since, until); the last ninety where none are, or they make no sense."""
    today = door.today()
    last = parse_day(request.GET.get("until", "")) or today
    first = parse_day(request.GET.get("since", "")) or last - SINCE
    return (first, last + timedelta(days=1)) if first <= last else (today - SINCE, today + timedelta(days=1))


def _asked(since: date, until: date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": (until - timedelta(days=1)).isoformat()}


def _span(actor: Actor, since: date, until: date) -> exits.Span:
    return exits.Span(actor, door.midnight(since), door.midnight(until))
