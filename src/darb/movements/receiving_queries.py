"""What receiving missions agreed to take, and what they have and will get: before a flight is confirmed (X34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils.timezone import make_aware

from darb.trust.actor import Actor
from darb.trust.context import whole_house

from .models import Flight, FlightState, Handover, ReceivingCapacity, Seat
from .reading import countries_of

MONTH = timedelta(days=30)
LISTED = (FlightState.LOCKED, FlightState.BOARDING, FlightState.OFF_BLOCKS)
TO_COME = (FlightState.CONFIRMED, FlightState.MANIFEST_OPEN)


@dataclass(frozen=True)
class ReceivingSide:
    """One country: what its mission agreed to take in 30 days (None: nothing is agreed), how many came home in the
    last 30, how many are on flights of the next 30, and how many arrivals wait for the mission's word."""

    country: str
    agreed: int | None
    agreed_with: str
    home: int
    to_come: int
    waiting: int

    @property
    def left(self) -> int | None:
        """How many more it would take; below zero where it is too many already."""
        return None if self.agreed is None else self.agreed - self.home - self.to_come


def receiving_sides(actor: Actor, day: date) -> list[ReceivingSide]:
    """Every country with an agreement, arrivals or flights around `day`; numbers of the whole mission, never names.

    A flight whose manifest isn't locked counts with all its seats, and to its last airport. A fixed number of
    statements.
    """
    agreed = {c.country_id: c for c in ReceivingCapacity.objects.order_by("agreed_at", "pk")}
    start = make_aware(datetime.combine(day - MONTH, time.min))
    now = make_aware(datetime.combine(day, time.max))
    end = now + MONTH
    with whole_house():
        landed = Seat.objects.filter(landed_at__range=(start, now))
        home = _by_country(landed.values_list("destination").annotate(Count("pk")))
        flying = Seat.objects.filter(
            flight__state__in=LISTED, flight__departs_at__lte=end, removed_in=None, landed_at=None
        )
        to_come = _by_country(flying.values_list("destination").annotate(Count("pk")))
        waiting = Counter(
            dict(Handover.objects.filter(accepted_at=None).values_list("case__return_country").annotate(Count("pk")))
        )
    planned = Flight.objects.filter(state__in=TO_COME, departs_at__lte=end)
    to_come += _by_country(planned.values_list("destination", "seats"))
    return [
        ReceivingSide(
            country,
            agreed[country].a_month if country in agreed else None,
            agreed[country].agreed_with if country in agreed else "",
            home[country],
            to_come[country],
            waiting[country],
        )
        for country in sorted({*agreed, *home, *to_come, *waiting})
    ]


def receiving_side(actor: Actor, flight: Flight, day: date) -> ReceivingSide:
    """The side that `flight` goes to, as it stands before the flight is confirmed."""
    country = countries_of([flight.destination])[flight.destination]
    found = {side.country: side for side in receiving_sides(actor, day)}
    return found.get(country) or ReceivingSide(country, None, "", 0, 0, 0)


def _by_country(rows: Collection[tuple[str, int]]) -> Counter[str]:
    """Numbers by airport, added up by country."""
    told = list(rows)
    lands = countries_of({airport for airport, _n in told})
    found: Counter[str] = Counter()
    for airport, n in told:
        found[lands[airport]] += n
    return found
