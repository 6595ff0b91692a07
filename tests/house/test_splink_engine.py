"""One specification, several executors: desk, batch and Splink give the same pairs the same bits.

Runs where the extra `bench` is installed. Spark's share of the same is in test_spark_engine.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darb.rules.identity import Columns, match_columns, score_rows, shipped
from darb.rules.identity.blocking import candidate_pairs
from darb.rules.identity.matching import LEAST_BITS, made_ready, score_pairs
from tests.rules.identity.people import made

pytest.importorskip("splink", reason="the extra `bench` isn't installed")
MANY = 10_000


@pytest.fixture(scope="module")
def columns() -> Columns:
    return Columns.of((told.record for told in made(6000, seed=11)), shipped())


def test_desk_batch_and_splink_score_ten_thousand_pairs_alike_to_a_hundredth_of_a_bit(columns: Columns) -> None:
    import pyarrow
    from splink import DuckDBAPI

    from darb.house import splink_engine
    from darb.people.likeness import packed, unpacked
    from darb.rules.identity import compare

    ready, model = made_ready(columns), shipped()
    pairs = candidate_pairs(ready)
    pairs = pairs[np.random.default_rng(4).permutation(len(pairs))[:MANY]]
    assert len(pairs) == MANY
    levels = compare(ready, pairs[:, 0], ready, pairs[:, 1])
    table = pyarrow.table({"pair": np.arange(MANY), **levels})
    answer = splink_engine.weighed(DuckDBAPI(), table, table, model, len(ready), None).as_pyarrow_table()
    by_splink = np.full(MANY, np.nan)
    by_splink[answer["pair_l"].to_numpy()] = answer["match_weight"].to_numpy()

    kept = packed(ready)  # as the desk has them in the database
    by_desk = np.full(MANY, np.nan)
    for one in np.unique(pairs[:, 0]).tolist():
        of = np.flatnonzero(pairs[:, 0] == one)
        others = unpacked([kept[row] for row in pairs[of, 1].tolist()])
        by_desk[of] = [scored.bits for scored in score_rows(ready, one, others, len(ready), model)]
    assert np.abs(by_desk - by_splink).max() < 0.01

    batch = score_pairs(ready, pairs, model)
    at = {tuple(row): bits for row, bits in zip(batch.rows.tolist(), batch.bits.tolist(), strict=True)}
    by_batch = np.array([at.get(tuple(row), np.nan) for row in pairs.tolist()])
    assert np.nanmax(np.abs(by_batch - by_splink)) < 0.01
    assert np.all(by_splink[np.isnan(by_batch)] < LEAST_BITS + 0.01)
    assert 200 < np.isfinite(by_batch).sum() < MANY


def test_splink_finds_what_the_batch_finds(columns: Columns) -> None:
    from darb.house import splink_engine

    here, there = match_columns(columns, shipped()), splink_engine.match_columns(columns, shipped())
    assert len(here) > 500
    assert np.array_equal(there.rows, here.rows)
    assert np.abs(there.bits - here.bits).max() < 0.01


def test_a_file_is_matched_by_splink_when_asked(tmp_path: Path) -> None:
    from tests.house.test_cli_match import KNOWN, match, pairs, write

    file = write(tmp_path / "file.csv", KNOWN)
    assert match(file).exit_code == 0
    by_darb = pairs(file)
    assert match(file, "--engine", "splink").exit_code == 0
    assert pairs(file) == by_darb
