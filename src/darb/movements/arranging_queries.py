"""Reads about what a flight is hired with: who meets it at each stop, what it costs, and who bears that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darb.rules.shares import parted
from darb.trust.actor import Actor
from darb.trust.context import whole_house

from .models import CostShare, Flight, FlightTerms, Leg, Reception


@dataclass(frozen=True)
class Cost:
    """What a flight costs, in dollars: `whole` is None where nothing of it is known.

    `people` are those for whom a price a head is paid: who boarded once it has left, before that who has a seat.
    `shares` are (project, hundredths, dollars); their dollars make the whole.
    """

    fixed: int | None
    seat: int | None
    people: int
    shares: Sequence[tuple[str, int, int]]

    @property
    def whole(self) -> int | None:
        """The price of the aircraft, and that of the seats."""
        if self.fixed is None and self.seat is None:
            return None
        return (self.fixed or 0) + (self.seat or 0) * self.people


def cost_of(actor: Actor, flight: Flight) -> Cost:
    """What a flight costs and who bears it. Three statements."""
    people = flight.seats_taken
    if flight.off_blocks_at:
        with whole_house():
            people = flight.seat_rows.filter(removed_in=None).exclude(boarded_at=None).count()
    terms = FlightTerms.objects.filter(flight=flight).first()
    rows = list(CostShare.objects.filter(flight=flight).order_by("-percent", "project"))
    fixed, seat = (terms.fixed_cost, terms.seat_cost) if terms else (None, None)
    told = Cost(fixed, seat, people, ())
    dollars = parted(told.whole or 0, [r.percent for r in rows]) if rows else []
    shares = [(r.project, r.percent, part) for r, part in zip(rows, dollars, strict=True)]
    return Cost(fixed, seat, people, shares)


def receptions(actor: Actor, flight: Flight) -> list[tuple[Leg, Reception | None]]:
    """Each leg with who meets the flight where it lands, in order. Two statements."""
    there = {r.airport: r for r in Reception.objects.filter(flight=flight)}
    return [(leg, there.get(leg.destination)) for leg in flight.legs.order_by("number")]
