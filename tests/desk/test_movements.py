"""Pages about flights, through the door: each opens, each deed is done once, each grey button says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from darb.assistance.models import LedgerLine
from darb.cases.models import Case
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board
from darb.movements.flight_actions import depart, land
from darb.movements.models import Flight, Handover, Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from tests.cast import NOON, act_as, told
from tests.travellers import born, flight, ready

OFFICER, NURSE = Role.MOVEMENT_OFFICER, Role.NURSE
NOW = NOON
SOON = NOW + timedelta(days=2)
CHECKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")

pytestmark = pytest.mark.usefixtures("noon")


def send(client: Client, url: str, **data: Any) -> Any:
    """Send a form once."""
    return client.post(url, {"key": str(uuid4()), **data})


def people(count: int = 2, **told_with: Any) -> list[Case]:
    """People who are ready from today on."""
    return ready(count, at=NOW, **told_with)


def a_flight(**more: Any) -> Flight:
    """A flight the day after tomorrow, its manifest open."""
    return flight(**{"day": SOON.date(), "at": NOW, **more})


def booked(cases: list[Case], **more: Any) -> Flight:
    """A flight with these people on it."""
    made = a_flight(**more)
    book(act_as(OFFICER, at=NOW), made, [Booking(c) for c in cases])
    return made


def locked(cases: list[Case], **more: Any) -> Flight:
    """The same, its manifest locked."""
    made = booked(cases, **more)
    lock(act_as(OFFICER, at=NOW), made)
    return made


def boarding(cases: list[Case], **more: Any) -> Flight:
    """The same, boarding."""
    return clear_to_board(act_as(OFFICER, at=NOW), locked(cases, **more))


def landed(cases: list[Case], **more: Any) -> Flight:
    """The same, landed."""
    made = boarding(cases, **more)
    seats = [s.pk for s in seats_of(made)]
    check_boarding(act_as(at=NOW), made, [Checked(s, c) for s in seats for c in CHECKS])
    board(act_as(OFFICER, at=NOW), made, seats)
    depart(act_as(OFFICER, at=NOW), made)
    land(act_as(OFFICER, at=NOW), made, 1)
    made.refresh_from_db()
    return made


def seats_of(of: Flight) -> list[Seat]:
    return list(Seat.objects.filter(flight=of, removed_in=None).order_by("pk"))


def version(of: Flight) -> int:
    return Flight.objects.get(pk=of.pk).version


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_page_opens_in_every_language(signed_in: Callable[[Role], Client], language: str) -> None:
    client = signed_in(OFFICER)
    client.cookies["django_language"] = language
    made = boarding(people())
    seat = seats_of(made)[0].pk
    at = f"/flights/{made.ref}/"
    pages = [
        "/flights/",
        "/flights/over/",
        "/flights/new/",
        "/flights/arrivals/",
        at,
        *(f"{at}{page}/" for page in ("add", "boarding", "issue", "reconcile", "versions", "postpone", "cancel")),
        f"{at}seat/{seat}/",
        f"{at}seat/{seat}/withdraw/",
        f"{at}take-off/?seat={seat}",
        f"{at}land/1/",
        f"{at}add/detail/?case={people(1)[0].ref}",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert f'lang="{language}"' in answer.text


def test_a_flight_is_planned_on_its_form_and_mistakes_stand_beside_their_fields(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    told_so = {
        "code": "db 7",
        "kind": "charter",
        "operator": "Buraq",
        "aircraft": "B737",
        "seats": 118,
        "infant_limit": 12,
        "origin": "SEB",
        "departs_1": SOON.strftime("%Y-%m-%dT09:00"),
        "to_1": "los",
        "arrives_1": SOON.strftime("%Y-%m-%dT13:00"),
    }
    wrong = send(client, "/flights/new/", **{**told_so, "to_1": "XXX"})
    assert wrong.status_code == 422
    assert re.search(r'id="id_to_1_error".{0,200}isn’?&?#?x?2?7?;?\'?t an airport', wrong.text, re.S)
    half = send(client, "/flights/new/", **told_so, to_2="ACC")
    assert half.status_code == 422
    done = send(client, "/flights/new/", **told_so)
    made = Flight.objects.get()
    assert done.url == f"/flights/{made.ref}/"
    assert (made.code, made.destination) == ("DB 7", "LOS")
    assert timezone.localtime(made.departs_at).hour == 9


def test_a_second_click_does_nothing_twice(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    made = flight(opened=False, day=SOON.date(), at=NOW)
    data = {"key": str(uuid4()), "version": made.version}
    assert client.post(f"/flights/{made.ref}/advance/", data).url == f"/flights/{made.ref}/"
    assert client.post(f"/flights/{made.ref}/advance/", data).url == f"/flights/{made.ref}/"
    made.refresh_from_db()
    assert made.state == "confirmed"
    stale = send(client, f"/flights/{made.ref}/advance/", version=1)
    assert stale.status_code == 409
    assert "Somebody changed this flight" in stale.text


def test_people_are_added_from_the_page_that_says_who_can_fly_and_why_not_the_rest(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    fit = people(2)
    from darb.cases.actions import Ruled, give_verdicts

    unfit = people(1, given="Bakary")[0]
    give_verdicts(act_as(at=NOW), [Ruled(unfit, "R9", "FTT-3")])
    made = a_flight()
    page = client.get(f"/flights/{made.ref}/add/").text
    assert all(f'value="{c.ref} "' in page for c in fit)
    assert f'value="{unfit.ref} "' not in page
    assert "A physician found that this person can&#x27;t fly now." in page
    nobody = send(client, f"/flights/{made.ref}/add/")
    assert nobody.status_code == 422
    send(client, f"/flights/{made.ref}/add/", case=[f"{c.ref} " for c in fit])
    assert {s.case_id for s in seats_of(made)} == {c.pk for c in fit}


def test_a_family_is_added_as_one_and_shown_together(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    mother, baby = ready(
        [
            told("Mariam", sex="F", born=born(28), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5, NOW.date()), site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "daughter")]],
        at=NOW,
    )
    made = a_flight()
    assert f'value="{mother.ref} {baby.ref} "' in client.get(f"/flights/{made.ref}/add/").text
    send(client, f"/flights/{made.ref}/add/", case=f"{mother.ref} {baby.ref}")
    page = client.get(f"/flights/{made.ref}/").text
    assert "on the lap of Mariam" in page


def test_a_child_alone_is_added_in_detail_with_an_escort(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    lamin = ready([told("Lamin", born=born(15, NOW.date()), site="TOWN-TRIPOLI")], at=NOW)[0]
    made = a_flight()
    refused = send(client, f"/flights/{made.ref}/add/", case=lamin.ref)
    assert "is under 18" in refused.text
    url = f"/flights/{made.ref}/add/detail/?case={lamin.ref}"
    assert f"{lamin.ref}-escort" in client.get(url).text
    send(client, url, **{f"{lamin.ref}-escort": "Nurse Samira"})
    assert Seat.objects.get(case=lamin).service_codes == "UM"
    page = client.get(f"/flights/{made.ref}/").text
    assert "Nurse Samira" in page


def test_a_red_passenger_greys_the_lock_and_the_button_says_why(signed_in: Any) -> None:
    from darb.cases.actions import Ruled, give_verdicts

    client = signed_in(OFFICER)
    cases = people()
    made = booked(cases)
    assert f'action="/flights/{made.ref}/lock/"' in client.get(f"/flights/{made.ref}/").text
    give_verdicts(act_as(at=NOW), [Ruled(cases[0], "R4", "hold")])
    page = client.get(f"/flights/{made.ref}/").text
    assert f'action="/flights/{made.ref}/lock/"' not in page
    assert "Protection has put travel on hold." in page
    refused = send(client, f"/flights/{made.ref}/lock/", version=version(made))
    assert refused.status_code == 409


def test_people_come_off_with_a_reason_and_after_the_lock_with_an_outcome(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    made = locked(people())
    seat = seats_of(made)[0].pk
    url = f"/flights/{made.ref}/take-off/?seat={seat}"
    assert send(client, url, reason="fever").status_code == 422
    send(client, url, reason="fever", outcome="med_offloaded")
    assert [s.pk for s in seats_of(made)] != [seat]
    page = client.get(f"/flights/{made.ref}/versions/").text
    assert "fever" in page


def test_checks_are_ticked_one_by_one_or_all_that_are_mine_and_then_the_person_boards(signed_in: Any) -> None:
    officer, nurse = signed_in(OFFICER), signed_in(NURSE)
    made = boarding(people(1))
    seat = seats_of(made)[0].pk
    at = f"/flights/{made.ref}/boarding/"
    assert send(nurse, f"{at}check/", seat=seat, check="B3:1").status_code == 403
    send(nurse, f"{at}check/", seat=seat, check="B2:1")
    row = officer.post(
        f"{at}check/", {"key": str(uuid4()), "seat": seat, "check": "mine:1"}, headers={"HX-Request": "true"}
    )
    assert row.text.strip().startswith("<li") and "check-passed" in row.text
    assert set(Seat.objects.get(pk=seat).checks) == {"B1", "B2", "B3", "B6", "B7"}
    assert send(nurse, f"{at}board/", seat=seat).status_code == 403
    send(officer, f"{at}board/", seat=seat)
    assert Seat.objects.get(pk=seat).boarded_at
    left = send(officer, f"/flights/{made.ref}/depart/", version=version(made))
    assert left.url == f"/flights/{made.ref}/"


def test_a_check_can_be_taken_back_and_boarding_refuses_in_words(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    made = boarding(people(1))
    seat = seats_of(made)[0].pk
    at = f"/flights/{made.ref}/boarding/"
    send(client, f"{at}check/", seat=seat, check="B3:1")
    send(client, f"{at}check/", seat=seat, check="B3:0")
    refused = send(client, f"{at}board/", seat=seat)
    assert refused.status_code == 409
    assert "can&#x27;t board yet" in refused.text


def test_withdrawing_is_one_page_and_one_button(signed_in: Any) -> None:
    client = signed_in(Role.TRANSPORT_OFFICER)
    cases = people()
    made = boarding(cases)
    seat = Seat.objects.get(case=cases[0]).pk
    url = f"/flights/{made.ref}/seat/{seat}/withdraw/"
    assert client.get(url).status_code == 200
    assert send(client, url, how="said at the stairs").status_code == 302
    assert Case.objects.get(pk=cases[0].pk).stage == "withdrawn"


def test_landing_reconciling_and_the_receiving_missions_word(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    cases = people(2, nationality="NER")
    made = landed(cases, route=("MJI", "NIM"))
    niamey = signed_in(Role.RECEIVING_MISSION_OFFICER)
    waiting = niamey.get("/flights/arrivals/").text
    assert "reconciled yet" in waiting
    front = niamey.get("/").text
    assert f"<bdi>{made.code}</bdi> · 2 people" in front, "a flight is told once, with how many came"
    assert "/flights/arrivals/?accepted=1" in front
    send(client, f"/flights/{made.ref}/reconcile/", version=version(made))
    assert "adds up" in client.get(f"/flights/{made.ref}/reconcile/").text
    offered = list(Handover.objects.values_list("pk", flat=True))
    assert send(niamey, "/flights/arrivals/accept/", handover=offered[:1]).status_code == 302
    assert "1 person" in niamey.get("/flights/arrivals/").text
    assert niamey.get("/flights/arrivals/?accepted=1").text.count("Ibrahim") >= 1
    assert niamey.get(f"/flights/{made.ref}/").status_code == 403
    assert niamey.get("/flights/").status_code == 403
    assert Handover.objects.filter(accepted_at=None).count() == 1


def test_packs_are_for_people_from_detention_and_meals_for_everyone(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    made = booked(people(2))
    Case.objects.filter(pk=seats_of(made)[0].case_id).update(detained=True)
    url = f"/flights/{made.ref}/issue/"
    send(client, url, items=["pack"], to="detained", point="departure:MJI")
    send(client, url, items=["pack", "meal"], to="all", point="departure:MJI")
    assert LedgerLine.objects.filter(item="pack").count() == 2
    assert LedgerLine.objects.filter(item="meal").count() == 2


def test_pages_ask_as_many_questions_for_two_passengers_as_for_forty(signed_in: Any) -> None:
    client = signed_in(OFFICER)

    def asked(made: Flight, page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/flights/{made.ref}/{page}").status_code == 200
        return len(queries)

    pages = ["", "add/", "boarding/", "versions/", "reconcile/", "issue/"]
    of_two = locked(people(2), code="DB 2")
    people(2)
    few = {page: asked(of_two, page) for page in pages}
    of_forty = locked(people(40), code="DB 40")
    people(40)
    many = {page: asked(of_forty, page) for page in pages}
    assert [page for page in pages if many[page] > few[page] + 2 or few[page] >= 60] == [], (few, many)


def test_who_sees_no_identities_sees_no_flights(signed_in: Any) -> None:
    made = booked(people(1))
    assert signed_in(Role.WAREHOUSE_OFFICER).get(f"/flights/{made.ref}/").status_code == 403
