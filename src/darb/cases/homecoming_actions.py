"""What a person tells of home and of the way here, and when they come to us next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from darb.people.models import Relation
from darb.places.models import Country, Site
from darb.programmes.homecoming import APPOINTMENTS, ON_THE_WAY
from darb.rules.names import digits
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import Spoken, hold, record_encounters
from .asylum_actions import raise_asylum_concern
from .homecoming_models import Appointment, CameOfIt, Homecoming
from .models import Case, Encounter
from .task_actions import ToDo, raise_tasks

WITH_UNHCR = "with_unhcr"
MOST_PIECES = 20
FARTHEST = timedelta(days=183)
"""Nobody is given an appointment later than half a year from now: a slip of the hand."""
MISSED_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Home:
    """Home, as told. `in_libya_since`: any day of the month that was told; `pieces`: of luggage."""

    address: str = ""
    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""
    contact_may_be_called: bool = False
    in_libya_since: date | None = None
    helped_before: str = ""
    pieces: int | None = None
    language: str = ""
    interpreter: str = ""


@action("cases.tell_home")
def tell_home(act: Act, case: Case, home: Home) -> Homecoming:
    """Keep what the person told of home; what was told before stays beside it, and the newest counts."""
    held = hold(act, [case.pk])[0]
    phone, since = digits(home.contact_phone), home.in_libya_since
    if home.contact_phone and not 6 <= len(phone) <= 15:
        raise Invalid(
            "bad_phone",
            _("A phone number has 6 to 15 digits: check {number}."),
            field="contact_phone",
            number=home.contact_phone,
        )
    if home.contact_may_be_called and not phone:
        raise Invalid("no_number_to_call", _("Write the number of whom we may call."), field="contact_phone")
    if home.contact_relation and home.contact_relation not in Relation.values:
        raise Invalid("bad_relation", _("Choose who that is to the person."), field="contact_relation")
    if since and since > act.day:
        raise Invalid("since_in_future", _("That month has not come yet: check it."), field="in_libya_since")
    if home.pieces is not None and not 0 <= home.pieces <= MOST_PIECES:
        raise Invalid(
            "bad_pieces", _("Count between 0 and {most} pieces of luggage."), field="pieces", most=MOST_PIECES
        )
    told = Homecoming(
        scope_id=held.scope_id,
        case=held,
        person_id=held.person_id,
        address=home.address.strip(),
        contact_name=home.contact_name.strip(),
        contact_relation=home.contact_relation,
        contact_phone=phone,
        contact_may_be_called=home.contact_may_be_called,
        in_libya_since=since.replace(day=1) if since else None,
        helped_before=home.helped_before.strip(),
        pieces=home.pieces,
        language=home.language,
        interpreter=home.interpreter.strip(),
        at=act.at,
        account_id=act.actor.account_id,
    )
    told.save()
    act.persons, act.subject = [held.person_id], held.ref
    return told


@dataclass(frozen=True)
class Stretch:
    """A country on the way (alpha-3), since when ("2018" or "2018-03", as far as it is known), and what happened."""

    country: str
    since: str = ""
    words: str = ""


@dataclass(frozen=True)
class Way:
    """The way here: why somebody left, country by country, what happened (codes of `ON_THE_WAY`), what was paid to
    whom, what is still owed to whom, and how often they were stopped at sea.
    """

    reason_left: str = ""
    stretches: Sequence[Stretch] = ()
    events: Sequence[str] = ()
    paid: str = ""
    owes: str = ""
    intercepted: int = 0


@action("cases.tell_way")
def tell_way(act: Act, spoken: Spoken, way: Way, *, with_unhcr: bool | None = None) -> Encounter:
    """Keep the way here as a conversation that only those read who work on protection.

    `with_unhcr`: whether UNHCR registered the person here; None: not asked. A yes closes the file to embassies until
    protection has spoken with them, as a wish for protection does.
    """
    if unknown := set(way.events) - set(ON_THE_WAY):
        raise Invalid("bad_event", _("{code} is nothing of the list."), field="events", code=min(unknown))
    if not 0 <= way.intercepted <= 50:
        raise Invalid("bad_count", _("Count how often, with a whole number."), field="intercepted")
    codes = {s.country for s in way.stretches}
    known = set(Country.objects.filter(pk__in=codes).values_list("pk", flat=True))
    for code in sorted(codes - known):
        raise Invalid("no_country", _("{code} is not a country's three-letter code."), code=code or "''")
    answers = {
        "reason_left": way.reason_left.strip(),
        "way": [{"country": s.country, "since": s.since, "words": s.words.strip()} for s in way.stretches],
        "events": [code for code in ON_THE_WAY if code in way.events],
        "paid": way.paid.strip(),
        "owes": way.owes.strip(),
        "intercepted": way.intercepted,
    }
    if not any(answers.values()) and with_unhcr is None:
        raise Invalid("nothing_told", _("Write at least one thing that the person told."), field="reason_left")
    if with_unhcr is not None:
        answers[WITH_UNHCR] = with_unhcr
    row = record_encounters(act, [replace(spoken, kind="way", answers=answers, data_class="D6")])[0]
    if with_unhcr:
        raise_asylum_concern(act, spoken.case, WITH_UNHCR)
    act.persons, act.subject = [spoken.case.person_id], spoken.case.ref
    return row


@action("cases.make_appointment")
def make_appointment(act: Act, case: Case, starts_at: datetime, place: Site, purpose: str) -> Appointment:
    """Ask a person to come to `place` at a time still to come, for something (a code of `APPOINTMENTS`)."""
    held = hold(act, [case.pk])[0]
    if held.closed:
        raise Refused("case_closed", _("This case is closed."))
    if purpose not in APPOINTMENTS:
        raise Invalid("bad_purpose", _("Choose what the person comes for."), field="purpose")
    if not act.at < starts_at <= act.at + FARTHEST:
        raise Invalid("bad_time", _("Choose a time still to come, within half a year."), field="starts_at")
    if Appointment.objects.filter(case=held, starts_at=starts_at, outcome="").exists():
        raise Refused("there_already", _("The person is expected somewhere at that time already."))
    made = Appointment.objects.create(
        scope_id=held.scope_id,
        case=held,
        person_id=held.person_id,
        starts_at=starts_at,
        place=place,
        purpose=purpose,
        made_at=act.at,
        account_id=act.actor.account_id,
    )
    act.persons, act.subject = [held.person_id], held.ref
    act.detail = {"purpose": purpose, "place": place.code}
    return made


@action("cases.end_appointment")
def end_appointment(act: Act, appointment: Appointment, outcome: str) -> Appointment:
    """Say what came of an appointment. Whoever didn't come is called, and never taken for withdrawn."""
    hold(act, [appointment.case_id])
    held = Appointment.objects.select_for_update(of=("self",)).select_related("case").filter(pk=appointment.pk).first()
    if held is None:
        raise Missing("no_appointment", _("There is no such appointment within your reach."))
    if outcome not in CameOfIt.values:
        raise Invalid("bad_outcome", _("Choose one of the outcomes."), field="outcome")
    if held.outcome:
        raise Refused("ended_already", _("What came of it is recorded already."))
    if outcome != CameOfIt.CALLED_OFF and held.starts_at > act.at + timedelta(hours=12):
        raise Refused("not_yet", _("Its time hasn't come yet: call it off, if it doesn't take place."))
    held.outcome = outcome
    held.save(update_fields=["outcome"])
    if outcome == CameOfIt.MISSED:
        todo = ToDo(held.case, "missed_appointment", Role.VHR_CASEWORKER, act.day + MISSED_WITHIN)
        raise_tasks(act.by_house(), [todo])
    act.persons, act.subject = [held.person_id], held.case.ref
    act.detail = {"outcome": outcome}
    return held
