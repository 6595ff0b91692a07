"""A cluster used: is it usable, does it still hold the names written into it, has it ended, has it recovered."""

from __future__ import annotations

import time

import psycopg

from darb.house.postgres import Cluster
from darb.house.postgres_settings import APP, OWNER


def works(cluster: Cluster) -> bool:
    """Whether the application can use the database."""
    with psycopg.connect(cluster.dsn()) as connection:
        return connection.execute("SELECT 6 * 7").fetchone() == (42,)


def remember(cluster: Cluster, name: str) -> None:
    """Write a name that must still be there later."""
    with psycopg.connect(cluster.dsn(OWNER)) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS remembered (name text)")
        owner.execute("INSERT INTO remembered VALUES (%s)", [name])


def remembered(cluster: Cluster) -> list[str]:
    """The names written so far."""
    with psycopg.connect(cluster.dsn(APP)) as app:
        return [row[0] for row in app.execute("SELECT name FROM remembered ORDER BY name")]


def wait_until_dead(cluster: Cluster) -> None:
    """Wait until the killed postmaster has ended."""
    deadline = time.monotonic() + 10
    while cluster.pid is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_until_works(cluster: Cluster) -> None:
    """Wait while the server recovers from an end of its own."""
    deadline = time.monotonic() + 30
    while not cluster.is_answering():
        assert time.monotonic() < deadline
        time.sleep(0.05)
