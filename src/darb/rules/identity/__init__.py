"""The same person once: which registrations are of one person, how sure that is, and why.

At the desk: make `Record`s, look rows up by `blocking_keys(Columns.of(records, shipped()))`, and `score_many`.
In batch: `match` all records, then `clusters` of the pairs above a threshold.
"""

from .blocking import BlockingKey, blocking_keys, candidate_pairs
from .columns import Columns
from .comparing import compare
from .matching import Pairs, best_threshold, clusters, match, match_columns, threshold_at_precision
from .record import Record
from .scoring import Reason, Scored, Verdict, score, score_many, score_rows, verdict
from .specification import Specification, shipped

__all__ = [
    "BlockingKey",
    "Columns",
    "Pairs",
    "Reason",
    "Record",
    "Scored",
    "Specification",
    "Verdict",
    "best_threshold",
    "blocking_keys",
    "candidate_pairs",
    "clusters",
    "compare",
    "match",
    "match_columns",
    "score",
    "score_many",
    "score_rows",
    "shipped",
    "threshold_at_precision",
    "verdict",
]
