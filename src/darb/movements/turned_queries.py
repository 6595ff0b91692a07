"""Reads about flights that go otherwise: where everybody sleeps, who is to be told, which flight they could take."""

from __future__ import annotations

from darb.trust.actor import Actor

from .actions import LOCKED
from .models import Flight, FlightState, Notice
from .night_actions import NightPlace, night_places
from .queries import names_shown
from .reading import standing


def nights_of(actor: Actor, flight: Flight, *, aboard: bool = False) -> list[NightPlace]:
    """Where the people of a flight are now, as counts; `aboard`: only those who boarded. Two statements."""
    names_shown(actor)
    return night_places(flight, [s for s in standing(flight) if s.boarded_at or not aboard])


def notices(actor: Actor, flight: Flight) -> list[Notice]:
    """Who must be told of changes of a flight: the newest change first, in the order in which it was written."""
    return list(Notice.objects.filter(flight=flight).order_by("-raised_at", "pk"))


def open_flights(actor: Actor, flight: Flight) -> list[Flight]:
    """Flights from the same airport whose manifests can be changed, the soonest first."""
    names_shown(actor)
    open_ones = Flight.objects.filter(state__in=LOCKED | {FlightState.MANIFEST_OPEN}, origin=flight.origin)
    return list(open_ones.exclude(pk=flight.pk).order_by("departs_at", "code"))
