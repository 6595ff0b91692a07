"""The folder a cluster lives in: whose it is, who holds it now, and what is laid out in it.

data_dir/           its owner's (root's folder lets the server's account pass, not look)
  lock              held by the process that runs the cluster
  conf/ start.log   written anew at each start
  pgdata/ log/ run/ the server account's own, closed to everyone else
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import weakref
from pathlib import Path

from .postgres_account import Account, account_of, is_known, server_account
from .postgres_errors import ClusterError, ClusterInUse
from .postgres_processes import end_all
from .postgres_settings import PORT, conf_text, hba_text, ident_text, memory_here

SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET = 107  # bytes: sockaddr_un.sun_path is 108 with its closing NUL (unix(7))
OURS = {"lock", "conf", "log", "run", "pgdata", "pgdata.new", "start.log"}


class ClusterFolder:
    """The folder `place` and this process's hold on it."""

    def __init__(self, place: Path) -> None:
        self.place = Path(os.path.realpath(place))
        self.pgdata = self.place / "pgdata"
        self._lock: int | None = None
        self._handle: int | None = None

    # -- where and whose ----------------------------------------------------------------------

    def socket_dir(self) -> Path:
        """The private folder of the socket: inside the cluster's, unless that path is too long for a socket."""
        inside = self.place / "run"
        # libpq reads a comma as the end of one host of several.
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(inside):
            return inside
        return _runtime_folder() / f"darb-{hashlib.sha256(os.fsencode(self.place)).hexdigest()[:16]}"

    def account(self) -> Account:
        """The account that runs this folder's server: whose data it is already, else as decided for a new one."""
        owner = self.place.stat().st_uid
        if not self.pgdata.exists():
            return server_account(owner)
        keeper = self.pgdata.stat().st_uid
        if keeper == 0:
            raise ClusterError(
                f"{self.pgdata} belongs to root, as whom PostgreSQL doesn't run: give it to its account."
            )
        if os.geteuid() not in (0, keeper):
            raise ClusterError(self._not_yours(keeper))
        return account_of(keeper)

    def _not_yours(self, owner: int) -> str:
        name = account_of(owner).name if is_known(owner) else f"user {owner}"
        return f"{self.place} belongs to {name}: start Darb as that user or choose another folder."

    # -- taking and letting go ----------------------------------------------------------------

    def prepare(self) -> None:
        """Make the folder, or make sure that the one that is there is a cluster's or empty, and ours."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.place.mkdir(mode=0o700)
        except FileExistsError:
            pass  # from an earlier start, or made this instant by another process; a file is refused by what follows
        else:
            above = self.place.parent.stat()
            if os.geteuid() == 0 and is_known(above.st_uid):  # in an ordinary user's folder root makes that user's
                os.chown(self.place, above.st_uid, above.st_gid)
            fsync_folder(self.place.parent)
        owner = self.place.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise ClusterError(self._not_yours(owner))
        names = set(os.listdir(self.place))
        if names and not names & OURS:
            raise ClusterError(f"{self.place} holds other files: give the database a folder of its own.")
        self.place.chmod(0o711 if owner == 0 else 0o700)

    def take(self) -> None:
        """Hold the folder for this process; the kernel lets go when the process ends, however it ends."""
        lock = os.open(self.place / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
            os.close(lock)
            raise ClusterInUse(
                f"Another Darb (process {holder or 'unknown'}) already uses {self.place}: stop it first."
            ) from None
        self._lock = lock
        _held.add(self)
        self._give_to_owner(lock)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)

    def let_go(self) -> None:
        """Give up the hold, if there is one."""
        for held in (self._handle, self._lock):
            if held is not None:
                os.close(held)
        self._handle = self._lock = None
        _held.discard(self)

    def tidy(self) -> None:
        """Remove the socket's folder when it lies outside this one (its server has ended)."""
        sockets = self.socket_dir()
        if sockets.parent != self.place and sockets.exists():
            shutil.rmtree(sockets)

    # -- laying out ---------------------------------------------------------------------------

    def clear_leftovers(self, account: Account) -> None:
        """End what an earlier server left running, then remove its lock files, whatever number they name."""
        if self.pgdata.exists():
            end_all(self.pgdata, account)
            (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        sockets = self.socket_dir()
        if sockets.exists():
            _check_private(sockets, account)
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                (sockets / name).unlink(missing_ok=True)
        draft = self.place / "pgdata.new"
        if draft.exists():
            shutil.rmtree(draft)

    def lay_out(self, account: Account) -> None:
        """Write the server's settings files anew and make the folders it needs."""
        conf = self.place / "conf"
        if not conf.exists():
            conf.mkdir(mode=0o755)
            self._give_to_owner(conf)
        users = {account_of(os.geteuid()).name, account_of(self.place.stat().st_uid).name}
        texts = {
            "pg_hba.conf": hba_text(),
            "pg_ident.conf": ident_text(users),
            "postgresql.conf": conf_text(memory_here()),
        }
        for name, text in texts.items():
            draft = conf / f".{name}.new"
            draft.unlink(missing_ok=True)
            draft.write_text(text)
            draft.chmod(0o644)
            self._give_to_owner(draft)
            draft.rename(conf / name)
        for folder in (self.place / "log", self.socket_dir()):
            self.own_folder(folder, account)

    def own_folder(self, folder: Path, account: Account) -> None:
        """Make a folder that is the server account's alone."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            _check_private(folder, account)
        else:
            if not account.is_me:
                os.chown(folder, account.uid, account.gid)

    def new_start_log(self) -> Path:
        """An empty file for what the server says while it starts."""
        said = self.place / "start.log"
        said.unlink(missing_ok=True)
        said.touch(mode=0o600, exist_ok=False)
        self._give_to_owner(said)
        return said

    def seen_by(self, account: Account) -> str:
        """The path by which the server reaches the folder.

        For an account of its own it is an open handle: folders above may be closed to that account
        (root's home is), and their permissions aren't ours to change.
        """
        if account.is_me:
            return str(self.place)
        if self._handle is None:
            self._handle = os.open(self.place, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._handle}"

    def handles(self) -> list[int]:
        """The open handles the server needs to reach the folder."""
        return [] if self._handle is None else [self._handle]

    def _give_to_owner(self, made: int | Path) -> None:
        if os.geteuid() == 0:
            owner = self.place.stat()
            os.chown(made, owner.st_uid, owner.st_gid)


_held: weakref.WeakSet[ClusterFolder] = weakref.WeakSet()


def _let_go_in_child() -> None:
    """A forked child must not hold a folder beyond its parent's end."""
    for folder in list(_held):
        folder.let_go()


os.register_at_fork(after_in_child=_let_go_in_child)


def _runtime_folder() -> Path:
    """A folder for things that last as long as the machine is up: the same whatever the environment says."""
    if os.geteuid() == 0:
        return Path("/run")
    own = Path(f"/run/user/{os.geteuid()}")
    return own if own.is_dir() else Path("/tmp")  # noqa: S108 - the folder made there is checked to be ours alone


def _check_private(folder: Path, account: Account) -> None:
    """Refuse a folder that isn't a real one, the account's, and closed to everyone else."""
    found = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != account.uid or found.st_mode & 0o077:
        raise ClusterError(f"{folder} isn't a private folder of {account.name}: remove it and start again.")


def fsync_folder(folder: Path) -> None:
    """Put a folder's entries (a new name, a rename) safely on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
