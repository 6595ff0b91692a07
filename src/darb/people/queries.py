"""Reads about persons. Rows are walled; what a role doesn't see of a person is left out here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from darb.rules.names import digits, fold, keys, words
from darb.rules.reference import tidy
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .likeness import SOUND
from .models import Consent, Document, Duplicate, Group, Membership, Name, Person, Phone, Photo, Proof, Stay, Token
from .together import together

# Sorts after every character that a folded word can hold.
_AFTER_ALL = chr(0x10FFFF)
_MANY = 4000
"""Words that so many have are common, whichever is commoner."""
_BEGINS = "token >= %s and token < %s"
_SOUNDS = "token = any(%s::text[])"


def find(actor: Actor, text: str, limit: int = 20) -> list[Person]:
    """Persons whose reference, phone, document or name words begin with every word of `text`, best first; then those
    whose names sound so, in whatever script and spelling.

    Two statements, or three for several words, however many people there are. Tokens are compared by range or
    equality, which stay fast behind the wall.
    """
    if not actor.sees(DataClass.IDENTITY):
        return []
    best = find_ids(text, limit)
    found = Person.objects.select_related("site").in_bulk(best) if best else {}
    return [found[pk] for pk in best if pk in found]


def find_ids(text: str, limit: int) -> list[int]:
    """The ids that `find` finds, within sight."""
    asked = _asked(text)
    if not asked:
        return []
    ways = [[_Asked(_BEGINS, _bounds(word), len(word), word) for word in asked]]
    sounds = [[SOUND + key for key in keys(word)] for word in asked]
    if all(sounds):
        ways.append([_Asked(_SOUNDS, (s,), max(map(len, s)), "") for s in sounds])
    if len(asked) > 1:
        ways = _rarest_first(ways)
    return _having(ways, limit)


def called(text: str) -> QuerySet[Person]:
    """Persons within sight who have every word of `text`, as it begins or as it sounds: asked of a bounded set."""
    rows = Person.objects.all() if _asked(text) else Person.objects.none()
    for word in _asked(text):
        begin, end = _bounds(word)
        heard = Q(token__gte=begin, token__lt=end) | Q(token__in=[SOUND + key for key in keys(word)])
        rows = rows.filter(Exists(Token.objects.filter(heard, person=OuterRef("pk"))))
    return rows


class _Asked(NamedTuple):
    """A word as it is asked for: a condition on tokens, what fills it, how much it says, and the very token."""

    condition: str
    bounds: tuple[object, ...]
    length: int
    exact: str


def _having(ways: list[list[_Asked]], limit: int) -> list[int]:
    """Persons who have every token in one of the ways it is asked for: the very word first, the first way first."""
    parts, filled = [], []
    for way, (first, *rest) in enumerate(ways):
        # Each further word is looked up person by person: a rare one leads to few, of two common ones many have both.
        others = " ".join(
            f"cross join lateral (select from people_token o where o.person_id = t.person_id"
            f" and {a.condition} limit 1) n{n}"
            for n, a in enumerate(rest)
        )
        parts.append(
            f"(select t.person_id, {way}, t.token = %s from people_token t {others} where {first.condition} limit %s)"
        )
        filled += [first.exact, *(bound for a in (*rest, first) for bound in a.bounds), 2 * limit]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), filled)
        best: dict[int, tuple[int, bool]] = {}
        for person, way, exact in cursor.fetchall():
            best[person] = min(best.get(person, (9, True)), (way, not exact))
    return sorted(best, key=lambda pk: (best[pk], -pk))[:limit]


def _rarest_first(ways: list[list[_Asked]]) -> list[list[_Asked]]:
    """Words by how many have them, counted as far as it matters; of those that many do, the longest first."""
    every = [a for way in ways for a in way]
    counted = [f"(select count(*) from (select from people_token where {a.condition} limit {_MANY}) t)" for a in every]
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(counted)}", [bound for a in every for bound in a.bounds])
        counts = dict(zip(map(id, every), cursor.fetchone(), strict=True))
    return [sorted(way, key=lambda a: (counts[id(a)], -a.length)) for way in ways]


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
    `pages`: by document, the ids of the pictures of its pages.
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
    pages: Mapping[int, Sequence[int]] = field(default_factory=dict)
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
    pages: dict[int, list[int]] = {}
    if actor.sees(DataClass.TRAVEL_DOCUMENT):
        shown = Proof.objects.filter(person__among=files).exclude(document=None).order_by("pk")
        for document, proof in shown.values_list("document_id", "pk"):
            pages.setdefault(document, []).append(proof)
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
        pages=pages,
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


def proof(actor: Actor, pk: int) -> Proof | None:
    """One proof of a person within reach: a document's page for readers of documents, of consents for whoever sees
    the person at all.
    """
    found = Proof.objects.filter(pk=pk).first()
    shows = DataClass.TRAVEL_DOCUMENT if found and found.document_id else DataClass.IDENTITY
    return found if actor.sees(shows) else None


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


def photos_of(actor: Actor, persons: Collection[int]) -> dict[int, bytes]:
    """The newest photograph of each person within reach who has one, by person id. One query."""
    if not actor.sees(DataClass.IDENTITY):
        return {}
    newest = Photo.objects.filter(person__in=list(persons)).order_by("person_id", "-pk").distinct("person_id")
    return {photo.person_id: bytes(photo.image) for photo in newest}


def parents_of(actor: Actor, persons: Collection[int]) -> dict[int, str]:
    """By person id, the father's and the mother's name as told last: what the person is sure to know. One query."""
    told = Name.objects.filter(person__in=list(persons)).exclude(kind="alias").order_by("told_at", "pk")
    found: dict[int, tuple[str, str]] = {}
    for person, father, mother in told.values_list("person_id", "father", "mother"):
        before = found.get(person, ("", ""))
        found[person] = (father or before[0], mother or before[1])
    return {person: " · ".join(n for n in names if n) for person, names in found.items()}
