"""What the bench measures: each line is Darb's own work beside the least that PostgreSQL would do for it.

The bare side runs as the tables' owner, whom no policy binds, without Django.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.db import connection as app
from django.test import Client

from darb.cases import queries as cases
from darb.cases import work_queries
from darb.cases.pathways import pathway
from darb.cases.registration_actions import Telling, register_with_cases
from darb.cases.work_queries import Asked
from darb.people import queries as people
from darb.people.actions import register
from darb.trust.action import Act
from darb.trust.actor import Actor
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import actor_for

from . import database
from .bench_seeds import AIRPORT, DAY, PROGRAMME, at, registrations
from .postgres_settings import OWNER

SETS_RATIO, SETS_SECONDS = 3.0, 2.0
PAGE_SECONDS = 0.1
COPY_RATIO = 5.0
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One thing measured, in seconds: the median and the 95th percentile, the bare median beside it, and the aim."""

    what: str
    p50: float
    p95: float
    bare: float
    aim: str
    met: bool
    statements: int | None = None
    rows: int | None = None

    @property
    def ratio(self) -> float:
        """How many times the bare work it takes."""
        return self.p50 / self.bare

    def as_json(self) -> dict[str, Any]:
        """For other software."""
        return {**asdict(self), "ratio": round(self.ratio, 2)}


class _Clock:
    """Times of repetitions, in seconds."""

    def __init__(self) -> None:
        self.times: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.times.append(time.perf_counter() - began)

    def at(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(repeat: int, work: Callable[[int], object]) -> _Clock:
    """`work(n)` timed for n up to `repeat`, after one run that warms up."""
    work(0)
    clock = _Clock()
    for n in range(repeat):
        with clock.running():
            work(n)
    return clock


class Statements:
    """Counts what is sent to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def readiness(actor: Actor, who: str, repeat: int) -> Line:
    """How many cases can fly on a day and what keeps the rest, beside a bare count of the same windows.

    The bare side counts by gate over the rows of the cases within reach, and knows nothing more.
    """
    statements = Statements()
    with acting(actor), app.execute_wrapper(statements):
        waiting = cases.count_on(actor, DAY, PROGRAMME).waiting
    with acting(actor):
        asked = timed(repeat, lambda n: cases.count_on(actor, DAY, PROGRAMME))
    gates = ", ".join(
        f"count(*) filter (where not windows[{n + 1}] @> '{DAY}'::date)" for n in range(len(pathway(PROGRAMME).gates))
    )
    within = f" where scope_id = any ('{{{','.join(map(str, sorted(actor.scopes)))}}}')" if who != "whole" else ""
    with bare() as connection:
        plain = timed(repeat, lambda n: connection.execute(f"select {gates} from cases_readiness{within}").fetchall())
    p50, least = asked.at(0.5), plain.at(0.5)
    met = p50 <= SETS_RATIO * least and p50 < SETS_SECONDS
    what = f"readiness on a day, {'the whole mission' if who == 'whole' else 'one office'}"
    aim = f"<= {SETS_RATIO:g} x, < {SETS_SECONDS:g} s"
    return Line(what, p50, asked.at(0.95), least, aim, met, statements.count, waiting)


@dataclass(frozen=True)
class Page:
    """A page or list: the reads behind it, the bare statement beside them, its address, and what to ask for."""

    what: str
    read: Callable[[Actor, Any], object]
    plain: str
    values: Callable[[Any], Sequence[Any]]
    address: Callable[[Any], str]
    asked: Sequence[Any]


def reads(page: Page, actor: Actor, repeat: int) -> Line:
    """The reads of a page through its room's queries, each in a transaction of its own as a request has."""
    statements = Statements()

    def read(n: int) -> None:
        with acting(actor):
            page.read(actor, page.asked[n % len(page.asked)])

    with acting(actor), app.execute_wrapper(statements):
        page.read(actor, page.asked[0])
    return _line(page, f"{page.what}, reads", timed(repeat, read), repeat, statements.count)


def served(page: Page, account: Account, repeat: int) -> Line:
    """The whole page, from the request to the last byte of HTML."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(account)
    statements = Statements()

    def get(n: int) -> None:
        address = page.address(page.asked[n % len(page.asked)])
        response = client.get(address)
        if response.status_code != 200:
            raise AssertionError(f"{address} answered {response.status_code}")

    with app.execute_wrapper(statements):
        get(0)
    return _line(page, f"{page.what}, whole page", timed(repeat, get), repeat, statements.count)


def _line(page: Page, what: str, clock: _Clock, repeat: int, statements: int) -> Line:
    with bare() as connection:
        plain = timed(
            repeat,
            lambda n: connection.execute(page.plain, page.values(page.asked[n % len(page.asked)])).fetchall(),
        )
    met = clock.at(0.95) < PAGE_SECONDS
    return Line(what, clock.at(0.5), clock.at(0.95), plain.at(0.5), "p95 < 100 ms", met, statements)


def pages(chance: random.Random, count: int) -> list[Page]:
    """Every page that is measured, each with `count` things to ask for."""
    with bare() as connection:
        refs = connection.execute(
            "select c.ref, p.ref, h.number, p.name from cases_case c join people_person p on p.id = c.person_id"
            " join people_phone h on h.person_id = p.id order by c.id offset 700"
        ).fetchall()
    some = chance.sample(refs, count)
    rare = [name.split()[-1] for *_rest, name in some]
    found = "select person_id from people_token where token >= %s and token < %s limit 20"

    def search(what: str, asked: list[str]) -> Page:
        return Page(
            f"search by {what}",
            lambda actor, text: people.find(actor, text, 40),
            found,
            lambda text: (text.lower().split()[-1], text.lower().split()[-1] + chr(0x10FFFF)),
            lambda text: f"/search/?{urlencode({'q': text})}",
            asked,
        )

    return [
        Page(
            "case page",
            lambda actor, ref: cases.case_file(actor, ref, DAY),
            "select * from cases_case c join people_person p on p.id = c.person_id where c.ref = %s",
            lambda ref: (ref,),
            lambda ref: f"/cases/{ref}/?day={DAY}",
            [ref for ref, *_rest in some],
        ),
        search("one word", rare),
        search("two words", [f"{name.split()[0]} {name.split()[-1]}" for *_rest, name in some]),
        search("the commonest name", ["Mohamed"]),
        search("the two commonest names", ["Mohamed Ibrahim"]),
        search("a reference", [ref for _case, ref, *_rest in some]),
        search("a phone", [phone for _case, _ref, phone, _name in some]),
        Page(
            "work list of a gate",
            lambda actor, gate: _work_list(actor, Asked(PROGRAMME, DAY, gate=gate)),
            "select * from cases_case c where stage <> 'closed' and exists (select from cases_gaterow g"
            f" where g.case_id = c.id and g.gate = %s and not g.windows @> '{DAY}'::date) order by opened, id limit 51",
            lambda gate: (gate,),
            lambda gate: f"/cases/?gate={gate}&day={DAY}",
            ["R2", "R4", "R7", "R8", "R9", "R14"],
        ),
        Page(
            "work list of those who are ready",
            lambda actor, _none: _work_list(actor, Asked(PROGRAMME, DAY, ready=True)),
            "select * from cases_case c join cases_readiness r on r.case_id = c.id"
            f" where r.ready @> '{DAY}'::date order by c.priority desc, c.opened, c.id limit 51",
            lambda _none: (),
            lambda _none: f"/cases/?ready=1&day={DAY}",
            [None],
        ),
        Page(
            "work list of tasks",
            lambda actor, _none: cases.my_tasks(actor, PAGE + 1),
            "select * from cases_task where role = 'vhr_caseworker' and done_at is null order by due, id limit 51",
            lambda _none: (),
            lambda _none: "/tasks/",
            [None],
        ),
    ]


def _work_list(actor: Actor, asked: Asked) -> object:
    rows = work_queries.page(actor, asked, 0, PAGE + 1)
    return rows, work_queries.red_gates(actor, [c.pk for c in rows], asked.day)


def registering(account: Account, count: int, chance: random.Random, *, with_cases: bool) -> Line:
    """One action that registers `count` people (and opens their cases), beside a bare COPY of the rows it writes.

    The bare side writes the same rows into the same tables, with their indexes and constraints: the least that
    PostgreSQL does to keep them. It gets them from the same action, done once before and rolled back.
    """
    tables = _tables(with_cases)
    with acting(actor_for(account)):
        told = registrations(count, _site_codes(), chance)

    def deed() -> None:
        act = Act(actor_for(account), at(), uuid4())
        if with_cases:
            register_with_cases(act, PROGRAMME, [Telling(r, departure_airport=AIRPORT) for r in told])
        else:
            register(act, told)

    contents, rows = _written(account, deed, tables)
    app.close()
    statements = Statements()
    clock = _Clock()
    with app.execute_wrapper(statements), clock.running(), acting(actor_for(account)):
        deed()
    least = _copied(contents)
    seconds = clock.at(0.5)
    what = f"registering {count:,} people{' and opening their cases' if with_cases else ''} in one action"
    met = seconds <= COPY_RATIO * least
    return Line(what, seconds, seconds, least, f"<= {COPY_RATIO:g} x", met, statements.count, rows)


def _tables(with_cases: bool) -> tuple[str, ...]:
    of_people = (
        "people_person", "people_name", "people_phone", "people_stay", "people_token", "people_likeness",
        "people_matchkey",
    )  # fmt: skip
    of_cases = ("cases_case", "cases_stagechange", "cases_task", "cases_gaterow", "cases_readiness")
    return of_people + of_cases if with_cases else of_people


def _site_codes() -> list[str]:
    from darb.places.models import Site

    return list(Site.objects.filter(type__in=("urban", "official_dc")).order_by("code").values_list("code", flat=True))


def _key(table: str) -> str:
    return {"cases_readiness": "case_id", "people_matchkey": "person_id"}.get(table, "id")


class _UndoneAgainError(Exception):
    """Ends a transaction whose rows were only wanted for reading."""


def _written(account: Account, deed: Callable[[], None], tables: Sequence[str]) -> tuple[dict[str, bytes], int]:
    """What `deed` writes into each table, as COPY takes it, and how many rows; the deed is undone."""
    with bare() as connection:
        tops = {t: connection.execute(f"select coalesce(max({_key(t)}), 0) from {t}").fetchone()[0] for t in tables}
    contents: dict[str, bytes] = {}
    rows = 0
    with suppress(_UndoneAgainError), acting(actor_for(account)):
        deed()
        with app.cursor() as cursor:
            for table in tables:
                rows_of = f"(select * from {table} where {_key(table)} > {tops[table]} order by {_key(table)})"
                with cursor.copy(f"copy {rows_of} to stdout") as copy:
                    contents[table] = b"".join(bytes(part) for part in copy)
                rows += cursor.rowcount
        raise _UndoneAgainError
    return contents, rows


def _copied(contents: Mapping[str, bytes]) -> float:
    """Seconds that a COPY of these rows into their tables takes, constraints checked; undone, too."""
    with bare() as connection:
        for table in contents:
            connection.execute(f"alter table {table} no force row level security")
        clock = _Clock()
        with clock.running():
            for table, content in contents.items():
                with connection.cursor().copy(f"copy {table} from stdin") as copy:
                    copy.write(content)
            connection.execute("set constraints all immediate")
        connection.rollback()
    return clock.at(0.5)


@contextmanager
def bare() -> Iterator[psycopg.Connection]:
    """A connection as the tables' owner, whom no policy binds."""
    with psycopg.connect(database.dsn(OWNER)) as connection:
        yield connection
