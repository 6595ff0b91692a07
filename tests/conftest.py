"""The test database: real PostgreSQL, migrated by its owner, used as the application's role behind the walls."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

os.environ.setdefault("DARB_DATA", tempfile.mkdtemp(prefix="darb-test-"))

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import make_conninfo

from darb.house.postgres import Cluster, ensure_roles_and_database

pytest_plugins = ["tests.cluster", "tests.cast", "tests.sharing_out"]

TEMPLATE = "darb_template"
OBJECTS_BETWEEN_SWEEPS = 50_000


def pytest_collection_finish() -> None:
    """What is imported stays to the end: looking through it for garbage again and again takes a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SWEEPS, 20, 100)


def _admin_dsn(request: pytest.FixtureRequest) -> str:
    if url := os.environ.get("DATABASE_URL"):
        return url
    cluster: Cluster = request.getfixturevalue("test_cluster")
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["HOST"] = str(cluster.socket_dir)
        connections[alias].settings_dict["HOST"] = str(cluster.socket_dir)
    return cluster.dsn("postgres", "postgres")


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def admin_dsn(request: pytest.FixtureRequest) -> str:
    """A login that may make and drop databases on the test server."""
    return _admin_dsn(request)


@pytest.fixture(scope="session")
def template_database(admin_dsn: str, django_db_blocker: Any) -> Iterator[str]:
    """One migrated database with the places loaded; every other is a copy of it."""
    name = f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")
    ensure_roles_and_database(admin_dsn, name)
    with django_db_blocker.unblock():
        _use(name)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        from tests.cast import lay_ground

        lay_ground()
        _use(name)
    yield name
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, admin_dsn: str, django_db_blocker: Any) -> Iterator[None]:
    """The database that ordinary tests roll back in."""
    with _copy(template_database, admin_dsn) as name:
        with django_db_blocker.unblock():
            _use(name)
        yield
        with django_db_blocker.unblock():
            _use(name)


class _copy:
    """A copy of the template, for as long as the block runs."""

    def __init__(self, template: str, admin_dsn: str) -> None:
        self.template, self.dsn = template, make_conninfo(admin_dsn)
        self.name = f"darb_{uuid4().hex[:12]}"

    def __enter__(self) -> str:
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute(f"create database {self.name} template {self.template} owner darb_owner")
            admin.execute(f"grant connect, temporary on database {self.name} to darb_app")
            admin.execute(f"grant connect on database {self.name} to darb_backup")
        return self.name

    def __exit__(self, *error: object) -> None:
        for alias in ("default", "owner"):
            connections[alias].close()
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute(f"drop database if exists {self.name} with (force)")


@contextmanager
def database_of_its_own(template: str, admin_dsn: str, blocker: Any) -> Iterator[str]:
    """A copy of the template in which commits are real, in use for as long as the block runs. Gives its name."""
    before = connections["default"].settings_dict["NAME"]
    with blocker.unblock(), _copy(template, admin_dsn) as name:
        _use(name)
        try:
            yield name
        finally:
            _use(before)


@pytest.fixture
def committed(template_database: str, admin_dsn: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, where commits are real: for concurrency and for the browser. Gives its name."""
    with database_of_its_own(template_database, admin_dsn, django_db_blocker) as name:
        yield name
