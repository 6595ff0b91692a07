"""The rapid screen: what was answered stays closed (D6), what follows from it is set in motion at once."""

from __future__ import annotations

from datetime import timedelta

from darb.programmes.screening import flags, follow_ups
from darb.trust.action import Act, action

from .actions import Spoken, ToDo, hold, raise_tasks, record_encounters
from .asylum_actions import raise_asylum_concern
from .models import Case

FEAR = "fear_at_home"
ALONE = "child_alone"
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
