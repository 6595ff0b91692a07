"""References that nobody has yet."""

from __future__ import annotations

from django.db import connection, models

from darb.rules.reference import new_references

from .context import whole_house


def unused_references(model: type[models.Model], count: int) -> list[str]:
    """Give `count` references that no row of `model` has as its `ref`, within reach or not.

    By chance alone, one of 14,000 new references is somebody's already every other time among a million people.
    """
    found: set[str] = set()
    with whole_house(), connection.cursor() as cursor:
        while missing := count - len(found):
            made = set(new_references(missing))
            cursor.execute(f'select ref from "{model._meta.db_table}" where ref = any (%s)', [list(made)])
            found |= made.difference(ref for (ref,) in cursor.fetchall())
    return list(found)
