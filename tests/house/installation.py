"""A whole Darb in a folder of its own, used as an operator uses it: by its command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from uuid import uuid4

import psycopg

from darb.house.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
DARB = Path(sys.executable).parent / "darb"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until `true()` is, and give what it gave; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def processes() -> dict[int, tuple[int, str]]:
    """Every live process: its parent and its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            if fields[0] != "Z":
                found[int(entry.name)] = int(fields[1]), command
    return found


def below(pid: int) -> dict[int, str]:
    """Every live descendant of a process, with its command line."""
    everything = processes()
    found: dict[int, str] = {}
    wave = {pid}
    while wave:
        wave = {child for child, (parent, _command) in everything.items() if parent in wave}
        found |= {child: everything[child][1] for child in wave}
    return found


class Up:
    """A running `darb up`."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def status(self, path: str = "/sign-in/") -> int:
        """The HTTP status of a page, or 0 if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except (URLError, OSError):
            return 0

    def answers(self) -> bool:
        """Whether the sign-in page comes, which needs the database's sessions and the templates."""
        return self.status() == 200

    def pids(self, word: str) -> set[int]:
        """Its children (not their children) whose command line holds `word`."""
        return {pid for pid, (up, command) in processes().items() if up == self.process.pid and word in command}

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal, wait for the end, give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


class Installation:
    """A data folder and what is done with it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.source = ROOT / "src" / "darb"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DARB_", "DJANGO_", "PYTEST_"))}
        self.environment = {**kept, "DARB_DATA": str(self.data), "PYTHONWARNINGS": "ignore"}
        if "DATABASE_URL" in os.environ:
            self.environment["DARB_DATABASE"] = f"darb_test_{uuid4().hex[:12]}"
        self._dsn: dict[str, str] = {}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The database server running, started for this block if it doesn't run already."""
        if "DATABASE_URL" in os.environ:
            yield
            return
        with Cluster(self.data / "postgres").joined():
            yield

    def run(self, *words: str, put_in: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run `darb` with these words; `more` goes into its environment."""
        return subprocess.run(
            [DARB, *words],
            env={**self.environment, **more},
            input=put_in,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            cwd=ROOT,
        )

    def report(self, *words: str) -> Any:
        """What `darb` reports as JSON, whatever its exit code."""
        done = self.run(*words, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def do(self, code: str) -> str:
        """Run Python inside this house, as the house itself, all in one transaction; gives what it printed."""
        body = "\n".join("        " + line for line in code.strip().splitlines())
        script = (
            "from darb.house import database\n"
            "with database.open_house():\n"
            "    from darb.trust.context import acting\n"
            "    from darb.trust.queries import HOUSE\n"
            "    with acting(HOUSE):\n" + body
        )
        return self.python("-c", script)

    def python(self, *words: str) -> str:
        """Run Python with these words in this installation's environment; gives what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dsn(self, role: str = "postgres") -> str:
        """A connection string to this installation's database: told once, it stays what it is."""
        if role not in self._dsn:
            told = self.python("-c", f"from darb.house import database; print(database.dsn({role!r}))")
            self._dsn[role] = told.strip()
        return self._dsn[role]

    def sql(self, statements: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run SQL past every wall; gives the rows."""
        with psycopg.connect(self.dsn()) as connection:
            cursor = connection.execute(statements, values)
            return cursor.fetchall() if cursor.description else []

    def forget(self) -> None:
        """Remove every person and case again, so that the next tests find an empty mission."""
        tables = "people_person, people_group, cases_case, cases_visabatch, movements_flight, events_event"
        # Past the triggers of the tables that only grow.
        self.sql(f"set session_replication_role = replica; truncate {tables} cascade")

    def drop(self) -> None:
        """Remove what it left on an outer server (an embedded one goes with its folder)."""
        if name := self.environment.get("DARB_DATABASE"):
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
                admin.execute(f"drop database if exists {name} with (force)")

    @contextmanager
    def up(self, *words: str, wait: bool = True) -> Iterator[Up]:
        """`darb up`, answering, for as long as the block runs."""
        port = free_port()
        command = [DARB, "up", "--no-demo", "--port", str(port), *words]
        with (self.data.parent / "up.log").open("a") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, text=True, cwd=ROOT, start_new_session=True
            )
        running = Up(process, port)
        try:
            if wait:
                until(lambda: running.answers() or process.poll() is not None, 120)
                assert process.poll() is None, (self.data.parent / "up.log").read_text()
            yield running
        finally:
            if process.poll() is None:
                running.stop()
