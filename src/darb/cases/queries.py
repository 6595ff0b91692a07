"""Reads about cases. Readiness is read from its rows; the rows are walled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from darb.people.models import Person
from darb.places.queries import open_closures
from darb.places.routes import area_subject, subjects_on
from darb.programmes.incidents import INCIDENTS
from darb.rules.pathway import Pathway, Step
from darb.rules.readiness import judge_cached
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.stepping import why_not
from darb.rules.windows import Windows
from darb.trust.actor import Actor
from darb.trust.context import whole_house
from darb.trust.powers import DataClass, Sight

from . import kept
from .keeping import standing, terms_of, why
from .models import (
    AsylumConcern,
    Case,
    Encounter,
    ExitVisa,
    GateRow,
    Readiness,
    StageChange,
    Task,
    Verdict,
    VisaBatch,
)
from .pathways import awaiting_stages, pathway
from .reading import facts_for, verdict_told

CHUNK = 2000
AFTER_A_DEATH = tuple(asked.kind for asked in INCIDENTS["X20"].asks)


@dataclass(frozen=True)
class GateOnDay:
    """A gate of a case as it stands on a day, from its kept row."""

    gate: Any
    windows: Windows
    green: bool
    reason: Refusal | None
    since: date | None
    until: date | None
    who: Role
    turns_red: date | None
    applies: bool = True


@dataclass(frozen=True)
class StepOffered:
    """A step out of the case's stage, and every reason why this actor may not take it now."""

    step: Step
    refusals: Sequence[Refusal]


@dataclass(frozen=True)
class CaseFile:
    """A case and what the asker may see of it on `day`."""

    case: Case
    declared: Pathway
    day: date
    gates: Sequence[GateOnDay]
    ready: Windows
    steps: Sequence[StepOffered]
    verdicts: Sequence[Verdict]
    encounters: Sequence[Encounter]
    tasks: Sequence[Task]
    visas: Sequence[ExitVisa] | None
    concerns: Sequence[AsylumConcern] | None
    changes: Sequence[StageChange]
    joint_counselling: bool


def get(actor: Actor, ref: str) -> Case | None:
    """A case within reach by its reference, with its person and site; None if there is none."""
    return Case.objects.select_related("person__site", "follows").filter(ref=ref.upper()).first()


def of_person(actor: Actor, files: Collection[Person]) -> list[Case]:
    """The cases within reach of one person, who may have several files, newest first."""
    return list(Case.objects.filter(person__among=[f.pk for f in files]).order_by("-pk"))


def newest_of(actor: Actor, persons: Collection[int]) -> dict[int, Case]:
    """The newest case within reach of each person, by person id. One query."""
    return {c.person_id: c for c in Case.objects.filter(person__in=list(persons)).order_by("pk")}


def by_refs(actor: Actor, refs: Collection[str]) -> dict[str, Case]:
    """Cases within reach by reference, with persons. One query."""
    return {c.ref: c for c in Case.objects.select_related("person__site").filter(ref__in=[r.upper() for r in refs])}


def case_file(actor: Actor, ref: str, day: date) -> CaseFile | None:
    """Everything of one case that the asker may see, gates as on `day`. A fixed number of statements."""
    case = get(actor, ref)
    if case is None:
        return None
    declared = pathway(case.programme)
    rows = {r.gate: r for r in GateRow.objects.filter(case=case)}
    with whole_house():
        facts = facts_for([case])[case.pk]
    classes = [d.value for d in DataClass if actor.sees(d)]
    asylum = actor.sees(DataClass.ASYLUM)
    verdicts = list(case.verdicts.filter(superseded_at=None).order_by("gate"))
    return CaseFile(
        case=case,
        declared=declared,
        day=day,
        gates=[
            _gate_on(gate, rows[gate.code], day, applies=day in gate.applies(facts))
            for gate in declared.gates
            if gate.code in rows
        ],
        ready=_ready_of(case),
        steps=[
            StepOffered(step, why_not(declared, step, facts, day, roles=actor.roles, through=step.through))
            for step in declared.steps_from(case.stage)
        ],
        verdicts=verdicts,
        encounters=list(case.encounters.filter(data_class__in=classes).order_by("-at")),
        tasks=list(case.tasks.filter(done_at=None).exclude(kind__in=_untold_tasks(actor)).order_by("due")),
        visas=list(case.exitvisas.select_related("batch").order_by("-pk"))
        if actor.sees(DataClass.TRAVEL_DOCUMENT)
        else None,
        concerns=list(case.asylumconcerns.order_by("-raised_at")) if asylum else None,
        changes=list(case.stagechanges.order_by("-pk")[:50]),
        joint_counselling=actor.sees(DataClass.ASYLUM, Sight.FLAG) and any(v.gate == "G1" for v in verdicts),
    )


def _untold_tasks(actor: Actor) -> list[str]:
    """Kinds of task whose very name tells of protection, for those who may not know of it."""
    told = {
        "refer_to_unhcr": (DataClass.ASYLUM, Sight.READ),
        "joint_counselling": (DataClass.ASYLUM, Sight.FLAG),
        "full_assessment": (DataClass.PROTECTION, Sight.FLAG),
        "assess_again": (DataClass.PROTECTION, Sight.FLAG),
        "sign_trafficking_screen": (DataClass.PROTECTION, Sight.READ),
    }
    return [kind for kind, (of, sight) in told.items() if not actor.sees(of, sight)]


def newest_talk(actor: Actor, case: Case, kind: str) -> Encounter | None:
    """The newest conversation of one kind with the person of `case`, where `actor` reads its class of data."""
    classes = [d.value for d in DataClass if actor.sees(d)]
    return Encounter.objects.filter(case=case, kind=kind, data_class__in=classes).order_by("-at", "-pk").first()


def trafficking_screens(actor: Actor, case: Case) -> QuerySet[Encounter]:
    """Counter-trafficking screens of a case that nobody signed yet, for those who read protection; else none."""
    return _unsigned(actor, case, "trafficking_screen")


def family_options(actor: Actor, case: Case) -> QuerySet[Encounter]:
    """How the family goes on, as proposed and not signed yet, for those who read protection; else none."""
    return _unsigned(actor, case, "family_option")


def _unsigned(actor: Actor, case: Case, kind: str) -> QuerySet[Encounter]:
    if not actor.sees(DataClass.PROTECTION):
        return Encounter.objects.none()
    return Encounter.objects.filter(case=case, kind=kind).exclude(answers__has_key="signed_by").order_by("at")


def _ready_of(case: Case) -> Windows:
    row = Readiness.objects.filter(case=case).first()
    return row.ready if row else Windows()


def _gate_on(gate: Any, row: GateRow, day: date, *, applies: bool = True) -> GateOnDay:
    windows: Windows = row.windows
    reason = why(windows, row.terms, day)
    return GateOnDay(
        gate=gate,
        windows=windows,
        green=reason is None,
        reason=reason,
        since=windows.since(day),
        until=windows.next(day) if reason else None,
        who=(reason.who if reason and reason.who else gate.mended_by),
        turns_red=windows.until(day) if reason is None else None,
        applies=applies,
    )


def turning_red(actor: Actor, case: Case, day: date, changes: dict[str, Any]) -> list[Any]:
    """The gates, green on `day`, that would be red then if the case's route were changed to `changes`."""
    declared = pathway(case.programme)
    with whole_house():
        facts = facts_for([case])[case.pk]
    country, area, airport = (
        changes.get(name, getattr(case, name)) for name in ("return_country", "return_area", "departure_airport")
    )
    closures = open_closures(subjects_on(country, area, airport))
    changed = replace(
        facts,
        return_country=country,
        return_area=area,
        departure_airport=airport or None,
        leaves_libya=country != "LBY",
        closures=tuple(closure for found in closures.values() for closure in found),
    )
    before, after = judge_cached(declared, facts), judge_cached(declared, changed)
    return [s.gate for s in after.gates if s.red(day) and not before.state(s.gate.code).red(day)]


def steps_refused(actor: Actor, cases: Sequence[Case], step: str, day: date, *, through: str) -> dict[int, Refusal]:
    """By case id, the first reason why `step` can't be taken for `day`; cases that can take it aren't in it."""
    refused: dict[int, Refusal] = {}
    with whole_house():
        facts = facts_for(cases)
    for case in cases:
        declared = pathway(case.programme)
        reasons = why_not(declared, declared.step(step), facts[case.pk], day, roles=_roles(actor), through=through)
        if reasons:
            refused[case.pk] = reasons[0]
    return refused


def _roles(actor: Actor) -> Collection[Role]:
    return list(Role) if actor.house else actor.roles


def rulings_open_to(actor: Actor, case: Case, gate: Any) -> list[str]:
    """The codes of the rulings that some role of the actor may put in place of the one that stands on `gate`."""
    standing = Verdict.objects.filter(case=case, gate=gate.code, superseded_at=None).first()
    told = verdict_told(standing) if standing else None
    return [r.code for r in gate.rulings if any(gate.may_rule(r.code, role, told) is None for role in _roles(actor))]


# Who can fly, and why not the rest ------------------------------------------------------------------


def waiting(actor: Actor, programme: str) -> QuerySet[Case]:
    """Open cases within reach that haven't boarded."""
    return Case.objects.filter(programme=programme, stage__in=awaiting_stages(programme))


@dataclass(frozen=True)
class GateCount:
    """How many waiting cases a gate keeps from flying on a day, and for how many it is the only one."""

    gate: Any
    red: int
    only: int


@dataclass(frozen=True)
class DayCount:
    """Waiting cases on a day: how many, how many ready, and the gates that keep the rest."""

    day: date
    waiting: int
    ready: int
    gates: Sequence[GateCount]


def count_on(actor: Actor, day: date, programme: str) -> DayCount:
    """How many waiting cases can fly on `day`, and how many each gate keeps from it. One statement."""
    total, ready = 0, 0
    red: Counter[str] = Counter()
    only: Counter[str] = Counter()
    for (reds,), count in kept.patterns(programme, day):
        total += count
        ready += 0 if reds else count
        red.update(dict.fromkeys(reds, count))
        if len(reds) == 1:
            only.update(dict.fromkeys(reds, count))
    gates = [GateCount(g, red[g.code], only[g.code]) for g in pathway(programme).gates]
    return DayCount(day, total, ready, gates)


def readiness_report(actor: Actor, on: date, programme: str) -> Iterator[dict[str, Any]]:
    """One object for each waiting case on a day, as `darb readiness` prints it; read in chunks.

    `window` is the stretch that the day lies in, or the next one to come: [from, to), null where open.
    """
    gates = {g.code: g for g in pathway(programme).gates}
    cases = waiting(actor, programme).order_by("pk").values_list("pk", "ref")
    last = 0
    while chunk := list(cases.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        ready = dict(Readiness.objects.filter(case__in=[pk for pk, _r in chunk]).values_list("case_id", "ready"))
        rows: dict[int, list[GateRow]] = {pk: [] for pk, _r in chunk}
        for row in GateRow.objects.filter(case__in=rows).extra(where=["not windows @> %s::date"], params=[on]):
            rows[row.case_id].append(row)
        for pk, ref in chunk:
            window = ready.get(pk, Windows()).window(on)
            yield {
                "case": ref,
                "ready": on in ready.get(pk, Windows()),
                "window": [d.isoformat() if d else None for d in window] if window else None,
                "red": [
                    _red(gates[row.gate], row, on) for row in sorted(rows[pk], key=lambda r: list(gates).index(r.gate))
                ],
            }


def _red(gate: Any, row: GateRow, on: date) -> dict[str, Any]:
    state = _gate_on(gate, row, on)
    return {
        "gate": gate.code,
        "reason": state.reason.in_english() if state.reason else "",
        "since": state.since.isoformat() if state.since else None,
        "until": state.until.isoformat() if state.until else None,
        "who": state.who.value,
    }


def _agree(row: Readiness | None, judged: Any, case: Case) -> bool:
    """Whether the one row says what was judged, and how that stands on the days that it is kept for."""
    if row is None or judged is None:
        return row is None and judged is None
    day = row.red_since or (row.red_until - timedelta(days=1) if row.red_until else case.opened)
    return (row.ready, (row.red, row.red_since, row.red_until), row.priority, row.opened) == (
        judged.ready,
        tuple(standing(judged, day)),
        case.priority,
        case.opened,
    )


def differences(limit: int = 20) -> list[str]:
    """References of waiting cases whose kept rows differ from what facts say; for `doctor`. Sees the whole house."""
    found: list[str] = []
    last = 0
    while len(found) < limit:
        chunk = list(Case.objects.filter(pk__gt=last, closed=None).order_by("pk")[:CHUNK])
        if not chunk:
            break
        last = chunk[-1].pk
        facts = facts_for(chunk)
        rows: dict[int, dict[str, tuple[Windows, Any]]] = {c.pk: {} for c in chunk}
        for pk, gate, windows, terms in GateRow.objects.filter(case__in=rows).values_list(
            "case_id", "gate", "windows", "terms"
        ):
            rows[pk][gate] = (windows, terms)
        whole = Readiness.objects.in_bulk(list(rows))
        for case in chunk:
            wanted: dict[str, tuple[Windows, Any]] = {}
            judged = None
            if case.stage in awaiting_stages(case.programme):
                judged = judge_cached(pathway(case.programme), facts[case.pk])
                wanted = {s.gate.code: (s.windows, terms_of(s)) for s in judged.gates}
            if rows[case.pk] != wanted or not _agree(whole.get(case.pk), judged, case):
                found.append(case.ref)
    return found[:limit]


# Work -----------------------------------------------------------------------------------------------


def my_tasks(actor: Actor, limit: int = 100, start: int = 0) -> list[Task]:
    """So many open tasks of the actor's roles within reach from place `start` on, the soonest due first."""
    found = _open_tasks(actor).prefetch_related("case", "person__site").order_by("due", "pk")
    return list(found[start : start + limit])


def _open_tasks(actor: Actor) -> QuerySet[Task]:
    """What is still to be done by the actor's roles; about a case that is closed, only what a death asks for."""
    roles = [r.value for r in _roles(actor)]
    # Asked task by task: joined, PostgreSQL would put all tasks and cases together before it takes the first few.
    closed = Subquery(Case.objects.filter(pk=OuterRef("case")).values("closed"))
    matters = Q(case_closed=None) | Q(kind__in=AFTER_A_DEATH)
    return Task.objects.alias(case_closed=closed).filter(matters, role__in=roles, done_at=None)


def open_task(actor: Actor, task: int) -> Task | None:
    """One open task within reach, with its case; None if there is none."""
    return Task.objects.filter(pk=task, done_at=None).select_related("case").first()


def count_tasks(actor: Actor, by: date) -> tuple[int, int]:
    """How many open tasks the actor's roles have, and how many are due by a day."""
    tasks = _open_tasks(actor)
    return tasks.count(), tasks.filter(due__lte=by).count()


def expiring_documents(actor: Actor, day: date, within_days: int = 14) -> QuerySet[Case]:
    """Waiting cases with a document in custody that runs out within so many days."""
    return (
        Case.objects.filter(closed=None)
        .filter(
            person__documents__state="in_custody",
            person__documents__expires__range=(day, day + timedelta(days=within_days)),
        )
        .select_related("person__site")
        .order_by("person__documents__expires", "pk")
        .distinct()
    )


def visa_batches(actor: Actor, limit: int = 50) -> list[VisaBatch]:
    """Batches of exit-visa forms, newest first."""
    return list(VisaBatch.objects.order_by("-submitted_at")[:limit])


def visa_counts(actor: Actor, limit: int = 50) -> list[tuple[VisaBatch, dict[str, int]]]:
    """Batches, newest first, with how many applications within reach stand in each state. Two queries."""
    batches = visa_batches(actor, limit)
    counts: dict[int, dict[str, int]] = {b.pk: {} for b in batches}
    rows = ExitVisa.objects.filter(batch__in=counts).values_list("batch_id", "state").annotate(Count("pk")).order_by()
    for pk, state, count in rows:
        counts[pk][state] = count
    return [(b, counts[b.pk]) for b in batches if counts[b.pk]]


def pending_visas(actor: Actor, cases: Collection[int]) -> set[int]:
    """Ids of the cases among `cases` whose exit visa was applied for and isn't answered. One query."""
    asked = ExitVisa.objects.filter(case__in=list(cases), state__in=("submitted", "queried"))
    return set(asked.values_list("case_id", flat=True))


def batch(actor: Actor, ref: str) -> tuple[VisaBatch, list[ExitVisa]] | None:
    """One batch and its applications within reach."""
    found = VisaBatch.objects.filter(ref=ref).first()
    if found is None or not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return None
    return found, list(found.visas.select_related("case", "person", "document").order_by("pk"))


def pipeline(actor: Actor, programme: str) -> list[dict[str, Any]]:
    """Waiting cases by nationality and stage."""
    return list(waiting(actor, programme).values("person__nationality", "stage").annotate(n=Count("pk")).order_by("-n"))


def asylum_open(actor: Actor) -> QuerySet[AsylumConcern]:
    """Open wishes for protection, for those who may know of them; else none."""
    if not actor.sees(DataClass.ASYLUM):
        return AsylumConcern.objects.none()
    return AsylumConcern.objects.filter(settled_at=None).select_related("case", "person").order_by("raised_at")


def affected_by(actor: Actor, subject: str, programme: str) -> int:
    """How many waiting cases go to or leave through what a closure names (see places.routes)."""
    kind, _colon, rest = subject.rpartition(":")
    if kind == "airport":
        return waiting(actor, programme).filter(departure_airport=rest).count()
    if not kind:
        return waiting(actor, programme).filter(return_country=subject).count()
    areas = waiting(actor, programme).filter(return_country=kind.removeprefix("area:")).values_list("return_area")
    counted = areas.annotate(Count("pk")).order_by()
    return sum(n for area, n in counted if area and area_subject(kind.removeprefix("area:"), area) == subject)
