"""What goes wrong: told by whoever sees it, raised by deeds that tell of it, settled by its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from darb.programmes.incidents import INCIDENTS
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .actions import Ruled, give_verdicts, hold
from .models import Case, Incident, Verdict

PROTECTION, HOLD = "R4", "hold"


@dataclass(frozen=True)
class Told:
    """One thing that went wrong with one case; `about` is what it concerns beside the person, and keeps two apart."""

    case: Case
    code: str
    about: str = ""
    note: str = ""


@action("cases.note_incident")
def note(act: Act, told: Sequence[Told], source: str) -> list[Incident]:
    """Keep what deeds tell of; what is open already for the same case, code and matter isn't kept twice.

    `source` is the power of the deed. Gives the new ones.
    """
    cases = {t.case.pk: t.case for t in told}
    there = set(Incident.objects.filter(case__among=cases, settled_at=None).values_list("case_id", "code", "about"))
    fresh = {(t.case.pk, t.code, t.about): t for t in told if (t.case.pk, t.code, t.about) not in there}
    rows = copy_in([_row(act, t, source) for t in fresh.values()])
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

    Where the catalogue says so, protection's gate is red from here on, until its lead has looked.
    """
    declared = INCIDENTS.get(code)
    if declared is None or not declared.told:
        raise Invalid("no_such_incident", _("Choose from the list what went wrong."), field="code")
    held = hold(act, [case.pk])[0]
    rows = note(act.by_house(), [Told(held, code, about, note_told.strip())], "cases.tell_incident")
    if not rows:
        raise Refused("told_already", _("This is told already, and open: add what you know to it there."))
    stands = Verdict.objects.filter(case=held, gate=PROTECTION, superseded_at=None, granted=False)
    if declared.holds and not stands.exists():
        give_verdicts(act.by_house(), [Ruled(held, PROTECTION, HOLD, reason=code)])
    act.persons, act.subject = [held.person_id], held.ref
    return rows[0]


@action("cases.settle_incident")
def settle(act: Act, incident: Incident, done: str) -> Incident:
    """Say what was done about it, by whoever it belongs to."""
    if not done.strip():
        raise Invalid("done_needed", _("Write what was done about it."), field="done")
    hold(act, [incident.case_id])
    row = Incident.objects.select_for_update().get(pk=incident.pk)
    if row.settled_at:
        raise Refused("settled_already", _("This is settled already."))
    if not act.actor.has(Role(row.owner)):
        raise Forbidden("not_the_owner", _("This belongs to another role."), who=Role(row.owner))
    row.settled_at, row.settled_by, row.done = act.at, act.actor.account_id, done.strip()
    row.save(update_fields=["settled_at", "settled_by", "done"])
    act.persons = [row.person_id]
    act.subject = f"incident:{row.pk}"
    return row


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
