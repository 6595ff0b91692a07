"""The same model by Splink on Spark: machines take a share of the keys each, compare pairs, and Splink weighs them.

Blocking and comparing are the very functions of the batch, run by Spark's workers on columns that every worker holds
(some 200 bytes a registration). Pairs, which are many, are spread. Prior and weights are Splink's to add, by the
settings of `splink_engine`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

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

from .errors import HouseError
from .splink_engine import HALF_A_HUNDREDTH, weighed

_SHARES_A_CORE = 4
_LEVELS = f"pair long, {', '.join(f'`{name}` int' for name in COMPARISONS)}"
# Spark's planner would write the CASE of 96 levels into each of the 96 weights that ask for one, and its compiler all
# of that into one Java method: neither ends. Told not to, it takes one step after another.
_PLANNED_SO = {
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
    "spark.sql.codegen.wholeStage": "false",
}


def match_columns(columns: Columns, model: Specification, master: str) -> Pairs:
    """Match on the Spark cluster `master` (`local[2]`: two cores of this machine). Raises HouseError where it can't."""
    with session_at(master) as session:
        pairs = _scored(session, made_ready(columns), model)
    return in_context(pairs, len(columns), model)


@contextmanager
def session_at(master: str) -> Iterator[SparkSession]:
    """A Spark session that ends afterwards. Raises HouseError where Spark doesn't start."""
    if master.startswith("local"):
        # Workers on this machine are started with this very Python; on a cluster PYSPARK_PYTHON names the machines'.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        session = SparkSession.builder.master(master).appName("darb match").getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise HouseError(f"Spark doesn't start at {master}: is Java 17 installed, and the cluster there?") from error
    try:
        yield session
    finally:
        session.stop()


def _scored(session: SparkSession, columns: Columns, model: Specification) -> Pairs:
    answer = weights(session, levels(session, columns), model, len(columns))
    likely = answer.where(answer.match_weight >= LEAST_BITS - HALF_A_HUNDREDTH).toArrow()
    codes, bits = likely["pair_l"].to_numpy(), np.round(likely["match_weight"].to_numpy(), 2)
    order = np.argsort(codes)
    order = order[bits[order] >= LEAST_BITS]
    return Pairs(pairs_of(codes[order], columns), bits[order], probability_of(bits[order]))


def levels(session: SparkSession, columns: Columns) -> DataFrame:
    """The pairs worth comparing, each a number (see `blocking.pairs_of`) and its level of every comparison."""
    shares = session.sparkContext.defaultParallelism * _SHARES_A_CORE
    session.conf.set("spark.sql.shuffle.partitions", str(shares))
    everything = session.sparkContext.broadcast(columns)

    def blocked(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for share in (number for batch in batches for number in batch["id"].to_pylist()):
            codes = candidate_codes(everything.value, share, shares)
            yield pyarrow.RecordBatch.from_pydict({"pair": codes})

    def compared(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            codes, its = batch["pair"].to_numpy(), everything.value
            pairs = pairs_of(codes, its)
            found = compare(its, pairs[:, 0], its, pairs[:, 1])
            codes = pairs[:, 0] * max(len(its), 1) + pairs[:, 1]
            told: dict[str, Any] = {name: found[name].astype(np.int32) for name in COMPARISONS}
            yield pyarrow.RecordBatch.from_pydict({"pair": codes, **told})

    keys = session.range(0, shares, 1, shares).mapInArrow(blocked, "pair long")
    return keys.distinct().mapInArrow(compared, _LEVELS)


def weights(session: SparkSession, told: DataFrame, model: Specification, registrations: int) -> DataFrame:
    """What Splink says of pairs by their levels: `pair_l` and, in bits, `match_weight`."""
    for name, value in _PLANNED_SO.items():
        session.conf.set(name, value)
    told = told.persist()
    api = SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)
    return session.table(weighed(api, told, told, model, registrations, None).physical_name)
