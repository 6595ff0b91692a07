"""How fast and how well the desk finds who is known already, among a million registrations behind the walls.

The registrations are put into a database of its own beside the mission's, each with its keys and packed record as
registering writes them; some second registrations are held back and told as a clerk would type them.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from darb.rules.identity import Columns, Record, shipped
from darb.rules.reference import ALPHABET
from darb.rules.roles import Role

from . import database, registrations_file
from .bench import own_database
from .database import dsn
from .postgres import ensure_roles_and_database
from .postgres_settings import SUPERUSER

ASKED, WARM, SCOPES, STEP = 400, 40, 60, 20_000
P50, P95, RECALL = 4.0, 12.0, 0.94
MOST_TRIGRAMS_MS = 120_000
"""By then enough look-ups are timed."""
_BY_TRIGRAMS = """
select id from people_person where name %% %(name)s and (sex = %(sex)s or %(sex)s = '' or sex = 'U')
  and (birth_date is null or %(year)s::int is null or abs(extract(year from birth_date) - %(year)s::int) <= 6)
order by similarity(name, %(name)s) desc limit 10
"""
PERSON = (
    "id, scope_id, ref, name, name_arabic, sex, birth_date, birth_precision, nationality, nationality_verified,"
    " languages, origin_place, caseload, photo_sha256, registered_at, version"
)


def measured(file: Path) -> list[dict[str, Any]]:
    """Recall among the best ten, and milliseconds of a look-up as the page asks it, on a labelled file.

    A line for Darb, and one for PostgreSQL's pg_trgm over the same names in the same database.
    """
    people = registrations_file.labels(file)
    held_back = _held_back(people)
    with own_database():
        database.set_up_django()
        ensure_roles_and_database(dsn(SUPERUSER, "postgres"), database.name())
        database.prepare()
        begun = time.perf_counter()
        scopes, asked = _fill(file, set(held_back))
        filled = time.perf_counter() - begun
        hits, took = _ask(asked, people, scopes)
        begun = time.perf_counter()
        beside = _ask_trigrams(asked, people)
        indexed = time.perf_counter() - begun
    p50, p95 = (float(np.percentile(took, q)) for q in (50, 95))
    recall = hits / len(asked)
    ours = {
        "engine": "desk",
        "registrations": len(people),
        "recall_at_10": recall,
        "seconds": filled,
        "aim": f"p50 {p50:.1f} ms up to {P50:g}, p95 {p95:.1f} ms up to {P95:g}, recall@10 from {RECALL}",
        "met": p50 <= P50 and p95 <= P95 and recall >= RECALL,
    }
    return [ours, {"engine": "pg_trgm", "registrations": len(people), "seconds": indexed, **beside}]


def _held_back(people: Sequence[str]) -> list[int]:
    """Rows of people who have another row: one of each, as many as are asked for."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(people):
        rows[person].append(row)
    several = [of for of in rows.values() if len(of) > 1]
    chance = random.Random(2019)
    return [chance.choice(of) for of in chance.sample(several, min(ASKED + WARM, len(several)))]


def _fill(file: Path, held_back: set[int]) -> tuple[list[int], dict[int, Record]]:
    """Put every other registration into the database; gives the scopes, and what is told of those held back."""
    told: dict[int, Record] = {}
    with psycopg.connect(dsn(SUPERUSER), autocommit=True) as connection:
        scopes = [
            connection.execute(
                "insert into trust_scope (office, site, programme, level) values ('TIP', %s, '', 0) returning id",
                [f"S{n}"],
            ).fetchone()[0]
            for n in range(SCOPES)
        ]
        connection.execute("alter table people_matchkey drop constraint people_matchkey_pkey")
        connection.execute("drop index key_finds_person")
        for start, records in _steps(registrations_file.registrations(file)):
            kept = []
            for row, record in enumerate(records, start):
                if row in held_back:
                    told[row] = record
                else:
                    kept.append((row, record))
            _put(connection, kept, scopes)
        connection.execute("alter table people_matchkey add primary key (person_id, number)")
        connection.execute(
            "create index key_finds_person on people_matchkey (number, year) include (person_id, scope_id)"
        )
        connection.execute("vacuum analyze")
        # A mission's server has run for a while: what look-ups touch is in its memory.
        connection.execute("create extension if not exists pg_prewarm")
        connection.execute(
            "select pg_prewarm(oid) from pg_class where relname in"
            " ('people_person', 'people_likeness', 'key_finds_person')"
            " or oid in (select indexrelid from pg_index where indrelid = 'people_likeness'::regclass)"
        )
    return scopes, told


def _steps(records: Iterator[Record]) -> Iterator[tuple[int, list[Record]]]:
    start = 0
    while some := list(islice(records, STEP)):
        yield start, some
        start += len(some)


def _put(connection: psycopg.Connection, kept: list[tuple[int, Record]], scopes: list[int]) -> None:
    """Persons, packed records and keys of some registrations, by COPY."""
    from darb.people.likeness import keys, packed, version

    columns = Columns.of((record for _row, record in kept), shipped())
    person = np.array([row + 1 for row, _record in kept])
    scope = np.array([scopes[row % SCOPES] for row, _record in kept])
    with connection.cursor().copy(f"copy people_person ({PERSON}) from stdin") as rows:
        for row, r in kept:
            name = " ".join(filter(None, (r.given_name, r.father_name, r.family_name)))
            rows.write_row(
                (row + 1, scopes[row % SCOPES], _reference(row), name[:160], "", r.sex or "U", r.dob, "exact",
                 r.nationality[:3], "", [], r.origin_place[:80], "migrant", "", "2026-01-01T00:00Z", 1)
            )  # fmt: skip
    with connection.cursor().copy("copy people_likeness (person_id, scope_id, version, packed) from stdin") as rows:
        for n, row in enumerate(packed(columns)):
            rows.write_row((int(person[n]), int(scope[n]), version(), row))
    seen: set[tuple[int, int, int, int]] = set()
    for _kind, at, numbers in keys(columns):
        seen.update(
            zip(person[at].tolist(), scope[at].tolist(), numbers.tolist(), columns.year[at].tolist(), strict=True)
        )
    with connection.cursor().copy("copy people_matchkey (person_id, scope_id, number, year) from stdin") as rows:
        for key in seen:
            rows.write_row(key)


def _reference(row: int) -> str:
    return "".join(ALPHABET[row // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8))


def _ask_trigrams(told: dict[int, Record], people: Sequence[str]) -> dict[str, Any]:
    """The same look-ups by likeness of the whole name, among people of one sex and near in age; without walls."""
    hits, took = 0, []
    with psycopg.connect(dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm")
        connection.execute("create index by_trigrams on people_person using gin (name gin_trgm_ops)")
        connection.execute("analyze people_person")
        for n, (row, r) in enumerate(told.items()):
            name = " ".join(filter(None, (r.given_name, r.father_name, r.family_name)))
            begun = time.perf_counter()
            found = connection.execute(_BY_TRIGRAMS, {"name": name, "sex": r.sex, "year": r.birth_year}).fetchall()
            if n >= WARM:
                took.append((time.perf_counter() - begun) * 1000)
            hits += any(people[person - 1] == people[row] for (person,) in found)
            if sum(took) > MOST_TRIGRAMS_MS:
                break
    p50, p95 = (float(np.percentile(took, q)) for q in (50, 95))
    return {"recall_at_10": hits / (n + 1), "note": f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"}


def _ask(told: dict[int, Record], people: Sequence[str], scopes: list[int]) -> tuple[int, list[float]]:
    """How often another registration of the person is among the best ten, and how many milliseconds each took."""
    from darb.people.candidate_queries import SHOWN, candidates
    from darb.people.likeness import Told
    from darb.people.registration import ToldName
    from darb.trust.actor import Actor
    from darb.trust.context import acting

    clerk = Actor(1, "Salma", reach={Role.REGISTRATION_CLERK: frozenset(scopes)})
    hits, took = 0, []
    with acting(clerk):
        for n, (row, r) in enumerate(told.items()):
            script = "A" if any("\u0620" <= c <= "\u06ff" for c in r.given_name) else "L"
            name = ToldName(script, r.given_name, r.father_name, r.family_name, r.mother_name)
            born, precision = (r.dob, "exact") if r.dob else (None, "estimated")
            if born is None and r.birth_year:
                born = date(r.birth_year, 1, 1)
            about = Told(
                r.sex, born, precision, r.nationality, r.origin_place, r.site, r.reg_date,
                [r.phone] if r.phone else [], [r.doc_no] if r.doc_no else [],
            )  # fmt: skip
            begun = time.perf_counter()
            found = candidates(clerk, about, [name], limit=SHOWN)
            if n >= WARM:
                took.append((time.perf_counter() - begun) * 1000)
            hits += any(people[c.person.pk - 1] == people[row] for c in found)
    return hits, took
