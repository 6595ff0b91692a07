"""Who may be family of somebody though nobody told of them: parents' names that sound the same, at any site in reach.

For protection alone, and only of who agreed to be put in touch. Nothing is kept: protection asks the person in
private, and a relative whom they tell of is then looked for like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from django.db import connection
from django.db.models import Q

from darb.rules.identity import Columns, shipped
from darb.rules.identity.blocking import people_keys
from darb.rules.identity.columns import number_of
from darb.rules.names import keys
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .family_queries import agreed
from .likeness import Told, records
from .models import Checked, Membership, Name, Person, Relation, Sex, Trace
from .together import together

MOST = 10
_LOOKED_AT = 400
_PARENT_OLDER = range(13, 61)
_SHARING = "select distinct person_id from people_matchkey where number = any(%s::bigint[]) limit %s"
FATHER_AND_FAMILY, GIVEN_AND_FAMILY = (1, 2), (0, 2)


@dataclass(frozen=True)
class Kin:
    """Somebody who may be family, what they would be to the person (a code of `Relation`), and a name they told."""

    person: Person
    relation: Relation
    name: Name


@dataclass(frozen=True)
class _Heard:
    """How the names of one file sound, in all scripts and spellings told; empty where not told."""

    given: frozenset[str]
    father: frozenset[str]
    family: frozenset[str]
    mother: frozenset[str]
    place: frozenset[str]


def kin_suggestions(actor: Actor, person: Person) -> list[Kin]:
    """Who may be a brother, sister, child or father of somebody who agreed to be put in touch; `MOST` at most.

    Brothers and sisters: both parents' names and the family's sound the same. A father and his child: his name and
    the child's father's, the family's and the place. Nobody of the family that stands, or found to be a danger. A
    fixed number of statements.
    """
    if not actor.sees(DataClass.PROTECTION) or not agreed(actor, [person.pk]):
        return []
    own = together([person.pk])[person.pk]
    others = _sharing(person) - own - _in_family(own) - _dangers(own)
    if not others:
        return []
    names: dict[int, list[Name]] = defaultdict(list)
    for name in Name.objects.filter(person__among={person.pk, *others}).order_by("-told_at", "-pk"):
        names[name.person_id].append(name)
    mine = _heard(person, names[person.pk])
    found = []
    for other in Person.objects.filter(pk__among=others).select_related("site").order_by("pk"):
        relation = _relation(person, mine, other, _heard(other, names[other.pk]))
        if relation:
            found.append(Kin(other, relation, names[other.pk][0]))
    return found[:MOST]


def _sharing(person: Person) -> set[int]:
    """The persons within sight who have the father's and family name, or whose father's and family name are theirs."""
    told = [Told(sex=sex, nationality=person.nationality, origin_place=person.origin_place) for sex in ("F", "M")]
    numbers: set[int] = set()
    for name in Name.objects.filter(person=person):
        columns = Columns.of([r for each in told for r in records(each, [name])], shipped())
        # A file is found by the first key of each name; here every key of this person's is asked for.
        for parts in product(*(keys(part) or ("",) for part in (name.given, name.father, name.family))):
            heard = columns.key.copy()
            heard[:3] = np.array([[number_of(key)] for key in parts], dtype=heard.dtype)
            by_names = people_keys(replace(columns, key=heard))
            numbers |= {n for pair in (FATHER_AND_FAMILY, GIVEN_AND_FAMILY) for n in by_names[pair].tolist() if n}
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [list(numbers), _LOOKED_AT])
        return {pk for (pk,) in cursor.fetchall()}


def _in_family(files: Collection[int]) -> set[int]:
    groups = Membership.objects.filter(person__among=files, left_at=None).values("group")
    return set(Membership.objects.filter(group__in=groups, left_at=None).values_list("person_id", flat=True))


def _dangers(files: Collection[int]) -> set[int]:
    """Those of whom protection said that they and this person are never told of one another."""
    rows = Trace.objects.filter(Q(person__among=files) | Q(found__among=files), checked=Checked.DANGER)
    return {pk for pair in rows.values_list("person_id", "found_id") for pk in pair}


def _heard(person: Person, names: Sequence[Name]) -> _Heard:
    def sounds(told: Iterable[str]) -> frozenset[str]:
        return frozenset(key for one in told for key in keys(one))

    return _Heard(
        *(sounds(getattr(n, part) for n in names) for part in ("given", "father", "family", "mother")),
        sounds([person.origin_place]),
    )


def _relation(person: Person, mine: _Heard, other: Person, its: _Heard) -> Relation | None:
    if not mine.family & its.family:
        return None
    woman = other.sex == Sex.FEMALE
    if mine.father & its.father and mine.mother & its.mother and not mine.given & its.given:
        return Relation.SISTER if woman else Relation.BROTHER
    if not mine.place & its.place:
        return None
    if person.sex == Sex.MALE and mine.given & its.father and _older(person, other):
        return Relation.DAUGHTER if woman else Relation.SON
    if other.sex == Sex.MALE and its.given & mine.father and _older(other, person):
        return Relation.FATHER
    return None


def _older(parent: Person, child: Person) -> bool:
    """Whether one may be the other's parent by age; ages not told don't speak against it."""
    if parent.birth_date is None or child.birth_date is None:
        return True
    return child.birth_date.year - parent.birth_date.year in _PARENT_OLDER
