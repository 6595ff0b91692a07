"""One engine on one labelled file, in a process of its own so that its memory can be told: prints a line of JSON.

Beside Darb's: Splink with its own comparisons and its own unlabelled training, and PostgreSQL's pg_trgm. Of those
two the best threshold that the truth could choose is reported; Darb's is the one it chooses itself.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from psycopg.errors import QueryCanceled

from darb.rules.identity import best_threshold, match
from darb.rules.identity.columns import Numbers

from . import bench_identity_desk, registrations_file
from .errors import HouseError
from .identity_measures import Measured, measure, true_pairs

Found = tuple[Numbers, Numbers]
BEST = 10
MOST_SECONDS = 600
"""So long an engine beside ours is given."""


def darb(file: Path) -> Found:
    """Pairs of rows and their probabilities, by the shipped model."""
    found = match(registrations_file.registrations(file))
    return found.rows, found.probability


def splink(file: Path) -> Found:
    """The same by Splink 5 with ready-made comparisons, blocked on pairs of names, days of birth, phones, documents."""
    import pyarrow
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as ready

    names = ("given_name", "father_name", "family_name", "mother_name")
    exact = ("sex", "nationality", "origin_place", "phone", "doc_no")
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    told = {name: [row.get(name) or None for row in rows] for name in (*names, *exact, "dob")}
    table = pyarrow.table({"row": list(range(len(rows))), **told})
    linker = Linker(
        DuckDBAPI().register(table),
        SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="row",
            comparisons=[
                *(ready.NameComparison(name) for name in names),
                ready.DateOfBirthComparison("dob", input_is_string=True),
                *(ready.ExactMatch(name) for name in exact),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("given_name", "family_name"),
                block_on("given_name", "father_name"),
                block_on("father_name", "family_name"),
                block_on("dob", "sex"),
                block_on("phone"),
                block_on("doc_no"),
            ],
        ),
        log_level=40,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given_name", "family_name"))
    said = linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table()
    pairs = np.stack([said["row_l"].to_numpy(), said["row_r"].to_numpy()], axis=1)
    return np.sort(pairs, axis=1), said["match_probability"].to_numpy()


def pg_trgm(file: Path) -> Found:
    """The same by likeness of the whole name in PostgreSQL, among people of one sex and near in age."""
    import psycopg

    from .bench import own_database
    from .database import dsn, is_outer, name
    from .postgres import ensure_roles_and_database
    from .postgres_settings import SUPERUSER

    records = list(registrations_file.registrations(file))
    with own_database():
        if is_outer():
            raise HouseError("pg_trgm is measured on Darb's own server only: DATABASE_URL is set.")
        ensure_roles_and_database(dsn(SUPERUSER, "postgres"), name())
        with psycopg.connect(dsn(SUPERUSER), autocommit=True) as connection:
            connection.execute("create extension if not exists pg_trgm")
            connection.execute("create temp table r (n int, told text, sex text, born int)")
            with connection.cursor().copy("copy r from stdin") as rows:
                for n, r in enumerate(records):
                    told = " ".join(filter(None, (r.given_name, r.father_name, r.family_name)))
                    rows.write_row((n, told, r.sex, r.birth_year))
            connection.execute("create index on r using gin (told gin_trgm_ops)")
            connection.execute("analyze r")
            connection.execute("set pg_trgm.similarity_threshold = 0.5")
            connection.execute(f"set statement_timeout = '{MOST_SECONDS}s'")
            found = connection.execute(
                "select a.n, b.n, similarity(a.told, b.told) from r a join r b"
                " on a.told % b.told and a.n < b.n and a.sex = b.sex and abs(a.born - b.born) <= 6"
            ).fetchall()
    table = np.array(found, dtype=np.float64).reshape(-1, 3)
    return table[:, :2].astype(np.int64), table[:, 2]


ENGINES: dict[str, Callable[[Path], Found]] = {"darb": darb, "splink": splink, "pg_trgm": pg_trgm}


def best_of_any(rows: Numbers, chance: Numbers, people: list[str]) -> float:
    """The threshold that the truth would choose for F1."""
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    order = np.argsort(-chance, kind="stable")
    right = np.cumsum(who[rows[order, 0]] == who[rows[order, 1]])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + len(true_pairs(people)))
    return float(chance[order[int(f1.argmax())]]) if len(order) else 1.0


def recall_among_best(rows: Numbers, chance: Numbers, people: list[str]) -> float:
    """Of registrations that have another of their person: how many have one among their ten likeliest pairs."""
    who = np.unique(np.asarray(people), return_inverse=True)[1]
    source, other = np.concatenate([rows, rows[:, ::-1]]).T
    order = np.lexsort((-np.tile(chance, 2), source))
    source, other = source[order], other[order]
    rank = np.arange(len(source)) - np.searchsorted(source, source)
    met = np.unique(source[(rank < BEST) & (who[source] == who[other])])
    known = np.unique(true_pairs(people))
    return len(met) / len(known) if len(known) else 1.0


def measured(engine: str, file: Path) -> dict[str, Any]:
    """Run an engine on a labelled file and measure it."""
    begun, spent = time.perf_counter(), time.process_time()
    try:
        rows, chance = ENGINES[engine](file)
    except QueryCanceled:
        return {"engine": engine, "note": f"not done after {MOST_SECONDS} s"}
    seconds, processor = time.perf_counter() - begun, time.process_time() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    people = registrations_file.labels(file)
    threshold = best_threshold(chance) if engine == "darb" else best_of_any(rows, chance, people)
    told: Measured = measure(rows[chance >= threshold], people)
    return {
        "engine": engine,
        "registrations": len(people),
        "precision": told.precision,
        "recall": told.recall,
        "f1": told.f1,
        "recall_at_10": recall_among_best(rows, chance, people),
        "seconds": seconds,
        "processor": processor,
        "gigabytes": most,
    }


if __name__ == "__main__":
    asked, labelled = sys.argv[1], Path(sys.argv[2])
    # "desk" is the look-up while somebody types.
    for line in bench_identity_desk.measured(labelled) if asked == "desk" else [measured(asked, labelled)]:
        print(json.dumps(line))
