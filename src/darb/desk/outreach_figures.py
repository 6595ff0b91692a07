"""Figures of outreach, the hotline, registration, embassies, screening and health: each opens the rows it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from darb.care import figure_queries as care
from darb.cases import registration_queries as registration
from darb.cases import screening_queries as screening
from darb.cases.registration_queries import Place
from darb.events import consular_figure_queries as consular
from darb.events import outreach_queries as outreach
from darb.events.models import LeadSource, Topic
from darb.movements import health_queries as flights
from darb.places.queries import country_names, sites_by_code
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES, VULNERABILITIES
from darb.rules.words import _ as marked
from darb.trust.actor import Actor
from darb.trust.figures import counted
from darb.trust.powers import DataClass

from . import door
from .reasons import reason_told
from .registering import PROGRAMME
from .sheets import NEEDS, Days, Opened, Sheet, days_asked, opened, opens
from .spoken import language_names
from .work import cases_url

GROUPS = {"men": marked("Men"), "women": marked("Women"), "boys": marked("Boys"), "girls": marked("Girls")}
BATCH, NEED = "batch", "need-"
ROWS = "desk:figure_rows"
OUTREACH = Sheet(marked("Outreach in figures"), "desk:outreach_figures", ROWS, "desk/figures/outreach.html")
HEALTH = Sheet(marked("Screening and health in figures"), "desk:health_figures", ROWS, "desk/figures/health.html")
BY_TIME = outreach.BY_KEY | consular.BY_KEY | care.BY_KEY | flights.BY_KEY
BY_DAY = registration.BY_KEY | screening.BY_KEY
"""Figures counted by when something happened, and those counted by the day on which a case was opened."""
OF_HEALTH = frozenset(screening.BY_KEY) | frozenset(care.BY_KEY) | frozenset(flights.BY_KEY)


@require_safe
def outreach_figures(request: Any) -> HttpResponse:
    """Every figure of 2.1 to 2.3 for the days asked."""
    actor, days = request.actor, days_asked(request)
    span, of_cases = days.span(actor), _case_span(actor, days)
    reader = get_language() or "en"
    by_group, by_country = outreach.listeners(span)
    may_open = opens(actor, outreach.LEADS)
    return OUTREACH.page(
        request,
        days,
        outreach=OUTREACH.lines(actor, counted(outreach.FIGURES, span), days),
        registration=OUTREACH.lines(actor, counted(registration.FIGURES, of_cases), days),
        consular=OUTREACH.lines(actor, counted(consular.FIGURES, span), days),
        days_to_document=consular.days_to_document(span),
        withdrawals=[(reason_told(told), n) for told, n in registration.withdrawals(of_cases).items()],
        pipeline=_pipeline(actor, days),
        groups=[(gettext(label), by_group.get(code, 0)) for code, label in GROUPS.items()],
        names=country_names(reader),
        countries=_words(by_country, country_names(reader)),
        sources=_words(outreach.sources(span), dict(LeadSource.choices)),
        topics=_words(outreach.topics(span), dict(Topic.choices)),
        languages=_words(outreach.languages(span), language_names(reader)),
        batches=[
            (batch, days.url(ROWS, BATCH, batch=batch.code) if may_open else "") for batch in outreach.batches(span)
        ],
        days_to_registration=outreach.days_to_registration(span),
    )


@require_safe
def health_figures(request: Any) -> HttpResponse:
    """Every figure of 2.5 and 2.6 for the days asked."""
    actor, days = request.actor, days_asked(request)
    screened = counted(screening.FIGURES, _case_span(actor, days))
    return HEALTH.page(
        request,
        days,
        screening=HEALTH.lines(actor, screened, days),
        health=HEALTH.lines(actor, counted((*care.FIGURES, *flights.FIGURES), days.span(actor)), days),
        needs=_needs(actor, days),
    )


@require_safe
def rows(request: Any, key: str) -> HttpResponse:
    """The rows that a figure counts."""
    days = days_asked(request)
    asked = _opened(request, key, days)
    names = {
        "languages": language_names(get_language() or "en"),
        "outcomes": {code: outcome.label for code, outcome in CONSULAR_OUTCOMES.items()},
    }
    sheet = HEALTH if key in OF_HEALTH or asked.kind == NEEDS else OUTREACH
    return sheet.rows(request, days, asked, names)


def _opened(request: Any, key: str, days: Days) -> Opened:
    span = days.span(request.actor)
    if key == BATCH:
        code = door.typed(request.GET.get("batch", ""), 20)
        return Opened(outreach.LEADS, code, outreach.of_batch(span, code))
    if (code := key.removeprefix(NEED)) != key and code in VULNERABILITIES:
        found = screening.with_vulnerability(_case_span(request.actor, days), code)
        return Opened(NEEDS, gettext(VULNERABILITIES[code]), found)
    if key in BY_DAY:
        return opened(BY_DAY[key], _case_span(request.actor, days))
    return opened(BY_TIME.get(key), span)


def _needs(actor: Actor, days: Days) -> list[tuple[Any, ...]]:
    """Vulnerabilities with how many cases have each, and the rows for those who read protection."""
    may_open = opens(actor, NEEDS)
    return [
        (gettext(VULNERABILITIES[code]), n, days.url(ROWS, f"{NEED}{code}") if may_open else "")
        for code, n in screening.by_vulnerability(_case_span(actor, days))
    ]


def _pipeline(actor: Actor, days: Days) -> list[tuple[Place, Any, str, list[tuple[str, int, str]]]]:
    """Where cases wait today and for what: each number opens the work list that it counts."""
    found = registration.pipeline(_case_span(actor, days), door.today())
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


def _case_span(actor: Actor, days: Days) -> registration.Span:
    return registration.Span(actor, PROGRAMME, days.since, days.until)
