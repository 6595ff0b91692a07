"""Calls that we make: begun only where a call is safe, then told what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q, QuerySet

from darb.people.actions import hold as hold_persons
from darb.people.models import Phone
from darb.rules.reference import new_reference
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action

from .booking import Booking, standing
from .callback import CALLBACK_WITHIN, NEVER, Line, why_not_call
from .hotline_actions import ToldCall, check, hold_call, keep, open_case, passed_on, settle
from .hotline_following import contact_lost, take_name
from .hotline_models import CallEnd, CallOutcome, Direction, HotlineCall
from .identity_check import Answers
from .lead_actions import TRIES, hour_of, record_contact
from .models import WAITING_LEADS, Lead, LeadState, NextContact
from .numbers import never_called

ONE_AT_A_TIME = timedelta(hours=1)
"""How long a call that was begun and not told keeps others from ringing the same number."""

# What a lead is after a call that came to this.
_LEAD_AFTER = {
    CallOutcome.BOOKED: LeadState.BOOKED,
    CallOutcome.DECLINED: LeadState.DECLINED,
}


def line_of(to: Lead | HotlineCall | Phone) -> Line:
    """The number of a lead, a call or a person on file, with what was told about it."""
    if isinstance(to, Lead):
        return Line(to.phone, to.phone_owner, not to.call_unsafe, to.hours)
    if isinstance(to, HotlineCall):
        return Line(to.number, to.phone_owner, not to.call_unsafe, to.hours)
    return Line(to.number, to.owner, to.safe_to_call, to.hours)


@action("events.begin_call")
def begin_call(act: Act, to: Lead | HotlineCall | Phone) -> HotlineCall:
    """Begin a call: to a lead, back to somebody who called, or to a person on file.

    Refuses a number that is never called, one that isn't safe, and any at an hour that isn't; one that somebody is
    ringing already; and a second call before the first is told.
    """
    call = _to(act, to)
    line = line_of(to)
    if refusals := why_not_call(line, act.at):
        raise Refused.because(refusals[0])
    if call.number in never_called([call.number]):
        raise Refused.because(NEVER)
    _one_at_a_time(act, call.number)
    call.save()
    act.subject = call.ref
    act.persons = [call.person_id] if call.person_id else []
    return call


@dataclass(frozen=True)
class CameOf:
    """What came of a call that we made; `answered` is whether somebody spoke with us."""

    answered: bool
    outcome: str = ""
    topic: str = ""
    referred_to: str = ""
    private: bool | None = None
    note: str = ""
    call_unsafe: bool = False
    booking: Booking | None = None
    answers: Answers = field(default_factory=Answers)


@action("events.end_call")
def end_call(act: Act, call: HotlineCall, came: CameOf) -> HotlineCall:
    """Say what came of a call that we made. Three tries at different hours without an answer are given up: a lead is
    unreachable then, and for a case the caseworker is asked whether contact is lost.
    """
    held = hold_call(act, call)
    if held.direction != Direction.OUTBOUND or held.end:
        raise Refused("call.told", _("What came of this call is told already."))
    if held.account_id != act.actor.account_id and not act.actor.house:
        raise Forbidden("call.not_yours", _("Whoever made the call says what came of it."))
    _tell(act, held, came)
    if came.answered:
        _reached(act, held, came)
    else:
        _not_reached(act, held)
    act.persons = [held.person_id] if held.person_id else []
    act.detail = {"end": held.end}
    return held


def _to(act: Act, to: Lead | HotlineCall | Phone) -> HotlineCall:
    """The call that is begun, with what is known of the other end; unsaved."""
    line = line_of(to)
    call = HotlineCall(
        ref=new_reference(),
        at=act.at,
        direction=Direction.OUTBOUND,
        number=line.number,
        phone_owner=line.owner,
        hours=line.hours,
        account_id=act.actor.account_id,
    )
    if isinstance(to, Phone):
        person = hold_persons(act, [to.person_id])[0]
        call.scope_id, call.person, call.case = person.scope_id, person, open_case(person)
        call.name, call.nationality, call.site = person.name, person.nationality, person.site
        call.language = person.languages[0] if person.languages else ""
        return call
    row = _held(act, to)
    for name in ("scope_id", "name", "nationality", "site", "language", "person", "case"):
        setattr(call, name, getattr(row, name))
    call.lead = row if isinstance(row, Lead) else row.lead
    call.answers = row if isinstance(row, HotlineCall) else None
    return call


def _held(act: Act, to: Lead | HotlineCall) -> Lead | HotlineCall:
    if isinstance(to, HotlineCall):
        held = hold_call(act, to)
        if held.callback_due is None or held.reached_at or held.given_up_at:
            raise Refused("call.nobody_waits", _("Nobody waits for this call any more."))
        return held
    lead = Lead.objects.select_for_update(of=("self",)).select_related("site").filter(pk=to.pk).first()
    if lead is None:
        raise Missing("no_lead", _("No such name is within your reach."))
    act.within([lead.scope_id])
    if lead.state not in WAITING_LEADS or lead.next_contact == NextContact.NONE:
        raise Refused("call.nobody_waits", _("Nobody waits for this call any more."))
    return lead


def _one_at_a_time(act: Act, number: str) -> None:
    untold = HotlineCall.objects.filter(direction=Direction.OUTBOUND, end="")
    mine = untold.filter(account_id=act.actor.account_id).first()
    if mine is not None:
        raise Refused("call.untold", _("Say first what came of your call {call}."), call=mine.ref)
    if untold.filter(number=number, at__gt=act.at - ONE_AT_A_TIME).exists():
        raise Refused("call.under_way", _("Somebody of us is calling this number now."))


def _tell(act: Act, held: HotlineCall, came: CameOf) -> None:
    held.end = CallEnd.ANSWERED if came.answered else CallEnd.NO_ANSWER
    check(
        ToldCall(
            held.site,
            end=CallEnd.ANSWERED if came.answered else CallEnd.MISSED,
            outcome=came.outcome,
            topic=came.topic,
            referred_to=came.referred_to,
            name=held.name,
            nationality=held.nationality,
            person=held.person,
        )
    )
    held.outcome, held.topic = came.outcome, came.topic
    held.referred_to = passed_on(came.outcome, came.referred_to, came.topic, ())
    held.private, held.note = came.private, came.note.strip()
    if came.answered:
        held.minutes = ceil((act.at - held.at).total_seconds() / 60)
        again = came.outcome in (CallOutcome.CALL_AGAIN, CallOutcome.CUT_OFF)
        listed = held.lead is not None and held.lead.state == LeadState.NEW  # it waits on the sheet already
        if again and not listed and not came.call_unsafe:
            held.callback_due = act.at + CALLBACK_WITHIN
    if came.outcome in (CallOutcome.LEAD, CallOutcome.BOOKED) and held.lead is None and held.person is None:
        held.lead = take_name(act, held)
    keep(held)


def _reached(act: Act, held: HotlineCall, came: CameOf) -> None:
    lead = held.lead
    waiting = _waiting(held)
    _first_tried(waiting, held)
    if lead is not None and held.outcome == CallOutcome.WRONG_NUMBER:
        Lead.objects.filter(pk=lead.pk, next_contact=NextContact.CALL).update(next_contact=NextContact.VISIT)
    elif lead is not None and held.outcome not in (CallOutcome.CUT_OFF, CallOutcome.CALL_AGAIN):
        booking = came.booking or standing(lead, act.day)
        after = _LEAD_AFTER.get(CallOutcome(held.outcome), LeadState.BOOKED if booking else LeadState.CONTACTED)
        passed = held.referred_to if held.outcome == CallOutcome.REFERRED else ""
        state = LeadState.REFERRED if passed else after
        told = booking if state == LeadState.BOOKED else came.booking
        record_contact(
            act,
            lead,
            state,
            own_agreement=True,
            referred_to=passed,
            booking=told,
        )
    if lead is not None and came.call_unsafe:
        Lead.objects.filter(pk=lead.pk).update(call_unsafe=True, next_contact=NextContact.VISIT)
    if held.outcome != CallOutcome.CUT_OFF:
        waiting.update(reached_at=act.at)
    if held.outcome != CallOutcome.BOOKED:
        settle(act, held, came.answers)


def _not_reached(act: Act, held: HotlineCall) -> None:
    waiting = _waiting(held)
    _first_tried(waiting, held)
    if held.lead is not None and held.lead.person_id is None:
        if record_contact(act, held.lead, "no_answer").state == LeadState.UNREACHABLE:
            waiting.update(given_up_at=act.at)
        return
    if len({hour_of(at) for at in _tries(held)}) < TRIES:
        return
    waiting.update(given_up_at=act.at)
    if held.case is not None and held.case.closed is None:
        contact_lost(act, held.case)


def _same_end(held: HotlineCall) -> Q:
    """Calls with the same person, lead or message."""
    if held.person_id:
        return Q(person=held.person_id)
    return Q(lead=held.lead_id) if held.lead_id else Q(pk=held.answers_id) | Q(answers=held.answers_id)


def _waiting(held: HotlineCall) -> QuerySet[HotlineCall]:
    """Those who wait at the other end of this call to be called back; not this call itself."""
    waits = HotlineCall.objects.filter(callback_due__isnull=False, reached_at=None, given_up_at=None)
    return waits.filter(_same_end(held)).exclude(pk=held.pk)


def _first_tried(waiting: QuerySet[HotlineCall], held: HotlineCall) -> None:
    waiting.filter(called_back_at=None).update(called_back_at=held.at)


def _tries(held: HotlineCall) -> list[datetime]:
    """When we tried in vain since somebody last spoke with us, this call included."""
    calls = HotlineCall.objects.filter(_same_end(held))
    spoke = calls.filter(end=CallEnd.ANSWERED).order_by("-at").values_list("at", flat=True).first()
    tried = calls.filter(direction=Direction.OUTBOUND, end=CallEnd.NO_ANSWER)
    return list((tried.filter(at__gt=spoke) if spoke else tried).values_list("at", flat=True))
