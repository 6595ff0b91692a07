"""The clock is an argument: only the doors read it. Requests stay at the doors too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from .source import modules

DOORS = {"desk", "house", "demo"}
READS = {"now", "today", "utcnow", "localdate", "localtime", "time_ns"}
SQL_CLOCK = re.compile(r"\b(now\(\)|current_date|current_timestamp|clock_timestamp\(\)|localtimestamp)", re.I)


def test_nothing_below_the_doors_reads_the_clock() -> None:
    wrong = [f"{m.name}:{line} {what}" for m in modules() if m.room not in DOORS for line, what in readings(m.tree)]
    assert wrong == []


def test_nothing_below_the_doors_knows_requests_or_forms() -> None:
    banned = ("django.http", "django.forms", "django.shortcuts", "django.template", "django.views", "django.urls")
    wrong = [
        f"{m.name}:{node.lineno}"
        for m in modules()
        if m.room not in DOORS
        for node in ast.walk(m.tree)
        for name in _imported(node)
        if name.startswith(banned)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("timezone.now()", True),
        ("date.today()", True),
        ("cursor.execute('select * from x where day = current_date')", True),
        ("cursor.execute('select now()')", True),
        ("act.at.date()", False),
        ("day + timedelta(days=1)", False),
    ],
)
def test_the_scan_sees_a_clock_being_read_and_nothing_else(code: str, seen: bool) -> None:
    assert (next(readings(ast.parse(code)), None) is not None) == seen


def readings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where the clock is read below `tree`, in Python or in SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS:
            yield node.lineno, node.func.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_CLOCK.search(node.value):
            yield node.lineno, node.value.strip()[:40]


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (a.name for a in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{a.name}" for a in node.names)
