"""Writes about health: examinations prepared, concluded, done again; contacts of the ill; the check before a flight.

The finding stays in this room. What leaves it is a verdict on the case: a code, until when, and what the journey needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from darb.cases.actions import Ruled, Spoken, give_verdicts, hold, record_encounters
from darb.cases.incident_actions import Told, note
from darb.cases.models import Case, Verdict
from darb.cases.task_actions import ToDo, raise_tasks
from darb.people.models import Membership
from darb.programmes.fitness import (
    CHECK_CODES,
    DISEASES,
    FITNESS_CODES,
    LOOKED_AT,
    LOOKED_AT_AGAIN,
    MEDICAL_CONDITIONS,
    PUBLIC_HEALTH,
    WITH_REQUIREMENTS,
    Kind,
    carriers_last_day,
)
from darb.programmes.voluntary_return_gates import FIT_TO_TRAVEL_LASTS
from darb.programmes.voluntary_return_readiness import EXAMINE_AGAIN
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in
from darb.trust.powers import DataClass

from .models import Contact, Exam, ExamKind, Nearness

GATE = "R9"
CONTACTS_WITHIN = timedelta(days=1)
AGAIN, CONTACT, REFERRAL, SICK = "examine_again", "see_in_clinic", "take_to_hospital", "fell_ill"
"""Kinds of task. Their words never tell what somebody has."""
GIVES_FITNESS = frozenset({"FTT-1", WITH_REQUIREMENTS})
MOST_LETTERS = 1000
KEPT = [
    "findings",
    "disease",
    "weeks",
    "multiple",
    "examined_at",
    "examined_by",
    "code",
    "until",
    "carrier_agreed",
    "version",
]


@dataclass(frozen=True)
class Outcome:
    """What a physician concludes: the code, until when (or the day of the next look), what the journey needs.

    `disease` is sealed; `refer` asks for a bed or a specialist; `carrier_agreed` that the carrier takes a pregnancy
    beyond its usual limit.
    """

    code: str
    until: date | None = None
    conditions: Sequence[str] = ()
    disease: str = ""
    refer: bool = False
    carrier_agreed: bool = False


@dataclass(frozen=True)
class Examined:
    """One examination to conclude: whose, what was looked at, and what the physician concludes."""

    case: Case
    findings: Mapping[str, Any]
    outcome: Outcome


@action("care.prepare_exam")
def prepare(act: Act, case: Case, findings: Mapping[str, Any]) -> Exam:
    """Write down what was looked at, for a physician to conclude. What was prepared before is added to."""
    held = hold(act, [case.pk])[0]
    row = _prepared(act, held, findings, _open_exams([held]).get(held.pk))
    row.save()
    act.persons, act.subject = [held.person_id], held.ref
    return row


def examine(act: Act, case: Case, findings: Mapping[str, Any], outcome: Outcome) -> Exam:
    """Conclude one examination (see `examine_all`)."""
    return examine_all(act, [Examined(case, findings, outcome)])[0]


@action("care.examine")
def examine_all(act: Act, examined: Sequence[Examined]) -> list[Exam]:
    """Conclude examinations for travel: the verdicts go to the cases, the findings stay here.

    Refuses anyone but a physician, a requirement that isn't named or not confirmed by anybody, a hold without the
    day on which the person is seen again, and fitness beyond the weeks at which carriers stop.
    """
    if not act.actor.has(Role.PHYSICIAN):
        raise Forbidden("not_a_physician", _("A physician alone decides who is fit to travel."), who=Role.PHYSICIAN)
    held = {c.pk: c for c in hold(act, [e.case.pk for e in examined])}
    there = _open_exams(held.values())
    rows = [_concluded(act, held[e.case.pk], e, there.get(e.case.pk)) for e in examined]
    verdicts = [
        Ruled(held[e.case.pk], GATE, e.outcome.code, row.until, e.outcome.conditions)
        for e, row in zip(examined, rows, strict=True)
    ]
    give_verdicts(act, verdicts)
    copy_in([row for row in rows if row._state.adding])
    change_in([row for row in rows if row.pk in {r.pk for r in there.values()}], KEPT)
    if todos := [todo for e, row in zip(examined, rows, strict=True) for todo in _asked_for(act, row, e.outcome)]:
        raise_tasks(act.by_house(), todos)
    for row in rows:
        if row.code == PUBLIC_HEALTH:
            with whole_house():
                _list(act, row, _family_of(row.case), Nearness.FAMILY, kept=True)
    Contact.objects.filter(case__in=held, seen_at=None).exclude(exam__in=rows).update(seen_at=act.at)
    act.persons = [c.person_id for c in held.values()]
    act.subject = rows[0].case.ref if len(rows) == 1 else ""
    act.detail = {"codes": sorted({row.code for row in rows})}
    return rows


def _concluded(act: Act, case: Case, examined: Examined, there: Exam | None) -> Exam:
    row = _prepared(act, case, examined.findings, there)
    row.until = _until(act, row, examined.outcome)
    row.code, row.disease = examined.outcome.code, examined.outcome.disease
    row.carrier_agreed = examined.outcome.carrier_agreed
    row.examined_at, row.examined_by = act.at, act.actor.account_id
    return row


def _asked_for(act: Act, exam: Exam, outcome: Outcome) -> list[ToDo]:
    """What must be done after an examination: seen again on its day, a bed or a specialist."""
    todos = []
    if exam.until and exam.code in LOOKED_AT_AGAIN:
        todos.append(ToDo(exam.case, AGAIN, Role.PHYSICIAN, exam.until, exam.until.isoformat()))
    if outcome.refer:
        todos.append(ToDo(exam.case, REFERRAL, Role.NURSE, act.day))
    return todos


@action("care.list_contacts")
def list_contacts(act: Act, exam: Exam, cases: Collection[Case], *, kept: bool) -> list[Contact]:
    """List people of the same place as contacts of somebody on a public-health hold; each gets a visit to the clinic.

    `kept` also keeps each from travelling until seen, which a physician alone decides (X27).
    """
    row = Exam.objects.select_related("case").get(pk=exam.pk)
    if row.code != PUBLIC_HEALTH:
        raise Refused("no_hold", _("Contacts are listed for somebody on a public-health hold."))
    if kept and not act.actor.has(Role.PHYSICIAN):
        raise Forbidden("not_a_physician", _("A physician alone decides who is fit to travel."), who=Role.PHYSICIAN)
    wanted = {c.pk for c in cases} - {row.case_id}
    if not wanted:
        raise Invalid("nobody_chosen", _("Choose at least one person."))
    held = hold(act, [*wanted, row.case_id])
    made = _list(act, row, [c for c in held if c.pk != row.case_id], Nearness.PLACE, kept=kept)
    act.persons = [c.person_id for c in made]
    act.detail = {"contacts": len(made)}
    return made


@action("care.report_illness")
def report_illness(act: Act, case: Case, words: str, *, language: str) -> Case:
    """Say that somebody seems ill since the last examination: fitness no longer counts until a physician looked.

    What was seen is sealed at once; whoever wrote it doesn't read it again.
    """
    told = words.strip()
    if not told:
        raise Invalid("no_words", _("Write what you saw or were told."), field="words")
    held = hold(act, [case.pk])[0]
    house = act.by_house()
    spoken = Spoken(held, "illness", language, {"illness": told[:MOST_LETTERS]}, data_class=DataClass.MEDICAL.value)
    record_encounters(house, [spoken])
    if Verdict.objects.filter(case=held, gate=GATE, superseded_at=None, granted=True).exists():
        give_verdicts(house, [Ruled(held, GATE, EXAMINE_AGAIN)])
    raise_tasks(house, [ToDo(held, SICK, Role.PHYSICIAN, act.day)])
    act.persons, act.subject = [held.person_id], held.ref
    return held


@dataclass(frozen=True)
class Checked:
    """One check before embarkation: whose, clear or held, and what was found (sealed)."""

    case: Case
    code: str
    findings: Mapping[str, Any] = field(default_factory=dict)


@action("care.check_before_flight")
def check_before_flight(act: Act, flight: str, checks: Sequence[Checked]) -> list[Exam]:
    """Record checks before embarkation for the flight with that reference. That they were passed or not follows to
    the flight (`reactions`); who is held is seen by a physician the same day."""
    held = {c.pk: c for c in hold(act, [c.case.pk for c in checks])}
    unknown = next((c.code for c in checks if c.code not in CHECK_CODES), None)
    if unknown is not None:
        raise Invalid("no_such_code", _("Say whether each is clear or held."), field="code")
    rows = copy_in([_check(act, held[c.case.pk], flight, c) for c in checks])
    stopped = [held[c.case.pk] for c in checks if c.code == "PEC-H"]
    if stopped:
        raise_tasks(act.by_house(), [ToDo(c, AGAIN, Role.PHYSICIAN, act.day, act.day.isoformat()) for c in stopped])
    act.persons = [c.person_id for c in held.values()]
    act.subject = flight
    act.detail = {"clear": len(checks) - len(stopped), "held": len(stopped)}
    return rows


def _check(act: Act, case: Case, flight: str, checked: Checked) -> Exam:
    return Exam(
        scope_id=case.scope_id,
        case=case,
        person_id=case.person_id,
        kind=ExamKind.PRE_EMBARKATION,
        flight=flight,
        findings=_looked_at(checked.findings),
        prepared_at=act.at,
        prepared_by=act.actor.account_id,
        examined_at=act.at,
        examined_by=act.actor.account_id,
        code=checked.code,
    )


def _open_exams(cases: Collection[Case]) -> dict[int, Exam]:
    """By case, the examination that was prepared and isn't concluded, locked."""
    rows = Exam.objects.select_for_update().filter(case__in=[c.pk for c in cases], examined_at=None)
    return {e.case_id: e for e in rows}


def _prepared(act: Act, case: Case, findings: Mapping[str, Any], there: Exam | None) -> Exam:
    """The open examination of a held case, `there` or new, with `findings` written into it; not saved."""
    found = _looked_at(findings)
    row = there or Exam(
        scope_id=case.scope_id,
        person_id=case.person_id,
        prepared_at=act.at,
        prepared_by=act.actor.account_id,
        version=0,
    )
    row.case, row.version = case, row.version + 1
    row.findings = {**row.findings, **found}
    row.weeks = row.findings.get("weeks") if row.findings.get("pregnant", True) else None
    row.multiple = bool(row.findings.get("multiple"))
    return row


def _looked_at(findings: Mapping[str, Any]) -> dict[str, Any]:
    """What was written down, checked against what is looked at; what was left empty is left out."""
    told = {code: value for code, value in findings.items() if value not in (None, "")}
    for code, value in told.items():
        looked = LOOKED_AT.get(code)
        if looked is None:
            raise Invalid("not_looked_at", _("{code} isn't part of the examination."), code=code)
        if looked.kind == Kind.NUMBER and not looked.least <= float(value) <= looked.most:
            raise Invalid(
                "out_of_range",
                _("{what} lies between {least} and {most}."),
                field=code,
                what=looked.label,
                least=f"{looked.least:g}",
                most=f"{looked.most:g}",
            )
        if looked.kind == Kind.CHOICE and value not in dict(looked.choices):
            raise Invalid("no_such_choice", _("Choose from the list."), field=code)
    if told.get("pregnant") and not told.get("weeks"):
        raise Invalid("weeks_needed", _("Write how many weeks, about: flights depend on it."), field="weeks")
    return told


def _until(act: Act, exam: Exam, outcome: Outcome) -> date | None:
    """Until when the outcome holds, or the day of the next look; refuses what can't be."""
    if outcome.code not in FITNESS_CODES:
        raise Invalid("no_such_code", _("Choose one of the outcomes."), field="code")
    if (outcome.code == WITH_REQUIREMENTS) != bool(outcome.conditions):
        raise Invalid(
            "requirements", _("Requirements belong to FTT-2, and FTT-2 names at least one."), field="conditions"
        )
    if set(outcome.conditions) - set(MEDICAL_CONDITIONS):
        raise Invalid("no_such_condition", _("Choose from the list."), field="conditions")
    if (outcome.code == PUBLIC_HEALTH) != (outcome.disease in DISEASES):
        raise Invalid("disease", _("A public-health hold, and nothing else, names its disease."), field="disease")
    if outcome.code in LOOKED_AT_AGAIN and outcome.until is None:
        raise Invalid("day_needed", _("Say on which day the person is examined again."), field="until")
    if outcome.code not in GIVES_FITNESS or exam.weeks is None:
        return outcome.until
    last = carriers_last_day(exam.weeks, act.day, multiple=exam.multiple)
    if outcome.carrier_agreed:
        return outcome.until
    if outcome.until is None and last > act.day:
        return min(last, act.day + FIT_TO_TRAVEL_LASTS)
    if outcome.until is None or outcome.until > last:
        raise Invalid(
            "beyond_weeks",
            _("Most carriers take her no more from {day}: choose an earlier end, or ask the carrier first."),
            field="until",
            day=last,
        )
    return outcome.until


def _family_of(case: Case) -> list[Case]:
    """Open cases of those who are in the same family now."""
    groups = Membership.objects.filter(person=case.person_id, left_at=None).values("group")
    persons = Membership.objects.filter(group__in=groups, left_at=None).values("person")
    return list(Case.objects.filter(person__in=persons, closed=None).exclude(pk=case.pk).order_by("pk"))


def _list(act: Act, exam: Exam, cases: Sequence[Case], how: str, *, kept: bool) -> list[Contact]:
    """Contacts that aren't listed yet, each with a visit to the clinic; `kept` from travelling until seen."""
    there = set(Contact.objects.filter(exam=exam).values_list("case_id", flat=True))
    fresh = [c for c in cases if c.pk not in there]
    if not fresh:
        return []
    house = act.by_house()
    rows = copy_in(
        [
            Contact(
                scope_id=c.scope_id,
                case=c,
                person_id=c.person_id,
                exam=exam,
                how=how,
                held=kept,
                listed_at=act.at,
                listed_by=act.actor.account_id,
            )
            for c in fresh
        ]
    )
    raise_tasks(house, [ToDo(c, CONTACT, Role.PHYSICIAN, act.day + CONTACTS_WITHIN) for c in fresh])
    if kept:
        give_verdicts(house, [Ruled(c, GATE, EXAMINE_AGAIN) for c in fresh])
    if kept and how == Nearness.PLACE:
        note(house, [Told(c, "X27", str(exam.pk)) for c in fresh], "care.list_contacts")
    return rows
