"""What the bench says of recognising persons is counted rightly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darb.house import bench_identity, registrations_file
from darb.house.bench_identity_engines import best_of_any, measured, recall_among_best
from darb.house.errors import HouseError
from tests.rules.identity.people import made

PEOPLE = ["a", "a", "b", "b", "c", "c"]
ROWS = np.array([[0, 1], [0, 2], [2, 3], [1, 4]])
CHANCES = np.array([0.9, 0.8, 0.7, 0.2])


def test_the_best_threshold_is_the_one_the_truth_would_choose() -> None:
    assert best_of_any(ROWS, CHANCES, PEOPLE) == 0.7


def test_recall_among_the_best_counts_registrations_that_meet_one_of_their_person() -> None:
    assert recall_among_best(ROWS, CHANCES, PEOPLE) == pytest.approx(4 / 6)


def test_made_registrations_are_written_as_a_file_that_is_read_back(tmp_path: Path) -> None:
    labelled = made(300, seed=12)
    file = bench_identity.write(tmp_path / "made.csv", iter(labelled))
    assert list(registrations_file.registrations(file)) == [told.record for told in labelled]
    assert registrations_file.labels(file) == [told.person for told in labelled]


def test_an_engine_is_measured_on_a_labelled_file(tmp_path: Path) -> None:
    file = bench_identity.write(tmp_path / "made.csv", iter(made(2000, seed=13, noise=0.4)))
    line = measured("darb", file)
    assert line["registrations"] == len(registrations_file.labels(file))
    assert line["f1"] > 0.8
    assert line["recall_at_10"] > 0.9
    table = bench_identity.as_text([{"set": "made", **line, "aim": "F1 from 0.99", "met": False}])
    assert "F1 from 0.99: MISSED" in table


def test_without_a_labelled_file_the_bench_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(HouseError, match="--labelled"):
        bench_identity.run(True, tmp_path / "none.csv", print)
