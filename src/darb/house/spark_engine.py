"""The same model on Spark: machines take a share of the keys each, then a share of the pairs.

Workers run the very functions of the batch on the same columns, so the bits are the same to the last. The columns
(some 200 bytes a registration) go to every worker; pairs, which are many, are spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from darb.rules.identity import Columns, Pairs, Specification
from darb.rules.identity.blocking import candidate_codes, pairs_of
from darb.rules.identity.columns import Numbers
from darb.rules.identity.matching import in_context, made_ready, score_pairs
from darb.rules.identity.scoring import probability_of

from .errors import HouseError

_SHARES_A_CORE = 4


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
    cluster = session.sparkContext
    shares = cluster.defaultParallelism * _SHARES_A_CORE
    everything = cluster.broadcast((columns, model))

    def blocked(share: int) -> Iterator[tuple[int, Numbers]]:
        codes = candidate_codes(everything.value[0], share, shares)
        for target in range(shares):
            yield target, codes[codes % shares == target]

    def scored(_target: int, parts: Iterable[Numbers]) -> tuple[Numbers, Numbers]:
        its_columns, its_model = everything.value
        codes = np.unique(np.concatenate([*parts]))
        found = score_pairs(its_columns, pairs_of(codes, its_columns), its_model)
        return found.rows, found.bits

    spread = cluster.parallelize(range(shares), shares).flatMap(blocked).groupByKey(shares)
    told = spread.map(lambda share: scored(*share)).collect()
    rows = np.concatenate([rows for rows, _ in told])
    bits = np.concatenate([bits for _, bits in told])
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    return Pairs(rows[order], bits[order], probability_of(bits[order]))
