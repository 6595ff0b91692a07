"""Calls that reach us: answered, missed, left on the machine; and what follows from each at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from darb.cases.models import Case
from darb.people.actions import hold as hold_persons
from darb.people.models import Person, PhoneOwner
from darb.places.models import Country, Site
from darb.rules.names import digits
from darb.rules.reference import new_reference
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.models import Level

from .booking import Booking
from .callback import CALLBACK_WITHIN, tidy_hours
from .hotline_following import follow, take_name
from .hotline_models import CallEnd, Caller, CallOutcome, Direction, HotlineCall, ReferredTo, Topic
from .identity_check import Answers
from .keeping import at_site
from .lead_actions import next_contact
from .models import NextContact, Urgent
from .numbers import never_called

PASSED_TO: dict[str, tuple[Role, ...]] = {
    ReferredTo.MOBILE_TEAM: (Role.MOBILE_TEAM_MEMBER,),
    ReferredTo.HEALTH: (Role.NURSE, Role.PHYSICIAN),
    ReferredTo.PROTECTION: (Role.PROTECTION_CASEWORKER, Role.PROTECTION_LEAD),
    ReferredTo.CHILD: (Role.CHILD_PROTECTION_OFFICER,),
    ReferredTo.UNHCR: (Role.PROTECTION_LEAD,),
    ReferredTo.CASEWORK: (Role.VHR_CASEWORKER,),
    ReferredTo.MANAGEMENT: (Role.PROGRAMME_MANAGER,),
}
"""Who takes over what is passed on."""
_TO_MANAGEMENT = (Topic.FRAUD, Topic.COMPLAINT)


@dataclass(frozen=True)
class ToldCall:
    """A call as it was told. `site`: where the caller is. `person`: whose file it is about, where that is known."""

    site: Site
    end: str = CallEnd.ANSWERED
    number: str = ""
    phone_owner: str = PhoneOwner.UNKNOWN
    call_unsafe: bool = False
    hours: str = ""
    language: str = ""
    caller: str = Caller.SELF
    name: str = ""
    nationality: str = ""
    topic: str = ""
    urgent: Sequence[str] = ()
    outcome: str = ""
    referred_to: str = ""
    minutes: int | None = None
    private: bool | None = None
    note: str = ""
    card_batch: str = ""
    booking: Booking | None = None
    person: Person | None = None
    answers: Answers = field(default_factory=Answers)


@action("events.record_call")
def record_call(act: Act, told: ToldCall) -> HotlineCall:
    """Keep one call that reached us, and do what follows from it: a name taken, protection told, consent ended.

    A message or a missed call is to be answered within 24 hours where the number may be called; a message with a
    name and a nationality is a lead as well. A fear to return is closed to whoever heard it.
    """
    check(told)
    call = _row(act, told)
    call.lead = take_name(act, call) if _leaves_name(call) else None
    if _wants_us(call) and _may_be_called(call):
        call.callback_due = act.at + CALLBACK_WITHIN
    keep(call)
    act.subject = call.ref
    act.persons = [call.person_id] if call.person_id else []
    act.detail = {"end": call.end, "site": told.site.code}
    settle(act, call, told.answers, told.booking)
    return call


@action("events.take_over_call")
def take_over(act: Act, call: HotlineCall) -> HotlineCall:
    """Say that one's team sees to what a call passed on."""
    held = hold_call(act, call)
    if not held.referred_to or held.taken_over_at:
        raise Refused("call.not_passed", _("Nothing of this call waits to be taken over."))
    if not act.actor.has(*PASSED_TO[held.referred_to]):
        raise Forbidden("call.other_team", _("This was passed to another team."), who=PASSED_TO[held.referred_to][0])
    held.taken_over_at, held.taken_over_by = act.at, act.actor.account_id
    held.save()
    act.persons = [held.person_id] if held.person_id else []
    act.detail = {"passed_to": held.referred_to}
    return held


def settle(act: Act, call: HotlineCall, answers: Answers, booking: Booking | None = None) -> None:
    """Do what follows from a kept call, and keep what became of it."""
    outcome = follow(act, call, answers, booking)
    if outcome != call.outcome:
        call.outcome = outcome
        call.save()


def hold_call(act: Act, call: HotlineCall) -> HotlineCall:
    """Lock a call in sight and within reach for this deed."""
    held = HotlineCall.objects.select_for_update(of=("self",)).select_related("site").filter(pk=call.pk).first()
    if held is None:
        raise Missing("no_call", _("No such call is within your reach."))
    act.within([held.scope_id])
    act.subject = held.ref
    return held


def check(told: ToldCall) -> None:
    """Refuse what can't be right about a call, beside the field it is about."""
    if told.number and not 6 <= len(digits(told.number)) <= 15:
        raise Invalid(
            "bad_phone", _("A phone number has 6 to 15 digits: check {number}."), field="number", number=told.number
        )
    spoke = told.end == CallEnd.ANSWERED
    for value, known, name in (
        (told.end, CallEnd.values, "end"),
        (told.phone_owner, PhoneOwner.values, "phone_owner"),
        (told.caller, Caller.values, "caller"),
        (told.outcome, CallOutcome.values if spoke else [""], "outcome"),
        (told.topic, Topic.values if spoke else ["", *Topic.values], "topic"),
    ):
        if value not in known:
            raise Invalid("bad_call", _("Choose one of the answers offered here."), field=name)
    if set(told.urgent) - set(Urgent.values):
        raise Invalid("bad_urgent", _("Choose what can't wait from the list."), field="urgent")
    if told.outcome == CallOutcome.REFERRED and told.referred_to not in ReferredTo.values:
        raise Invalid("bad_referral", _("Choose to whom this is passed on."), field="referred_to")
    if told.outcome == CallOutcome.BOOKED and told.person is not None:
        raise Invalid(
            "registered_already",
            _("This person is registered already: make an appointment on the page of their case."),
            field="outcome",
        )
    if told.booking is not None and told.outcome != CallOutcome.BOOKED:
        raise Invalid(
            "not_booked", _("Choose that they are booked for registration, or leave the day empty."), field="booked_for"
        )
    if told.outcome in (CallOutcome.LEAD, CallOutcome.BOOKED) and not (told.name.strip() and told.nationality):
        raise Invalid(
            "no_name_told", _("Write the name and the nationality: without them nobody is found."), field="name"
        )
    if told.nationality and not Country.objects.filter(pk=told.nationality).exists():
        raise Invalid(
            "no_country",
            _("{code} is not a country's three-letter code."),
            field="nationality",
            code=told.nationality,
        )


def open_case(person: Person) -> Case | None:
    """The open case of a person, in sight."""
    return Case.objects.filter(person=person, closed=None).order_by("-pk").first()


def _row(act: Act, told: ToldCall) -> HotlineCall:
    person = hold_persons(act, [told.person.pk])[0] if told.person else None
    urgent = list(told.urgent)
    return HotlineCall(
        scope_id=person.scope_id if person else at_site(act, told.site),
        ref=new_reference(),
        at=act.at,
        direction=Direction.INBOUND,
        end=told.end,
        number=digits(told.number),
        phone_owner=told.phone_owner,
        call_unsafe=told.call_unsafe,
        hours=tidy_hours(told.hours),
        language=told.language,
        caller=told.caller,
        name=told.name.strip() or (person.name if person else ""),
        nationality=told.nationality or (person.nationality if person else ""),
        site=told.site,
        topic=told.topic,
        urgent=urgent,
        outcome=told.outcome,
        referred_to=passed_on(told.outcome, told.referred_to, told.topic, urgent),
        minutes=told.minutes,
        private=told.private,
        note=told.note.strip(),
        card_batch=told.card_batch.strip().upper(),
        person=person,
        case=open_case(person) if person else None,
        account_id=act.actor.account_id,
    )


def passed_on(outcome: str, referred_to: str, topic: str, urgent: Sequence[str]) -> str:
    """To whom a call is passed: a fear to UNHCR by protection, a child alone to the child team the same day, a fraud or
    complaint to who runs the programme; else to whom it was said.
    """
    if outcome == CallOutcome.CONCERN:
        return ReferredTo.UNHCR
    if Urgent.CHILD_ALONE in urgent:
        return ReferredTo.CHILD
    if outcome == CallOutcome.REFERRED:
        return referred_to
    return ReferredTo.MANAGEMENT if topic in _TO_MANAGEMENT else ""


def _leaves_name(call: HotlineCall) -> bool:
    """Whether the call leaves a name for us to find: said so, or a message that tells it."""
    named = bool(call.name and call.nationality) and call.person_id is None
    return named and (call.outcome in (CallOutcome.LEAD, CallOutcome.BOOKED) or call.end == CallEnd.VOICEMAIL)


def _wants_us(call: HotlineCall) -> bool:
    again = (CallOutcome.CALL_AGAIN, CallOutcome.CUT_OFF)
    return call.end in (CallEnd.MISSED, CallEnd.VOICEMAIL) or call.outcome in again


def _may_be_called(call: HotlineCall) -> bool:
    unsafe = call.call_unsafe or call.number in never_called([call.number])
    return next_contact(True, call.number, call.phone_owner, unsafe) == NextContact.CALL


def keep(call: HotlineCall) -> None:
    """Write the call; one that tells of a fear behind the shield, where whoever wrote it doesn't look."""
    if call.outcome != CallOutcome.CONCERN or call.case_id:
        call.save()
        return
    with whole_house():
        call.scope_id = scopes.at_level(call.scope_id, Level.SHIELDED)
        call.save()
