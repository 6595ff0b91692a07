"""The embedded PostgreSQL: one cluster in one folder, started and stopped by Darb itself.

    with Cluster(Path("var/postgres")) as cluster:
        psycopg.connect(cluster.dsn("darb_app"))

No TCP, peer authentication over a socket that only its owner may open. Decision 0002 tells why not
the wheel's own server code; `tests/house/test_postgres_faults.py` shows each fault that shaped this.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo

from .postgres_account import Account, account_of, server_account
from .postgres_errors import ClusterError, said_clearly, sentence_for
from .postgres_processes import end_all, pid_file_lines, serving_postmaster
from .postgres_programs import MAJOR, pg_bin
from .postgres_roles import assert_durable, ensure_roles_and_database
from .postgres_settings import (
    APP,
    DATABASE,
    PORT,
    SUPERUSER,
    command_line_settings,
    conf_text,
    hba_text,
    ident_text,
)

__all__ = ["Cluster", "ClusterError", "assert_durable", "ensure_roles_and_database", "pg_bin"]

SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET = 107  # bytes: sockaddr_un.sun_path is 108 with its closing NUL (unix(7))
OURS = {"lock", "conf", "log", "run", "pgdata", "pgdata.new", "start.log"}


class Cluster:
    """One PostgreSQL cluster in `data_dir`, made at the first start.

    `durable=False` gives up every promise about power cuts for speed: for tests only.
    The process that starts a cluster holds it until `stop()` or its own end; another that tries gets a
    `ClusterError` naming it. A server left behind by a killed Darb is stopped and taken over.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = Path(os.path.abspath(data_dir))
        self.durable = durable
        self._lock: int | None = None
        self._handle: int | None = None
        self._server: subprocess.Popen[bytes] | None = None

    # -- what a caller asks -------------------------------------------------------------------

    def start(self, *, patience: float = 600.0) -> Self:
        """Make sure the server runs and has Darb's roles and database; does nothing when it does.

        Waits up to `patience` seconds for recovery after a crash. Raises `ClusterError`.
        """
        if self._server is not None and self._server.poll() is None:
            return self
        with said_clearly(self.data_dir):
            self._prepare_folder()
            self._take_lock()
            try:
                account = self._account()
                self._clear_leftovers(account)
                self._write_settings(account)
                programs = pg_bin(account)
                if not self.pgdata.exists():
                    self._initialise(programs, account)
                self._check_version()
                self._launch(programs, account, patience)
                self._prove()
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        """Stop the server (running work is rolled back) and let go of the folder. Safe to call twice."""
        if self._server is not None:
            for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                if self._server.poll() is None:
                    self._server.send_signal(number)
                    try:
                        self._server.wait(seconds)
                    except subprocess.TimeoutExpired:
                        continue
                break
            self._server = None
        for held in (self._handle, self._lock):
            if held is not None:
                os.close(held)
        self._handle = self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @contextmanager
    def joined(self, *, patience: float = 30.0) -> Iterator[Self]:
        """Use the server that another Darb process runs here, or run it just for this while."""
        try:
            self.start()
        except ClusterInUse:
            deadline = time.monotonic() + patience
            while not self.is_answering():
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
            psycopg.connect(self.dsn(SUPERUSER, "postgres"), connect_timeout=5).close()
        except (psycopg.OperationalError, FileNotFoundError):
            return False
        return True

    def dsn(self, role: str = APP, dbname: str = DATABASE) -> str:
        """The connection string of `role` in database `dbname` (libpq key=value form)."""
        return make_conninfo(host=str(self.socket_dir), port=PORT, user=role, dbname=dbname)

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.data_dir / "pgdata"

    @property
    def socket_dir(self) -> Path:
        """The private folder of the socket: inside the cluster's, unless that path is too long for a socket."""
        inside = self.data_dir / "run"
        # libpq reads a comma as the end of one host of several.
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(inside):
            return inside
        name = f"darb-{hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]}"
        return _runtime_folder(self._account()) / name

    @property
    def log_path(self) -> Path:
        """The log file the server writes to now, or what it said while starting."""
        try:
            named = (self.pgdata / "current_logfiles").read_text().split()
        except (FileNotFoundError, PermissionError):
            return self.data_dir / "start.log"
        return self.data_dir / "log" / Path(named[-1]).name if named else self.data_dir / "start.log"

    @property
    def pid(self) -> int | None:
        """The process id of the server this object started, while it lives."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    # -- the folder ---------------------------------------------------------------------------

    def _account(self) -> Account:
        return server_account(self.data_dir.stat().st_uid)

    def _prepare_folder(self) -> None:
        """Make the cluster's folder, or make sure that the one that is there is a cluster's or empty."""
        new = not self.data_dir.exists()
        if new:
            self.data_dir.parent.mkdir(parents=True, exist_ok=True)
            self.data_dir.mkdir(mode=0o700)
            if os.geteuid() == 0:  # in an ordinary user's folder root makes that user's cluster
                above = self.data_dir.parent.stat()
                os.chown(self.data_dir, above.st_uid, above.st_gid)
            _fsync_folder(self.data_dir.parent)
        found = self.data_dir.stat()
        if os.geteuid() not in (0, found.st_uid):
            raise ClusterError(
                f"{self.data_dir} belongs to {_owner_name(found.st_uid)}: start Darb as that user or choose "
                "another folder."
            )
        names = set(os.listdir(self.data_dir))
        if names and not names & OURS:
            raise ClusterError(f"{self.data_dir} holds other files: give the database a folder of its own.")
        # Root's folder must let the server's account pass, not look.
        os.chmod(self.data_dir, 0o711 if found.st_uid == 0 else 0o700)

    def _take_lock(self) -> None:
        """Hold the folder for this process; the kernel lets go when the process ends, however it ends."""
        if self._lock is not None:
            return
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        lock = os.open(self.data_dir / "lock", flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
            os.close(lock)
            raise ClusterInUse(
                f"Another Darb (process {holder or 'unknown'}) already uses {self.data_dir}: stop it first."
            ) from None
        self._give_to_owner(lock)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock
        os.register_at_fork(after_in_child=self._forget_in_child)

    def _forget_in_child(self) -> None:
        """A forked child must not hold the folder after its parent's end, nor stop its parent's server."""
        for held in (self._handle, self._lock):
            if held is not None:
                os.close(held)
        self._handle = self._lock = self._server = None

    def _give_to_owner(self, held: int | Path) -> None:
        if os.geteuid() == 0:
            owner = self.data_dir.stat()
            os.chown(held, owner.st_uid, owner.st_gid)

    def _clear_leftovers(self, account: Account) -> None:
        """End what an earlier server left running, then remove its lock files, whatever number they name."""
        if self.pgdata.exists():
            end_all(self.pgdata, account)
            (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        if self.socket_dir.exists():
            _check_private(self.socket_dir, account)
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                (self.socket_dir / name).unlink(missing_ok=True)
        if (self.data_dir / "pgdata.new").exists():
            shutil.rmtree(self.data_dir / "pgdata.new")

    def _write_settings(self, account: Account) -> None:
        conf = self.data_dir / "conf"
        if not conf.exists():
            conf.mkdir(mode=0o755)
            self._give_to_owner(conf)
        users = {account_of(os.geteuid()).name, account_of(self.data_dir.stat().st_uid).name}
        texts = {"pg_hba.conf": hba_text(), "pg_ident.conf": ident_text(users), "postgresql.conf": conf_text()}
        for name, text in texts.items():
            draft = conf / f".{name}.new"
            draft.unlink(missing_ok=True)
            draft.write_text(text)
            draft.chmod(0o644)
            self._give_to_owner(draft)
            draft.rename(conf / name)
        for folder in (self.data_dir / "log", self.socket_dir):
            self._own_folder(folder, account)

    def _own_folder(self, folder: Path, account: Account) -> None:
        """Make a folder that is the server account's alone."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            _check_private(folder, account)
        else:
            if not account.is_me:
                os.chown(folder, account.uid, account.gid)

    # -- the server ---------------------------------------------------------------------------

    def _seen_by(self, account: Account) -> str:
        """The path by which the server reaches the folder.

        For an account of its own it is an open handle: folders above may be closed to that account
        (root's home is), and their permissions aren't ours to change.
        """
        if account.is_me:
            return str(self.data_dir)
        if self._handle is None:
            self._handle = os.open(self.data_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._handle}"

    def _popen_arguments(self, account: Account) -> dict[str, object]:
        handles = [] if self._handle is None else [self._handle]
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # no PG* variable of the caller's gets in
        return {
            "cwd": "/",
            "env": clean,
            "stdin": subprocess.DEVNULL,
            "umask": 0o077,
            "pass_fds": handles,
            **account.popen_arguments(),
        }

    def _initialise(self, programs: Path, account: Account) -> None:
        """Make the data folder under another name, put it safely on the disk, then give it its name."""
        draft = self.data_dir / "pgdata.new"
        self._own_folder(draft, account)
        place = f"{self._seen_by(account)}/{draft.name}"
        make = [programs / "initdb", "-D", place, "-U", SUPERUSER, "-E", "UTF8", "--locale-provider=builtin"]
        make += ["--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums", "--auth=reject"]
        make += ["--no-sync", "--no-instructions"]
        steps = [make, [programs / "initdb", "--sync-only", "-D", place]] if self.durable else [make]
        try:
            for step in steps:
                done = subprocess.run(
                    step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                    **{**self._popen_arguments(account)},
                )  # fmt: skip
                if done.returncode != 0:
                    refusal = "PostgreSQL could not make its data folder:"
                    raise ClusterError(sentence_for(done.stdout, self.data_dir, otherwise=refusal))
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        draft.rename(self.pgdata)
        if self.durable:
            _fsync_folder(self.data_dir)

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

    def _launch(self, programs: Path, account: Account, patience: float) -> None:
        place = self._seen_by(account)
        inside = self.socket_dir == self.data_dir / "run"
        socket_folder = f"{place}/run" if inside else str(self.socket_dir)
        command: list[str | Path] = [programs / "postgres", "-D", f"{place}/pgdata"]
        for name, value in command_line_settings(place, socket_folder, durable=self.durable).items():
            command += ["-c", f"{name}={value}"]
        said = self.data_dir / "start.log"
        said.unlink(missing_ok=True)
        with said.open("xb") as output:
            self._give_to_owner(said)
            # A session of its own: Ctrl-C in the terminal is for Darb, which stops the server in its turn.
            self._server = subprocess.Popen(
                command, stdout=output, stderr=output, start_new_session=True, **self._popen_arguments(account)
            )
        self._wait_until_ready(patience)

    def _wait_until_ready(self, patience: float) -> None:
        assert self._server is not None
        began = time.monotonic()
        while self._server.poll() is None:
            lines = pid_file_lines(self.pgdata)
            # Line 8 is the state the postmaster writes for pg_ctl (pidfile.h, LOCK_FILE_LINE_PM_STATUS).
            if len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready":
                return
            if time.monotonic() - began > patience:
                raise ClusterError(f"PostgreSQL is still recovering {self.data_dir} after {patience:.0f} seconds.")
            time.sleep(0.005)
        said = (self.data_dir / "start.log").read_text(errors="replace")
        if self.log_path.exists():
            with self.log_path.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
                said += log.read().decode(errors="replace")
        refusal = f"PostgreSQL did not start (see {self.log_path}):"
        raise ClusterError(sentence_for(said, self.data_dir, otherwise=refusal))

    def _prove(self) -> None:
        """Check what every promise rests on, each time: roles, database, and that commits reach the disk."""
        ensure_roles_and_database(self.dsn(SUPERUSER, "postgres"), replication=True)
        if self.durable:
            with psycopg.connect(self.dsn(SUPERUSER, "postgres")) as connection:
                assert_durable(connection)


class ClusterInUse(ClusterError):
    """Another process holds the cluster's folder."""


def _owner_name(uid: int) -> str:
    try:
        return account_of(uid).name
    except ClusterError:
        return f"user {uid}"


def _runtime_folder(account: Account) -> Path:
    """A folder for things that end with the machine's uptime, for the account."""
    if os.geteuid() == 0:
        return Path("/run")
    own = os.environ.get("XDG_RUNTIME_DIR")
    return Path(own) if own and Path(own).is_dir() else Path(tempfile.gettempdir())


def _check_private(folder: Path, account: Account) -> None:
    """Refuse a folder that isn't a real one, the account's, and closed to everyone else."""
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
        raise ClusterError(f"{folder} isn't a private folder of {account.name}: remove it and start again.")


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
