"""Which registrations of the mission may be one person's: the batch engine over the packed records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from darb.rules.identity import Columns, Scored, match_columns, score_rows, shipped
from darb.rules.identity.blocking import people_keys
from darb.rules.identity.scoring import POSSIBLE_FROM
from darb.trust.actor import Actor
from darb.trust.models import ActionLog

from .likeness import unpacked, version
from .models import Likeness
from .together import Pair, pair

READ_AT_ONCE = 20_000
MOST_SHARING = 1000
_SHARING = """
select (select count(*) from (select from people_matchkey k where k.number = n.number and k.person_id <> all(%(but)s)
  limit %(most)s) k), n.number from unnest(%(numbers)s::bigint[]) n(number)
"""


@dataclass(frozen=True)
class Suspicion:
    """Two persons' ids, the smaller first, and how likely they are one."""

    person: int
    other: int
    probability: float


def suspicions(actor: Actor, after: int, at_a_time: int) -> tuple[list[Suspicion], int | None]:
    """The next `at_a_time` records made after the record `after`, against all before them and one another.

    Gives the pairs at least possible, the likeliest first, and the last record looked at; None when none was left.
    Reads every record up to there: 172 bytes each, in pages.
    """
    of_now = Likeness.objects.filter(version=version())
    fresh = list(of_now.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:at_a_time])
    if not fresh:
        return [], None
    persons, columns = _all_until(fresh[-1])
    first = len(persons) - len(fresh)
    pairs = match_columns(columns, shipped())
    kept = (pairs.probability >= POSSIBLE_FROM) & (pairs.rows.max(axis=1) >= first)
    best: dict[Pair, float] = {}
    for (one, other), chance in zip(persons[pairs.rows[kept]].tolist(), pairs.probability[kept].tolist(), strict=True):
        if one != other:
            best[pair(one, other)] = max(chance, best.get(pair(one, other), 0.0))
    found = [Suspicion(one, other, round(chance, 4)) for (one, other), chance in best.items()]
    return sorted(found, key=lambda s: -s.probability), fresh[-1]


def matched_until(actor: Actor) -> int:
    """The last record that a round compared; 0 before the first."""
    last = ActionLog.objects.filter(action="people.suggest").order_by("-pk").first()
    return int(last.detail.get("until", 0)) if last else 0


def _all_until(last: int) -> tuple[np.ndarray, Columns]:
    """The person of each record up to the id `last`, in order, and the records as columns."""
    persons: list[int] = []
    parts: list[Columns] = []
    seen = 0
    while True:
        page = list(
            Likeness.objects.filter(version=version(), pk__gt=seen, pk__lte=last)
            .order_by("pk")
            .values_list("pk", "person_id", "packed")[:READ_AT_ONCE]
        )
        if not page:
            return np.array(persons, dtype=np.int64), Columns.joined(parts)
        seen = page[-1][0]
        persons += [person for _pk, person, _row in page]
        parts.append(unpacked([row for _pk, _person, row in page]))


def weighed(one: int, other: int) -> Scored | None:
    """How likely two persons within sight are one, by the nearest of their records; None where one has none."""
    its, theirs = _packed_of(one, other)
    return max(_scores(its, theirs), key=lambda s: s.bits) if its and theirs else None


@dataclass(frozen=True)
class Sharing:
    """Two of the names that two persons both have (places among given, father, family), and how many others within
    sight of the same nationality and sex have names that sound like both; counted up to `MOST_SHARING`."""

    names: tuple[int, int]
    others: int


def sharing(one: int, other: int) -> Sharing | None:
    """The rarest two names that both persons have; None where they haven't two in common. Two statements."""
    its, theirs = _packed_of(one, other)
    if not its or not theirs:
        return None
    also = {number for numbers in people_keys(unpacked(theirs)).values() for number in numbers.tolist()}
    mine = people_keys(unpacked(its))
    both = {n: names for names, numbers in mine.items() for n in numbers.tolist() if n and n in also}
    if not both:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, {"numbers": list(both), "but": [one, other], "most": MOST_SHARING})
        others, number = min(cursor.fetchall())
    return Sharing(both[number], others)


def _packed_of(one: int, other: int) -> tuple[list[bytes], list[bytes]]:
    """The packed records of each of two persons within sight."""
    rows: dict[int, list[bytes]] = {one: [], other: []}
    kept = Likeness.objects.filter(person__in=[one, other], version=version())
    for person, row in kept.values_list("person_id", "packed"):
        rows[person].append(row)
    return rows[one], rows[other]


def _scores(ones: Sequence[bytes], others: Sequence[bytes]) -> list[Scored]:
    model = shipped()
    left, right = unpacked(ones), unpacked(others)
    return [s for n in range(len(left)) for s in score_rows(left, n, right, model.population, model)]
