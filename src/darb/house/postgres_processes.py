"""Which processes belong to a data folder, read from /proc. Nothing else is ever signalled.

A process is a server's when it runs as the server's account, its program is `postgres` and its
working folder is the data folder. A number found in a lock file proves nothing: numbers are used again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from .postgres_account import Account
from .postgres_errors import ClusterError

GONE = " (deleted)"  # what the kernel adds when a program was replaced while it runs


def server_processes(data: Path, account: Account) -> list[int]:
    """The process ids that serve the data folder `data` as `account`, in no order."""
    data = data.resolve()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _serves(int(entry.name), data, account):
            found.append(int(entry.name))
    return found


def _serves(pid: int, data: Path, account: Account) -> bool:
    try:
        if os.stat(f"/proc/{pid}").st_uid != account.uid:
            return False
        program, folder = _links(pid, account)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # ended meanwhile, or not ours to look at
    return Path(program.removesuffix(GONE)).name == "postgres" and folder.removesuffix(GONE) == str(data)


def _links(pid: int, account: Account) -> tuple[str, str]:
    links = f"/proc/{pid}/exe", f"/proc/{pid}/cwd"
    try:
        return os.readlink(links[0]), os.readlink(links[1])
    except PermissionError:
        if os.geteuid() != 0 or account.is_me:
            raise
    # Root in a container may lack the right to look at other accounts' processes: look as the account itself.
    told = subprocess.run(
        ["readlink", *links], capture_output=True, text=True, check=False, cwd="/", **account.popen_arguments()
    ).stdout.splitlines()
    if len(told) != 2:
        raise ProcessLookupError(pid)
    return told[0], told[1]


def serving_postmaster(data: Path, account: Account) -> int | None:
    """The process id in `postmaster.pid` if that process really serves `data`, else None."""
    written = pid_file_lines(data)
    if not written or not written[0].strip().isdigit():
        return None
    pid = int(written[0])
    return pid if _serves(pid, data.resolve(), account) else None


def pid_file_lines(data: Path) -> list[str]:
    """The lines of `postmaster.pid` (empty when there is none, or while it is being written)."""
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def end_all(data: Path, account: Account, *, patience: float = 10.0) -> None:
    """End every process that serves `data`: a whole server by its own shutdown, what is left by SIGKILL.

    Returns when none is left. Raises `ClusterError` when some still live `patience` seconds after SIGKILL.
    """
    postmaster = serving_postmaster(data, account)
    if postmaster is not None:
        signal_quietly(postmaster, signal.SIGINT)  # fast shutdown: rolls back, writes a checkpoint
        if not gone_within(postmaster, patience):
            signal_quietly(postmaster, signal.SIGQUIT)
            gone_within(postmaster, patience / 2)
    deadline = time.monotonic() + patience
    while left := server_processes(data, account):
        if time.monotonic() > deadline:
            raise ClusterError(f"Processes of an earlier PostgreSQL won't end: {', '.join(map(str, sorted(left)))}.")
        for pid in left:
            signal_quietly(pid, signal.SIGKILL)
        time.sleep(0.01)


def signal_quietly(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def gone_within(pid: int, seconds: float) -> bool:
    """Whether process `pid` (not our child) ends within `seconds`. A zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
