"""Who sat on a panel, and whether they may decide together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from darb.rules.pathway import Ruling
from darb.rules.refusal import Invalid
from darb.rules.words import _

KIND = "bid_panel"
ORGANISATIONS = 2
"""At least so many send people to a panel (programmes.md 2.11)."""


@dataclass(frozen=True)
class Sat:
    """Somebody who sat on a panel, and for which organisation."""

    name: str
    organisation: str


def check_panel(panel: Sequence[Sat], ruling: Ruling) -> None:
    """Refuse a panel of too few people, or all of one house."""
    people = {sat.name.strip().casefold() for sat in panel if sat.name.strip()}
    organisations = {sat.organisation.strip().casefold() for sat in panel if sat.organisation.strip()}
    if len(people) < ruling.panel or len(organisations) < ORGANISATIONS:
        raise Invalid(
            "panel_needed",
            _("{count} people of two organisations at least decide this together: name them."),
            field="panel",
            count=ruling.panel,
        )


def told(panel: Sequence[Sat], given: Any) -> dict[str, Any]:
    """What is kept of their decision (`given`, with its code and reason), for those who read best interests."""
    names = [f"{sat.name.strip()} ({sat.organisation.strip()})" for sat in panel]
    return {"panel": names, "decision": given.code, "why": given.reason}
