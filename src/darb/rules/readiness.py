"""Readiness: on which days may this person travel, and if not, why not and who can mend it.

A pure function of a declaration and frozen facts; the day is asked of the answer. Pages, planner,
reports and the stored rows all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .facts import Facts, Verdict
from .pathway import OVERRIDE, Gate, Pathway, Term, Terms, all_hold
from .refusal import Refusal
from .roles import Role
from .windows import ALWAYS, NEVER, Windows
from .words import _

CHANGED = _("Something that this decision was given for has changed since: it must be confirmed again.")


class Red(NamedTuple):
    """A gate that is red on a day: why, since when (None: it never was green), until when it turns
    green by itself (None: it won't), and who can mend it."""

    gate: Gate
    reason: Refusal
    since: date | None
    until: date | None
    who: Role


class Turning(NamedTuple):
    """A gate that is green on a day, and the first day on which it won't be."""

    gate: Gate
    turns_red: date


class GateState(NamedTuple):
    """What the facts make of one gate.

    `applies` are the days on which it asks anything, `green` those on which all its terms hold (or
    it is overridden), and `windows` those on which it doesn't stand in the way: green, or not asked.
    """

    gate: Gate
    applies: Windows
    green: Windows
    windows: Windows
    terms: Terms
    overridden: bool = False

    def refusal(self, day: date) -> Refusal | None:
        """Why the gate is red on `day`; None if it doesn't stand in the way."""
        if day in self.windows:
            return None
        return next(term.otherwise for term in self.terms if day not in term.holds)

    def red(self, day: date) -> Red | None:
        """The gate's red stretch around `day`; None if it doesn't stand in the way."""
        reason = self.refusal(day)
        if reason is None:
            return None
        since = self.windows.since(day)
        return Red(self.gate, reason, since, self.windows.next(day), reason.who or self.gate.mended_by)

    def turns_red(self, day: date) -> date | None:
        """The first day from `day` on which it will be red; None if it is red already or never will be."""
        return self.windows.until(day) if day in self.windows else None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The states of a case's gates, in the pathway's order, and the days on which all are out of the way."""

    gates: tuple[GateState, ...]
    ready: Windows

    def state(self, code: str) -> GateState:
        """The state of the gate with `code`. Raises KeyError if the pathway has no such gate."""
        found = next((state for state in self.gates if state.gate.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def on(self, day: date) -> tuple[Red, ...]:
        """Every gate that is red on `day`."""
        return tuple(red for state in self.gates if (red := state.red(day)))

    def turning(self, day: date) -> tuple[Turning, ...]:
        """Every gate that applies and is green on `day` and will turn red by itself, the soonest first."""
        turning = [
            Turning(state.gate, turns)
            for state in self.gates
            if day in state.applies and (turns := state.turns_red(day))
        ]
        return tuple(sorted(turning, key=lambda each: each.turns_red))

    def apart_from(self, code: str) -> Windows:
        """The days on which every gate but `code` is out of the way: what a companion is told, without its R12."""
        ready = ALWAYS
        for state in self.gates:
            if state.gate.code != code:
                ready &= state.windows
        return ready


def judge(pathway: Pathway, facts: Facts) -> Readiness:
    """The readiness of a case with these `facts` on every day, past and to come."""
    counted = _counted(pathway, facts)
    states = tuple(_state(gate, counted, facts) for gate in pathway.gates)
    ready = ALWAYS
    for state in states:
        ready &= state.windows
    return Readiness(states, ready)


def state_of(pathway: Pathway, code: str, facts: Facts) -> GateState:
    """What the facts make of one gate alone. Raises KeyError if the pathway has no such gate."""
    return _state(pathway.gate(code), _counted(pathway, facts), facts)


@lru_cache(maxsize=4096)
def judge_cached(pathway: Pathway, facts: Facts) -> Readiness:
    """As `judge`, computed once for equal facts."""
    return judge(pathway, facts)


def _counted(pathway: Pathway, facts: Facts) -> Facts:
    """The facts without verdicts that grant what their gate doesn't let them grant.

    A grant counts when its code is one of the gate's rulings, given by a role that rules there.
    (Overrides open a gate beside its terms, so the terms never see them.)
    """
    counted = tuple(verdict for verdict in facts.verdicts if not verdict.granted or _may_grant(pathway, verdict))
    return facts if len(counted) == len(facts.verdicts) else replace(facts, verdicts=counted)


def _may_grant(pathway: Pathway, verdict: Verdict) -> bool:
    gate = next((gate for gate in pathway.gates if gate.code == verdict.gate), None)
    if gate is None:
        return True  # it stands before a step, not before travel: a guard reads it
    ruling = gate.ruling(verdict.code)
    return ruling is not None and ruling.granted and verdict.by in gate.ruled_by


def _state(gate: Gate, facts: Facts, all_facts: Facts) -> GateState:
    applies = gate.applies(facts)
    if not applies:
        return GateState(gate, NEVER, ALWAYS, ALWAYS, ())
    terms = gate.terms(facts)
    if gate.bound_to:
        terms += _still_bound(gate, facts)
    opened = _override(gate, all_facts)
    green = all_hold(terms) | opened
    return GateState(gate, applies, green, green if applies is ALWAYS else green | ~applies, terms, bool(opened))


def _still_bound(gate: Gate, facts: Facts) -> Terms:
    """A term that never holds once something that the granting verdict was given for has changed."""
    verdict = facts.verdict(gate.code)
    if verdict is None or not verdict.granted:
        return ()
    changed = any(name in gate.bound_to and str(getattr(facts, name)) != value for name, value in verdict.bound)
    return (Term(NEVER, Refusal(f"{gate.code}.changed", CHANGED)),) if changed else ()


def _override(gate: Gate, facts: Facts) -> Windows:
    """The days on which the role that may has opened the gate; never for a gate that nobody may."""
    verdict = facts.verdict(gate.code) if gate.overridden_by else None
    if verdict is None or verdict.code != OVERRIDE or not verdict.granted or verdict.by != gate.overridden_by:
        return NEVER
    return Windows.between(verdict.since, verdict.until)
