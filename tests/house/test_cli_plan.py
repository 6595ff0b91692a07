"""`darb plan`: files in, files out, sentences for what is wrong, and nothing written then."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from darb.house.cli import main
from tests.rules.planning.instances import record
from tests.rules.planning.mutations import spoiled

DARB = [sys.executable, "-c", "from darb.house.cli import main; main()"]


def run(*words: object) -> Result:
    """The command with these words."""
    return CliRunner().invoke(main, ["plan", *map(str, words)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An instance in a file."""
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(record(3, groups=40, flights=12)))
    return path


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz"])
def test_a_plan_is_written_and_checks_out(file: Path, name: str) -> None:
    out = file.with_name(name)
    told = run(file, "--out", out, "--seconds", 10)
    assert told.exit_code == 0, told.output
    held = out.read_bytes()
    plan = json.loads(gzip.decompress(held) if name.endswith(".gz") else held)
    assert set(plan) == {"assignments", "objective", "bound", "gap", "seconds", "left"}
    assert plan["gap"] == pytest.approx(0, abs=1e-3)
    groups = {a["group"] for a in plan["assignments"]} | {left["group"] for left in plan["left"]}
    assert groups == {f"G{n}" for n in range(40)}
    assert all(left["reasons"] for left in plan["left"])
    checked = run("--check", file, out)
    assert (checked.exit_code, checked.output.splitlines()[0][:16]) == (0, "No rules broken.")


def test_a_zipped_instance_is_read_and_json_told(file: Path) -> None:
    zipped = file.with_name("instance.json.gz")
    zipped.write_bytes(gzip.compress(file.read_bytes()))
    told = run(zipped, "--out", file.with_name("p.json"), "--seconds", 10, "--gap", 0.5, "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["people"] == sum(g["persons"] for g in record(3, groups=40, flights=12)["groups"])


def test_a_plan_that_breaks_a_rule_or_lies_about_its_cost_is_told_so(file: Path) -> None:
    out = file.with_name("plan.json")
    assert run(file, "--out", out, "--seconds", 10).exit_code == 0
    plan = json.loads(out.read_text())
    out.write_text(json.dumps({**plan, "objective": plan["objective"] - 100}))
    told = run("--check", file, out)
    assert told.exit_code == 1
    assert "The plan says that it costs" in told.output
    out.write_text(json.dumps({**plan, "objective": float("nan"), "bound": plan["objective"] + 100}))
    told = run("--check", file, out)
    assert told.exit_code == 1
    assert "The plan says that it costs NaN" in told.output and "The plan says that none costs less" in told.output
    out.write_text(json.dumps({"assignments": [{"group": "G0", "flight": f"F{n}"} for n in range(1)]}))
    told = run("--check", file, out, "--json")
    assert (told.exit_code == 1) == bool(json.loads(told.stdout)["broken"])


@pytest.mark.parametrize(
    ("name", "held", "sentence"),
    [
        ("i.json", b"no", "isn't JSON"),
        ("i.json", b"\xff\xfe", "isn't JSON"),
        ("i.json", b"[" * 100_000, "nested too deep"),
        ("i.json.gz", b"{}", "isn't gzipped, as its name says"),
        ("i.json.gz", gzip.compress(b"{}", mtime=0)[:-6], "isn't gzipped, as its name says"),
        ("i.json.gz", gzip.compress(b"{}" * 99, mtime=0)[:10] + b"\xff" * 30, "isn't gzipped, as its name says"),
        (
            "i.json",
            b'{"groups": [{"id": "G7", "seats": 1, "seats": 2}]}',
            "The record with id 'G7' says 'seats' twice.",
        ),
        ("i.json", b"1" * 5000, "isn't JSON"),
        ("i.json", b"{}", "The instance has no 'horizon'."),
        ("i.json", b"[]", "The instance should be a JSON object, and is []."),
    ],
)
def test_a_broken_file_gets_one_sentence_and_nothing_is_written(
    tmp_path: Path, name: str, held: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(held)
    told = run(tmp_path / name, "--out", tmp_path / "plan.json")
    assert (told.exit_code, told.stdout) == (1, "")
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "words", [["i.json"], ["i.json", "p.json", "--out", "o.json"], ["--check", "i.json"], ["i.json", "--gap", "2"]]
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_folder_that_is_not_there_is_named_before_any_work(file: Path) -> None:
    told = run(file, "--out", file.parent / "nowhere" / "plan.json")
    assert told.exit_code == 1
    assert "There is no folder" in told.stderr


def test_the_instance_is_not_written_over(file: Path) -> None:
    before = file.read_bytes()
    told = run(file, "--out", file.parent / "." / file.name)
    assert told.exit_code == 1 and "is the instance itself" in told.stderr
    assert file.read_bytes() == before


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_stands_in_the_files_the_command_ends_with_a_plan_or_one_sentence(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        file, out, spoilt = (Path(folder, name) for name in ("i.json", "p.json", "q.json"))
        file.write_text(json.dumps(spoiled(record(seed, groups=4, flights=3), chance, chance.choice((0, 1, 2)))))
        told = run(file, "--out", out, "--seconds", 2)
        if told.exit_code:
            assert (told.exit_code, told.stdout, len(told.stderr.splitlines())) == (1, "", 1)
            assert not out.exists()
            return
        assert run("--check", file, out).exit_code == 0
        spoilt.write_text(json.dumps(spoiled(json.loads(out.read_text()), chance, 2)))
        checked = run("--check", file, spoilt)
        assert checked.exit_code in (0, 1) and isinstance(checked.exception, SystemExit | None)


def test_ctrl_c_writes_the_best_plan_so_far(tmp_path: Path) -> None:
    file, out = tmp_path / "instance.json", tmp_path / "plan.json"
    whole = record(3, groups=2500, flights=120, days=300)
    for flight in whole["flights"]:
        flight["seats"] *= 10
        flight["landing_quota"] *= 10
    file.write_text(json.dumps(whole))
    words = [*DARB, "plan", str(file), "--out", str(out), "--seconds", "300"]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stderr is not None
    running.stderr.readline()
    time.sleep(0.5)
    os.kill(running.pid, signal.SIGINT)
    running.communicate(timeout=120)
    assert running.returncode == 0
    assert run("--check", file, out).exit_code == 0
