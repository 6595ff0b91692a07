"""A pathway as a page to read: what is declared, drawn and tabled, so that the page can't disagree with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .pathway import BACK, Gate, Pathway, SideState, Step
from .roles import LABELS, Role


def page(pathway: Pathway) -> str:
    """Markdown with a diagram of the road, and tables of steps, side states, gates and boarding checks."""
    parts = (
        f"# {pathway.label}",
        "Made from the declaration; don't edit. Which gates are green on a day follows from facts.",
        "## The road",
        f"```mermaid\n{road(pathway)}\n```",
        "## Steps",
        _table(("step", "from", "to", "who", "through", "needs"), map(_step, pathway.steps)),
        "## Side states",
        _table(("state", "asks for", "can be reopened"), map(_side, pathway.side_states)),
        "## Gates",
        _table(("gate", "", "green when", "mended by", "overridden by"), map(_gate, pathway.gates)),
        "## Boarding",
        _table(("check", "", "done by"), ((each.code, each.label, _roles(each.done_by)) for each in pathway.checks)),
        "## Tracks",
        _table(("track", "gates"), ((track.label, ", ".join(track.gates)) for track in pathway.tracks)),
        "## Endings",
        _table(("code", "", "from"), ((each.key, each.label, ", ".join(each.out_of)) for each in pathway.endings)),
    )
    return "\n\n".join(parts) + "\n"


def road(pathway: Pathway) -> str:
    """A Mermaid state diagram of the steps along the main road: side states are left to their table."""
    aside = {stage.key for stage in pathway.side_states}
    lines = ["stateDiagram-v2", "  direction LR", f"  [*] --> {pathway.begins}"]
    lines += [f"  {stage.key}: {stage.label}" for stage in pathway.stages if stage.key not in aside]
    for step in pathway.steps:
        if step.into not in (None, BACK, *aside):
            lines += [f"  {source} --> {step.into}: {step.label}" for source in step.out_of if source not in aside]
    lines += [f"  {stage.key} --> [*]" for stage in pathway.stages if stage.final and stage.key not in aside]
    return "\n".join(lines)


def _step(step: Step) -> tuple[str, ...]:
    into = {None: "(stays)", BACK: "(where it was)"}.get(step.into, step.into or "")
    return step.label, ", ".join(step.out_of), into, _roles(step.powers), step.through, ", ".join(step.needs)


def _side(state: SideState) -> tuple[str, ...]:
    return state.label, ", ".join(state.asks), "yes" if state.reopens else "no"


def _gate(gate: Gate) -> tuple[str, ...]:
    overridden_by = LABELS[gate.overridden_by] if gate.overridden_by else "nobody"
    return gate.code, gate.label, gate.green_when, LABELS[gate.mended_by], overridden_by


def _roles(roles: Sequence[Role]) -> str:
    return ", ".join(LABELS[role] for role in roles)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _column in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
