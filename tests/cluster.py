"""One throw-away PostgreSQL for a test session (one a worker under xdist)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from darb.house.postgres import Cluster


@pytest.fixture(scope="session")
def test_cluster() -> Iterator[Cluster]:
    """A running cluster that forgets at a power cut: not durable, so fast; gone when the session ends."""
    folder = Path(tempfile.mkdtemp(prefix="darb-pg-"))
    try:
        with Cluster(folder / "cluster", durable=False) as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)
