"""A sealed record opened in an emergency: with the reason, an alert, and somebody else's review within a day.

From `programmes.md` 2.0.3, rule 5. What was opened is read for an hour, by whoever opened it alone.
"""

from __future__ import annotations

from datetime import timedelta

from darb.cases.actions import hold
from darb.cases.models import Case
from darb.cases.task_actions import ToDo, raise_tasks, tasks_over
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .models import Opening

REVIEW = "review_opening"
REVIEWED_BY = Role.DATA_PROTECTION_FOCAL_POINT
WITHIN = timedelta(days=1)
LEAST_LETTERS = 15
"""Shorter reasons say nothing to whoever reviews them."""


@action("care.open_sealed")
def open_sealed(act: Act, case: Case, reason: str) -> Opening:
    """Open what is sealed of one case; the data-protection focal point is told at once, and reviews it within a day."""
    told = reason.strip()
    if len(told) < LEAST_LETTERS:
        raise Invalid(
            "no_emergency", _("Write who is in danger, and what you must know now: it is reviewed."), field="reason"
        )
    held = hold(act, [case.pk])[0]
    row = Opening.objects.create(
        scope_id=held.scope_id,
        case=held,
        person_id=held.person_id,
        opened_at=act.at,
        opened_by=act.actor.account_id,
        reason=told[:500],
    )
    raise_tasks(act.by_house(), [ToDo(held, REVIEW, REVIEWED_BY, act.day + WITHIN)])
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"opening": row.pk}
    return row


@action("care.review_opening")
def review_opening(act: Act, opening: Opening, justified: bool, words: str) -> Opening:
    """Say whether it was right to open a record, and why. Nobody reviews what they opened themselves."""
    row = Opening.objects.select_for_update(of=("self",)).filter(pk=opening.pk).first()
    if row is None:
        raise Missing("no_opening", _("There is no such entry within your reach."))
    held = hold(act, [row.case_id])[0]
    if row.opened_by == act.actor.account_id:
        raise Refused("own_opening", _("Somebody else must review what you opened."), who=REVIEWED_BY)
    if row.reviewed_at:
        raise Refused("reviewed", _("This was reviewed already."))
    if not words.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="review")
    row.reviewed_at, row.reviewed_by = act.at, act.actor.account_id
    row.justified, row.review = justified, words.strip()[:500]
    row.save()
    if not Opening.objects.filter(case=held, reviewed_at=None).exists():
        tasks_over(act, [held.pk], REVIEW)
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"opening": row.pk, "justified": justified}
    return row
