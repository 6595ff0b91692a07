"""Reads about persons. Rows are walled; what a role doesn't see of a person is left out here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Value, When

from darb.rules.names import digits, fold, words
from darb.rules.reference import tidy
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Consent, Document, Duplicate, Group, Membership, Name, Person, Phone, Photo, Stay
from .together import together

# Sorts after every character that a folded word can hold.
_AFTER_ALL = chr(0x10FFFF)
_MANY = 4000
"""Words that so many have are common, whichever is commoner."""
_BEGINS = "token >= %s and token < %s"


def find(actor: Actor, text: str, limit: int = 20) -> list[Person]:
    """Persons whose reference, phone, document or name words begin with every word of `text`, best first.

    Two statements, or three for several words, however many people there are. Words are compared by range on
    the token table, which stays fast behind the wall.
    """
    asked = _asked(text)
    if not asked or not actor.sees(DataClass.IDENTITY):
        return []
    if len(asked) > 1:
        asked = _rarest_first(asked)
    # Each further word is looked up person by person: a rare one leads to few, and of two common ones many have both.
    others = " ".join(
        [
            f"cross join lateral (select from people_token where person_id = t.person_id and {_BEGINS} limit 1) t{n}"
            for n in range(1, len(asked))
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.person_id, t.token = %s from people_token t {others} where {_BEGINS} limit %s",
            [asked[0], *(bound for word in (*asked[1:], asked[0]) for bound in _bounds(word)), 2 * limit],
        )
        exact: dict[int, bool] = {}
        for person, same in cursor.fetchall():
            exact[person] = exact.get(person, False) or same
    best = sorted(exact, key=lambda pk: (not exact[pk], -pk))[:limit]
    found = Person.objects.select_related("site").in_bulk(best)
    return [found[pk] for pk in best if pk in found]


def _rarest_first(asked: list[str]) -> list[str]:
    """Words by how many begin so, counted as far as it matters; of those that many do, the longest first."""
    counted = f"(select count(*) from (select from people_token where {_BEGINS} limit {_MANY}) t)"
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join([counted] * len(asked))}", [b for word in asked for b in _bounds(word)])
        counts = dict(zip(asked, cursor.fetchone(), strict=True))
    return sorted(asked, key=lambda word: (counts[word], -len(word)))


def _bounds(word: str) -> tuple[str, str]:
    return word, word + _AFTER_ALL


def _asked(text: str) -> list[str]:
    number = digits(text)
    if len(number) >= 6 and not any(c.isalpha() for c in text):
        return [number]
    compact = fold(tidy(text))
    asked = list(dict.fromkeys(words(text)))[:6]
    return [compact] if any(c.isdigit() for c in compact) and len(asked) > 1 else asked


@dataclass(frozen=True)
class PersonFile:
    """A person and what the asker may see of them; what they may not see is None.

    `files` are all the files within sight that are this person's, this one first; the rest is of all of them.
    """

    person: Person
    files: Sequence[Person]
    names: Sequence[Name]
    consents: Sequence[Consent]
    group: Group | None = None
    members: Sequence[Membership] = ()
    duplicates: Sequence[Duplicate] = ()
    phones: Sequence[Phone] | None = None
    stays: Sequence[Stay] | None = None
    documents: Sequence[Document] | None = None
    sees: frozenset[DataClass] = field(default_factory=frozenset)


def person_file(actor: Actor, ref: str) -> PersonFile | None:
    """Everything of one person within the asker's reach and data classes, or None. A fixed number of statements."""
    person = Person.objects.select_related("site").filter(ref=tidy(ref)).first()
    if person is None or not actor.sees(DataClass.IDENTITY):
        return None
    files = together([person.pk])[person.pk]
    others = Person.objects.select_related("site").filter(pk__among=files).exclude(pk=person.pk).order_by("-pk")
    membership = Membership.objects.filter(person__among=files, left_at=None).select_related("group").first()
    members = (
        list(membership.group.memberships.filter(left_at=None).select_related("person").order_by("pk"))
        if membership
        else []
    )
    whereabouts = actor.sees(DataClass.WHEREABOUTS)
    return PersonFile(
        person=person,
        files=[person, *(others if len(files) > 1 else ())],
        names=list(Name.objects.filter(person__among=files).order_by("-told_at", "pk")),
        consents=list(Consent.objects.filter(person__among=files).order_by("-given", "purpose")),
        group=membership.group if membership else None,
        members=members,
        duplicates=list(_open_questions(files)),
        phones=list(Phone.objects.filter(person__among=files).order_by("-told_at")) if whereabouts else None,
        stays=(
            list(Stay.objects.filter(person__among=files).select_related("place").order_by("-since", "-pk"))
            if whereabouts
            else None
        ),
        documents=(
            list(Document.objects.filter(person__among=files).order_by("-pk"))
            if actor.sees(DataClass.TRAVEL_DOCUMENT)
            else None
        ),
        sees=frozenset(d for d in DataClass if actor.sees(d)),
    )


def _open_questions(files: Collection[int]) -> QuerySet[Duplicate]:
    """Open questions of staff about any of `files`, both persons within sight."""
    about = Q(person__among=files) | Q(other__among=files)
    return Duplicate.objects.filter(about, settled_at=None, waits=True).select_related("person", "other").order_by("pk")


def photo_of(actor: Actor, ref: str) -> Photo | None:
    """The newest photo of a person within reach, or None."""
    if not actor.sees(DataClass.IDENTITY):
        return None
    return Photo.objects.filter(person__ref=tidy(ref)).order_by("-pk").first()


def by_refs(actor: Actor, refs: Collection[str]) -> dict[str, Person]:
    """Persons within reach by reference. One query."""
    wanted = {tidy(r) for r in refs}
    return {p.ref: p for p in Person.objects.select_related("site").filter(ref__in=wanted)}


def at_site(actor: Actor, site_code: str, limit: int = 500) -> list[Person]:
    """Persons within reach whose newest stay is at a site, newest registrations first."""
    return list(Person.objects.filter(site__code=site_code).order_by("-registered_at")[:limit])


def counts_at(actor: Actor, site_ids: Collection[int]) -> dict[int, int]:
    """How many persons within reach have their newest stay at each of these sites (none: left out). One query."""
    found = Person.objects.filter(site__in=list(site_ids)).values_list("site").annotate(Count("pk")).order_by()
    return dict(found)


class Part(NamedTuple):
    """How many persons of one nationality, sex and age (`child`, `adult` or `unknown`) there are."""

    nationality: str
    sex: str
    age: str
    count: int


def make_up(actor: Actor, site_id: int, day: date) -> list[Part]:
    """Who is at a site, as counts: persons within reach by nationality, sex and age on `day`. One query."""
    grown = day.replace(year=day.year - 18, day=min(day.day, 28) if day.month == 2 else day.day)
    age = Case(
        When(birth_date=None, then=Value("unknown")),
        When(birth_date__gt=grown, then=Value("child")),
        default=Value("adult"),
    )
    parts = Person.objects.filter(site=site_id).annotate(age=age).values_list("nationality", "sex", "age")
    return [Part(*row) for row in parts.annotate(Count("pk")).order_by("nationality", "sex", "age")]
