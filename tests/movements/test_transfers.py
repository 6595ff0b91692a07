"""Buses and boats to a flight: counted on, counted off, at every stop."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.movements.actions import book
from darb.movements.flight_actions import cancel
from darb.movements.models import Flight, Transfer
from darb.movements.reading import Booking
from darb.movements.transfer_actions import Call, Vehicle, count_transfer, plan_convoy, plan_transfer
from darb.movements.transfer_queries import way
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor
from tests.travellers import FLIGHT_DAY, flight, ready

DRIVER = Role.TRANSPORT_OFFICER
STOPS = ("DC-TARIQ-SIKKA", "TOWN-TRIPOLI", "AIRPORT-MJI")


def at(hour: int) -> datetime:
    """An hour of the flight's day, before it departs."""
    return datetime(FLIGHT_DAY.year, FLIGHT_DAY.month, FLIGHT_DAY.day, hour, tzinfo=UTC)


def calls(count: int = 3) -> list[Call]:
    """Stops two hours apart: the centre, the town, the airport."""
    airport = Site.objects.filter(type="airport", airport="MJI").get()
    sites = [Site.objects.get(code=code) for code in STOPS[:2]] + [airport]
    return [Call(site, at(2 * n + 1)) for n, site in enumerate(sites[-count:])]


def a_run(places: int = 40, **more) -> Transfer:
    """A bus by the town to the airport."""
    told = {"kind": "bus", "vehicle": "5-12345", "driver": "Salem", "places": places, **more}
    return plan_transfer(act_as(DRIVER), flight(), calls(), **told)


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def test_counted_on_is_counted_off_and_the_run_ends(house):
    run = a_run()
    count_transfer(act_as(DRIVER), run, 1, 12, 0)
    count_transfer(act_as(DRIVER), run, 2, 20, 2)
    count_transfer(act_as(DRIVER), run, 3, 0, 30)
    (seen,) = way(actor(DRIVER), run.flight).runs
    assert (seen.on, seen.aboard, seen.next) == (32, 0, None)
    assert seen.transfer.ended_at and not seen.transfer.short_because


def test_a_run_that_ends_short_says_why_or_doesnt_end(house):
    run = a_run()
    count_transfer(act_as(DRIVER), run, 1, 12, 0)
    count_transfer(act_as(DRIVER), run, 2, 0, 0)
    with refused("short"):
        count_transfer(act_as(DRIVER), run, 3, 0, 11)
    count_transfer(act_as(DRIVER), run, 3, 0, 11, "one was taken off at the checkpoint of Janzur")
    run.refresh_from_db()
    assert run.short_because.startswith("one was taken off")


def test_counts_that_cant_be_are_refused_and_nothing_is_written(house):
    run = a_run(places=10)
    with refused("out_of_order"):
        count_transfer(act_as(DRIVER), run, 2, 1, 0)
    with refused("no_place"):
        count_transfer(act_as(DRIVER), run, 1, 11, 0)
    with refused("more_off"):
        count_transfer(act_as(DRIVER), run, 1, 5, 1)
    with refused("bad_count"):
        count_transfer(act_as(DRIVER), run, 1, -1, 0)
    count_transfer(act_as(DRIVER), run, 1, 5, 0)
    with refused("out_of_order"):
        count_transfer(act_as(DRIVER), run, 1, 5, 0)
    count_transfer(act_as(DRIVER), run, 2, 0, 0)
    with refused("on_at_end"):
        count_transfer(act_as(DRIVER), run, 3, 1, 5)
    with refused("no_stop"):
        count_transfer(act_as(DRIVER), run, 9, 0, 0)


def test_runs_that_cant_be_planned_say_why(house):
    late = flight("DB 102")
    told = {"kind": "boat", "vehicle": "Al-Amal", "driver": "Salem", "places": 40}
    for code, wrong, stops in (
        ("no_way", {}, calls()[:1]),
        ("stops_apart", {}, [calls()[0], calls()[0]]),
        ("too_late", {}, [calls()[0], Call(calls()[1].site, late.departs_at)]),
        ("bad_places", {"places": 0}, calls()),
        ("no_kind", {"kind": "balloon"}, calls()),
        ("not_told", {"driver": " "}, calls()),
    ):
        with refused(code):
            plan_transfer(act_as(DRIVER), late, stops, **{**told, **wrong})
    cancel(act_as(), late, "no permit")
    with refused("flight_over"):
        plan_transfer(act_as(DRIVER), late, calls(), **told)
    with pytest.raises(Forbidden):
        plan_transfer(act_as(Role.NURSE), flight(), calls(), **told)
    assert not Transfer.objects.exists()


def test_the_way_says_how_many_are_to_be_fetched_where(house):
    theirs = flight()
    book(act_as(), theirs, [Booking(c) for c in ready(3)])
    ((site, number),) = way(actor(Role.MOVEMENT_OFFICER), theirs).to_fetch
    assert (site.code, number) == ("TOWN-TRIPOLI", 3)
    with pytest.raises(Forbidden):
        way(actor(Role.WAREHOUSE_OFFICER), theirs)


def test_one_bus_may_run_twice(house):
    theirs = flight()
    told = {"kind": "bus", "vehicle": "5-12345", "driver": "Salem", "places": 40}
    first = plan_transfer(act_as(DRIVER), theirs, calls(2), **told)
    plan_transfer(act_as(DRIVER), theirs, [Call(c.site, c.due_at + timedelta(minutes=30)) for c in calls(2)], **told)
    assert len(way(actor(DRIVER), theirs).runs) == 2
    assert first.stops.count() == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=3))
def test_aboard_is_never_below_none_nor_above_the_places_whatever_is_counted(a_new_run, counts):
    run = a_new_run()
    for number, (on, off) in enumerate(counts, 1):
        try:
            count_transfer(act_as(DRIVER), run, number, on, off, "lost")
        except (Invalid, Refused):
            break
        (seen,) = way(actor(DRIVER), run.flight).runs
        assert 0 <= seen.aboard <= run.places


@pytest.fixture
def a_new_run(house):
    """Gives a new run each time, on a flight of its own."""
    numbers = iter(range(1000))

    def made() -> Transfer:
        told = {"kind": "bus", "vehicle": "5-12345", "driver": "Salem", "places": 40}
        return plan_transfer(act_as(DRIVER), flight(f"RUN {next(numbers)}"), calls(), **told)

    return made


TWO_BUSES = [Vehicle("bus", "5-11111", "Salem", 40), Vehicle("bus", "5-22222", "Hadi", 40)]


def test_a_convoy_waits_at_every_stop_until_all_its_vehicles_are_counted(house):
    theirs = flight()
    convoy = plan_convoy(act_as(DRIVER), theirs, calls(), TWO_BUSES, permit="MoI 17", leader="Capt. Nuri")
    first, second = convoy.transfers.order_by("pk")
    assert {first.permit, second.permit} == {"MoI 17"}
    count_transfer(act_as(DRIVER), first, 1, 20, 0)
    with refused("convoy_waits") as refusal:
        count_transfer(act_as(DRIVER), first, 2, 0, 0)
    assert refusal.value.refusal.values["vehicle"] == "5-22222"
    count_transfer(act_as(DRIVER), second, 1, 15, 0)
    count_transfer(act_as(DRIVER), first, 2, 5, 0)
    count_transfer(act_as(DRIVER), second, 2, 0, 1)
    count_transfer(act_as(DRIVER), second, 3, 0, 14)
    count_transfer(act_as(DRIVER), first, 3, 0, 25)
    assert all(r.transfer.ended_at and r.aboard == 0 for r in way(actor(DRIVER), theirs).runs)


def test_convoys_that_cant_be_planned_say_why(house):
    told = {"permit": "MoI 17", "leader": "Capt. Nuri"}
    for code, wrong, vehicles in (
        ("no_convoy", {}, TWO_BUSES[:1]),
        ("convoy_untold", {"permit": " "}, TWO_BUSES),
        ("convoy_untold", {"leader": ""}, TWO_BUSES),
        ("vehicle_twice", {}, [TWO_BUSES[0], TWO_BUSES[0]]),
        ("bad_places", {}, [TWO_BUSES[0], Vehicle("bus", "5-3", "Ali", 0)]),
    ):
        with refused(code):
            plan_convoy(act_as(DRIVER), flight("DB 1"), calls(), vehicles, **{**told, **wrong})
        Flight.objects.filter(code="DB 1").delete()
    assert not Transfer.objects.exists()


def test_a_run_back_is_planned_for_those_who_dont_fly_even_when_the_flight_is_called_off(house):
    theirs = flight()
    cancel(act_as(), theirs, "sandstorm")
    town, airport = (c.site for c in calls(2))
    evening = [Call(airport, at(20)), Call(town, at(22))]
    told = {"kind": "bus", "vehicle": "5-12345", "driver": "Salem", "places": 40}
    with refused("flight_over"):
        plan_transfer(act_as(DRIVER), theirs, evening, **told)
    run = plan_transfer(act_as(DRIVER), theirs, evening, **told, back=True)
    count_transfer(act_as(DRIVER), run, 1, 30, 0)
    count_transfer(act_as(DRIVER), run, 2, 0, 30)
    assert way(actor(DRIVER), theirs).runs[0].aboard == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(0, 20)), max_size=14))
def test_a_convoy_counts_on_what_it_counts_off_whatever_the_order_of_counting(house, deeds):
    with transaction.atomic():
        theirs = flight("CONVOY")
        convoy = plan_convoy(act_as(DRIVER), theirs, calls(), TWO_BUSES, permit="MoI 17", leader="Nuri")
        runs = list(convoy.transfers.order_by("pk"))
        for which, on, off in deeds:
            seen = {r.transfer.pk: r for r in way(actor(DRIVER), theirs).runs}[runs[which].pk]
            if seen.next is None:
                continue
            last = seen.next.number == 3
            with suppress(Refused), transaction.atomic():
                count_transfer(act_as(DRIVER), runs[which], seen.next.number, 0 if last else on, off)
        reached = [
            next((s.number for s in r.stops if s.counted_at is None), 4) for r in way(actor(DRIVER), theirs).runs
        ]
        assert abs(reached[0] - reached[1]) <= 1, "no vehicle is two stops ahead"
        for run in way(actor(DRIVER), theirs).runs:
            assert 0 <= run.aboard <= run.transfer.places
            assert not run.transfer.ended_at or run.aboard == 0, "ended without a word is counted on = counted off"
        transaction.set_rollback(True)
