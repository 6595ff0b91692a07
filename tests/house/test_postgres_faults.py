"""Every fault that was met with embedded servers, each made on purpose: the server starts, or says why in one sentence.

The numbers are those of the faults that shaped the supervisor (decision 0002).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from darb.house.postgres import Cluster, ClusterError, pg_bin
from darb.house.postgres_account import Account, account_of
from darb.house.postgres_processes import gone_within, server_processes
from darb.house.postgres_settings import APP, OWNER

from .cluster_use import remember, remembered, wait_until_dead, works
from .machine import innocent, only_root, run_as, tcp_listeners

NOBODY = 65534


def states_above(folder: Path) -> list[tuple[str, int, int, int]]:
    """Mode and owner of each folder above `folder`."""
    return [(str(above), *above.stat()[0:1], above.stat().st_uid, above.stat().st_gid) for above in folder.parents]


# -- 1 to 8: what the wheel's own server code does -------------------------------------------


def test_no_folder_above_is_touched_and_a_closed_one_is_no_obstacle(folder: Path) -> None:
    """Fault 1: permissions of every parent were opened."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    place = closed / "darb" / "cluster"
    place.parent.mkdir(mode=0o700)
    before = states_above(place)
    with Cluster(place, durable=False) as cluster:
        assert works(cluster)
    assert states_above(place) == before


def test_nobody_is_trusted_by_the_rules_in_force(test_cluster: Cluster) -> None:
    """Fault 2: trust authentication, locally and on 127.0.0.1."""
    with psycopg.connect(test_cluster.dsn("postgres")) as connection:
        rules = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
        in_file = connection.execute("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL").fetchone()
    assert {method for kind, method in rules if kind == "local"} == {"peer", "reject"}
    assert {method for kind, method in rules if kind != "local"} == {"reject"}
    assert in_file == (0,)


@only_root
@pytest.mark.parametrize("name", ["cluster", "long" * 30], ids=["short path", "path over 107 bytes"])
def test_another_user_of_the_machine_gets_nowhere(folder: Path, name: str) -> None:
    """Fault 2: with a long path the socket went to /tmp for everybody, who became superuser."""
    stranger = account_of(NOBODY)
    folder.chmod(0o755)
    with Cluster(folder / name, durable=False) as cluster:
        assert len(os.fsencode(cluster.socket_dir)) <= 107 - len("/.s.PGSQL.5432")
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
        enter = [pg_bin(stranger) / "psql", "-d", cluster.dsn("postgres", "postgres"), "-c", "SELECT 1"]
        arguments = {"cwd": "/", "capture_output": True, "text": True, **stranger.popen_arguments()}
        assert "Permission denied" in subprocess.run(enter, **arguments).stderr
        # And with the door of the file system taken off, the server itself still refuses.
        cluster.socket_dir.chmod(0o755)
        (cluster.socket_dir / ".s.PGSQL.5432").chmod(0o777)
        if cluster.socket_dir.parent == cluster.data_dir:
            assert cluster.data_dir.stat().st_mode & 0o777 == 0o711
        for role in ("postgres", OWNER, APP):
            refused = subprocess.run([*enter[:2], cluster.dsn(role), *enter[3:]], **arguments)
            assert refused.returncode != 0 and "Peer authentication failed" in refused.stderr
        cluster.socket_dir.chmod(0o700)
        outside = cluster.socket_dir
    assert outside.parent == cluster.data_dir or not outside.exists(), "a socket's folder outside is left behind"


@only_root
def test_a_folder_planted_where_the_socket_goes_is_refused(folder: Path) -> None:
    """Fault 2, from the other side: somebody made the socket's folder first."""
    cluster = Cluster(folder / ("long" * 30), durable=False)
    cluster.socket_dir.mkdir(mode=0o777)
    try:
        with pytest.raises(ClusterError, match=r"isn't a private folder of .*: remove it"):
            cluster.start()
    finally:
        cluster.socket_dir.rmdir()


@only_root
def test_started_by_root_the_server_has_nothing_of_root(test_cluster: Cluster, account: Account) -> None:
    """Fault 3: the uid was changed and root's group kept."""
    for pid in server_processes(test_cluster.pgdata, account):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        assert set(status["Uid"].split()) == {str(account.uid)}
        assert set(status["Gid"].split()) == {str(account.gid)} and account.gid != 0
        assert status["Groups"].split() == []
        assert int(status["CapEff"], 16) == 0 and int(status["CapPrm"], 16) == 0


def test_a_reused_number_in_the_pid_file_harms_no_process(cluster: Cluster, account: Account) -> None:
    """Fault 4: after a power cut the number belongs to an innocent process, which was killed at exit."""
    with innocent(account) as process:
        text = (
            f"{process.pid}\n{cluster.pgdata}\n1700000000\n5432\n{cluster.socket_dir}\n\n  16040125         4\nready\n"
        )
        (cluster.pgdata / "postmaster.pid").write_text(text)
        with cluster:
            assert works(cluster) and cluster.pid != process.pid


def test_the_numbers_of_darb_itself_and_of_init_in_the_pid_file_are_nothing_special(cluster: Cluster) -> None:
    """Fault 4: a container starts with the same few numbers each time."""
    for number in (os.getpid(), os.getppid(), 1):
        (cluster.pgdata / "postmaster.pid").write_text(f"{number}\n{cluster.pgdata}\n1700000000\n5432\n")
        with cluster:
            assert works(cluster)


@pytest.mark.parametrize("text", ["", "4", "\x00" * 64, "not a number\n"], ids=["empty", "half", "zeros", "rubbish"])
def test_torn_files_are_written_anew(cluster: Cluster, text: str) -> None:
    """Fault 5: an empty file of its own kept the server from starting for ever."""
    for name in ("lock", "start.log", "conf/pg_hba.conf", "conf/pg_ident.conf", "conf/postgresql.conf"):
        (cluster.data_dir / name).write_text(text)
    for name in ("pgdata/postmaster.pid", "pgdata/current_logfiles", "run/.s.PGSQL.5432.lock", "run/.s.PGSQL.5432"):
        (cluster.data_dir / name).write_text(text)
    with cluster:
        assert works(cluster)


APP_PROGRAM = """
import os, sys, time
from pathlib import Path
from darb.house.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False).start()
ready, told = os.pipe()
child = os.fork()          # a worker that outlives its parent must not hold the folder, once it runs
if child == 0:
    os.write(told, b".")
    time.sleep(600)
os.read(ready, 1)
print(cluster.pid, child, flush=True)
time.sleep(600)
"""


def test_a_server_left_by_a_killed_darb_is_taken_over_and_stopped_in_the_end(
    cluster: Cluster, account: Account
) -> None:
    """Fault 6: the dead owner stayed in a list, and the server was never stopped again."""
    command = [sys.executable, "-c", APP_PROGRAM, str(cluster.data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as darb:
        assert darb.stdout is not None
        orphan, worker = (int(number) for number in darb.stdout.readline().split())
        darb.kill()
    try:
        assert orphan in server_processes(cluster.pgdata, account), "the server lives on without Darb"
        with cluster:
            assert works(cluster) and cluster.pid != orphan
        assert server_processes(cluster.pgdata, account) == []
    finally:
        os.kill(worker, signal.SIGKILL)


@only_root
def test_one_run_as_root_does_not_lock_the_ordinary_user_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 7: root took the data folder for itself. Here root serves it as its owner, and leaves it so."""
    musa = account_of(NOBODY)
    monkeypatch.setenv("DARB_PG_BIN", str(pg_bin(musa)))
    os.chown(folder, musa.uid, musa.gid)
    cluster = Cluster(folder / "cluster", durable=False)

    def use(name: str) -> None:
        with cluster:
            assert cluster.pid is not None and os.stat(f"/proc/{cluster.pid}").st_uid == musa.uid
            remember(cluster, name)

    run_as(musa, lambda: use("by Musa"))
    use("by root")
    run_as(musa, lambda: use("by Musa again"))
    with cluster:
        assert remembered(cluster) == ["by Musa", "by Musa again", "by root"]
    strange = [path for path in folder.rglob("*") if path.lstat().st_uid != musa.uid]
    assert strange == []


@only_root
def test_root_first_in_an_ordinary_users_folder_makes_that_users_cluster(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 7, the other way round: `sudo` the first time, not the second."""
    musa = account_of(NOBODY)
    monkeypatch.setenv("DARB_PG_BIN", str(pg_bin(musa)))
    os.chown(folder, musa.uid, musa.gid)
    cluster = Cluster(folder / "cluster", durable=False)
    with cluster:
        remember(cluster, "by root")

    def find() -> None:
        with cluster:
            assert remembered(cluster) == ["by root"]

    run_as(musa, find)


@only_root
def test_an_ordinary_user_is_told_whose_a_folder_is(cluster: Cluster, folder: Path) -> None:
    folder.chmod(0o755)

    def start() -> None:
        with pytest.raises(ClusterError, match="belongs to root: start Darb as that user or choose another"):
            cluster.start()

    run_as(account_of(NOBODY), start)


# -- 9 to 13: what a first supervisor of our own got wrong ------------------------------------


def test_backends_that_outlive_their_killed_server_are_ended(cluster: Cluster, account: Account) -> None:
    """Fault 9: they hold the shared memory, and the server can't start beside them."""
    cluster.durable = True  # a throw-away one loses its last commits when it is killed
    cluster.start()
    remember(cluster, "Halima")
    connection = psycopg.connect(cluster.dsn(), autocommit=True)
    backend = connection.info.backend_pid
    os.kill(backend, signal.SIGSTOP)  # so that it doesn't notice the end of its postmaster
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    with innocent(account):
        wait_until_dead(cluster)
        assert backend in server_processes(cluster.pgdata, account)
        cluster.start()
    assert gone_within(backend, 1)
    assert remembered(cluster) == ["Halima"]


def test_a_reused_number_in_the_sockets_lock_harms_no_process(cluster: Cluster, account: Account) -> None:
    """Fault 10: the socket's lock file blocks a start just as the pid file does."""
    with innocent(account) as process:
        lock = cluster.socket_dir / ".s.PGSQL.5432.lock"
        lock.write_text(f"{process.pid}\n{cluster.pgdata}\n1700000000\n5432\n{cluster.socket_dir}\n")
        os.chown(lock, account.uid, account.gid)
        (cluster.socket_dir / ".s.PGSQL.5432").touch()
        with cluster:
            assert works(cluster)


def test_lost_or_hostile_settings_files_open_no_network_port(cluster: Cluster, account: Account) -> None:
    """Fault 11: a power cut lost the settings file, and the server came back on 127.0.0.1 with its socket in /tmp."""
    hostile = "listen_addresses = '*'\nunix_socket_directories = '/tmp'\nport = 5999\nunix_socket_permissions = 0777\n"
    for text in ("", hostile):
        for name in ("pgdata/postgresql.conf", "pgdata/postgresql.auto.conf", "conf/operator.conf"):
            (cluster.data_dir / name).write_text(text)
        with cluster:
            assert works(cluster)
            assert tcp_listeners(server_processes(cluster.pgdata, account)) == []
            assert not Path("/tmp/.s.PGSQL.5999").exists()
            assert (cluster.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_a_new_cluster_is_on_the_disk_before_it_gets_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 11: what the disk doesn't have yet a power cut takes."""
    order: list[str] = []
    run, rename, fsync = subprocess.run, Path.rename, os.fsync

    def noted_run(command: list[object], **arguments: object) -> object:
        if Path(str(command[0])).name == "initdb":
            order.append("sync" if "--sync-only" in command else "initdb")
        return run(command, **arguments)  # type: ignore[call-overload]

    def noted_rename(self: Path, target: Path) -> Path:
        if self.name == "pgdata.new":
            order.append("rename")
        return rename(self, target)

    def noted_fsync(handle: int) -> None:
        order.append(f"fsync {os.readlink(f'/proc/self/fd/{handle}')}")
        fsync(handle)

    monkeypatch.setattr(subprocess, "run", noted_run)
    monkeypatch.setattr(Path, "rename", noted_rename)
    monkeypatch.setattr(os, "fsync", noted_fsync)
    with Cluster(folder / "cluster") as cluster:
        assert works(cluster)
    assert order == [f"fsync {folder}", "initdb", "sync", "rename", f"fsync {folder / 'cluster'}"]


def test_a_start_that_was_cut_in_the_middle_of_making_the_cluster_begins_again(folder: Path) -> None:
    """Fault 11: half a data folder must never be taken for one."""
    half = folder / "cluster" / "pgdata.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (folder / "cluster" / "lock").touch()
    with Cluster(folder / "cluster", durable=False) as cluster:
        assert works(cluster)
        assert not half.exists()


def test_no_value_a_person_told_gets_into_the_log(cluster: Cluster) -> None:
    """Fault 12: failing statements were logged with the values in them."""
    canary = "CANARY-Oumarou-1994"
    with cluster:
        with psycopg.connect(cluster.dsn(OWNER), autocommit=True) as owner:
            owner.execute("CREATE TABLE person (id int PRIMARY KEY, name text CHECK (name <> 'CANARY-Oumarou-1994'))")
        with psycopg.connect(cluster.dsn(), autocommit=True, cursor_factory=psycopg.ClientCursor) as app:
            app.execute("INSERT INTO person VALUES (1, 'x')")
            for failing, values in (
                ("INSERT INTO person VALUES (1, %s)", [canary]),
                ("INSERT INTO person VALUES (2, %s)", [canary]),
                ("SELECT %s::int", [canary]),
                ("SELECT no_such_thing(%s)", [canary]),
                ("SELEKT %s", [canary]),
                ("DO $$ BEGIN RAISE WARNING 'CANARY-Oumarou-1994'; RAISE EXCEPTION 'CANARY-Oumarou-1994'; END $$", []),
            ):
                with pytest.raises(psycopg.Error):
                    app.execute(failing, values)
        with psycopg.connect(cluster.dsn(), autocommit=True) as app, pytest.raises(psycopg.Error):
            app.execute("SELECT %s::int", [canary])
        # A backend that dies in mid statement: the server names the statement it was at.
        dying = subprocess.Popen(
            [sys.executable, "-c", DYING, cluster.dsn(), f"SELECT pg_sleep(600), '{canary}'"], stderr=subprocess.DEVNULL
        )
        os.kill(backend_at(cluster, "pg_sleep"), signal.SIGKILL)
        dying.wait()
        log = cluster.log_path
    said = "".join(path.read_text() for path in (cluster.data_dir / "log").iterdir())
    said += (cluster.data_dir / "start.log").read_text()
    assert log.exists() and "was terminated by signal 9" in said, "the log does tell what became of the server"
    assert canary not in said


DYING = "import sys, psycopg; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"


def backend_at(cluster: Cluster, statement: str) -> int:
    """The process id of the backend that runs a statement containing those words, once it does."""
    question = "SELECT pid FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid() AND state = 'active'"
    deadline = time.monotonic() + 20
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        while (found := connection.execute(question, [f"%{statement}%"]).fetchone()) is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    return int(found[0])


# Fault 13 (replication isn't covered by `all`) is tests/house/test_postgres.py's base backup.
