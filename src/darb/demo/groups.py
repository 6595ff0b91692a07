"""The groups of the demonstration, each told in one deed of the house, and the ground that they share."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from darb.cases.models import VisaForm
from darb.cases.visa_actions import set_form
from darb.movements.models import Flight, ReceivingCapacity
from darb.movements.receiving_actions import agree_capacity
from darb.places.actions import close_route
from darb.places.models import RouteClosure
from darb.places.routes import country_subject
from darb.trust.action import Act, action
from darb.trust.context import acting
from darb.trust.queries import HOUSE

from . import flights, waiting
from .journey import CHAPTERS, Journey
from .portraits import gallery
from .staff import Staff, open_accounts

SEED = 2019

# Nationality, airport of departure, people on each charter: 5,118 in all, the figure of 2019 (mission.md, F12).
CHARTERS: tuple[tuple[str, str, int], ...] = (
    ("NGA", "MJI", 164),
    ("MLI", "MJI", 158),
    ("GIN", "MJI", 149),
    ("NGA", "MRA", 170),
    ("BGD", "MRA", 151),
    ("NER", "SEB", 140),
    ("GMB", "MJI", 144),
    ("SEN", "MJI", 138),
    ("NGA", "BEN", 161),
    ("CIV", "MJI", 132),
    ("SDN", "MJI", 118),
    ("TCD", "SEB", 126),
    ("GHA", "MJI", 147),
    ("MLI", "MRA", 160),
    ("NGA", "MJI", 168),
    ("NER", "MJI", 155),
    ("BFA", "MJI", 121),
    ("GIN", "MRA", 146),
    ("EGY", "BEN", 97),
    ("NGA", "MJI", 172),
    ("BGD", "BEN", 149),
    ("GMB", "MRA", 139),
    ("CMR", "MJI", 112),
    ("MLI", "MJI", 163),
    ("NGA", "SEB", 120),
    ("NER", "SEB", 158),
    ("SEN", "MRA", 133),
    ("GHA", "BEN", 128),
    ("NGA", "MRA", 169),
    ("SDN", "BEN", 122),
    ("CIV", "MRA", 137),
    ("SLE", "MJI", 104),
    ("GIN", "MJI", 151),
    ("TCD", "MJI", 129),
    ("NGA", "MJI", 171),
    ("NER", "MRA", 116),
)
FIRST_AGO, LAST_AGO = 148, 1
"""Days ago of the first and the last charter: from the beginning of a year to the end of May."""
HANDED_OVER_AFTER = 3
"""Days after its flight by which a group is handed over and its cases are closed."""
CLOSED, CLOSED_FOR = country_subject("SDN"), timedelta(days=10)


AGREED = {"NGA": (900, "Mr Bello, Lagos"), "GMB": (400, "Ms Ceesay, Banjul"), "NER": (500, "Ms Garba, Niamey")}
"""What receiving missions agreed to take in 30 days, and with whom."""

FORMS = (("P-14/2018", 300), ("P-14/2019", 20))
"""Versions of the authority's form for exit visas, and since how many days it takes each."""


def count(today: date) -> int:
    """How many groups there are to tell."""
    return len(CHARTERS) + len(waiting.parts(today))


def edition() -> int:
    """How often the demonstration was loaded here before: another time, other people come on other flights."""
    return Flight.objects.filter(code__startswith=f"{flights.CODE}{waiting.TOMORROW}").count()


def prepare(today: date, of: int, part: int) -> None:
    """One of the `of` parts of what stands before the first group: accounts, a country closed for now, and what
    receiving missions agreed to take."""
    at = _morning(today) - timedelta(days=200)
    with acting(HOUSE):
        open_accounts(at, of, part)
        if part == 0 and not RouteClosure.objects.filter(subject=CLOSED).exists():
            close_route(Act(HOUSE, _morning(today)), CLOSED, today, today + CLOSED_FOR, "no landing permits")
        if part == 0 and not VisaForm.objects.exists():
            for version, since in FORMS:
                set_form(Act(HOUSE, at), version, today - timedelta(days=since))
        if part == 0 and not ReceivingCapacity.objects.exists():
            for country, (a_month, agreed_with) in AGREED.items():
                agree_capacity(Act(HOUSE, at), country, a_month, agreed_with)


def tell(today: date, number: int, edition: int = 0, scale: float = 1.0) -> None:
    """Tell the story of one group: a charter's people, or one of those that wait. The same day, the same story."""
    chance = random.Random(f"{SEED}/{edition}/{number}")
    act = Act(HOUSE, _morning(today))
    with acting(HOUSE):
        if number < len(CHARTERS):
            _bring_home(act, chance, today, number, edition, scale)
        else:
            _wait(act, chance, waiting.parts(today, edition, scale)[number - len(CHARTERS)])


@action("demo.bring_home")
def _bring_home(act: Act, chance: random.Random, today: date, number: int, edition: int, scale: float) -> None:
    """One charter's people, from the outreach session to the closed case; the last is home since yesterday."""
    nationality, airport, people = CHARTERS[number]
    people = waiting.scaled(people, scale)
    ago = LAST_AGO + round((len(CHARTERS) - 1 - number) * (FIRST_AGO - LAST_AGO) / (len(CHARTERS) - 1))
    day = today - timedelta(days=ago)
    journey = Journey(chance, Staff(act), _photos(), nationality, people, airport, day, edition=edition)
    journey.until(CHAPTERS[-1])
    flights.fly(journey, flights.code(101 + number, edition))
    if ago >= HANDED_OVER_AFTER:
        flights.hand_over(journey)
    act.detail = {"people": people, "day": day.isoformat()}


@action("demo.wait")
def _wait(act: Act, chance: random.Random, part: waiting.Part) -> None:
    """One group of open cases, told as far as it has come."""
    part.tell(chance, Staff(act), _photos())
    act.detail = {"part": part.name}


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


@lru_cache(maxsize=1)
def _photos() -> list[bytes]:
    return gallery(random.Random(SEED))
