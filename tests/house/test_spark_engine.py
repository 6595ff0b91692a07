"""Spark and the batch give the same pairs the same bits. Runs where the extra `spark` and Java are installed."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from darb.rules.identity import Columns, match_columns, shipped
from tests.rules.identity.people import made

pytest.importorskip("pyspark", reason="the extra `spark` isn't installed")
if not shutil.which("java"):
    pytest.skip("Java isn't installed", allow_module_level=True)


def test_spark_and_the_batch_agree_on_every_pair_to_a_hundredth_of_a_bit() -> None:
    from darb.house import spark_engine

    columns = Columns.of((told.record for told in made(6000, seed=11)), shipped())
    here = match_columns(columns, shipped())
    there = spark_engine.match_columns(columns, shipped(), "local[2]")
    order = np.lexsort((here.rows[:, 1], here.rows[:, 0]))
    assert len(here) > 500
    assert np.array_equal(there.rows, here.rows[order])
    assert np.abs(there.bits - here.bits[order]).max() < 0.01
