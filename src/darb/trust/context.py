"""The wall's second half: who is asking, told to PostgreSQL for the length of one transaction.

Row-level security compares each row's `scope_id` with the setting `darb.scopes`, and the class of data of what is
sealed with `darb.classes`. Nothing set, nothing seen. The settings are local to the transaction, so that a pooled
connection never carries them to the next user.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from .actor import Actor
from .powers import DataClass

_SET = (
    "select set_config('darb.scopes', %s, true), set_config('darb.account', %s, true),"
    " set_config('darb.classes', %s, true)"
)
_EVERY_CLASS = "{" + ",".join(DataClass) + "}"
_ALL = (
    "select set_config('darb.scopes', coalesce((select array_agg(id order by id)::text from trust_scope), '{}'), true),"
    f" set_config('darb.classes', '{_EVERY_CLASS}', true)"
)
_SIGHT = (
    "select coalesce(current_setting('darb.scopes', true), ''), coalesce(current_setting('darb.classes', true), '')"
)
_BACK = "select set_config('darb.scopes', %s, true), set_config('darb.classes', %s, true)"


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Open the outermost transaction of a request or job, seeing what `actor` may see."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if actor.house:
                cursor.execute(_ALL)
            else:
                scopes = "{" + ",".join(map(str, sorted(actor.scopes))) + "}"
                classes = "{" + ",".join(c for c in DataClass if actor.sees(c)) + "}"
                cursor.execute(_SET, [scopes, str(actor.account_id), classes])
        yield


@contextmanager
def whole_house() -> Iterator[None]:
    """Widen sight to every scope inside the running transaction, then narrow it again.

    For what a rule must see and the person acting need not: the gates of a family member at another
    site, a duplicate of a shielded person. What is read here must not reach the person acting; the
    architecture test lists the callers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIGHT)
        before = cursor.fetchone()
        cursor.execute(_ALL)
    # On an error the savepoint or transaction rolls back, and the local setting with it.
    yield
    with connection.cursor() as cursor:
        cursor.execute(_BACK, before)


@contextmanager
def unsealed() -> Iterator[None]:
    """See every class of data within the scopes in reach, inside the running transaction.

    For who writes down what they don't read again, for what a rule or a figure counts, and for a record opened in an
    emergency. The architecture test lists the callers, as with `whole_house`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIGHT)
        before = cursor.fetchone()
        cursor.execute(_BACK, [before[0], _EVERY_CLASS])
    yield
    with connection.cursor() as cursor:
        cursor.execute(_BACK, before)
