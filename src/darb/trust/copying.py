"""Inserts and changes of many rows at the speed of COPY, behind the walls.

PostgreSQL refuses COPY into a table with row-level security, so large sets go through a temporary
table and one INSERT ... SELECT or UPDATE ... FROM, which the policies check row by row like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

# Below this, one INSERT with its values beats the temporary table.
_FEW = 100
_FEW_CHANGES = 8


def copy_in(rows: Iterable[M] | Iterable[Iterable[M]]) -> list[M]:
    """Insert unsaved rows of one model, giving each its primary key. Accepts rows or lists of rows."""
    flat: list[M] = list(chain.from_iterable([r] if isinstance(r, models.Model) else r for r in rows))
    if not flat:
        return flat
    model = type(flat[0])
    if len(flat) <= _FEW:
        model._default_manager.bulk_create(flat)
        return flat
    _number(model, flat)
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{f.column}"' for f in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'create temporary table incoming (like "{table}") on commit drop')
        with cursor.copy(f"copy incoming ({columns}) from stdin") as copy:
            for row in flat:
                copy.write_row([_value(f, row) for f in fields])
        cursor.execute(f'insert into "{table}" ({columns}) select {columns} from incoming')
        cursor.execute("drop table incoming")
    for row in flat:
        row._state.adding = False
        row._state.db = connection.alias
    return flat


def change_in(rows: Collection[M], fields: Sequence[str]) -> None:
    """Write `fields` of saved rows of one model, each row with values of its own, in one UPDATE."""
    flat = list(rows)
    if not flat:
        return
    model = type(flat[0])
    if len(flat) <= _FEW_CHANGES:
        model._default_manager.bulk_update(flat, list(fields))
        return
    key = model._meta.pk
    by_name = {f.name: f for f in model._meta.concrete_fields}
    changed = [by_name[name] for name in fields]
    columns = ", ".join(f'"{f.column}"' for f in (key, *changed))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'create temporary table changed on commit drop as select {columns} from "{table}" where false')
        with cursor.copy(f"copy changed ({columns}) from stdin") as copy:
            for row in flat:
                copy.write_row([_value(f, row, add=False) for f in (key, *changed)])
        sets = ", ".join(f'"{f.column}" = c."{f.column}"' for f in changed)
        cursor.execute(f'update "{table}" t set {sets} from changed c where t."{key.column}" = c."{key.column}"')
        cursor.execute("drop table changed")


def _number(model: type[models.Model], rows: list[Any]) -> None:
    key = model._meta.pk
    if not isinstance(key, models.AutoField) or rows[0].pk is not None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [f'"{model._meta.db_table}"', key.column, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number


def _value(field: models.Field[Any, Any], row: models.Model, *, add: bool = True) -> Any:
    value = field.get_db_prep_save(field.pre_save(row, add=add), connection)
    return list(value) if isinstance(value, tuple) else value
