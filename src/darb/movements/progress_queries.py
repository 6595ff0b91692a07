"""How far flights are, as people say it: with what was sent, the day, each landing, and what went otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darb.trust.actor import Actor

from .models import Flight, FlightState, Leg, Notice, NoticeOf
from .reading import flight_day
from .sending_queries import lacking


@dataclass(frozen=True)
class Progress:
    """How far a flight is. While others are to come: `landed` of its `legs` have landed, the last at `landed_at`.

    `lacking` counts who must still get the newest manifest; `put_off` and `diverted` are what went otherwise.
    """

    state: FlightState
    landed: int = 0
    legs: int = 0
    landed_at: str = ""
    lacking: int = 0
    put_off: bool = False
    diverted: bool = False


def progress(actor: Actor, flights: Sequence[Flight], day: date) -> dict[int, Progress]:
    """By flight, how far it is on `day`. A fixed number of statements."""
    out = lacking(actor, [f for f in flights if f.state in (FlightState.LOCKED, FlightState.BOARDING)])
    legs: dict[int, list[Leg]] = defaultdict(list)
    flying = [f.pk for f in flights if f.state == FlightState.OFF_BLOCKS]
    for leg in Leg.objects.filter(flight__in=flying).order_by("number"):
        legs[leg.flight_id].append(leg)
    went = NoticeOf.POSTPONED, NoticeOf.DIVERTED
    told = set(Notice.objects.filter(flight__in=flights, of__in=went).values_list("flight", "of"))
    found = {}
    for flight in flights:
        landed = [leg for leg in legs[flight.pk] if leg.landed_at]
        found[flight.pk] = Progress(
            state=_state(flight, day, out.get(flight.pk, 0)),
            landed=len(landed),
            legs=len(legs[flight.pk]),
            landed_at=landed[-1].destination if landed else "",
            lacking=out.get(flight.pk, 0),
            put_off=(flight.pk, NoticeOf.POSTPONED) in told,
            diverted=(flight.pk, NoticeOf.DIVERTED) in told,
        )
    return found


def _state(flight: Flight, day: date, lacks: int) -> FlightState:
    if flight.state != FlightState.LOCKED:
        return FlightState(flight.state)
    if flight_day(flight) <= day:
        return FlightState.DEPARTURE_DAY
    return FlightState.LOCKED if lacks else FlightState.SUBMITTED
