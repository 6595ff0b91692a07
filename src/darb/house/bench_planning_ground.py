"""Instances to plan, made by chance: a replanning of some weeks, a year of charters, an evacuation.

Of the sizes that `docs/planning.md` names; the numbers in them are invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

START = date(2018, 1, 1)
TYPES = {"A332": 277, "B738": 180, "A320": 168, "B734": 144, "E190": 98}
PLACES = (
    *("LOS", "BKO", "DSS", "CKY", "NIM", "ACC", "ABJ", "DAC", "NDJ", "BJL", "KRT"),
    *("DLA", "OUA", "CMN", "OXB", "CAI", "FNA", "ADD", "MGQ", "ISB"),
)
FAR = frozenset({"DAC", "ISB", "ADD", "MGQ", "KRT"})
SPAN = (90, 90, 90, 90, 90, 90, 90, 45, 20)


@dataclass(frozen=True)
class Size:
    """How large an instance is: people, days, candidate flights, destinations, and how many times the usual limits."""

    people: int
    days: int
    flights: int
    places: int
    limits: int
    peak: float


SIZES = {
    "replan": Size(2_000, 35, 26, 8, 1, 0.3),
    "year": Size(16_000, 365, 360, 20, 1, 0.0),
    "evacuation": Size(115_000, 300, 1_490, 20, 4, 0.55),
}


def make(size: Size, seed: int) -> dict[str, Any]:
    """An instance of about that size, as JSON holds it; `seed` decides all of it."""
    chance = random.Random(seed)
    places = PLACES[: size.places]
    weights = [1.0 / (rank + 1.5) for rank in range(len(places))]
    airports = ("MJI", "MRA", "BEN")
    return {
        "horizon": {"start": str(START), "end": str(START + timedelta(days=size.days))},
        "airports": {code: _airport(chance, size, place) for place, code in enumerate(airports)},
        "fleet_per_day": {name: size.limits + place % 2 for place, name in enumerate(TYPES)},
        "transfers": [
            {"site": site, "airport": airport, "cost_per_person": 6 if at == to else 18 * (1 + abs(at - to))}
            for at, site in enumerate(("WEST", "CENTRE", "EAST"))
            for to, airport in enumerate(airports)
            if at != 2 or to != 1
        ],
        "costs": {
            "waiting_per_person_day": 12.0,
            "expired_per_person": 2500.0,
            "escort": 1200.0,
            "unaccompanied_per_escort": 4,
            "left_at_end_per_person": {to: 1000.0 if to in FAR else 500.0 for to in places},
        },
        "groups": _groups(chance, size, places, weights),
        "flights": [_flight(chance, f"F{n}", size, places, weights, airports) for n in range(size.flights)],
    }


def _airport(chance: random.Random, size: Size, place: int) -> dict[str, Any]:
    closed = [START + timedelta(days=chance.randrange(size.days)) for _n in range(size.days // 40)]
    share = (1.0, 0.6, 0.5)[place]
    return {
        "charter_slots_per_day": max(1, round(2 * size.limits * share)),
        "persons_per_day": round(400 * size.limits * share),
        "escorts_per_week": max(3, round(9 * size.limits * share)),
        "closed_days": [str(day) for day in sorted(set(closed))],
    }


def _day(chance: random.Random, size: Size, early: int) -> int:
    """A day of the horizon: some share of all comes in a rush near its beginning."""
    if chance.random() < size.peak:
        return round(chance.triangular(-early, size.days / 4, size.days / 14))
    return chance.randrange(-early, size.days - size.days // 12)


def _groups(chance: random.Random, size: Size, places: tuple[str, ...], weights: list[float]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    people = 0
    while people < size.people:
        alone = chance.random() < 0.015
        persons = 1 if alone or chance.random() < 0.7 else chance.choice((2, 2, 3, 3, 4, 4, 5, 6, 7, 8))
        infants = int(persons > 1 and chance.random() < 0.3)
        ill = chance.random() < 0.01
        stretcher = int(ill and chance.random() < 0.2)
        ready = START + timedelta(days=_day(chance, size, 10))
        found.append(
            {
                "id": f"G{len(found)}",
                "destination": chance.choices(places, weights)[0],
                "site": chance.choices(("WEST", "CENTRE", "EAST"), (6, 2, 1))[0],
                "persons": persons,
                "seats": persons - infants + 5 * stretcher,
                "infants": infants,
                "wheelchairs": int(chance.random() < 0.006),
                "stretchers": stretcher,
                "medical_escorts": int(ill),
                "unaccompanied": int(alone),
                "weight": 4 if alone or ill else 2 if persons > 1 or chance.random() < 0.06 else 1,
                "ready": str(ready),
                "until": str(ready + timedelta(days=chance.choice(SPAN))),
            }
        )
        people += persons
    return found


def _flight(
    chance: random.Random,
    name: str,
    size: Size,
    places: tuple[str, ...],
    weights: list[float],
    airports: tuple[str, ...],
) -> dict[str, Any]:
    charter = chance.random() < 0.72
    to = chance.choices(places, weights)[0]
    aircraft = chance.choices(list(TYPES), (4, 3, 3, 2, 1))[0] if charter else None
    seats = TYPES[aircraft] if aircraft else chance.choice((10, 15, 20, 30, 40))
    hours = 2.2 if to in FAR else 1.0
    return {
        "id": name,
        "kind": "charter" if charter else "commercial",
        "date": str(START + timedelta(days=max(1, min(size.days - 1, _day(chance, size, 0) + 7)))),
        "origin": chance.choices(airports, (5, 3, 2))[0],
        "destination": to,
        "aircraft": aircraft,
        "seats": seats,
        "infants": seats // 10 + (0 if charter else 1),
        "wheelchairs": 6 if charter else 2,
        "stretchers": int(charter),
        "unaccompanied": 20 if charter else 2,
        "landing_quota": round(seats * chance.choice((1.1, 1.1, 1.1, 0.66))),
        "fixed_cost": round(seats * hours * chance.uniform(380, 520)) if charter else 0,
        "seat_cost": 0 if charter else round(hours * chance.uniform(390, 560)),
    }
