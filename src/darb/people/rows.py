"""What was told at a registration as rows, column by column, for `trust.copying.copy_rows`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from darb.places.models import Site
from darb.rules.names import digits, fold, words
from darb.trust.action import Act

from .models import NEVER_CALLED, Person
from .registration import ToldName, ToldPhone

Row = tuple[object, ...]

NAME = ("person_id", "scope_id", "kind", "script", "given", "father", "family", "mother", "told_at")
PHONE = ("person_id", "scope_id", "number", "owner", "safe_to_call", "hours", "told_at")
STAY = ("person_id", "scope_id", "place_id", "since", "source", "certain", "account_id", "recorded_at")
TOKEN = ("person_id", "scope_id", "token")

LONGEST_TOKEN = 40


def names(person: Person, told: Sequence[ToldName], at: datetime) -> Iterator[Row]:
    """A row for each name that says anything, in the columns of NAME."""
    for n in told:
        if given := n.given.strip():
            parts = n.father.strip(), n.family.strip(), n.mother.strip()
            yield person.pk, person.scope_id, n.kind, n.script, given, *parts, at


def phones(person: Person, told: Sequence[ToldPhone], at: datetime) -> Iterator[Row]:
    """A row for each number, in the columns of PHONE."""
    for phone in told:
        safe = phone.safe_to_call and phone.owner not in NEVER_CALLED
        number = digits(phone.checked().number)
        yield person.pk, person.scope_id, number, str(phone.owner), safe, phone.hours, at


def stay(act: Act, person: Person, site: Site, since: date, source: str, certain: bool) -> Row:
    """Where somebody is, in the columns of STAY."""
    return person.pk, person.scope_id, site.pk, since, source, certain, act.actor.account_id, act.at


def tokens(person: Person, names: Sequence[ToldName], phones: Sequence[ToldPhone]) -> Iterator[Row]:
    """A row for each folded word that finds the person, in the columns of TOKEN."""
    found = {fold(person.ref), *(digits(p.number) for p in phones)}
    for n in names:
        found.update(words(n.whole()))
    for token in sorted(found):
        yield person.pk, person.scope_id, token[:LONGEST_TOKEN]
