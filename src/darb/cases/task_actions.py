"""Tasks: what somebody in a role has to do about a case by a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from darb.rules.refusal import Forbidden
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .actions import about, hold
from .models import Case, Task


@dataclass(frozen=True)
class ToDo:
    """A task to raise: for which case, of which kind, for which role, due when, and why."""

    case: Case
    kind: str
    role: Role
    due: date
    reason: str = ""


@action("cases.raise_task")
def raise_tasks(act: Act, todos: Sequence[ToDo]) -> list[Task]:
    """Raise tasks; one that is open already for the same case, kind and role isn't raised twice."""
    held = {c.pk: c for c in hold(act, [t.case.pk for t in todos])}
    there = set(Task.objects.filter(case__among=held, done_at=None).values_list("case_id", "kind", "role"))
    rows = copy_in(
        [
            Task(
                scope_id=held[t.case.pk].scope_id,
                case=held[t.case.pk],
                person_id=held[t.case.pk].person_id,
                kind=t.kind,
                role=t.role.value,
                due=t.due,
                reason=t.reason,
                raised_at=act.at,
            )
            for t in todos
            if (t.case.pk, t.kind, t.role.value) not in there
        ]
    )
    about(act, list(held.values()))
    act.detail = {"tasks": sorted({t.kind for t in todos})}
    return rows


def do_task(act: Act, task: Task) -> Task:
    """Say that one task is done."""
    return do_tasks(act, [task])[0]


@action("cases.do_task")
def do_tasks(act: Act, tasks: Sequence[Task]) -> list[Task]:
    """Say that tasks are done, each by a role that it is for."""
    act.within({t.scope_id for t in tasks})
    for task in tasks:
        if not act.actor.has(Role(task.role)):
            raise Forbidden("task_of_other_role", _("This task is for another role."), who=Role(task.role))
        task.done_at, task.done_by = act.at, act.actor.account_id
    Task.objects.filter(pk__in=[t.pk for t in tasks]).update(done_at=act.at, done_by=act.actor.account_id)
    act.persons = [t.person_id for t in tasks]
    act.subject = f"task:{tasks[0].pk}" if len(tasks) == 1 else ""
    act.detail = {"count": len(tasks)}
    return list(tasks)


def tasks_over(act: Act, cases: Collection[int], *kinds: str) -> None:
    """The open tasks of these kinds, of these cases (ids), are done by what `act` did: whatever role they are for."""
    if tasks := list(Task.objects.filter(case__in=cases, kind__in=kinds, done_at=None).order_by("pk")):
        do_tasks(act.by_house(), tasks)
