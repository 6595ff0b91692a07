"""The programmes that cases can be in, and what is read from their declarations."""

from __future__ import annotations

from functools import lru_cache

from darb.programmes import PROGRAMMES as PATHWAYS
from darb.rules.pathway import BACK, Pathway


def pathway(programme: str) -> Pathway:
    """The declaration of `programme`. Raises KeyError if there is none."""
    return PATHWAYS[programme]


@lru_cache(maxsize=32)
def awaiting_stages(programme: str) -> tuple[str, ...]:
    """The open stages in which a person may still board: those whose readiness is kept as rows."""
    declared = pathway(programme)
    before = set(declared.step("board").out_of)
    while True:
        more = {
            source
            for step in declared.steps
            if step.into != BACK and before.intersection(declared.leads_to(step))
            for source in step.out_of
        }
        if more <= before:
            break
        before |= more
    side = {s.key for s in declared.side_states}
    back = {s for step in declared.steps if step.into == BACK for s in step.out_of}
    return tuple(s for s in declared.open_stages if s in (before - side) or s in back)
