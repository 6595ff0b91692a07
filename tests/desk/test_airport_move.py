"""A flight moved to another airport: whose visa turns red is said before, and all of them are red at once after."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from darb.cases.models import Case, GateRow, Incident
from darb.cases.visa_actions import Answer, answer_visas, submit_visas
from darb.movements.actions import book, lock
from darb.movements.airport_queries import visas_turned_red
from darb.movements.models import Flight, Leg
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from tests.cast import TODAY, act_as, actor, in_days, told
from tests.travellers import FLIGHT_DAY, flight, ready

OFFICER = Role.MOVEMENT_OFFICER

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def aboard(house: Any) -> list[Case]:
    """Three on one flight from Mitiga, and one who waits and is on none."""
    names = [("Ibrahim", "Keita"), ("Lamin", "Ceesay"), ("Musa", "Jallow"), ("Omar", "Touray")]
    return ready([told(given, family=family, site="TOWN-TRIPOLI") for given, family in names])


def planned(aboard: list[Case], *, locked: bool = False) -> Flight:
    made = flight()
    book(act_as(OFFICER), made, [Booking(c) for c in aboard[:3]])
    if locked:
        lock(act_as(OFFICER), made)
    return Flight.objects.get(pk=made.pk)


def send(client: Client, of: Flight, **data: Any) -> Any:
    sent = {"key": str(uuid4()), "version": str(of.version), "origin": "mra", "reason": "Mitiga is shelled"}
    return client.post(f"/flights/{of.ref}/airport/", sent | data)


def green(of: Case, day: date = FLIGHT_DAY) -> bool:
    with acting(HOUSE):
        return day in GateRow.objects.get(case=of, gate="R8").windows


def test_all_their_visas_are_named_before_and_red_at_once_after(aboard: list[Case], signed_in: Any) -> None:
    made, client = planned(aboard), signed_in(OFFICER)
    warned = send(client, made)
    assert warned.status_code == 200
    assert "This turns 3 exit visas red at once" in warned.text
    assert all(c.person.name in warned.text for c in aboard[:3]) and aboard[3].person.name not in warned.text
    assert all(green(c) for c in aboard), "nothing is moved by asking"
    assert send(client, made, confirmed="MRA").status_code == 302
    assert [green(c) for c in aboard] == [False, False, False, True]
    with acting(HOUSE):
        now = Flight.objects.get(pk=made.pk)
        assert now.origin == "MRA" and Leg.objects.get(flight=now, number=1).origin == "MRA"
        assert now.seats_taken == 3, "everyone keeps their seat"
        assert set(Case.objects.filter(pk__in=[c.pk for c in aboard[:3]]).values_list("departure_airport")) == {
            ("MRA",)
        }
        codes = Incident.objects.filter(case__in=aboard).values_list("case_id", "code", "about")
        assert set(codes) == {(c.pk, "X5", "MRA") for c in aboard[:3]}
    assert "The exit visa is for MJI, and the departure is from MRA" in client.get(f"/flights/{made.ref}/").text


def test_what_was_confirmed_for_one_airport_isnt_for_another(aboard: list[Case], signed_in: Any) -> None:
    made, client = planned(aboard), signed_in(OFFICER)
    assert send(client, made, origin="BEN", confirmed="MRA").status_code == 200
    assert Flight.objects.get(pk=made.pk).origin == "MJI"


def test_who_has_a_visa_for_the_new_airport_too_stays_green(aboard: list[Case], signed_in: Any) -> None:
    first = aboard[0]
    Case.objects.filter(pk=first.pk).update(departure_airport="MRA")
    again = submit_visas(act_as(Role.EXIT_VISA_OFFICER), [first], "MRA", "Passports", "TIP").visas.get()
    answer_visas(act_as(Role.EXIT_VISA_OFFICER), [Answer(again, "approved", "V9", TODAY, in_days(30))])
    Case.objects.filter(pk=first.pk).update(departure_airport="MJI")
    made, client = planned(aboard), signed_in(OFFICER)
    assert "This turns 2 exit visas red" in send(client, made).text
    send(client, made, confirmed="MRA")
    assert [green(c) for c in aboard[:3]] == [True, False, False]


def test_a_locked_manifest_gets_a_version_more_with_the_reason(aboard: list[Case], signed_in: Any) -> None:
    made = planned(aboard, locked=True)
    send(signed_in(OFFICER), made, confirmed="MRA")
    newest = made.versions.latest("number")
    assert (newest.number, newest.reason) == (2, "Mitiga is shelled")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"origin": "MJI"}, "leaves from there already"),
        ({"origin": "BKO"}, "another airport than it begins"),
        ({"origin": "QQQ"}, "no airport"),
        ({"reason": " ", "confirmed": "MRA"}, "required"),
    ],
)
def test_a_move_that_cant_be_is_refused_and_changes_nothing(
    aboard: list[Case], signed_in: Any, sent: dict[str, str], says: str
) -> None:
    made = planned(aboard)
    confirmed = {"confirmed": sent["origin"]} if "origin" in sent else {}
    answer = send(signed_in(OFFICER), made, **{**confirmed, **sent})
    assert answer.status_code == 422 and says in answer.text
    assert Flight.objects.get(pk=made.pk).origin == "MJI" and all(green(c) for c in aboard)


def test_those_out_of_reach_are_counted_and_not_named(aboard: list[Case]) -> None:
    made = planned(aboard)
    open_account(act_as(), "benghazi-mover", "Of Benghazi", "a path home for all")
    grant(act_as(), "benghazi-mover", [OFFICER], office="BEN")
    narrow = actor_for(Account.objects.get(username="benghazi-mover"))
    with acting(narrow):
        red = visas_turned_red(narrow, made, "MRA")
    assert (red.count, red.seats) == (3, ())
    assert visas_turned_red(actor(OFFICER), made, "MJI").count == 0
