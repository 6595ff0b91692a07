"""Imports go down, and go through the front doors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .source import ROOT, SOURCE, modules

# What a room offers beside its models, actions and queries, and why.
OTHER_DOORS = {
    "trust": {
        "action": "what every action is made with",
        "actor": "who is asking",
        "context": "what may be seen in this transaction",
        "copying": "large inserts behind the walls",
        "figures": "what a figure is, and a span",
        "powers": "what roles may do and see, as data",
        "references": "gives references that nobody has",
        "refusals": "keeps refusals outside the transaction they undid",
        "scopes": "finds and moves scopes",
        "walls": "migration operations",
    },
    "places": {"routes": "the words for what a closure closes"},
    "people": {
        "custody": "what can follow what in a document's life, and whose hands it is in",
        "registration": "the form of what is told at registration",
        "likeness": "what is told of somebody, as candidates are looked for",
        "together": "which files are one person's",
        "importing": "reads a workbook of registrations",
        "import_cells": "what a workbook's cells may hold",
        "import_columns": "the columns of a workbook",
    },
    "cases": {
        "pathways": "the programmes that cases can be in",
        "reading": "facts of many cases, for the rooms that take steps",
        "keeping": "readiness rows, kept by the reactions",
    },
    "movements": {
        "reading": "travellers of a flight, for planning one",
        "paxlst": "the interchange in which a passenger list goes out",
    },
    "events": {
        "booking": "the day on which somebody is asked to come and register, for the forms that ask for it",
        "callback": "why a number may not be called now, for the greyed button",
        "identity_check": "what a caller answers, for the form that asks",
        "keeping": "who keeps sessions, and in which states",
        "opening": "why an online session may not open yet, for the greyed button",
    },
    "desk": {
        "csp": "the policy, which settings hand to its package",
        "paper_parts": "a paper of the bench's own",
        "paper_setting": "what the bench measures",
    },
    "reactions": {"after": "the dictionary of what follows", "jobs": "what the worker runs"},
}
ALWAYS_OPEN = {"rules", "programmes"}  # plain Python: all of it is offered
FRONT = {"models", "actions", "queries"}


def test_nothing_enters_a_room_but_through_its_front_doors() -> None:
    wrong = [
        f"{module.name}:{i.line} imports {i.module}"
        for module in modules()
        for i in module.imports()
        if i.room != module.room and i.room not in ALWAYS_OPEN and not _is_door(i.room, i.door)
    ]
    assert wrong == []


def test_every_other_door_that_is_listed_exists() -> None:
    gone = [f"{room}.{door}" for room, doors in OTHER_DOORS.items() for door in doors if not _there(room, door)]
    assert gone == []


def test_the_layers_contract_holds() -> None:
    done = _lint_imports(ROOT, SOURCE.parent)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        ("utils/__init__.py", "", "utils"),
        ("trust/peeping.py", "from darb.desk import door\n", "darb.desk"),
        ("movements/peeping.py", "import darb.assistance.models\n", "darb.assistance"),
        ("rules/peeping.py", "import django\n", "django"),
    ],
)
def test_the_contract_refuses_what_it_should(path: str, text: str, named: str, tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src" / "darb", ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    added = tmp_path / "src" / "darb" / path
    added.parent.mkdir(exist_ok=True)
    added.write_text(text)
    done = _lint_imports(tmp_path, tmp_path / "src")
    assert done.returncode != 0
    assert named in done.stdout + done.stderr


def _is_door(room: str, door: str) -> bool:
    return not door or door in FRONT or door.endswith(("_actions", "_queries")) or door in OTHER_DOORS.get(room, {})


def _there(room: str, door: str) -> bool:
    return (SOURCE / room / f"{door}.py").exists()


def _lint_imports(where: Path, source: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"}
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache"], cwd=where, env=environment, capture_output=True, text=True, check=False
    )


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {n for n in names if n in {"static", "locale", "__pycache__", "data", "migrations"}}
