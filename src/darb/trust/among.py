"""`field__among=ids`: as `__in`, for sets of any size.

Django's `__in` sends each id as a value of its own and PostgreSQL weighs each while it plans: with
14,000 ids that costs more than finding the rows. Here they go as one array.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.fields.related import ForeignObject


@ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """Whether a whole-number column, or a key to another table, is among the given ids (or objects with a key)."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`column = any (array)`."""
        column, params = self.process_lhs(compiler, connection)
        ids = ",".join([str(int(getattr(v, "pk", v))) for v in self.rhs])
        return f"{column} = any (%s::bigint[])", (*params, f"{{{ids}}}")
