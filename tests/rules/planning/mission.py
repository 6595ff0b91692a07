"""A small mission to plan: groups and flights told in a line each, and instances of any make-up for properties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from darb.rules.planning.instance import Airport, Flight, Group, Instance, Prices

START = date(2019, 5, 7)
DAYS = 30
COUNTRIES = ("MLI", "NER")


def day(number: int) -> date:
    """So many days after the start."""
    return START + timedelta(days=number)


def group(key: str, ready: int = 0, until: int = DAYS, **more) -> Group:
    """One grown person of Mali who leaves from Mitiga, unless said otherwise."""
    plain = {
        "destination": "MLI",
        "site": "MJI",
        "persons": 1,
        "infants": 0,
        "wheelchairs": 0,
        "stretchers": 0,
        "medical_escorts": 0,
        "unaccompanied": 0,
        "weight": 1.0,
    }
    told = {**plain, "seats": more.get("persons", 1), **more}
    return Group(id=key, ready=day(ready), until=day(until), **told)


def flight(key: str, on: int, **more) -> Flight:
    """A contracted charter of ten seats from Mitiga to Mali, unless said otherwise."""
    plain = {
        "charter": True,
        "origin": "MJI",
        "destination": "MLI",
        "aircraft": "A320",
        "seats": 10,
        "infants": 1,
        "wheelchairs": 1,
        "stretchers": 0,
        "unaccompanied": 4,
        "fixed_cost": 0.0,
        "seat_cost": 0.0,
    }
    told = {**plain, **more}
    return Flight(id=key, date=day(on), landing_quota=told["seats"] + told["infants"], **told)


def instance(groups: Iterable[Group], flights: Iterable[Flight], **more) -> Instance:
    """A month at Mitiga and Misrata."""
    airport = Airport(2, 400, 8, frozenset())
    return Instance(
        start=START,
        end=day(DAYS),
        airports={"MJI": airport, "MRA": airport},
        fleet_per_day={"A320": 2},
        transfers={("MJI", "MJI"): 10.0, ("MRA", "MRA"): 10.0},
        prices=Prices(12, 1000, 1200, 4, dict.fromkeys(COUNTRIES, 600.0), 150),
        groups={g.id: g for g in groups},
        flights={f.id: f for f in flights},
        **more,
    )


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Instances of up to a dozen groups and half a dozen flights, with people told of flights and others fixed."""
    numbers = draw(st.lists(st.integers(0, DAYS - 1), max_size=6))
    flights = [
        flight(
            f"F{n}",
            on,
            destination=draw(st.sampled_from(COUNTRIES)),
            origin=draw(st.sampled_from(("MJI", "MRA"))),
            seats=draw(st.integers(1, 12)),
            charter=draw(st.booleans()),
            fixed_cost=float(draw(st.integers(0, 5000))),
        )
        for n, on in enumerate(numbers)
    ]
    groups = []
    for n in range(draw(st.integers(0, 12))):
        first = draw(st.integers(-20, DAYS - 1))
        groups.append(
            group(
                f"G{n}",
                first,
                draw(st.integers(max(first, 0), DAYS)),
                destination=draw(st.sampled_from(COUNTRIES)),
                site=draw(st.sampled_from(("MJI", "MRA"))),
                persons=draw(st.integers(1, 4)),
            )
        )
    made = instance(groups, flights)
    keys = [f.id for f in flights]
    told = {g.id: draw(st.sampled_from(keys)) for g in groups if keys and draw(st.booleans())}
    return replace(made, current=told)
