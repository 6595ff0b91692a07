"""Registrations made for measuring: people, families and second registrations, with what field clerks do to them.

Names, spellings and places are drawn from a labelled file, so that a made mission looks like the one that was
labelled; who is who is known, because it was made.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from darb.rules.identity import Record
from darb.rules.names import primary

from .identity_measures import is_arabic

PARTS = ("given M", "given F", "father", "family", "mother", "place")
_COLUMN = {"given M": "given_name", "given F": "given_name", "father": "father_name", "family": "family_name",
           "mother": "mother_name", "place": "origin_place"}  # fmt: skip
_PATRONYMIC = frozenset({"EGY", "SDN", "TCD", "SOM", "ERI", "ETH"})
_ARABIC_AT = {"detention": 0.85, "urban": 0.12, "border": 0.5, "port": 0.41, "transit": 0.26}
_SHARE_AT = {"detention": 0.34, "urban": 0.24, "border": 0.15, "port": 0.13, "transit": 0.14}
_TIMES = ((1, 0.8984), (2, 0.0801), (3, 0.0168), (4, 0.0047))
_FIRST_DAY = date(2025, 7, 1)


class Labelled(NamedTuple):
    """A registration and who it really is."""

    record: Record
    person: str


@dataclass(frozen=True)
class _Person:
    number: int
    family: int
    nation: str
    sex: str
    given: str
    father: str
    surname: str
    mother: str
    born: date
    place: str
    phone: str
    document: str
    knows_birthday: bool


class Vocabulary:
    """Who has which names, and how clerks spell them: drawn from labelled registrations."""

    def __init__(self, labelled: list[Labelled]) -> None:
        names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.spellings: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
        self.nations: Counter[str] = Counter()
        for record, _ in labelled:
            self.nations[record.nationality or "NER"] += 1
            for part, told in _told(record):
                names[record.nationality, part][primary(told)] += 1
                self.spellings[primary(told), told.isascii() or not is_arabic(told)][told] += 1
        self.names = {at: _drawable(seen) for at, seen in names.items()}
        self.otherwise = _other_keys(labelled)
        self._choices = {at: (list(seen), list(seen.values())) for at, seen in self.spellings.items()}

    def name(self, chance: random.Random, nation: str, part: str) -> str:
        """A name's key, as common as it is among this people."""
        keys, weights = self.names[nation, part]
        return chance.choices(keys, cum_weights=weights)[0]

    def spelled(self, chance: random.Random, key: str, latin: bool, noise: float) -> str:
        """How a clerk writes the name in a script; the usual way where there is little noise."""
        others = self.otherwise.get(key)
        if others and chance.random() < 0.06 * noise:
            key = chance.choice(others)
        spellings, weights = self._choices.get((key, latin)) or self._choices.get((key, not latin)) or ([key], [1])
        if chance.random() > 0.55 * noise:
            return spellings[weights.index(max(weights))]
        return chance.choices(spellings, weights)[0]


def _told(record: Record) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        told = getattr(record, _COLUMN[part])
        if told and primary(told) and (not part.startswith("given") or part[-1] == record.sex):
            yield part, told


def _drawable(seen: Counter[str]) -> tuple[list[str], list[int]]:
    """Names and running totals; what was seen only once or twice is mostly a slip, unless hardly anything was seen."""
    common = {key: count for key, count in seen.items() if count >= 3} or dict(seen)
    total, running = 0, []
    for count in common.values():
        running.append(total := total + count)
    return list(common), running


def _other_keys(labelled: list[Labelled]) -> dict[str, list[str]]:
    """What else the names of one person were heard as, by key."""
    by_person: dict[str, list[Record]] = defaultdict(list)
    for record, person in labelled:
        by_person[person].append(record)
    others: dict[str, list[str]] = defaultdict(list)
    for records in by_person.values():
        for one, other in combinations(records, 2):
            for column in ("given_name", "father_name", "family_name", "origin_place"):
                a, b = primary(getattr(one, column)), primary(getattr(other, column))
                if a and b and a[:1] == b[:1] and a != b:
                    others[a].append(b)
                    others[b].append(a)
    return others


def registrations(vocabulary: Vocabulary, many: int, *, noise: float = 1.0, seed: int = 1) -> Iterator[Labelled]:
    """About `many` registrations in the order of their making; `noise` scales everything that clerks do to them."""
    chance = random.Random(seed)
    nations, weights = list(vocabulary.nations), list(vocabulary.nations.values())
    number = case = made = 0
    while made < many:
        nation = chance.choices(nations, weights)[0]
        family = _family(chance, vocabulary, nation, number) if chance.random() < 0.17 else []
        people = family or [_person(chance, vocabulary, nation, number, 0)]
        number += len(people)
        case += 1
        place = _site(chance)
        for person in people:
            yield _registered(chance, vocabulary, person, place, case, made, noise)
            made += 1
        for person in people:
            for _ in range(1, chance.choices([n for n, _ in _TIMES], [share for _, share in _TIMES])[0]):
                case += 1
                yield _registered(chance, vocabulary, person, _site(chance), case, made, noise)
                made += 1


def _person(chance: random.Random, names: Vocabulary, nation: str, number: int, family: int) -> _Person:
    sex = "M" if chance.random() < 0.85 else "F"
    return _Person(
        number,
        family,
        nation,
        sex,
        names.name(chance, nation, f"given {sex}"),
        names.name(chance, nation, "father"),
        names.name(chance, nation, "family"),
        names.name(chance, nation, "mother"),
        date(round(chance.triangular(1970, 2009, 1999)), 1, 1) + timedelta(days=chance.randrange(365)),
        names.name(chance, nation, "place"),
        chance.choice("12349") + f"{chance.randrange(10**8):08d}" if chance.random() < 0.33 else "",
        chance.choice(("P", "A", "BA", "CR", "XN")) + f"{chance.randrange(10**7):07d}"
        if chance.random() < 0.25
        else "",
        chance.random() < 0.49,
    )


def _family(chance: random.Random, names: Vocabulary, nation: str, number: int) -> list[_Person]:
    head = replace(_person(chance, names, nation, number, number + 1), sex="M")
    head = replace(head, given=names.name(chance, nation, "given M"))
    spouse = _person(chance, names, nation, number + 1, number + 1)
    spouse = replace(spouse, sex="F", given=names.name(chance, nation, "given F"), place=head.place, phone=head.phone)
    people = [head, spouse] if chance.random() < 0.85 else [head]
    for _ in range(chance.choices(range(8), (35, 25, 15, 9, 6, 4, 3, 3))[0]):
        sex = chance.choice("MF")
        child = _person(chance, names, nation, number + len(people), number + 1)
        given = names.name(chance, nation, f"given {sex}")
        surname = head.father if nation in _PATRONYMIC else head.surname
        born = date(chance.randrange(2008, 2026), 1, 1) + timedelta(days=chance.randrange(365))
        people.append(
            replace(
                child,
                sex=sex,
                given=given,
                father=head.given,
                surname=surname,
                mother=spouse.given,
                born=born,
                place=head.place,
                phone=head.phone,
            )
        )
    return people


def _site(chance: random.Random) -> tuple[str, str]:
    kind = chance.choices(list(_SHARE_AT), list(_SHARE_AT.values()))[0]
    return f"{kind[0].upper()}{chance.randrange(8):02d}", kind


def _registered(
    chance: random.Random, names: Vocabulary, person: _Person, site: tuple[str, str], case: int, made: int, noise: float
) -> Labelled:
    """One registration of a person by a tired clerk."""

    def slips(share: float) -> bool:
        return chance.random() < share * noise

    latin = chance.random() > _ARABIC_AT[site[1]]
    told = [names.spelled(chance, key, latin, noise) for key in (person.given, person.father, person.surname)]
    told = [_slipped(chance, name) if slips(0.018) else name for name in told]
    if slips(0.05):
        told[0], told[2] = told[2], told[0]
    if slips(0.02):
        told[1], told[2] = told[2], told[1]
    if slips(0.14 if person.nation in _PATRONYMIC | {"SYR", "PSE"} else 0.38):
        told[1] = ""
    elif slips(0.056):
        told[2] = ""
    born, year = _born(chance, person, noise)
    record = Record(
        record_id=str(made + 1),
        given_name=told[0],
        father_name=told[1],
        family_name=told[2],
        mother_name="" if slips(0.55) else names.spelled(chance, person.mother, latin, noise),
        sex=("F" if person.sex == "M" else "M") if slips(0.003) else person.sex,
        dob=born,
        birth_year=year,
        nationality=chance.choice(list(names.nations)) if slips(0.012) else person.nation,
        origin_place="" if slips(0.15) else names.spelled(chance, person.place, latin, noise),
        phone=_phone(chance, person, noise),
        doc_no=_document(chance, person, noise),
        case_no=f"C{case:07d}",
        site=site[0],
        reg_date=_FIRST_DAY + timedelta(days=chance.randrange(355)),
    )
    return Labelled(record, str(person.number))


def _slipped(chance: random.Random, name: str) -> str:
    """One slip of the pen: a letter lost, doubled or exchanged with its neighbour."""
    if len(name) < 3:
        return name
    at = chance.randrange(len(name) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[: at + 1] + name[at:]
    if kind == 2:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[: max(3, at)]


def _born(chance: random.Random, person: _Person, noise: float) -> tuple[date | None, int]:
    born = person.born
    known = chance.random() < (0.69 if person.knows_birthday else 0.0) + (1 - noise) * 0.3
    if known:
        if chance.random() < 0.0134 * noise:
            born = date(born.year, born.month, max(1, min(28, born.day + chance.choice((-1, 1, 10)))))
        elif chance.random() < 0.0052 * noise:
            born = date(born.year + chance.choice((-10, -1, 1)), born.month, min(born.day, 28))
        elif chance.random() < 0.0041 * noise and born.day <= 12:
            born = date(born.year, born.day, born.month)
        return born, born.year
    spread = 1.7 if born.year < 2010 else 0.8
    year = min(2026, born.year + round(chance.gauss(0, spread)))
    if chance.random() < 0.06:
        year = round(year / 5) * 5
    return (date(year, 1, 1) if chance.random() < 0.5 else None), year


def _phone(chance: random.Random, person: _Person, noise: float) -> str:
    if not person.phone or chance.random() > 0.75:
        return ""
    number = person.phone
    if chance.random() < 0.045 * noise:
        at = chance.randrange(len(number))
        number = number[:at] + str(chance.randrange(10)) + number[at + 1 :]
    if chance.random() < 0.25 * noise:
        number = "9" + f"{chance.randrange(10**8):08d}"
    return chance.choice(("+218", "00218", "0")) + number


def _document(chance: random.Random, person: _Person, noise: float) -> str:
    if not person.document or chance.random() > 0.64:
        return ""
    number = person.document
    if chance.random() < 0.055 * noise:
        at = chance.randrange(2, len(number))
        number = number[:at] + str(chance.randrange(10)) + number[at + 1 :]
    return number
