"""What may be read about sessions and leads. Rows of persons come already walled by the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from darb.cases.models import Case
from darb.cases.queries import steps_refused
from darb.people.arrival_actions import AWAITED
from darb.people.models import Document
from darb.places.models import DETAINING
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.programmes.voluntary_return_gates import TRAVELLED_ON, USABLE
from darb.rules.refusal import Missing, Refusal
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .booking import standing
from .calling import REQUEST, why_not_called
from .consular_actions import children, comes_again, tally
from .embassy import slice_of
from .models import (
    WAITING_LEADS,
    Event,
    EventKind,
    EventLine,
    EventState,
    Lead,
    LeadState,
    LinkDrop,
    NextContact,
    Urgent,
)
from .opening import why_not_open


def sessions(actor: Actor, since: datetime, until: datetime, *, kind: str = "") -> list[Event]:
    """Sessions that begin in [since, until), with how many are called, heard and left as leads. One query.

    `called` and `heard` count lines in the actor's sight; so do `left`, the leads.
    """
    found = (
        Event.objects.filter(starts_at__gte=since, starts_at__lt=until)
        .select_related("site")
        .annotate(
            called=Count("lines", distinct=True),
            heard=Count("lines", filter=~Q(lines__outcome=""), distinct=True),
            left=Count("leads", distinct=True),
        )
        .order_by("starts_at", "pk")
    )
    return list(found.filter(kind=kind) if kind else found)


def unfinished(actor: Actor, before: datetime) -> list[Event]:
    """Sessions that began before `before` and were neither closed nor abandoned, the oldest first."""
    return list(
        Event.objects.filter(starts_at__lt=before, state__in=(EventState.PLANNED, EventState.OPEN))
        .select_related("site")
        .order_by("starts_at")
    )


def not_let_in(actor: Actor, since: datetime, limit: int = 10) -> list[Event]:
    """Visits since then at which nobody let us in, the newest first, unless we were at the place again. One query."""
    if not actor.sees(DataClass.PROTECTION):
        return []
    denied = Event.objects.filter(access_denied=True, starts_at__gte=since).select_related("site")
    later = Event.objects.filter(
        site=OuterRef("site"), state__in=(EventState.OPEN, EventState.CLOSED), starts_at__gt=OuterRef("starts_at")
    )
    return list(denied.filter(~Exists(later)).order_by("-starts_at", "-pk")[:limit])


def coming_sessions(actor: Actor, country: str, since: datetime, limit: int = 10) -> list[Event]:
    """Sessions with the mission of `country` that aren't over, from `since` on, the soonest first. One query."""
    found = Event.objects.filter(
        kind=EventKind.CONSULAR,
        country=country,
        starts_at__gte=since,
        state__in=(EventState.PLANNED, EventState.OPEN),
    )
    return list(found.select_related("site").order_by("starts_at", "pk")[:limit])


def event(actor: Actor, ref: str) -> Event:
    """One session; Missing if there is none."""
    found = Event.objects.select_related("site").filter(ref=ref).first()
    if found is None:
        raise Missing("no_event", _("There is no such session."))
    return found


@dataclass(frozen=True)
class ConsularPage:
    """A consular session with its called list: what stands in sight, what adds up, and why it can't open.

    Without sight of identities there are no lines, only counts.
    """

    event: Event
    lines: list[EventLine]
    young: set[int]
    elsewhere: set[int]
    checks: list[Any]
    drops: list[LinkDrop]
    tally: dict[str, int]
    missing: int
    why_not_open: tuple[Refusal, ...]
    rebookable: list[EventLine]
    others: list[Event]


def consular_page(actor: Actor, ref: str, at: datetime) -> ConsularPage:
    """Everything that the page of a consular session shows at `at`. A fixed number of statements."""
    held = event(actor, ref)
    lines = list(held.lines.select_related("person", "case", "rebooked_to").order_by("number"))
    checks = list(held.checks.order_by("-at", "-pk"))
    others = Event.objects.filter(
        kind=EventKind.CONSULAR, country=held.country, state__in=(EventState.PLANNED, EventState.OPEN)
    ).exclude(pk=held.pk)
    named = lines if actor.sees(DataClass.IDENTITY) else []
    return ConsularPage(
        event=held,
        lines=named,
        young=children([line.case for line in named], at),
        elsewhere=_elsewhere(actor, held, named),
        checks=checks,
        drops=list(held.drops.order_by("at")),
        tally=tally(lines),
        missing=sum(not line.outcome for line in lines),
        why_not_open=why_not_open(held, checks, len(lines), at),
        rebookable=[line for line in named if comes_again(held, line)],
        others=list(others.select_related("site").order_by("starts_at")[:20]),
    )


def _elsewhere(actor: Actor, held: Event, lines: list[EventLine]) -> set[int]:
    """Ids of the lines of a session in a detention centre whose people are known to be elsewhere by now."""
    if held.site.type not in DETAINING or not actor.sees(DataClass.WHEREABOUTS):
        return set()
    return {line.pk for line in lines if line.person.site_id != held.site_id}


@dataclass(frozen=True)
class Choice:
    """Cases that a deed can be done with, those it can't with the reason, and how many weren't looked at."""

    ready: list[Case]
    cannot: list[tuple[Case, Refusal]]
    behind: int = 0


MOST_OFFERED = 300
"""Cases offered at once: more than any session hears in a day."""


def to_call(actor: Actor, called_to: Event, day: date) -> Choice:
    """Cases in sight that may be called to a session on `day`, and those of its country that can't be, each with a
    neutral word why. Those at the session's place first, then by priority, then by how long they wait.
    """
    of_country = Q(person__nationality=called_to.country) | Q(event_lines__referred_to=called_to.country)
    open_ones = Case.objects.filter(closed=None, stage="in_process", person__nationality_verified="")
    waiting = open_ones.filter(of_country).exclude(event_lines__event=called_to).distinct()
    here = ExpressionWrapper(Q(person__site=called_to.site_id), output_field=BooleanField())
    cases = list(
        waiting.annotate(here=here)
        .select_related("person__site")
        .order_by("-here", "-priority", "opened", "pk")[:MOST_OFFERED]
    )
    behind = waiting.count() - len(cases) if len(cases) == MOST_OFFERED else 0
    return _split(cases, why_not_called(actor, called_to, cases, day), behind)


def to_request(actor: Actor, country: str, day: date) -> Choice:
    """Confirmed nationals of `country` without a travel document asked for or at hand, and those for whom the
    embassy can't be asked on `day`, with a neutral word why.
    """
    waiting = _without_document().filter(person__nationality_verified=country)
    cases = list(waiting.select_related("person__site").order_by("-priority", "opened", "pk")[:MOST_OFFERED])
    behind = waiting.count() - len(cases) if len(cases) == MOST_OFFERED else 0
    return _split(cases, steps_refused(actor, cases, REQUEST, day, through="cases"), behind)


def awaited_documents(actor: Actor, country: str) -> list[Document]:
    """Documents that the mission of `country` was asked for and that haven't come, with their persons."""
    return list(
        Document.objects.filter(country=country, state__in=AWAITED, number="")
        .select_related("person")
        .order_by("person__name", "pk")
    )


def embassy_slice(actor: Actor, shown: Event, day: date) -> list[dict[str, str]]:
    """What the embassy would get to see of the called list on `day`: seven fields of those who may be named."""
    return [row for _person, row in slice_of(actor, shown, day)]


@dataclass(frozen=True)
class CallSheet:
    """Who is to be heard from today: calls, visits by site, children alone for the child team."""

    calls: list[Lead]
    visits: list[Lead]
    children: list[Lead]


def call_sheet(actor: Actor, today: date) -> CallSheet:
    """Leads that wait, the urgent first, then the longest waiting. Nobody's guard or smuggler is ever on it, and nobody
    who is expected at an office today or later, but for children alone.

    Needs sight of whereabouts; who hasn't that gets an empty sheet.
    """
    if not actor.sees(DataClass.WHEREABOUTS):
        return CallSheet([], [], [])
    waiting = list(_leads().filter(state__in=WAITING_LEADS).exclude(next_contact=NextContact.NONE))
    waiting.sort(key=lambda lead: (not lead.urgent, lead.taken_at, lead.pk))
    due = [lead for lead in waiting if standing(lead, today) is None]
    return CallSheet(
        calls=[lead for lead in due if lead.next_contact == NextContact.CALL],
        visits=sorted(
            (lead for lead in due if lead.next_contact == NextContact.VISIT), key=lambda lead: lead.site.code
        ),
        children=[lead for lead in waiting if Urgent.CHILD_ALONE in lead.urgent],
    )


def count_waiting(actor: Actor, today: date) -> tuple[int, int, int]:
    """How many leads wait for a call, how many for a visit, and how many of all are children alone. One query.

    Who is expected at an office today or later waits for neither.
    """
    if not actor.sees(DataClass.WHEREABOUTS):
        return 0, 0, 0
    # A day that nobody wrote is no day: with NULL, the database would take such names for expected and for not.
    expected = Q(state=LeadState.BOOKED, booked_for__isnull=False, booked_for__gte=today)
    counts = Lead.objects.filter(state__in=WAITING_LEADS).aggregate(
        calls=Count("pk", filter=~expected & Q(next_contact=NextContact.CALL)),
        visits=Count("pk", filter=~expected & Q(next_contact=NextContact.VISIT)),
        children=Count("pk", filter=Q(urgent__contains=[Urgent.CHILD_ALONE]) & ~Q(next_contact=NextContact.NONE)),
    )
    return counts["calls"], counts["visits"], counts["children"]


def booked(actor: Actor, day: date, site: str = "") -> list[Lead]:
    """Who was asked to come and register on `day`, at one site (its code) or anywhere within reach, by name."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return []
    found = _leads().filter(booked_for=day)
    return list((found.filter(booked_place__code=site) if site else found).order_by("name", "pk"))


def lead(actor: Actor, ref: str) -> Lead:
    """One lead; Missing if there is none in sight."""
    found = _leads().filter(ref=ref).first() if actor.sees(DataClass.WHEREABOUTS) else None
    if found is None:
        raise Missing("no_lead", _("No such name is within your reach."))
    return found


def leads_of(actor: Actor, shown: Event) -> list[Lead]:
    """Leads that a session brought, in the order in which they were taken."""
    return list(_leads().filter(event=shown).order_by("taken_at", "pk")) if actor.sees(DataClass.WHEREABOUTS) else []


@dataclass(frozen=True)
class Figures:
    """What outreach came to in a time. Headcounts of sessions are never added to persons."""

    sessions: int
    consular_sessions: int
    reached: dict[str, int]
    cards: int
    leads: int
    registered: int
    days_to_registration: float | None
    heard: dict[str, int]


def figures(actor: Actor, since: datetime, until: datetime) -> Figures:
    """Figures of the sessions that began in [since, until) and the leads taken in it, in the actor's sight."""
    held = list(Event.objects.filter(starts_at__gte=since, starts_at__lt=until, state=EventState.CLOSED))
    outreach = [e for e in held if e.kind == EventKind.OUTREACH]
    taken = Lead.objects.filter(taken_at__gte=since, taken_at__lt=until)
    registered = list(taken.filter(state=LeadState.REGISTERED).select_related("case"))
    heard = dict(EventLine.objects.filter(event__in=held).order_by().values_list("outcome").annotate(count=Count("pk")))
    return Figures(
        sessions=len(outreach),
        consular_sessions=len(held) - len(outreach),
        reached=_sum(e.audience for e in outreach),
        cards=sum(e.cards for e in outreach),
        leads=taken.count(),
        registered=len(registered),
        days_to_registration=median((x.case.opened - localtime(x.taken_at).date()).days for x in registered)
        if registered
        else None,
        heard={code: heard[code] for code in CONSULAR_OUTCOMES if code in heard},
    )


def _without_document() -> QuerySet[Case]:
    """Cases in process whose nationality is confirmed, without a document of that country asked for or at hand."""
    of_that_country = Document.objects.filter(
        person=OuterRef("person"),
        country=OuterRef("person__nationality_verified"),
        kind__in=TRAVELLED_ON,
        state__in=(*AWAITED, *USABLE),
    )
    cases = Case.objects.filter(closed=None, stage="in_process").exclude(person__nationality_verified="")
    return cases.exclude(Exists(of_that_country))


def _split(cases: list[Case], refused: dict[int, Refusal], behind: int) -> Choice:
    ready = [c for c in cases if c.pk not in refused]
    return Choice(ready, [(c, refused[c.pk]) for c in cases if c.pk in refused], behind)


def _leads() -> QuerySet[Lead]:
    return Lead.objects.select_related("site", "event", "case", "person", "booked_place")


def _sum(audiences: Iterable[dict[str, int]]) -> dict[str, int]:
    total = {"men": 0, "women": 0, "boys": 0, "girls": 0}
    for audience in audiences:
        for group, count in audience.items():
            total[group] += count
    return total


def paperwork(actor: Actor) -> list[tuple[str, int, int]]:
    """By country: how many confirmed nationals have no document asked for or at hand, and how many are awaited."""
    waits: dict[str, list[int]] = {}
    for at, rows in enumerate((_without_document(), Document.objects.filter(state__in=AWAITED, number=""))):
        by = "person__nationality_verified" if at == 0 else "country"
        for country, count in rows.order_by().values_list(by).annotate(count=Count("pk")):
            waits.setdefault(country, [0, 0])[at] = count
    return [(country, *counts) for country, counts in sorted(waits.items())]
