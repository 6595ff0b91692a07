"""`darb bench --only planning`: plans beside first come, first served, and beside the plain model for the same time.

Every measurement is a process of its own, so that time and memory are its own. The plain model has a choice for
each group and flight, and goes to the same solver.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from .bench_planning_ground import SIZES, make
from .errors import HouseError

if TYPE_CHECKING:
    from darb.rules.planning import Instance, Progress

SHARED = Path("..", "shared", "data", "flights")
Tell = Callable[[str], None]
MEMORY = 8 * 2**30
"""Bytes of address space that one measurement may take."""
AIMS = ((5_000, ((1.0, 0.01), (10.0, 0.002))), (40_000, ((60.0, 0.01),)), (10**9, ((600.0, 0.007),)))
"""Up to so many people: in so many seconds, such a gap."""
MARKS = (1, 2, 5, 10, 20, 30, 60, 120, 240, 360, 480, 600)
"""Seconds after which the gap is told."""
WAYS = {"queue": "first come, first served", "plain": "the plain model", "plan": "the plan"}


def run(folder: Path | None, quick: bool, tell: Tell) -> list[dict[str, Any]]:
    """Measure each instance in `folder` (.json, .json.gz); `quick` leaves out the largest.

    Without a folder: those that DARB_INSTANCES names or that are shared beside this project; where none are, made ones.
    """
    if folder is None:
        known = Path(os.environ.get("DARB_INSTANCES", SHARED))
        folder = known if known.is_dir() else None
    with _files(folder, quick) as files:
        return [line for file in files for line in _of_file(file, tell)]


def as_text(lines: list[dict[str, Any]]) -> str:
    """A table for reading."""
    shown = [f"{'':<22}{'':<26}{'cost':>16}{'gap':>9}{'aim':>8}{'seconds':>10}{'of CPU':>10}{'memory':>10}"]
    for line in lines:
        cost = f"{line['cost']:,.0f}" if line["cost"] is not None else "no plan"
        gap = f"{line['gap']:.2%}" if line["gap"] is not None else ""
        aim = f"{line['aim']:.1%}" if line["aim"] is not None else ""
        shown.append(
            f"{line['instance']:<22.21}{line['way']:<26}{cost:>16}{gap:>9}{aim:>8}{line['seconds']:>10.1f}"
            f"{line['cpu']:>10.1f}{line['megabytes']:>7,.0f} MB"
            + ("" if line["met"] is None else "  met" if line["met"] else "  MISSED")
        )
    return "\n".join([*shown, "", *_gaps_over_time(lines)])


def _gaps_over_time(lines: list[dict[str, Any]]) -> Iterator[str]:
    """For each plan, the gap that was proven after so many seconds."""
    yield "gap after so many seconds"
    for line in lines:
        if line["over_time"]:
            marks = "".join(f"{at:>6} s {gap:>6.2%}" for at, gap in line["over_time"])
            yield f"{line['instance']:<22.21}{marks}"


@contextmanager
def _files(folder: Path | None, quick: bool) -> Iterator[list[Path]]:
    if folder is not None:
        found = sorted((p for p in folder.glob("*.json*") if p.is_file()), key=lambda p: p.stat().st_size)
        if not found:
            raise HouseError(f"There is no instance (.json or .json.gz) in {folder}.")
        yield found[: len(found) - 1] if quick and len(found) > 1 else found
        return
    with tempfile.TemporaryDirectory() as made:
        files = []
        for name, size in list(SIZES.items())[: 2 if quick else None]:
            files.append(Path(made) / f"{name}.json.gz")
            files[-1].write_bytes(gzip.compress(json.dumps(make(size, 2018)).encode(), 1))
        yield files


def _of_file(file: Path, tell: Tell) -> Iterator[dict[str, Any]]:
    tell(f"  {file.name}")
    queue = _measured("queue", file, 600.0)
    aims = next(aims for people, aims in AIMS if queue["people"] <= people)
    yield _line(file, "queue", queue, None)
    for seconds, aim in aims:
        yield _line(file, "plan", _measured("plan", file, seconds), aim)
    yield _line(file, "plain", _measured("plain", file, aims[-1][0]), None)


def _line(file: Path, way: str, told: dict[str, Any], aim: float | None) -> dict[str, Any]:
    met = None if aim is None else told["gap"] is not None and told["gap"] <= aim
    return {"instance": file.name.split(".")[0], "way": WAYS[way], **told, "aim": aim, "met": met}


def _measured(way: str, file: Path, seconds: float) -> dict[str, Any]:
    """What one process of its own tells; no plan where it ran out of time or memory."""
    begun = perf_counter()
    words = [sys.executable, "-m", __name__, way, str(file), str(seconds)]
    try:
        # Reading and building aren't the solver's; past this it would never come back.
        done = subprocess.run(words, capture_output=True, text=True, timeout=2 * seconds + 120, check=False)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        told = {}
    nothing = {"cost": None, "bound": None, "gap": None, "people": 0, "megabytes": 0.0, "cpu": 0.0, "over_time": []}
    return nothing | {"seconds": perf_counter() - begun} | told


def main(way: str, file: Path, seconds: float) -> None:
    """One measurement: print one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    begun = perf_counter()
    from darb.rules.planning import best_queue, check, cost, read_instance, solve

    held = file.read_bytes()
    instance = read_instance(json.loads(gzip.decompress(held) if file.name.endswith(".gz") else held))
    bound = None
    over_time: list[tuple[int, float]] = []
    if way == "plan":
        read_in = perf_counter() - begun
        plan = solve(instance, seconds=seconds - read_in)
        assigned, bound = dict(plan.assignments), plan.bound
        over_time = gaps_at(plan.progress, read_in)
    elif way == "queue":
        assigned = best_queue(instance)
    else:
        assigned, bound = plain(instance, seconds)
    spent = perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    if check(instance, assigned):
        raise HouseError(f"The {WAYS[way]} breaks a rule.")
    total = cost(instance, assigned).total
    told = {
        "cost": total,
        "bound": bound,
        "gap": None if bound is None else max(0.0, (total - bound) / total),
        "seconds": spent,
        "people": instance.persons,
        "megabytes": used.ru_maxrss / 1024,
        "cpu": used.ru_utime + used.ru_stime,
        "over_time": over_time,
    }
    print(json.dumps(told))


def gaps_at(progress: Sequence[Progress], later: float = 0.0) -> list[tuple[int, float]]:
    """The gap proven by each of `MARKS` and by the end, as (seconds, share). Progress began `later` seconds after."""
    told: dict[int, float] = {}
    for mark in MARKS:
        known = [step.gap for step in progress if step.seconds + later <= mark]
        if known:
            told[mark] = min(known)
        if mark >= progress[-1].seconds + later:
            break
    return list(told.items())


def plain(instance: Instance, seconds: float) -> tuple[dict[str, str], float | None]:
    """The plain model in the hands of the same solver: a choice for each group and each flight that it can take.

    Gives the assignments and the bound after so many seconds of solving; None where nothing was proven yet.
    """
    import highspy

    from .bench_planning_plain import plain_model

    model, pairs = plain_model(instance)
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(model)
    solver.run()
    values = solver.getSolution().col_value
    chosen = {group: flight for (group, flight), value in zip(pairs, values, strict=False) if value > 0.5}
    bound = float(solver.getInfo().mip_dual_bound)
    return chosen, bound if math.isfinite(bound) else None


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
