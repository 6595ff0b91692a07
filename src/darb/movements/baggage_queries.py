"""Reads about bags: whose they are, which of them came, and which must come off with an owner who doesn't fly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darb.trust.actor import Actor

from .models import Flight, Tag
from .queries import names_shown


@dataclass(frozen=True)
class Baggage:
    """The tags of a flight. `off` are of people who came off it: their bags don't fly without them."""

    flying: Sequence[Tag]
    off: Sequence[Tag]

    @property
    def matched(self) -> int:
        """How many came off the aircraft on arrival."""
        return sum(t.matched_at is not None for t in self.flying)

    @property
    def missing(self) -> list[Tag]:
        """Those that flew and weren't seen on arrival."""
        return [t for t in self.flying if t.matched_at is None]


def baggage(actor: Actor, flight: Flight) -> Baggage:
    """The bags within reach on a flight, by owner. One statement."""
    names_shown(actor)
    tags = list(
        Tag.objects.filter(flight=flight).select_related("person", "seat").order_by("person__name", "person_id", "pk")
    )
    return Baggage(
        flying=[t for t in tags if t.seat.removed_in is None], off=[t for t in tags if t.seat.removed_in is not None]
    )
