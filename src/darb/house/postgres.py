"""The embedded PostgreSQL: one cluster in one folder, started and stopped by Darb itself.

    with Cluster(Path("var/postgres")) as cluster:
        psycopg.connect(cluster.dsn("darb_app"))

No TCP, peer authentication over a socket that only its owner may open. Decision 0002 tells why not
the wheel's own server code; `tests/house/test_postgres_faults.py` shows each fault that shaped this.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.conninfo import make_conninfo

from .postgres_account import Account
from .postgres_errors import ClusterError, ClusterInUse, said_clearly, sentence_for
from .postgres_folder import ClusterFolder, fsync_folder
from .postgres_processes import pid_file_lines
from .postgres_programs import MAJOR, pg_bin
from .postgres_roles import assert_durable, ensure_roles_and_database, prepare_database
from .postgres_settings import APP, DATABASE, PORT, SUPERUSER, command_line_settings

__all__ = [
    "Cluster",
    "ClusterError",
    "ClusterInUse",
    "assert_durable",
    "ensure_roles_and_database",
    "pg_bin",
    "prepare_database",
]


class Cluster:
    """One PostgreSQL cluster in `data_dir`, made at the first start.

    `durable=False` gives up every promise about power cuts for speed: for tests only.
    The process that starts a cluster holds it until `stop()` or its own end; another that tries gets a
    `ClusterInUse` naming it. A server left behind by a killed Darb is stopped and taken over.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self._folder = ClusterFolder(data_dir)
        self._server: subprocess.Popen[bytes] | None = None
        self._log_sizes: dict[Path, int] = {}  # bytes that were there before the server was started

    # -- what a caller asks -------------------------------------------------------------------

    def start(self, *, patience: float = 600.0) -> Self:
        """Make sure the server runs and has Darb's roles and database; does nothing when it does.

        Call it again to mend: a server that died since is recovered. Waits up to `patience` seconds
        for recovery after a crash. Raises `ClusterError`.
        """
        if self.pid is not None:
            return self
        if not Path("/proc/self/fd").is_dir():
            raise ClusterError("The embedded database needs Linux: set DATABASE_URL to a PostgreSQL server.")
        self.stop()
        with said_clearly(self.data_dir):
            self._folder.prepare()
            self._folder.take()
            try:
                self._run(patience)
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        """Stop the server (running work is rolled back) and let go of the folder. Safe to call twice."""
        if self._server is not None:
            # Fast shutdown, then at once, then the kernel's word; seconds each is given. While PostgreSQL 18 recovers
            # from a backend's crash it takes a fast shutdown and never ends, so then at once: nothing runs that could
            # be lost.
            steps = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)]
            for number, seconds in steps if self.is_answering() else steps[1:]:
                if self._server.poll() is not None:
                    break
                self._server.send_signal(number)
                try:
                    self._server.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
            self._server = None
            self._folder.tidy()
        self._folder.let_go()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @contextmanager
    def joined(self, *, patience: float = 30.0) -> Iterator[Self]:
        """Use the server that another Darb process runs here, or run it just for this while.

        Raises `ClusterInUse` when the other holds the folder and doesn't answer for `patience` seconds.
        """
        deadline = time.monotonic() + patience
        while not self.is_answering():
            try:
                self.start()
            except ClusterInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        try:
            yield self
        finally:
            self.stop()

    def is_answering(self) -> bool:
        """Whether a server of this folder accepts connections now, whoever started it."""
        try:
            psycopg.connect(self.dsn(SUPERUSER, DATABASE), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def dsn(self, role: str = APP, dbname: str = DATABASE) -> str:
        """The connection string of `role` in database `dbname` (libpq's key=value form)."""
        return make_conninfo(host=str(self.socket_dir), port=PORT, user=role, dbname=dbname)

    @property
    def data_dir(self) -> Path:
        """The cluster's folder, links resolved."""
        return self._folder.place

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own data folder."""
        return self._folder.pgdata

    @property
    def socket_dir(self) -> Path:
        """The private folder of the socket (a database's HOST in Django's settings)."""
        return self._folder.socket_dir()

    @property
    def log_path(self) -> Path:
        """The log file the server writes to now, or what it said while starting."""
        try:
            named = (self.pgdata / "current_logfiles").read_text().split()
        except (FileNotFoundError, PermissionError):
            named = []
        return self.data_dir / "log" / Path(named[-1]).name if named else self.data_dir / "start.log"

    @property
    def pid(self) -> int | None:
        """The process id of the server this object started, while it lives."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    # -- starting, step by step ---------------------------------------------------------------

    def _run(self, patience: float) -> None:
        account = self._folder.account()
        self._folder.clear_leftovers(account)
        self._folder.lay_out(account)
        programs = pg_bin(account)
        if not self.pgdata.exists():
            self._initialise(programs, account)
        self._check_version()
        self._launch(programs, account)
        self._wait_until_ready(patience)
        # What every promise rests on is checked each time.
        ensure_roles_and_database(self.dsn(SUPERUSER, "postgres"), replication=True)
        if self.durable:
            with psycopg.connect(self.dsn(SUPERUSER)) as connection:
                assert_durable(connection)

    def _popen_arguments(self, account: Account) -> dict[str, Any]:
        return {
            "cwd": "/",
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},  # no PG* variable of the caller's gets in
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "umask": 0o077,
            "pass_fds": self._folder.handles(),
            **account.popen_arguments(),
        }

    def _initialise(self, programs: Path, account: Account) -> None:
        """Make the data folder under another name, put it safely on the disk, then give it its name."""
        draft = self.data_dir / "pgdata.new"
        self._folder.own_folder(draft, account)
        place = f"{self._folder.seen_by(account)}/{draft.name}"
        make: list[str | Path] = [
            programs / "initdb",
            "-D",
            place,
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            "--locale-provider=builtin",
        ]
        make += ["--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums", "--auth=reject"]
        make += ["--no-sync", "--no-instructions"]
        flush: list[str | Path] = [programs / "initdb", "--sync-only", "-D", place]
        try:
            for step in (make, flush) if self.durable else (make,):
                done = subprocess.run(
                    step, stdout=subprocess.PIPE, text=True, check=False, **self._popen_arguments(account)
                )
                if done.returncode != 0:
                    refusal = "PostgreSQL could not make its data folder:"
                    raise ClusterError(sentence_for(done.stdout, self.data_dir, otherwise=refusal))
        except BaseException:
            shutil.rmtree(draft)
            raise
        draft.rename(self.pgdata)
        if self.durable:
            fsync_folder(self.data_dir)

    def _check_version(self) -> None:
        try:
            version = (self.pgdata / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            version = ""
        if not version:
            raise ClusterError(f"The data in {self.data_dir} is damaged (no PG_VERSION): restore the last backup.")
        if version != str(MAJOR):
            raise ClusterError(
                f"The data in {self.data_dir} was written by PostgreSQL {version} and Darb runs {MAJOR}: "
                "back it up with the old version and restore it with this one."
            )

    def _launch(self, programs: Path, account: Account) -> None:
        place = self._folder.seen_by(account)
        # Through the handle the path is short and open to the account; a folder elsewhere is so by itself.
        sockets = f"{place}/run" if self.socket_dir.parent == self.data_dir else str(self.socket_dir)
        command: list[str | Path] = [programs / "postgres", "-D", f"{place}/pgdata"]
        for name, value in command_line_settings(place, sockets, durable=self.durable).items():
            command += ["-c", f"{name}={value}"]
        self._log_sizes = {log: log.stat().st_size for log in (self.data_dir / "log").iterdir()}
        with self._folder.new_start_log().open("wb") as output:
            # A session of its own: Ctrl-C in the terminal is for Darb, which stops the server in its turn.
            self._server = subprocess.Popen(
                command, stdout=output, start_new_session=True, **self._popen_arguments(account)
            )

    def _wait_until_ready(self, patience: float) -> None:
        assert self._server is not None
        deadline = time.monotonic() + patience
        while self._server.poll() is None:
            lines = pid_file_lines(self.pgdata)
            # Line 8 is the state that the postmaster writes for pg_ctl (PostgreSQL's utils/pidfile.h).
            if len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready":
                return
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL is still recovering {self.data_dir} after {patience:.0f} seconds.")
            time.sleep(0.005)
        refusal = f"PostgreSQL did not start (see {self.log_path}):"
        raise ClusterError(sentence_for(self._last_words(), self.data_dir, otherwise=refusal))

    def _last_words(self) -> str:
        """What the server said since it was started, in both of its logs (bytes that aren't text replaced)."""
        said = (self.data_dir / "start.log").read_bytes()
        for log in (self.data_dir / "log").iterdir():
            said += log.read_bytes()[self._log_sizes.get(log, 0) :]
        return said.decode(errors="replace")
