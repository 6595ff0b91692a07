"""Invents the people of the demonstration: alone or in families, with ages, places and phones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from darb.people.models import BirthPrecision
from darb.people.registration import Registration, ToldName, ToldPhone

from .names import NAMING, Naming

DETAINED_SHARE = 0.47
"""Of returnees, those who came from detention (programmes.md 2.2: about 47 %)."""
YOUNG_WOMAN_SHARE = 0.14
ALIAS_SHARE, WITHHELD_SHARE = 0.03, 0.04
CENTRES = {
    "MJI": (
        "DC-TARIQ-SIKKA",
        "DC-TAJOURA",
        "DC-ABU-SALIM",
        "DC-JANZOUR",
        "DC-ZAWYAH-NASR",
        "DC-ZUWARA",
        "DC-GHARYAN-HAMRA",
    ),
    "MRA": ("DC-KARAREEM", "DC-SOUQ-KHAMIS", "DC-BANI-WALID"),
    "BEN": ("DC-GANFOUDA", "DC-SHAHAT", "DC-TOBRUK", "DC-AJDABIYA", "DC-KUFRA"),
    "SEB": ("DC-SABHA", "DC-BRAK", "DC-QATROUN"),
}
TOWNS = {
    "MJI": ("TOWN-TRIPOLI", "TOWN-GARGARESH", "TOWN-TAJOURA", "TOWN-JANZOUR", "TOWN-ZUWARA", "TOWN-ZAWYAH"),
    "MRA": ("TOWN-MISRATA", "TOWN-BANI-WALID", "TOWN-ZLITEN", "TOWN-KHOMS"),
    "BEN": ("TOWN-BENGHAZI", "TOWN-TOBRUK", "TOWN-AJDABIYA", "TOWN-ALBAYDA"),
    "SEB": ("TOWN-SEBHA", "TOWN-QATROUN", "TOWN-UBARI", "TOWN-MURZUQ", "TOWN-BRAK"),
}


@dataclass
class Invented:
    """One invented person: the registration, and the place in a family (relation to its head)."""

    registration: Registration
    age: int
    relation: str = "head"
    alone: bool = False
    passport_withheld: bool = False


@dataclass
class Party:
    """People who travel together: one alone, or a family whose first member is the head."""

    members: list[Invented] = field(default_factory=list)


def parties(
    chance: random.Random, nationality: str, count: int, airport: str, day: date, *, alone: bool = False
) -> Iterator[Party]:
    """Parties of `nationality` that add up to exactly `count` people, met near `airport` on `day`.

    `alone`: children without anybody, all of them.
    """
    left = count
    while left:
        party = _child(chance, nationality, airport, day) if alone else _party(chance, nationality, left, airport, day)
        left -= len(party.members)
        yield party


def _party(chance: random.Random, nationality: str, room: int, airport: str, day: date) -> Party:
    naming = NAMING[nationality]
    detained = chance.random() < DETAINED_SHARE
    site = chance.choice((CENTRES if detained else TOWNS)[airport])
    kind = chance.random()
    if kind > 0.955 and room >= 3:
        return _family(chance, naming, nationality, site, day, room)
    if kind > 0.93 and room >= 2:
        return _mother_and_child(chance, naming, nationality, site, day)
    sex = "F" if kind < YOUNG_WOMAN_SHARE else "M"
    child = chance.random() < 0.012
    age = chance.randint(14, 17) if child else chance.randint(20, 44)
    return Party([_invent(chance, naming, nationality, sex, age, site, day, alone=child)])


def _child(chance: random.Random, nationality: str, airport: str, day: date) -> Party:
    """One child found alone."""
    site, sex = chance.choice(TOWNS[airport]), chance.choice("MMMF")
    return Party(
        [_invent(chance, NAMING[nationality], nationality, sex, chance.randint(11, 16), site, day, alone=True)]
    )


def _family(chance: random.Random, naming: Naming, nationality: str, site: str, day: date, room: int) -> Party:
    family = chance.choice(naming.families)
    father = _invent(chance, naming, nationality, "M", chance.randint(28, 48), site, day, family=family)
    mother = _invent(chance, naming, nationality, "F", chance.randint(22, 42), site, day, relation="wife")
    children = []
    for n in range(min(chance.randint(1, 4), room - 2)):
        sex = chance.choice("MF")
        # One infant at most: there is one lap for each adult, and one adult may be ill.
        age = chance.randint(0, 1) if n == 0 and chance.random() < 0.5 else chance.randint(2, 15)
        relation = "son" if sex == "M" else "daughter"
        children.append(_invent(chance, naming, nationality, sex, age, site, day, family=family, relation=relation))
    return Party([father, mother, *children])


def _mother_and_child(chance: random.Random, naming: Naming, nationality: str, site: str, day: date) -> Party:
    family = chance.choice(naming.families)
    mother = _invent(chance, naming, nationality, "F", chance.randint(21, 38), site, day, family=family)
    sex = chance.choice("MF")
    relation = "son" if sex == "M" else "daughter"
    age = chance.randint(0, 8)
    return Party([mother, _invent(chance, naming, nationality, sex, age, site, day, family=family, relation=relation)])


def _invent(
    chance: random.Random,
    naming: Naming,
    nationality: str,
    sex: str,
    age: int,
    site: str,
    day: date,
    *,
    family: tuple[str, str] | None = None,
    relation: str = "head",
    alone: bool = False,
) -> Invented:
    given = chance.choice(naming.men if sex == "M" else naming.women)
    father = chance.choice(naming.men)
    family = family or chance.choice(naming.families)
    names = [ToldName("L", given[0], father[0], family[0], chance.choice(naming.women)[0])]
    if given[1]:
        names.append(ToldName("A", given[1], father[1], family[1]))
    if chance.random() < ALIAS_SHARE:
        names.append(ToldName("L", chance.choice(naming.men if sex == "M" else naming.women)[0], kind="alias"))
    born, precision = _birth(chance, age, day)
    return Invented(
        Registration(
            names=names,
            sex=sex,
            nationality=nationality,
            site=site,
            birth_date=born,
            birth_precision=precision,
            languages=naming.languages,
            origin_place=chance.choice(naming.places),
            phones=_phones(chance, site) if relation == "head" and age >= 16 else (),
        ),
        age,
        relation,
        alone,
        passport_withheld=age >= 18 and chance.random() < WITHHELD_SHARE,
    )


def _birth(chance: random.Random, age: int, day: date) -> tuple[date, str]:
    """A birth date that makes somebody `age` on `day`, known as well as in the field: many know the year alone."""
    exact = day - timedelta(days=int(age * 365.25) + chance.randint(20, 330))
    if age < 5 or chance.random() < 0.6:
        return exact, BirthPrecision.EXACT
    return date(exact.year, 1, 1), BirthPrecision.YEAR


def _phones(chance: random.Random, site: str) -> tuple[ToldPhone, ...]:
    if chance.random() < 0.35:
        return ()
    number = f"2189{chance.choice('1245')}{chance.randrange(10**7):07d}"
    if site.startswith("DC-"):
        return (ToldPhone(number, chance.choice(("friend", "family", "guard"))),)
    return (ToldPhone(number, "self", safe_to_call=True),)
