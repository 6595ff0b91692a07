"""Boats home: from port to port, as many people as the boat may carry, infants among them, each with a place."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from darb.cases.models import ExitVisa
from darb.movements.actions import book, link, lock
from darb.movements.flight_actions import Hop, advance, plan_flight
from darb.movements.models import Flight, Seat
from darb.movements.paxlst_queries import passenger_list
from darb.movements.reading import Booking, flight_day
from darb.places.queries import airport, is_port, ports
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor, told
from tests.movements.test_boarding_actions import MORNING, seat_of
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def boat(seats: int = 40, route: tuple[str, ...] = ("LYMRA", "TNZRZ")) -> Flight:
    """A boat from Misrata to Zarzis, its list open."""
    leaves = MORNING
    hops = [
        Hop(a, b, leaves + timedelta(hours=20 * n), leaves + timedelta(hours=20 * n + 15))
        for n, (a, b) in enumerate(pairwise(route))
    ]
    made = plan_flight(
        act_as(OFFICER), "AL AMAL", hops, operator="Al Amal", aircraft="Ferry", seats=seats, infant_limit=9, kind="boat"
    )
    return advance(act_as(OFFICER), advance(act_as(OFFICER), made))


def test_a_port_is_told_as_an_airport_is_and_no_code_is_both():
    for code, city in ports():
        found = airport(code)
        assert found and found["city"] == city and found["tz"] and len(found["country"]) == 2
        assert is_port(code) and not is_port(code[2:])


def test_boats_go_from_port_to_port_and_aircraft_dont(house):
    for code, wrong in (("not_a_port", ("MRA", "TNZRZ")), ("not_a_port", ("LYMRA", "TUN"))):
        with refused(code):
            boat(route=wrong)
    with refused("not_an_airport"):
        flight(route=("LYMRA", "TUN"))


def test_a_boat_carries_no_more_people_than_it_may_and_infants_are_people(house):
    mother, baby, man = ready(
        [
            told("Mariam", sex="F", born=born(28), nationality="TUN", site="TOWN-MISRATA"),
            told("Awa", sex="F", born=born(0.5), nationality="TUN", site="TOWN-MISRATA"),
            told("Bakary", nationality="TUN", site="TOWN-MISRATA"),
        ],
        departs="LYMRA",
        families=[[(0, "head"), (1, "daughter")]],
    )
    assert ExitVisa.objects.get(case=man).airport == "LYMRA", "a visa for the port, not for the airport of the town"
    small = boat(seats=2)
    assert flight_day(small).isoformat() == "2019-05-11"
    book(act_as(OFFICER), small, [Booking(mother), Booking(baby)])
    assert Flight.objects.get(pk=small.pk).seats_taken == 2
    assert Seat.objects.get(case=baby).lap_of is None
    with refused("flight_full"):
        book(act_as(OFFICER), small, [Booking(man)])
    with refused("manifest.infants"):
        link(act_as(OFFICER), small, seat_of(baby).pk, lap_of=seat_of(mother).pk, minder=seat_of(mother).pk)
    lock(act_as(OFFICER), small)
    with refused("list_of_a_boat"):
        passenger_list(actor(OFFICER), Flight.objects.get(pk=small.pk), 1)
    with refused("other_airport"):
        book(act_as(OFFICER), flight(route=("MJI", "TUN")), [Booking(man)])
