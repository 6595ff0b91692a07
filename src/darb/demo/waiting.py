"""The open cases of the demonstration: about 3,000 people, each group told as far as it has come.

Some stumble: papers run out, a visa is for another airport, somebody is ill, a centre refuses. So
every gate is red for somebody, for a reason that its page can name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from darb.cases.actions import Ruled, give_verdicts, set_return, take_step
from darb.cases.asylum_actions import raise_asylum_concern, record_joint_counselling, settle_asylum_concern
from darb.cases.counselling_actions import withdraw
from darb.events.lead_actions import ToldLead, take_leads
from darb.movements.actions import lock
from darb.people.actions import move, move_documents, raise_duplicate, withdraw_consents
from darb.people.models import Document, Person
from darb.places.models import Site
from darb.rules.roles import Role

from . import flights
from .journey import Journey
from .names import NAMING
from .staff import Staff

After = Callable[[Journey, date], None]


@dataclass(frozen=True)
class Part:
    """A group of open cases: who, how many, flying in so many days, told until a chapter, and what happened then."""

    name: str
    today: date
    nationality: str
    airport: str
    count: int
    flies_in: int
    until: str = ""
    after: After | None = None
    valid_days: int = 86

    def tell(self, chance: random.Random, staff: Staff, photos: list[bytes]) -> None:
        """Tell this group's story until today."""
        day = self.today + timedelta(days=self.flies_in)
        journey = Journey(
            chance, staff, photos, self.nationality, self.count, self.airport, day, valid_days=self.valid_days
        )
        if self.until:
            journey.until(self.until)
        if self.after:
            self.after(journey, self.today)


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
    take_leads(operator, told)


def _called_today(journey: Journey, today: date) -> None:
    """They are on today's called list."""
    journey.call(_moment(today, 9))


def _no_release(journey: Journey, today: date) -> None:
    """The centre refuses to hand some over."""
    held = [c for c in journey.cases if c.detained]
    if held:
        liaison = journey.staff.act(Role.DC_LIAISON, _moment(today))
        give_verdicts(liaison, [Ruled(c, "R10", "release_refused") for c in held])


def _ill(journey: Journey, today: date) -> None:
    """Some are found unfit for now; suspected tuberculosis holds a few."""
    physician = journey.staff.act(Role.PHYSICIAN, _moment(today - timedelta(days=2)))
    codes = ("FTT-3", "FTT-3", "FTT-5", "FTT-4")
    give_verdicts(physician, [Ruled(c, "R9", codes[n % 4]) for n, c in enumerate(journey.cases[::2])])


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
    for case in journey.cases[::5]:
        withdraw_consents(operator, case.person, ["voluntary_return"], "told by phone")


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
    """Two registrations that may be one person."""
    clerk = journey.staff.act(Role.REGISTRATION_CLERK, _moment(today))
    people = list(Person.objects.filter(pk__in=[c.person_id for c in journey.cases]).order_by("pk"))
    for one, other in zip(people[::2], people[1::2], strict=False):
        raise_duplicate(clerk, one, other, "same phone, same year of birth")


def _lost(journey: Journey, today: date) -> None:
    """Their documents were lost in a transfer."""
    officer = journey.staff.act(Role.CONSULAR_OFFICER, _moment(today))
    move_documents(officer, list(Document.objects.filter(person__in=[c.person_id for c in journey.cases])), "lost")


def _tomorrow(journey: Journey, today: date) -> None:
    """They fly tomorrow: the manifest is locked."""
    flight = flights.plan(journey, "DRB201", hour=10)
    flights.seat(journey, flight)
    lock(journey.staff.act(Role.MOVEMENT_OFFICER, _moment(today)), flight)


def _next_week(journey: Journey, today: date) -> None:
    """Their charter's manifest is open; half of them are on it."""
    flight = flights.plan(journey, "DRB202", hour=9)
    officer = journey.staff.act(Role.MOVEMENT_OFFICER, _moment(today))
    singles = [c for c, head in zip(journey.cases, journey.heads, strict=True) if journey.heads.count(head) == 1]
    grown = [c for c in singles if not c.unaccompanied]
    flights.book(officer, flight, [flights.Booking(c) for c in grown[:40]])


def parts(today: date) -> list[Part]:
    """Every group of open cases, as of `today`."""

    def part(
        name: str,
        who: str,
        airport: str,
        count: int,
        flies_in: int,
        until: str,
        after: After | None = None,
        valid: int = 86,
    ) -> Part:
        return Part(name, today, who, airport, count, flies_in, until, after, valid)

    return [
        part("leads", "MLI", "MJI", 60, 47, "", _leads),
        part("just met", "NGA", "MJI", 140, 44, "register"),
        part("registered this week", "NER", "SEB", 130, 41, "register"),
        part("perhaps known", "GIN", "MRA", 24, 42, "register", _doubted),
        part("counselled", "GHA", "MJI", 120, 40, "counsel"),
        part("consented", "SEN", "MJI", 130, 38, "consent"),
        part("consent in doubt", "NGA", "BEN", 80, 20, "screen", _lapsed),
        part("screened", "TCD", "SEB", 150, 36, "screen"),
        part("called today", "GMB", "SEB", 40, 35, "screen", _called_today),
        part("waits for the embassy", "BGD", "MRA", 150, 34, "screen"),
        part("Somali, jointly counselled", "SOM", "MJI", 60, 36, "consent", _jointly_counselled),
        part("Syrian, waiting for joint counselling", "SYR", "MJI", 50, 38, "consent"),
        part("fear return", "ERI", "MJI", 24, 39, "counsel", _fear_return),
        part("confirmed", "NGA", "MRA", 160, 30, "meet_embassy"),
        part("confirmed lately", "CIV", "MJI", 110, 31, "meet_embassy"),
        part("documents here", "MLI", "MJI", 150, 20, "receive_documents"),
        part("documents run out", "BFA", "MJI", 70, 9, "settle_the_rest", None, 34),
        part("documents lost", "SDN", "BEN", 40, 15, "receive_documents", _lost),
        part("visas handed in", "NER", "MJI", 140, 16, "apply_for_visas"),
        part("visas approved", "GIN", "MJI", 130, 9, "receive_visas"),
        part("visas for another airport", "SEN", "MJI", 48, 6, "settle_the_rest", _other_airport),
        part("ill", "NGA", "MJI", 44, 7, "settle_the_rest", _ill),
        part("not released", "GHA", "MJI", 50, 6, "settle_the_rest", _no_release),
        part("moved overnight", "SDN", "MJI", 60, 22, "screen", _moved),
        part("ready for Niamey", "NER", "SEB", 120, 5, "settle_the_rest"),
        part("ready for Lagos", "NGA", "MJI", 140, 6, "settle_the_rest", _next_week),
        part("ready for Bamako", "MLI", "MJI", 90, 4, "settle_the_rest"),
        part("fly tomorrow", "GMB", "MJI", 112, 1, "settle_the_rest", _tomorrow),
        part("on hold", "EGY", "BEN", 60, 20, "screen", _step("hold", Role.VHR_CASEWORKER, "waits for a relative", 14)),
        part("withdrawn", "CMR", "MJI", 110, 18, "screen", _withdrawn),
        part(
            "no contact",
            "NGA",
            "SEB",
            90,
            20,
            "consent",
            _step("lose_contact", Role.VHR_CASEWORKER, "three calls unanswered"),
        ),
        part(
            "left by sea",
            "CIV",
            "MRA",
            60,
            24,
            "counsel",
            _step("record_move", Role.VHR_CASEWORKER, "seen boarding a boat"),
        ),
        part("registered in Tripoli", "SLE", "MJI", 40, 44, "register"),
    ]
