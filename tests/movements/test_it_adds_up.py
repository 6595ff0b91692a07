"""Whatever happens to a locked manifest, in whatever order: each name has one outcome, and the sum is the manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from darb.cases.models import Case
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import (
    Checked,
    board,
    check_boarding,
    clear_to_board,
    reconcile,
    record_death,
    withdraw_booked,
)
from darb.movements.departure_queries import differences, reconciliation
from darb.movements.flight_actions import depart, land
from darb.movements.models import Flight, FlightState, ManifestVersion, Seat, Standby
from darb.movements.reading import Booking
from darb.movements.standby_actions import name_standby, use_standby
from darb.programmes.voluntary_return_codes import RECONCILIATIONS
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor, told
from tests.movements.test_boarding_actions import CHECKS
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER
MORNING = datetime.fromisoformat("2019-05-11T06:00:00+00:00")
OFFLOADED = sorted(c for c, r in RECONCILIATIONS.items() if r.step == "take_off_manifest" and c != "flight_cancelled")
DEEDS = st.tuples(
    st.sampled_from(["take_off", "withdraw", "standby", "seat", "board", "board", "clear", "die", "depart", "land"]),
    st.integers(0, 9),
    st.sampled_from(OFFLOADED),
)


@pytest.fixture
def people(house: Any) -> list[Case]:
    """A mother with a baby, and six men; the last three wait on standby."""
    return ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            *(told(f"Man{n}", site="TOWN-TRIPOLI") for n in range(6)),
        ],
        families=[[(0, "head"), (1, "daughter")]],
    )


def _standing(plane: Flight) -> list[int]:
    return list(Seat.objects.filter(flight=plane, removed_in=None).order_by("pk").values_list("pk", flat=True))


def _do(deed: str, plane: Flight, people: list[Case], which: int, outcome: str) -> None:
    officer = act_as(OFFICER, at=MORNING)
    standing = _standing(plane)
    seat = standing[which % len(standing)] if standing else 0
    waiting = list(Standby.objects.filter(flight=plane, seat=None, ended_at=None).values_list("case", flat=True))
    if not standing and deed in ("take_off", "withdraw", "board", "die"):
        return
    doing: dict[str, Callable[[], Any]] = {
        "take_off": lambda: unbook(officer, plane, [seat], "on the day", outcome),
        "withdraw": lambda: withdraw_booked(officer, plane, seat, "said at the stairs"),
        "standby": lambda: name_standby(officer, plane, [people[5 + which % 3]]),
        "seat": lambda: use_standby(officer, plane, waiting[:1], "somebody fell out"),
        "board": lambda: _board(plane, seat),
        "clear": lambda: clear_to_board(officer, plane),
        "die": lambda: record_death(officer, plane, seat, "the flight's physician"),
        "depart": lambda: depart(officer, plane),
        "land": lambda: land(officer, plane, 1),
    }
    doing[deed]()


def _board(plane: Flight, seat: int) -> None:
    row = Seat.objects.get(pk=seat)
    seats = [seat, *Seat.objects.filter(lap_of=seat, removed_in=None).values_list("pk", flat=True)]
    seats += [row.lap_of_id] if row.lap_of_id else []
    check_boarding(act_as(at=MORNING), plane, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER, at=MORNING), plane, seats)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # every step takes a database: the first that fails is told
)
@given(deeds=st.lists(DEEDS, min_size=4, max_size=14))
def test_each_name_has_one_outcome_and_the_sum_is_the_locked_manifest_and_the_standby_used(people, deeds):
    with transaction.atomic():
        plane = flight(seats=5, infant_limit=1)
        book(act_as(OFFICER), plane, [Booking(c) for c in people[:5]])
        lock(act_as(OFFICER), plane)
        for deed, which, outcome in deeds:
            # What may not be changes nothing: that is what is looked at next.
            with suppress(Refused), transaction.atomic():
                _do(deed, plane, people, which, outcome)
            _versions_follow_from_one_another(plane)
        _finish(plane)
        total = reconciliation(actor(OFFICER), plane)
        assert total.adds_up and total.told == total.locked + total.added == total.locked + total.standby
        outcomes = Counter(Seat.objects.filter(flight=plane).values_list("outcome", flat=True))
        assert set(outcomes) <= RECONCILIATIONS.keys() and sum(outcomes.values()) == total.told
        stages = Counter(Case.objects.filter(seats__flight=plane).values_list("stage", flat=True))
        assert not {"manifested", "cleared_to_board"} & stages.keys(), "nobody is left waiting at the stairs"
        transaction.set_rollback(True)


def _versions_follow_from_one_another(plane: Flight) -> None:
    """Each version holds those of the one before, with those who came on and without those who came off."""
    seen = list(reversed(differences(actor(OFFICER), plane)))
    people = ManifestVersion.objects.get(flight=plane, number=1).counts["people"]
    for difference in seen[1:]:
        people += len(difference.added) - len(difference.removed)
        assert difference.version.counts["people"] == people


def _finish(plane: Flight) -> None:
    """Whatever was left open is done: the flight leaves with whoever is aboard, lands, and is reconciled."""
    officer = act_as(OFFICER, at=MORNING)
    now = Flight.objects.get(pk=plane.pk)
    if now.state == FlightState.LOCKED and _standing(plane):
        # Where a family was torn apart nobody is cleared: the flight doesn't leave.
        with suppress(Refused), transaction.atomic():
            clear_to_board(officer, plane)
    for seat in _standing(plane):
        with suppress(Refused), transaction.atomic():
            _board(plane, seat)
            break
    state = Flight.objects.get(pk=plane.pk).state
    if state == FlightState.BOARDING and Seat.objects.filter(flight=plane).exclude(boarded_at=None).exists():
        depart(officer, plane)
    if Flight.objects.get(pk=plane.pk).state == FlightState.OFF_BLOCKS:
        land(officer, plane, 1)
    if Flight.objects.get(pk=plane.pk).state == FlightState.LANDED:
        lacking = Seat.objects.filter(flight=plane, removed_in=None, outcome="")
        reconcile(officer, plane, dict.fromkeys(lacking.values_list("pk", flat=True), "no_show"))
    elif standing := _standing(plane):
        unbook(officer, plane, standing, "the flight never left", "transport_failed")
