"""Whether a step may be taken, and every reason why not: what makes a button grey, and what refuses the deed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from .facts import Facts
from .pathway import CASES, Pathway, Step
from .readiness import judge_cached, state_of
from .refusal import Refusal
from .roles import Role
from .words import _

FEW = 4
"""Fewer gates than this are judged one by one; more are worth judging whole, once for equal facts."""


def why_not(
    pathway: Pathway, step: Step, facts: Facts, day: date, *, roles: Collection[Role], through: str = CASES
) -> tuple[Refusal, ...]:
    """Every reason why someone with `roles` may not take `step` for `day` through that room; empty if they may.

    `day` is the day that the deed is for: of a booking, the day of the flight.
    """
    refusals = []
    if facts.stage not in step.out_of:
        refusals.append(Refusal("step.stage", _("This can't be done where the case stands now."), {}))
    if not set(roles) & set(step.powers):
        refusals.append(Refusal("step.power", _("This is for another role to do."), {}, who=step.powers[0]))
    if through != step.through:
        refusals.append(Refusal("step.room", _("This follows from other work and can't be done by itself."), {}))
    refusals += [refusal for guard in step.guards if (refusal := guard(facts, day))]
    if len(step.needs) < FEW:
        states = [state_of(pathway, code, facts) for code in step.needs]
    else:
        readiness = judge_cached(pathway, facts)
        states = [readiness.state(code) for code in step.needs]
    refusals += [reason for state in states if (reason := state.refusal(day))]
    return tuple(refusals)
