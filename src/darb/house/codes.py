"""Codes that stand in rows and that no declaration knows: left behind by a change of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, Model

from darb.care.models import Exam
from darb.cases.models import Case, Encounter, GateRow, StageChange, Task, Verdict
from darb.cases.pathways import PATHWAYS
from darb.movements.models import Confirmation
from darb.people.models import Consent
from darb.programmes.fitness import CHECK_CODES, DISEASES, FITNESS_CODES
from darb.programmes.screening import INTERPRETERS
from darb.programmes.voluntary_return_codes import CONDITIONS, CONSENT_PURPOSES, VULNERABILITIES
from darb.programmes.voluntary_return_gates import JOINT_COUNSELLING
from darb.rules.pathway import OVERRIDE
from darb.rules.roles import Role

OPENING = "open"  # in a case's first row of history, which no step leads to


def undeclared() -> list[str]:
    """A sentence for each column that holds codes unknown to the declarations. One query a column."""
    return [*_by_choices(), *_by_pathway(), *_by_list()]


def _by_choices() -> Iterator[str]:
    """Columns whose values the model itself lists."""
    for model in apps.get_models():
        if model.__module__.startswith("darb."):
            for field in model._meta.concrete_fields:
                listed = field.base_field.choices if isinstance(field, ArrayField) else field.choices
                if listed:
                    known = {value for value, _label in listed} | ({""} if field.blank else set())
                    yield from _strangers(model, field, known)


def _by_pathway() -> Iterator[str]:
    """Columns whose values the programme of their case declares."""
    known = Case.objects.values_list("programme", flat=True).distinct().order_by()
    for programme in known:
        declared = PATHWAYS.get(programme)
        if declared is None:
            yield f"case.programme: {programme}"
            continue
        stages = {stage.key for stage in declared.stages}
        endings = {ending.key for ending in declared.endings} | {""}
        steps = {step.key for step in declared.steps} | {OPENING}
        gates = {gate.code for gate in declared.gates}
        mine = {"programme": programme}
        yield from _strangers(Case, "stage", stages, mine)
        yield from _strangers(Case, "stage_before", stages | {""}, mine)
        yield from _strangers(Case, "closure_code", endings, mine)
        of_case = {"case__programme": programme}
        yield from _strangers(StageChange, "step", steps, of_case)
        yield from _strangers(StageChange, "to_stage", stages, of_case)
        yield from _strangers(GateRow, "gate", gates, of_case)
        yield from _strangers(Verdict, "gate", gates | {JOINT_COUNSELLING}, of_case)
        for gate in declared.gates:
            rulings = {ruling.code for ruling in gate.rulings} | {OVERRIDE}
            yield from _strangers(Verdict, "code", rulings, {**of_case, "gate": gate.code})


def _by_list() -> Iterator[str]:
    """Columns whose values a list in `programmes` or `rules` declares."""
    roles = {role.value for role in Role}
    yield from _strangers(Task, "role", roles)
    yield from _strangers(Verdict, "role", roles)
    yield from _strangers(Consent, "purpose", set(CONSENT_PURPOSES))
    yield from _strangers(Case, "vulnerabilities", set(VULNERABILITIES))
    yield from _strangers(Confirmation, "condition", set(CONDITIONS))
    yield from _strangers(Encounter, "interpreter_is", {*INTERPRETERS, ""})
    yield from _strangers(Exam, "code", {*FITNESS_CODES, *CHECK_CODES, ""})
    yield from _strangers(Exam, "disease", {*DISEASES, ""})


def _strangers(
    model: type[Model], field: str | Field[Any, Any], known: set[Any], among: dict[str, Any] | None = None
) -> Iterator[str]:
    name = field if isinstance(field, str) else field.name
    held: Iterable[Any] = (
        model._default_manager.filter(**(among or {})).order_by().values_list(name, flat=True).distinct()
    )
    single = {code for value in held for code in (value if isinstance(value, list) else [value])}
    if strange := sorted(str(code) for code in single - known - {None}):
        yield f"{model._meta.model_name}.{name}: {', '.join(strange)}"
