"""The open cases of the demonstration: about 3,000 people, each group told as far as it has come.

Some stumble: papers run out, a visa is for another airport, somebody is ill, a centre refuses. So
every gate is red for somebody, for a reason that its page can name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from darb.cases.actions import Ruled, give_verdicts, set_return, take_step
from darb.cases.asylum_actions import raise_asylum_concern, record_joint_counselling, settle_asylum_concern
from darb.cases.counselling_actions import withdraw
from darb.cases.models import ExitVisa
from darb.cases.task_actions import ToDo, raise_tasks
from darb.cases.visa_actions import Answer, answer_visas
from darb.events.embassy_actions import request_documents
from darb.events.lead_actions import ToldLead, take_leads
from darb.movements.actions import lock
from darb.movements.preparing_actions import keep_operator
from darb.movements.standby_actions import name_standby
from darb.movements.transfer_actions import Call, Vehicle, plan_convoy
from darb.people.actions import move, move_documents, register, withdraw_consents
from darb.people.identity_actions import raise_duplicate
from darb.people.models import BirthPrecision, Document, Person, Script
from darb.people.registration import Registration, ToldName
from darb.places.models import Site
from darb.programmes.exit_visa import DISPUTE, NAME, WANTED
from darb.rules.roles import Role

from . import distributing, flights, hotline, lately, releases
from .journey import Journey
from .names import NAMING
from .staff import Staff

After = Callable[[Journey, date], None]


TOMORROW, NEXT_WEEK, NIAMEY, BAMAKO = 201, 202, 203, 206
"""Numbers of the two flights to come."""
AGAIN_AT = "DC-TAJOURA"
FEWEST = 4
"""However small a demonstration is made, each group has as many people as its story needs."""


@dataclass(frozen=True)
class Part:
    """A group of open cases: who, how many, flying in so many days, told until a chapter, and what happened then.

    `valid` are the days of a travel document, `outcome` what the embassy says, `alone` whether all are children alone.
    """

    today: date
    name: str
    nationality: str
    airport: str
    count: int
    flies_in: int
    until: str = ""
    after: After | None = None
    valid: int = 86
    outcome: str = "confirmed"
    alone: bool = False
    edition: int = 0

    def tell(self, chance: random.Random, staff: Staff, photos: list[bytes]) -> None:
        """Tell this group's story until today."""
        journey = Journey(
            chance,
            staff,
            photos,
            self.nationality,
            self.count,
            self.airport,
            self.today + timedelta(days=self.flies_in),
            valid_days=self.valid,
            outcome=self.outcome,
            alone=self.alone,
            edition=self.edition,
        )
        if self.until:
            journey.until(self.until)
        if self.after:
            self.after(journey, self.today)


def scaled(people: int, scale: float) -> int:
    """So many of `people`, or as few as a story can be told of."""
    return people if scale == 1 else max(FEWEST, round(people * scale))


def _moment(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _leads(journey: Journey, today: date) -> None:
    """Names left at sessions and on the hotline this week."""
    operator = journey.staff.act(Role.HOTLINE_OPERATOR, _moment(today - timedelta(days=1), 18))
    naming = NAMING[journey.nationality]
    sites = list(Site.objects.filter(type__in=("official_dc", "urban"), functional=True).order_by("code"))
    told = []
    for _n in range(journey.count):
        site = journey.chance.choice(sites)
        detained = site.type == "official_dc"
        owner = journey.chance.choice(("guard", "friend")) if detained else "self"
        name = f"{journey.chance.choice(naming.men)[0]} {journey.chance.choice(naming.families)[0]}"
        number = f"2189{journey.chance.choice('1245')}{journey.chance.randrange(10**7):07d}"
        told.append(ToldLead(name, journey.nationality, site, "call", phone=number, phone_owner=owner))
    leads = take_leads(operator, told)
    lately.booked(journey, leads[: journey.count // 5], today)
    if journey.edition == 0:
        hotline.tell_week(journey.staff, today)


def _called_today(journey: Journey, today: date) -> None:
    """They are on the called list of today's online session, whose link nobody has checked yet."""
    journey.call(_moment(today, 9), "online")


def _answered_in_part(journey: Journey, today: date) -> None:
    """The authority asks back about some, rejects a few, and waives what it may ask for others."""
    officer = journey.staff.act(Role.EXIT_VISA_OFFICER, _moment(today - timedelta(days=1)))
    waiting = list(ExitVisa.objects.filter(case__in=journey.cases, state="submitted").order_by("pk"))
    queries = [("photo", "The photo is too dark"), (DISPUTE, "A farm owner claims that he paid for his way here")]
    rejected = [(NAME, "The form says Ibrahima, the document Ibrahim"), (WANTED, "Asked for by the prosecution")]
    answers = [
        Answer(visa, state, reason=reason, why=why)
        for visa, (state, (why, reason)) in zip(
            waiting, [("queried", q) for q in queries] + [("rejected", r) for r in rejected], strict=False
        )
    ]
    waived = [Answer(v, "", waiver="granted" if n % 4 else "refused") for n, v in enumerate(waiting[len(answers) : 24])]
    answer_visas(officer, [*answers, *waived])


def _ill(journey: Journey, today: date) -> None:
    """Some are found unfit for now; suspected tuberculosis holds a few."""
    physician = journey.staff.act(Role.PHYSICIAN, _moment(today - timedelta(days=2)))
    codes = ("FTT-3", "FTT-3", "FTT-5", "FTT-4")
    give_verdicts(physician, [Ruled(c, "R9", codes[n % 4]) for n, c in enumerate(journey.cases[::2])])


def _unconfirmed(journey: Journey, today: date) -> None:
    """Some need a wheelchair that the carrier hasn't confirmed."""
    physician = journey.staff.act(Role.PHYSICIAN, _moment(today - timedelta(days=1)))
    until = physician.day + timedelta(days=30)
    give_verdicts(physician, [Ruled(c, "R9", "FTT-2", until, ("wheelchair",)) for c in journey.cases[::12]])
    flights.propose(journey, _moment(today), BAMAKO, 2, 120)


def _to_be_planned(journey: Journey, today: date) -> None:
    """A charter too small for all of them is confirmed, and a carrier offers two more: planning chooses."""
    flights.propose(journey, _moment(today), NIAMEY, 1, 100, confirmed=True)
    flights.propose(journey, _moment(today), NIAMEY + 1, 6, 60)
    flights.propose(journey, _moment(today), NIAMEY + 2, 13, 111)


def _panel_pending(journey: Journey, today: date) -> None:
    """The panel has begun with some of the children, and asks for more; the others haven't been seen."""
    officer = journey.staff.act(Role.CHILD_PROTECTION_OFFICER, _moment(today - timedelta(days=3)))
    give_verdicts(officer, [Ruled(c, "R5", "bid_pending") for c in journey.cases[::2]])


def _other_airport(journey: Journey, today: date) -> None:
    """Their flight is moved to Misrata, and every visa for Mitiga is red at once."""
    worker = journey.staff.act(Role.VHR_CASEWORKER, _moment(today))
    for case in journey.cases:
        case.refresh_from_db()
        set_return(worker, case, expected=case.version, departure_airport="MRA")


def _withdrawn(journey: Journey, today: date) -> None:
    """They changed their minds, and that is that."""
    worker = journey.staff.act(Role.VHR_CASEWORKER, _moment(today - timedelta(days=4)))
    reasons = ("wants to work until the summer", "family says to wait", "no longer wishes to return")
    for n, case in enumerate(journey.cases):
        withdraw(worker, case, reasons[n % 3], "told the caseworker")


def _lapsed(journey: Journey, today: date) -> None:
    """Their consent was withdrawn in words, and the case still waits for a talk."""
    operator = journey.staff.act(Role.VHR_CASEWORKER, _moment(today))
    doubtful = journey.cases[::5]
    for case in doubtful:
        withdraw_consents(operator, case.person, ["voluntary_return"], "told by phone")
    asked = journey.staff.act(Role.VHR_HEAD, _moment(today - timedelta(days=6)))
    due = asked.day + timedelta(days=3)
    raise_tasks(asked, [ToDo(c, "by_hand", Role.VHR_CASEWORKER, due, "talk again in private") for c in doubtful])


def _step(step: str, role: Role, reason: str, review_in: int | None = None) -> After:
    def after(journey: Journey, today: date) -> None:
        review = today + timedelta(days=review_in) if review_in else None
        take_step(
            journey.staff.act(role, _moment(today - timedelta(days=2))),
            journey.cases,
            step,
            reason=reason,
            review_on=review,
        )

    return after


def _moved(journey: Journey, today: date) -> None:
    """A centre was emptied overnight; where its people are is known for some."""
    there = Site.objects.get(code="DC-TRIQ-MATAR")
    liaison = journey.staff.act(Role.DC_LIAISON, _moment(today - timedelta(days=1)))
    persons = list(Person.objects.filter(pk__in=[c.person_id for c in journey.cases]))
    move(liaison, persons, there, liaison.day, "told_by_dc")


def _fear_return(journey: Journey, today: date) -> None:
    """They spoke of fear in counselling: shielded, referred, some settled since."""
    heard = journey.staff.act(Role.VHR_CASEWORKER, _moment(today - timedelta(days=12)))
    lead = journey.staff.act(Role.PROTECTION_LEAD, _moment(today - timedelta(days=5)))
    for n, case in enumerate(journey.cases):
        raise_asylum_concern(heard, case, "counselling", priority="urgent", referral_consent=True)
        if n % 4 == 0:
            settle_asylum_concern(lead, case, n % 8 == 0, "Seen by UNHCR together with us.")


def _jointly_counselled(journey: Journey, today: date) -> None:
    """Joint counselling with UNHCR was cleared for half of them."""
    lead = journey.staff.act(Role.PROTECTION_LEAD, _moment(today - timedelta(days=9)))
    record_joint_counselling(lead, journey.cases[::2], True, "Able and wishing to return")


def _doubted(journey: Journey, today: date) -> None:
    """Each was written down once more by another clerk, as it was heard: they may be one person."""
    clerk = journey.staff.act(Role.REGISTRATION_CLERK, _moment(today))
    people = list(Person.objects.filter(pk__in=[c.person_id for c in journey.cases]).order_by("pk"))
    again = register(clerk, [_heard_again(person) for person in people])
    for one, other in zip(people, again, strict=True):
        raise_duplicate(clerk, one, other, "the names sound the same, the same year of birth")


def _heard_again(person: Person) -> Registration:
    """A person as a clerk with another orthography writes them down: names by ear, only the year of birth."""
    told = person.names.filter(script=Script.LATIN).order_by("pk")[0]
    given, father, family = (_by_ear(part) for part in (told.given, told.father, told.family))
    born = person.birth_date.replace(month=1, day=1) if person.birth_date else None
    return Registration(
        names=[ToldName(Script.LATIN, given, father, family)],
        sex=person.sex,
        nationality=person.nationality,
        site=AGAIN_AT,
        birth_date=born,
        birth_precision=BirthPrecision.YEAR,
        origin_place=person.origin_place,
        languages=person.languages,
    )


def _by_ear(name: str) -> str:
    """A name as somebody writes it who hears it for the first time."""
    for usual, heard in (("ou", "u"), ("dj", "j"), ("é", "e"), ("è", "e"), ("ï", "i"), ("ck", "k"), ("ph", "f")):
        name = name.replace(usual, heard)
    return name[:1] + name[1:].replace("y", "i")


def _ask(journey: Journey, today: date) -> None:
    """The embassy was asked for their documents, and they haven't come."""
    officer = journey.staff.act(Role.CONSULAR_OFFICER, _moment(today - timedelta(days=2)))
    request_documents(officer, journey.nationality, journey.cases)


def _lost(journey: Journey, today: date) -> None:
    """Their documents were lost in a transfer."""
    officer = journey.staff.act(Role.CONSULAR_OFFICER, _moment(today))
    move_documents(officer, list(Document.objects.filter(person__in=[c.person_id for c in journey.cases])), "lost")


def _tomorrow(journey: Journey, today: date) -> None:
    """They fly tomorrow: the manifest is locked, a convoy is planned, and what the carrier takes is known."""
    flight = flights.plan(journey, flights.code(TOMORROW, journey.edition), hour=7)
    flights.seat(journey, flight)
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, _moment(today))
    lock(officer, flight)
    keep_operator(officer, flight.operator, infants_per_adult=2, infants_percent=10, stretchers=1)
    stops = [Site.objects.get(code=code) for code in ("TOWN-TAJOURA", f"AIR-{journey.airport}")]
    calls = [Call(site, flight.departs_at - timedelta(hours=hours)) for site, hours in zip(stops, (6, 4), strict=True)]
    buses = [Vehicle("bus", f"5-{plate}", driver, 55) for plate, driver in ((18802, "Salem"), (18811, "Hadi"))]
    plan_convoy(officer, flight, calls, buses, permit="17/2026", leader="Nuri Shaban")


def _next_week(journey: Journey, today: date) -> None:
    """Their charter's manifest is open; half of them are on it, and some stand by."""
    flight = flights.plan(journey, flights.code(NEXT_WEEK, journey.edition), hour=9)
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, _moment(today))
    singles = [c for c, head in zip(journey.cases, journey.heads, strict=True) if journey.heads.count(head) == 1]
    grown = [c for c in singles if not c.unaccompanied]
    flights.book(officer, flight, [flights.Booking(c) for c in grown[:40]])
    if waiting := grown[40:44]:
        name_standby(officer, flight, waiting)


def _all(*told: After) -> After:
    def after(journey: Journey, today: date) -> None:
        for each in told:
            each(journey, today)

    return after


def parts(today: date, edition: int = 0, scale: float = 1.0) -> list[Part]:
    """Every group of open cases, as of `today`, each `scale` times its size."""
    part = partial(Part, today)
    hold = _step("hold", Role.VHR_CASEWORKER, "waits for a relative", 14)
    lost = _step("lose_contact", Role.VHR_CASEWORKER, "three calls unanswered")
    gone = _step("record_move", Role.VHR_CASEWORKER, "seen boarding a boat")
    found = [
        part("leads", "MLI", "MJI", 60, 47, "", _leads),
        part("just met", "NGA", "MJI", 140, 44, "register"),
        part("registered this week", "NER", "SEB", 130, 41, "register", lately.apart),
        part("registered in Tripoli", "SLE", "MJI", 40, 44, "register", lately.appointments),
        part("perhaps known", "GIN", "MRA", 24, 42, "register", _doubted),
        part("counselled", "GHA", "MJI", 90, 40, "counsel", _all(distributing.tell, lately.homes)),
        part("consented", "SEN", "MJI", 100, 38, "consent", lately.forms),
        part("consent in doubt", "NGA", "BEN", 80, 20, "screen", _lapsed),
        part("consent runs out", "GIN", "MJI", 60, -39, "screen"),
        part("children alone", "GMB", "MJI", 16, 30, "consent", _panel_pending, alone=True),
        part("screened", "TCD", "SEB", 140, 35, "screen", lately.opened),
        part("called today", "GMB", "SEB", 40, 35, "screen", _called_today),
        part("waits for the embassy", "BGD", "MRA", 140, 34, "screen"),
        part("waits for the capital", "BGD", "MJI", 34, 2, "meet_embassy", outcome="pending_capital"),
        part("Somali, jointly counselled", "SOM", "MJI", 60, 36, "consent", _jointly_counselled),
        part("Syrian, waiting for joint counselling", "SYR", "MJI", 50, 38, "consent"),
        part("fear return", "ERI", "MJI", 24, 39, "counsel", _fear_return),
        part("confirmed", "NGA", "MRA", 150, 30, "meet_embassy"),
        part("confirmed lately", "CIV", "MJI", 110, 31, "meet_embassy"),
        part("documents asked for", "GHA", "BEN", 60, 26, "meet_embassy", _ask),
        part("documents here", "MLI", "MJI", 150, 20, "receive_documents", lately.pages),
        part("documents run out", "BFA", "MJI", 70, 6, "settle_the_rest", valid=26),
        part("documents lost", "SDN", "BEN", 40, 15, "receive_documents", _lost),
        part("visas handed in", "NER", "MJI", 140, 16, "apply_for_visas", _answered_in_part),
        part("visas approved", "GIN", "MJI", 120, 9, "receive_visas", releases.tell),
        part("visas for another airport", "SEN", "MJI", 48, 6, "settle_the_rest", _other_airport),
        part("ill", "NGA", "MJI", 44, 6, "settle_the_rest", _all(_ill, lately.referred)),
        part("not released", "GHA", "MJI", 50, 6, "settle_the_rest", releases.refuse),
        part("moved overnight", "SDN", "MJI", 60, 22, "screen", _moved),
        part("ready for Niamey", "NER", "SEB", 120, 5, "settle_the_rest", _to_be_planned),
        part("ready for Lagos", "NGA", "MJI", 140, 6, "settle_the_rest", _next_week),
        part("ready for Bamako", "MLI", "MJI", 90, 4, "settle_the_rest", _unconfirmed),
        part("fly tomorrow", "GMB", "MJI", 112, 1, "settle_the_rest", _all(lately.homes, _tomorrow)),
        part("on hold", "EGY", "BEN", 60, 20, "screen", hold),
        part("withdrawn", "CMR", "MJI", 110, 18, "screen", _withdrawn),
        part("no contact", "NGA", "SEB", 90, 20, "consent", lost),
        part("left by sea", "CIV", "MRA", 60, 24, "counsel", gone),
    ]
    return [replace(p, count=scaled(p.count, scale), edition=edition) for p in found]
