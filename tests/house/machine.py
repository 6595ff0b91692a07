"""What the tests of the embedded server ask of the machine: other users, small disks, who listens where."""

from __future__ import annotations

import os
import subprocess
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from darb.house.postgres_account import Account

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be two users on one machine")


def run_as(account: Account, deed: Callable[[], None]) -> None:
    """Do `deed` in a forked process that is `account` and nobody else; fail with what it failed with."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            os.setgroups([])
            os.setresgid(account.gid, account.gid, account.gid)
            os.setresuid(account.uid, account.uid, account.uid)
            deed()
        except BaseException:  # noqa: BLE001 - whatever it was, the child must not go on as a second pytest
            said = traceback.format_exc()
        os.write(writing, said.encode() or b"done")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    assert said == "done", said


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own, of that size, mounted at `place`; skips where the machine allows no mount."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "darb-test", place]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def remount(place: Path, options: str) -> None:
    """Change how the disk at `place` is mounted."""
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


@contextmanager
def innocent(account: Account) -> Iterator[subprocess.Popen[bytes]]:
    """A process of `account` that has nothing to do with any server, and must live to the end."""
    process = subprocess.Popen(["sleep", "600"], cwd="/", **account.popen_arguments())
    try:
        yield process
        assert process.poll() is None, "a foreign process was ended"
    finally:
        process.kill()
        process.wait()


def tcp_listeners(pids: Iterable[int]) -> list[str]:
    """The TCP addresses (kernel's hex form) on which these processes listen, from /proc as `ss -ltnp` reads it."""
    held = set()
    for pid in pids:
        with suppress(FileNotFoundError):  # ended meanwhile
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):  # closed meanwhile
                    held.add(os.readlink(handle))
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue  # a machine without IPv6
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in held:  # 0A is LISTEN
                found.append(fields[1])
    return found
