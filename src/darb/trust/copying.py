"""Inserts and changes of many rows at the speed of COPY, behind the walls.

PostgreSQL refuses COPY into a table with row-level security, so large sets go through a temporary
table and one INSERT ... SELECT or UPDATE ... FROM, which the policies check row by row like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
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
    _through("incoming", model._meta.db_table, [str(f.column) for f in fields], _values(fields, flat))
    for row in flat:
        row._state.adding = False
        row._state.db = connection.alias
    return flat


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as values in the order of `columns`, such as psycopg writes them; the database numbers them.

    For rows that nobody asks back for: half the time of `copy_in`, which makes an object of each.
    """
    if not rows:
        return
    table = model._meta.db_table
    if len(rows) > _FEW:
        _through("incoming", table, columns, rows)
        return
    named = ", ".join(f'"{c}"' for c in columns)
    places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f'insert into "{table}" ({named}) values {places}', list(chain.from_iterable(rows)))


def _through(name: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    named = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'create temporary table {name} on commit drop as select {named} from "{table}" where false')
        with cursor.copy(f"copy {name} ({named}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f'insert into "{table}" ({named}) select {named} from {name}')
        cursor.execute(f"drop table {name}")


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
            for row in _values([key, *changed], flat):
                copy.write_row(row)
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


# Fields whose value psycopg writes as it stands on the object.
_PLAIN = (
    models.AutoField,
    models.BigAutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DateTimeField,
    models.ForeignKey,
    models.IntegerField,
    models.OneToOneField,
    models.SmallIntegerField,
)


def _values(fields: Sequence[models.Field[Any, Any]], rows: Iterable[models.Model]) -> Iterator[Sequence[Any]]:
    """The values of `fields` of each row, as psycopg writes them."""
    standing = attrgetter(*(f.attname for f in fields))
    made = [(n, f) for n, f in enumerate(fields) if type(f) not in _PLAIN]
    for row in rows:
        values = list(standing(row)) if len(fields) > 1 else [standing(row)]
        for n, f in made:
            value = f.get_db_prep_save(values[n], connection)
            values[n] = list(value) if isinstance(value, tuple) else value
        yield values
