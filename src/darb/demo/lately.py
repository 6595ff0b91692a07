"""What staff did lately with some of those who wait: home was told, days were agreed, forms were kept, some were
referred, and a sealed record was opened in an emergency."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from darb.care.opening_actions import open_sealed, review_opening
from darb.cases.actions import Spoken
from darb.cases.homecoming_actions import Home, Stretch, Way, end_appointment, make_appointment, tell_home, tell_way
from darb.cases.models import Appointment
from darb.cases.referral_actions import Referred, follow_referral, refer
from darb.events.booking import Booking
from darb.events.lead_actions import record_contact
from darb.events.models import Lead
from darb.people.actions import give_consents, register
from darb.people.family_actions import TO_TRACE
from darb.people.models import BirthPrecision, Consent, Document, Person, Script
from darb.people.proof_actions import picture_document, prove_consents
from darb.people.registration import Registration, ToldName
from darb.places.models import Site
from darb.rules.roles import Role

from .journey import OFFICES, Journey
from .names import NAMING
from .portraits import signed_form

PURPOSES = ("counselling", "photo", "screening", "clinic")
COMES_OF_IT = ("kept", "kept", "missed", "called_off")
FORMS, PAGES = 12, 8
# To whom, for what, how soon, why, of which class; and the states that it has been through since.
REFERRALS = (
    ("Tripoli Medical Centre, admissions", "health", "emergency", "Needs a bed tonight", "D4", ("sent", "accepted")),
    ("National tuberculosis programme", "tb", "urgent", "Coughs since six weeks", "D4", ("sent", "refused")),
    ("Abu Salim Trauma Hospital", "health", "normal", "An old fracture hurts", "D4", ()),
    ("Women's centre, Tripoli", "women", "urgent", "Asks for a safe place", "D6", ("sent", "accepted", "given")),
    ("Legal aid clinic, Tripoli", "legal", "normal", "Wages of four months are owed", "D6", ("sent",)),
)
EMERGENCIES = (
    (2, "In hospital without a word: the surgeon asks whether she takes medicines", "A surgeon asked; it was right."),
    (0, "Threatened at the gate this morning: we must know by whom", ""),
)


def homes(journey: Journey, today: date) -> None:
    """Each of the grown told where home is and who waits there; the first of them also the way here."""
    naming = NAMING[journey.nationality]
    told_on = min(journey.at(-39), _moment(today))
    worker = journey.staff.act(Role.VHR_CASEWORKER, told_on)
    grown = [(c, i) for c, i in zip(journey.cases, journey.people, strict=True) if i.age >= 18]
    for n, (case, invented) in enumerate(grown):
        family = journey.chance.choice(naming.families)[0]
        given = journey.chance.choice(naming.women if n % 2 else naming.men)[0]
        home = Home(
            address=f"{invented.registration.origin_place}, near the market",
            contact_name=f"{given} {family}",
            contact_relation="mother" if n % 2 else "brother",
            contact_phone=f"00{journey.chance.randrange(10**10, 10**11)}" if n % 3 else "",
            contact_may_be_called=n % 3 == 1,
            in_libya_since=worker.day - timedelta(days=journey.chance.randrange(200, 1500)),
            pieces=1 + n % 3,
            language=naming.languages[0],
        )
        tell_home(worker, case, home)
    for case, _invented in grown[:6]:
        spoken = Spoken(case, "way", naming.languages[0])
        stretches = [Stretch("NER", f"{today.year - 3}-04", "Agadez, two months"), Stretch("LBY", f"{today.year - 2}")]
        tell_way(worker, spoken, Way("No work at home", stretches, ("unpaid", "held"), "900 USD, to a driver"))


def appointments(journey: Journey, today: date) -> None:
    """Yesterday some came and some didn't; others are expected today and in the days to come."""
    clerk = journey.staff.act(Role.REGISTRATION_CLERK, _moment(today - timedelta(days=3)))
    office = Site.objects.get(code=f"OFFICE-{OFFICES[journey.airport]}")
    for n, case in enumerate(journey.cases):
        day = today + timedelta(days=(-1, 0, 0, 1, 4)[n % 5])
        at = _moment(day, 7) + timedelta(minutes=20 * (n // 5))
        make_appointment(clerk, case, at, office, PURPOSES[n % len(PURPOSES)])
    past = Appointment.objects.filter(case__in=journey.cases, starts_at__lt=_moment(today, 0)).order_by("pk")
    evening = journey.staff.act(Role.REGISTRATION_CLERK, _moment(today - timedelta(days=1), 15))
    for n, made in enumerate(past):
        end_appointment(evening, made, COMES_OF_IT[n % len(COMES_OF_IT)])


def booked(journey: Journey, leads: list[Lead], today: date) -> None:
    """Of the names left, some are asked to come: yesterday nobody of theirs came, others are expected now."""
    for n, lead in enumerate(leads):
        day = today + timedelta(days=(-1, 0, 0, 2)[n % 4])
        operator = journey.staff.act(Role.HOTLINE_OPERATOR, _moment(today - timedelta(days=1)))
        record_contact(operator, lead, "booked", own_agreement=True, booking=Booking(day))


def forms(journey: Journey, today: date) -> None:
    """The signed form is kept beside the consents of some."""
    worker = journey.staff.act(Role.VHR_CASEWORKER, journey.at(-38))
    for case in journey.cases[:FORMS]:
        given = list(Consent.objects.filter(person=case.person_id, withdrawn=None))
        prove_consents(worker, case.person, given, signed_form(journey.chance))


def pages(journey: Journey, today: date) -> None:
    """The first page of some documents was photographed when they came."""
    officer = journey.staff.act(Role.CONSULAR_OFFICER, journey.at(-21))
    persons = [c.person_id for c in journey.cases[:PAGES]]
    for document in Document.objects.filter(person__in=persons, kind="laissez_passer").order_by("pk"):
        picture_document(officer, document, signed_form(journey.chance))


def referred(journey: Journey, today: date) -> None:
    """Some are referred to who can help better; answers came to some of these."""
    people = Person.objects.in_bulk([c.person_id for c in journey.cases])
    grown = [c for c in journey.cases if not c.unaccompanied and people[c.person_id].site_id]
    for n, (to, service, priority, reason, data_class, states) in enumerate(REFERRALS):
        role = Role.PHYSICIAN if data_class == "D4" else Role.PROTECTION_CASEWORKER
        asked = journey.staff.act(role, _moment(today - timedelta(days=2)))
        made = refer(
            asked,
            grown[n % len(grown)],
            Referred(to, service, priority, reason, data_class, ("identity", "needs"), "signature"),
        )
        for state in states:
            answered = journey.staff.act(role, _moment(today - timedelta(days=1)))
            why, outcome = ("no_capacity", "No room before Sunday") if state == "refused" else ("", "")
            made = follow_referral(answered, made, state, why=why, outcome=outcome)


def apart(journey: Journey, today: date) -> None:
    """A brother, a sister and their father were registered at three places; the brother agreed to be put in touch."""
    clerk = journey.staff.act(Role.REGISTRATION_CLERK, _moment(today - timedelta(days=4)))
    born = {"Salif": 16, "Mariama": 13, "Oumarou": 47}
    files = [
        Registration(
            names=[ToldName(Script.LATIN, given, father, "Maïga", mother)],
            sex=sex,
            nationality="NER",
            site=site,
            birth_date=date(today.year - born[given], 1, 1),
            birth_precision=BirthPrecision.YEAR,
            languages=NAMING["NER"].languages,
            origin_place="Agadez",
        )
        for given, father, mother, sex, site in (
            ("Salif", "Oumarou", "Hadiza", "M", "DC-ZUWARA"),
            ("Mariama", "Oumarou", "Hadiza", "F", "TOWN-SEBHA"),
            ("Oumarou", "Alassane", "Rakia", "M", "DC-TAJOURA"),
        )
    ]
    brother, *_others = register(clerk, files)
    language = NAMING["NER"].languages[0]
    agrees = Consent(person=brother, purpose=TO_TRACE, form="oral", language=language, given=clerk.day)
    give_consents(journey.staff.act(Role.VHR_CASEWORKER, _moment(today - timedelta(days=3))), [agrees])


def opened(journey: Journey, today: date) -> None:
    """Two sealed records were opened in an emergency: one was reviewed, one waits for its review."""
    for case, (ago, reason, review) in zip(journey.cases, EMERGENCIES, strict=False):
        who = Role.PROTECTION_CASEWORKER
        row = open_sealed(journey.staff.act(who, _moment(today - timedelta(days=ago), 6)), case, reason)
        if review:
            reviewer = journey.staff.act(Role.DATA_PROTECTION_FOCAL_POINT, _moment(today - timedelta(days=ago - 1)))
            review_opening(reviewer, row, True, review)


def _moment(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
