"""What runs out by itself, and who is told in time: a task, once for each end that comes near.

A document in custody 14 days before it expires, a consent 14 days before it lapses, an exit visa that
ends before its person's flight, fitness to travel that does, and a nationality that an embassy has left open
for 30 days (X2 and X4 of programmes.md 2.8). The reason of the task is the day that it is about, so that the
same end is never told twice, done or not. What was mended meanwhile is off the list by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from darb.cases.incident_actions import mend, note
from darb.cases.models import VISA_GIVEN, Case, ExitVisa, GateRow, Task, Verdict
from darb.cases.pathways import awaiting_stages
from darb.cases.reading import running_out
from darb.cases.task_actions import ToDo, do_tasks, raise_tasks
from darb.movements.models import Seat
from darb.movements.reading import flight_day
from darb.people.actions import move_documents
from darb.people.models import Document, DocumentState
from darb.programmes.voluntary_return_gates import DOCUMENT_BUFFER
from darb.rules.roles import Role
from darb.rules.windows import NEVER
from darb.trust.action import Act
from darb.trust.context import whole_house

from . import incidents

Key = tuple[int, str, str]
"""Case, kind and reason of a task: what it is about."""
SOON = timedelta(days=14)
AT_ONCE = 5000
"""Documents that expire in one night, at the most."""
NATIONALITY_OPEN_FOR = timedelta(days=30)
REVIEW_WITHIN = timedelta(days=3)
CONSENT, NATIONALITY, FITNESS = "R2", "R6", "R9"
PENDING = ("pending_capital", "pending_evidence")
DOCUMENT_TASK, CONSENT_TASK = "document_expires", "consent_lapses"
VISA_TASK, NATIONALITY_TASK = "visa_ends_before_flight", "nationality_review"
FITNESS_TASK = "fitness_ends_before_flight"
KINDS = (DOCUMENT_TASK, CONSENT_TASK, VISA_TASK, NATIONALITY_TASK, FITNESS_TASK)
MENDED_WHEN = {
    DOCUMENT_TASK: ("R7", SOON),
    CONSENT_TASK: (CONSENT, SOON),
    VISA_TASK: ("R8", timedelta()),
    FITNESS_TASK: (FITNESS, timedelta()),
}
"""By kind of task, the gate that shows that it was mended, and how many days from now it must be green."""


def tell(act: Act, cases: Collection[Case]) -> int:
    """Raise the tasks that are due for `cases` on the day of `act` and weren't raised before; gives how many."""
    if not cases:
        return 0
    waiting = [c for c in cases if c.stage in awaiting_stages(c.programme)]
    with whole_house():
        told = set(
            Task.objects.filter(case__in=waiting, kind__in=KINDS).values_list("case_id", "kind", "reason").distinct()
        )
        due = {(t.case.pk, t.kind, t.reason): t for t in _due(waiting, act.day)}
        if mended := _mended(waiting, due.keys(), act.day):
            do_tasks(act.by_house(), mended)
            mend(act.by_house(), incidents.ends(mended))
        fresh = [t for key, t in due.items() if key not in told]
        raised = raise_tasks(act.by_house(), fresh) if fresh else []
        if ended := incidents.ends(raised):
            note(act.by_house(), ended, "reactions.alerts")
        return len(raised)


def expire(act: Act) -> int:
    """Documents in our custody whose last day is past are expired, and off the list of what can be travelled on."""
    over = Document.objects.filter(state=DocumentState.IN_CUSTODY, expires__lt=act.day).order_by("pk")
    gone = list(over[:AT_ONCE])
    if gone:
        move_documents(act, gone, DocumentState.EXPIRED)
    return len(gone)


def _mended(cases: Collection[Case], due: Collection[Key], day: date) -> list[Task]:
    """Open tasks of before whose end no longer comes near, because their gate holds beyond it."""
    there = Task.objects.filter(case__in=cases, kind__in=MENDED_WHEN, done_at=None).order_by("pk")
    over = [t for t in there if (t.case_id, t.kind, t.reason) not in due]
    if not over:
        return []
    rows = GateRow.objects.filter(case__in=[t.case_id for t in over], gate__in=[g for g, _d in MENDED_WHEN.values()])
    holds = {(case, gate): windows for case, gate, windows in rows.values_list("case_id", "gate", "windows")}
    return [
        t for t in over for gate, ahead in [MENDED_WHEN[t.kind]] if day + ahead in holds.get((t.case_id, gate), NEVER)
    ]


def _due(cases: Collection[Case], day: date) -> Iterator[ToDo]:
    by_pk = {c.pk: c for c in cases}
    yield from _documents(cases, day)
    yield from _consents(by_pk, day)
    yield from _visas(by_pk, day)
    yield from _fitness(by_pk, day)
    yield from _nationalities(by_pk, day)


def _documents(cases: Collection[Case], day: date) -> Iterator[ToDo]:
    ends = running_out({c.person_id for c in cases}, day)
    for case in cases:
        if expires := ends.get(case.person_id):
            by = max(day, expires - DOCUMENT_BUFFER)
            yield ToDo(case, DOCUMENT_TASK, Role.CONSULAR_OFFICER, by, expires.isoformat())


def _consents(cases: dict[int, Case], day: date) -> Iterator[ToDo]:
    """Consents that are alive and won't be SOON from now."""
    rows = GateRow.objects.filter(case__in=cases, gate=CONSENT, windows__holds=day).exclude(windows__holds=day + SOON)
    for row in rows.order_by("case_id"):
        ends = row.windows.until(day)
        yield ToDo(cases[row.case_id], CONSENT_TASK, Role.VHR_CASEWORKER, ends - timedelta(days=1), ends.isoformat())


def _fitness(cases: dict[int, Case], day: date) -> Iterator[ToDo]:
    """Fitness to travel that holds now and ends before the flight on which its person has a seat."""
    seats = Seat.objects.filter(case__in=cases, removed_in=None, boarded_at=None).select_related("flight")
    flies = {s.case_id: flight_day(s.flight) for s in seats.order_by("case_id")}
    for row in GateRow.objects.filter(case__in=flies, gate=FITNESS, windows__holds=day).order_by("case_id"):
        ends = row.windows.until(day)
        if ends and ends <= flies[row.case_id]:
            yield ToDo(cases[row.case_id], FITNESS_TASK, Role.PHYSICIAN, max(day, ends), ends.isoformat())


def _visas(cases: dict[int, Case], day: date) -> Iterator[ToDo]:
    """Exit visas that end before the flight on which their person has a seat."""
    seats = Seat.objects.filter(case__in=cases, removed_in=None, boarded_at=None).select_related("flight")
    flies = {s.case_id: flight_day(s.flight) for s in seats.order_by("case_id")}
    visas = ExitVisa.objects.filter(case__in=flies, state__in=VISA_GIVEN).order_by("case_id", "valid_to")
    for case, ends in dict(visas.values_list("case_id", "valid_to")).items():
        if ends < flies[case]:
            yield ToDo(cases[case], VISA_TASK, Role.EXIT_VISA_OFFICER, day, ends.isoformat())


def _nationalities(cases: dict[int, Case], day: date) -> Iterator[ToDo]:
    """Nationalities that an embassy still leaves open, so long after it first did."""
    rulings = Verdict.objects.filter(case__in=cases, gate=NATIONALITY, code__in=PENDING)
    still = set(rulings.filter(superseded_at=None).values_list("case_id", flat=True))
    first: dict[int, date] = {}
    for case, since in rulings.filter(case__in=still).order_by("case_id", "-since").values_list("case_id", "since"):
        first[case] = since
    for case, since in first.items():
        if since <= day - NATIONALITY_OPEN_FOR:
            yield ToDo(cases[case], NATIONALITY_TASK, Role.PROTECTION_LEAD, day + REVIEW_WITHIN, since.isoformat())
