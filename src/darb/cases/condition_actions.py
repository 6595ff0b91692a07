"""Conditions that are confirmed no more."""

from __future__ import annotations

from collections.abc import Sequence

from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .actions import given_anew, hold
from .models import Case, Verdict


@action("cases.reopen_condition")
def reopen_conditions(act: Act, void: Sequence[tuple[Case, str, str]]) -> int:
    """Say that conditions are confirmed no more: (case, gate, condition). The gate is red until they are again."""
    held = {c.pk: c for c in hold(act, [case.pk for case, _g, _c in void])}
    gone: dict[tuple[int, str], set[str]] = {}
    for case, gate, condition in void:
        gone.setdefault((case.pk, gate), set()).add(condition)
    fresh = []
    for verdict in Verdict.objects.filter(case__among=held, superseded_at=None).select_for_update():
        fewer = set(verdict.met) - gone.get((verdict.case_id, verdict.gate), set())
        if fewer != set(verdict.met):
            fresh.append(given_anew(act, verdict, fewer))
    copy_in(fresh)
    act.persons = [c.person_id for c in held.values()]
    return len(fresh)
