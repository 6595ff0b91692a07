"""Reads of what clearances ask of a flight: what is confirmed, by whom, and what still stands open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from darb.cases.models import Case, Verdict
from darb.programmes.voluntary_return_codes import CONDITIONS, Condition
from darb.trust.actor import Actor

from .models import Confirmation, Flight, Seat
from .queries import RedGate, candidates, names_shown

GATES = ("R4", "R5", "R9")


@dataclass(frozen=True)
class Asked:
    """One condition of one person: who may confirm it, and what was agreed, if anything was.

    `met` without a confirmation was confirmed on the case, before this page was there to do so.
    """

    case: Case
    gate: str
    code: str
    condition: Condition
    met: bool
    mine: bool
    confirmation: Confirmation | None
    aboard: bool


def conditions_on(actor: Actor, flight: Flight) -> list[Asked]:
    """What clearances ask of this flight: of those on its manifest, then of those for whom something is
    arranged on it already, and of those whom only this keeps from it.

    A fixed number of statements.
    """
    names_shown(actor)
    seats = Seat.objects.filter(flight=flight, removed_in=None).select_related("case__person")
    on_it = {s.case_id: s.case for s in seats}
    arranged = Confirmation.objects.filter(flight=flight, void_at=None).select_related("case__person")
    confirmed = {c.case_id: c.case for c in arranged}
    waiting = {k.case.pk: k.case for k in candidates(actor, flight).kept if _only_unmet(k.red)}
    everyone = {**waiting, **confirmed, **on_it}
    asked = Verdict.objects.filter(case__in=everyone, gate__in=GATES, superseded_at=None, granted=True)
    there = {
        (c.case_id, c.gate, c.condition): c
        for c in Confirmation.objects.filter(case__in=everyone, void_at=None).select_related("flight")
    }
    rows = [
        _asked(actor, everyone[v.case_id], v, code, there, v.case_id in on_it)
        for v in asked.exclude(conditions=[]).order_by("case_id", "gate")
        for code in v.conditions
        if code in CONDITIONS
    ]
    return sorted(rows, key=lambda a: (a.met, not a.aboard, a.case.person.name, a.case.pk, a.code))


def _only_unmet(red: Collection[RedGate]) -> bool:
    """Whether every gate that keeps somebody is red for nothing but a condition that isn't confirmed."""
    codes = {g.reason.code.rpartition(".")[2] for g in red}
    return bool(codes) and codes <= CONDITIONS.keys()


def _asked(
    actor: Actor,
    case: Case,
    verdict: Verdict,
    code: str,
    there: dict[tuple[int, str, str], Confirmation],
    aboard: bool,
) -> Asked:
    declared = CONDITIONS[code]
    return Asked(
        case=case,
        gate=verdict.gate,
        code=code,
        condition=declared,
        met=code in verdict.met,
        mine=actor.house or any(case.scope_id in actor.reach.get(r, ()) for r in declared.confirmed_by),
        confirmation=there.get((case.pk, verdict.gate, code)),
        aboard=aboard,
    )
