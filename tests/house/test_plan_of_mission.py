"""`darb plan --from-mission`: the mission's own readiness as an instance, and the plan of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from darb.house.cli import main
from darb.rules.planning import check, read_assignments, read_instance

from .installation import Installation

READY = "from tests.travellers import ready, flight; ready(3); flight('DB 101'); ready(1, departs='MRA')"


@pytest.fixture(scope="module")
def with_people_ready(prepared: Installation) -> Iterator[Installation]:
    """Three people ready to fly from Mitiga and one from Misrata, a flight from Mitiga, and the server running."""
    with prepared.serving():
        prepared.do(READY)
        yield prepared
        prepared.forget()


def test_the_mission_is_written_as_an_instance_and_planned(with_people_ready: Installation, tmp_path: Path) -> None:
    whole, planned = tmp_path / "instance.json.gz", tmp_path / "plan.json"
    done = with_people_ready.run(
        "plan", "--from-mission", whole, "--from", "2019-05-07", "--days", "30", "--out", planned, "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["flown"] == 3
    record = json.loads(gzip.decompress(whole.read_bytes()))
    instance = read_instance(record)
    assert (len(instance.groups), len(instance.flights)) == (4, 1)
    assert check(instance, read_assignments(json.loads(planned.read_text()), instance)) == []
    assert "Keita" not in json.dumps(record), "references alone"


def test_without_a_file_the_instance_is_printed(with_people_ready: Installation) -> None:
    done = with_people_ready.run("plan", "--from-mission", "--from", "2019-05-07")
    assert done.returncode == 0, done.stderr
    assert len(read_instance(json.loads(done.stdout)).groups) == 4


@pytest.mark.parametrize(
    "words",
    [
        ["plan"],
        ["plan", "--from-mission", "--check", "a.json", "b.json"],
        ["plan", "--days", "3", "a.json", "--out", "b.json"],
        ["plan", "--from-mission", "--from", "tomorrow"],
    ],
)
def test_wrong_usage_of_the_mission_ends_with_two(words: list[str]) -> None:
    assert CliRunner().invoke(main, words).exit_code == 2
