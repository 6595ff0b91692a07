"""Where cases wait and for what, why people withdrew, and who went home from where."""

from __future__ import annotations

from datetime import timedelta

from darb.cases.actions import take_step
from darb.cases.models import Case, GateRow
from darb.cases.registration_queries import BY_KEY, Span, pipeline, withdrawals
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board
from darb.movements.flight_actions import depart
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, VHR, act_as, cases, told
from tests.travellers import flight, ready


def span(house: object) -> Span:
    return Span(house, VHR, TODAY - timedelta(days=90), TODAY + timedelta(days=1))  # type: ignore[arg-type]


def test_each_place_and_nationality_says_which_gates_keep_how_many(house):
    cases(3, nationality="MLI", site="DC-TARIQ-SIKKA")
    cases(2, nationality="GMB", site="DC-SABHA")
    found = pipeline(span(house), TODAY)
    assert [(place.nationality, place.site, place.waiting) for place in found] == [
        ("MLI", "DC-TARIQ-SIKKA", 3),
        ("GMB", "DC-SABHA", 2),
    ]
    for place in found:
        waiting = Case.objects.filter(person__nationality=place.nationality)
        red = GateRow.objects.filter(case__in=waiting.values("pk")).exclude(windows__holds=TODAY)
        for gate in {row.gate for row in red}:
            assert place.red[gate] == sum(row.gate == gate for row in red), gate
        assert sum(place.red.values()) == red.count()


def test_reasons_of_those_who_withdrew_are_counted_as_they_were_told(house):
    first, second, third, _waits = cases(4)
    for case, why in ((first, "found work"), (second, "found work"), (third, "mother is ill")):
        take_step(act_as(), [case], "withdraw", reason=why)
    assert withdrawals(span(house)) == {"found work": 2, "mother is ill": 1}


def test_of_those_who_went_home_some_came_from_detention(house):
    officer = act_as(Role.MOVEMENT_OFFICER)
    town = ready([told("Moussa", site="TOWN-TRIPOLI"), told("Awa", sex="F", site="TOWN-TRIPOLI")], at=NOON)
    made = flight(day=TODAY + timedelta(days=2), at=NOON)
    book(officer, made, [Booking(c) for c in town])
    lock(officer, made)
    made = clear_to_board(officer, made)
    seats = list(Seat.objects.filter(flight=made).values_list("pk", flat=True))
    check_boarding(act_as(), made, [Checked(s, c) for s in seats for c in ("B1", "B2", "B3", "B4", "B5", "B6", "B7")])
    board(officer, made, seats)
    depart(officer, made)
    Case.objects.filter(pk=town[0].pk).update(detained=True)
    assert BY_KEY["departed"].rows(span(house)).count() == 2
    assert BY_KEY["departed_detained"].rows(span(house)).count() == 1
