"""Inserts of many rows at the speed of COPY, behind the walls.

PostgreSQL refuses COPY into a table with row-level security, so large sets go through a temporary
table and one INSERT ... SELECT, which the policies check row by row like any other insert.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

# Below this, one INSERT with its values beats the temporary table.
_FEW = 100


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


def _value(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return list(value) if isinstance(value, tuple) else value
