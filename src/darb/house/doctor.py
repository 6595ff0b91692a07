"""`darb doctor`: is everything as it must be? Each check says what it found; one that can't look is ill."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from typing import NamedTuple

import psycopg
from psycopg.rows import scalar_row

from . import backup, database, place
from .errors import HouseError
from .postgres import ClusterError
from .postgres_settings import OWNER

LATE = 600  # seconds after which a job that nobody has taken up is late
LEAST_FREE = 2 * 10**9, 0.05  # bytes and share of the disk


class Finding(NamedTuple):
    """What one check found."""

    check: str
    well: bool
    said: str


Check = Callable[[], tuple[bool, str]]


def examine() -> list[Finding]:
    """Run every check. The server runs and Django is set up."""
    findings = []
    for name, check in CHECKS.items():
        try:
            findings.append(Finding(name, *check()))
        except (HouseError, ClusterError, OSError, psycopg.Error, _django_error()) as error:
            findings.append(Finding(name, False, str(error).strip().splitlines()[0]))
    return findings


def _django_error() -> type[Exception]:
    from django.db import Error

    return Error


def _keys() -> tuple[bool, str]:
    loose = []
    for name in ("secret-key", backup.RECIPIENT, backup.IDENTITY):
        path = place.data_dir() / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            loose.append(name)
    if loose:
        return False, f"others on this machine may read {', '.join(loose)}: chmod 600"
    if "DARB_SECRET_KEY" not in os.environ and not (place.data_dir() / "secret-key").exists():
        return False, "there is no key to sign sessions with: run `darb up`"
    if not (place.data_dir() / backup.RECIPIENT).exists():
        return False, "there is no key for backups: run `darb up`"
    if (place.data_dir() / backup.IDENTITY).exists() and database.history() == database.MISSION:
        return False, f"the secret key of the backups is still on this machine ({backup.IDENTITY}): move it away"
    return True, "in place, and closed to others"


def _role() -> tuple[bool, str]:
    database.refuse_unsafe_role()
    return True, "the application stands behind the walls"


def _promises() -> tuple[bool, str]:
    database.check_durable()
    return True, "the server's own settings" if database.is_outer() else "an acknowledged write survives a power cut"


def _tables() -> tuple[bool, str]:
    pending = database.pending_migrations()
    return pending == 0, f"{pending} migrations are missing: run `darb up`" if pending else "as this version wants them"


def _walls() -> tuple[bool, str]:
    from darb.trust.scopes import scoped_models
    from darb.trust.walls import sealed_tables

    sealed = sorted(sealed_tables())
    tables = [model._meta.db_table for model in scoped_models()]
    with psycopg.connect(database.dsn(OWNER), row_factory=scalar_row) as connection:
        open_ones = connection.execute(
            "select t from unnest(%s::text[]) t left join pg_class c on c.oid = to_regclass(t)"
            " where c.oid is null or not (c.relrowsecurity and c.relforcerowsecurity)"
            " or (select count(*) from pg_policy p where p.polrelid = c.oid and p.polpermissive) <> 3"
            " or (t = any (%s)) <> exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive)",
            [tables, sealed],
        ).fetchall()
    return not open_ones, f"open: {', '.join(open_ones)}" if open_ones else f"up on {len(tables)} tables"


def _queue() -> tuple[bool, str]:
    with psycopg.connect(database.dsn(OWNER)) as connection:
        row = connection.execute(
            "select count(*) filter (where status = 'todo'), count(*) filter (where status = 'failed'),"
            " coalesce(max(extract(epoch from now() - greatest(e.at, j.scheduled_at)))"
            " filter (where status in ('todo', 'doing')), 0)"
            " from procrastinate_jobs j join lateral"
            " (select max(at) as at from procrastinate_events where job_id = j.id) e on true"
        ).fetchone()
    assert row is not None
    waiting, failed, age = row
    if failed:
        return False, f"{failed} jobs failed"
    if age > LATE:
        return False, f"a job has waited {age / 60:.0f} minutes: is the worker running?"
    return True, f"{waiting} jobs wait, the oldest {max(age, 0):.0f} s"


def _disk() -> tuple[bool, str]:
    usage = shutil.disk_usage(place.data_dir())
    said = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB free"
    return usage.free >= LEAST_FREE[0] and usage.free >= LEAST_FREE[1] * usage.total, said


def _readiness() -> tuple[bool, str]:
    from darb.cases.queries import differences
    from darb.trust.context import acting
    from darb.trust.queries import HOUSE

    with acting(HOUSE):
        found = differences()
    return not found, "; ".join(found) if found else "the rows say what the facts say"


def _codes() -> tuple[bool, str]:
    from darb.house.codes import undeclared
    from darb.trust.context import acting
    from darb.trust.queries import HOUSE

    with acting(HOUSE):
        found = undeclared()
    return not found, "; ".join(found) if found else "every code in the rows is declared"


CHECKS: dict[str, Check] = {
    "tables": _tables,
    "role": _role,
    "walls": _walls,
    "durability": _promises,
    "keys": _keys,
    "queue": _queue,
    "disk": _disk,
    "readiness": _readiness,
    "codes": _codes,
}
