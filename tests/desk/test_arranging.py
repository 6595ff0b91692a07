"""Pages about what a flight is hired with and who gets its list, through the door."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from darb.movements.actions import unbook
from darb.movements.boarding_actions import Checked, board, check_boarding
from darb.movements.flight_actions import depart, land
from darb.movements.models import CostShare, Flight, FlightState, Reception
from darb.movements.preparing_actions import keep_operator
from darb.rules.roles import Role
from tests.cast import act_as
from tests.desk.test_movements import (
    CHECKS,
    NOW,
    OFFICER,
    a_flight,
    boarding,
    booked,
    locked,
    people,
    seats_of,
    send,
    version,
)

pytestmark = pytest.mark.usefixtures("noon")


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_page_opens_in_every_language(signed_in: Any, language: str) -> None:
    client = signed_in(OFFICER)
    client.cookies["django_language"] = language
    made = locked(people(2))
    at = f"/flights/{made.ref}/arrangements/"
    of_it = (at, *(f"{at}{page}/" for page in ("contract", "price", "shares", "reception/1")))
    for page in (*of_it, f"/flights/{made.ref}/sending/"):
        answer = client.get(page)
        assert answer.status_code == 200 and f'lang="{language}"' in answer.text, page
    assert client.get(f"{at}reception/7/").status_code == 404


def test_contract_price_shares_and_reception_are_written_and_stand_on_one_page(signed_in: Any) -> None:
    client, made = signed_in(OFFICER), booked(people(2))
    at = f"/flights/{made.ref}/arrangements/"
    send(client, f"{at}contract/", contract="CH 17", crew_doctor="Dr Salma", version=version(made))
    send(client, f"{at}price/", fixed_cost="1001", seat_cost="")
    wrong = send(client, f"{at}shares/", project_1="RR.1", percent_1="50", project_2="RR.2", percent_2="40")
    assert wrong.status_code == 422 and "The shares make 90 of 100" in wrong.text
    half = send(client, f"{at}shares/", project_1="RR.1")
    assert half.status_code == 422 and "both the project and its share" in half.text
    assert not CostShare.objects.exists()
    send(client, f"{at}shares/", project_1="RR.1", percent_1="50", project_2="RR.2", percent_2="50")
    send(client, f"{at}reception/1/", met_by="IOM Bamako, Mr Keita", plan="meal and beds")
    page = client.get(at).text
    for said in ("CH 17", "Dr Salma", "1,001", "501", "500", "IOM Bamako, Mr Keita", "meal and beds"):
        assert said in page, said
    assert 'value="RR.2"' in client.get(f"{at}shares/").text
    assert Reception.objects.get(flight=made).airport == "BKO"


def test_whoever_doesnt_arrange_flights_reads_them_and_changes_nothing(signed_in: Any) -> None:
    made = a_flight()
    client = signed_in(Role.NURSE)
    page = client.get(f"/flights/{made.ref}/arrangements/")
    assert page.status_code == 200 and "/contract/" not in page.text
    assert send(client, f"/flights/{made.ref}/arrangements/contract/", contract="CH 1").status_code in (403, 422)
    assert Flight.objects.get(pk=made.pk).contract == ""


def test_the_page_of_recipients_makes_each_list_and_says_when_all_have_it(signed_in: Any) -> None:
    client, made = signed_in(OFFICER), locked(people(3))
    at = f"/flights/{made.ref}/sending/"

    def make(paper: str, recipient: str, **more: str) -> None:
        told = {"key": str(uuid4()), "language": "en", "recipient": recipient, **more}
        assert client.post(f"/papers/flight/{made.ref}/{paper}/", told)["Content-Type"] == "application/pdf"

    assert "3 must still get version 1." in client.get(at).text
    assert "3 must still get version 1 of the list." in client.get(f"/flights/{made.ref}/").text
    assert "3 without the newest list" in client.get("/flights/").text
    make("manifest_authorities", "Passports")
    make("manifest_airline", "Buraq")
    make("manifest_mission", "IOM Bamako", mission="MLI")
    page = client.get(at).text
    assert "Everybody who must have version 1 has it." in page and "Make the" not in page
    assert "Manifest submitted" in client.get("/flights/").text
    unbook(act_as(OFFICER, at=NOW), made, [seats_of(made)[0].pk], "fever", "med_offloaded")
    page = client.get(at).text
    assert page.count("has only version 1") == 3 and "recipient=IOM+Bamako&amp;mission=MLI" in page
    make("manifest_mission", "IOM Bamako", mission="MLI")
    assert "2 must still get version 2." in client.get(at).text


def test_clearing_asks_once_more_where_not_everybody_has_the_list(signed_in: Any) -> None:
    page = signed_in(OFFICER).get(f"/flights/{locked(people(1)).ref}/").text
    assert "3 must still get the newest list. Clear everyone to board all the same?" in page


def test_a_flight_says_each_landing_and_its_hours_by_every_clock(signed_in: Any) -> None:
    client, made = signed_in(OFFICER), boarding(people(1), route=("MJI", "BKO", "BJL"))
    page = client.get(f"/flights/{made.ref}/").text
    assert "09:00 UTC" in page and "13:00 there · 13:00 UTC" in page, "Tripoli is two hours ahead, Bamako none"
    seat = seats_of(made)[0].pk
    check_boarding(act_as(at=NOW), made, [Checked(seat, c) for c in CHECKS])
    board(act_as(OFFICER, at=NOW), made, [seat])
    land(act_as(OFFICER, at=NOW), depart(act_as(OFFICER, at=NOW), made), 1)
    assert "landed at BKO, leg 1 of 2" in client.get("/flights/").text
    land(act_as(OFFICER, at=NOW), made, 2)
    assert Flight.objects.get(pk=made.pk).state == FlightState.LANDED


def test_a_carriers_weeks_are_kept_and_what_cant_be_is_refused(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    told = {"name": "Buraq", "infants_per_adult": "2"}
    assert send(client, "/flights/operators/keep/", **told, pregnant_until="50").status_code == 422
    send(client, "/flights/operators/keep/", **told, pregnant_until="34")
    keep_operator(act_as(OFFICER), "Afriqiyah", infants_per_adult=2)
    page = client.get("/flights/operators/").text
    assert "34 / 32" in page and "36 / 32" in page
