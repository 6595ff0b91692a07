"""What third registrations say about a pair."""

from __future__ import annotations

import numpy as np

from darb.rules.identity import shipped
from darb.rules.identity.context import SHAPE, cells, fit, within_reason

TRIANGLE = np.array([[0, 1], [0, 2], [1, 2]])


def parts(cell: int) -> tuple[int, int, int]:
    return tuple(int(n) for n in np.unravel_index(cell, SHAPE))  # type: ignore[return-value]


def test_a_registration_that_both_resemble_supports_a_pair() -> None:
    alone = cells(3, TRIANGLE[2:], np.array([0.5]))
    among = cells(3, TRIANGLE, np.array([6.0, 6.0, 0.5]))
    assert parts(alone[0])[1] == 0
    assert parts(among[2])[1] == SHAPE[1] - 1


def test_a_supported_pair_gains_and_a_contradicted_one_loses() -> None:
    table = shipped().context.reshape(SHAPE)
    assert table[3, SHAPE[1] - 1].max() > 0
    assert table[3, 0, SHAPE[2] - 1] < 0


def test_probabilities_of_a_crowd_are_cut_and_of_a_pair_are_not() -> None:
    crowd = np.stack(np.triu_indices(40, 1), axis=1)
    assert within_reason(40, crowd, np.full(len(crowd), 0.9)).max() < 0.11
    assert within_reason(2, np.array([[0, 1]]), np.array([0.9])).tolist() == [0.9]


def test_the_table_learns_what_labelled_pairs_ask_for() -> None:
    cell = np.repeat([3, 5], 200)
    bits = np.zeros(400)
    same = np.concatenate([np.ones(190), np.zeros(10), np.ones(10), np.zeros(190)])
    table = fit(cell, bits, same)
    assert table[3] > 3
    assert table[5] < -3
    assert table[4] == 0
