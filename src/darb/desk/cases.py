"""The page of a case: tracks with their gates, windows on a time line, the next step, and what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.assistance.queries import given_to
from darb.cases import homecoming_queries, incident_queries, queries, referral_queries, release_queries
from darb.cases.models import CameOfIt, Case, Encounter, Verdict
from darb.cases.queries import CaseFile, GateOnDay
from darb.cases.work_queries import priority_reasons
from darb.movements.models import Seat
from darb.movements.plan_people_queries import Foreseen, foreseen
from darb.movements.queries import of_case
from darb.people.models import DocumentState
from darb.people.queries import person_file
from darb.places.queries import country_names
from darb.programmes.assessment import DANGERS, WISHES
from darb.programmes.assessment import LEVELS as RISK_LEVELS
from darb.programmes.counselling import CHECKLIST
from darb.programmes.homecoming import APPOINTMENTS, ON_THE_WAY
from darb.programmes.incidents import INCIDENTS
from darb.programmes.joint_counselling import needs_joint_counselling
from darb.programmes.referral import SERVICES, STATES
from darb.programmes.referral import TONES as REFERRAL_TONES
from darb.programmes.screening import ACTS, MEANS, PURPOSES, RAPID_SCREEN, TRAFFICKING_RESULTS
from darb.programmes.voluntary_return_codes import (
    CONDITIONS,
    CONSENT_PURPOSES,
    FAMILY_OPTIONS,
    SCREENING_RESULTS,
    VULNERABILITIES,
)
from darb.rules.pathway import CASES, Pathway, Step
from darb.rules.refusal import Missing, Refusal
from darb.rules.roles import Role
from darb.rules.windows import ALWAYS
from darb.rules.words import _ as marked
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight
from darb.trust.queries import history_of, names_of

from . import deeds_told, door
from .plan_words import telling
from .wording import of_asylum

DAYS_SHOWN = 60
MOVES = (DocumentState.IN_CUSTODY, DocumentState.HELD, DocumentState.LOST, DocumentState.RETURNED_FOR_ERROR)
"""Where an officer may say that a document is now; handing it over at boarding is the flight's."""
SOON = timedelta(days=14)
REASONS = 2
"""Of why a plan has no flight for somebody, so many reasons stand on the page of the case; the plan says all."""

# Steps that ask for more than the declaration says have a page of their own.
PAGES = {
    "counsel": "desk:counsel",
    "consent": "desk:consents",
    "withdraw": "desk:withdraw_case",
    "close": "desk:close_case",
    "apply_for_exit_visa": "desk:new_visa_batch",
    "request_release": "desk:new_release",
}
OF_MANY = ("desk:new_visa_batch", "desk:new_release")
"""Pages of steps that are taken with many at once."""
# Steps that other rooms take: where to go for them.
ELSEWHERE = {"movements": "desk:flights", "events": "desk:sessions"}
ICONS = {
    "counsel": "message-2", "consent": "writing-sign", "open_tracks": "arrows-split", "hold": "player-pause",
    "resume": "player-play", "withdraw": "hand-stop", "close": "archive", "book": "plane-departure",
    "request_release": "door-exit", "request_document": "e-passport", "apply_for_exit_visa": "ticket",
    "present_to_embassy": "building-bank", "notify_receiving_mission": "send", "reopen": "refresh",
}  # fmt: skip


@dataclass(frozen=True)
class GateShown:
    """A gate as the page shows it on the day, with what this officer may do about it."""

    of: GateOnDay
    state: str
    until: date | None
    who: Role | None
    decide: str
    override: str
    unmet: Sequence[str]
    confirm: str
    verdict: Verdict | None


@dataclass(frozen=True)
class StepShown:
    """A step as a button: where it leads, or every reason why it is grey."""

    step: Step
    url: str
    refusals: Sequence[Refusal]
    icon: str
    mine: bool
    aside: bool


def found(request: Any, ref: str, day: date) -> CaseFile:
    """The case within reach, or Missing."""
    file = queries.case_file(request.actor, ref, day)
    if file is None or not request.actor.sees(DataClass.IDENTITY):
        raise Missing("no_case", _("No such case is within your reach."))
    return file


@require_safe
def case(request: Any, ref: str) -> HttpResponse:
    """One case, its gates as they stand on the day asked for."""
    today = door.today()
    day = parse_day(request.GET.get("day", "")) or today
    file = found(request, ref, day)
    actor: Actor = request.actor
    about = person_file(actor, file.case.person.ref)
    seats = of_case(actor, file.case)
    confirm = _where_confirmed(seats)
    gates = [_gate(file, g, actor, confirm) for g in file.gates]
    steps = [_step(file, offered.step, offered.refusals, actor) for offered in file.steps]
    context = {
        "file": file,
        "case": file.case,
        "person": file.case.person,
        "about": about,
        "day": day,
        "today": today,
        "tracks": _tracks(file.declared, gates),
        "red": [g for g in gates if g.state == "red"],
        "windows": _windows(file, today),
        "window": file.ready.window(day),
        "start": today,
        "end": today + timedelta(days=DAYS_SHOWN),
        "decisions": [g for g in gates if g.state == "red" and g.decide and actor.has(g.of.who)],
        "next_steps": [s for s in steps if s.mine and s.url and not s.aside and not s.refusals],
        "grey_steps": [s for s in steps if s.mine and not s.aside and s.refusals],
        "aside_steps": [s for s in steps if s.mine and s.url and s.aside and not s.refusals],
        "other_steps": [s for s in steps if not s.mine and not s.aside],
        "deeds": _deeds(file, actor),
        "verdicts": _verdicts(file, actor),
        "encounters": [(e, answers_told(e, actor)) for e in file.encounters],
        "concerns": file.concerns if actor.sees(DataClass.ASYLUM) else None,
        "flags": _flags(file, actor),
        "purposes": CONSENT_PURPOSES,
        "countries": country_names(request.LANGUAGE_CODE),
        "keeps_papers": actor.may("people.take_in"),
        "document_moves": [(state.value, state.label) for state in MOVES],
        "may_record": actor.may("people.record_document", [file.case.person.scope_id]),
        "takes_papers": actor.may("people.receive_document", [file.case.person.scope_id]),
        "referrals": [
            (r, _(SERVICES[r.service]), _(STATES[r.state]), REFERRAL_TONES[r.state])
            for r in referral_queries.of_case(actor, file.case)
        ],
        "releases": release_queries.of_case(actor, file.case) if actor.sees(DataClass.WHEREABOUTS) else [],
        "incidents": [(i, INCIDENTS[i.code]) for i in incident_queries.of_case(actor, file.case)],
        "need": priority_reasons(actor, file.case, today) if file.gates else (),
        "foreseen": _foreseen(request, file.case),
        "seats": seats,
        "home": homecoming_queries.home_of(actor, file.case),
        "appointments": homecoming_queries.expected(actor, file.case),
        "appointed_for": APPOINTMENTS,
        "ends": list(CameOfIt.choices),
        "may_tell_home": actor.may("cases.tell_home", [file.case.scope_id]),
        "may_appoint": actor.may("cases.make_appointment", [file.case.scope_id]) and file.case.closed is None,
        "may_end": actor.may("cases.end_appointment", [file.case.scope_id]),
        "given": given_to(actor, file.case.person)[:20],
        "tasks": [(t, actor.has(Role(t.role))) for t in file.tasks],
        "changes": _changes(file),
        "history": deeds_told.told(actor, history_of(actor, file.case.person_id, 30)),
        "may_sign_family": actor.may("cases.sign_family_option", [file.case.scope_id]),
        "may_sign": actor.may("cases.sign_trafficking", [file.case.scope_id]),
        "may_prove": actor.may("people.prove_consents", [file.case.person.scope_id]),
        "may_photo": actor.may("people.take_photo", [file.case.person.scope_id]),
        "may_return": actor.may("cases.set_return", [file.case.scope_id]),
    }
    return render(request, "desk/cases/case.html", context)


def _foreseen(request: Any, case: Case) -> tuple[Foreseen, list[str]] | None:
    """What the newest plan foresees and nobody has told the person yet, with the first reasons why it is no flight."""
    plan = foreseen(request.actor, case)
    if plan is None:
        return None
    said = telling(plan.plan.flights.select_related("flight") if plan.why else (), country_names(request.LANGUAGE_CODE))
    return plan, [said.why(w) for w in plan.why[:REASONS]]


def parse_day(text: str) -> date | None:
    """A day as a form sends it, or None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _gate(file: CaseFile, g: GateOnDay, actor: Actor, confirm: str) -> GateShown:
    until = g.turns_red if g.green else g.until
    soon = g.green and g.turns_red is not None and g.turns_red <= file.day + SOON
    state = "none" if not g.applies and g.green else "red" if not g.green else "amber" if soon else "green"
    here = [file.case.ref, g.gate.code]
    verdict = next((v for v in file.verdicts if v.gate == g.gate.code), None)
    scope = [file.case.scope_id]
    decides = g.gate.rulings and actor.has(*g.gate.ruled_by) and actor.may("cases.give_verdict", scope)
    overrides = g.gate.overridden_by and not g.green and actor.has(g.gate.overridden_by)
    unmet = [c for c in verdict.conditions if c not in verdict.met] if verdict and verdict.granted else []
    confirms = actor.may("movements.confirm_conditions", scope)
    return GateShown(
        of=g,
        state=state,
        until=until,
        who=g.who if state in ("red", "amber") else None,
        decide=_decide(file, g) if decides else "",
        override=reverse("desk:override", args=here) if overrides and actor.may("cases.override", scope) else "",
        unmet=[CONDITIONS[c].label if c in CONDITIONS else c for c in unmet] if confirms else [],
        confirm=confirm if unmet and confirms else "",
        verdict=verdict,
    )


def _where_confirmed(seats: Sequence[Seat]) -> str:
    """What a clearance asks of the journey is confirmed on its flight: the one booked, or one to be chosen."""
    booked = next((s.flight for s in seats if s.removed_in is None and not s.boarded_at), None)
    return reverse("desk:conditions", args=[booked.ref]) if booked else reverse("desk:flights")


def _decide(file: CaseFile, g: GateOnDay) -> str:
    """Where the gate is decided: fitness follows from an examination, the rest from a form."""
    if g.gate.code == "R9":
        return reverse("desk:examine", args=[file.case.ref])
    return reverse("desk:verdict", args=[file.case.ref, g.gate.code])


def _tracks(declared: Pathway, gates: Sequence[GateShown]) -> list[tuple[str, list[GateShown]]]:
    by_code = {g.of.gate.code: g for g in gates}
    tracks = [(t.label, [by_code[c] for c in t.gates if c in by_code]) for t in declared.tracks]
    return [(label, of) for label, of in tracks if of]


def _windows(file: CaseFile, today: date) -> list[tuple[str, Any, str]]:
    """The rows of the time line: each gate that isn't always green, then the days on which all are."""
    rows = [
        (g.gate.label, g.windows.intervals, "none" if not g.applies and g.green else "green" if g.green else "red")
        for g in file.gates
        if g.windows != ALWAYS or not g.green
    ]
    ready = "green" if today in file.ready else "red"
    return [*rows, (_("Ready to fly"), file.ready.intervals, ready)] if file.gates else []


def _step(file: CaseFile, step: Step, refusals: Sequence[Refusal], actor: Actor) -> StepShown:
    ref, icon, mine = file.case.ref, ICONS.get(step.key, "point"), actor.has(*step.powers)
    aside = step.into in {s.key for s in file.declared.side_states}
    if step.through != CASES:
        url = reverse(ELSEWHERE[step.through]) if step.through in ELSEWHERE else ""
    elif step.key in PAGES:
        url = page_of(file.case, step.key)
    else:
        url = reverse("desk:step", args=[ref, step.key])
    return StepShown(step, url, refusals, icon, mine, aside)


def page_of(case: Case, step: str) -> str:
    """The address of the page that a step of `PAGES` has of its own."""
    page = PAGES[step]
    return reverse(page, args=[] if page in OF_MANY else [case.ref])


def _deeds(file: CaseFile, actor: Actor) -> list[tuple[str, str, str]]:
    """Other pages about this case that this officer may use: (label, address, icon)."""
    ref, scope = file.case.ref, [file.case.scope_id]
    open_case = file.case.closed is None
    offered = [
        ("cases.counsel", _("Counsel again"), "desk:counsel", "message-2", file.case.counselled is not None),
        ("cases.record_consents", _("Record consents"), "desk:consents", "writing-sign", True),
        ("cases.screen", _("Two-minute triage"), "desk:triage", "clock", True),
        ("cases.screen", _("Screen for vulnerability"), "desk:screen", "shield-half", True),
        ("cases.assess", _("Full assessment"), "desk:assess", "shield-half", True),
        ("cases.screen_trafficking", _("Counter-trafficking screen"), "desk:screen_trafficking", "shield", True),
        ("cases.record_encounter", _("Record a conversation"), "desk:conversation", "note", True),
        ("care.prepare_exam", _("Health"), "desk:health", "stethoscope", True),
        ("care.prepare_exam", _("Examine for travel"), "desk:examine", "heart", True),
        ("care.report_illness", _("The person seems ill"), "desk:report_illness", "first-aid-kit", True),
        ("care.open_sealed", _("Emergency: open the sealed record"), "desk:open_sealed", "key", True),
        ("cases.tell_incident", _("Tell what went wrong"), "desk:tell_incident", "alert-triangle", True),
        ("cases.refer", _("Refer to somebody who can help"), "desk:refer", "send", True),
        ("cases.tell_way", _("The way here"), "desk:tell_way", "map", True),
        ("cases.raise_task", _("Give a task"), "desk:raise_task", "clipboard-list", True),
        ("cases.record_joint_counselling", _("Outcome of joint counselling"), "desk:joint", "friends",
         needs_joint_counselling(file.case.person.nationality)),
        ("cases.raise_asylum_concern", _("The person fears return"), "desk:concern", "shield", True),
        ("cases.settle_asylum_concern", _("Settle the wish for protection"), "desk:settle", "gavel",
         any(c.settled_at is None for c in file.concerns or ())),
        ("cases.propose_family_option", _("How the family goes on"), "desk:family_option", "users-group",
         any(g.gate.code == "R12" and g.applies for g in file.gates)),
        ("cases.guardian_found", _("A guardian was found"), "desk:guardian", "users-plus", file.case.unaccompanied),
    ]  # fmt: skip
    return [
        (label, reverse(page, args=[ref]), icon)
        for power, label, page, icon, fits in offered
        if fits and open_case and actor.may(power, scope)
    ]


# A decision's code and reason belong to a class of data; who doesn't read it sees the gate's colour alone.
CLASS_OF_GATE = {"R4": DataClass.PROTECTION, "R5": DataClass.CHILD, "R9": DataClass.MEDICAL, "G1": DataClass.ASYLUM,
                 "R2": DataClass.PROTECTION, "R6": DataClass.TRAVEL_DOCUMENT}  # fmt: skip


def _verdicts(file: CaseFile, actor: Actor) -> list[tuple[Verdict, str, str, str]]:
    """Standing decisions that this officer may read: (decision, gate, ruling, by whom)."""
    names = names_of({v.account_id for v in file.verdicts})
    gates = {g.code: g for g in file.declared.gates}
    shown = []
    for v in file.verdicts:
        seen = CLASS_OF_GATE.get(v.gate)
        if seen and not actor.sees(seen):
            continue
        gate = gates.get(v.gate)
        ruling = gate.ruling(v.code) if gate else None
        label = gate.label if gate else _("Joint counselling")
        said = ruling.label if ruling else (_("Exception") if v.override else v.code)
        shown.append((v, label, said, names.get(v.account_id, "")))
    return shown


_QUESTIONS = (
    {i.code: i.text for i in CHECKLIST}
    | {q.code: q.text for q in RAPID_SCREEN}
    | {
        "result": marked("Result"),
        "level": marked("How much is at stake"),
        "dangers": marked("Dangers"),
        "findings": marked("What stands behind it"),
        "helps": marked("What helps: people, places, means of the person's own"),
        "plan": marked("What is done, by whom, until when"),
        "wish": marked("What the person wants"),
        "acts": marked("What was done to the person"),
        "means": marked("By which means"),
        "purposes": marked("What for"),
        "note": marked("What was said"),
        "reason_left": marked("Why they left"),
        "way": marked("The way, country by country"),
        "events": marked("What happened on the way"),
        "paid": marked("What was paid, and to whom"),
        "owes": marked("What is still owed, and to whom"),
        "intercepted": marked("How often stopped at sea"),
        "with_unhcr": marked("Registered by UNHCR here"),
        "agrees": marked("The second reader agrees"),
        "why": marked("Why"),
        "illness": marked("What you saw or were told"),
        "injury": marked("Injury that was seen"),
        "panel": marked("Panel"),
        "decision": marked("Decision"),
        "guardian_found": marked("A guardian was found"),
        "option": marked("How the family goes on"),
        "relative": marked("With which relative"),
        "consent": marked("How the parent agreed: in private, in which language, who interpreted"),
        "review": marked("Look at it again on"),
    }
)
_LEVELS = {code: level.label for code, level in RISK_LEVELS.items()}
_CODES = (
    ON_THE_WAY
    | FAMILY_OPTIONS
    | SCREENING_RESULTS
    | TRAFFICKING_RESULTS
    | ACTS
    | MEANS
    | PURPOSES
    | DANGERS
    | WISHES
    | _LEVELS
)
_UNSHOWN = frozenset({"signed_by"})


def answers_told(e: Encounter, actor: Actor) -> list[tuple[str, str]]:
    """The answers of a conversation in words, without those that this officer may not know of."""
    asylum = actor.sees(DataClass.ASYLUM)
    return [
        (_(_QUESTIONS.get(code, code)), _said(answer))
        for code, answer in e.answers.items()
        if answer not in (None, "", []) and code not in _UNSHOWN and (asylum or not of_asylum(code, answer))
    ]


def _said(answer: Any) -> str:
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if isinstance(answer, list):
        return ", ".join(_said(each) for each in answer)
    if isinstance(answer, dict):  # a country on the way
        country = country_names(get_language() or "en").get(answer["country"], answer["country"])
        return " · ".join(part for part in (country, answer["since"], answer["words"]) if part)
    return _(_CODES[answer]) if answer in _CODES else str(answer)


def _flags(file: CaseFile, actor: Actor) -> list[str]:
    """Vulnerabilities in words for those who read protection; for those who see the flag, that there is one."""
    if actor.sees(DataClass.PROTECTION):
        return [_(VULNERABILITIES.get(code, code)) for code in file.case.vulnerabilities]
    if file.case.vulnerabilities and actor.sees(DataClass.PROTECTION, Sight.FLAG):
        return [_("Has specific needs: ask protection")]
    return []


def _changes(file: CaseFile) -> list[tuple[Any, str, str, str]]:
    """Steps taken: (change, the stage it led to, the step, by whom)."""
    names = names_of({c.account_id for c in file.changes})
    steps = {s.key: s.label for s in file.declared.steps} | {"open": _("Open the case")}
    stages = {s.key: s.label for s in file.declared.stages}
    return [
        (c, stages.get(c.to_stage, c.to_stage), steps.get(c.step, c.step), names.get(c.account_id, ""))
        for c in file.changes
    ]
