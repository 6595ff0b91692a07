"""What a flight's move to another airport would do to those on it."""

from __future__ import annotations

from dataclasses import dataclass

from darb.cases.models import ExitVisa, VisaState
from darb.trust.actor import Actor
from darb.trust.context import whole_house

from .models import Flight, Seat
from .reading import standing


@dataclass(frozen=True)
class TurnedRed:
    """How many of those on a flight would have no exit visa for the new airport, and who of them is within reach."""

    count: int
    seats: tuple[Seat, ...]


def visas_turned_red(actor: Actor, flight: Flight, origin: str) -> TurnedRed:
    """Those on `flight` whose approved exit visas are all for another airport than `origin`. Three statements."""
    everyone = standing(flight)
    airports: dict[int, set[str]] = {}
    visas = ExitVisa.objects.filter(case__in=[s.case_id for s in everyone], state=VisaState.APPROVED)
    with whole_house():
        for case, iata in visas.values_list("case_id", "airport"):
            airports.setdefault(case, set()).add(iata)
    red = [s for s in everyone if s.case_id in airports and not {origin, ""} & airports[s.case_id]]
    # Only those whose row the wall lets through are named; the others are counted.
    within = set(Seat.objects.filter(pk__in=[s.pk for s in red]).values_list("pk", flat=True))
    return TurnedRed(len(red), tuple(s for s in red if s.pk in within))
