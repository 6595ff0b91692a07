"""What goes wrong: told by whoever sees it, raised by deeds that tell of it, settled by its owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from darb.programmes.incidents import INCIDENTS
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import copy_in
from darb.trust.scopes import Where, scope_id

from .actions import Ruled, give_verdicts, hold
from .models import Case, Incident, Task, Verdict
from .task_actions import ToDo, raise_tasks

MISSION = Where("", "", "")
"""The scope of what concerns the mission and no person: of those whose reach is every office."""


@dataclass(frozen=True)
class Told:
    """One thing that went wrong with one case; `about` is what it concerns beside the person, and keeps two apart."""

    case: Case
    code: str
    about: str = ""
    note: str = ""


@action("cases.note_incident")
def note(act: Act, told: Sequence[Told], source: str) -> list[Incident]:
    """Keep what deeds tell of, with the tasks that it asks of others; what is open already for the same case, code
    and matter isn't kept twice. `source` is the power of the deed. Gives the new ones.
    """
    cases = {t.case.pk: t.case for t in told}
    there = set(Incident.objects.filter(case__among=cases, settled_at=None).values_list("case_id", "code", "about"))
    fresh = {(t.case.pk, t.code, t.about): t for t in told if (t.case.pk, t.code, t.about) not in there}
    rows = copy_in([_row(act, t, source) for t in fresh.values()])
    if todos := [
        ToDo(t.case, asked.kind, asked.role, act.day + timedelta(days=asked.days))
        for t in fresh.values()
        for asked in INCIDENTS[t.code].asks
    ]:
        raise_tasks(act, todos)
    if alone := [r.case_id for r in rows if INCIDENTS[r.code].alone]:
        Case.objects.filter(pk__among=alone, unaccompanied=False).update(unaccompanied=True, version=F("version") + 1)
    act.persons = [r.person_id for r in rows]
    act.detail = {"codes": sorted({r.code for r in rows if INCIDENTS[r.code].sees == "D1"})}
    return rows


@action("cases.mend_incidents")
def mend(act: Act, told: Sequence[Told]) -> int:
    """Settle what was mended by itself: a new document, a new visa, an answer. Gives how many."""
    matters = {(t.case.pk, t.code, t.about) for t in told}
    there = Incident.objects.filter(case__among={t.case.pk for t in told}, settled_at=None).order_by("pk")
    over = [i for i in there if (i.case_id, i.code, i.about) in matters]
    Incident.objects.filter(pk__among=[i.pk for i in over]).update(settled_at=act.at, settled_by=act.actor.account_id)
    act.persons = [i.person_id for i in over]
    return len(over)


@action("cases.tell_incident")
def tell(act: Act, case: Case, code: str, note_told: str, *, about: str = "") -> Incident:
    """Tell by hand that something went wrong. Raises Invalid for a code that deeds alone tell of, or told already.

    Where the catalogue says so, a gate is red from here on, until whoever may rule on it has looked.
    """
    declared = INCIDENTS.get(code)
    if declared is None or not declared.told:
        raise Invalid("no_such_incident", _("Choose from the list what went wrong."), field="code")
    held = hold(act, [case.pk])[0]
    rows = note(act.by_house(), [Told(held, code, about, note_told.strip())], "cases.tell_incident")
    if not rows:
        raise Refused("told_already", _("This is told already, and open: add what you know to it there."))
    if declared.ruling:
        gate, ruling = declared.ruling
        stands = Verdict.objects.filter(case=held, gate=gate, superseded_at=None, granted=False)
        if not stands.exists():
            give_verdicts(act.by_house(), [Ruled(held, gate, ruling, reason=code)])
    if declared.ends:
        Verdict.objects.filter(case=held, gate=declared.ends, superseded_at=None, granted=True).update(
            superseded_at=act.at
        )
    act.persons, act.subject = [held.person_id], held.ref
    return rows[0]


@action("cases.tell_of_mission")
def tell_of_mission(act: Act, code: str, about: str, note_told: str) -> Incident:
    """Tell by hand of something that concerns the mission and no single person: a line that is down, staff flown out.

    `about` is a flight, a country or an office, and keeps two apart. Raises Invalid for a code that isn't such a thing.
    """
    declared = INCIDENTS.get(code)
    if declared is None or not declared.wide:
        raise Invalid("no_such_incident", _("Choose from the list what went wrong."), field="code")
    row = note_of_mission(act.by_house(), code, about, note_told, "cases.tell_of_mission")
    if row is None:
        raise Refused("told_already", _("This is told already, and open: add what you know to it there."))
    act.subject = f"incident:{row.pk}"
    return row


@action("cases.note_of_mission")
def note_of_mission(act: Act, code: str, about: str, note_told: str, source: str) -> Incident | None:
    """Keep what concerns the mission, once while it is open; gives it, or None where it is kept already."""
    with whole_house():
        scope = scope_id(MISSION)
    with whole_house():  # anew: the scope may have been made just now
        if Incident.objects.filter(case=None, code=code, about=about, settled_at=None).exists():
            return None
        row = Incident(
            scope_id=scope,
            code=code,
            source=source,
            about=about,
            note=note_told.strip()[:300],
            data_class=INCIDENTS[code].sees,
            owner=INCIDENTS[code].owner.value,
            at=act.at,
            due=act.day + timedelta(days=INCIDENTS[code].days),
            account_id=act.actor.account_id,
        )
        row.save()
    act.subject, act.detail = f"incident:{row.pk}", {"codes": [code], "about": about}
    return row


@action("cases.settle_incident")
def settle(act: Act, incident: Incident, done: str) -> Incident:
    """Say what was done about it, by whoever it belongs to, once the tasks that it made for them are done."""
    if not done.strip():
        raise Invalid("done_needed", _("Write what was done about it."), field="done")
    if incident.case_id:
        hold(act, [incident.case_id])
    row = Incident.objects.select_for_update().get(pk=incident.pk)
    if row.settled_at:
        raise Refused("settled_already", _("This is settled already."))
    if not act.actor.has(Role(row.owner)):
        raise Forbidden("not_the_owner", _("This belongs to another role."), who=Role(row.owner))
    if undone := still_asked([row]).get(row.pk):
        raise Refused(
            "tasks_first", _("A task of yours about this is still open: do that first."), who=Role(undone[0].role)
        )
    row.settled_at, row.settled_by, row.done = act.at, act.actor.account_id, done.strip()
    row.save(update_fields=["settled_at", "settled_by", "done"])
    act.persons = [row.person_id] if row.person_id else []
    act.subject = f"incident:{row.pk}"
    return row


def still_asked(incidents: Collection[Incident]) -> dict[int, list[Task]]:
    """By id, the tasks that each incident made for its owner and that aren't done. One query."""
    asked = {i.pk: (i.case_id, _own(i.code)) for i in incidents if i.case_id}
    cases = {case for case, kinds in asked.values() if kinds}
    rows = list(Task.objects.filter(case__among=cases, done_at=None).order_by("due", "pk")) if cases else []
    return {pk: [t for t in rows if t.case_id == case and t.kind in kinds] for pk, (case, kinds) in asked.items()}


def _own(code: str) -> set[str]:
    """The kinds of task that an incident makes for its owner."""
    return {asked.kind for asked in INCIDENTS[code].asks if asked.role == INCIDENTS[code].owner}


def _row(act: Act, told: Told, source: str) -> Incident:
    declared = INCIDENTS[told.code]
    return Incident(
        scope_id=told.case.scope_id,
        case=told.case,
        person_id=told.case.person_id,
        code=told.code,
        source=source,
        about=told.about,
        note=told.note,
        data_class=declared.sees,
        owner=declared.owner.value,
        at=act.at,
        due=act.day + timedelta(days=declared.days),
        account_id=act.actor.account_id,
    )
