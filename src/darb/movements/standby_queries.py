"""Reads about standby: who waits behind a flight, in order, and what keeps each from a seat that is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darb.trust.actor import Actor

from .models import Flight, Standby
from .queries import RedGate, names_shown, red_gates
from .reading import flight_day
from .standby_actions import families, in_order


@dataclass(frozen=True)
class Waiting:
    """Somebody on a standby list; `red` is what keeps them from the flight, `unit` how many go together."""

    standby: Standby
    red: Sequence[RedGate]
    unit: int

    @property
    def fit(self) -> bool:
        """Whether every gate is green on the day of the flight."""
        return not self.red


def standby_list(actor: Actor, flight: Flight) -> list[Waiting]:
    """Those within reach who wait behind a flight, greatest need first, then longest waiting. Three statements."""
    names_shown(actor)
    rows = in_order(Standby.objects.filter(flight=flight))
    red = red_gates([s.case for s in rows], flight_day(flight))
    units = families(rows)
    return [Waiting(s, red.get(s.case_id, ()), len(units[s.case_id])) for s in rows]
