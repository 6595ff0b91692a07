"""What a clearance asks of the journey is confirmed on one flight, and holds for that flight alone."""

from __future__ import annotations

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case, GateRow
from darb.movements.actions import book, unbook
from darb.movements.condition_actions import Confirmed, confirm_conditions
from darb.movements.condition_queries import conditions_on
from darb.movements.flight_actions import cancel
from darb.movements.models import Confirmation, Seat
from darb.movements.reading import Booking
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor
from tests.travellers import FLIGHT_DAY, flight, ready

YUSUF, NURSE = Role.MOVEMENT_OFFICER, Role.NURSE


@pytest.fixture
def aicha(house) -> Case:
    """Aïcha, fit to travel with a wheelchair and her medicine."""
    return ready(conditions=["wheelchair_cabin", "medicine"])[0]


def green(of: Case) -> bool:
    return FLIGHT_DAY in GateRow.objects.get(case=of, gate="R9").windows


def arrange(of: Case, plane, *, medicine: bool = True) -> None:
    chair = Confirmed(of, "R9", "wheelchair_cabin", "Mr Salem of the carrier, on Monday")
    confirm_conditions(act_as(YUSUF), plane, [chair])
    if medicine:
        confirm_conditions(act_as(NURSE), plane, [Confirmed(of, "R9", "medicine", "14 days, in her bag")])


def test_nobody_books_before_every_condition_is_confirmed_on_the_flight(aicha):
    plane = flight()
    arrange(aicha, plane, medicine=False)
    with pytest.raises(Refused, match="medicine"):
        book(act_as(YUSUF), plane, [Booking(aicha)])
    arrange(aicha, plane)
    assert green(aicha)
    seat = book(act_as(YUSUF), plane, [Booking(aicha)])[0]
    assert Seat.objects.get(pk=seat.pk).service_codes.split() == ["WCHC"]


def test_the_page_of_the_flight_says_who_waits_for_what_and_who_confirmed_it(aicha, seen_by):
    plane = flight()
    arrange(aicha, plane, medicine=False)
    yusuf = actor(YUSUF)
    with seen_by(yusuf):
        told = {a.code: a for a in conditions_on(yusuf, plane)}
    assert told["wheelchair_cabin"].met and told["wheelchair_cabin"].confirmation.detail.startswith("Mr Salem")
    assert not told["medicine"].met and not told["medicine"].mine and not told["medicine"].aboard


def test_each_condition_is_confirmed_by_those_it_names_with_what_was_agreed(aicha):
    plane = flight()
    with pytest.raises(Forbidden):
        confirm_conditions(act_as(YUSUF), plane, [Confirmed(aicha, "R9", "medicine", "14 days")])
    with pytest.raises(Invalid):
        confirm_conditions(act_as(YUSUF), plane, [Confirmed(aicha, "R9", "wheelchair_cabin", "  ")])
    with pytest.raises(Missing):
        confirm_conditions(act_as(YUSUF), plane, [Confirmed(aicha, "R9", "oxygen", "A bottle")])
    assert not Confirmation.objects.exists() and not green(aicha)


def test_whoever_leaves_the_flight_needs_it_confirmed_again_for_the_next(aicha):
    first, second = flight(), flight("DB 102")
    arrange(aicha, first)
    seat = book(act_as(YUSUF), first, [Booking(aicha)])[0]
    with pytest.raises(Refused, match="DB 101"):
        arrange(aicha, second)
    unbook(act_as(YUSUF), first, [seat.pk], "The chair is broken")
    assert not green(aicha)
    with pytest.raises(Refused):
        book(act_as(YUSUF), second, [Booking(aicha)])
    arrange(aicha, second)
    assert book(act_as(YUSUF), second, [Booking(aicha)])


def test_a_flight_called_off_takes_its_confirmations_with_it(aicha):
    plane = flight()
    arrange(aicha, plane)
    book(act_as(YUSUF), plane, [Booking(aicha)])
    cancel(act_as(YUSUF), plane, "No aircraft")
    assert not green(aicha)
    assert not Confirmation.objects.filter(void_at=None).exists()
    with pytest.raises(Refused):
        confirm_conditions(act_as(YUSUF), type(plane).objects.get(), [Confirmed(aicha, "R9", "medicine", "14 days")])


def test_a_need_found_after_booking_reaches_the_carrier_when_it_is_confirmed(house):
    plane, ibrahim = flight(), ready()[0]
    book(act_as(YUSUF), plane, [Booking(ibrahim)])
    give_verdicts(act_as(Role.PHYSICIAN), [Ruled(ibrahim, "R9", "FTT-2", conditions=["stretcher"])])
    assert not green(ibrahim)
    confirm_conditions(act_as(YUSUF), plane, [Confirmed(ibrahim, "R9", "stretcher", "Three seats at the back")])
    assert green(ibrahim) and Seat.objects.get().service_codes == "STCR"
