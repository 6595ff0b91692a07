"""Counselling and consent: what was explained and understood, then what the person agrees to, then their way out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from darb.people.actions import give_consents, withdraw_consents
from darb.people.models import Consent
from darb.programmes.voluntary_return_gates import TO_RETURN
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import Spoken, hold, record_encounters, take_step
from .models import Case


@action("cases.counsel")
def counsel(act: Act, spoken: Sequence[Spoken], must_cover: Collection[str]) -> list[Case]:
    """Record complete counselling of each case and move it on.

    `must_cover` are the codes of the items that have to be ticked (truthy) in every answer sheet.
    """
    for s in spoken:
        missing = [code for code in must_cover if not s.answers.get(code)]
        if missing:
            raise Invalid(
                "checklist_incomplete",
                _("Counselling isn't complete: {items} still to be covered."),
                items=", ".join(missing),
            )
    record_encounters(act, spoken)
    held = hold(act, [s.case.pk for s in spoken])
    Case.objects.filter(pk__in=[c.pk for c in held]).update(
        counselled=act.day, counselled_for=F("return_country"), version=F("version") + 1
    )
    first_time = [c for c in held if c.stage == "registered"]
    if first_time:
        take_step(act, first_time, "counsel")
    _about(act, held)
    return held


@action("cases.record_consents")
def record_consents(act: Act, cases: Sequence[Case], consents: Sequence[Consent]) -> list[Case]:
    """Record consents of the persons of `cases`, and take those who agree to return for the first time on."""
    give_consents(act, consents)
    agreed = {c.person_id for c in consents if c.purpose == TO_RETURN}
    held = hold(act, [c.pk for c in cases])
    first_time = [c for c in held if c.stage == "counselled" and c.person_id in agreed]
    if first_time:
        held = take_step(act, first_time, "consent")
    _about(act, held)
    return held


@action("cases.withdraw")
def withdraw(act: Act, case: Case, reason: str, how: str) -> Case:
    """The person no longer wants to return: every consent to it ends, and the case leaves the road.

    For a case that no flight holds; one with a seat withdraws through movements.
    """
    withdraw_consents(act, case.person, [TO_RETURN], how)
    held = take_step(act, [case], "withdraw", reason=reason)[0]
    _about(act, [held])
    return held


def _about(act: Act, cases: Sequence[Case]) -> None:
    act.persons = [c.person_id for c in cases]
    if len(cases) == 1:
        act.subject = cases[0].ref
