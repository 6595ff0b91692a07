"""Ways to spoil an instance: fields dropped, doubled, of another kind, out of any measure, naming what isn't there."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2, 0.5, -0.0, 10**9 - 1, 10**9, 10**40, 1e11, 1e308),
    *(float("nan"), float("inf"), float("-inf"), "", " ", "0", "-1", "G0", "F0", "MJI", "LOS"),
    *("2018-01-05", "0001-01-01", "9999-12-31", "2018-02-30", "2018-W01-1", "٢٠١٨-٠١-٠٥", "2018-01-05T00:00"),
    *("\x00", "\ud800", "‮", "x" * 5000, [], {}, [[]], [{}], {"id": "G0"}, ["F0"], [None]),
)
"""What may stand where something else should."""
COUNTS = (0, 1, 2, 7, 300, 10**9 - 1)
AMOUNTS = (0, 1e-9, 0.5, 1e6, 9e11)
DAYS = ("0001-01-01", "2017-12-31", "2018-01-05", "2018-01-21", "2018-01-22", "9999-12-31")


def spoiled(record: dict[str, Any], chance: random.Random, times: int) -> dict[str, Any]:
    """A copy of the record with so many things wrong or merely unusual."""
    found = copy.deepcopy(record)
    for _time in range(times):
        _spoil(found, chance)
    return found


def _spoil(found: dict[str, Any], chance: random.Random) -> None:
    inside, key = chance.choice(list(_places(found)))
    match chance.randrange(12):
        case 0:
            del inside[key]
        case 1 if isinstance(inside, list):
            inside.insert(chance.randrange(len(inside) + 1), copy.deepcopy(inside[key]))
        case 2:
            other, there = chance.choice(list(_places(found)))
            inside[key] = copy.deepcopy(other[there])
        case 3 if isinstance(inside, dict):
            inside[str(chance.choice(ODD))] = inside.pop(key)
        case 4 | 5 | 6 | 7 | 8 | 9 | 10:
            inside[key] = _unusual(inside[key], chance)
        case _:
            inside[key] = copy.deepcopy(chance.choice(ODD))


def _unusual(value: Any, chance: random.Random) -> Any:
    """What may stand there and seldom does."""
    match value:
        case bool():
            return value
        case int():
            return chance.choice(COUNTS)
        case float():
            return chance.choice(AMOUNTS)
        case str() if len(value) == 10:
            return chance.choice(DAYS)
        case [_, *_]:
            return value[: chance.randrange(len(value))]
    return value


def _places(inside: Any) -> Iterator[tuple[Any, Any]]:
    """Every field of every record in it."""
    for key in inside if isinstance(inside, dict) else range(len(inside)):
        yield inside, key
        if isinstance(inside[key], dict | list):
            yield from _places(inside[key])
