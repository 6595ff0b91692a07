"""Figures of embassies' hearings and of the documents that follow (programmes.md 2.3): each counted from its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from darb.people import custody_queries as custody
from darb.people.models import CustodyStep, Document, DocumentState
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.words import Words, _
from darb.trust.figures import Figure, Span

from .models import Event, EventKind, EventLine, EventState, Mode

HEARINGS, LINES, STEPS, DOCUMENTS = "hearings", "lines", "custody_steps", "documents"
HEARD = frozenset(code for code, outcome in CONSULAR_OUTCOMES.items() if outcome.ruling)
"""Outcomes of those whom the embassy heard; the others weren't there, didn't wish to, or time ran out."""
CONFIRMED = ("confirmed", "data_corrected")
NOT_NATIONALS = ("not_our_national", "referred_to_other_mission")
PENDING = ("pending_capital", "pending_evidence", "minor_needs_guardian", "security_query")


def _closed(span: Span) -> QuerySet[Event]:
    found = Event.objects.filter(kind=EventKind.CONSULAR, state=EventState.CLOSED)
    found = found.filter(starts_at__gte=span.since, starts_at__lt=span.until)
    return found.select_related("site").order_by("-starts_at", "-pk")


def _in_mode(mode: Mode, span: Span) -> QuerySet[Event]:
    return _closed(span).filter(mode=mode)


def _lines(span: Span) -> QuerySet[EventLine]:
    lines = EventLine.objects.filter(event__in=_closed(span).order_by().values("pk"))
    return lines.select_related("event__site", "case", "person").order_by("-event__starts_at", "event", "number")


def _with(outcomes: tuple[str, ...] | frozenset[str], span: Span) -> QuerySet[EventLine]:
    return _lines(span).filter(outcome__in=outcomes)


def _steps(state: DocumentState, span: Span) -> QuerySet[CustodyStep]:
    days = {"day__gte": localtime(span.since).date(), "day__lt": localtime(span.until).date()}
    found = CustodyStep.objects.filter(state=state, **days).select_related("document__person")
    return found.order_by("-day", "document__person__name", "pk")


def _run_out(span: Span) -> QuerySet[Document]:
    return custody.documents(span.actor, custody.Sought(localtime(span.until).date() - timedelta(days=1), soon=True))


def _figure(key: str, label: Words, kind: str, rows: Callable[[Span], QuerySet[Any]], of: str = "") -> Figure:
    return Figure(f"embassy_{key}", label, kind, rows, f"embassy_{of}" if of else "")


FIGURES: tuple[Figure, ...] = (
    _figure("sessions", _("Consular sessions"), HEARINGS, _closed),
    _figure("dc_visit", _("of them in detention centres"), HEARINGS, partial(_in_mode, Mode.DC_VISIT), "sessions"),
    _figure("urban", _("of them in town"), HEARINGS, partial(_in_mode, Mode.URBAN), "sessions"),
    _figure("office", _("of them at our office"), HEARINGS, partial(_in_mode, Mode.OFFICE), "sessions"),
    _figure("online", _("of them online"), HEARINGS, partial(_in_mode, Mode.ONLINE), "sessions"),
    _figure("called", _("People called"), LINES, _lines),
    _figure("heard", _("of them heard by the embassy"), LINES, partial(_with, HEARD), "called"),
    _figure("confirmed", _("of those heard, confirmed"), LINES, partial(_with, CONFIRMED), "heard"),
    _figure("pending", _("of those heard, pending"), LINES, partial(_with, PENDING), "heard"),
    _figure("rejected", _("of those heard, not nationals"), LINES, partial(_with, NOT_NATIONALS), "heard"),
    _figure("asked", _("Documents asked for"), STEPS, partial(_steps, DocumentState.REQUESTED)),
    _figure("came", _("Documents that came"), STEPS, partial(_steps, DocumentState.RECEIVED)),
    _figure("run_out", _("Documents in custody that expire within 14 days"), DOCUMENTS, _run_out),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def days_to_document(span: Span) -> float | None:
    """Half of the documents that came did so within so many days of being asked for; None for none. One statement."""
    return custody.days_to_arrive(span.actor, localtime(span.since).date(), localtime(span.until).date())
