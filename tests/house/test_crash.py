"""Nothing that was acknowledged is lost when the server, Darb, or both are killed without warning."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from .crash_app import acknowledged
from .crash_harness import Findings, Harness, compare

CYCLES = int(os.environ.get("DARB_CRASH_CYCLES", "60"))
ALL = {(0, 1), (0, 2), (1, 1)}


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """A cluster that was killed three ways and came back, served for more questions."""
    harness = Harness(tmp_path_factory.mktemp("crash"))
    assert harness.run(3).well
    with harness.cluster:
        yield harness


@pytest.mark.crash
def test_no_acknowledged_deed_is_lost_however_often_all_is_killed(tmp_path: Path) -> None:
    report = Harness(tmp_path, seed=7).run(CYCLES)
    assert report.well, report.summary()
    assert report.cycles == CYCLES
    assert report.acknowledged > 4 * 2 * CYCLES, "the writers must have had something to lose"
    assert max(report.restarts) <= 30, report.summary()  # seconds, on a machine that does other things too


def test_the_harness_sees_a_server_that_answers_before_it_writes(tmp_path: Path) -> None:
    """Without this, a harness that looks away would pass as well."""
    report = Harness(tmp_path, durable=False).run(12)
    assert report.lost > 0, report.summary()


def test_the_check_reports_an_acknowledged_deed_that_was_deleted(survived: Harness) -> None:
    assert survived.check().well
    found = tampered(survived, "DELETE FROM deed WHERE (writer, number) = (2, 1)")
    assert (found.lost, found.orphans, found.torn) == (1, 1, 0) and not found.well


def test_the_check_reports_a_deed_whose_log_row_was_deleted(survived: Harness) -> None:
    found = tampered(survived, "DELETE FROM deed_log WHERE (writer, number) = (3, 2)")
    assert (found.lost, found.orphans, found.torn) == (0, 0, 1) and not found.well


def test_the_check_reports_two_deeds_of_a_writer_that_nobody_acknowledged(survived: Harness) -> None:
    forged = (
        "INSERT INTO deed VALUES (0, 900001, ''), (0, 900002, ''); INSERT INTO deed_log VALUES (0, 900001), (0, 900002)"
    )
    found = tampered(survived, forged)
    assert found.most_unknown >= 2 and not found.well


def test_the_app_ends_itself_when_more_than_one_answer_of_a_writer_was_lost(tmp_path: Path) -> None:
    harness = Harness(tmp_path)
    with harness.cluster, psycopg.connect(harness.cluster.dsn("darb_owner")) as owner:
        owner.execute("INSERT INTO deed VALUES (1, 1, ''), (1, 2, '')")
        owner.execute("INSERT INTO deed_log VALUES (1, 1), (1, 2)")
    with pytest.raises(RuntimeError, match="writer 1 has 2 deeds that nobody acknowledged"):
        harness.run(1)


def tampered(harness: Harness, statement: str) -> Findings:
    """What the check finds after `statement`, which is undone afterwards."""
    with psycopg.connect(harness.cluster.dsn("darb_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept_deed AS TABLE deed")
        owner.execute("CREATE TABLE kept_log AS TABLE deed_log")
        owner.execute(statement)
        try:
            return harness.check()
        finally:
            owner.execute("TRUNCATE deed, deed_log")
            owner.execute("INSERT INTO deed TABLE kept_deed")
            owner.execute("INSERT INTO deed_log TABLE kept_log")
            owner.execute("DROP TABLE kept_deed, kept_log")


def test_one_unanswered_commit_a_writer_is_no_broken_promise_and_two_are() -> None:
    assert compare({0: 1, 1: 0}, ALL, ALL) == Findings(most_unknown=1)
    assert compare({0: 1, 1: 0}, ALL, ALL).well
    assert not compare({0: 0, 1: 0}, ALL, ALL).well


def test_what_is_promised_and_not_there_is_lost() -> None:
    assert compare({0: 3, 1: 1}, ALL, ALL) == Findings(lost=1)


def test_a_ledger_line_that_was_cut_is_no_promise(tmp_path: Path) -> None:
    ledger = tmp_path / "writer-0"
    assert acknowledged(ledger) == 0
    ledger.write_bytes(b"1\n2\n3")
    assert acknowledged(ledger) == 2
    ledger.write_bytes(b"1")
    assert acknowledged(ledger) == 0
