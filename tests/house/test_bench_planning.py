"""`darb bench --only planning`: each instance three ways, and what is told of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from darb.house import bench_planning
from darb.house.bench_planning_ground import Size, make
from darb.house.errors import HouseError
from darb.rules.planning import Progress, best_queue, check, read_instance

SMALL = Size(people=60, days=30, flights=8, places=2, limits=1, peak=0.3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one small instance."""
    (tmp_path / "few.json").write_text(json.dumps(make(SMALL, 7)))
    return tmp_path


def test_an_instance_is_measured_beside_the_queue_and_the_plain_model(folder: Path) -> None:
    lines = bench_planning.run(folder, False, lambda _said: None)
    assert [line["way"] for line in lines] == ["first come, first served", "the plan", "the plan", "the plain model"]
    queue, _soon, plan, plain = lines
    assert plan["cost"] <= queue["cost"] and plan["bound"] <= plain["cost"]
    assert plan["gap"] <= 1e-4 and plan["over_time"][-1][1] == pytest.approx(plan["gap"])
    assert all(line["megabytes"] > 1 and line["cpu"] > 0 and line["people"] >= 60 for line in lines)
    table = bench_planning.as_text(lines)
    assert "the plain model" in table and "gap after so many seconds" in table


def test_without_a_folder_the_one_named_in_the_environment_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setenv("DARB_INSTANCES", str(folder))
    monkeypatch.setattr(bench_planning, "_of_file", lambda file, _tell: seen.append(file.name) or [])
    bench_planning.run(None, False, print)
    assert seen == ["few.json"]
    monkeypatch.setenv("DARB_INSTANCES", str(folder / "nowhere"))
    bench_planning.run(None, True, print)
    assert seen == ["few.json", "replan.json.gz", "year.json.gz"], "made, where none are shared"


def test_a_folder_without_an_instance_is_named(tmp_path: Path) -> None:
    with pytest.raises(HouseError, match="There is no instance"):
        bench_planning.run(tmp_path, False, print)


def test_made_instances_keep_to_the_format_and_are_the_same_for_the_same_seed() -> None:
    made = make(SMALL, 7)
    assert made == make(SMALL, 7) != make(SMALL, 8)
    whole = read_instance(made)
    assert check(whole, best_queue(whole)) == []


def test_the_gap_is_told_at_marks_up_to_the_end() -> None:
    steps = [
        Progress(0.4, 200.0, 100.0, "queue"),
        Progress(1.5, 120.0, 110.0, "search"),
        Progress(4.0, 112.0, 112.0, "done"),
    ]
    assert bench_planning.gaps_at(steps) == [(1, 0.5), (2, pytest.approx(10 / 120)), (5, 0.0)]
    assert bench_planning.gaps_at(steps, later=0.7)[0][0] == 2, "nothing was known after one second"
