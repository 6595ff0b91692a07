"""`darb up`: the database, the worker and the web server, kept alive until told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import psycopg

from . import database, lifeline
from .errors import HouseError
from .postgres import Cluster, ClusterError

GRACE = 30.0  # seconds a child gets to finish when told to stop
CALM = 30.0  # a child that lived this long before it died is started again at once
# An address that means every interface, and the one of them that is this machine's own.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
Say = Callable[[str], None]


@dataclass
class Child:
    """A process that `up` keeps running: it is started again when it dies."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = 0.0

    def start(self, now: float) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches us alone and all its processes can be found."""
        environment = {**os.environ, **self.environment, lifeline.MARK: str(os.getpid())}
        self.process = subprocess.Popen(self.command, env=environment, start_new_session=True)
        self.started = now

    def look_after(self, now: float, say: Say) -> None:
        """Start it if it isn't running; wait longer each time it dies soon after its start (at most 30 s)."""
        if self.process is not None and self.process.poll() is not None:
            say(f"The {self.name} ended (exit {self.process.returncode}); it is started again.")
            self.end_leftovers()
            self.deaths = 0 if now - self.started > CALM else self.deaths + 1
            self.not_before = now + min(30.0, 0.5 * 2**self.deaths if self.deaths else 0.0)
            self.process = None
        if self.process is None and now >= self.not_before:
            self.start(now)

    def stop(self) -> None:
        """Tell it to finish, and end it if it doesn't within `GRACE` seconds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.end_leftovers()
        self.process = None

    def end_leftovers(self) -> None:
        """End what the child itself had started, which may outlive it. The group is our own making."""
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def children(host: str, port: int) -> list[Child]:
    """The worker and the web server. They stop in the reverse order."""
    hosts = os.environ.get("DARB_HOSTS", "localhost,127.0.0.1,[::1]")
    if host not in EVERYWHERE:
        hosts += f",{host}"
    web = {"DARB_POOL": "1", "DARB_HOSTS": hosts}
    return [
        Child("worker", [sys.executable, "-m", "darb.house.worker"]),
        Child("web server", [sys.executable, "-m", "darb.house.web", host, str(port)], web),
    ]


def check_port(host: str, port: int) -> None:
    """Raise `HouseError` if the address can't be served on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"port {port} on {host} can't be used ({os.strerror(error.errno or 0).lower()})"
            raise HouseError(f"The web server can't start: {reason}; choose another with --port.") from None


@contextmanager
def database_server() -> Iterator[Cluster | None]:
    """The embedded server, held by this process for as long as the block runs; None where an outer one is used."""
    if database.is_outer():
        try:
            psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10).close()
        except psycopg.OperationalError as error:
            raise HouseError(f"The server named by DATABASE_URL doesn't answer: {_first_line(error)}.") from None
    with nullcontext() if database.is_outer() else database.cluster() as cluster:
        yield cluster


def keep_alive(
    kept: list[Child], cluster: Cluster | None, say: Say, stopping: Callable[[], bool], served: Callable[[], None]
) -> None:
    """Look after the database and the children until `stopping`, then stop the children, last started first.

    `served` is called at each round; the caller announces the address once it answers.
    """
    try:
        while not stopping():
            if cluster is not None and cluster.pid is None:
                say("The database server ended; it is started again.")
                _mend(cluster, say)
            for child in kept:
                child.look_after(time.monotonic(), say)
            served()
            time.sleep(0.2)
    finally:
        for child in reversed(kept):
            child.stop()


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there now."""
    at = EVERYWHERE.get(host, host)
    try:
        socket.create_connection((at, port), timeout=1).close()
    except OSError:
        return False
    return True


def _mend(cluster: Cluster, say: Say) -> None:
    try:
        cluster.start()
    except ClusterError as error:
        say(f"{error} Trying again.")
        time.sleep(2)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
