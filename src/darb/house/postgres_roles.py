"""Darb's three database roles and its database, on the embedded server or on one given by DATABASE_URL.

`darb_owner` makes tables and owns them, `darb_app` works with rows, `darb_backup` reads them all.
None is a superuser and none may step around row-level security.
"""

from __future__ import annotations

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from .postgres_errors import ClusterError
from .postgres_settings import APP, BACKUP, DATABASE, OWNER

# Attributes of each role, as pg_roles tells them: may make databases, may take base backups. None has more.
CREATEDB = {OWNER: True, APP: False, BACKUP: False}
# The setting's name, what it must be, and what is lost otherwise.
PROMISES = (
    ("fsync", ("on",), "a power cut can destroy the database"),
    (
        "synchronous_commit",
        ("on", "local", "remote_write", "remote_apply"),
        "a power cut can lose what was acknowledged",
    ),
    ("full_page_writes", ("on",), "a power cut can tear pages"),
    ("data_checksums", ("on",), "damage on the disk goes unseen"),
)


def ensure_roles_and_database(admin_dsn: str, dbname: str = DATABASE, *, replication: bool = False) -> None:
    """Make the roles and the database if they aren't there, and put their rights right. Safe to repeat.

    `admin_dsn` logs in as a superuser, or as a role that may create roles and databases; where the
    roles and the database exist already, `darb_owner`'s own login is enough. `replication` lets
    `darb_backup` take base backups. Raises `ClusterError` when the login may not do what is missing.
    """
    try:
        with psycopg.connect(admin_dsn, autocommit=True) as connection:
            _ensure_roles(connection, replication=replication)
            _ensure_database(connection, dbname)
        with psycopg.connect(make_conninfo(admin_dsn, dbname=dbname)) as connection:
            _as_owner(connection)
            prepare_database(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise ClusterError(
            f"The database login may not set up Darb's roles ({error.diag.message_primary}): give one that "
            "may create roles and databases, once."
        ) from error


def prepare_database(connection: Connection) -> None:
    """Give the three roles their rights in the database that `connection`, as `darb_owner`, is in.

    What `darb_owner` makes later is covered too (default privileges). A test database needs this call
    once, before its first migration.
    """
    for statement in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SEQUENCES TO {APP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT ON TABLES TO {BACKUP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT ON SEQUENCES TO {BACKUP}",
    ):
        connection.execute(statement)


def assert_durable(connection: Connection) -> None:
    """Raise `ClusterError` unless an acknowledged commit on this server survives a power cut and no TCP is open.

    For the embedded server; an outer one listens on TCP by nature.
    """
    for name, good, loss in PROMISES:
        is_set = _setting(connection, name)
        if is_set not in good:
            raise ClusterError(f"PostgreSQL runs with {name} = {is_set}: {loss}.")
    if _setting(connection, "listen_addresses"):
        raise ClusterError("PostgreSQL listens on the network, and must not.")


def _setting(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _ensure_roles(connection: Connection, *, replication: bool) -> None:
    mighty = _setting(connection, "is_superuser") == "on"
    told = "SELECT rolcanlogin, rolcreatedb, rolreplication, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles"
    for role, creates_databases in CREATEDB.items():
        found = connection.execute(f"{told} WHERE rolname = %s", [role]).fetchone()
        # Base backups, once allowed, stay allowed: whoever calls without the word doesn't take them away.
        replicates = role == BACKUP and (replication or bool(found and found[2]))
        attributes = f"LOGIN {'' if creates_databases else 'NO'}CREATEDB {'' if replicates else 'NO'}REPLICATION"
        if found is None:
            # Only one who has REPLICATION may speak of it.
            connection.execute(
                f"CREATE ROLE {role} {attributes if mighty else attributes.removesuffix(' NOREPLICATION')}"
            )
        elif mighty and found != (True, creates_databases, replicates, False, False, False):
            connection.execute(f"ALTER ROLE {role} {attributes} NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
        elif not mighty and any(found[3:]):
            raise ClusterError(f"The role {role} may do too much: take superuser, createrole and bypassrls from it.")
        if not mighty and not _may_become(connection, role):
            # A managed server has one login, which works as the role that fits the task.
            connection.execute(f"GRANT {role} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE")


def _ensure_database(connection: Connection, dbname: str) -> None:
    name = sql.Identifier(dbname)
    found = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [dbname]
    ).fetchone()
    if found is None:
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            ).format(name, sql.Identifier(OWNER))
        )
    elif found[0] != OWNER:
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, sql.Identifier(OWNER)))
    _as_owner(connection)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    roles = sql.SQL(f"{APP}, {BACKUP}")
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, roles))
    # Large inserts pass through a temporary table (trust/copying.py).
    connection.execute(sql.SQL(f"GRANT TEMPORARY ON DATABASE {{}} TO {APP}").format(name))
    connection.execute("RESET ROLE")


def _as_owner(connection: Connection) -> None:
    connection.execute(f"SET ROLE {OWNER}")


def _may_become(connection: Connection, role: str) -> bool:
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'SET')", [role]).fetchone()
    return row is not None and bool(row[0])
