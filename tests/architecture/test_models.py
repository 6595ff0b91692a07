"""Tables: foreign keys point down, and nothing is hidden in models."""

from __future__ import annotations

import ast
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import models

from darb.trust.scopes import scoped_models

from .source import height, layers, modules

OURS = [m for m in apps.get_models() if m.__module__.startswith("darb.")]


def test_foreign_keys_point_down_or_stay_in_the_room() -> None:
    wrong = [f"{m.__name__}.{f.name} -> {_room(f.related_model)}" for m in OURS for f in _keys(m) if not _is_down(m, f)]
    assert wrong == []


def test_models_hold_fields_and_constraints_only() -> None:
    allowed = {"__str__", "__repr__"}
    wrong = [
        f"{module.name}.{node.name}.{item.name}"
        for module in modules()
        if module.path.stem == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.FunctionDef)
        if item.name not in allowed and not any(getattr(d, "id", "") == "property" for d in item.decorator_list)
    ]
    assert wrong == []


def test_no_signals_anywhere() -> None:
    wrong = [m.name for m in modules() if "django.dispatch" in m.text or "models.signals" in m.text]
    assert wrong == []


def test_no_field_reads_the_clock_by_itself() -> None:
    wrong = [
        f"{m.__name__}.{f.name}"
        for m in OURS
        for f in m._meta.concrete_fields
        if getattr(f, "auto_now", False)
        or getattr(f, "auto_now_add", False)
        or getattr(f.default, "__name__", "") in {"now", "today"}
    ]
    assert wrong == []


def test_every_table_with_a_person_in_it_is_behind_the_wall() -> None:
    from darb.people.models import Person

    open_tables = [
        m.__name__ for m in OURS if m not in scoped_models() and any(f.related_model is Person for f in _keys(m))
    ]
    assert open_tables == []


def test_no_migration_is_missing(db: Any) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def _keys(model: type[models.Model]) -> list[Any]:
    return [f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey | models.ManyToManyField)]


def _room(model: Any) -> str:
    return str(model.__module__.split(".")[1])


def _is_down(model: type[models.Model], field: Any) -> bool:
    target = field.related_model
    if not target.__module__.startswith("darb."):
        return True  # Django's own tables stand below all
    here, there = _room(model), _room(target)
    return here == there or height(there) < height(here)


def test_the_layers_know_every_room_with_tables() -> None:
    assert {_room(m) for m in OURS} <= set().union(*layers())
