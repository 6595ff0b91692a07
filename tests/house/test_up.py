"""`darb up` keeps Darb alive, and stops all of it when told."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from darb.house import database, up
from darb.house.errors import HouseError

from .installation import Installation, Up, below, free_port, processes, until

embedded = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the server isn't ours to kill")


@pytest.fixture
def running(prepared: Installation) -> Iterator[Up]:
    """Darb, up and answering, in a folder that has been used before."""
    with prepared.up() as it:
        yield it


def test_a_second_start_takes_seconds_and_ctrl_c_stops_everything(prepared: Installation) -> None:
    began = time.monotonic()
    with prepared.up() as running:
        assert time.monotonic() - began < 15
        children = below(running.process.pid)
        assert any("darb.house.worker" in command for command in children.values())
        assert running.stop() == 0
    left = {pid: command for pid, (_parent, command) in processes().items() if pid in children}
    assert left == {}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", running.port)) != 0


def test_sigterm_stops_it_as_well(running: Up) -> None:
    assert running.stop(signal.SIGTERM) == 0


def test_a_killed_web_server_is_replaced_and_leaves_nothing_behind(running: Up) -> None:
    (server,) = running.pids("darb.house.web")
    workers = set(below(server))
    assert workers
    os.kill(server, signal.SIGKILL)
    until(lambda: running.pids("darb.house.web") - {server} and running.answers())
    assert not workers & set(processes()), "workers of the killed server live on"


def test_a_killed_worker_of_the_web_server_is_replaced(running: Up) -> None:
    (server,) = running.pids("darb.house.web")
    victim = max(below(server))
    os.kill(victim, signal.SIGKILL)
    until(lambda: victim not in processes())
    until(running.answers)
    assert running.pids("darb.house.web") >= {server}


def test_a_killed_job_worker_is_replaced(running: Up) -> None:
    [worker] = until(lambda: running.pids("darb.house.worker"))
    os.kill(worker, signal.SIGKILL)
    until(lambda: running.pids("darb.house.worker") - {worker})


@embedded
def test_a_killed_database_server_is_recovered(running: Up) -> None:
    server = min(running.pids("pginstall/bin/postgres"))
    os.kill(server, signal.SIGKILL)
    until(lambda: running.pids("pginstall/bin/postgres") - {server}, 60)
    until(running.answers, 60)


def test_when_up_itself_is_killed_its_processes_end_and_it_starts_again(prepared: Installation) -> None:
    with prepared.up() as running:
        # The database server stays; the next start takes it over.
        children = {pid for pid, command in below(running.process.pid).items() if "darb.house" in command}
        running.process.kill()
        running.process.wait()
        until(lambda: not children & set(processes()))
    with prepared.up() as again:
        assert again.answers()


def test_a_second_darb_on_the_same_folder_or_port_is_told_so_in_one_sentence(
    running: Up, prepared: Installation
) -> None:
    taken = prepared.run("up", "--port", str(running.port))
    assert taken.returncode == 1
    assert f"port {running.port} on 127.0.0.1 can't be used" in taken.stderr
    if "DATABASE_URL" not in os.environ:
        twice = prepared.run("up", "--port", str(free_port()))
        assert twice.returncode == 1
        assert f"process {running.process.pid}" in twice.stderr
        assert twice.stderr.count("\n") == 1


def test_a_child_that_keeps_dying_is_started_less_and_less_often() -> None:
    said: list[str] = []
    child = up.Child("child", [sys.executable, "-c", "raise SystemExit(3)"])
    starts = []
    now = 0.0
    while now < 60:
        before = child.process
        child.look_after(now, said.append)
        if child.process is not None and child.process is not before:
            starts.append(now)
            child.process.wait()
        now += 0.5
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    assert gaps == sorted(gaps) and gaps[0] <= 1.5 and 8 <= gaps[-1] <= 31
    assert said[0] == "The child ended (exit 3); it is started again."


def test_a_child_that_lived_long_is_started_at_once(tmp_path: Path) -> None:
    child = up.Child("child", [sys.executable, "-c", ""])
    child.look_after(0.0, lambda _text: None)
    first = child.process
    assert first is not None
    first.wait()
    child.look_after(1000.0, lambda _text: None)
    assert child.process not in (None, first)
    child.stop()


def test_stopping_a_child_that_will_not_listen_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "GRACE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = up.Child("child", [sys.executable, "-c", deaf])
    child.start(0.0)
    assert child.process is not None
    pid = child.process.pid
    until(lambda: _ignores(pid))
    child.stop()
    assert pid not in processes()


def _ignores(pid: int) -> bool:
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("SigIgn"))
    return bool(int(line.split()[1], 16) & 1 << (signal.SIGTERM - 1))


@pytest.mark.django_db(databases=["default", "owner"])
def test_darb_refuses_to_work_as_the_owner_of_the_tables() -> None:
    database.refuse_unsafe_role("default")
    with pytest.raises(HouseError, match="it must be darb_app"):
        database.refuse_unsafe_role("owner")
