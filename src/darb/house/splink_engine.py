"""The same model in Splink: the specification written as Splink's settings, which weigh the levels of pairs.

Splink compares columns of records in SQL. What this model compares (the best order of three names, signatures) isn't
SQL, so a pair's levels are found by the batch's own functions and ride on a row; Splink weighs and filters them, on
DuckDB here or on Spark.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from darb.rules.identity import Columns, Pairs, Specification, compare
from darb.rules.identity.blocking import candidate_pairs
from darb.rules.identity.columns import Numbers
from darb.rules.identity.comparing import COMPARISONS
from darb.rules.identity.matching import LEAST_BITS, in_context, made_ready
from darb.rules.identity.scoring import level_code, prior_among, probability_of

_UNLIKELY = 2.0**-40  # Splink knows weights as two probabilities, of which only the ratio matters
_AT_ONCE = 2_000_000
_QUIET = 40
HALF_A_HUNDREDTH = 0.005  # bits are kept to a hundredth: what rounds up to the least is asked for too


def settings(model: Specification, registrations: int) -> SettingsCreator:
    """The specification as Splink's settings, for rows with a number `pair` and a level for each comparison."""
    prior = 2.0 ** prior_among(model, registrations)
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair",
        comparisons=[_comparison(name, model.weights[name]) for name in COMPARISONS],
        blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=prior / (1 + prior),
        retain_matching_columns=False,
    )


def _comparison(name: str, weights: Numbers) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_levels": [
            {
                "sql_condition": f"{name}_l = {level}",
                "label_for_charts": f"{level_code(name, level) or 'untold'} ({level})",
                "m_probability": _UNLIKELY * 2.0 ** float(bits),
                "u_probability": _UNLIKELY,
            }
            for level, bits in enumerate(weights)
        ],
    }


def weighed(api: Any, one: Any, other: Any, model: Specification, registrations: int, least: float | None) -> Any:
    """Splink's answer (a table of its own) on rows of levels, given twice: each row meets itself in the other.

    Rows with fewer than `least` bits are left out; None keeps all.
    """
    linker = Linker([api.register(one), api.register(other)], settings(model, registrations), log_level=_QUIET)
    return linker.inference.predict(threshold_match_weight=least)


def match_columns(columns: Columns, model: Specification) -> Pairs:
    """Match by Splink on DuckDB."""
    columns = made_ready(columns)
    pairs = candidate_pairs(columns)
    kept = [_on_duckdb(columns, pairs[at : at + _AT_ONCE], model) for at in range(0, len(pairs), _AT_ONCE)]
    rows = np.concatenate([np.zeros((0, 2), dtype=np.int64), *(rows for rows, _bits in kept)])
    bits = np.concatenate([np.zeros(0), *(bits for _rows, bits in kept)])
    return in_context(Pairs(rows, bits, probability_of(bits)), len(columns), model)


def _on_duckdb(columns: Columns, pairs: Numbers, model: Specification) -> tuple[Numbers, Numbers]:
    levels = compare(columns, pairs[:, 0], columns, pairs[:, 1])
    table = pyarrow.table({"pair": np.arange(len(pairs)), **levels})
    answer = weighed(DuckDBAPI(), table, table, model, len(columns), LEAST_BITS - HALF_A_HUNDREDTH).as_pyarrow_table()
    at, bits = answer["pair_l"].to_numpy(), np.round(answer["match_weight"].to_numpy(), 2)
    order = np.argsort(at)
    at, bits = at[order][bits[order] >= LEAST_BITS], bits[order][bits[order] >= LEAST_BITS]
    return pairs[at], bits
