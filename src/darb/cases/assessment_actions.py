"""The full assessment: written in private, followed at the pace of its level, and asked of whoever was trafficked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from darb.programmes.assessment import DANGERS, LEVELS, WISHES
from darb.programmes.screening import FULL_ASSESSMENT
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.powers import DataClass

from .actions import Spoken, hold, record_encounters
from .models import Case
from .task_actions import ToDo, raise_tasks, tasks_over

SEE_AGAIN, ASSESS_AGAIN = "see_again", "assess_again"
LONGEST = 2000


@dataclass(frozen=True)
class Assessed:
    """What was found: codes of DANGERS, the level, in words what stands behind it, what helps and what is done, and
    what the person wants (a code of WISHES).
    """

    level: str
    dangers: Collection[str]
    findings: str
    plan: str
    wish: str
    helps: str = ""


@action("cases.assess")
def assess(act: Act, spoken: Spoken, assessed: Assessed) -> Case:
    """Record a full assessment. Who sees the person next, and when it is done anew, follow from its level."""
    if not spoken.private:
        raise Refused("not_private", _("This assessment is done in private or not at all."))
    _check(assessed)
    held = hold(act, [spoken.case.pk])[0]
    answers = {
        "level": assessed.level,
        "dangers": [code for code in DANGERS if code in assessed.dangers],
        "findings": assessed.findings.strip()[:LONGEST],
        "helps": assessed.helps.strip()[:LONGEST],
        "plan": assessed.plan.strip()[:LONGEST],
        "wish": assessed.wish,
    }
    kept = replace(spoken, kind=FULL_ASSESSMENT, answers=answers, data_class=DataClass.PROTECTION.value)
    record_encounters(act, [kept])
    level = LEVELS[assessed.level]
    tasks_over(act, [held.pk], FULL_ASSESSMENT, SEE_AGAIN, ASSESS_AGAIN)
    worker = Role.PROTECTION_CASEWORKER
    raise_tasks(
        act.by_house(),
        [
            ToDo(held, SEE_AGAIN, worker, act.day + level.seen_within),
            ToDo(held, ASSESS_AGAIN, worker, act.day + level.again_within),
        ],
    )
    act.persons, act.subject = [held.person_id], held.ref
    return held


def _check(assessed: Assessed) -> None:
    if assessed.level not in LEVELS:
        raise Invalid("no_level", _("Choose how much is at stake."), field="level")
    if set(assessed.dangers) - set(DANGERS):
        raise Invalid("no_such_danger", _("Choose from the list."), field="dangers")
    if assessed.wish not in WISHES:
        raise Invalid("no_wish", _("Say what the person wants."), field="wish")
    for name, words in (("findings", assessed.findings), ("plan", assessed.plan)):
        if not words.strip():
            raise Invalid("no_words", _("Write it in a few words: the next reader knows nothing else."), field=name)
