"""Whether a voice on the telephone is the person on file: what they answer is compared, and never shown first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from darb.people.models import BirthPrecision, Name, Person
from darb.rules.names import digits, fold, keys, words
from darb.rules.reference import tidy

ENOUGH = 2
"""Right answers that make a caller known. One wrong answer makes them not."""
YEARS_APART = 2
"""How far a birth year that was told or estimated may be off (programmes.md 2.0.2)."""


@dataclass(frozen=True)
class Answers:
    """What a caller answered; what wasn't asked is empty."""

    reference: str = ""
    father: str = ""
    mother: str = ""
    birth_year: str = ""
    origin: str = ""


def is_known(person: Person, case_ref: str, names: Iterable[Name], answers: Answers) -> bool:
    """Whether the answers fit the file: at least two are right and none is wrong. What the file doesn't hold is
    passed over.
    """
    told = list(names)
    judged = [
        _same_reference(answers.reference, {person.ref, case_ref}),
        _same_name(answers.father, [n.father for n in told]),
        _same_name(answers.mother, [n.mother for n in told]),
        _same_year(answers.birth_year, person),
        _same_name(answers.origin, [person.origin_place]),
    ]
    return judged.count(True) >= ENOUGH and False not in judged


def _same_reference(answer: str, references: set[str]) -> bool | None:
    return tidy(answer) in references if answer.strip() else None


def _same_name(answer: str, on_file: list[str]) -> bool | None:
    known = [n for n in on_file if n.strip()]
    if not answer.strip() or not known:
        return None
    return any(fold(answer) == fold(n) or _sounds(answer) & _sounds(n) for n in known)


def _sounds(name: str) -> set[str]:
    return {key for word in words(name) for key in keys(word)}


def _same_year(answer: str, person: Person) -> bool | None:
    year = digits(answer)
    if len(year) != 4 or person.birth_date is None:
        return None if not year or person.birth_date is None else False
    apart = abs(int(year) - person.birth_date.year)
    return apart <= (0 if person.birth_precision == BirthPrecision.EXACT else YEARS_APART)
