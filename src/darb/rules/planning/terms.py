"""What planning reckons with in the mission itself: prices, and limits of airports, fleet and flights.

The defaults are guesses of the right size for charters from Libya to West Africa, in US dollars; each mission sets
its own, and a plan is as honest as these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WEIGHT_STEP = 25
"""Points of advice on who travels first that make waiting weigh a quarter more."""


@dataclass(frozen=True)
class AirportTerms:
    """What one airport lets through."""

    charter_slots_per_day: int = 2
    persons_per_day: int = 400
    escorts_per_week: int = 8


@dataclass(frozen=True)
class Terms:
    """The mission's terms. Money in whole dollars; days are days of the horizon from tomorrow on.

    `airports` (IATA), `fleet` (aircraft as flights name it, how many there are), `receiving` and `receiving_week`
    (ISO3, how many people of one flight, and of one week, the mission there can receive) and `transfers` (IATA) hold
    where they name something; else the plain ones. `turnaround_minutes` is how long an aircraft stands between flights,
    `bus_places` how many people one bus takes there.
    """

    days: int = 35
    waiting_per_person_day: int = 12
    expired_per_person: int = 1000
    left_at_end_per_person: int = 600
    move_per_person: int = 150
    escort: int = 1200
    unaccompanied_per_escort: int = 4
    transfer_per_person: int = 15
    charter_per_seat: int = 450
    commercial_seat: int = 480
    boat_per_place: int = 250
    wheelchairs: int = 6
    stretchers: int = 1
    unaccompanied: int = 20
    fleet_per_day: int = 2
    turnaround_minutes: int = 60
    bus_places: int = 45
    airport: AirportTerms = field(default_factory=AirportTerms)
    airports: Mapping[str, AirportTerms] = field(default_factory=dict)
    fleet: Mapping[str, int] = field(default_factory=dict)
    receiving: Mapping[str, int] = field(default_factory=dict)
    receiving_week: Mapping[str, int] = field(default_factory=dict)
    transfers: Mapping[str, int] = field(default_factory=dict)

    def of_airport(self, iata: str) -> AirportTerms:
        """What the airport lets through."""
        return self.airports.get(iata, self.airport)

    def transfer(self, iata: str) -> int:
        """What the way to the airport costs, for one person."""
        return self.transfers.get(iata, self.transfer_per_person)

    def aircraft(self, name: str) -> int:
        """How many of an aircraft fly on one day."""
        return self.fleet.get(name, self.fleet_per_day)


def weight(score: int) -> float:
    """How much a day of waiting weighs for somebody with this score of need (`programmes.priority`): 1 and more.

    In steps, so that a plan tells few kinds of people apart and never why.
    """
    return 1 + (max(0, score) // WEIGHT_STEP) / 4
