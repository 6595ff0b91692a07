"""A wish for protection: heard by anyone, known to few, settled by the protection lead.

From the moment it is heard, every row of the person moves behind the shield: those who may not know
of it no longer find a file. No embassy contact is possible while it is open (guard G1).
"""

from __future__ import annotations

from collections.abc import Sequence

from darb.programmes.referral import PRIORITIES, within
from darb.programmes.voluntary_return_gates import JOINT_COUNSELLING
from darb.rules.refusal import Invalid, Missing
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import copy_in
from darb.trust.models import Level

from .actions import hold, take_step
from .models import AsylumConcern, Case, Task, Verdict


@action("cases.raise_asylum_concern")
def raise_asylum_concern(
    act: Act, case: Case, heard_in: str, *, words: str = "", priority: str = "urgent", referral_consent: bool = False
) -> None:
    """Record that the person fears return or wishes for protection; freeze travel and embassy contact at once."""
    if priority not in PRIORITIES:
        raise Invalid("bad_priority", _("Choose emergency, urgent or normal."), field="priority")
    held = hold(act, [case.pk])[0]
    with whole_house():
        scopes.move([held.person_id], level=Level.SHIELDED)
        held.refresh_from_db()
        if not AsylumConcern.objects.filter(case=held, settled_at=None).exists():
            AsylumConcern.objects.create(
                scope_id=held.scope_id,
                case=held,
                person_id=held.person_id,
                heard_in=heard_in,
                words=words,
                raised_at=act.at,
                account_id=act.actor.account_id,
                referral_priority=priority,
                referral_consent=referral_consent,
            )
            Task.objects.create(
                scope_id=held.scope_id,
                case=held,
                person_id=held.person_id,
                kind="refer_to_unhcr",
                role=Role.PROTECTION_LEAD,
                due=act.day + within(priority),
                raised_at=act.at,
            )
    act.persons = [held.person_id]
    act.subject = held.ref
    # The log names the deed by a code that doesn't say what was heard.
    act.detail = {"heard_in": heard_in}


@action("cases.settle_asylum_concern")
def settle_asylum_concern(act: Act, case: Case, able: bool, record: str) -> Case:
    """Settle every open concern of a case: able to return and still wishing to, or referred for protection.

    `record` says what was found and by whom. Able lifts the shield; not able takes the case off the road.
    """
    if not record.strip():
        raise Invalid(
            "record_needed", _("Write what was found, and by whom: it stays with the decision."), field="record"
        )
    held = hold(act, [case.pk])[0]
    settled = AsylumConcern.objects.filter(case=held, settled_at=None).update(
        settled_at=act.at,
        settled_as="able" if able else "upheld",
        settled_by=act.actor.account_id,
        record=record,
    )
    if not settled:
        raise Missing("no_concern", _("Nothing is open here that could be settled."))
    if able:
        with whole_house():
            scopes.move([held.person_id], level=Level.OPEN)
    elif held.stage != "referred_to_unhcr":
        take_step(act, [held], "refer_unhcr", reason=record[:200])
    held.refresh_from_db()
    act.persons = [held.person_id]
    act.subject = held.ref
    return held


@action("cases.record_joint_counselling")
def record_joint_counselling(act: Act, cases: Sequence[Case], cleared: bool, reason: str) -> list[Verdict]:
    """Record the outcome of joint counselling with UNHCR, which stands before any embassy contact."""
    held = hold(act, [c.pk for c in cases])
    Verdict.objects.filter(case__among=held, gate=JOINT_COUNSELLING, superseded_at=None).update(superseded_at=act.at)
    verdicts = copy_in(
        [
            Verdict(
                scope_id=c.scope_id,
                case=c,
                person_id=c.person_id,
                gate=JOINT_COUNSELLING,
                granted=cleared,
                code="cleared" if cleared else "hold",
                since=act.day,
                reason=reason,
                role=Role.PROTECTION_LEAD,
                account_id=act.actor.account_id,
                at=act.at,
            )
            for c in held
        ]
    )
    act.persons = [c.person_id for c in held]
    act.subject = held[0].ref if len(held) == 1 else ""
    return verdicts
