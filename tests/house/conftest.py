"""Clusters to break: each test gets a copy of one that was made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from darb.house.postgres import Cluster
from darb.house.postgres_account import Account, server_account

from .installation import Installation


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short empty folder that only this user may enter."""
    made = Path(tempfile.mkdtemp(prefix="darb-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A cluster's folder after its first start and stop."""
    made = Path(tempfile.mkdtemp(prefix="darb-"))
    with Cluster(made / "cluster", durable=False):
        pass
    yield made / "cluster"
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder: Path, made_once: Path) -> Iterator[Cluster]:
    """A cluster that has run before and is stopped now; stopped again at the end."""
    subprocess.run(["cp", "-a", made_once, folder / "cluster"], check=True)
    cluster = Cluster(folder / "cluster", durable=False)
    yield cluster
    cluster.stop()


@pytest.fixture
def account() -> Account:
    """The account that runs the servers of these tests."""
    return server_account(os.geteuid())


@pytest.fixture(scope="session")
def prepared() -> Iterator[Installation]:
    """An installation after its first `darb up`, stopped; an empty mission."""
    place = Path(tempfile.mkdtemp(prefix="darb-"))
    installation = Installation(place)
    with installation.up():
        pass
    yield installation
    installation.drop()
    shutil.rmtree(place)


@pytest.fixture
def installation(prepared: Installation) -> Iterator[Installation]:
    """The installation with its database server running, as while Darb is up."""
    with prepared.serving():
        yield prepared
