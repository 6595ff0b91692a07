"""The seeds of the bench: a few hundred people taken along the road by the rooms' own actions.

`bench_ground` copies them by the hundred thousand. Since every row of a seed was written by an action,
the copies' readiness rows agree with their facts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from uuid import uuid4

from darb.cases.actions import Ruled, Spoken, give_verdicts, refresh_readiness, take_step
from darb.cases.counselling_actions import counsel, record_consents
from darb.cases.models import Case, ExitVisa
from darb.cases.registration_actions import Telling, register_with_cases
from darb.cases.task_actions import ToDo, raise_tasks
from darb.cases.visa_actions import Answer, answer_visas, submit_visas
from darb.people.actions import record_documents, take_photos, verify_nationality
from darb.people.models import Consent, Document, Person, Phone
from darb.people.registration import Registration, ToldName, ToldPhone
from darb.places.models import Site
from darb.programmes.counselling import CHECKLIST, Kind
from darb.programmes.joint_counselling import needs_joint_counselling
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.models import Account
from darb.trust.queries import HOUSE

PROGRAMME = "voluntary-return"
DAY = date(2019, 6, 3)
"""The day on which everything is asked."""
OFFICE = "SEB"
AIRPORT = "MJI"
NATIONALITIES = ["NER", "NGA", "MLI", "EGY", "TCD", "GMB", "GIN", "SEN", "GHA", "CIV", "BGD", "BFA", "CMR", "SLE"]
LEVELS = 8
"""How far along the road seeds have come: from just registered (0) to ready to fly (7)."""

_PIXEL = b"\x89PNG\r\n\x1a\n"


def at(days: int = 0) -> datetime:
    """Nine in the morning, so many days before DAY."""
    return datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=UTC) - timedelta(days=days)


def open_accounts() -> dict[str, Account]:
    """Those who ask: one who sees the whole mission, one who sees an office, one who registers."""
    found = {}
    for username, role, office in (
        ("whole", Role.VHR_CASEWORKER, ""),
        ("office", Role.VHR_CASEWORKER, OFFICE),
        ("clerk", Role.REGISTRATION_CLERK, ""),
    ):
        found[username] = open_account(Act(HOUSE, at(), uuid4()), username, username.title(), uuid4().hex)
        grant(Act(HOUSE, at(), uuid4()), username, [role], office=office)
    return found


def plant(count: int, batches: int, progress: Callable[[int, int], None]) -> None:
    """Take `count` people along the road in batches that began on different days."""
    chance = random.Random(2019)
    sites = list(Site.objects.exclude(type__in=("airport", "port")).order_by("code"))
    each = -(-count // batches)
    for batch in range(batches):
        progress(batch, batches)
        _Batch(chance, sites, each, 12 + batch * 70 // batches).walk()
    # The night before the day on which everything is asked, as every night.
    refresh_readiness(Act(HOUSE, at(), uuid4()), 0, 2 * count)
    progress(batches, batches)


def registrations(count: int, site_codes: Sequence[str], chance: random.Random) -> list[Registration]:
    """So many people as a clerk types them in: names, a birth date, a phone for two in three."""
    return [_registration(chance, chance.choice(site_codes), n) for n in range(count)]


def _registration(chance: random.Random, site: str, number: int) -> Registration:
    age = chance.randint(1, 16) if number % 12 == 11 else chance.randint(19, 45)
    names = [chance.choice(_NAMES) for _n in range(3)]
    return Registration(
        names=[ToldName("L", *names)],
        sex="F" if number % 9 == 4 else "M",
        nationality=NATIONALITIES[number % len(NATIONALITIES)],
        site=site,
        birth_date=DAY - timedelta(days=age * 365 + chance.randint(0, 300)),
        languages=("fra",),
        phones=(ToldPhone(f"2189{chance.randrange(10**8):08d}", safe_to_call=True),) if number % 3 else (),
    )


_NAMES = [
    "Moussa",
    "Ibrahim",
    "Amadou",
    "Fatima",
    "Mariam",
    "Ousmane",
    "Issa",
    "Adama",
    "Kadiatou",
    "Boubacar",
    "Aminata",
    "Hassan",
    "Ali",
    "Yusuf",
    "Salif",
    "Awa",
    "Blessing",
    "Emeka",
    "Sunday",
    "Kofi",
    "Lamin",
    "Modou",
    "Alieu",
    "Bakary",
    "Oumar",
    "Sékou",
    "Drissa",
    "Seydou",
    "Mahamat",
    "Idriss",
    "Zara",
    "Halima",
]


class _Batch:
    """People who were registered on one day; those in place n of eight come n steps further."""

    def __init__(self, chance: random.Random, sites: Sequence[Site], count: int, days_ago: int) -> None:
        self.chance, self.days_ago = chance, days_ago
        # Some places hold many more people than others.
        codes = [sites[int(len(sites) * chance.random() ** 2)].code for _n in range(count)]
        act = Act(HOUSE, at(days_ago), uuid4())
        tellings = [
            Telling(_registration(chance, code, n), return_airport="", departure_airport=AIRPORT)
            for n, code in enumerate(codes)
        ]
        self.cases = register_with_cases(act, PROGRAMME, tellings)

    def walk(self) -> None:
        """Each level's deed, with those who come as far."""
        for level, deed in enumerate(
            (self._photograph, self._counsel, self._consent, self._screen, self._papers, self._visas, self._examine), 1
        ):
            as_far = [c for c, reached in zip(self.cases, self._levels(), strict=True) if reached >= level]
            if as_far:
                deed(as_far, max(self.days_ago - level, 0))
        tasks = [ToDo(c, "call_back", Role.VHR_CASEWORKER, DAY + timedelta(days=n % 9)) for n, c in self._some(3)]
        raise_tasks(Act(HOUSE, at(), uuid4()), tasks)

    def _levels(self) -> list[int]:
        return list(islice(cycle(range(LEVELS)), len(self.cases)))

    def _some(self, every: int) -> list[tuple[int, Case]]:
        return [(n, c) for n, c in enumerate(self.cases) if n % every == 0]

    def _photograph(self, cases: list[Case], days: int) -> None:
        people = Person.objects.filter(pk__in=[c.person_id for c in cases])
        take_photos(Act(HOUSE, at(days), uuid4()), [(p, _PIXEL + p.ref.encode()) for p in people])

    def _counsel(self, cases: list[Case], days: int) -> None:
        answers = {i.code: i.kind != Kind.ASK or i.code == "V3" for i in CHECKLIST} | {"V1": "family"}
        counsel(Act(HOUSE, at(days), uuid4()), [Spoken(c, "counselling", "fra", answers) for c in cases])

    def _consent(self, cases: list[Case], days: int) -> None:
        act = Act(HOUSE, at(days), uuid4())
        young = set(
            Person.objects.filter(
                pk__in=[c.person_id for c in cases], birth_date__gt=DAY - timedelta(days=18 * 366)
            ).values_list("pk", flat=True)
        )
        consents = [
            Consent(
                person_id=c.person_id,
                purpose=purpose,
                form="proxy" if c.person_id in young else "signature",
                language="fra",
                given=act.day,
            )
            for c in cases
            for purpose in CONSENT_PURPOSES
        ]
        take_step(Act(HOUSE, at(days), uuid4()), record_consents(act, cases, consents), "open_tracks")

    def _screen(self, cases: list[Case], days: int) -> None:
        born = dict(Person.objects.filter(pk__in=[c.person_id for c in cases]).values_list("pk", "birth_date"))
        young = [c for c in cases if born[c.person_id] > DAY - timedelta(days=18 * 366)]
        given = [Ruled(c, "R4", "cleared") for c in cases] + [Ruled(c, "R5", "bip_cleared") for c in young]
        _give(given, days)

    def _papers(self, cases: list[Case], days: int) -> None:
        act = Act(HOUSE, at(days), uuid4())
        people = {p.pk: p for p in Person.objects.filter(pk__in=[c.person_id for c in cases])}
        for country in {p.nationality for p in people.values()}:
            assert not needs_joint_counselling(country)
            verify_nationality(
                Act(HOUSE, at(days), uuid4()), [p for p in people.values() if p.nationality == country], country
            )
        documents = [
            Document(
                person_id=c.person_id,
                kind="laissez_passer",
                number=f"{people[c.person_id].nationality}{self.days_ago:02d}{n:04d}",
                country=people[c.person_id].nationality,
                issued=act.day,
                expires=act.day + timedelta(days=(30, 90)[n % 2] + n % 20),
                state="in_custody",
                received=act.day,
            )
            for n, c in enumerate(cases)
        ]
        record_documents(act, documents)

    def _visas(self, cases: list[Case], days: int) -> None:
        act = Act(HOUSE, at(days), uuid4())
        submit_visas(act, cases, AIRPORT, "Passports and Nationality Authority", "TIP")
        act = Act(HOUSE, at(days), uuid4())
        pending = ExitVisa.objects.filter(case__in=cases).order_by("pk")
        lasts = timedelta(days=60)
        answers = [Answer(v, "approved", f"V{v.pk:08d}", act.day, act.day + lasts) for v in pending]
        answer_visas(act, answers)

    def _examine(self, cases: list[Case], days: int) -> None:
        held = [Ruled(c, "R10", "handover_agreed") for c in cases if c.detained]
        rest = [Ruled(c, gate, code) for c in cases for gate, code in (("R11", "acknowledged"), ("R14", "funded"))]
        fit = [Ruled(c, "R9", "FTT-1", DAY + timedelta(days=n % 25)) for n, c in enumerate(cases)]
        _give(held + rest + fit, days)


def _give(given: list[Ruled], days: int) -> None:
    give_verdicts(Act(HOUSE, at(days), uuid4()), given)


def phone_of_somebody() -> str:
    """A number that some person in sight has."""
    return str(Phone.objects.order_by("pk")[1000].number)
