"""Kills the server, the app, or both without warning, again and again, and looks for anything acknowledged and lost.

    python -m tests.house.crash_harness --cycles 10000

The witness is a ledger outside the database. After each kill the app must acknowledge again; then one
snapshot of the database is held against the ledger: nothing acknowledged is missing, no deed is
without its log row, no log row without its deed, and at most one deed a writer is there unacknowledged.

kill -9 leaves the kernel's pages alone, so it can't see a missing flush to the disk: the flushes are counted in
`test_postgres.py`. What it does see, a promise given before the write, `--forgetful` shows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg

from darb.house.postgres import Cluster
from darb.house.postgres_account import Account, account_of
from darb.house.postgres_processes import end_all, server_processes

from .crash_app import acknowledged, ledger_of

WRITERS = 4
KINDS = ("server", "app", "both")
TABLES = """
CREATE TABLE deed (writer int, number int, told text NOT NULL, PRIMARY KEY (writer, number));
CREATE TABLE deed_log (writer int, number int, PRIMARY KEY (writer, number));
"""


@dataclass(frozen=True)
class Findings:
    """What a comparison of ledger and database found. Each number is a count of deeds."""

    lost: int = 0  # acknowledged and not there
    torn: int = 0  # a deed without its log row
    orphans: int = 0  # a log row without its deed
    most_unknown: int = 0  # of one writer: there, and never acknowledged

    @property
    def well(self) -> bool:
        """Whether every promise was kept: one unanswered commit a writer is none broken."""
        return not (self.lost or self.torn or self.orphans) and self.most_unknown <= 1


def compare(noted: Mapping[int, int], deeds: Set[tuple[int, int]], logs: Set[tuple[int, int]]) -> Findings:
    """Hold the ledger (last number noted by each writer, who counts from 1) against (writer, number) in the tables."""
    promised = {(writer, number) for writer, last in noted.items() for number in range(1, last + 1)}
    unknown = [writer for writer, _ in deeds - promised]
    return Findings(
        lost=len(promised - deeds),
        torn=len(deeds - logs),
        orphans=len(logs - deeds),
        most_unknown=max((unknown.count(writer) for writer in set(unknown)), default=0),
    )


@dataclass
class Report:
    """A whole run: how much was promised, what was found, and how long it took to serve again (seconds)."""

    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    orphans: int = 0
    most_unknown: int = 0
    restarts: list[float] = field(default_factory=list)

    def add(self, found: Findings) -> None:
        """Count one comparison in."""
        self.lost = max(self.lost, found.lost)
        self.torn = max(self.torn, found.torn)
        self.orphans = max(self.orphans, found.orphans)
        self.most_unknown = max(self.most_unknown, found.most_unknown)

    @property
    def well(self) -> bool:
        """Whether every comparison was."""
        return Findings(self.lost, self.torn, self.orphans, self.most_unknown).well

    def summary(self) -> dict[str, float]:
        """The numbers to show."""
        shown = {name: value for name, value in asdict(self).items() if name != "restarts"}
        middle = round(statistics.median(self.restarts), 3) if self.restarts else 0.0
        return shown | {"restart_p50_s": middle, "restart_max_s": round(max(self.restarts, default=0.0), 3)}


class Harness:
    """One cluster, its ledger, and the app that is killed."""

    def __init__(self, folder: Path, *, seed: int = 1, durable: bool = True) -> None:
        self.cluster = Cluster(folder / "cluster", durable=durable)
        self.ledgers = folder / "ledger"
        self.ledgers.mkdir()
        self.chance = random.Random(seed)
        self.said = folder / "app.log"
        self._app: subprocess.Popen[bytes] | None = None
        with self.cluster, psycopg.connect(self.cluster.dsn("darb_owner")) as owner:
            owner.execute(TABLES)

    def run(self, cycles: int) -> Report:
        """Kill and check `cycles` times; ends early at the first broken promise. Leaves nothing running."""
        report = Report()
        try:
            self._start_app()
            self._wait_for_answers(self._noted())
            for cycle in range(cycles):
                time.sleep(self.chance.uniform(0.05, 0.3))
                began = time.monotonic()
                self._kill(KINDS[cycle % len(KINDS)])
                self._wait_for_answers(self._noted())
                report.restarts.append(time.monotonic() - began)
                report.cycles += 1
                report.add(self.check(since=0 if cycle % 50 == 49 else 2000))
                if not report.well:
                    break
            report.add(self.check())
            report.acknowledged = sum(self._noted().values())
        finally:
            self._end_app()
            end_all(self.cluster.pgdata, self._keeper())
        return report

    def check(self, since: int = 0) -> Findings:
        """Compare ledger and database; with `since`, only each writer's last that many deeds."""
        noted = self._noted()
        floor = {writer: max(0, last - since) if since else 0 for writer, last in noted.items()}
        with psycopg.connect(self.cluster.dsn()) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # both tables in one snapshot
            deeds, logs = (
                {
                    (writer, number - low)
                    for writer, low in floor.items()
                    for (number,) in connection.execute(
                        f"SELECT number FROM {table} WHERE writer = %s AND number > %s", [writer, low]
                    )
                }
                for table in ("deed", "deed_log")
            )
        # What was noted before the snapshot must be in it; what is in it and not noted even now is unknown.
        before = compare({writer: last - floor[writer] for writer, last in noted.items()}, deeds, logs)
        after = compare({writer: last - floor[writer] for writer, last in self._noted().items()}, deeds, logs)
        return Findings(before.lost, before.torn, before.orphans, after.most_unknown)

    def _noted(self) -> dict[int, int]:
        return {writer: acknowledged(ledger_of(self.ledgers, writer)) for writer in range(WRITERS)}

    def _start_app(self) -> None:
        promise = "durable" if self.cluster.durable else "forgetful"
        command = [sys.executable, "-m", "tests.house.crash_app", str(self.cluster.data_dir), str(self.ledgers)]
        with self.said.open("ab") as said:
            self._app = subprocess.Popen([*command, str(WRITERS), promise], stderr=said)

    def _wait_for_answers(self, noted: Mapping[int, int]) -> None:
        """Wait until every writer has been answered anew (one answer more may still be on its way from before)."""
        deadline = time.monotonic() + 60
        while any(now < noted[writer] + 2 for writer, now in self._noted().items()):
            assert self._app is not None
            if self._app.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The app serves no more: {self.said.read_text()[-2000:]}")
            time.sleep(0.01)

    def _kill(self, kind: str) -> None:
        if kind in ("app", "both"):
            self._end_app()
        if kind in ("server", "both"):
            for pid in sorted(server_processes(self.cluster.pgdata, self._keeper())):  # the postmaster is the oldest
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if kind in ("app", "both"):
            self._start_app()

    def _keeper(self) -> Account:
        return account_of(self.cluster.pgdata.stat().st_uid)

    def _end_app(self) -> None:
        if self._app is not None:
            self._app.kill()
            self._app.wait()
            self._app = None


def main() -> int:
    """The command line: prints a summary as JSON; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description="Kill the embedded database again and again; nothing may be lost.")
    parser.add_argument("--cycles", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forgetful", action="store_true", help="answer before writing: this run must find losses")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="darb-crash-") as folder:
        harness = Harness(Path(folder), seed=asked.seed, durable=not asked.forgetful)
        report = harness.run(asked.cycles)
        with harness.cluster:
            report.add(harness.check())
    sys.stdout.write(json.dumps(report.summary()) + "\n")
    return 0 if report.well else 1


if __name__ == "__main__":
    sys.exit(main())
