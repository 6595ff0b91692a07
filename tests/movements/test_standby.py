"""Standby: prepared without a seat, seated in order when somebody of the same nationality falls out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import clear_to_board
from darb.movements.departure_queries import reconciliation
from darb.movements.flight_actions import cancel
from darb.movements.models import Flight, Seat, Standby
from darb.movements.reading import Booking
from darb.movements.standby_actions import end_standby, name_standby, use_standby
from darb.movements.standby_queries import standby_list
from darb.rules.refusal import Missing, Refused
from darb.rules.roles import Role
from tests.cast import NOON, act_as, actor
from tests.travellers import flight, ready

OFFICER = Role.MOVEMENT_OFFICER
MORNING = datetime.fromisoformat("2019-05-11T06:00:00+00:00")


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def locked(people: list[Case], **flown) -> Flight:
    """A flight with these people, its manifest locked."""
    made = flight(**flown)
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    return made


def seat_of(case: Case) -> Seat:
    return Seat.objects.get(case=case, removed_in=None)


def test_who_falls_out_is_replaced_from_standby_in_order_and_the_sum_has_both(house):
    going, other = ready(2)
    first, second = (ready(at=NOON - timedelta(days=n))[0] for n in (4, 2))
    made = locked([going, other], seats=2)
    name_standby(act_as(OFFICER), made, [second, first])
    assert [w.standby.case_id for w in standby_list(actor(OFFICER), made)] == [first.pk, second.pk]
    with refused("flight_full"):
        use_standby(act_as(OFFICER), made, [first.pk], "somebody could sit")
    unbook(act_as(OFFICER), made, [seat_of(going).pk], "fever", "med_offloaded")
    with refused("passed_over"):
        use_standby(act_as(OFFICER), made, [second.pk], "he asked first")
    use_standby(act_as(OFFICER), made, [first.pk], "in place of one with a fever")
    assert Case.objects.get(pk=first.pk).stage == "manifested"
    assert Standby.objects.get(case=first).seat == seat_of(first)
    assert [w.standby.case_id for w in standby_list(actor(OFFICER), made)] == [second.pk]
    total = reconciliation(actor(OFFICER), made)
    assert (total.locked, total.standby) == (2, 1)
    made.refresh_from_db()
    assert made.manifest_version == 3


def test_who_cant_fly_is_passed_over_and_the_list_says_why(house):
    going = ready()[0]
    ill, fit = (ready(at=NOON - timedelta(days=n))[0] for n in (4, 2))
    made = locked([going], seats=2)
    name_standby(act_as(OFFICER), made, [ill, fit])
    give_verdicts(act_as(), [Ruled(ill, "R9", "FTT-3")])
    waits = {w.standby.case_id: w for w in standby_list(actor(OFFICER), made)}
    assert not waits[ill.pk].fit and waits[ill.pk].red[0].gate.code == "R9"
    assert waits[fit.pk].fit
    with refused("not_ready"):
        use_standby(act_as(OFFICER), made, [ill.pk], "seat free")
    assert use_standby(act_as(OFFICER), made, [fit.pk], "seat free")


def test_standby_is_of_a_nationality_and_airport_of_the_flight_and_on_one_list_alone(house):
    going = ready()[0]
    made = locked([going])
    nigerien = ready(nationality="NER")[0]
    elsewhere = ready(departs="SEB")[0]
    with refused("standby_other_nationality"):
        name_standby(act_as(OFFICER), made, [nigerien])
    with refused("other_airport"):
        name_standby(act_as(OFFICER), made, [elsewhere])
    with refused("standby_not_waiting"):
        name_standby(act_as(OFFICER), made, [going])
    waits = ready()[0]
    name_standby(act_as(OFFICER), made, [waits])
    with refused("standby_twice"):
        name_standby(act_as(OFFICER), made, [waits])
    with pytest.raises(Missing):
        use_standby(act_as(OFFICER), made, [nigerien.pk], "seat free")
    assert end_standby(act_as(OFFICER), made, [waits.pk]) == 1
    assert name_standby(act_as(OFFICER), made, [waits])


def test_nobody_waits_for_a_flight_that_never_comes(house):
    going, waits = ready(2)
    made = locked([going])
    name_standby(act_as(OFFICER), made, [waits])
    clear_to_board(act_as(OFFICER, at=MORNING), made)
    cancel(act_as(OFFICER, at=MORNING), made, "sandstorm")
    assert Standby.objects.get().ended_at == MORNING
    assert name_standby(act_as(OFFICER), locked([going], code="DB 102"), [waits])
