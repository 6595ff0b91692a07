"""Which papers an officer hands out about one kind of thing."""

from __future__ import annotations

from darb.programmes.voluntary_return_papers import PAPERS
from darb.rules.paper import Paper
from darb.trust.actor import Actor


def papers_for(actor: Actor, about: str) -> list[Paper]:
    """The papers about one kind of thing that `actor` may hand out somewhere, in the order of the declaration."""
    return [p for p in PAPERS.values() if p.about == about and actor.has(*p.printed_by)]
