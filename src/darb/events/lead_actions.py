"""Leads: somebody would like to hear more. Taken in a minute, found again safely, turned into a registration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from darb.cases.actions import Opening, open_cases, take_step
from darb.cases.models import Case
from darb.cases.pathways import PATHWAYS
from darb.cases.registration_actions import Telling
from darb.people.actions import register
from darb.people.models import NEVER_CALLED, PhoneOwner
from darb.places.models import Country, Site
from darb.rules.names import digits, words
from darb.rules.reference import new_references
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .booking import Booking, book, counted_tries
from .callback import tidy_hours
from .keeping import at_site
from .models import (
    WAITING_LEADS,
    Event,
    EventKind,
    HotlineCall,
    Lead,
    LeadSource,
    LeadState,
    NextContact,
    ReferredTo,
    Urgent,
)
from .numbers import never_called

TRIES = 3
"""Tries at different hours before somebody counts as unreachable (programmes.md 2.1)."""
REGISTER = "register"
AFTER_CONTACT = (
    LeadState.CONTACTED,
    LeadState.BOOKED,
    LeadState.DECLINED,
    LeadState.DUPLICATE,
    LeadState.REFERRED,
    LeadState.CLOSED,
)
"""What a lead can be once somebody was reached."""

# Which vulnerability of the case an urgent flag stands for; the child team and the physician see to the rest.
_VULNERABILITY = {Urgent.MEDICAL: "MED", Urgent.PREGNANT: "PLW"}


@dataclass(frozen=True)
class ToldLead:
    """What somebody left with us: the least that is needed to find them again."""

    name: str
    nationality: str
    site: Site
    source: str = LeadSource.SESSION
    event: Event | None = None
    phone: str = ""
    phone_owner: str = PhoneOwner.UNKNOWN
    group_size: int = 1
    urgent: Sequence[str] = ()
    by_third_person: bool = False
    may_contact: bool = True
    card_batch: str = ""
    card_number: int | None = None
    call_unsafe: bool = False
    hours: str = ""
    language: str = ""


@action("events.take_lead")
def take_leads(act: Act, told: Sequence[ToldLead]) -> list[Lead]:
    """Take leads. The same number and name again is the same lead; a card's batch finds the session it came from.

    A guard's or smuggler's phone is never called back: somebody goes there instead.
    """
    for t in told:
        _check(t)
    _known_countries({t.nationality for t in told})
    sessions = _sessions(told)
    phones = {digits(t.phone) for t in told if t.phone}
    waiting, never = _waiting(phones), never_called(phones)
    leads: list[Lead] = []
    fresh: list[Lead] = []
    for t, ref in zip(told, new_references(len(told)), strict=True):
        lead = _same(t, waiting)
        if lead is None:
            lead = _lead(act, t, ref, t.event or _session_of(t, sessions), never)
            fresh.append(lead)
            waiting.append(lead)
        leads.append(lead)
    copy_in(fresh)
    act.subject = leads[0].ref if len(leads) == 1 else ""
    act.detail = {"sources": sorted({t.source for t in told}), "leads": [lead.ref for lead in leads]}
    return leads


@action("events.record_contact")
def record_contact(
    act: Act,
    lead: Lead,
    result: str,
    *,
    own_agreement: bool = False,
    referred_to: str = "",
    booking: Booking | None = None,
) -> Lead:
    """Record what came of a call or visit: a state that a contact leads to, or "no_answer".

    Three tries without an answer, at different hours of the day, make a lead unreachable; who was expected and didn't
    come is tried three times anew. `own_agreement`: the person was asked themselves, and agrees. `referred_to`: to whom
    a name is passed on. `booking`: the day and place, where somebody is booked.
    """
    held = _hold(act, lead)
    if booking is not None and result != LeadState.BOOKED:
        raise Invalid(
            "not_booked", _("Choose that they are booked for registration, or leave the day empty."), field="booked_for"
        )
    if result == LeadState.REFERRED and referred_to not in ReferredTo.values:
        raise Invalid("bad_referral", _("Choose to whom this is passed on."), field="referred_to")
    if result == "no_answer":
        held.tries = [*held.tries, act.at]
        if len({hour_of(at) for at in counted_tries(held)}) >= TRIES:
            held.state = LeadState.UNREACHABLE
    elif result in AFTER_CONTACT:
        if result == LeadState.BOOKED:
            where = held.scope_id
            book(act, held, booking)
            # What was said with it by phone moves with the name.
            HotlineCall.objects.filter(lead=held, scope_id=where).update(scope_id=held.scope_id)
        held.state, held.referred_to = result, referred_to if result == LeadState.REFERRED else ""
        _met(held, act.at)
    else:
        raise Invalid("bad_contact", _("Choose what came of it."), field="result")
    held.own_agreement = held.own_agreement or own_agreement
    held.save()
    act.subject = held.ref
    act.detail = {"result": result}
    return held


@action("events.register_lead")
def register_lead(
    act: Act,
    lead: Lead,
    telling: Telling,
    programme: str,
    *,
    own_agreement: bool = False,
) -> Case:
    """Turn a lead into a registered person with a registered case: one deed.

    `own_agreement`: a lead that somebody else left counts only once the person has agreed themselves.
    """
    held = _hold(act, lead)
    if held.by_third_person and not (held.own_agreement or own_agreement):
        raise Refused(
            "own_agreement",
            _("Somebody else left this name: ask {name} in person, and tick that they agree themselves."),
            name=held.name,
        )
    if programme not in PATHWAYS:
        raise Missing("no_programme", _("There is no such programme."))
    person = register(act, [telling.registration])[0]
    found = {_VULNERABILITY[u] for u in map(Urgent, held.urgent) if u in _VULNERABILITY}
    opening = Opening(
        person,
        telling.return_country or telling.registration.nationality,
        telling.return_area,
        telling.return_airport,
        telling.departure_airport,
        telling.unaccompanied,
        sorted(found | {"UC"} if telling.unaccompanied else found),
    )
    case = take_step(act, open_cases(act, programme, [opening]), REGISTER)[0]
    held.state, held.person, held.case = LeadState.REGISTERED, person, case
    held.scope_id, held.own_agreement = person.scope_id, True
    held.save()
    # What the person said by phone is of their file from now on, and moves with it.
    _met(held, act.at)
    HotlineCall.objects.filter(lead=held).update(person=person, case=case, scope_id=person.scope_id)
    act.persons = [person.pk]
    act.subject = case.ref
    act.detail = {"lead": held.ref}
    return case


def next_contact(may_contact: bool, phone: str, owner: str, unsafe: bool = False) -> str:
    """How somebody is found again: by a call only where the phone is theirs or a friend's to answer, and safe."""
    if not may_contact:
        return NextContact.NONE
    return NextContact.CALL if phone and owner not in NEVER_CALLED and not unsafe else NextContact.VISIT


def hour_of(at: datetime) -> int:
    """The hour of the day where the mission is: tries count when they are at different ones."""
    return localtime(at).hour


def _met(lead: Lead, at: datetime) -> None:
    """Whoever was reached or met waits for no call any more."""
    calls = HotlineCall.objects.filter(lead=lead, callback_due__isnull=False, reached_at=None, given_up_at=None)
    calls.update(reached_at=at)


def _lead(act: Act, t: ToldLead, ref: str, event: Event | None, never: set[str]) -> Lead:
    phone = digits(t.phone)
    return Lead(
        scope_id=at_site(act, t.site),
        ref=ref,
        event=event,
        source=t.source,
        card_batch=t.card_batch.strip().upper(),
        card_number=t.card_number,
        name=t.name.strip(),
        nationality=t.nationality,
        site=t.site,
        phone=phone,
        phone_owner=t.phone_owner,
        group_size=t.group_size,
        urgent=list(t.urgent),
        by_third_person=t.by_third_person,
        own_agreement=not t.by_third_person,
        may_contact=t.may_contact,
        call_unsafe=t.call_unsafe,
        hours=tidy_hours(t.hours),
        language=t.language,
        next_contact=next_contact(t.may_contact, phone, t.phone_owner, t.call_unsafe or phone in never),
        taken_at=act.at,
        account_id=act.actor.account_id,
    )


def _check(t: ToldLead) -> None:
    if not t.name.strip():
        raise Invalid("no_name", _("Write the name, in whatever script it was told."), field="name")
    if t.phone and not 6 <= len(digits(t.phone)) <= 15:
        raise Invalid(
            "bad_phone", _("A phone number has 6 to 15 digits: check {number}."), field="phone", number=t.phone
        )
    if t.source not in LeadSource.values or t.phone_owner not in PhoneOwner.values:
        raise Invalid("bad_lead", _("Choose where the name came from, and whose phone it is."), field="source")
    if set(t.urgent) - set(Urgent.values):
        raise Invalid("bad_urgent", _("Choose what can't wait from the list."), field="urgent")
    if not 1 <= t.group_size <= 200:
        raise Invalid(
            "bad_group", _("A group is 1 to 200 people: take more than one lead for more."), field="group_size"
        )


def _known_countries(codes: set[str]) -> None:
    known = set(Country.objects.filter(pk__in=codes).values_list("pk", flat=True))
    for code in sorted(codes - known):
        raise Invalid(
            "no_country", _("{code} is not a country's three-letter code."), field="nationality", code=code or "''"
        )


def _sessions(told: Sequence[ToldLead]) -> list[Event]:
    """Sessions at which the batches were handed out, the newest first."""
    batches = {t.card_batch.strip().upper() for t in told if t.event is None} - {""}
    events = Event.objects.filter(kind=EventKind.OUTREACH, card_batch__in=batches).order_by("-starts_at", "-pk")
    return list(events) if batches else []


def _session_of(t: ToldLead, sessions: Sequence[Event]) -> Event | None:
    """The session whose cards hold this number, or else the newest one with cards of the batch."""
    of_batch = [e for e in sessions if e.card_batch == t.card_batch.strip().upper()]
    number = t.card_number
    handed = [e for e in of_batch if number and e.card_from and e.card_to and e.card_from <= number <= e.card_to]
    return next(iter(handed or of_batch), None)


def _waiting(phones: set[str]) -> list[Lead]:
    return list(Lead.objects.filter(phone__in=phones, state__in=WAITING_LEADS)) if phones else []


def _same(t: ToldLead, waiting: Sequence[Lead]) -> Lead | None:
    phone, named = digits(t.phone), sorted(words(t.name))
    return next((lead for lead in waiting if phone and lead.phone == phone and sorted(words(lead.name)) == named), None)


def _hold(act: Act, lead: Lead) -> Lead:
    held = Lead.objects.select_for_update().filter(pk=lead.pk).first()
    if held is None:
        raise Missing("no_lead", _("No such name is within your reach."))
    act.within([held.scope_id])
    if held.state not in (*WAITING_LEADS, LeadState.UNREACHABLE):
        raise Refused("lead_done", _("Nothing more is to be done about this name: it is registered or closed."))
    return held
