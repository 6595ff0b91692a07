"""Who may be known already: candidates for somebody as they are told, while an officer types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from darb.places.models import Site
from darb.rules.identity import Columns, Reason, Record, Specification, Verdict, compare, shipped
from darb.rules.identity.comparing import Levels
from darb.rules.identity.scoring import scored_pair
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .likeness import ROW_KINDS, NameParts, Told, keys, records, unpacked, version
from .models import Name, Person
from .queries import find_ids
from .together import together

SHOWN = 10
"""How many candidates are scored with reasons; pages show the best few of them."""
_A_KEY = 50
"""How many files one key brings before anything is compared, born in the year or before, and as many born after:
those nearest in age, for each way from the birth year the index gives the nearest first."""
_COMPARED = 110
# A year apart counts against a file like a quarter of a point of shared keys.
_OF_A_YEAR = """
    (select k.person_id, a.weight * 4 - %(year)s + k.year as shared from people_matchkey k where k.number = a.number
      and k.year between greatest(%(year)s - a.years, 1) and %(year)s order by k.year desc limit %(a_key)s)
    union all
    (select k.person_id, a.weight * 4 + %(year)s - k.year from people_matchkey k where k.number = a.number
      and k.year between %(year)s + 1 and %(year)s + a.years order by k.year limit %(a_key)s)
    union all
    (select k.person_id, a.weight * 4 - a.years from people_matchkey k where k.number = a.number
      and k.year = 0 limit %(a_key)s)
"""
_OF_ANY_YEAR = """
    (select k.person_id, a.weight * 4 as shared from people_matchkey k where k.number = a.number limit 4 * %(a_key)s)
"""
_MANY = "(select greatest(reltuples, 0)::bigint from pg_class where relname = 'people_likeness')"
_FOUND = """
with asked (number, years, weight) as materialized (
  select * from unnest(%(numbers)s::bigint[], %(years)s::int[], %(weights)s::int[])
), met as materialized (
  select m.person_id, sum(m.shared) as shared from asked a cross join lateral ({of_year}) m
  group by m.person_id order by shared desc, m.person_id desc limit %(compared)s
)
select array_agg(m.person_id), string_agg(l.packed, ''), {many}
from met m join people_likeness l on l.person_id = m.person_id and l.version = %(version)s
"""


_BY_WORDS = 40
_PACKED = f"""
select array_agg(l.person_id), string_agg(l.packed, ''), {_MANY} from people_likeness l
where l.person_id = any(%s::bigint[]) and l.version = %s
"""


@dataclass(frozen=True)
class Candidate:
    """A file that may be of the person who is told, how sure the model is, and why."""

    person: Person
    probability: float
    verdict: Verdict
    reasons: tuple[Reason, ...]


def candidates(
    actor: Actor, told: Told, names: Sequence[NameParts], *, limit: int = 5, but: Collection[int] = ()
) -> list[Candidate]:
    """Files within reach that may be of somebody told so, best first; at most `limit`, none of the persons `but`.

    A fixed number of statements, however many people there are, and whatever script and spelling the names are in.
    Of several files that are judged to be one person's, the best alone is given.
    """
    if not actor.sees(DataClass.IDENTITY):
        return []
    # Further names only widen what is found; a pair of names says enough.
    told_as = records(told, names)[:4]
    if not told_as:
        return []
    model = shipped()
    ones = Columns.of(told_as, model)
    found = _found(ones if told.sex in ("M", "F") else Columns.of(_either_sex(told_as), model))
    by_words = _Found() if told.nationality else _by_words(names, found.persons)
    persons, packed = found.persons + by_words.persons, found.packed + by_words.packed
    if not persons:
        return []
    best = _best(ones, persons, packed, model, but)
    people = _one_each(_persons(best), list(best))
    many = max(found.among, by_words.among, 1000)
    judged = {person: scored_pair(*best[person], many, model) for person in islice(people, limit)}
    return [Candidate(people[p], s.probability, s.verdict, s.reasons) for p, s in judged.items()]


def candidates_of(
    actor: Actor, person: Person, *, limit: int = 5, but: Collection[int] = frozenset()
) -> list[Candidate]:
    """Other files within reach that may be of this person, by names and what everybody sees; none of `but`."""
    told = Told(
        sex=person.sex,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        nationality=person.nationality,
        origin_place=person.origin_place,
        registered=person.registered_at,
    )
    names = list(Name.objects.filter(person=person).order_by("-told_at", "pk"))
    return candidates(actor, told, names, limit=limit, but={*but, person.pk})


def _either_sex(told_as: Sequence[Record]) -> list[Record]:
    """Where the sex isn't told yet, a record for each: keys of names have it in them."""
    return [replace(record, sex=sex) for record in told_as for sex in ("F", "M")]


class _Found(NamedTuple):
    """Records that may be somebody's: the person of each, the records packed one after the other, among how many."""

    persons: list[int] = []
    packed: bytes = b""
    among: int = 0


def _rows_as_one(cursor: Any) -> _Found:
    persons, packed, among = cursor.fetchone()
    return _Found(persons, packed, among) if persons else _Found(among=among)


def _found(ones: Columns) -> _Found:
    """The files that share most keys. One statement, one row: a hundred would cost more to read than to find."""
    asked: dict[int, tuple[int, int]] = {}
    for kind, _rows, numbers in keys(ones):
        asked |= dict.fromkeys(numbers.tolist(), (kind.years, ROW_KINDS[kind]))
    if not asked:
        return _Found()
    year = int(ones.year[0])
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND.format(of_year=_OF_A_YEAR if year else _OF_ANY_YEAR, many=_MANY),
            {
                "numbers": _array(asked),
                "years": _array(years for years, _weight in asked.values()),
                "weights": _array(weight for _years, weight in asked.values()),
                "year": year,
                "a_key": _A_KEY,
                "compared": _COMPARED,
                "version": version(),
            },
        )
        return _rows_as_one(cursor)


def _array(numbers: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads an array: one text costs less than a list of values."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _by_words(names: Sequence[NameParts], but: Collection[int]) -> _Found:
    """Files found by the words of the names and their sound alone: most keys need a nationality. A few statements."""
    ids: set[int] = set()
    for name in names[:2]:
        whole = " ".join(p for p in (name.given, name.father, name.family) if p)
        ids |= set(find_ids(whole, _BY_WORDS))
    with connection.cursor() as cursor:
        cursor.execute(_PACKED, [list(ids - set(but)), version()])
        return _rows_as_one(cursor)


def _best(
    ones: Columns, persons: Sequence[int], packed: bytes, model: Specification, but: Collection[int]
) -> dict[int, tuple[Levels, int]]:
    """The persons who score highest, in order, each with the levels and the place in them of its best pair."""
    others, every = unpacked([packed]), np.arange(len(persons))
    compared = [compare(ones, np.full(len(persons), n), others, every) for n in range(len(ones))]
    bits = np.stack([model.bits(levels) for levels in compared])
    told_as = bits.argmax(axis=0)
    chosen: dict[int, tuple[Levels, int]] = {}
    for row in np.argsort(-bits.max(axis=0), kind="stable").tolist():
        if persons[row] not in but:
            chosen.setdefault(persons[row], (compared[told_as[row]], row))
        if len(chosen) == SHOWN:
            break
    return chosen


def _one_each(found: dict[int, tuple[Person, bool]], order: Sequence[int]) -> dict[int, Person]:
    """In this order, of the files that are judged to be one person's the first alone. No statement unless some are."""
    several = [pk for pk, (_person, joined) in found.items() if joined]
    files = together(several) if several else {}
    seen: set[int] = set()
    kept = {}
    for pk in order:
        if pk in found and pk not in seen:
            seen |= files.get(pk, frozenset())
            kept[pk] = found[pk][0]
    return kept


@lru_cache(maxsize=1)
def _person_statement() -> str:
    """One statement for persons and their sites. Composing it anew for every look-up would cost more than asking it."""
    persons, sites = (
        ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)
        for table, model in (("p", Person), ("s", Site))
    )
    said = "select from people_judgement j where j.said = 'same' and j.counts and"
    return f"""
        select exists({said} j.person_id = p.id) or exists({said} j.other_id = p.id), {persons}, {sites}
        from {Person._meta.db_table} p left join {Site._meta.db_table} s on s.id = p.site_id
        where p.id = any(%s::bigint[])
    """


def _persons(ids: Collection[int]) -> dict[int, tuple[Person, bool]]:
    """Persons within sight, with their sites, by id, and whether a judgement joins them to another. One statement."""
    of_person, of_site = ([field.attname for field in model._meta.concrete_fields] for model in (Person, Site))
    with connection.cursor() as cursor:
        cursor.execute(_person_statement(), [_array(ids)])
        rows = cursor.fetchall()
    people = {}
    for joined, *row in rows:
        person = Person.from_db(connection.alias, of_person, row[: len(of_person)])
        if person.site_id:
            person.site = Site.from_db(connection.alias, of_site, row[len(of_person) :])
        people[person.pk] = (person, joined)
    return people
