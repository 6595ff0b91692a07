"""Matching the registrations of a file: read, compare, write pairs and persons. Needs no database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from darb.rules.identity import Columns, Pairs, Record, shipped, threshold_at_precision, verdict
from darb.rules.identity import matching as engine
from darb.rules.identity.columns import Numbers

from . import registrations_file
from .errors import HouseError
from .identity_own import use_own_model

_NOT_HERE = {
    "splink": "Splink isn't installed here: install Darb with its extra `bench`.",
    "spark": "Spark isn't installed here: install Darb with its extra `spark` (it needs Java 17).",
}


def match_file(
    file: Path, pairs_to: Path, clusters_to: Path | None, at_precision: float | None, by: str, master: str
) -> str:
    """Match `file`, write both answers, and give a sentence on what was found.

    `by` is the engine: darb, splink, or spark on the Spark `master`.
    """
    use_own_model()
    with _progress() as progress:
        columns = _read(file, progress)
        pairs = _scored(columns, progress) if by == "darb" else _elsewhere(columns, by, master)
    threshold = (
        engine.best_threshold(pairs.probability)
        if at_precision is None
        else threshold_at_precision(pairs.probability, at_precision)
    )
    told = pairs.chosen(pairs.probability >= threshold)
    person = engine.persons(len(columns), told, columns.case)
    _write_pairs(pairs_to, columns, told)
    if clusters_to:
        _write_clusters(clusters_to, columns, person)
    return (
        f"{len(columns):,} registrations, {len(np.unique(person)):,} persons: {len(told):,} pairs from a probability "
        f"of {min(threshold, 1):.2f} on, of which {float(told.probability.sum()):,.0f} are expected to be right."
    )


def _read(file: Path, progress: Progress) -> Columns:
    task = progress.add_task("Reading", total=None)

    def counted() -> Iterator[Record]:
        for n, record in enumerate(registrations_file.registrations(file), start=1):
            if n % 5000 == 0:
                progress.update(task, completed=n)
            yield record

    columns = Columns.of(counted(), shipped())
    progress.update(task, completed=len(columns), total=len(columns))
    return columns


def _scored(columns: Columns, progress: Progress) -> Pairs:
    task = progress.add_task("Comparing", total=None)

    def told(done: int, whole: int) -> None:
        progress.update(task, completed=done, total=whole)

    return engine.match_columns(columns, shipped(), told)


def _elsewhere(columns: Columns, by: str, master: str) -> Pairs:
    try:
        if by == "splink":
            from . import splink_engine

            return splink_engine.match_columns(columns, shipped())
        from . import spark_engine
    except ModuleNotFoundError as error:
        raise HouseError(_NOT_HERE[by]) from error
    return spark_engine.match_columns(columns, shipped(), master)


@contextmanager
def _progress() -> Iterator[Progress]:
    console = Console(stderr=True)
    look = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*look, console=console, disable=not console.is_terminal) as progress:
        yield progress


def _write_pairs(path: Path, columns: Columns, pairs: Pairs) -> None:
    order = np.argsort(-pairs.probability, kind="stable")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["left", "right", "probability", "verdict"])
        for at in order.tolist():
            left, right = pairs.rows[at].tolist()
            chance = float(pairs.probability[at])
            out.writerow([columns.ids[left], columns.ids[right], f"{chance:.6f}", verdict(chance).value])


def _write_clusters(path: Path, columns: Columns, person: Numbers) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["record_id", "person"])
        out.writerows((record_id, columns.ids[at]) for record_id, at in zip(columns.ids, person.tolist(), strict=True))
