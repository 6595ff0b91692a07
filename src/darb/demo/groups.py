"""The groups of the demonstration, each told in one deed of the house."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from darb.trust.action import Act, action
from darb.trust.context import acting
from darb.trust.queries import HOUSE

from . import flights, waiting
from .journey import CHAPTERS, Journey
from .portraits import gallery
from .staff import Staff

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
FIRST_AGO, LAST_AGO = 148, 4
"""Days ago of the first and the last charter: from the beginning of a year to the end of May."""


def count(today: date) -> int:
    """How many groups there are to tell."""
    return len(CHARTERS) + len(waiting.parts(today))


def tell(today: date, number: int) -> None:
    """Tell the story of one group: a charter's people, or one of those that wait. The same day, the same story."""
    chance = random.Random(f"{SEED}/{number}")
    at = datetime(today.year, today.month, today.day, 7, tzinfo=UTC)
    with acting(HOUSE):
        if number < len(CHARTERS):
            _bring_home(Act(HOUSE, at), chance, today, number)
        else:
            _wait(Act(HOUSE, at), chance, waiting.parts(today)[number - len(CHARTERS)])


@action("demo.bring_home")
def _bring_home(act: Act, chance: random.Random, today: date, number: int) -> None:
    """One charter's people, from the outreach session to the closed case."""
    nationality, airport, people = CHARTERS[number]
    ago = LAST_AGO + round((len(CHARTERS) - 1 - number) * (FIRST_AGO - LAST_AGO) / (len(CHARTERS) - 1))
    day = today - timedelta(days=ago)
    journey = Journey(chance, Staff(act), _photos(), nationality, people, airport, day)
    journey.until(CHAPTERS[-1])
    flights.fly(journey, f"DRB{101 + number}")
    flights.hand_over(journey)
    act.detail = {"people": people, "day": day.isoformat()}


@action("demo.wait")
def _wait(act: Act, chance: random.Random, part: waiting.Part) -> None:
    """One group of open cases, told as far as it has come."""
    part.tell(chance, Staff(act), _photos())
    act.detail = {"part": part.name}


@lru_cache(maxsize=1)
def _photos() -> list[bytes]:
    return gallery(random.Random(SEED))
