"""The command line: clear errors, exit codes, and what other software reads from it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from darb.house.cli import main

from .installation import Installation

COMMANDS = ["up", "demo", "doctor", "bench", "backup", "restore", "readiness", "user", "plan"]
OF_USER = ["add", "list", "grant", "revoke", "close"]


@pytest.fixture(scope="module")
def with_cases(prepared: Installation) -> Iterator[Installation]:
    """Three registered people with open cases, and the server running."""
    with prepared.serving():
        prepared.do("from tests.cast import cases; cases(3)")
        yield prepared
        prepared.forget()


def test_every_command_that_was_promised_is_there_and_explains_itself() -> None:
    runner = CliRunner()
    assert set(COMMANDS) <= set(main.commands)
    for words in [[c] for c in main.commands] + [["user", c] for c in OF_USER]:
        told = runner.invoke(main, [*words, "--help"])
        assert told.exit_code == 0, words
        assert len(told.output.splitlines()) > 3, words


@pytest.mark.parametrize(
    "words",
    [
        ["readiness"],
        ["readiness", "--on", "2026-02-30"],
        ["up", "--port", "99999999"],
        ["user", "grant", "amal", "king"],
        ["fly"],
    ],
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 2
    assert told.stdout == ""


def test_readiness_reports_each_open_case_as_other_software_expects(with_cases: Installation) -> None:
    done = with_cases.run("readiness", "--on", "2019-06-01", "--programme", "voluntary-return", "--json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    assert len(rows) == 3
    for row in rows:
        assert set(row) == {"case", "ready", "window", "red"}
        assert row["ready"] is False
        assert row["window"] is None
        assert {"R2", "R3"} <= {red["gate"] for red in row["red"]}
        for red in row["red"]:
            assert set(red) == {"gate", "reason", "since", "until", "who"}
            assert red["reason"].endswith(".")


def test_readiness_for_people_says_the_same(with_cases: Installation) -> None:
    done = with_cases.run("readiness", "--on", "2019-06-01")
    assert done.stdout.splitlines()[0] == "0 of 3 open cases can travel on 2019-06-01."
    assert len(done.stdout.splitlines()) == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["user", "close", "nobody"], "There is no account named nobody."),
        (["readiness", "--on", "2019-06-01", "--programme", "flying"], "There is no programme named flying."),
        (["demo"], "This database holds cases already"),
        (["backup", "/nowhere/there/file"], "The backup can't be written to /nowhere/there/file"),
        (["backup", "/tmp/never-written", "--to", "age1nonsense"], "isn't an age public key"),
    ],
)
def test_a_refusal_is_one_sentence_on_stderr(with_cases: Installation, words: list[str], sentence: str) -> None:
    done = with_cases.run(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_accounts_are_opened_given_roles_and_closed(installation: Installation) -> None:
    def row() -> dict[str, object]:
        return next(r for r in installation.report("user", "list") if r["username"] == "amal")

    added = installation.run(
        "user", "add", "amal", "--name", "Amal", "--language", "ar", "--role", "vhr_caseworker", "--office", "TIP",
        "--password-stdin", put_in="a path home for all\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    grant = {"role": "vhr_caseworker", "office": "TIP", "site": "", "programme": ""}
    assert row() == {"username": "amal", "name": "Amal", "language": "ar", "active": True, "grants": [grant]}
    assert installation.run("user", "grant", "amal", "physician", "nurse").returncode == 0
    assert installation.run("user", "revoke", "amal", "nurse", "vhr_caseworker").returncode == 0
    assert [g["role"] for g in row()["grants"]] == ["physician"]  # type: ignore[attr-defined]
    assert installation.run("user", "close", "amal").returncode == 0
    assert row()["active"] is False


def test_a_short_password_and_a_taken_name_change_nothing(installation: Installation) -> None:
    before = installation.report("user", "list")
    short = installation.run("user", "add", "zed", "--name", "Zed", "--password-stdin", put_in="short\n")
    assert (short.returncode, short.stderr) == (1, "Error: The password needs at least ten characters.\n")
    assert installation.report("user", "list") == before


def test_a_database_of_another_version_is_named_and_left_alone(installation: Installation) -> None:
    installation.sql("delete from django_migrations where app = 'movements'")
    done = installation.run("user", "list")
    assert (done.returncode, done.stderr) == (
        1,
        "Error: The database isn't ready for this version of Darb: run `darb up` first.\n",
    )
    installation.sql(
        "insert into django_migrations (app, name, applied) select 'movements', unnest(%s::text[]), now()",
        [sorted(p.stem for p in (installation.source / "movements" / "migrations").glob("0*.py"))],
    )
    assert installation.run("user", "list").returncode == 0
