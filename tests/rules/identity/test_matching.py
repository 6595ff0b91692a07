"""Every pair of one person is found among many registrations, at a bounded cost, with honest probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.house.identity_measures import measure
from darb.rules.identity import (
    Columns,
    Pairs,
    Record,
    best_threshold,
    blocking_keys,
    candidate_pairs,
    clusters,
    match,
    shipped,
    threshold_at_precision,
)
from darb.rules.identity.matching import persons

from .people import AGAIN, AMAL, BROTHER, STRANGER, made


def columns(records: list[Record]) -> Columns:
    return Columns.of(records, shipped())


def test_two_registrations_of_one_person_are_found_among_others() -> None:
    found = match([AMAL, AGAIN, BROTHER, STRANGER])
    likely = {tuple(row) for row in found.rows[found.probability > 0.5].tolist()}
    assert likely == {(0, 1)}


def test_made_registrations_are_told_apart_well() -> None:
    labelled = made(4000, seed=3, noise=0.4)
    found = match(told.record for told in labelled)
    said = found.rows[found.probability >= best_threshold(found.probability)]
    assert measure(said, [told.person for told in labelled]).f1 > 0.85


def test_people_registered_together_are_never_one_person() -> None:
    found = match([AMAL, replace(AGAIN, case_no=AMAL.case_no)])
    assert len(found) == 0


def test_five_thousand_people_of_one_name_cost_little_and_are_not_called_one() -> None:
    crowd = [
        Record(str(n), "Mohamed", "Mohamed", "Mohamed", sex="M", birth_year=1990, nationality="SDN")
        for n in range(5000)
    ]
    assert len(candidate_pairs(columns(crowd))) < 60 * len(crowd)
    found = match(crowd)
    assert (found.probability < 0.25).all()
    assert best_threshold(found.probability) >= 0.25


@pytest.mark.parametrize("records", [[], [AMAL]])
def test_nobody_or_one_alone_makes_no_pair(records: list[Record]) -> None:
    found = match(records)
    assert len(found) == 0
    assert clusters(len(records), found.rows).tolist() == list(range(len(records)))


def test_pairs_share_a_key_that_a_database_can_look_up() -> None:
    one, again, stranger = ({key.number for key in keys} for keys in blocking_keys(columns([AMAL, AGAIN, STRANGER])))
    assert one & again
    assert not one & stranger
    assert all(-(2**63) <= number < 2**63 for number in one)


def test_an_untold_birth_year_meets_every_year() -> None:
    untold = replace(AGAIN, dob=None, birth_year=None)
    assert candidate_pairs(columns([AMAL, untold])).tolist() == [[0, 1]]


def test_a_threshold_at_a_precision_is_where_the_pairs_are_expected_right_so_often() -> None:
    chances = np.array([0.999, 0.99, 0.9, 0.5])
    assert threshold_at_precision(chances, 0.99) == 0.99
    assert threshold_at_precision(np.array([0.5]), 0.99) > 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)).filter(lambda p: p[0] < p[1]), max_size=30))
def test_clusters_are_the_connected_components(edges: list[tuple[int, int]]) -> None:
    person = clusters(20, np.array(edges, dtype=np.int64).reshape(-1, 2))
    expected = {n: {n} for n in range(20)}
    for one, other in edges:
        joined = expected[one] | expected[other]
        for n in joined:
            expected[n] = joined
    assert person.tolist() == [min(expected[n]) for n in range(20)]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(-5, 9)).filter(lambda p: p[0] < p[1]), max_size=25
    ),
    st.lists(st.integers(1, 4), min_size=12, max_size=12),
)
def test_no_person_holds_two_registrations_of_one_case(edges: list[tuple[int, int, int]], cases: list[int]) -> None:
    case = np.array(cases)
    edges = [edge for edge in edges if cases[edge[0]] != cases[edge[1]]]
    rows = np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2)
    bits = np.array([float(edge[2]) for edge in edges])
    person = persons(12, Pairs(rows, bits, bits), case)
    for one in range(12):
        together = [cases[n] for n in range(12) if person[n] == person[one]]
        assert len(together) == len(set(together))
