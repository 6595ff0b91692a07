"""The wall's second half: who is asking, told to PostgreSQL for the length of one transaction.

Row-level security compares each row's `scope_id` with the setting `darb.scopes`. Nothing set, nothing
seen. The setting is local to the transaction, so that a pooled connection never carries it to the
next user.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from .actor import Actor

_SET = "select set_config('darb.scopes', %s, true), set_config('darb.account', %s, true)"
_ALL = (
    "select set_config('darb.scopes', coalesce((select array_agg(id order by id)::text from trust_scope), '{}'), true)"
)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Open the outermost transaction of a request or job, seeing what `actor` may see."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if actor.house:
                cursor.execute(_ALL)
            else:
                scopes = "{" + ",".join(map(str, sorted(actor.scopes))) + "}"
                cursor.execute(_SET, [scopes, str(actor.account_id)])
        yield


@contextmanager
def whole_house() -> Iterator[None]:
    """Widen sight to every scope inside the running transaction, then narrow it again.

    For what a rule must see and the person acting need not: the gates of a family member at another
    site, a duplicate of a shielded person. What is read here must not reach the person acting; the
    architecture test lists the callers.
    """
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('darb.scopes', true), '')")
        before = cursor.fetchone()[0]
        cursor.execute(_ALL)
    # On an error the savepoint or transaction rolls back, and the local setting with it.
    yield
    with connection.cursor() as cursor:
        cursor.execute("select set_config('darb.scopes', %s, true)", [before])
