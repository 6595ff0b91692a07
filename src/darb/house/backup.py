"""`darb backup` and `darb restore`: the whole database in one encrypted file.

The dump is made as `darb_backup`, which reads every row and changes none, and is encrypted (age,
age-encryption.org/v1) before it touches the disk: with the house's public key, so that the machine
can't read its own old backups once the secret key has been moved away, or with a passphrase.
A restore fills a database of its own first and takes the old one's place only when it is whole.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg
import pyrage
from psycopg import sql

from . import database
from .errors import HouseError
from .place import data_dir
from .postgres import ensure_roles_and_database, pg_bin
from .postgres_folder import fsync_folder
from .postgres_programs import MAJOR
from .postgres_settings import BACKUP, OWNER, SUPERUSER

# Turns one stream into another: (from, to).
Pour = Callable[[IO[bytes], IO[bytes]], None]

RECIPIENT, IDENTITY = "backup-public-key", "backup-secret-key"


# -- keys -------------------------------------------------------------------------------------


def make_keys() -> str:
    """Make this house's key pair if it has none; gives what the operator must be told, or an empty text."""
    public, secret = data_dir() / RECIPIENT, data_dir() / IDENTITY
    if public.exists():
        return ""
    identity = pyrage.x25519.Identity.generate()
    data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(secret, f"{identity}\n")
    _write_private(public, f"{identity.to_public()}\n")
    return (
        f"A key pair for backups was made. Move {secret} off this machine, to two safe places: whoever has it "
        "can read every backup, and without it no backup can be restored."
    )


def lock_for(recipient: str | None, passphrase: str | None) -> Pour:
    """What encrypts: for a passphrase, for an age public key (or a file with one), else for this house's own key."""
    if passphrase is not None:
        return lambda source, target: _seal_with_passphrase(source, target, passphrase)
    own = data_dir() / RECIPIENT
    told = recipient or (str(own) if own.exists() else "")
    if not told:
        raise HouseError("There is no key to encrypt with: give --to with an age public key, or --passphrase.")
    if not told.startswith("age1"):
        told = _line_of(Path(told), "age1")
    try:
        key = pyrage.x25519.Recipient.from_str(told)
    except pyrage.RecipientError:
        raise HouseError(f"{told[:20]}... isn't an age public key.") from None
    return lambda source, target: pyrage.encrypt_io(source, target, [key])


def key_for(identity: Path | None, passphrase: str | None) -> Pour:
    """What decrypts: a passphrase, or the age secret key in a file (else the one still in the data folder)."""
    if passphrase is not None:
        return lambda source, target: _open_with_passphrase(source, target, passphrase)
    path = identity or data_dir() / IDENTITY
    if not path.exists():
        raise HouseError(f"The secret key isn't at {path}: give its place with --identity.")
    try:
        key = pyrage.x25519.Identity.from_str(_line_of(path, "AGE-SECRET-KEY-"))
    except pyrage.IdentityError:
        raise HouseError(f"{path} doesn't hold an age secret key.") from None
    return lambda source, target: pyrage.decrypt_io(source, target, [key])


def _line_of(path: Path, prefix: str) -> str:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HouseError(f"{path} can't be read as a key ({type(error).__name__}).") from None
    found = next((line.strip() for line in lines if line.startswith(prefix)), None)
    if found is None:
        raise HouseError(f"{path} holds no key that begins with {prefix}.")
    return found


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _seal_with_passphrase(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    # The package streams for keys only. Whole in memory, so that any age program can open the file.
    target.write(pyrage.passphrase.encrypt(source.read(), passphrase))


def _open_with_passphrase(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    target.write(pyrage.passphrase.decrypt(source.read(), passphrase))


# -- backup -----------------------------------------------------------------------------------


def write(path: Path, lock: Pour) -> int:
    """Write an encrypted backup to `path`, which appears only when it is whole; gives its size in bytes."""
    draft = path.with_name(path.name + ".part")
    command = [_client("pg_dump"), "--format=custom", "--compress=gzip:1", "--enable-row-security", "--dbname"]
    try:
        with draft.open("xb") as file:
            draft.chmod(0o600)
            with _Program([*command, _login(BACKUP)]) as dump:
                lock(dump.reading, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except FileExistsError:
        raise HouseError(
            f"{draft} is there already: another backup is running, or one was cut off; remove it."
        ) from None
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise HouseError(f"The backup can't be written to {path} ({(error.strerror or str(error)).lower()}).") from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    fsync_folder(path.resolve().parent)
    return path.stat().st_size


# -- restore ----------------------------------------------------------------------------------


def restore(path: Path, key: Pour, into: str | None) -> str:
    """Bring `path` back, into a new database `into` or in place of one without cases; gives what to tell.

    Raises `HouseError`, and then nothing has changed.
    """
    present = database.name()
    target = into or present
    if into is not None and _exists(into):
        raise HouseError(f"There is a database named {into} already: choose another name.")
    if into is None and _exists(present) and database.has_cases():
        raise HouseError("The present database holds cases and isn't overwritten: restore --into a new name.")
    now = datetime.now(UTC)
    draft = f"{target}_restoring_{now:%Y%m%d%H%M%S}"
    ensure_roles_and_database(database.dsn(), draft)
    try:
        _fill(draft, path, key)
        aside = _put_in_place(draft, target, f"{target}_before_{now:%Y%m%d%H%M%S}")
    except BaseException:
        with _admin() as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(draft)))
        raise
    if into:
        return f"Restored into the database {into}. Start Darb on it with DARB_DATABASE={into}."
    return "Restored." + (f" What was there before is kept as the database {aside}." if aside else "")


def _fill(name: str, path: Path, key: Pour) -> None:
    command = [_client("pg_restore"), "--exit-on-error", "--no-owner", "--dbname", _login(OWNER, name)]
    with path.open("rb") as file, _Program(command, takes_input=True) as program:
        try:
            key(file, program.writing)
        except (pyrage.DecryptError, ValueError, OSError) as error:
            if getattr(error, "errno", None):  # the disk's or the pipe's; the package gives its own no number
                raise
            raise HouseError(f"{path} can't be decrypted: wrong key or passphrase, or a damaged file.") from error
    with psycopg.connect(database.dsn(OWNER, name), autocommit=True) as connection:
        connection.execute("analyze")


def _put_in_place(draft: str, target: str, aside: str) -> str:
    """Rename `draft` to `target`, and what is `target` now to `aside`; gives the name of what was put aside."""
    kept = ""
    with _admin() as admin:
        try:
            if _exists(target):
                _rename(admin, target, aside)
                kept = aside
            _rename(admin, draft, target)
        except psycopg.errors.ObjectInUse:
            raise HouseError("The database is in use: stop Darb first.") from None
    return kept


def _rename(admin: psycopg.Connection[Any], old: str, new: str) -> None:
    admin.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))


def _exists(name: str) -> bool:
    with _admin() as admin:
        return admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _admin() -> psycopg.Connection[Any]:
    """The login that may make and rename databases, in none of those concerned."""
    return psycopg.connect(database.dsn(SUPERUSER, "postgres"), autocommit=True)


# -- PostgreSQL's own programs ----------------------------------------------------------------


class _Program:
    """One of PostgreSQL's programs, read from or written to; raises `HouseError` with its words if it fails."""

    def __init__(self, command: list[str], *, takes_input: bool = False) -> None:
        self.command, self.takes_input = command, takes_input

    def __enter__(self) -> _Program:
        pipes = {"stdin": subprocess.PIPE} if self.takes_input else {"stdout": subprocess.PIPE}
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, **pipes)
        return self

    @property
    def reading(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    @property
    def writing(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is not None:
            self.process.kill()
        _out, said = self.process.communicate()
        if self.process.returncode != 0 and (kind is None or issubclass(kind, BrokenPipeError)):
            words = said.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
            raise HouseError(f"{Path(self.command[0]).name} failed: {words[0]}.") from error


def _client(program: str) -> str:
    """The program's path: ours, or for an outer server the machine's own if new enough, since ours has no TLS."""
    if database.is_outer() and (found := shutil.which(program)):
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if (version := re.search(r"\) (\d+)", told)) and int(version[1]) >= MAJOR:
            return found
    return str(pg_bin() / program)


def _login(role: str, name: str | None = None) -> str:
    return database.dsn(role, name)
