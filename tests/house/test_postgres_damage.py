"""A server that was killed or whose files were damaged: recovered, or refused in one sentence with the data kept."""

from __future__ import annotations

import os
import signal

import pytest

from darb.house.postgres import Cluster, ClusterError

from .cluster_use import remember, remembered, wait_until_dead, works


def test_the_server_killed_under_darb_is_recovered_by_the_next_start(cluster: Cluster) -> None:
    cluster.durable = True  # a throw-away one loses its last commits when it is killed
    cluster.start()
    for name in ("Aminata", "Blessing", "Chidi"):
        remember(cluster, name)
        assert cluster.pid is not None
        os.kill(cluster.pid, signal.SIGKILL)
        wait_until_dead(cluster)
        cluster.start()
    assert remembered(cluster) == ["Aminata", "Blessing", "Chidi"]


def test_data_of_another_version_is_refused_untouched(cluster: Cluster) -> None:
    (cluster.pgdata / "PG_VERSION").write_text("17\n")
    with pytest.raises(ClusterError, match="was written by PostgreSQL 17 and Darb runs 18: back it up"):
        cluster.start()
    (cluster.pgdata / "PG_VERSION").write_text("")
    with pytest.raises(ClusterError, match=r"is damaged \(no PG_VERSION\): restore the last backup"):
        cluster.start()


@pytest.mark.parametrize("damage", [b"", b"\0" * 8192], ids=["empty", "zeros"])
def test_a_damaged_control_file_is_named_and_the_data_kept(cluster: Cluster, damage: bytes) -> None:
    (cluster.pgdata / "global" / "pg_control").write_bytes(damage)
    with pytest.raises(ClusterError, match=r"is damaged|another version"):
        cluster.start()
    assert (cluster.pgdata / "base").is_dir()


def test_a_lost_write_ahead_log_is_named(cluster: Cluster) -> None:
    for segment in (cluster.pgdata / "pg_wal").glob("0*"):
        segment.unlink()
    with pytest.raises(ClusterError, match="is damaged: keep a copy of the folder and restore the last backup"):
        cluster.start()


def test_an_operators_mistake_in_the_settings_is_named(cluster: Cluster) -> None:
    (cluster.data_dir / "conf" / "operator.conf").write_text("work_mem = = 9\n")
    with pytest.raises(ClusterError, match=r"refuses a line of .*/conf/operator\.conf: correct it or remove"):
        cluster.start()
    (cluster.data_dir / "conf" / "operator.conf").unlink()
    with cluster:
        assert works(cluster)
