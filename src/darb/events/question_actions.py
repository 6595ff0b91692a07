"""What an embassy asks beyond who somebody is: never answered, kept, and told to whoever must know.

An embassy learns the seven fields of its own consenting nationals and nothing else (`programmes.md` 2.0.3, rule 1),
least of all where a dissident stays. Nobody pays for being heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from darb.cases.models import Task
from darb.cases.task_actions import ToDo, do_tasks, raise_tasks
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .keeping import at_site, hold_event, hold_lines
from .models import Asked, EmbassyQuestion, Event, EventKind, EventState

TOLD_TO: dict[str, Role] = {
    Asked.WHEREABOUTS: Role.PROTECTION_LEAD,
    Asked.OTHER_DATA: Role.PROTECTION_LEAD,
    Asked.MONEY: Role.PROGRAMME_MANAGER,
}
"""Who looks into what an embassy asked; money as any other attempt to sell what is free."""
TASK = "embassy_asked"


@dataclass(frozen=True)
class Question:
    """What was asked (a code of `Asked`), in which words, and about whom on the called list (id of the line), if so.

    Somebody who isn't on the list is named in the words alone: whether we know them is nobody's business here.
    """

    asked: str
    words: str
    line: int | None = None


@action("events.refuse_question")
def refuse_question(act: Act, event: Event, told: Question) -> EmbassyQuestion:
    """Keep what an embassy asked and was refused; its owner is told today."""
    states = (EventState.PLANNED, EventState.OPEN, EventState.CLOSED)
    held = hold_event(act, event, states, kind=EventKind.CONSULAR)
    if told.asked not in Asked.values:
        raise Invalid("bad_question", _("Choose what the embassy asked."), field="asked")
    if not told.words.strip():
        raise Invalid("words_needed", _("Write what was asked, in the embassy's own words."), field="words")
    line = hold_lines(act, held, [told.line])[told.line] if told.line is not None else None
    question = EmbassyQuestion.objects.create(
        scope_id=line.scope_id if line else at_site(act, held.site),
        event=held,
        person_id=line.person_id if line else None,
        case_id=line.case_id if line else None,
        asked=told.asked,
        words=told.words.strip(),
        at=act.at,
        account_id=act.actor.account_id,
        owner=TOLD_TO[told.asked].value,
    )
    if line:
        raise_tasks(act, [ToDo(line.case, TASK, TOLD_TO[told.asked], act.day)])
        act.persons = [line.person_id]
    act.detail = {"asked": told.asked}
    return question


@action("events.settle_question")
def settle_question(act: Act, question: EmbassyQuestion, done: str) -> EmbassyQuestion:
    """Say what was done about it, by the role that it was told to; the task that told of it is done too."""
    if not done.strip():
        raise Invalid("done_needed", _("Write what was done about it."), field="done")
    row = EmbassyQuestion.objects.select_for_update().filter(pk=question.pk).first()
    if row is None:
        raise Missing("no_question", _("There is no such entry within your reach."))
    act.within([row.scope_id])
    if not act.actor.has(Role(row.owner)):
        raise Forbidden("not_the_owner", _("This belongs to another role."), who=Role(row.owner))
    if row.settled_at:
        raise Refused("settled_already", _("This is settled already."))
    row.settled_at, row.settled_by, row.done = act.at, act.actor.account_id, done.strip()
    row.save(update_fields=["settled_at", "settled_by", "done"])
    if row.case_id:
        tasks = Task.objects.filter(case=row.case_id, kind=TASK, role=row.owner, done_at=None)
        if found := list(tasks.order_by("pk")):
            do_tasks(act, found)
    act.persons = [row.person_id] if row.person_id else []
    act.subject = f"question:{row.pk}"
    return row
