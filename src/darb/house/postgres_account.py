"""Which operating-system account the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root, rightly. Started by an ordinary user it runs as that user. Started
by root it runs as an account that can do nothing else, with that account's group and no other.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .postgres_errors import ClusterError

OWN_ACCOUNT = "darb-postgres"


@dataclass(frozen=True)
class Account:
    """An operating-system account: its name, user id and group id."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        """Whether this process already runs as the account."""
        return self.uid == os.geteuid()

    def popen_arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this account, with no supplementary groups."""
        return {} if self.is_me else {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_of(uid: int) -> Account:
    """The account with number `uid`; `ClusterError` when the machine doesn't know it (initdb needs its name)."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ClusterError(f"This machine has no account with the number {uid}, and PostgreSQL needs one.") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def is_known(uid: int) -> bool:
    """Whether the machine has an account with number `uid` (a mounted folder's owner may have none here)."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def server_account(folder_owner: int) -> Account:
    """The account that runs the server for a folder owned by user id `folder_owner`.

    An ordinary user's folder is served as that user, also when root starts it, so that one run as
    root locks nobody out. Root's own folder is served by `DARB_PG_USER`, else by Darb's own account
    or the distribution's `postgres`, else Darb's own account is made.
    """
    if os.geteuid() != 0:
        return account_of(os.geteuid())
    if folder_owner != 0:
        return account_of(folder_owner)
    wanted = os.environ.get("DARB_PG_USER")
    for name in [wanted] if wanted else [OWN_ACCOUNT, "postgres"]:
        found = _named(name)
        if found is not None:
            return found
    if wanted:
        raise ClusterError(f"DARB_PG_USER names the account {wanted}, which this machine doesn't have.")
    return _make_own_account()


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    if entry.pw_uid == 0:
        raise ClusterError(f"The account {name} is root: PostgreSQL doesn't run as root.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_own_account() -> Account:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is not None:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT]
        subprocess.run(command, capture_output=True, check=False)
    made = _named(OWN_ACCOUNT)
    if made is None:
        raise ClusterError(
            "Darb was started by root, and PostgreSQL doesn't run as root: make a system account named "
            f"{OWN_ACCOUNT}, or start Darb as an ordinary user."
        )
    return made


def can_run(account: Account, command: Sequence[str | Path]) -> bool:
    """Whether `account` can run `command` to a good end (tried, not guessed: folders above may be closed to it)."""
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **account.popen_arguments())
    except OSError:  # missing, closed to the account, or made for another machine
        return False
    return done.returncode == 0
