"""Whether some people are matched worse than others is counted, and marked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from darb.house.identity_measures import Group, Measured, as_table, fairness, measure, reliability, true_pairs
from tests.rules.identity.people import AMAL, STRANGER

PEOPLE = ["a", "b", "a", "c", "a", "b"]


def test_all_pairs_of_one_person_are_true() -> None:
    assert sorted(map(tuple, true_pairs(PEOPLE).tolist())) == [(0, 2), (0, 4), (1, 5), (2, 4)]


def test_precision_and_recall_count_pairs() -> None:
    told = measure(np.array([[0, 2], [0, 1]]), PEOPLE)
    assert (told.true, told.said, told.right) == (4, 2, 1)
    assert (told.precision, told.recall, told.f1) == (0.5, 0.25, 2 / 6)


def test_reliability_sets_what_was_said_beside_what_was_so() -> None:
    chance = np.array([0.05, 0.05, 0.95, 0.95])
    assert reliability(chance, np.array([0, 0, 1, 0])) == [(0.05, 0.0, 2), (0.95, 0.5, 2)]


def test_a_group_that_is_matched_worse_is_found_and_marked() -> None:
    records = [replace(AMAL, record_id=str(n)) for n in range(200)]
    records += [replace(STRANGER, record_id=str(n)) for n in range(200, 400)]
    people = [f"{n // 2:03}" for n in range(400)]
    said = true_pairs(people)[:120]
    whole = measure(said, people)
    groups = {(group.what, group.name): group for group in fairness(records, people, said)}
    assert groups["nationality", "SDN"].measured.recall == 1
    assert groups["nationality", "GHA"].measured.recall == 0.2
    assert groups["nationality", "GHA"].behind(whole)
    assert not groups["nationality", "SDN"].behind(whole)
    marked = [line for line in as_table(list(groups.values()), whole).splitlines() if "BEHIND" in line]
    assert any("GHA" in line for line in marked)
    assert not any("SDN" in line for line in marked)


def test_a_group_of_few_says_nothing_about_itself() -> None:
    assert not Group("sex", "F", Measured(10, 5, 0)).behind(Measured(1000, 1000, 1000))
