"""Reads for the check before embarkation: which flights are near, and who on each is clear, held or not seen yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from darb.programmes.voluntary_return_gates import PRE_EMBARKATION_CHECK_LASTS
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.figures import Figure, Span

from .boarding import HEALTH, WITH_SOMEBODY, passed
from .figure_queries import SEATS, flown
from .models import Confirmation, Flight, FlightState, Seat
from .queries import names_shown

CHECKED_IN = (FlightState.MANIFEST_OPEN, FlightState.LOCKED, FlightState.BOARDING)
CLEAR, HELD, OPEN = "clear", "held", "open"


@dataclass(frozen=True)
class NearFlight:
    """A flight whose passengers are checked now, and how many within reach are clear, held, or not seen yet."""

    flight: Flight
    clear: int
    held: int
    open: int


def state_of(flight: Flight, seat: Seat) -> str:
    """How the check before embarkation stands: clear in time, held, or open."""
    if passed(flight, seat, HEALTH):
        return CLEAR
    return HELD if HEALTH in seat.checks and not seat.checks[HEALTH].get("passed") else OPEN


def near_flights(actor: Actor, now: datetime) -> list[NearFlight]:
    """Flights that leave within 72 hours of `now` and take passengers, the soonest first. Two statements."""
    last = now + PRE_EMBARKATION_CHECK_LASTS
    flights = Flight.objects.filter(state__in=CHECKED_IN, departs_at__lte=last).order_by("departs_at", "code")
    of = {f.pk: f for f in flights}
    states: dict[int, Counter[str]] = {pk: Counter() for pk in of}
    for seat in Seat.objects.filter(flight__in=of, removed_in=None):
        states[seat.flight_id][state_of(of[seat.flight_id], seat)] += 1
    return [NearFlight(f, *(states[pk][s] for s in (CLEAR, HELD, OPEN))) for pk, f in of.items()]


def to_check(actor: Actor, flight: Flight) -> list[tuple[Seat, str]]:
    """Everyone within reach on a flight with their state, those who wait or are held first, then by name."""
    names_shown(actor)
    seats: Sequence[Seat] = Seat.objects.filter(flight=flight, removed_in=None, boarded_at=None).select_related(
        "case", "person"
    )
    order = {HELD: 0, OPEN: 1, CLEAR: 2}
    rows = [(s, state_of(flight, s)) for s in seats]
    return sorted(rows, key=lambda row: (order[row[1]], row[0].person.name, row[0].pk))


# Figures ----------------------------------------------------------------------------------------------


def _escorted(span: Span) -> QuerySet[Seat]:
    """Those of them who flew with an escort, named at booking or confirmed for their clearance."""
    confirmed = Confirmation.objects.filter(
        case=OuterRef("case"), flight=OuterRef("flight"), condition__in=sorted(WITH_SOMEBODY), void_at=None
    )
    return flown(span).filter(~Q(escort="") | Exists(confirmed))


def _offloaded_at_check(span: Span) -> QuerySet[Seat]:
    """Those taken off a locked manifest on medical grounds whose check before embarkation wasn't passed."""
    seats = Seat.objects.filter(flight__departs_at__gte=span.since, flight__departs_at__lt=span.until)
    held = seats.filter(outcome="med_offloaded", **{f"checks__{HEALTH}__passed": False})
    return held.select_related("flight", "case", "person").order_by("-pk")


FIGURES: tuple[Figure, ...] = (
    Figure("offloaded_at_check", _("Offloaded at the check before embarkation"), SEATS, _offloaded_at_check),
    Figure("flown", _("People who flew"), SEATS, flown),
    Figure("escorted", _("of them with an escort"), SEATS, _escorted, of="flown"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}
