"""The rapid screen: what was answered stays closed (D6), what follows from it is set in motion at once."""

from __future__ import annotations

from datetime import timedelta

from darb.programmes.screening import flags, follow_ups
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.powers import DataClass

from .actions import Spoken, ToDo, hold, raise_tasks, record_encounters
from .asylum_actions import raise_asylum_concern
from .models import Case

FEAR = "fear_at_home"
ALONE = "child_alone"
GUARDIAN = "guardian_found"
# A wish for protection stands behind the shield alone, never among the flags of a case.
SHIELDED_FLAG = "ASY"


@action("cases.screen")
def screen(act: Act, spoken: Spoken) -> Case:
    """Record one rapid screen: the conversation, the flags it sets, and who must see the person by when.

    Answers are by question code, True for yes. A child found alone counts as unaccompanied from here on; a fear of
    return freezes travel and embassy contact.
    """
    answers = {code: answer is True for code, answer in spoken.answers.items()}
    record_encounters(act, [spoken])
    held = hold(act, [spoken.case.pk])[0]
    found = [flag for flag in flags(answers) if flag != SHIELDED_FLAG]
    held.vulnerabilities = list(dict.fromkeys([*held.vulnerabilities, *found]))
    held.unaccompanied = held.unaccompanied or answers.get(ALONE, False)
    held.version += 1
    held.save(update_fields=["vulnerabilities", "unaccompanied", "version"])
    wanted = [ToDo(held, "follow_up", f.role, (act.at + timedelta(hours=f.hours)).date()) for f in follow_ups(answers)]
    if wanted:
        raise_tasks(act.by_house(), wanted)
    if answers.get(FEAR):
        raise_asylum_concern(act, held, "screening")
    act.persons = [held.person_id]
    act.subject = held.ref
    return held


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
