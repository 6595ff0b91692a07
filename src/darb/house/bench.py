"""`darb bench`: the work on a large mission, each part beside the bare database work for the same rows.

It fills a database of its own beside the mission's on the same server, and drops it at the end. What
counts are the ratios of one run: both sides of each met the same machine in the same minutes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from . import database
from .errors import HouseError
from .postgres import ensure_roles_and_database
from .postgres_settings import SUPERUSER

if TYPE_CHECKING:
    from .bench_measures import Line

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Scale:
    """How large the mission is, how many people one action registers, and how often each thing is measured."""

    persons: int = 1_000_000
    cases: int = 300_000
    registered: int = 14_000
    seeds: int = 640
    batches: int = 20
    sets: int = 7
    pages: int = 200


WHOLE = Scale()
QUICK = Scale(50_000, 15_000, 700, 160, 5, 3, 20)


def run(scale: Scale, tell: Tell) -> list[Line]:
    """Make the database, measure every line, drop the database. `tell` gets a line of progress now and then."""
    with own_database():
        database.set_up_django()
        from .bench_ground import fill
        from .bench_seeds import at, open_accounts, plant

        tell(f"Making the database {database.name()} ...")
        ensure_roles_and_database(_admin(), database.name())
        database.prepare()
        from darb.trust.context import acting
        from darb.trust.queries import HOUSE

        with acting(HOUSE):
            accounts = open_accounts()
            plant(scale.seeds, scale.batches, lambda done, of: tell(f"  seeds {done}/{of}"))
        fill(scale.persons, scale.cases, lambda what, done, of: tell(f"  {what} ({done + 1}/{of})"))
        return list(_measure(scale, accounts, tell, at))


def _measure(scale: Scale, accounts: dict[str, Any], tell: Tell, at: Any) -> Iterator[Line]:
    from darb.trust.queries import actor_for

    from . import bench_gathering, bench_papers
    from . import bench_measures as measures

    chance = random.Random(2019)
    for who in ("whole", "office"):
        tell(f"  readiness, {who}")
        yield measures.readiness(actor_for(accounts[who]), who, scale.sets)
    for page in measures.pages(chance, scale.pages):
        tell(f"  {page.what}")
        yield measures.reads(page, actor_for(accounts["whole"]), scale.pages)
        yield measures.served(page, accounts["whole"], scale.pages)
    tell("  papers")
    yield bench_papers.setting(scale.sets)
    tell("  what there is to plan")
    yield bench_gathering.gathering(scale.sets)
    for with_cases in (False, True):
        tell(f"  registering {scale.registered} people")
        yield measures.registering(accounts["clerk"], scale.registered, chance, with_cases=with_cases)


@contextmanager
def own_database() -> Iterator[None]:
    """Point everything at a new, empty database beside the mission's; dropped at the end, whatever happens."""
    mission = database.name()
    name = f"{mission}_bench"
    before = os.environ.get("DARB_DATABASE")
    with database.running():
        _drop(name, force=False)
        os.environ["DARB_DATABASE"] = name
        try:
            yield
        finally:
            if before is None:
                del os.environ["DARB_DATABASE"]
            else:
                os.environ["DARB_DATABASE"] = before
            _drop(name, force=True)


def _drop(name: str, *, force: bool) -> None:
    statement = sql.SQL("drop database if exists {}" + (" with (force)" if force else "")).format(sql.Identifier(name))
    try:
        with psycopg.connect(_admin(), autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.errors.ObjectInUse as error:
        raise HouseError(f"Another bench is running: somebody is using the database {name}.") from error


def _admin() -> str:
    """A login that may make and drop databases."""
    return os.environ["DATABASE_URL"] if database.is_outer() else database.dsn(SUPERUSER, "postgres")


def as_text(lines: list[Line]) -> str:
    """A table for reading."""
    head = ("", "p50", "p95", "bare", "ratio", "statements", "aim", "")
    rows = [
        (
            line.what,
            _ms(line.p50),
            _ms(line.p95),
            _ms(line.bare),
            f"{line.ratio:.1f} x",
            str(line.statements),
            line.aim,
            "met" if line.met else "MISSED",
        )
        for line in lines
    ]
    wide = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(w) if n in (0, 6, 7) else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, wide, strict=True))
        ).rstrip()
        for row in [head, *rows]
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"
