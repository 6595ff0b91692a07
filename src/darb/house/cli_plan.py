"""`darb plan`: the best plan for an instance in a file, or the check of a plan that is there."""

from __future__ import annotations

import gzip
import json
import math
import signal
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import HouseError
from .plan_of_mission import instance_of_mission

if TYPE_CHECKING:
    from darb.rules.planning import Instance, Plan, Progress

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("instance", type=FILE, required=False)
@click.argument("plan", type=FILE, required=False)
@click.option("--check", "only_check", is_flag=True, help="Check PLAN against every rule instead, and say its cost.")
@click.option("--from-mission", is_flag=True, help="Build the instance from this mission's own readiness.")
@click.option(
    "--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="With --from-mission: its first day, else tomorrow."
)
@click.option("--days", type=click.IntRange(1, 366), help="With --from-mission: how many days, else as the terms say.")
@click.option("--out", type=FILE, help="Where to write the plan (.json or .json.gz).")
@click.option("--seconds", type=click.FloatRange(0), default=60.0, show_default=True, help="Time to plan in.")
@click.option("--gap", type=click.FloatRange(0, 1), default=0.0, help="Good enough: 0.01 is a proven 1 %.")
@click.option("--json", "as_json", is_flag=True, help="Tell what came out as a JSON object.")
def plan(
    instance: Path | None,
    plan: Path | None,
    only_check: bool,
    from_mission: bool,
    start: datetime | None,
    days: int | None,
    out: Path | None,
    seconds: float,
    gap: float,
    as_json: bool,
) -> None:
    """The best plan for INSTANCE: who flies when. Or, with --check, whether PLAN keeps every rule.

    With --from-mission INSTANCE is written and not read; with --out it is planned too, and with neither it is printed.
    Files are JSON, or gzipped JSON where the name ends in .gz. Ctrl-C writes the best plan so far.
    Exit codes: 0 done, or PLAN keeps every rule; 1 refused, or it breaks one; 2 wrong usage.
    """
    if from_mission:
        if only_check or plan is not None:
            raise click.UsageError("--from-mission takes an INSTANCE to write, --out for the plan, or neither.")
        record = instance_of_mission(start.date() if start else None, days)
        if instance is not None:
            _write(instance, record)
        elif out is None:
            click.echo(json.dumps(record, ensure_ascii=False))
        if out is not None:
            _solve(record, out, seconds, gap, as_json)
        return
    if instance is None or start or days:
        raise click.UsageError("Give an INSTANCE, or --from-mission.")
    if only_check:
        if plan is None or out is not None:
            raise click.UsageError("--check takes an INSTANCE and a PLAN, and writes nothing.")
        sys.exit(_check(instance, plan, as_json))
    if plan is not None or out is None:
        raise click.UsageError("Give one INSTANCE, and --out for the plan.")
    _solve(instance, out, seconds, gap, as_json)


def _solve(given: Path | dict[str, Any], out: Path, seconds: float, gap: float, as_json: bool) -> None:
    from time import perf_counter

    from darb.rules.planning import read_instance, solve

    began = perf_counter()
    if isinstance(given, Path) and out.resolve() == given.resolve():
        raise HouseError(f"{out} is the instance itself: write the plan beside it.")
    whole = _read_instance(given) if isinstance(given, Path) else read_instance(given)
    if not out.parent.is_dir():
        raise HouseError(f"There is no folder {out.parent} to write the plan to.")
    watch = None if as_json else _Telling()
    with _interruptible() as stop:
        made = solve(whole, seconds=max(0.0, seconds - (perf_counter() - began)), gap=gap, watch=watch, stop=stop)
    record = plan_record(whole, made)
    _write(out, record)
    told = {
        "objective": made.objective,
        "bound": made.bound,
        "gap": round(made.gap, 6),
        "seconds": round(made.seconds, 3),
        "people": whole.persons,
        "flown": sum(whole.groups[group].persons for group in made.assignments),
        "flights": len(set(made.assignments.values())),
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{told['flown']} of {told['people']} people on {told['flights']} flights. Cost {made.objective:,.0f}, "
        f"proven within {made.gap:.2%} of the best, after {made.seconds:.1f} s. Written to {out}."
    )


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, as a question; a second one ends the command."""
    pressed: list[int] = []

    def press(number: int, _frame: object) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


class _Telling:
    """Tells of the gap over time, a line a second at the most."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.seconds >= self._next or progress.phase == "done":
            self._next = progress.seconds + 1.0
            click.echo(
                f"{progress.seconds:7.1f} s  cost {progress.objective:>16,.0f}  at least {progress.bound:>16,.0f}"
                f"  gap {progress.gap:7.2%}",
                err=True,
            )


def _check(file: Path, plan: Path, as_json: bool) -> int:
    from darb.rules.planning import check, cost, read_assignments

    whole = _read_instance(file)
    record = _read(plan)
    assignments = read_assignments(record, whole)
    wrong = [str(refusal) for refusal in check(whole, assignments)]
    came_to = cost(whole, assignments)
    wrong += _claims(record, came_to.total)
    if as_json:
        from dataclasses import asdict

        click.echo(json.dumps({"broken": wrong, "objective": came_to.total, "parts": asdict(came_to)}))
    else:
        for sentence in wrong:
            click.echo(sentence)
        click.echo(f"{len(wrong) or 'No'} rules broken. Cost {came_to.total:,.0f}.")
    return 1 if wrong else 0


def _claims(record: dict[str, Any], total: float) -> Iterator[str]:
    """What a plan says of itself and can't be: another cost than it has, a bound above that."""
    near = 1e-6 * max(1.0, total)
    claimed, bound = record.get("objective"), record.get("bound")
    if claimed is not None and not (_is_number(claimed) and abs(claimed - total) <= near):
        told = f"{claimed:,.2f}" if _is_number(claimed) else json.dumps(claimed)[:60]
        yield f"The plan says that it costs {told}, and it costs {total:,.2f}."
    if bound is not None and not (_is_number(bound) and bound <= total + near):
        told = f"{bound:,.2f}" if _is_number(bound) else json.dumps(bound)[:60]
        yield f"The plan says that none costs less than {told}, and it costs {total:,.2f} itself."


def _is_number(found: Any) -> bool:
    return type(found) in (int, float) and math.isfinite(found)


def plan_record(instance: Instance, made: Plan) -> dict[str, Any]:
    """The plan in the format that other software reads, with why each group that stays does."""
    from darb.rules.planning.reasons import Why

    why = Why(instance, made.assignments)
    return {
        "assignments": [{"group": group, "flight": flight} for group, flight in made.assignments.items()],
        "objective": made.objective,
        "bound": made.bound,
        "gap": made.gap,
        "seconds": round(made.seconds, 3),
        "left": [
            {"group": group.id, "reasons": [str(reason) for reason in why.reasons(group)]}
            for group in instance.groups.values()
            if group.id not in made.assignments
        ],
    }


def _read_instance(file: Path) -> Instance:
    from darb.rules.planning import read_instance

    return read_instance(_read(file))


def _read(file: Path) -> Any:
    try:
        held = file.read_bytes()
        return json.loads(gzip.decompress(held) if file.name.endswith(".gz") else held, object_pairs_hook=_once)
    except FileNotFoundError:
        raise HouseError(f"There is no file {file}.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise HouseError(f"{file} isn't gzipped, as its name says.") from None
    except RecursionError:
        raise HouseError(f"{file} isn't JSON that anybody could read: it is nested too deep.") from None
    except ValueError as error:
        raise HouseError(f"{file} isn't JSON: {error}.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a record; one that says a thing twice says nothing for sure."""
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for n, (key, _value) in enumerate(pairs) if key in dict(pairs[:n]))
        named = next((f" with {name} {record[name]!r}" for name in ("id", "group", "site") if name in record), "")
        raise HouseError(f"The record{named} says {twice!r} twice.")
    return record


def _write(out: Path, record: Any) -> None:
    """Whole or not at all: beside it first, then in its place."""
    held = json.dumps(record, ensure_ascii=False).encode()
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(gzip.compress(held, 6) if out.name.endswith(".gz") else held)
        beside.replace(out)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise HouseError(f"The plan can't be written to {out}: {error.strerror}.") from error
