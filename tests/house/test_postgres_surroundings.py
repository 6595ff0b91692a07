"""The machine around the embedded server: its disks and folders, its clock, the caller's variables and rights."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from darb.house.postgres import Cluster, ClusterError
from darb.house.postgres_settings import OWNER

from .cluster_use import remember, remembered, wait_until_dead, wait_until_works, works
from .machine import only_root, remount, small_disk

LATER = 4_000_000_000  # seconds since 1970: the year 2096


def test_a_clock_that_was_set_back_stops_nothing(cluster: Cluster) -> None:
    cluster.durable = True  # a throw-away one loses its last commits when it is killed
    cluster.start()
    remember(cluster, "Yusuf")
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    wait_until_dead(cluster)
    pid_file = cluster.pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    lines[2] = str(LATER)
    pid_file.write_text("\n".join(lines))
    for path in cluster.data_dir.rglob("*"):
        os.utime(path, (LATER, LATER), follow_symlinks=False)
    cluster.start()
    assert remembered(cluster) == ["Yusuf"]


@pytest.mark.parametrize("name", ["with space", "with,comma", 'with"quote', "with'quote", "درب", "back\\slash"])
def test_any_name_of_a_folder_will_do(folder: Path, made_once: Path, name: str) -> None:
    subprocess.run(["cp", "-a", made_once, folder / name], check=True)
    with Cluster(folder / name, durable=False) as cluster:
        assert works(cluster)


def test_the_callers_own_postgres_variables_change_nothing(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "127.0.0.1", "PGUSER": "nobody"}.items():
        monkeypatch.setenv(name, value)
    with cluster:
        assert works(cluster)


@only_root
def test_a_full_disk_is_named_and_nothing_half_made_stays(folder: Path) -> None:
    with small_disk(folder / "disk", 20) as disk:
        cluster = Cluster(disk / "cluster")
        with pytest.raises(ClusterError, match="is full: free some space"):
            cluster.start()
        assert not cluster.pgdata.exists() and not (cluster.data_dir / "pgdata.new").exists()
        remount(disk, "size=300m")
        with cluster:
            remember(cluster, "Samira")
        with (disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
            while True:
                ballast.write(b"\0" * 4096)
        with pytest.raises(ClusterError, match="is full: free some space"):
            cluster.start()
        (disk / "ballast").unlink()
        with cluster:
            assert remembered(cluster) == ["Samira"]


@only_root
def test_a_disk_that_fills_under_the_server_refuses_writes_and_keeps_what_was_promised(folder: Path) -> None:
    with small_disk(folder / "disk", 160) as disk, Cluster(disk / "cluster", durable=False) as cluster:
        remember(cluster, "Samira")
        with (disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
            while True:
                ballast.write(b"\0" * 65536)
        with psycopg.connect(cluster.dsn(OWNER)) as owner, pytest.raises(psycopg.Error):
            owner.execute("CREATE TABLE big AS SELECT repeat(md5(n::text), 100) FROM generate_series(1, 60000) n")
        (disk / "ballast").unlink()
        cluster.start()  # mends it if the full disk ended it
        wait_until_works(cluster)
        assert remembered(cluster) == ["Samira"]


@only_root
def test_a_disk_that_can_only_be_read_is_named(folder: Path) -> None:
    with small_disk(folder / "disk", 300) as disk:
        with Cluster(disk / "cluster", durable=False) as cluster:
            remember(cluster, "Samira")
        remount(disk, "ro")
        with pytest.raises(ClusterError, match="on a disk that can only be read: mount it for writing"):
            cluster.start()
        remount(disk, "rw")
        with cluster:
            assert remembered(cluster) == ["Samira"]


@only_root
def test_data_on_another_disk_behind_a_link_is_served(folder: Path) -> None:
    with small_disk(folder / "disk", 300) as disk:
        (folder / "cluster").symlink_to(disk / "cluster")
        (disk / "cluster").mkdir()
        with Cluster(folder / "cluster", durable=False) as cluster:
            assert works(cluster)
            with pytest.raises(ClusterError, match="already uses"):
                Cluster(disk / "cluster", durable=False).start()


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    (folder / "letters.txt").write_text("dear mother")
    state = folder.stat()
    with pytest.raises(ClusterError, match="holds other files: give the database a folder of its own"):
        Cluster(folder).start()
    assert os.listdir(folder) == ["letters.txt"]
    assert (folder.stat().st_mode, folder.stat().st_uid) == (state.st_mode, state.st_uid)


def test_a_file_in_place_of_the_folder_is_named(folder: Path) -> None:
    (folder / "cluster").write_text("")
    with pytest.raises(ClusterError, match="cluster is a file where a folder is needed"):
        Cluster(folder / "cluster").start()
    with pytest.raises(ClusterError, match="is a file where a folder is needed"):
        Cluster(folder / "cluster" / "deeper").start()


@only_root
def test_root_without_the_right_to_look_at_others_processes_still_finds_its_own(test_cluster: Cluster) -> None:
    """As in a container: looking at another account's process needs a right that root has lost there."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("needs setpriv to give up a right")
    program = (
        "import os, sys; from pathlib import Path\n"
        "from darb.house.postgres_account import server_account\n"
        "from darb.house.postgres_processes import serving_postmaster\n"
        "try: os.readlink(f'/proc/{sys.argv[2]}/exe'); print('may look')\n"
        "except PermissionError: print(serving_postmaster(Path(sys.argv[1]), server_account(0)))\n"
    )
    without = [setpriv, "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"]
    command = [*without, sys.executable, "-c", program, str(test_cluster.pgdata), str(test_cluster.pid)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.stdout.strip() == str(test_cluster.pid), told
