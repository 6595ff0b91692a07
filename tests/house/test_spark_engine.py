"""Splink on Spark and the batch give the same pairs the same bits. Runs where the extra `spark` and Java are."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from darb.rules.identity import Columns, compare, match_columns, shipped
from darb.rules.identity.blocking import candidate_pairs
from darb.rules.identity.matching import made_ready
from darb.rules.identity.scoring import prior_among
from tests.rules.identity.people import made

pytest.importorskip("pyspark", reason="the extra `spark` isn't installed")
pytest.importorskip("splink", reason="the extra `spark` isn't installed")
if not shutil.which("java"):
    pytest.skip("Java isn't installed", allow_module_level=True)
FEWEST = 10_000


def test_splink_on_spark_weighs_every_pair_as_the_batch_does_to_a_hundredth_of_a_bit() -> None:
    from darb.house import spark_engine

    columns = made_ready(Columns.of((told.record for told in made(6000, seed=11)), shipped()))
    pairs = candidate_pairs(columns)
    bits = prior_among(shipped(), len(columns)) + shipped().bits(compare(columns, pairs[:, 0], columns, pairs[:, 1]))
    with spark_engine.session_at("local[2]") as session:
        there = spark_engine.weights(session, spark_engine.levels(session, columns), shipped(), len(columns)).toArrow()
    codes = there["pair_l"].to_numpy()
    order = np.argsort(codes)
    here = np.argsort(pairs[:, 0] * len(columns) + pairs[:, 1])
    assert len(pairs) > FEWEST
    assert np.array_equal(codes[order], (pairs[:, 0] * len(columns) + pairs[:, 1])[here])
    assert np.abs(there["match_weight"].to_numpy()[order] - bits[here]).max() < 0.01


def test_a_file_matched_on_spark_gives_the_pairs_that_the_batch_gives() -> None:
    from darb.house import spark_engine

    columns = Columns.of((told.record for told in made(2000, seed=11)), shipped())
    here = match_columns(columns, shipped())
    there = spark_engine.match_columns(columns, shipped(), "local[2]")
    order = np.lexsort((here.rows[:, 1], here.rows[:, 0]))
    assert len(here) > 100
    assert np.array_equal(there.rows, here.rows[order])
    assert np.abs(there.bits - here.bits[order]).max() < 0.01
