"""Pages of the clinic: who is to be seen, one examination, contacts of the ill, the check before each flight."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from darb.care import queries
from darb.care.actions import Checked, check_before_flight, examine, list_contacts, prepare, report_illness
from darb.care.models import Exam, ExamKind
from darb.care.queries import Health
from darb.cases import queries as cases
from darb.cases.models import Case
from darb.cases.pathways import pathway
from darb.movements import health_queries
from darb.movements import queries as movements
from darb.movements.models import Flight
from darb.movements.preparing_queries import stops_of
from darb.movements.reading import flight_day
from darb.people.models import Sex
from darb.programmes.fitness import CHECK_CODES, DISEASES, LOOKED_AT, MOST_CARRIERS, PUBLIC_HEALTH, Kind, Stops
from darb.programmes.voluntary_return_codes import CONDITIONS
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.rules.words import _ as marked
from darb.trust.action import Act, AlreadyDone
from darb.trust.queries import names_of

from . import deed, door
from .case_deeds import case_deed, case_of
from .clinic_forms import CheckForm, ContactsForm, ExamForm, IllnessForm
from .registering import PROGRAMME

GATE = "R9"
SHOWN = 50
LISTS_CONTACTS = ("", PUBLIC_HEALTH)
"""Outcomes after which the clinic has more to write: none yet, and a hold whose contacts are listed."""


@require_safe
def clinic(request: Any) -> HttpResponse:
    """Flights whose passengers are checked now, who waits for a physician, and who is to be examined."""
    queries.findings_shown(request.actor)
    waiting = queries.never_examined(request.actor, PROGRAMME, door.today())
    context = {
        "flights": health_queries.near_flights(request.actor, timezone.now()),
        "tasks": queries.to_see(request.actor),
        "prepared": queries.prepared(request.actor),
        "waiting": waiting[:SHOWN],
        "how_many": waiting.count(),
        "today": door.today(),
    }
    return render(request, "desk/clinic/clinic.html", context)


@require_safe
def health(request: Any, ref: str) -> HttpResponse:
    """What the clinic has of one case: examinations with their findings, illnesses, contacts."""
    case = case_of(request, ref)
    file = queries.health(request.actor, case)
    seats = [s for s in movements.of_case(request.actor, case) if s.removed_in is None and not s.boarded_at]
    flies = flight_day(seats[0].flight) if seats else None
    names = names_of({e.examined_by or e.prepared_by for e in file.exams})
    context = {
        "case": case,
        "person": case.person,
        "file": file,
        "exams": [(e, findings_told(e), names.get(e.examined_by or 0, ""), outcome_told(e)) for e in file.exams],
        "prompts": _prompts(file, flies, stops_of(request.actor, seats[0].flight) if seats else MOST_CARRIERS),
        "flies": flies,
        "may_list": request.actor.may("care.list_contacts", [case.scope_id]),
        "title": _("Health"),
    }
    return render(request, "desk/clinic/health.html", context)


def _prompts(file: Health, flies: date | None, stops: Stops = MOST_CARRIERS) -> list[str]:
    """What the newest examination asks to be weighed, for the flight with its carrier's weeks, or for today."""
    exam = file.open or next((e for e in file.exams if e.kind == ExamKind.FITNESS), None)
    return [door.said(p) for p in queries.told(exam, flies or door.today(), stops)] if exam else []


def findings_told(exam: Exam) -> list[tuple[str, str]]:
    """The findings in words, in the order in which one looks."""
    found = []
    for code, looked in LOOKED_AT.items():
        value = exam.findings.get(code)
        if value in (None, ""):
            continue
        if looked.kind == Kind.YES_NO:
            said = _("yes") if value else _("no")
        elif looked.kind == Kind.CHOICE:
            said = _(dict(looked.choices).get(value, value))
        else:
            said = str(value)
        found.append((_(looked.label), said))
    if exam.disease:
        found.insert(0, (_("Disease"), _(DISEASES[exam.disease])))
    return found


def outcome_told(exam: Exam) -> str:
    """What an examination came to, in words."""
    if exam.code in CHECK_CODES:
        return _(CHECK_CODES[exam.code])
    ruling = pathway(PROGRAMME).gate(GATE).ruling(exam.code)
    return _(ruling.label) if ruling else _("Not concluded yet")


def exam_page(request: Any, ref: str) -> HttpResponse:
    """An examination: a nurse prepares it, a physician concludes it."""
    case = case_of(request, ref)
    file = queries.health(request.actor, case)
    before = file.open.findings if file.open else {}
    gate = pathway(case.programme).gate(GATE) if request.actor.may("care.examine", [case.scope_id]) else None
    form = ExamForm(request.POST or None, gate=gate, findings=before, of_a_man=case.person.sex == Sex.MALE)

    def do(act: Act, v: dict[str, Any]) -> Any:
        outcome = form.outcome()
        if outcome is None:
            return prepare(act, case, form.findings())
        return examine(act, case, form.findings(), outcome)

    return case_deed(
        request,
        case,
        form,
        do,
        title=_("Examination for travel"),
        lead=_("What you find stays sealed. The outcome and what the journey needs are shared."),
        done=_("The examination is recorded."),
        to=lambda exam: reverse("desk:health" if exam.code in LISTS_CONTACTS else "desk:case", args=[case.ref]),
        template="desk/clinic/exam.html",
        warnings=_prompts(file, None) if file.open else [],
        wide=True,
    )


def illness_page(request: Any, ref: str) -> HttpResponse:
    """Somebody seems ill: fitness counts no more until a physician looked."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        IllnessForm(request.POST or None),
        lambda act, v: report_illness(act, case, v["words"], language=request.LANGUAGE_CODE),
        title=_("The person seems ill"),
        lead=_("Nobody travels ill: a physician looks first."),
        done=_("The clinic knows. A physician sees the person today."),
        submit=_("Tell the clinic"),
    )


def contacts_page(request: Any, number: int) -> HttpResponse:
    """Who was close to somebody on a public-health hold."""
    exam = queries.exam(request.actor, number)
    near = {c.ref: c for c in queries.near(request.actor, exam)}
    people = [(c.ref, f"{c.person.name} · {c.ref}") for c in near.values()]
    form = ContactsForm(request.POST or None, people=people, may_keep=request.actor.has(Role.PHYSICIAN))
    back = reverse("desk:health", args=[exam.case.ref])

    def do(act: Act, v: dict[str, Any]) -> Any:
        chosen = list(cases.by_refs(request.actor, v["cases"]).values())
        if v["everybody"]:
            chosen = queries.near(request.actor, exam, limit=None)
        return list_contacts(act, exam, chosen, kept=v.get("kept", False))

    return deed.page(
        request,
        form,
        do,
        done=_("They are listed, and each is to be seen in the clinic."),
        to=back,
        title=_("Who was close"),
        lead=_("Their tasks and their own pages never say to whom they were close, nor what it is."),
        back=back,
        case=exam.case,
        person=exam.case.person,
    )


# The check before embarkation -------------------------------------------------------------------------


def checks(request: Any, ref: str) -> HttpResponse:
    """Everyone on a flight, for the clinic on the days before: clear or held, row by row, many at once."""
    queries.findings_shown(request.actor)
    flight = movements.get(request.actor, ref)
    rows = health_queries.to_check(request.actor, flight)
    forms = {s.case_id: CheckForm(request.POST or None, prefix=s.case.ref) for s, _state in rows}
    context: dict[str, Any] = {}
    if request.method == "POST" and all([form.is_valid() for form in forms.values()]):
        told = [_checked(s.case, forms[s.case_id].cleaned_data) for s, _state in rows]
        if answer := _record(request, flight, [c for c in told if c], context):
            return answer
    exams = queries.newest(request.actor, [s.case_id for s, _state in rows])
    needs = queries.needs(request.actor, [s.case_id for s, _state in rows])
    done = queries.checks_of(request.actor, flight.ref)
    day, stops = flight_day(flight), stops_of(request.actor, flight)
    context |= {
        "flight": flight,
        "day": day,
        "rows": [
            {
                "seat": seat,
                "state": state,
                "form": forms[seat.case_id],
                "check": done.get(seat.case_id),
                "exam": exams.get(seat.case_id),
                "needs": [(CONDITIONS[c].label, met) for c, met in needs.get(seat.case_id, ()) if c in CONDITIONS],
                "prompts": queries.told(exams[seat.case_id], day, stops) if seat.case_id in exams else [],
            }
            for seat, state in rows
        ],
        "may": request.actor.may("care.check_before_flight"),
        "counts": {s: sum(state == s for _seat, state in rows) for s in ("clear", "held", "open")},
    }
    return render(request, "desk/clinic/checks.html", context, status=422 if context.get("refusal") else 200)


def _checked(case: Case, told: dict[str, Any]) -> Checked | None:
    if not told["code"]:
        return None
    found = {name: told[name] for name in ("temperature", "notes")}
    return Checked(case, told["code"], found)


def _record(request: Any, flight: Flight, told: list[Checked], context: dict[str, Any]) -> HttpResponse | None:
    here = reverse("desk:health_checks", args=[flight.ref])
    try:
        if not told:
            raise Refused("nobody_checked", marked("Mark at least one person as clear or held."))
        made = check_before_flight(door.act(request), flight.ref, told)
    except AlreadyDone as again:
        return deed.said_and_sent(request, door.said(again.refusal), here)
    except Refused as refused:
        request.refused, context["refusal"] = refused, refused.refusal
        return None
    words = ngettext("%(count)d check is recorded.", "%(count)d checks are recorded.", len(made))
    return deed.said_and_sent(request, words % {"count": len(made)}, here)
