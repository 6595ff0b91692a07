"""Scopes: found or made in sets, and moved with the people they belong to, all tables at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from .models import Level, Scope, Scoped

# {table} and {person} are names of our own models, never input.
_MAKE_TARGETS = """
insert into trust_scope (office, site, programme, level)
select distinct coalesce(%s, office), coalesce(%s, site), programme, coalesce(%s, level) from trust_scope
where id in (select scope_id from {table} where {person} = any(%s))
on conflict do nothing
"""
_MOVE = """
update {table} t set scope_id = n.id from trust_scope o, trust_scope n
where t.{person} = any(%s) and o.id = t.scope_id and n.programme = o.programme
  and n.office = coalesce(%s, o.office) and n.site = coalesce(%s, o.site) and n.level = coalesce(%s, o.level)
  and n.id <> o.id
"""


class Where(NamedTuple):
    """The words of a scope. An empty programme is the shared core."""

    office: str
    site: str
    programme: str = ""
    level: int = Level.OPEN


def scope_ids(wanted: Iterable[Where]) -> dict[Where, int]:
    """Give the id of each scope in `wanted`, making those that don't exist yet. Two statements."""
    # The wall looks through the list of scopes from its beginning: open ones, where nearly everybody is, come first.
    keys = sorted(set(wanted), key=lambda where: (where.level, where))
    if not keys:
        return {}
    columns = [list(c) for c in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into trust_scope (office, site, programme, level)"
            " select * from unnest(%s::text[], %s::text[], %s::text[], %s::int[])"
            " on conflict do nothing",
            columns,
        )
        cursor.execute(
            "select s.office, s.site, s.programme, s.level, s.id from trust_scope s"
            " join unnest(%s::text[], %s::text[], %s::text[], %s::int[]) w (office, site, programme, level)"
            " using (office, site, programme, level)",
            columns,
        )
        return {Where(o, s, p, lv): i for o, s, p, lv, i in cursor.fetchall()}


def scope_id(where: Where) -> int:
    """The id of one scope, made if need be."""
    return scope_ids([where])[where]


def at_level(scope_id: int, level: int) -> int:
    """The id of the same scope at another level."""
    s = Scope.objects.get(pk=scope_id)
    return scope_ids([Where(s.office, s.site, s.programme, level)])[Where(s.office, s.site, s.programme, level)]


def scoped_models() -> list[type[Scoped]]:
    """Every concrete model behind the wall."""
    return [m for m in apps.get_models() if issubclass(m, Scoped)]


def move(
    persons: Sequence[int], *, office: str | None = None, site: str | None = None, level: int | None = None
) -> int:
    """Move every row of `persons` to another office, site or level, in every table that follows them.

    What is None stays as it is. One statement a table however many people. Must run where every row
    is in sight (`context.whole_house`). Gives the number of rows moved.
    """
    moved = 0
    to = [office, site, level]
    with connection.cursor() as cursor:
        for model in scoped_models():
            if model.person_column is None:
                continue
            names = {"table": model._meta.db_table, "person": model.person_column}
            cursor.execute(_MAKE_TARGETS.format(**names), [*to, list(persons)])
            cursor.execute(_MOVE.format(**names), [list(persons), *to])
            moved += cursor.rowcount
    return moved
