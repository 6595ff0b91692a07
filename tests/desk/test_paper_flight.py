"""Papers of a flight from the bus to the handover, each with what its reader needs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from darb.cases.actions import Ruled, give_verdicts, meet_conditions
from darb.cases.homecoming_actions import Home, tell_home
from darb.movements.actions import book, lock, unbook
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board, reconcile
from darb.movements.flight_actions import depart, land
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.movements.transfer_actions import Call as Stop
from darb.movements.transfer_actions import plan_transfer
from darb.places.models import Site
from darb.rules.roles import Role
from tests.cast import NOON, act_as, told
from tests.desk.printing import (
    CHECKS,
    CLERK,
    OFFICER,
    SOON,
    copy,
    handed,
    landed,
    locked,
)
from tests.desk.reading import pages, text
from tests.travellers import born, flight, ready

pytestmark = pytest.mark.usefixtures("noon")


def test_the_boarding_list_has_a_box_for_each_check_and_crosses_those_passed(signed_in: Any) -> None:
    people = ready(2, at=NOON)
    made = clear_to_board(act_as(OFFICER), locked(people))
    seat = Seat.objects.get(case=people[0])
    check_boarding(act_as(), made, [Checked(seat.pk, "B1"), Checked(seat.pk, "B3")])
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "boarding_list"))
    assert said.count("×") == 2
    assert people[0].ref in said


def test_the_bus_list_says_whom_to_fetch_where_and_leaves_room_for_the_counts(signed_in: Any) -> None:
    town = ready([told("Moussa", family="Traore", site="TOWN-TRIPOLI")], at=NOON)
    brak = ready([told("Lamin", family="Camara", site="TOWN-BRAK")], at=NOON)
    made = locked([*town, *brak])
    stops = [
        Site.objects.get(code="TOWN-BRAK"),
        Site.objects.get(code="TOWN-TRIPOLI"),
        Site.objects.get(code="AIR-MJI"),
    ]
    calls = [Stop(site, SOON - timedelta(hours=9 - n)) for n, site in enumerate(stops)]
    plan_transfer(act_as(Role.TRANSPORT_OFFICER), made, calls, kind="bus", vehicle="5-12345", driver="Salem", places=40)
    said = text(copy(signed_in(Role.TRANSPORT_OFFICER), "flight", made.ref, "bus_list"))
    assert "5-12345" in said and "Salem" in said
    for site, name in ((stops[0], "Camara"), (stops[1], "Traore")):
        assert re.search(rf"{re.escape(site.name_en)}: 1 .*?{name}", said)
    assert "LP0" not in said
    assert signed_in(Role.PHYSICIAN).get(f"/papers/flight/{made.ref}/bus_list/").status_code == 404


def test_the_captain_reads_who_needs_help_and_never_why(signed_in: Any) -> None:
    ill, other = ready(2, at=NOON)
    made = flight(day=SOON.date(), at=NOON)
    book(act_as(OFFICER), made, [Booking(ill, services=["WCHC", "MEDA"]), Booking(other)])
    lock(act_as(OFFICER), made)
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "captain_list", recipient="Captain"))
    assert "Wheelchair to the cabin seat, Medical case" in said and "Need help aboard 1" in said
    assert said.count("Keita") == 1 and "FTT" not in said and "LP0" not in said


def test_the_seat_list_puts_families_one_after_the_other_and_infants_on_their_laps(signed_in: Any) -> None:
    people = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        at=NOON,
        families=[[(0, "head"), (1, "daughter")]],
    )
    said = text(copy(signed_in(OFFICER), "flight", locked(people).ref, "seat_list"))
    assert re.search(r"Mariam.*lap Awa", said), said


def test_each_escort_has_a_letter_of_their_own_with_those_they_accompany(signed_in: Any) -> None:
    one, other, alone = ready(3, at=NOON)
    made = flight(day=SOON.date(), at=NOON)
    bookings = [Booking(one, escort="Nurse Samira"), Booking(other, escort="Dr Huda"), Booking(alone)]
    book(act_as(OFFICER), made, bookings)
    lock(act_as(OFFICER), made)
    letters = pages(copy(signed_in(OFFICER), "flight", made.ref, "escort_letters"))
    assert len(letters) == 2
    assert "Dr Huda accompanies" in " ".join(letters[0].split()) and "Nurse Samira" in " ".join(letters[1].split())
    nobody = copy(signed_in(OFFICER), "flight", locked(ready(1, at=NOON), code="DB 7").ref, "escort_letters")
    assert nobody.status_code == 422 and "named escort" in nobody.text


def test_a_landing_is_confirmed_with_how_many_got_off_where(signed_in: Any) -> None:
    people = ready(3, at=NOON, nationality="NER")
    early = copy(signed_in(OFFICER), "flight", locked(people[:1], route=("MJI", "NIM")).ref, "landing_confirmation")
    assert early.status_code == 422
    made = landed(people[1:], route=("MJI", "NIM"), code="DB 9")
    said = text(copy(signed_in(OFFICER), "flight", made.ref, "landing_confirmation"))
    assert "Left with 2" in said and re.search(r"NIM Niamey 6 May 2019 12:00 2", said), said


def test_the_reconciliation_adds_up_on_paper(signed_in: Any) -> None:
    people = ready(3, at=NOON, nationality="NER")
    made, client = locked(people, route=("MJI", "NIM")), signed_in(OFFICER)
    early = copy(client, "flight", made.ref, "reconciliation")
    assert early.status_code == 422
    unbook(act_as(OFFICER), made, [Seat.objects.get(case=people[0]).pk], "fever", "med_offloaded")
    clear_to_board(act_as(OFFICER), made)
    seats = list(Seat.objects.filter(flight=made, removed_in=None).values_list("pk", flat=True))
    check_boarding(act_as(), made, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER), made, seats)
    depart(act_as(OFFICER), made)
    land(act_as(OFFICER), made, 1)
    reconcile(act_as(OFFICER), made)
    said = text(copy(client, "flight", made.ref, "reconciliation"))
    assert "It adds up: everyone has one outcome." in said
    assert said.count("Boarded") == 3 and said.count("Offloaded on medical grounds") == 2


def test_a_handover_packet_tells_needs_only_of_those_who_agreed(signed_in: Any) -> None:
    agreed = ready([told("Aminata", family="Diallo", nationality="NER", site="TOWN-TRIPOLI")], at=NOON)
    silent = ready(
        [told("Moussa", family="Traore", nationality="NER", site="TOWN-TRIPOLI")], at=NOON, shares_with_mission=False
    )
    give_verdicts(act_as(), [Ruled(c, "R9", "FTT-2", conditions=["medicine"]) for c in (*agreed, *silent)])
    meet_conditions(act_as(), [(c, "R9", "medicine") for c in (*agreed, *silent)])
    for who in (*agreed, *silent):
        tell_home(act_as(CLERK), who, Home("Dosso, by the well", "Hadiza", "mother", "+227 90 12 34 56", False))
    made = landed([*agreed, *silent], route=("MJI", "NIM"))
    answer = copy(signed_in(Role.RECEIVING_MISSION_OFFICER), "flight", made.ref, "handover_packet", mission="NER")
    sides = {side.count("Diallo"): " ".join(side.split()) for side in pages(answer)}
    assert "Medicine for the journey" in sides[1]
    assert "Medicine for the journey" not in sides[0]
    assert "Dosso, by the well" in sides[1] and "Hadiza, Mother" in sides[1] and "Dosso" not in sides[0]
    assert "90123456" not in sides[1], "nobody agreed that the mother is called"
    assert "didn't agree" in sides[0] or "didn’t agree" in sides[0]
    assert set(handed().persons) == {c.person_id for c in (*agreed, *silent)}


def test_a_child_whose_age_is_about_known_is_told_so(signed_in: Any) -> None:
    child = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=date(2018, 1, 1), birth_precision="estimated", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "daughter")]],
        at=NOON,
    )
    said = text(copy(signed_in(OFFICER), "flight", locked(child).ref, "manifest_mission", mission="MLI"))
    assert "~ 2018" in said and "Mariam" in said
