"""Writes the documentation that is read from declarations: `docs/pathways/`.

python tools/docs.py            write it
python tools/docs.py --check    exit code 1 if what is there isn't what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from darb.cases.pathways import PATHWAYS
from darb.rules.pathway import BACK, Gate, Pathway, SideState, Step
from darb.rules.roles import LABELS, Role

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pathways"


def page(pathway: Pathway) -> str:
    """The whole page about one programme."""
    return "\n".join(
        [
            f"# {pathway.label}",
            "",
            "Written from the declaration by `make docs`; change the declaration, not this page.",
            "",
            "## The road",
            "",
            *diagram(pathway),
            "",
            "## Gates",
            "",
            "A person may board on a day on which every gate that applies is green.",
            "",
            *table(("", "Gate", "Green when", "Mended by", "May be overridden by"), map(gate_row, pathway.gates)),
            "",
            "## Verdicts on gates",
            "",
            *table(("Gate", "Code", "Meaning", "", "Given by", "Lifted only by"), verdict_rows(pathway)),
            "",
            "## Boarding gates",
            "",
            *table(("", "Check", "Done by"), ((c.code, c.label, roles(c.done_by)) for c in pathway.boarding)),
            "",
            "## Steps",
            "",
            *table(
                ("Step", "Out of", "Into", "Needs", "Who", "Taken by"), (step_row(pathway, s) for s in pathway.steps)
            ),
            "",
            "## Side states",
            "",
            *table(("State", "Asks for", ""), map(side_row, pathway.side_states)),
            "",
            "## Endings",
            "",
            *table(
                ("Code", "Meaning", "Out of"), ((e.key, e.label, stages(pathway, e.out_of)) for e in pathway.endings)
            ),
            "",
        ]
    )


def diagram(pathway: Pathway) -> Iterator[str]:
    """The stages and the steps between them, as a Mermaid state diagram; side states are left to their table."""
    side = {state.key for state in pathway.side_states}
    yield "```mermaid"
    yield "stateDiagram-v2"
    for stage in pathway.stages:
        if stage.key not in side:
            yield f"    {stage.key} : {stage.label}"
    yield f"    [*] --> {pathway.begins}"
    for step in pathway.steps:
        for source in step.out_of:
            if step.into and step.into != BACK and not {source, step.into} & side:
                yield f"    {source} --> {step.into} : {step.label}"
    for stage in pathway.stages:
        if stage.final and stage.key not in side:
            yield f"    {stage.key} --> [*]"
    yield "```"


def gate_row(gate: Gate) -> tuple[str, ...]:
    """One gate."""
    bound = f"; bound to: {', '.join(gate.bound_to)}" if gate.bound_to else ""
    overriding = LABELS[gate.overridden_by] if gate.overridden_by else "nobody"
    return gate.code, gate.label, gate.green_when + bound, LABELS[gate.mended_by], overriding


def verdict_rows(pathway: Pathway) -> Iterator[tuple[str, ...]]:
    """Every verdict that a gate takes."""
    for gate in pathway.gates:
        for ruling in gate.rulings:
            lifted = LABELS[ruling.lifted_by] if ruling.lifted_by else ""
            effect = "opens" if ruling.granted else "closes"
            yield gate.code, f"`{ruling.code}`", ruling.label, effect, roles(gate.ruled_by), lifted


def step_row(pathway: Pathway, step: Step) -> tuple[str, ...]:
    """One step."""
    into = {None: "stays", BACK: "where it was"}.get(step.into) or pathway.stage(str(step.into)).label
    return step.label, stages(pathway, step.out_of), into, " ".join(step.needs), roles(step.powers), step.through


def side_row(state: SideState) -> tuple[str, ...]:
    """One side state."""
    return state.label, ", ".join(state.asks), "may come back" if state.reopens else "for good"


def roles(held: Iterable[Role]) -> str:
    """Names of roles."""
    return ", ".join(LABELS[role] for role in held)


def stages(pathway: Pathway, keys: Iterable[str]) -> str:
    """Names of stages."""
    return ", ".join(pathway.stage(key).label for key in keys)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def main(arguments: list[str]) -> int:
    """The command line; gives the exit code."""
    wanted = {FOLDER / f"{key}.md": page(pathway) for key, pathway in PATHWAYS.items()}
    if arguments == ["--check"]:
        stale = [p.name for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
        strange = [p.name for p in FOLDER.glob("*.md") if p not in wanted]
        if stale or strange:
            print(f"Not as the declarations say (run `make docs`): {', '.join(stale + strange)}", file=sys.stderr)
        return 1 if stale or strange else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
