"""Who may be known already: candidates for somebody as they are told, while an officer types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection

from darb.rules.identity import Columns, Reason, Record, Scored, Specification, Verdict, compare, score_rows, shipped
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .likeness import ROW_KINDS, NameParts, Told, keys, records, unpacked, version
from .models import Person
from .queries import find_ids
from .together import together

SHOWN = 10
"""How many candidates are scored with reasons; pages show the best few of them."""
_A_KEY = 120
"""How many files one key brings before anything is compared: of the same birth year first, then of years around."""
_COMPARED = 240
# Whole blocks of a common name are never read: a key brings so many of the very year, and so many around it.
_MANY = "(select greatest(reltuples, 0)::bigint from pg_class where relname = 'people_likeness')"
_FOUND = (
    """
with asked (number, year, years, weight) as materialized (
  select * from unnest(%(numbers)s::bigint[], %(born)s::int[], %(years)s::int[], %(weights)s::int[])
), met as materialized (
  select m.person_id, sum(a.weight) as shared from asked a cross join lateral (
    (select k.person_id from people_matchkey k
      where k.number = a.number and k.year = a.year and a.year > 0 limit %(a_key)s)
    union
    (select k.person_id from people_matchkey k where k.number = a.number
      and k.year between a.year - a.years and a.year + a.years and a.year > 0 limit %(a_key)s)
    union
    (select k.person_id from people_matchkey k where k.number = a.number and (k.year = 0 or a.year = 0) limit %(a_key)s)
  ) m group by m.person_id order by shared desc, m.person_id desc limit %(compared)s
)
select m.person_id, l.packed, """
    + _MANY
    + """
from met m join people_likeness l on l.person_id = m.person_id and l.version = %(version)s
"""
)


_BY_WORDS = 40
_PACKED = f"""
select l.person_id, l.packed, {_MANY} from people_likeness l where l.person_id = any(%s::bigint[]) and l.version = %s
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
    if not told.nationality:
        found += _by_words(names, {person for person, _row, _many in found})
    kept = [(person, row) for person, row, _many in found if person not in set(but)]
    if not kept:
        return []
    best = _best(ones, kept, max(found[0][2], 1000), model)
    people = Person.objects.select_related("site").in_bulk([person for person, _s in best])
    return _one_each([Candidate(people[p], s.probability, s.verdict, s.reasons) for p, s in best if p in people], limit)


def _either_sex(told_as: Sequence[Record]) -> list[Record]:
    """Where the sex isn't told yet, a record for each: keys of names have it in them."""
    return [replace(record, sex=sex) for record in told_as for sex in ("F", "M")]


def _found(ones: Columns) -> list[tuple[int, bytes, int]]:
    """Person, packed record and how many records there are, of the files that share most keys. One statement."""
    asked: dict[tuple[int, int], tuple[int, int]] = {}
    for kind, rows, numbers in keys(ones):
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            asked[number, int(ones.year[row])] = (kind.years, ROW_KINDS[kind])
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "numbers": _array(number for number, _year in asked),
                "born": _array(year for _number, year in asked),
                "years": _array(years for years, _weight in asked.values()),
                "weights": _array(weight for _years, weight in asked.values()),
                "a_key": _A_KEY,
                "compared": _COMPARED,
                "version": version(),
            },
        )
        return cursor.fetchall()


def _array(numbers: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads an array: one text costs less than a list of values."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _by_words(names: Sequence[NameParts], but: Collection[int]) -> list[tuple[int, bytes, int]]:
    """Files found by the words of the names and their sound alone: most keys need a nationality. A few statements."""
    ids: set[int] = set()
    for name in names[:2]:
        whole = " ".join(p for p in (name.given, name.father, name.family) if p)
        ids |= set(find_ids(whole, _BY_WORDS))
    with connection.cursor() as cursor:
        cursor.execute(_PACKED, [list(ids - set(but)), version()])
        return cursor.fetchall()


def _best(
    ones: Columns, found: Sequence[tuple[int, bytes]], many: int, model: Specification
) -> list[tuple[int, Scored]]:
    """The persons with the highest scores, each with its best, in order: first all in one pass, then the best few
    with their reasons."""
    others, every = unpacked([row for _p, row in found]), np.arange(len(found))
    bits = np.stack([model.bits(compare(ones, np.full(len(found), n), others, every)) for n in range(len(ones))])
    told_as = bits.argmax(axis=0)
    chosen: dict[int, int] = {}
    for row in np.argsort(-bits.max(axis=0), kind="stable").tolist():
        chosen.setdefault(found[row][0], row)
        if len(chosen) == SHOWN:
            break
    scored: dict[int, Scored] = {}
    for n in {int(told_as[row]) for row in chosen.values()}:
        of = [person for person, row in chosen.items() if told_as[row] == n]
        rows = unpacked([found[chosen[person]][1] for person in of])
        scored.update(zip(of, score_rows(ones, n, rows, many, model), strict=True))
    return [(person, scored[person]) for person in chosen]


def _one_each(found: Sequence[Candidate], limit: int) -> list[Candidate]:
    files = together([c.person.pk for c in found])
    seen: set[int] = set()
    kept = []
    for candidate in found:
        if candidate.person.pk not in seen:
            seen |= files[candidate.person.pk]
            kept.append(candidate)
    return kept[:limit]
