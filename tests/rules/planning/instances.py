"""Random instances with everything in them that the format knows, small enough to try every plan."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from darb.rules.planning import Instance, check, cost, read_instance

START = date(2018, 1, 1)
AIRPORTS = ("MJI", "MRA")
SITES = ("WEST", "CENTRE", "SOUTH")
DESTINATIONS = ("LOS", "BKO")
AIRCRAFT = {"A320": 12, "DH8D": 6}


def record(seed: int, groups: int = 12, flights: int = 8, days: int = 21) -> dict[str, Any]:
    """An instance as JSON holds it; `seed` decides all of it."""
    chance = random.Random(seed)
    found = {
        "horizon": {"start": str(START), "end": str(START + timedelta(days=days))},
        "airports": {code: _airport(chance, days) for code in AIRPORTS},
        "fleet_per_day": {name: chance.choice((0, 1, 1, 2)) for name in AIRCRAFT},
        "transfers": [
            {"site": site, "airport": airport, "cost_per_person": chance.choice((0, 6, 18, 75))}
            for site in SITES
            for airport in AIRPORTS
            if chance.random() < 0.8
        ],
        "costs": {
            "waiting_per_person_day": chance.choice((0, 5, 12)),
            "expired_per_person": chance.choice((50, 400, 2500)),
            "escort": chance.choice((0, 100, 1200)),
            "unaccompanied_per_escort": chance.choice((1, 2, 4)),
            "left_at_end_per_person": {to: chance.choice((40, 500)) for to in DESTINATIONS},
            "move_per_person": chance.choice((0, 30, 150)),
        },
        "groups": [_group(chance, f"G{n}", days) for n in range(groups)],
        "flights": [_flight(chance, f"F{n}", days) for n in range(flights)],
    }
    names = [flight["id"] for flight in found["flights"]]
    if names:
        found["cancelled"] = sorted(set(chance.choices(names, k=chance.randrange(2))))
        told = [group["id"] for group in found["groups"] if chance.random() < 0.3]
        found["current"] = [{"group": group, "flight": chance.choice(names)} for group in told]
    return found


def instance(seed: int, **size: int) -> Instance:
    """The same, read; with some groups locked where a random plan without a broken rule has them."""
    chance = random.Random(f"locks {seed}")
    free = read_instance(record(seed, **size))
    locked: dict[str, str] = {}
    for group in free.groups:
        if chance.random() < 0.15 and free.flights:
            tried = {**locked, group: chance.choice(list(free.flights))}
            if not check(free, tried):
                locked = tried
    return replace(free, locked=locked)


def large(seed: int, groups: int = 900, flights: int = 60, days: int = 120) -> Instance:
    """One that is planned in parts: aircraft and airports of true size."""
    found = record(seed, groups, flights, days)
    for flight in found["flights"]:
        for limit in ("seats", "landing_quota", "infants", "wheelchairs", "stretchers", "unaccompanied"):
            flight[limit] *= 10
        flight["fixed_cost"] *= 10
    for airport in found["airports"].values():
        airport["persons_per_day"] *= 10
        airport["escorts_per_week"] *= 2
    return read_instance(found)


def every_plan(whole: Instance) -> Iterator[dict[str, str]]:
    """Every plan that keeps every rule. For a handful of groups and flights only."""
    choices = [(None, *whole.flights) for _group in whole.groups]
    for chosen in itertools.product(*choices):
        plan = {g: f for g, f in zip(whole.groups, chosen, strict=True) if f is not None}
        if not check(whole, plan):
            yield plan


def cheapest(whole: Instance) -> float:
    """What the best of all plans costs, by trying them all."""
    return min(cost(whole, plan).total for plan in every_plan(whole))


def _airport(chance: random.Random, days: int) -> dict[str, Any]:
    return {
        "charter_slots_per_day": chance.choice((0, 1, 1, 2)),
        "persons_per_day": chance.choice((5, 12, 30)),
        "escorts_per_week": chance.choice((0, 1, 3)),
        "closed_days": [str(START + timedelta(days=chance.randrange(days))) for _n in range(chance.randrange(3))],
    }


def _group(chance: random.Random, name: str, days: int) -> dict[str, Any]:
    alone = chance.random() < 0.15
    persons = 1 if alone else chance.choice((1, 1, 1, 2, 3, 4, 40 if chance.random() < 0.05 else 5))
    infants = chance.choice((0, 0, 1)) if persons > 1 else 0
    stretchers = int(chance.random() < 0.08)
    ready = START + timedelta(days=chance.randrange(-10, days))
    return {
        "id": name,
        "destination": chance.choice(DESTINATIONS),
        "site": chance.choice(SITES),
        "persons": persons,
        "seats": persons - infants + 3 * stretchers,
        "infants": infants,
        "wheelchairs": int(chance.random() < 0.1),
        "stretchers": stretchers,
        "medical_escorts": int(stretchers or chance.random() < 0.05),
        "unaccompanied": int(alone),
        "weight": chance.choice((1, 1, 2, 4, 1.5)),
        "ready": str(ready),
        "until": str(ready + timedelta(days=chance.choice((0, 3, 7, 14, 45)))),
    }


def _flight(chance: random.Random, name: str, days: int) -> dict[str, Any]:
    charter = chance.random() < 0.7
    aircraft = chance.choice(list(AIRCRAFT)) if charter else None
    seats = AIRCRAFT[aircraft] if aircraft else 3
    return {
        "id": name,
        "kind": "charter" if charter else "commercial",
        "date": str(START + timedelta(days=chance.randrange(days))),
        "origin": chance.choice(AIRPORTS),
        "destination": chance.choice(DESTINATIONS),
        "aircraft": aircraft,
        "seats": seats,
        "infants": chance.choice((0, 1, 3)),
        "wheelchairs": chance.choice((0, 1)),
        "stretchers": chance.choice((0, 1)),
        "unaccompanied": chance.choice((0, 1, 3)),
        "landing_quota": chance.choice((2, seats, seats + 3)),
        "fixed_cost": chance.choice((0, 500, 1500, 4000)) if charter else chance.choice((0, 0, 50)),
        "seat_cost": 0 if charter else chance.choice((80, 400)),
    }
