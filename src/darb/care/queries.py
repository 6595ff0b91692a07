"""Reads about health, for medical roles alone; others get verdicts from cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from darb.cases.models import Case, Encounter, GateRow, Task, Verdict
from darb.people.models import Membership
from darb.programmes.fitness import MOST_CARRIERS, Stops, prompts, weeks_on
from darb.rules.refusal import Forbidden, Missing, Refusal
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.context import unsealed
from darb.trust.powers import DataClass, Sight

from .actions import GATE
from .models import Contact, Exam, ExamKind

SHOWN = 200


def findings_shown(actor: Actor) -> None:
    """Refuse who doesn't read what physicians find."""
    if not actor.sees(DataClass.MEDICAL):
        raise Forbidden("sealed", _("What was found is for medical staff alone."), who=Role.PHYSICIAN)


@dataclass(frozen=True)
class Health:
    """What the clinic has of one case, the newest first. `open` is prepared and not concluded."""

    exams: Sequence[Exam]
    open: Exam | None
    illnesses: Sequence[Encounter]
    contacts: Sequence[Contact]
    contact_of: int


def health(actor: Actor, case: Case) -> Health:
    """Everything that medical staff wrote of one case. A fixed number of statements."""
    findings_shown(actor)
    exams = list(Exam.objects.filter(case=case).order_by("-prepared_at", "-pk"))
    contacts = Contact.objects.filter(exam__case=case).select_related("case", "person__site", "exam")
    return Health(
        exams=[e for e in exams if e.examined_at],
        open=next((e for e in exams if e.examined_at is None), None),
        illnesses=list(Encounter.objects.filter(case=case, kind="illness").order_by("-at")),
        contacts=list(contacts.order_by("seen_at", "how", "pk")),
        contact_of=Contact.objects.filter(case=case, seen_at=None).count(),
    )


def exam(actor: Actor, number: int) -> Exam:
    """One examination within reach; Missing if there is none."""
    findings_shown(actor)
    found = Exam.objects.select_related("case__person__site").filter(pk=number).first()
    if found is None:
        raise Missing("no_exam", _("There is no such examination within your reach."))
    return found


def newest(actor: Actor, cases: Collection[int]) -> dict[int, Exam]:
    """By case, the newest concluded examination for travel. One query."""
    findings_shown(actor)
    rows = Exam.objects.filter(case__in=cases, kind=ExamKind.FITNESS).exclude(examined_at=None)
    return {e.case_id: e for e in rows.order_by("examined_at", "pk")}


def checks_of(actor: Actor, flight: str) -> dict[int, Exam]:
    """By case, the newest check before embarkation for the flight with that reference. One query."""
    findings_shown(actor)
    rows = Exam.objects.filter(flight=flight, kind=ExamKind.PRE_EMBARKATION).order_by("examined_at", "pk")
    return {e.case_id: e for e in rows}


def needs(actor: Actor, cases: Collection[int]) -> dict[int, list[tuple[str, bool]]]:
    """By case, what the decision on fitness asks of the journey, and whether each is confirmed. One query."""
    rows = Verdict.objects.filter(case__in=cases, gate=GATE, superseded_at=None, granted=True)
    return {v.case_id: [(c, c in v.met) for c in v.conditions] for v in rows}


def near(actor: Actor, exam: Exam, limit: int | None = SHOWN) -> list[Case]:
    """Open cases of people who stay where the person of `exam` stays, family first, without those listed already.

    At most `limit` of them by name; None: all.
    """
    findings_shown(actor)
    person = exam.case.person
    groups = Membership.objects.filter(person=person, left_at=None).values("group")
    family = set(Membership.objects.filter(group__in=groups, left_at=None).values_list("person_id", flat=True))
    listed = Contact.objects.filter(exam=exam).values("case")
    there = Case.objects.filter(person__site=person.site_id, closed=None).exclude(pk=exam.case_id)
    rows = list(there.exclude(pk__in=listed).select_related("person").order_by("person__name", "pk")[:limit])
    return sorted(rows, key=lambda c: c.person_id not in family)


def told(exam: Exam, flies: date, stops: Stops = MOST_CARRIERS) -> list[Refusal]:
    """What an examination asks to be weighed for a flight on `flies`, with a carrier of those weeks."""
    examined = day_of(exam)
    return prompts(exam.findings, examined, exam.case.person.birth_date, flies, stops)


def to_ask_carrier(actor: Actor, cases: Collection[int], flies: date, stops: Stops) -> set[int]:
    """Of these cases, those whom a physician must ask the carrier about before a flight on `flies`.

    A flag for whoever keeps the manifest: which finding it comes from stays sealed. One query, within reach.
    """
    if not actor.sees(DataClass.MEDICAL, Sight.FLAG):
        return set()
    rows = Exam.objects.filter(case__in=cases, kind=ExamKind.FITNESS).exclude(examined_at=None)
    with unsealed():
        newest = {e.case_id: e for e in rows.order_by("examined_at", "pk")}
    return {
        pk
        for pk, e in newest.items()
        if e.weeks is not None
        and not e.carrier_agreed
        and flies >= stops.last_day(e.weeks, day_of(e), multiple=e.multiple)
    }


def weeks_then(exam: Exam, flies: date) -> int | None:
    """The week of pregnancy on the day of the flight; None for nobody pregnant."""
    return None if exam.weeks is None else weeks_on(exam.weeks, day_of(exam), flies)


def day_of(exam: Exam) -> date:
    """The day of an examination where the mission is."""
    return (exam.examined_at or exam.prepared_at).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


# Work of the clinic -----------------------------------------------------------------------------------


def prepared(actor: Actor, limit: int = SHOWN) -> list[Exam]:
    """Examinations that wait for a physician, the longest first."""
    findings_shown(actor)
    rows = Exam.objects.filter(examined_at=None, case__closed=None).select_related("case", "person__site")
    return list(rows.order_by("prepared_at", "pk")[:limit])


CLINIC_TASKS = ("see_in_clinic", "fell_ill", "examine_again", "take_to_hospital", "fitness_ends_before_flight")


def to_see(actor: Actor, limit: int = SHOWN) -> list[Task]:
    """Open tasks of the clinic within reach, the soonest due first."""
    findings_shown(actor)
    rows = Task.objects.filter(kind__in=CLINIC_TASKS, done_at=None, case__closed=None)
    return list(rows.select_related("case", "person__site").order_by("due", "pk")[:limit])


def never_examined(actor: Actor, programme: str, day: date) -> QuerySet[Case]:
    """Waiting cases whose fitness is red on `day`, by need and waiting."""
    red = GateRow.objects.filter(gate=GATE).exclude(windows__holds=day).values("case")
    last = Exam.objects.filter(case=OuterRef("pk"), kind=ExamKind.FITNESS).order_by("-examined_at", "-pk")
    rows = Case.objects.filter(pk__in=red, programme=programme, closed=None)
    rows = rows.annotate(last_code=Subquery(last.values("code")[:1]), last_until=Subquery(last.values("until")[:1]))
    return rows.select_related("person__site").order_by("-priority", "opened", "pk")
