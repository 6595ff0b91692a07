"""Sheets of figures for a span of days: each number says what it is a share of, and opens the rows that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from darb.care import figure_queries as care
from darb.cases import exit_queries as exits
from darb.cases import registration_queries as registration
from darb.events import consular_figure_queries as consular
from darb.events import outreach_queries as outreach
from darb.movements import figure_queries as movements
from darb.places.queries import country_names
from darb.rules.words import Words, _
from darb.trust.actor import Actor
from darb.trust.figures import Counted, Figure, Span
from darb.trust.powers import DataClass

from . import door
from .cases import parse_day

PAGE = 50
SINCE = timedelta(days=90)
NEEDS = "needs"
SHOWN_TO: dict[str, DataClass | None] = {
    outreach.SESSIONS: None,
    outreach.RUMOURS: None,
    outreach.CALLS: DataClass.WHEREABOUTS,
    outreach.LEADS: DataClass.WHEREABOUTS,
    outreach.LEADER_LINES: DataClass.WHEREABOUTS,
    consular.HEARINGS: None,
    consular.LINES: DataClass.IDENTITY,
    consular.STEPS: DataClass.TRAVEL_DOCUMENT,
    consular.DOCUMENTS: DataClass.TRAVEL_DOCUMENT,
    registration.CASES: DataClass.IDENTITY,
    NEEDS: DataClass.PROTECTION,
    care.EXAMS: DataClass.MEDICAL,
    exits.VISAS: DataClass.TRAVEL_DOCUMENT,
    exits.RELEASES: DataClass.WHEREABOUTS,
    movements.FLIGHTS: DataClass.IDENTITY,
    movements.SEATS: DataClass.IDENTITY,
}
"""By kind of row, the class of data that somebody must see to open it; the number is for everybody."""
_OF_PERSON = (_("Case"), _("Name"))
HEADS: dict[str, tuple[Words, ...]] = {
    outreach.SESSIONS: (_("Place"), _("Day"), _("For whom"), _("Cards"), _("Why")),
    outreach.LEADER_LINES: (_("Name"), _("Day"), _("For whom"), _("Outcome")),
    consular.HEARINGS: (_("Place"), _("Day"), _("Country"), _("How")),
    consular.LINES: (*_OF_PERSON, _("Session"), _("Outcome")),
    consular.STEPS: (_("Name"), _("Country"), _("Number"), _("Day")),
    consular.DOCUMENTS: (_("Name"), _("Country"), _("Number"), _("Valid until")),
    registration.CASES: (*_OF_PERSON, _("Nationality"), _("Opened"), _("Stage"), _("Why")),
    NEEDS: (*_OF_PERSON, _("Nationality"), _("Opened"), _("Stage"), _("Why")),
    care.EXAMS: (*_OF_PERSON, _("Day"), _("Code")),
    exits.VISAS: (*_OF_PERSON, _("Batch"), _("Handed in"), _("State"), _("Reason or last day"), _("Waiver")),
    exits.RELEASES: (*_OF_PERSON, _("Request"), _("Centre"), _("Day"), _("State")),
    movements.FLIGHTS: (_("Flight"), _("Day"), _("From and to"), _("Operator"), _("Seats")),
    movements.SEATS: (*_OF_PERSON, _("Nationality"), _("Flight"), _("Day"), _("Outcome")),
}
"""By kind of row, the heads of the columns of its table; calls, leads and rumours have tables of their own."""


@dataclass(frozen=True)
class Days:
    """The days that are asked for: [since, until)."""

    since: date
    until: date

    @property
    def last(self) -> date:
        """The last of them."""
        return self.until - timedelta(days=1)

    def span(self, actor: Actor) -> Span:
        """The time from the first midnight to the last, as somebody sees it."""
        return Span(actor, door.midnight(self.since), door.midnight(self.until))

    def url(self, name: str, *args: str, **more: str) -> str:
        """The address of a page for these days."""
        asked = {"since": self.since.isoformat(), "until": self.last.isoformat()}
        return reverse(name, args=args) + "?" + urlencode(asked | more)


@dataclass(frozen=True)
class Sheet:
    """A page of figures: what it is called, its address, the address of its rows, and its template."""

    label: Words
    url: str
    rows_url: str
    template: str

    def page(self, request: Any, days: Days, **told: Any) -> HttpResponse:
        """The page, with what is told on it."""
        return render(request, self.template, {"sheet": gettext(self.label), "days": days} | told)

    def lines(self, actor: Actor, figures: Counted, days: Days) -> list[dict[str, Any]]:
        """A line for each figure: label, value, percent of what it is a share of, address of its rows where the actor
        may open them.
        """
        values = {figure.key: n for figure, n in figures}
        return [
            {
                "label": gettext(figure.label),
                "value": n,
                "share": round(100 * n / values[figure.of]) if figure.of and values[figure.of] else None,
                "of": figure.of,
                "url": days.url(self.rows_url, figure.key) if n and opens(actor, figure.kind) else "",
            }
            for figure, n in figures
        ]

    def rows(self, request: Any, days: Days, opened: Opened, names: Mapping[str, Any]) -> HttpResponse:
        """The rows that a figure counts, a page at a time; 404 for somebody who may not see that kind of row."""
        if not opens(request.actor, opened.kind):
            raise Http404
        context = {
            "kind": opened.kind,
            "label": opened.label,
            "heads": [gettext(head) for head in HEADS.get(opened.kind, ())],
            "days": days,
            "page": Paginator(opened.rows, PAGE).get_page(request.GET.get("page")),
            "names": country_names(get_language() or "en"),
            "sheet": gettext(self.label),
            "back": days.url(self.url),
        }
        return render(request, "desk/figures/rows.html", context | names)


@dataclass(frozen=True)
class Opened:
    """The rows of a figure: their kind, what they are called, and themselves."""

    kind: str
    label: str
    rows: QuerySet[Any]


def opened(figure: Figure | None, span: Any) -> Opened:
    """The rows of a figure; 404 where there is no such figure."""
    if figure is None:
        raise Http404
    return Opened(figure.kind, gettext(figure.label), figure.rows(span))


def opens(actor: Actor, kind: str) -> bool:
    """Whether somebody may open rows of a kind."""
    needed = SHOWN_TO[kind]
    return needed is None or actor.sees(needed)


def days_asked(request: Any) -> Days:
    """The days asked for; the last ninety where none are, or they make no sense."""
    today = door.today()
    last = parse_day(request.GET.get("until", "")) or today
    first = parse_day(request.GET.get("since", "")) or last - SINCE
    first, last = (first, last) if first <= last else (today - SINCE, today)
    return Days(first, last + timedelta(days=1))
