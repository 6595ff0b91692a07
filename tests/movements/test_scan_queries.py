"""A scan before the stairs: one person, or one sentence that says why not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.cases.actions import Ruled, give_verdicts
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.movements.scan_queries import scanned
from darb.people.models import Document
from darb.rules.reference import new_reference
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, actor, told
from tests.rules.zones import td3
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


@pytest.fixture
def boarding(house):
    """Ibrahim, and Aïcha with Awa on her lap, on a flight that boards; nothing is checked yet."""
    people = ready(
        [
            told("Ibrahim", site="TOWN-TRIPOLI"),
            told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
        ],
        families=[[(1, "head"), (2, "daughter")]],
    )
    made = flight()
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    return clear_to_board(act_as(OFFICER), made)


def seat(made: Flight, given: str) -> Seat:
    return Seat.objects.select_related("case__person").get(flight=made, person__name__startswith=given)


def scan(made: Flight, text: str, day: date = TODAY):
    return scanned(actor(OFFICER), made, text, day)


def passed(made: Flight, *given: str) -> None:
    seats = [seat(made, name).pk for name in given]
    made.departs_at = made.departs_at.replace(day=7)
    made.save()
    check_boarding(act_as(), made, [Checked(s, f"B{n}") for s in seats for n in range(1, 8)])


def test_the_reference_of_the_person_or_case_shows_the_person_however_it_is_typed(boarding):
    ibrahim = seat(boarding, "Ibrahim")
    ref = ibrahim.case.person.ref
    for text in (ref, ibrahim.case.ref, ref.lower(), f" {ref[:4]}-{ref[4:]} "):
        found = scan(boarding, text)
        assert found.boarder and found.boarder.seat == ibrahim
        assert found.why is None


def test_the_number_of_the_document_and_its_zone_show_the_person(boarding):
    ibrahim = seat(boarding, "Ibrahim")
    number = Document.objects.get(person=ibrahim.person_id).number
    for text in (number, f"{number[:2]} {number[2:]}", "".join(td3(number=number, code="PL"))):
        assert scan(boarding, text).boarder.seat == ibrahim


def test_open_checks_keep_somebody_back_and_their_infants_too(boarding):
    aicha = seat(boarding, "Aïcha")
    found = scan(boarding, aicha.case.ref)
    assert [b.person.name.split()[0] for b in found.on_lap] == ["Awa"]
    assert not found.fit
    passed(boarding, "Aïcha")
    assert scan(boarding, aicha.case.ref).boarder.open == 0
    assert not scan(boarding, aicha.case.ref).fit
    passed(boarding, "Awa")
    assert scan(boarding, aicha.case.ref).fit


def test_a_red_gate_is_told_before_anybody_presses_board(boarding):
    passed(boarding, "Ibrahim")
    ibrahim = seat(boarding, "Ibrahim")
    assert scan(boarding, ibrahim.case.ref).fit
    give_verdicts(act_as(), [Ruled(ibrahim.case, "R4", "hold")])
    found = scan(boarding, ibrahim.case.ref)
    assert [red.gate.code for red in found.red] == ["R4"]
    assert not found.fit


def test_who_is_aboard_already_is_said_and_shown(boarding):
    passed(boarding, "Ibrahim")
    ibrahim = seat(boarding, "Ibrahim")
    board(act_as(OFFICER), boarding, [ibrahim.pk])
    found = scan(boarding, ibrahim.case.ref)
    assert (found.why.code, found.boarder.seat.pk) == ("scan.aboard", ibrahim.pk)
    assert "Ibrahim" in found.why.in_english()
    assert not found.fit


def test_who_is_on_another_flight_or_on_none_is_said(boarding):
    (elsewhere, nowhere) = ready([told("Musa", site="TOWN-TRIPOLI"), told("Omar", site="TOWN-TRIPOLI")])
    other = flight("DB 202")
    book(act_as(OFFICER), other, [Booking(elsewhere)])
    assert "Musa Moussa Keita is on flight DB 202" in scan(boarding, elsewhere.ref).why.in_english()
    assert scan(boarding, nowhere.ref).why.in_english() == "Omar Moussa Keita isn't on this flight."


def test_who_was_taken_off_is_said(house):
    (off, stays) = ready(2)
    made = flight()
    book(act_as(OFFICER), made, [Booking(off), Booking(stays)])
    lock(act_as(OFFICER), made)
    unbook(act_as(OFFICER), made, [Seat.objects.get(case=off).pk], "ill", "med_offloaded")
    assert scan(made, off.ref).why.code == "scan.taken_off"


def test_what_is_no_reference_and_who_is_out_of_reach_are_said(boarding):
    assert scan(boarding, "hello").why.code == "scan.no_reference"
    ref = seat(boarding, "Ibrahim").case.ref
    wrong = ref[:-1] + ("2" if ref[-1] != "2" else "3")
    assert scan(boarding, wrong).why.code == "scan.no_reference"
    assert scan(boarding, new_reference()).why.code == "scan.unknown"


def test_a_scan_takes_as_many_statements_on_a_full_flight_as_on_a_small_one(boarding):
    ref = seat(boarding, "Ibrahim").case.ref
    with CaptureQueriesContext(connection) as few:
        scan(boarding, ref)
    large = flight("DB 400", seats=30)
    many = ready(20)
    book(act_as(OFFICER), large, [Booking(c) for c in many])
    with CaptureQueriesContext(connection) as full:
        scan(large, many[0].ref)
    assert len(full) <= len(few)
