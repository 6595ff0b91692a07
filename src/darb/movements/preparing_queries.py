"""Reads about what comes before a flight: carriers, permits, and what health asks of a route."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from darb.programmes.fitness import CARRIER_STOPS_AT, CARRIER_STOPS_AT_MULTIPLE, Stops
from darb.trust.actor import Actor

from .models import Flight, HealthMeasures, Operator, Permit


def operators(actor: Actor) -> list[Operator]:
    """Every carrier of which something was told, by name."""
    return list(Operator.objects.order_by("name"))


def stops_of(actor: Actor, flight: Flight) -> Stops:
    """From which weeks of pregnancy the carrier of a flight takes nobody. One statement."""
    carrier = Operator.objects.filter(name__iexact=flight.operator).first() or Operator()
    return Stops(carrier.pregnant_until or CARRIER_STOPS_AT, carrier.multiple_until or CARRIER_STOPS_AT_MULTIPLE)


def permits(actor: Actor, flight: Flight) -> list[Permit]:
    """The permits of a flight, as they were asked for."""
    return list(Permit.objects.filter(flight=flight).order_by("pk"))


def health_measures(actor: Actor, day: date) -> list[HealthMeasures]:
    """What holds on `day` or later, by country; of two for the same days the newer holds, and stands first."""
    rows = HealthMeasures.objects.filter(Q(until=None) | Q(until__gt=day))
    return list(rows.order_by("country", "-pk"))
