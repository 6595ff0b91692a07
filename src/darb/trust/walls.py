"""Migration operations that put up the walls: row-level security, and tables that only grow."""

from __future__ import annotations

from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from .powers import DataClass

# All of it inside the sub-select, so that the list is read once a statement; outside it, once a row.
_SCOPES = "(select nullif(current_setting('darb.scopes', true), '')::int[])::int[]"

_WALL = """
alter table {t} enable row level security;
alter table {t} force row level security;
create policy app on {t} for all to darb_app using (scope_id = any ({scopes})) with check (scope_id = any ({scopes}));
create policy owner on {t} for all to darb_owner using (true) with check (true);
create policy backup on {t} for select to darb_backup using (true);
"""

_NO_WALL = """
drop policy app on {t};
drop policy owner on {t};
drop policy backup on {t};
alter table {t} no force row level security;
alter table {t} disable row level security;
"""

# A second wall behind the first, by class of data: whoever doesn't read it finds no row, and may still write one.
_SEAL = """
create policy sealed on {t} as restrictive for all to darb_app
using ({of} = any ((select nullif(current_setting('darb.classes', true), '')::text[])::text[])) with check (true);
"""

_GROW = """
create trigger only_grows before update or delete on {t} for each row execute function darb_only_grows();
create trigger never_emptied before truncate on {t} execute function darb_never_emptied();
revoke update, delete, truncate on {t} from darb_app;
do $$ begin
  if exists (select from pg_attribute where attrelid = '{t}'::regclass and attname = 'scope_id') then
    grant update (scope_id) on {t} to darb_app;
  end if;
end $$;
"""

# A row may move behind another wall with its person; nothing else of it ever changes.
_GROW_FUNCTION = """
create or replace function darb_only_grows() returns trigger language plpgsql as $$ begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'scope_id' = to_jsonb(old) - 'scope_id' then return new; end if;
  raise exception '% only grows: % refused', tg_table_name, tg_op;
end $$;
create or replace function darb_never_emptied() returns trigger language plpgsql as
$$ begin raise exception '% only grows: % refused', tg_table_name, tg_op; end $$;
"""


class _Sql(Operation):
    """An operation that runs SQL on one or more tables and changes no model state."""

    reversible = True

    def __init__(self, *tables: str) -> None:
        self.tables = tables

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, list(self.tables), {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Walls are not part of the models' state."""

    def describe(self) -> str:
        return f"{self.__class__.__name__} on {', '.join(self.tables)}"


class Wall(_Sql):
    """Row-level security on tables with a `scope_id`: one policy for each database role (TRUST.md 2b)."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for table in self.tables:
            schema_editor.execute(_WALL.format(t=table, scopes=_SCOPES), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for table in self.tables:
            schema_editor.execute(_NO_WALL.format(t=table), params=None)


class Sealed(Operation):
    """Rows that only readers of their class of data find: `of` is the class of the whole table (D4), or nothing where
    the column `data_class` of each row says it."""

    reversible = True

    def __init__(self, table: str, of: str = "") -> None:
        self.table, self.of = table, of

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"of": self.of} if self.of else {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Walls are not part of the models' state."""

    def describe(self) -> str:
        return f"Sealed {self.table}"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        of = f"'{DataClass(self.of)}'::text" if self.of else "data_class::text"
        schema_editor.execute(_SEAL.format(t=self.table, of=of), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f"drop policy sealed on {self.table}", params=None)


class OnlyGrows(_Sql):
    """Tables whose rows are never changed or removed: by trigger for everybody, by grant for the application."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(_GROW_FUNCTION, params=None)
        for table in self.tables:
            schema_editor.execute(_GROW.format(t=table), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for table in self.tables:
            schema_editor.execute(
                f"drop trigger only_grows on {table}; grant update, delete on {table} to darb_app;", None
            )


def sealed_tables() -> set[str]:
    """The tables that have a second wall, by the migrations that put it up."""
    migrations = MigrationLoader(None).disk_migrations.values()
    return {operation.table for m in migrations for operation in m.operations if isinstance(operation, Sealed)}
