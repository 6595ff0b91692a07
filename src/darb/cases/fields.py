"""A column that holds `Windows` of dates, as PostgreSQL's datemultirange."""

from __future__ import annotations

from typing import Any

from django.db import models

from darb.rules.windows import Windows


class WindowsField(models.Field):
    """Stores a `Windows`; in SQL it answers `@> date` and intersects with `*`."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's type name."""
        return "datemultirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Windows | None:
        """A `Windows` from the driver's multirange."""
        if value is None:
            return None
        return Windows.of((r.lower, r.upper) for r in value)

    def get_prep_value(self, value: Any) -> str | None:
        """The literal that PostgreSQL reads."""
        return value.as_text() if isinstance(value, Windows) else value

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Casts the literal."""
        return "%s::datemultirange"


@WindowsField.register_lookup
class HoldsDay(models.Lookup):
    """`windows__holds=day`: whether that day is in the set."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """PostgreSQL's own containment, which its indexes on multiranges answer."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @> %s::date", [*params, self.rhs]
