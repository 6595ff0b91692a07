"""The rapid screen: what was answered stays closed (D6), what follows from it is set in motion at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from darb.programmes.assessment import REFLECTION
from darb.programmes.screening import (
    AGAIN_WITHIN_DAYS,
    AT_DEPARTURE,
    CANT_ASSESS,
    FULL_ASSESSMENT,
    NO_CONCERN,
    NOT_SAFE,
    PRESUMED,
    RAPID_SCREEN,
    RED_FLAGS,
    TRAFFICKING,
    Question,
    flags,
    follow_ups,
    trafficking_result,
)
from darb.programmes.voluntary_return_codes import SCREENING_RESULTS
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.powers import DataClass

from .actions import Ruled, Spoken, give_verdicts, hold, record_encounters
from .asylum_actions import raise_asylum_concern
from .models import Case, Encounter, Verdict
from .reading import may_be_child
from .signing_actions import second_reader_signs
from .task_actions import ToDo, raise_tasks, tasks_over

FEAR = "fear_at_home"
ALONE = "child_alone"
GUARDIAN = "guardian_found"
RESULT = "result"
SECOND_READING = "sign_trafficking_screen"
GATE, HOLD = "R4", "hold"
# A wish for protection stands behind the shield alone, never among the flags of a case.
SHIELDED_FLAG = "ASY"


@action("cases.screen")
def screen(act: Act, spoken: Spoken, result: str = "") -> Case:
    """Record one screen: the conversation, the flags it sets, who must see the person by when, and its result.

    Answers are by question code, True for yes; `spoken.kind` is "triage" (two minutes, no result) or "screening",
    with a code of SCREENING_RESULTS where it came to one. A child found alone counts as unaccompanied from here on; a
    fear of return freezes travel and embassy contact. Refuses answers to what is asked in private alone where it
    wasn't private, a result that the answers gainsay, and whoever must not interpret.
    """
    answers = {code: answer is True for code, answer in spoken.answers.items()}
    _check_result(answers, result)
    if not spoken.private and (heard := _asked_in_private(answers)):
        raise Invalid(
            "asked_in_hearing",
            _("This is asked only in private, and others could hear: {question}"),
            field=heard.code,
            question=heard.text,
        )
    record_encounters(act, [replace(spoken, answers={**spoken.answers, **({RESULT: result} if result else {})})])
    held = hold(act, [spoken.case.pk])[0]
    found = [flag for flag in flags(answers) if flag != SHIELDED_FLAG]
    held.vulnerabilities = list(dict.fromkeys([*held.vulnerabilities, *found]))
    held.unaccompanied = held.unaccompanied or answers.get(ALONE, False)
    held.version += 1
    held.save(update_fields=["vulnerabilities", "unaccompanied", "version"])
    if wanted := _wanted(act, held, answers, found, result):
        raise_tasks(act.by_house(), wanted)
    if answers.get(FEAR) or result == NOT_SAFE:
        raise_asylum_concern(act, held, "screening")
    act.persons = [held.person_id]
    act.subject = held.ref
    return held


def _check_result(answers: Mapping[str, bool], result: str) -> None:
    if result and result not in SCREENING_RESULTS:
        raise Invalid("no_such_result", _("Choose one of the results."), field=RESULT)
    if result == NO_CONCERN and (flags(answers) or follow_ups(answers)):
        raise Invalid("gainsaid", _("An answer asks for somebody to see the person: that is a concern."), field=RESULT)


def _asked_in_private(answers: Mapping[str, bool]) -> Question | None:
    """The first question answered that is asked in private alone."""
    return next((q for q in RAPID_SCREEN if q.private and q.code in answers), None)


def _wanted(act: Act, case: Case, answers: Mapping[str, bool], found: Collection[str], result: str) -> list[ToDo]:
    """Who must see the person: as the answers ask, a full assessment on a red flag, and as the result asks."""
    wanted = [ToDo(case, "follow_up", f.role, (act.at + timedelta(hours=f.hours)).date()) for f in follow_ups(answers)]
    if RED_FLAGS & set(found):
        wanted.append(ToDo(case, FULL_ASSESSMENT, Role.PROTECTION_CASEWORKER, act.day + timedelta(days=3)))
    if result == AT_DEPARTURE:
        wanted.append(ToDo(case, "set_conditions", Role.PROTECTION_CASEWORKER, act.day + timedelta(days=3)))
    if result == CANT_ASSESS:
        by = act.day + timedelta(days=AGAIN_WITHIN_DAYS)
        wanted.append(ToDo(case, "screen_again", Role.SCREENING_INTERVIEWER, by))
    return wanted


@dataclass(frozen=True)
class TraffickingSigns:
    """What the counter-trafficking screen heard: codes of ACTS, MEANS and PURPOSES."""

    acts: Collection[str] = ()
    means: Collection[str] = ()
    purposes: Collection[str] = ()


@action("cases.screen_trafficking")
def screen_trafficking(act: Act, spoken: Spoken, signs: TraffickingSigns) -> str:
    """Record the counter-trafficking screen, always in private, and what it comes to (a code of TRAFFICKING_RESULTS).

    A second reader signs before it counts (`sign_trafficking`); until then travel waits where trafficking is presumed.
    """
    if not spoken.private:
        raise Refused("not_private", _("This screen is done in private or not at all."))
    held = hold(act, [spoken.case.pk])[0]
    result = trafficking_result(signs.acts, signs.means, signs.purposes, child=may_be_child(held.person, act.day))
    told = {**asdict(signs), RESULT: result, "note": spoken.answers.get("note", "")}
    kept = replace(spoken, kind=TRAFFICKING, answers=told, data_class=DataClass.PROTECTION.value)
    record_encounters(act, [kept])
    raise_tasks(act.by_house(), [ToDo(held, SECOND_READING, Role.PROTECTION_LEAD, act.day + timedelta(days=1))])
    if result == PRESUMED:
        _hold_travel(act, held, act.day + timedelta(days=1))
    act.persons, act.subject = [held.person_id], held.ref
    return result


@action("cases.sign_trafficking")
def sign_trafficking(act: Act, screened: Encounter, agrees: bool, why: str) -> Case:
    """The second reader signs the screen, or doesn't agree and says why. Nobody signs what they wrote themselves.

    Presumed trafficking, once signed, sets the flag and begins a time to recover and reflect; protection decides then.
    """
    row, held = second_reader_signs(act, screened, agrees, why)
    if agrees and row.answers[RESULT] == PRESUMED:
        held.vulnerabilities = list(dict.fromkeys([*held.vulnerabilities, "VOT"]))
        held.version += 1
        held.save(update_fields=["vulnerabilities", "version"])
        ends = act.day + REFLECTION
        _hold_travel(act, held, ends)
        raise_tasks(act.by_house(), [ToDo(held, FULL_ASSESSMENT, Role.PROTECTION_CASEWORKER, ends)])
    tasks_over(act, [held.pk], SECOND_READING)
    act.persons, act.subject = [held.person_id], held.ref
    return held


def _hold_travel(act: Act, case: Case, until: date) -> None:
    """Protection holds travel, unless something firmer stands."""
    stands = Verdict.objects.filter(case=case, gate=GATE, superseded_at=None).first()
    if stands is None or stands.granted or (stands.code == HOLD and (stands.until or until) <= until):
        give_verdicts(act.by_house(), [Ruled(case, GATE, HOLD, until, reason=TRAFFICKING)])


@action("cases.guardian_found")
def guardian_found(act: Act, case: Case, record: str, *, language: str) -> Case:
    """A child who was alone has a parent or guardian here now; `record` says who it is, and how that was verified.

    The best-interests decision that stands stays what it is: with whom the child travels is judged at its gate.
    """
    if not record.strip():
        raise Invalid("no_record", _("Write who the guardian is, and how you verified it."), field="record")
    told = Spoken(case, GUARDIAN, language, {GUARDIAN: record.strip()}, data_class=DataClass.CHILD.value)
    record_encounters(act, [told])
    held = hold(act, [case.pk])[0]
    if not held.unaccompanied:
        raise Invalid("not_alone", _("This person isn't recorded as a child alone."))
    held.unaccompanied = False
    held.version += 1
    held.save(update_fields=["unaccompanied", "version"])
    act.persons, act.subject = [held.person_id], held.ref
    return held
