"""The same model on Spark: machines block a share of the keys each, find levels of a share of the pairs, Splink weighs.

Keys and levels come from the very functions of the batch on the same columns, the weights from Splink's settings of
the same specification (see `splink_engine`). The columns (some 200 bytes a registration) go to every worker; pairs,
which are many, are spread.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from splink import SparkAPI

from darb.rules.identity import Columns, Pairs, Specification, compare
from darb.rules.identity.blocking import candidate_codes, pairs_of
from darb.rules.identity.comparing import COMPARISONS
from darb.rules.identity.matching import LEAST_BITS, in_context, made_ready
from darb.rules.identity.scoring import probability_of

from . import splink_engine
from .errors import HouseError

_SHARES_A_CORE = 4
_LEVELS = ", ".join(f"{name} short" for name in COMPARISONS)
Batches = Iterator[pyarrow.RecordBatch]


def match_columns(columns: Columns, model: Specification, master: str) -> Pairs:
    """Match on the Spark cluster `master` (`local[2]`: two cores of this machine). Raises HouseError where it can't."""
    try:
        session = SparkSession.builder.master(master).appName("darb match").getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise HouseError(f"Spark doesn't start at {master}: is Java 17 installed, and the cluster there?") from error
    try:
        pairs = _scored(session, made_ready(columns), model)
    finally:
        session.stop()
    return in_context(pairs, len(columns), model)


def _scored(session: SparkSession, columns: Columns, model: Specification) -> Pairs:
    levels = _levels(session, columns)
    least = LEAST_BITS - splink_engine.HALF_A_HUNDREDTH
    splink = SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)
    answer = splink_engine.weighed(splink, levels, levels, model, len(columns), least)
    told = answer.as_spark_dataframe().select("pair_l", "match_weight").toArrow()
    codes, bits = told["pair_l"].to_numpy(), np.round(told["match_weight"].to_numpy(), 2)
    order = np.argsort(codes)
    codes, bits = codes[order][bits[order] >= LEAST_BITS], bits[order][bits[order] >= LEAST_BITS]
    return Pairs(pairs_of(codes, columns), bits, probability_of(bits))


def _levels(session: SparkSession, columns: Columns) -> DataFrame:
    """A row a pair that shares a key: its number (see `blocking.pairs_of`), and the level of each comparison."""
    cluster = session.sparkContext
    shares = cluster.defaultParallelism * _SHARES_A_CORE
    everything = cluster.broadcast(columns)

    def blocked(batches: Batches) -> Batches:
        for batch in batches:
            for share in batch["id"].to_pylist():
                codes = candidate_codes(everything.value, share, shares)
                yield pyarrow.RecordBatch.from_pydict({"pair": codes})

    def compared(batches: Batches) -> Batches:
        its = everything.value
        for batch in batches:
            codes = batch["pair"].to_numpy()
            rows = pairs_of(codes, its)
            levels = compare(its, rows[:, 0], its, rows[:, 1])
            told = {name: level.astype(np.int16) for name, level in levels.items()}
            yield pyarrow.RecordBatch.from_pydict({"pair": rows[:, 0] * len(its) + rows[:, 1], **told})

    pairs = session.range(0, shares, 1, shares).mapInArrow(blocked, "pair long").distinct()
    return pairs.mapInArrow(compared, f"pair long, {_LEVELS}").cache()
