"""Only actions write, and every action can be taken by someone."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from darb.trust.action import REGISTRY
from darb.trust.powers import POWERS

from .source import Module, modules

# Beside the actions modules: what writes, and why it may.
WRITERS = {
    "darb.trust.action": "the log row and the key of every action",
    "darb.trust.copying": "how actions insert large sets",
    "darb.trust.scopes": "scopes of rows that actions write",
    "darb.trust.refusals": "a refusal is kept outside the transaction that it undid",
    "darb.cases.keeping": "readiness rows, inside the transaction of the action that changed a fact",
    "darb.house.database": "an interrupted demonstration's database is emptied and begun again",
    "darb.house.bench_identity_desk": "the same, for looking people up",
    "darb.house.bench_ground": "fills the bench's own database by sets, where there are no actions to take",
}
# Powers of the mission's own worker and command line alone.
OF_THE_HOUSE = {
    "places.lay_ground",
    "cases.meet_condition",
    "cases.expire_visas",
    "cases.mend_incidents",
    "cases.miss_moved",
    "cases.note_incident",
    "cases.note_of_mission",
    "cases.refresh_readiness",
    "cases.reopen_condition",
    "demo.bring_home",
    "demo.wait",
    "movements.begin_plan",
    "movements.void_confirmations",
    "movements.note_progress",
    "movements.finish_plan",
    "movements.fail_plan",
    "people.rekey",
    "people.suggest",
    "people.weigh",
}

SQL = re.compile(
    r"^\s*(insert\s+into|update\s+[\w{}\"]+\s.*\bset\b|delete\s+from|truncate|drop\s+schema)\b", re.I | re.S
)
METHODS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "create"}


def test_only_actions_write() -> None:
    wrong = [
        f"{module.name}:{line} {what}"
        for module in modules()
        if not module.is_actions and module.name not in WRITERS
        for line, what in writes(module.tree)
    ]
    assert wrong == []


def test_a_function_that_writes_outside_an_action_stays_in_its_room() -> None:
    """Parts of actions may be shared within a room; another room takes the action."""
    parts = {
        f"{module.name}.{node.name}"
        for module in modules()
        if module.is_actions
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not _is_action(node) and next(writes(node), None)
    }
    wrong = [
        f"{module.name} takes {name}"
        for module in modules()
        for name in taken(module)
        if name in parts
        if not name.startswith(f"darb.{module.room}.")
    ]
    assert parts, "the scan sees nothing any more"
    assert wrong == []


def taken(module: Module) -> Iterator[str]:
    """The functions of other modules that a module names: imported, or reached through an imported module."""
    modules_by_alias = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("darb"):
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
                modules_by_alias[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules_by_alias:
            yield f"{modules_by_alias[node.value.id]}.{node.attr}"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("Person.objects.create(name='x')", True),
        ("person.save(update_fields=['name'])", True),
        ("rows.filter(pk=1).update(name='x')", True),
        ("rows.delete()", True),
        ("copy_in(rows)", True),
        ("cursor.execute('UPDATE people_person t SET name = 1')", True),
        ("cursor.execute(f'insert into {table} values (1)')", True),
        ("words.update(more)", False),
        ("book.save(path)", False),
        ("cursor.execute('select updated from x for update')", False),
    ],
)
def test_the_scan_sees_writes_and_nothing_else(code: str, seen: bool) -> None:
    assert (next(writes(ast.parse(code)), None) is not None) == seen


def test_the_listed_writers_do_write() -> None:
    idle = [m.name for m in modules() if m.name in WRITERS and next(writes(m.tree), None) is None]
    assert idle == []


def test_every_action_has_a_role_that_may_take_it_and_every_power_an_action() -> None:
    for module in modules():
        if module.is_actions:
            importlib.import_module(module.name)
    given = set().union(*POWERS.values())
    assert set(REGISTRY) - given - OF_THE_HOUSE == set(), "actions that nobody may take"
    assert given - set(REGISTRY) == set(), "powers without an action"
    assert given & OF_THE_HOUSE == set(), "powers of the house given to a role"


def test_actions_are_named_after_their_room() -> None:
    wrong = [
        f"{module.name}: {power}"
        for module in modules()
        if module.is_actions
        for power in _powers_in(module)
        if power.split(".")[0] != module.room
    ]
    assert wrong == []


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The places below `tree` that write: ORM calls and SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, node.value.strip()[:40]
        elif isinstance(node, ast.Call):
            name = _called(node)
            if name in {"copy_in", "copy_rows"} or (isinstance(node.func, ast.Attribute) and _is_write(node, name)):
                yield node.lineno, f"{name}(...)"


def _is_write(call: ast.Call, name: str) -> bool:
    # A dictionary's or set's `update` takes a value, a query set's only keywords; a workbook's `save` takes a file.
    bare = not call.args
    return (
        name in METHODS or (name in {"save", "delete"} and bare) or (name == "update" and bare and bool(call.keywords))
    )


def _is_action(function: ast.FunctionDef) -> bool:
    return any(_called(decorator) == "action" for decorator in function.decorator_list)


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _powers_in(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and _called(decorator) == "action":
                    assert isinstance(decorator.args[0], ast.Constant)
                    yield str(decorator.args[0].value)
