"""Referring somebody to another organisation: with consent to what is shared, sent in time, followed until closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from darb.programmes import referral as r
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.powers import DataClass, Sight

from .actions import hold
from .models import Case
from .referral_models import Referral
from .task_actions import ToDo, raise_tasks, tasks_over

D = DataClass
FOLLOW = "follow_referral"
FOLLOWED_BY: dict[str, Role] = {
    D.MEDICAL: Role.NURSE,
    D.PSYCHOSOCIAL: Role.MHPSS_COUNSELLOR,
    D.PROTECTION: Role.PROTECTION_CASEWORKER,
    D.CHILD: Role.CHILD_PROTECTION_OFFICER,
    D.ASYLUM: Role.PROTECTION_LEAD,
}
"""By class of data, who sees to it that a referral is answered."""
DONE_BY: dict[tuple[str, str], str] = {
    (D.ASYLUM, r.SENT): "refer_to_unhcr",
    (D.MEDICAL, r.ACCEPTED): "take_to_hospital",
}
"""The task of another deed that is done once a referral of that class is in that state."""


@dataclass(frozen=True)
class Referred:
    """A referral to make: to whom, for what, how soon, why, and what the person agreed to have told, and how."""

    to: str
    service: str
    priority: str
    reason: str
    data_class: str
    shares: Collection[str]
    consent: str
    caregiver: str = ""


@action("cases.refer")
def refer(act: Act, case: Case, referred: Referred) -> Referral:
    """Make a referral that the person agreed to. Refuses one without consent, or of a class the actor doesn't write."""
    held = hold(act, [case.pk])[0]
    _check(act, held, referred)
    row = Referral.objects.create(
        scope_id=held.scope_id,
        case=held,
        person_id=held.person_id,
        data_class=referred.data_class,
        to=referred.to.strip(),
        service=referred.service,
        priority=referred.priority,
        reason=referred.reason.strip(),
        caregiver=referred.caregiver.strip(),
        shares=[code for code in r.SHARES if code in referred.shares],
        consent=referred.consent,
        consented_on=act.day,
        state=r.CONSENTED,
        due=act.day + r.within(referred.priority),
        made_at=act.at,
        made_by=act.actor.account_id,
        changed_at=act.at,
    )
    if referred.data_class != D.ASYLUM:  # of a wish for protection, a task stands since it was heard
        raise_tasks(act.by_house(), [ToDo(held, FOLLOW, FOLLOWED_BY[row.data_class], row.due)])
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"priority": row.priority}
    return row


@action("cases.follow_referral")
def follow_referral(
    act: Act, referral: Referral, state: str, *, outcome: str = "", why: str = "", expected: int | None = None
) -> Referral:
    """Record where a referral is now: sent, answered, the service given or not, closed. States go forward alone."""
    row = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if row is None:
        raise Missing("no_referral", _("There is no such referral within your reach."))
    if expected is not None and row.version != expected:
        raise Stale("stale_referral", _("Somebody changed this referral since you opened the page: look at it again."))
    held = hold(act, [row.case_id])[0]
    if state not in r.NEXT[row.state]:
        raise Refused("no_such_state", _("From where this referral stands it can't go there."))
    if state == r.REFUSED and why not in r.WHY_REFUSED:
        raise Invalid("no_why", _("Choose why it was refused."), field="why")
    if state in r.SAYS_WHY and not outcome.strip():
        raise Invalid("no_outcome", _("Write what was answered, or what was told back."), field="outcome")
    row.state, row.changed_at, row.version = state, act.at, row.version + 1
    row.outcome = outcome.strip() or row.outcome
    row.why = why if state == r.REFUSED else row.why
    row.sent_at = act.at if state == r.SENT else row.sent_at
    row.save()
    kinds = {DONE_BY.get((row.data_class, state), "")}
    if state in r.ANSWERED and not _waiting(held, row):
        kinds.add(FOLLOW)
    tasks_over(act, [held.pk], *kinds)
    act.persons, act.subject = [held.person_id], held.ref
    return row


def _waiting(case: Case, row: Referral) -> bool:
    """Whether another referral of the same class still waits for its answer."""
    others = Referral.objects.filter(case=case, data_class=row.data_class).exclude(pk=row.pk)
    return others.exclude(state__in=r.ANSWERED).exists()


def _check(act: Act, case: Case, referred: Referred) -> None:
    if referred.data_class not in FOLLOWED_BY or not act.actor.sees(DataClass(referred.data_class), Sight.WRITE):
        raise Forbidden("not_your_class", _("Refer what you work on yourself, or ask whoever does."))
    if not referred.to.strip():
        raise Invalid("no_recipient", _("Write to whom: organisation, and a name there."), field="to")
    if referred.service not in r.SERVICES:
        raise Invalid("no_service", _("Choose a service."), field="service")
    if referred.priority not in r.PRIORITIES:
        raise Invalid("bad_priority", _("Choose emergency, urgent or normal."), field="priority")
    if not referred.reason.strip():
        raise Invalid("no_reason", _("Write why, in words that the person agrees to."), field="reason")
    if not referred.shares or set(referred.shares) - set(r.SHARES):
        raise Invalid("nothing_shared", _("Choose what the person agrees to have told."), field="shares")
    if r.HEALTH in referred.shares and referred.data_class != D.MEDICAL:
        raise Invalid("health_of_clinic", _("What a physician found is referred by the clinic alone."), field="shares")
    if referred.consent not in r.CONSENTS:
        raise Invalid("not_agreed", _("Nobody is referred who didn't agree: ask first."), field="consent")
    if case.unaccompanied and not referred.caregiver.strip():
        raise Invalid(
            "no_caregiver", _("Of a child alone, write who cares for it and whether they know."), field="caregiver"
        )
