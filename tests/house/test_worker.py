"""Jobs run, and those of a killed worker run again."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from darb.cases.models import GateRow
from darb.house import worker
from darb.reactions import jobs
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, cases

from .installation import ROOT, Installation, until

PROGRAM = Path(__file__).with_name("worker_with_a_slow_job.py")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Where the job writes its attempts."""
    return tmp_path / "ledger"


def start(installation: Installation, ledger: Path, deed: str) -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    return subprocess.Popen([sys.executable, PROGRAM, ledger, deed], env=installation.environment, cwd=ROOT)


def jobs_left(installation: Installation) -> list[tuple[Any, ...]]:
    """The jobs that are in the queue, and their states."""
    with psycopg.connect(installation.dsn()) as connection:
        return connection.execute("select task_name, status::text, attempts from procrastinate_jobs").fetchall()


def test_a_job_of_a_killed_worker_is_run_again_by_the_next(installation: Installation, ledger: Path) -> None:
    installation.python(str(PROGRAM), str(ledger), "defer")
    victim = start(installation, ledger, "work")
    until(ledger.exists, 60)
    victim.kill()
    victim.wait()
    assert ledger.read_text() == "began\n"
    assert jobs_left(installation) == [("test_slow", "doing", 0)]
    began = time.monotonic()
    successor = start(installation, ledger, "work")
    try:
        until(lambda: "done" in ledger.read_text(), 60)
        assert time.monotonic() - began < worker.SILENT + worker.ROUND
        until(lambda: jobs_left(installation) == [])
        assert ledger.read_text() == "began\nbegan\ndone\n"
    finally:
        successor.terminate()
        assert successor.wait(30) == 0


def test_a_job_that_ends_its_worker_each_time_is_given_up(installation: Installation, ledger: Path) -> None:
    installation.python(str(PROGRAM), str(ledger), "defer-fatal")
    for _attempt in range(worker.TRIES):
        start(installation, ledger, "work").wait(60)
    last = start(installation, ledger, "work")
    try:
        until(lambda: [job[1] for job in jobs_left(installation)] == ["failed"])
        assert jobs_left(installation) == [("test_fatal", "failed", worker.TRIES)]
        assert ledger.read_text().count("began") == worker.TRIES
    finally:
        last.terminate()
        last.wait(30)
        with psycopg.connect(installation.dsn()) as connection:
            connection.execute("delete from procrastinate_jobs")


def test_the_nightly_round_judges_every_open_case_again_chunk_by_chunk(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CASES_AT_A_TIME", 2)
    with acting(HOUSE):
        mine = cases(5)
        GateRow.objects.filter(case=mine[4], gate="R2").update(windows="{}", terms=[])
    jobs.refresh(timestamp=int(NOON.timestamp()))
    rounds = 1
    while job := ProcrastinateJob.objects.filter(task_name="refresh_readiness", status="todo").first():
        app.job_manager.connector.execute_query("delete from procrastinate_jobs where id = %(id)s", id=job.pk)
        jobs.refresh(**job.args)
        rounds += 1
    assert rounds == 3
    with acting(HOUSE):
        assert GateRow.objects.get(case=mine[4], gate="R2").terms != []
        done = ActionLog.objects.filter(action="cases.refresh_readiness").order_by("id")
        assert [row.detail["cases"] for row in done] == [2, 2, 1]
        assert {row.at for row in done} == {datetime.fromtimestamp(int(NOON.timestamp()), UTC)}


def test_a_chunk_that_is_run_twice_queues_the_rest_once(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CASES_AT_A_TIME", 2)
    with acting(HOUSE):
        cases(5)
    jobs.refresh(timestamp=0)
    jobs.refresh(timestamp=0)
    assert ProcrastinateJob.objects.filter(task_name="refresh_readiness", status="todo").count() == 1


def test_the_round_is_due_every_night() -> None:
    app.perform_import_paths()
    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert due["refresh_readiness"] == "17 2 * * *"
