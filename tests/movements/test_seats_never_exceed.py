"""Seats never exceed the aircraft: whatever the order of deeds, and however many book at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases.models import Case
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import withdraw_booked
from darb.movements.flight_actions import cancel
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import act_as, told
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
DEEDS = st.sampled_from(["book", "book", "unbook", "withdraw", "lock", "cancel"])


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def people(house) -> list[Case]:
    """Five women, three of them with a baby son."""
    return ready(
        [
            *(told(f"Adult{n}", sex="F", born=born(30), site="TOWN-TRIPOLI") for n in range(5)),
            *(told(f"Baby{n}", born=born(0.6), site="TOWN-TRIPOLI") for n in range(3)),
        ],
        families=[[(n, "head"), (5 + n, "son")] for n in range(3)],
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DEEDS, st.integers(0, 7), st.integers(1, 4)), min_size=3, max_size=12), st.integers(1, 5))
def test_whatever_is_done_in_whatever_order_seats_and_laps_hold(people, deeds, seats):
    with undone():
        plane = flight(seats=seats, infant_limit=1)
        for deed, at, many in deeds:
            # What may not be changes nothing: that is what is looked at next.
            with suppress(Refused):
                _do(deed, plane, people, at, many)
            _holds(plane, people)


def _do(deed: str, plane: Flight, people: list[Case], at: int, many: int) -> None:
    officer = act_as(OFFICER)
    standing = list(Seat.objects.filter(flight=plane, removed_in=None).order_by("pk").values_list("pk", flat=True))
    chosen = standing[at % len(standing) :][:many] if standing else []
    if deed == "book":
        book(officer, plane, [Booking(c) for c in people[at:][:many]], "standby")
    elif deed == "lock":
        lock(officer, plane)
    elif deed == "cancel" and at > 5:
        cancel(officer, plane, "no permit")
    elif deed == "unbook" and chosen:
        locked = Flight.objects.get(pk=plane.pk).manifest_version
        unbook(officer, plane, chosen, "moved", "no_show" if locked else "")
    elif deed == "withdraw" and chosen:
        withdraw_booked(officer, plane, chosen[0], "said to staff")


def _holds(plane: Flight, people: list[Case]) -> None:
    now = Flight.objects.get(pk=plane.pk)
    rows = list(Seat.objects.filter(flight=plane, removed_in=None))
    laps = [r.lap_of_id for r in rows if r.lap_of_id]
    assert now.seats_taken == len(rows) - len(laps) <= now.seats
    assert now.laps_taken == len(laps) == len(set(laps)) <= now.infant_limit
    stages = dict(Case.objects.filter(pk__in=[c.pk for c in people]).values_list("pk", "stage"))
    assert {c for c, stage in stages.items() if stage in ("manifested", "cleared_to_board")} == {
        r.case_id for r in rows
    }


def test_two_officers_book_the_last_seat_at_once_and_one_is_told_that_it_is_gone(committed):
    with acting(act_as().actor):
        first, second = ready(2)
        plane = flight(seats=1)
    start, said = threading.Barrier(2), []

    def officer(case: Case) -> None:
        try:
            act = act_as(OFFICER)
            start.wait(10)
            with acting(act.actor):
                book(act, plane, [Booking(case)])
            said.append("booked")
        except Refused as refused:
            said.append(refused.refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=officer, args=(c,)) for c in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["booked", "flight_full"]
    with acting(act_as().actor):
        assert Seat.objects.filter(flight=plane, removed_in=None).count() == 1
        assert sorted(Case.objects.values_list("stage", flat=True)) == ["in_process", "manifested"]


def test_one_person_is_booked_on_one_flight_however_many_officers_try(committed):
    with acting(act_as().actor):
        ibrahim = ready()[0]
        planes = [flight("DB 1"), flight("DB 2")]
    start, said = threading.Barrier(2), []

    def officer(plane: Flight) -> None:
        try:
            act = act_as(OFFICER)
            start.wait(10)
            with acting(act.actor):
                book(act, plane, [Booking(ibrahim)])
            said.append("booked")
        except Refused as refused:
            said.append(refused.refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=officer, args=(p,)) for p in planes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said.count("booked") == 1 and len(said) == 2
    with acting(act_as().actor):
        assert Seat.objects.filter(removed_in=None).count() == 1


def test_the_database_itself_refuses_a_seat_too_many(house):
    plane = flight(seats=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flight.objects.filter(pk=plane.pk).update(seats_taken=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flight.objects.filter(pk=plane.pk).update(laps_taken=3)
    assert connection.in_atomic_block
