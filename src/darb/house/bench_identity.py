"""`darb bench --only identity`: how well and how fast persons are recognised, beside Splink and pg_trgm.

On the labelled sample (split by person: a model is judged on people it wasn't shown) and on sets made from it.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from darb.rules.identity import Record

from .bench_identity_engines import MOST_SECONDS
from .bench_people import Labelled, Vocabulary, registrations
from .errors import HouseError
from .identity_training import held_out_report, labelled

SAMPLE = Path("..", "shared", "data", "identity", "registrations-labelled-20k.csv")
Tell = Callable[[str], None]
# Made sets: how many, how much of the clerks' noise, the least F1, the most seconds and gigabytes.
_WHOLE = ((100_000, 1.0, 0.82, 0, 0), (100_000, 0.4, 0.93, 0, 0), (338_000, 1.0, 0, 60, 2), (1_000_000, 1.0, 0, 0, 4))
_QUICK = ((20_000, 1.0, 0.82, 0, 0), (20_000, 0.4, 0.93, 0, 0))
_SPEED_ALONE = 338_000  # what is measured for its time and memory
_AT_DESK = (20_000, 100_000, 1_000_000)


def run(quick: bool, sample: Path | None, tell: Tell) -> list[dict[str, Any]]:
    """Measure everything; a dictionary a line. Raises HouseError where there is no labelled file to begin with."""
    sample = sample_at(sample)
    if not sample.exists():
        raise HouseError(f"There is no labelled file {sample}: name one with --labelled or DARB_LABELLED.")
    return list(_lines(quick, sample, tell))


def sample_at(named: Path | None) -> Path:
    """The labelled file: the one named, or DARB_LABELLED, or the one shared beside this project."""
    return named or Path(os.environ.get("DARB_LABELLED", SAMPLE))


def _lines(quick: bool, sample: Path, tell: Tell) -> Iterator[dict[str, Any]]:
    records, people = labelled([sample])
    tell("A model from half of the people, judged on the other half ...")
    told = held_out_report(records, people, tell)
    yield _judged({"set": "sample, people not shown", "engine": "darb", "registrations": len(records),
                   "precision": told.precision, "recall": told.recall, "f1": told.f1}, 0.82, 0, 0)  # fmt: skip
    for engine in ("splink", "pg_trgm"):
        yield from _of_engine(engine, sample, "sample", tell)
    vocabulary = Vocabulary([Labelled(r, p) for r, p in zip(records, people, strict=True)])
    del records, people
    with tempfile.TemporaryDirectory() as folder:
        for many, noise, f1, seconds, gigabytes in _QUICK if quick else _WHOLE:
            name = f"made, {many:,}" + (f", noise x {noise}" if noise != 1 else "")
            tell(f"Making {name} ...")
            file = write(Path(folder) / "made.csv", registrations(vocabulary, many, noise=noise, seed=7))
            for line in _of_engine("darb", file, name, tell):
                yield _judged(line, f1, seconds, gigabytes)
            for beside in ("splink", "pg_trgm") if many != _SPEED_ALONE else ():
                yield from _of_engine(beside, file, name, tell)
            if noise == 1 and many in _AT_DESK:
                yield from _of_engine("desk", file, name, tell)


def write(file: Path, labels: Iterator[Labelled]) -> Path:
    """Write labelled registrations as a file that `darb match` and `darb identity train` read."""
    columns = [field.name for field in fields(Record)]
    with file.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow([*columns, "person_id"])
        out.writerows([*(getattr(told.record, name) or "" for name in columns), told.person] for told in labels)
    return file


def _of_engine(engine: str, file: Path, name: str, tell: Tell) -> Iterator[dict[str, Any]]:
    """The lines of one engine, run in a process of its own; none, with a word on why, where it can't run here.

    One beside ours is given so many seconds and no more.
    """
    if engine == "splink" and not find_spec("splink"):
        tell("  Splink isn't installed (the extra `bench`), so it isn't measured.")
        return
    tell(f"  {engine} on {name}")
    module = "darb.house.bench_identity_engines"
    # The others stop by themselves; whoever keeps a database server mustn't be killed beside it.
    most = MOST_SECONDS if engine == "splink" else None
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, engine, str(file)], capture_output=True, text=True, check=False, timeout=most
        )
    except subprocess.TimeoutExpired:
        yield {"set": name, "engine": engine, "note": f"not done after {MOST_SECONDS} s"}
        return
    if done.returncode:
        tell(f"  {engine} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
        return
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield {"set": name, **json.loads(line)}


def _judged(line: dict[str, Any], f1: float, seconds: float, gigabytes: float) -> dict[str, Any]:
    """The line with what was aimed at and whether it was met."""
    aims = [("F1 from", f1, line["f1"] >= f1), ("s up to", seconds, line.get("seconds", 0) <= seconds),
            ("GB up to", gigabytes, line.get("gigabytes", 0) <= gigabytes)]  # fmt: skip
    asked = [(f"{what} {aim:g}", met) for what, aim, met in aims if aim]
    return line | {"aim": ", ".join(what for what, _ in asked), "met": all(met for _, met in asked)}


def as_text(lines: list[dict[str, Any]]) -> str:
    """A table for reading."""
    head = f"{'':<26}{'':<9}{'precision':>10}{'recall':>8}{'F1':>8}{'recall@10':>11}{'seconds':>9}{'CPU s':>8}{'GB':>7}"
    rows = [head]
    for line in lines:
        figures = "".join(
            f"{line[name]:>{wide}.{digits}f}" if name in line else " " * wide
            for name, wide, digits in (
                ("precision", 10, 3),
                ("recall", 8, 3),
                ("f1", 8, 3),
                ("recall_at_10", 11, 3),
                ("seconds", 9, 1),
                ("processor", 8, 1),
                ("gigabytes", 7, 2),
            )
        )
        aim = f"  {line['aim']}: {'met' if line['met'] else 'MISSED'}" if line.get("aim") else ""
        aim += f"  {line['note']}" if "note" in line else ""
        rows.append(f"{line['set']:<26}{line['engine']:<9}{figures}{aim}")
    return "\n".join(rows)
