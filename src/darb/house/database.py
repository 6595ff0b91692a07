"""Getting the database ready: the server found or started, the roles, the tables, the ground.

Everything here is safe to repeat. Errors are `HouseError`, one sentence each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from . import place
from .errors import HouseError
from .postgres import Cluster, assert_durable, ensure_roles_and_database
from .postgres_settings import APP, OWNER, SUPERUSER

# What has been done with a database, kept as its comment so that it travels with it.
LOADING, DEMONSTRATION, MISSION = "demonstration, loading", "demonstration", "mission"


def cluster() -> Cluster:
    """The embedded server of this installation's data folder (not started)."""
    return Cluster(place.data_dir() / "postgres")


def is_outer() -> bool:
    """Whether the database is on a server named by DATABASE_URL."""
    return "DATABASE_URL" in os.environ


def name() -> str:
    """The name of this installation's database."""
    return str(place.database(APP)["NAME"])


def dsn(role: str = SUPERUSER, dbname: str | None = None) -> str:
    """A connection string for `role` in `dbname` (else in this installation's database).

    SUPERUSER stands for the login that sets things up, also on an outer server.
    """
    if not is_outer():
        return cluster().dsn(role, dbname or name())
    options = {} if role == SUPERUSER else {"options": f"-c role={role}"}
    return make_conninfo(os.environ["DATABASE_URL"], dbname=dbname or name(), **options)


@contextmanager
def running() -> Iterator[None]:
    """The database server, for a command: the one that runs already, else one for just this while."""
    with nullcontext() if is_outer() else cluster().joined():
        yield


@contextmanager
def open_house(*, migrated: bool = True) -> Iterator[None]:
    """The running server with Django set up, for a command that works with what is there.

    Raises `HouseError` when the tables aren't there or aren't this version's (unless `migrated` is False).
    """
    set_up_django()
    with running():
        if migrated and pending_migrations():
            raise HouseError("The database isn't ready for this version of Darb: run `darb up` first.")
        yield


def set_up_django() -> None:
    """Load Django's settings and the rooms."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "darb.house.settings")
    django.setup()


def pending_migrations() -> int:
    """How many migrations this version has that the database hasn't."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare() -> bool:
    """Make roles, database and tables as this version wants them, and lay the ground. Says whether tables were new."""
    from django.core.management import call_command
    from django.db import connections

    if is_outer():
        ensure_roles_and_database(os.environ["DATABASE_URL"], name())
    pending = pending_migrations()
    if pending:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    connections["owner"].close()
    refuse_unsafe_role()
    _lay_ground()
    return bool(pending)


def refuse_unsafe_role(alias: str = "default") -> None:
    """Raise `HouseError` if the application would stand above the walls: as a superuser, an owner, or past them."""
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select current_user, rolsuper or rolbypassrls,"
            " exists (select from pg_class where relowner = r.oid) from pg_roles r where rolname = current_user"
        )
        role, mighty, owns = cursor.fetchone()
    if mighty or owns or role == OWNER:
        raise HouseError(
            f"Darb would work as the database role {role}, which row-level security doesn't bind: it must be {APP}."
        )


def check_durable() -> None:
    """Raise `ClusterError` if an acknowledged write might not survive a power cut (embedded server only)."""
    if not is_outer():
        with psycopg.connect(cluster().dsn()) as connection:
            assert_durable(connection)


def history() -> str:
    """What this database was begun as: LOADING, DEMONSTRATION, MISSION, or "" while nobody has decided."""
    with psycopg.connect(dsn(OWNER)) as connection:
        row = connection.execute(
            "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database"
            " where datname = current_database()"
        ).fetchone()
    assert row is not None
    return str(row[0])


def set_history(word: str) -> None:
    """Note what this database was begun as."""
    with psycopg.connect(dsn(OWNER), autocommit=True) as connection:
        connection.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name()), sql.Literal(word)))


def begin_again() -> None:
    """Throw away a database whose demonstration was interrupted while loading, and make its tables anew."""
    if history() != LOADING:
        raise HouseError("Only a demonstration that was interrupted while loading is begun again.")
    from django.db import connections

    connections.close_all()
    with psycopg.connect(dsn(OWNER)) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
    ensure_roles_and_database(dsn(), name())
    prepare()


def has_cases(dbname: str | None = None) -> bool:
    """Whether `dbname` (else this installation's database) holds any case."""
    with psycopg.connect(dsn(OWNER, dbname)) as connection:
        row = connection.execute("select to_regclass('cases_case') is not null").fetchone()
        if row is None or not row[0]:
            return False
        row = connection.execute("select exists (select from cases_case)").fetchone()
        return bool(row and row[0])


def _lay_ground() -> None:
    from uuid import uuid4

    from django.utils import timezone

    from darb.places.actions import lay_ground
    from darb.trust.action import Act
    from darb.trust.context import acting
    from darb.trust.queries import HOUSE

    with acting(HOUSE):
        lay_ground(Act(HOUSE, timezone.now(), uuid4()))
