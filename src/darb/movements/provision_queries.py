"""Reads about the way: who is aboard on each leg, and how many are served at departure, at each stop, on arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darb.trust.actor import Actor

from .models import Flight, Leg, Seat
from .queries import names_shown
from .reading import countries_of

DEPARTURE, TRANSIT, ARRIVAL = "departure", "transit", "arrival"


@dataclass(frozen=True)
class Load:
    """One leg's own manifest: those within reach who are aboard on it, and those of them who get off where it lands."""

    leg: Leg
    aboard: Sequence[Seat]
    off: Sequence[Seat]


def loads(actor: Actor, flight: Flight) -> list[Load]:
    """The manifest of each leg, in order: who got off before isn't on the next, and those who get off add up to all.

    Who stayed behind at a stop is aboard until there. Two statements.
    """
    names_shown(actor)
    aboard = _travelling(flight)
    found = []
    for leg in flight.legs.order_by("number"):
        left = [s for s in aboard if s.stayed_at == leg.origin]
        aboard = [s for s in aboard if s not in left]
        off = [s for s in aboard if s.destination == leg.destination]
        found.append(Load(leg, aboard, off))
        aboard = [s for s in aboard if s not in off]
    return found


def _travelling(flight: Flight) -> list[Seat]:
    """Everyone on the manifest, or who boarded once the flight has left."""
    rows = Seat.objects.filter(flight=flight, removed_in=None).select_related("case", "person").order_by("pk")
    return [s for s in rows if s.boarded_at or not flight.off_blocks_at]


@dataclass(frozen=True)
class Provision:
    """So many people within reach are to be served at one airport: at departure, in transit or on arrival."""

    point: str
    airport: str
    seats: Sequence[Seat]

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.seats)


def provisions(actor: Actor, flight: Flight) -> list[Provision]:
    """Everyone on the manifest at its origin; at each stop those who go on, and those who are home there.

    Who has come off the manifest is at none of them. Three statements.
    """
    names_shown(actor)
    seats = _travelling(flight)
    stops = list(flight.legs.order_by("number").values_list("destination", flat=True))
    countries, aboard = countries_of(stops), list(seats)
    found = [Provision(DEPARTURE, flight.origin, seats)]
    for number, stop in enumerate(stops, 1):
        here = [s for s in aboard if s.destination == stop]
        home = [s for s in here if s.case.return_country == countries[stop]]
        last = number == len(stops)
        onward = [s for s in aboard if s not in home and (s in here or not last)]
        aboard = [s for s in aboard if s not in here]
        found += [Provision(TRANSIT, stop, onward)] if onward else []
        found += [Provision(ARRIVAL, stop, home)] if home else []
    return found
