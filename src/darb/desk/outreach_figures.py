"""Figures of outreach, the hotline and registration, for a span of days: each opens the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from darb.care import figure_queries as health
from darb.cases import registration_queries as registration
from darb.cases import screening_queries as screening
from darb.cases.registration_queries import Place
from darb.events import consular_figure_queries as consular
from darb.events import outreach_queries as outreach
from darb.events.models import LeadSource, Topic
from darb.movements import health_queries as flights
from darb.places.queries import country_names, sites_by_code
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES, VULNERABILITIES
from darb.rules.words import Words
from darb.rules.words import _ as marked
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import door
from .cases import parse_day
from .registering import PROGRAMME
from .spoken import language_names
from .work import cases_url

PAGE = 50
SINCE = timedelta(days=90)
GROUPS = {"men": marked("Men"), "women": marked("Women"), "boys": marked("Boys"), "girls": marked("Girls")}
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
    "cases": DataClass.IDENTITY,
    "needs": DataClass.PROTECTION,
    "exams": DataClass.MEDICAL,
    "seats": DataClass.IDENTITY,
}
"""By kind of row, the class of data that somebody must see to open it; the number is for everybody."""
CASES, BATCH, NEEDS, EXAMS, SEATS = "cases", "batch", "needs", "exams", "seats"
NEED = "need-"
OUTREACH, SCREENING_AND_HEALTH = marked("Outreach in figures"), marked("Screening and health in figures")
ON_FLIGHTS: dict[str, tuple[Words, Callable[..., Any]]] = {
    "offloaded_at_check": (marked("Offloaded at the check before embarkation"), flights.offloaded_at_check),
    "flown": (marked("People who flew"), flights.flown),
    "escorted": (marked("of them with an escort"), flights.escorted),
}


@require_safe
def outreach_figures(request: Any) -> HttpResponse:
    """Every figure of 2.1 to 2.3 for the days asked."""
    since, until = days_asked(request)
    span = _span(request.actor, since, until)
    reader = get_language() or "en"
    by_group, by_country = outreach.listeners(span)
    named = outreach.counted(span)
    of_cases = [(f, n, CASES) for f, n in registration.counted(_case_span(request.actor, since, until))]
    context = {
        "since": since,
        "until": until - timedelta(days=1),
        "outreach": _told(request.actor, [(f, n, f.kind) for f, n in named], since, until),
        "registration": _told(request.actor, of_cases, since, until),
        "consular": _told(request.actor, [(f, n, f.kind) for f, n in consular.counted(span)], since, until),
        "days_to_document": consular.days_to_document(span),
        "withdrawals": list(registration.withdrawals(_case_span(request.actor, since, until)).items()),
        "pipeline": _pipeline(request.actor, since, until),
        "groups": [(gettext(label), by_group.get(code, 0)) for code, label in GROUPS.items()],
        "names": country_names(reader),
        "countries": _words(by_country, country_names(reader)),
        "sources": _words(outreach.sources(span), dict(LeadSource.choices)),
        "topics": _words(outreach.topics(span), dict(Topic.choices)),
        "languages": _words(outreach.languages(span), language_names(reader)),
        "batches": [
            (batch, rows_url(BATCH, since, until, batch=batch.code) if _opens(request.actor, outreach.LEADS) else "")
            for batch in outreach.batches(span)
        ],
        "days": outreach.days_to_registration(span),
    }
    return render(request, "desk/figures/outreach.html", context)


@require_safe
def health_figures(request: Any) -> HttpResponse:
    """Every figure of 2.5 and 2.6 for the days asked."""
    since, until = days_asked(request)
    context = {
        "since": since,
        "until": until - timedelta(days=1),
        "screening": _told(request.actor, _screening(request.actor, since, until), since, until),
        "health": _told(request.actor, _health(request.actor, since, until), since, until),
        "needs": _needs(request.actor, since, until),
    }
    return render(request, "desk/figures/health.html", context)


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    since, until = days_asked(request)
    kind, label, found = _rows(request, key, since, until)
    if not _opens(request.actor, kind):
        raise Http404
    reader = get_language() or "en"
    of_health = kind in (NEEDS, EXAMS, SEATS) or key in screening.BY_KEY
    context = {
        "kind": kind,
        "label": label,
        "since": since,
        "until": until - timedelta(days=1),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "names": country_names(reader),
        "languages": language_names(reader),
        "outcomes": {code: outcome.label for code, outcome in CONSULAR_OUTCOMES.items()},
        "page_of": gettext(SCREENING_AND_HEALTH if of_health else OUTREACH),
        "back": reverse("desk:health_figures" if of_health else "desk:outreach_figures")
        + "?"
        + urlencode(_asked(since, until)),
    }
    return render(request, "desk/figures/rows.html", context)


def rows_url(key: str, since: date, until: date, **more: str) -> str:
    """The address of the rows of a figure."""
    return reverse("desk:figure_rows", args=[key]) + "?" + urlencode(_asked(since, until) | more)


def _rows(request: Any, key: str, since: date, until: date) -> tuple[str, str, Any]:
    span = _span(request.actor, since, until)
    if key == BATCH:
        code = door.typed(request.GET.get("batch", ""), 20)
        return outreach.LEADS, code, outreach.of_batch(span, code)
    if figure := outreach.BY_KEY.get(key) or consular.BY_KEY.get(key):
        return figure.kind, gettext(figure.label), figure.rows(span)
    if key in registration.BY_KEY:
        of_cases = registration.BY_KEY[key]
        return CASES, gettext(of_cases.label), of_cases.rows(_case_span(request.actor, since, until))
    if key in screening.BY_KEY:
        of_screens = screening.BY_KEY[key]
        return CASES, gettext(of_screens.label), of_screens.rows(_case_span(request.actor, since, until))
    if (code := key.removeprefix(NEED)) != key and code in VULNERABILITIES:
        found = screening.with_vulnerability(_case_span(request.actor, since, until), code)
        return NEEDS, gettext(VULNERABILITIES[code]), found
    if key in health.BY_KEY:
        of_health = health.BY_KEY[key]
        return EXAMS, gettext(of_health.label), of_health.rows(health.Span(request.actor, span.since, span.until))
    if key in ON_FLIGHTS:
        label, of_flights = ON_FLIGHTS[key]
        return SEATS, gettext(label), of_flights(request.actor, span.since, span.until)
    raise Http404


def _told(actor: Actor, figures: list[Any], since: date, until: date) -> list[dict[str, Any]]:
    values = {f.key: n for f, n, _kind in figures}
    return [
        {
            "label": gettext(f.label),
            "value": n,
            "share": round(100 * n / values[f.of]) if f.of and values[f.of] else None,
            "of": f.of,
            "url": rows_url(f.key, since, until) if n and _opens(actor, kind) else "",
        }
        for f, n, kind in figures
    ]


def _screening(actor: Actor, since: date, until: date) -> list[Any]:
    return [(f, n, CASES) for f, n in screening.counted(_case_span(actor, since, until))]


@dataclass(frozen=True)
class _OnFlights:
    """A figure of the flights: its key, its label, and the figure that it is a share of."""

    key: str
    label: Words
    of: str = ""


def _health(actor: Actor, since: date, until: date) -> list[Any]:
    """Figures of examinations, then those of the flights."""
    span = _span(actor, since, until)
    found: list[Any] = [(f, n, EXAMS) for f, n in health.counted(health.Span(actor, span.since, span.until))]
    shares = {"escorted": "flown"}
    return found + [
        (_OnFlights(key, label, shares.get(key, "")), rows(actor, span.since, span.until).count(), SEATS)
        for key, (label, rows) in ON_FLIGHTS.items()
    ]


def _needs(actor: Actor, since: date, until: date) -> list[tuple[Any, ...]]:
    """Vulnerabilities with how many cases have each, and the rows for those who read protection."""
    opens = _opens(actor, NEEDS)
    return [
        (gettext(VULNERABILITIES[code]), n, rows_url(f"{NEED}{code}", since, until) if opens else "")
        for code, n in screening.by_vulnerability(_case_span(actor, since, until))
    ]


def _pipeline(actor: Actor, since: date, until: date) -> list[tuple[Place, Any, str, list[tuple[str, int, str]]]]:
    """Where cases wait today and for what: each number opens the work list that it counts."""
    span = _case_span(actor, since, until)
    found = registration.pipeline(span, door.today())
    places = sites_by_code(place.site for place in found)
    seen = actor.sees(DataClass.IDENTITY)

    def url(place: Place, **more: str) -> str:
        return cases_url(nationality=place.nationality, site=place.site, **more) if seen else ""

    return [
        (
            place,
            places[place.site],
            url(place),
            [
                (gate, n, url(place, gate=gate))
                for gate, n in sorted(place.red.items(), key=lambda row: (-row[1], row[0]))
            ],
        )
        for place in found
    ]


def _words(counts: Mapping[str, int], names: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(str(names.get(code, code)), count) for code, count in counts.items()]


def _opens(actor: Actor, kind: str) -> bool:
    needed = SHOWN_TO[kind]
    return needed is None or actor.sees(needed)


def days_asked(request: Any) -> tuple[date, date]:
    """The days asked for, [since, until); the last ninety where none are, or they make no sense."""
    today = door.today()
    last = parse_day(request.GET.get("until", "")) or today
    first = parse_day(request.GET.get("since", "")) or last - SINCE
    return (first, last + timedelta(days=1)) if first <= last else (today - SINCE, today + timedelta(days=1))


def _asked(since: date, until: date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": (until - timedelta(days=1)).isoformat()}


def _span(actor: Actor, since: date, until: date) -> outreach.Span:
    return outreach.Span(actor, door.midnight(since), door.midnight(until))


def _case_span(actor: Actor, since: date, until: date) -> registration.Span:
    return registration.Span(actor, PROGRAMME, since, until)
