"""What follows from a call at once: a name taken, protection told, a withdrawal that counts."""

from __future__ import annotations

from datetime import timedelta

from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.counselling_actions import withdraw
from darb.cases.models import Case
from darb.cases.pathways import pathway
from darb.cases.task_actions import ToDo, raise_tasks
from darb.people.actions import withdraw_consents
from darb.people.models import Name
from darb.programmes.voluntary_return_codes import TO_RETURN
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act

from .booking import Booking
from .hotline_models import Caller, CallOutcome, HotlineCall
from .identity_check import Answers, is_known
from .lead_actions import ToldLead, record_contact, take_leads
from .models import Lead, LeadSource, LeadState

WITHDREW_TASK, UNPROVEN_TASK, LOST_TASK = "withdrew_by_phone", "confirm_withdrawal", "contact_lost"
LOST_WITHIN = timedelta(days=1)
HEARD_IN = "hotline"
STEP = "withdraw"


def follow(act: Act, call: HotlineCall, answers: Answers, booking: Booking | None) -> str:
    """Do what follows from a call that was answered; gives the outcome that the call has by then."""
    if call.outcome == CallOutcome.CONCERN and call.case is not None:
        raise_asylum_concern(act, call.case, HEARD_IN, words=call.note)
    elif call.outcome == CallOutcome.WITHDREW:
        return _withdraw(act, call, answers)
    elif call.lead is not None and call.outcome == CallOutcome.BOOKED:
        agrees = call.caller == Caller.SELF
        record_contact(act, call.lead, LeadState.BOOKED, own_agreement=agrees, booking=booking)
    return call.outcome


def take_name(act: Act, call: HotlineCall) -> Lead:
    """Take the name that a call left. The same number and name again is the same lead."""
    told = ToldLead(
        name=call.name,
        nationality=call.nationality,
        site=call.site,
        source=LeadSource.FAMILY if call.caller == Caller.FAMILY else LeadSource.CALL,
        phone=call.number,
        phone_owner=call.phone_owner,
        urgent=call.urgent,
        by_third_person=call.caller != Caller.SELF,
        card_batch=call.card_batch,
        call_unsafe=call.call_unsafe,
        hours=call.hours,
        language=call.language,
    )
    return take_leads(act, [told])[0]


def _withdraw(act: Act, call: HotlineCall, answers: Answers) -> str:
    """End the consent to return of whoever is known by their answers; of whoever isn't, have them asked today.

    The house takes the case off its road: whoever hears a withdrawal has it counted, whatever their role.
    """
    case = call.case
    if case is None:
        raise Refused(
            "withdraw.no_case",
            _("Find the file of the caller first: a withdrawal stops one person's return, and no other's."),
        )
    known = is_known(case.person, case.ref, Name.objects.filter(person=case.person), answers)
    if call.caller != Caller.SELF or not known:
        _ask(act, case, UNPROVEN_TASK, Role.VHR_CASEWORKER)
        return CallOutcome.UNPROVEN
    if case.stage in pathway(case.programme).step(STEP).out_of:
        withdraw(act.by_house(), case, call.note[:200] or _("Said by phone"), "phone")
        return call.outcome
    withdraw_consents(act, case.person, [TO_RETURN], "phone")
    _ask(act, case, WITHDREW_TASK, Role.MOVEMENT_OFFICER)
    _ask(act, case, WITHDREW_TASK, Role.VHR_CASEWORKER)
    return call.outcome


def _ask(act: Act, case: Case, kind: str, role: Role) -> None:
    raise_tasks(act.by_house(), [ToDo(case, kind, role, act.day)])


def contact_lost(act: Act, case: Case) -> None:
    """Propose, as a task, that contact is lost: a caseworker looks at the file and decides."""
    raise_tasks(act.by_house(), [ToDo(case, LOST_TASK, Role.VHR_CASEWORKER, act.day + LOST_WITHIN)])
