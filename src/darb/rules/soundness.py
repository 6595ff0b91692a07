"""What must be true of every declaration before it is used at all.

Each programme passes its pathway through `sound` at import: a fault in it stops the program at the
start, with every fault named, rather than a case at the airport.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from .facts import Facts
from .pathway import CASES, NOBODY, Gate, Pathway, SideState
from .roles import Role
from .words import Words


class Unsound(Exception):
    """A declaration that breaks the rules. Its message names every fault."""


def sound(pathway: Pathway) -> Pathway:
    """Give `pathway` back if it is sound. Raises Unsound naming each fault otherwise."""
    faults = soundness(pathway)
    if faults:
        raise Unsound(f"{pathway.key}: " + "; ".join(faults))
    return pathway


def soundness(pathway: Pathway) -> tuple[str, ...]:
    """Every fault of `pathway`, as plain English for its author; none if it is sound."""
    names = (*_repeated(pathway), *_unknown(pathway))
    if names:
        return names  # the rest reads by name
    return (*_unmarked(pathway), *_roads(pathway), *_ownership(pathway), *_gates(pathway), *_tracks(pathway))


def _repeated(pathway: Pathway) -> Iterator[str]:
    kinds = {
        "stage": [stage.key for stage in pathway.stages],
        "step": [step.key for step in pathway.steps],
        "gate": [name for gate in pathway.gates for name in (gate.code, gate.key)],
        "boarding check": [name for check in pathway.checks for name in (check.code, check.key)],
        "track": [track.key for track in pathway.tracks],
        "ending": [ending.key for ending in pathway.endings],
    }
    kinds |= {f"ruling of {gate.code}": [ruling.code for ruling in gate.rulings] for gate in pathway.gates}
    for kind, names in kinds.items():
        yield from (f"{kind} {name!r} is declared twice" for name, times in Counter(names).items() if times > 1)


def _unknown(pathway: Pathway) -> Iterator[str]:
    """Names that nothing stands behind."""
    stages = {stage.key for stage in pathway.stages}
    gates = {gate.code for gate in pathway.gates}
    tracks = {track.key for track in pathway.tracks}
    if pathway.begins not in stages:
        yield f"it begins in {pathway.begins!r}, which is no stage"
    for step in pathway.steps:
        for stage in (*step.out_of, *pathway.leads_to(step)):
            if stage not in stages:
                yield f"step {step.key!r} names {stage!r}, which is no stage"
        yield from (f"step {step.key!r} needs {code!r}, which is no gate" for code in step.needs if code not in gates)
        if step.track is not None and step.track not in tracks:
            yield f"step {step.key!r} belongs to {step.track!r}, which is no track"
    for track in pathway.tracks:
        yield from (
            f"track {track.key!r} names {code!r}, which is no gate" for code in track.gates if code not in gates
        )
    for ending in pathway.endings:
        yield from (
            f"ending {ending.key!r} names {key!r}, which is no stage" for key in ending.out_of if key not in stages
        )
    yield from (f"never_overridden names {code!r}, which is no gate" for code in pathway.never_overridden - gates)


def _unmarked(pathway: Pathway) -> Iterator[str]:
    labels = [(pathway.key, pathway.label)]
    labels += [(stage.key, stage.label) for stage in pathway.stages]
    labels += [(step.key, step.label) for step in pathway.steps]
    labels += [(gate.code, gate.label) for gate in pathway.gates]
    labels += [(check.code, check.label) for check in pathway.checks]
    labels += [(track.key, track.label) for track in pathway.tracks]
    labels += [(ending.key, ending.label) for ending in pathway.endings]
    for gate in pathway.gates:
        labels.append((f"{gate.code} green_when", gate.green_when))
        labels += [(f"{gate.code} {ruling.code}", ruling.label) for ruling in gate.rulings]
    for name, label in labels:
        if not isinstance(label, Words):
            yield f"the label of {name!r} isn't marked for translation"


def _roads(pathway: Pathway) -> Iterator[str]:
    """Every stage can be reached, and left towards an end; what doesn't reopen, doesn't."""
    road: dict[str, set[str]] = {stage.key: set() for stage in pathway.stages}
    for step in pathway.steps:
        if not step.out_of:
            yield f"step {step.key!r} starts nowhere"
        if not step.powers:
            yield f"nobody may take step {step.key!r}"
        if step.into is not None and not pathway.leads_to(step):
            yield f"step {step.key!r} leads back, but nothing leads to where it starts"
        for source in step.out_of:
            road[source].update(pathway.leads_to(step))
    reached = _reach(road, pathway.begins)
    finals = {stage.key for stage in pathway.stages if stage.final}
    main = {stage.key for stage in pathway.stages if not stage.final and not isinstance(stage, SideState)}
    for stage in pathway.stages:
        onward = _reach(road, stage.key)
        if stage.key not in reached:
            yield f"stage {stage.key!r} can't be reached"
        if stage.final and road[stage.key]:
            yield f"stage {stage.key!r} is final and yet is left"
        if not onward & finals:
            yield f"stage {stage.key!r} leads to no end"
        if isinstance(stage, SideState) and not stage.final and stage.reopens != bool(onward & main):
            yield f"side state {stage.key!r} {'can not' if stage.reopens else 'can'} be reopened"


def _reach(road: dict[str, set[str]], start: str) -> set[str]:
    """`start` and every stage that can be reached from it."""
    seen, ahead = {start}, [start]
    while ahead:
        fresh = road[ahead.pop()] - seen
        seen |= fresh
        ahead += fresh
    return seen


def _ownership(pathway: Pathway) -> Iterator[str]:
    """A room that keeps rows beside a stage takes every step into and out of it."""
    for step in pathway.steps:
        ends = pathway.leads_to(step)
        for key in (*step.out_of, *ends) if ends else ():
            owner = pathway.stage(key).held_by
            if owner not in (CASES, step.through):
                yield f"step {step.key!r} touches {key!r}, which {owner} holds, but goes through {step.through}"


def _gates(pathway: Pathway) -> Iterator[str]:
    known = {field.name for field in fields(Facts)}
    for gate in pathway.gates:
        if not isinstance(gate.mended_by, Role):
            yield f"nobody can mend {gate.code}"
        if gate.code in pathway.never_overridden and gate.overridden_by is not NOBODY:
            yield f"{gate.code} may never be overridden, and {gate.overridden_by} may"
        if bool(gate.rulings) != bool(gate.ruled_by):
            yield f"{gate.code} has rulings that nobody gives, or givers without rulings"
        yield from (
            f"{gate.code} is bound to {name!r}, which is no fact" for name in gate.bound_to if name not in known
        )
        yield from _liftable(gate)


def _liftable(gate: Gate) -> Iterator[str]:
    for ruling in gate.rulings:
        if ruling.lifted_by is not None and ruling.lifted_by not in gate.ruled_by:
            yield f"{gate.code} {ruling.code!r} is lifted by {ruling.lifted_by}, who gives no ruling there"


def _tracks(pathway: Pathway) -> Iterator[str]:
    """Each gate is the work of exactly one track."""
    homes = Counter(code for track in pathway.tracks for code in track.gates)
    for gate in pathway.gates:
        if homes[gate.code] != 1:
            yield f"{gate.code} belongs to {homes[gate.code]} tracks, not one"
