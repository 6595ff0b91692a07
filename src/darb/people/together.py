"""Which files are one person's: those that standing "same" judgements join. Nothing is stored of it but the judgements.

Both ends of a judgement must be in sight: a reader's files are never joined through one that they can't see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

# The newest judgement of a pair that counts is the one that stands.
_STANDS = """j.counts and not exists (select from people_judgement n
  where n.person_id = j.person_id and n.other_id = j.other_id and n.counts and n.id > j.id)"""
_JOINED = f"""
with recursive joined(origin, file) as (
  select id, id from unnest(%s::bigint[]) id
  union
  select g.origin, p.id from joined g
  cross join lateral (
    select other_id from people_judgement j where j.person_id = g.file and j.said = 'same' and {_STANDS}
    union all
    select person_id from people_judgement j where j.other_id = g.file and j.said = 'same' and {_STANDS}
  ) n (file) join people_person p on p.id = n.file
)
select origin, file from joined
"""
_SEEDS = """
select person_id, other_id from people_judgement
where said = 'same' and counts and (person_id = any(%s::bigint[]) or other_id = any(%s::bigint[]))
"""
_SAID = f"""
select j.person_id, j.other_id, j.said from people_judgement j
where j.person_id = any(%s::bigint[]) and j.other_id = any(%s::bigint[]) and {_STANDS}
"""
Pair = tuple[int, int]


def pair(one: int, other: int) -> Pair:
    """The two ids as a judgement carries them: the smaller first."""
    return min(one, other), max(one, other)


def together(persons: Collection[int]) -> dict[int, frozenset[int]]:
    """By person id, the ids of all files within sight that are the same person's, their own among them.

    One statement where nobody was ever joined, else two.
    """
    wanted = set(persons)
    ids = list(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_SEEDS, [ids, ids])
        seeds = {person for row in cursor.fetchall() for person in row} & wanted
        found: dict[int, set[int]] = defaultdict(set)
        if seeds:
            cursor.execute(_JOINED, [list(seeds)])
            for origin, file in cursor.fetchall():
                found[origin].add(file)
    return {p: frozenset(found.get(p, {p})) for p in wanted}


def all_files(persons: Collection[int]) -> set[int]:
    """The ids of every file within sight of any of these persons."""
    return set().union(*together(persons).values()) if persons else set()


def standing(ones: Collection[int], others: Collection[int]) -> dict[Pair, str]:
    """What stands of each pair that has one end among `ones` and the other among `others`. One statement."""
    ids = list({*ones, *others})
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [ids, ids])
        said = {(a, b): what for a, b, what in cursor.fetchall()}
    return {(a, b): what for (a, b), what in said.items() if (a in ones and b in others) or (b in ones and a in others)}
