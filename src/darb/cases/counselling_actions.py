"""Counselling and consent: what was explained and understood, then what the person agrees to, then their way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F

from darb.people.actions import give_consents, withdraw_consents
from darb.people.models import Consent
from darb.programmes.counselling import ASYLUM_CONCERN, CHECKLIST, PRESSURE, Item, Kind, concerns
from darb.programmes.voluntary_return_codes import TO_RETURN
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import Ruled, Spoken, about, give_verdicts, hold, record_encounters, take_step
from .asylum_actions import raise_asylum_concern
from .models import Case


@action("cases.counsel")
def counsel(act: Act, spoken: Sequence[Spoken]) -> list[Case]:
    """Record complete counselling of each case and move it on.

    Answers are by the codes of the checklist: what is explained, taught back or observed must be ticked,
    what is asked must be answered (True: yes). A fear of return or a wish to speak with UNHCR freezes
    travel and embassy contact at once; a sign of pressure puts the consent in doubt.
    """
    for s in spoken:
        missing = [i.code for i in CHECKLIST if not _covered(i, s.answers)]
        if missing:
            raise Invalid(
                "checklist_incomplete",
                _("Counselling isn't complete: {items} still to be covered."),
                items=", ".join(missing),
            )
    record_encounters(act, spoken)
    held = {c.pk: c for c in hold(act, [s.case.pk for s in spoken])}
    Case.objects.filter(pk__among=held).update(
        counselled=act.day, counselled_for=F("return_country"), version=F("version") + 1
    )
    first_time = [c for c in held.values() if c.stage == "registered"]
    if first_time:
        take_step(act, first_time, "counsel")
    raised = {s.case.pk: concerns({k: v is True for k, v in s.answers.items()}) for s in spoken}
    pressed = [held[pk] for pk, found in raised.items() if PRESSURE in found]
    if pressed:
        give_verdicts(act.by_house(), [Ruled(c, "R2", "pressure_suspected") for c in pressed])
    for pk, found in raised.items():
        if ASYLUM_CONCERN in found:
            raise_asylum_concern(act, held[pk], "counselling")
    about(act, list(held.values()))
    return list(held.values())


def _covered(item: Item, answers: Mapping[str, object]) -> bool:
    answer = answers.get(item.code)
    return answer not in (None, "") if item.kind == Kind.ASK else bool(answer)


@action("cases.record_consents")
def record_consents(act: Act, cases: Sequence[Case], consents: Sequence[Consent]) -> list[Case]:
    """Record consents of the persons of `cases`, and take those who agree to return for the first time on."""
    give_consents(act, consents)
    agreed = {c.person_id for c in consents if c.purpose == TO_RETURN}
    held = hold(act, [c.pk for c in cases])
    first_time = [c for c in held if c.stage == "counselled" and c.person_id in agreed]
    if first_time:
        held = take_step(act, first_time, "consent")
    about(act, held)
    return held


@action("cases.withdraw")
def withdraw(act: Act, case: Case, reason: str, how: str) -> Case:
    """The person no longer wants to return: every consent to it ends, and the case leaves the road.

    For a case that no flight holds; one with a seat withdraws through movements.
    """
    withdraw_consents(act, case.person, [TO_RETURN], how)
    held = take_step(act, [case], "withdraw", reason=reason)[0]
    about(act, [held])
    return held
