"""The days around a departure, through the door: standby, bags, packs, permits, convoys, what goes otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from darb.assistance.models import LedgerLine
from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case
from darb.movements.actions import unbook
from darb.movements.boarding_actions import Checked, board, check_boarding, withdraw_booked
from darb.movements.flight_actions import depart, land
from darb.movements.models import Flight, FlightState, HealthMeasures, Notice, Operator, Permit, Seat, Standby, Tag
from darb.movements.provision_queries import provisions
from darb.people.models import Person
from darb.rules.roles import Role
from tests.cast import NOON, act_as, actor, told
from tests.desk.test_movements import CHECKS, NOW, OFFICER, a_flight, boarding, locked, people, seats_of, send, version
from tests.travellers import ready

pytestmark = pytest.mark.usefixtures("noon")


def at(made: Flight, page: str = "") -> str:
    """The address of a page about a flight."""
    return f"/flights/{made.ref}/{page}"


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_pages_open_in_every_language(signed_in: Any, language: str) -> None:
    client = signed_in(OFFICER)
    client.cookies["django_language"] = language
    made = boarding(people())
    seat = seats_of(made)[0].pk
    pages = ("standby", "bags", f"bags/{seat}", "permits", "permits/ask", "notices", "carry-over", "way/convoy")
    for page in (
        *(at(made, f"{p}/") for p in (*pages, "turned-back", "diverted", "cancel", "issue")),
        "/flights/health/",
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert f'lang="{language}"' in answer.text
    for page in ("/flights/operators/", "/flights/operators/keep/"):
        assert client.get(page).status_code == 200


def test_a_flight_is_called_off_on_one_page_with_a_bed_for_everyone_and_a_list_of_whom_to_tell(signed_in: Any) -> None:
    there = ready(2, site="AIR-MJI", at=NOW)
    made, client = boarding([*there, *people(1)]), signed_in(OFFICER)
    assert "They have no bed there." in client.get(at(made, "cancel/")).text
    refused = send(client, at(made, "cancel/"), version=version(made), reason="sandstorm")
    assert refused.status_code == 422
    assert Flight.objects.get(pk=made.pk).state == FlightState.BOARDING
    done = send(client, at(made, "cancel/"), version=version(made), reason="sandstorm", shelter="TOWN-MISRATA")
    assert done.url == at(made, "notices/"), done
    assert {p.site.code for p in Person.objects.filter(cases__in=there)} == {"TOWN-MISRATA"}
    notices = client.get(done.url).text
    assert notices.count("They were told") == Notice.objects.count() == 5
    first = Notice.objects.order_by("pk").first()
    send(client, at(made, f"notices/{first.pk}/"))
    assert Notice.objects.get(pk=first.pk).told_at == NOON
    assert "must still be told" in client.get(at(made)).text
    other = a_flight(code="DB 202")
    carried = send(client, at(made, "carry-over/"), onto=other.ref)
    assert carried.url == at(other)
    assert len(seats_of(other)) == 3


def test_standby_is_named_and_seated_on_its_page_and_who_cant_fly_says_why(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    going, ill, fit = people(3)
    made = locked([going])
    send(client, at(made, "standby/name/"), case=[ill.ref, fit.ref])
    give_verdicts(act_as(at=NOW), [Ruled(ill, "R9", "FTT-3")])
    page = client.get(at(made, "standby/")).text
    assert "A physician found that this person can" in page
    unbook(act_as(OFFICER, at=NOW), made, [seats_of(made)[0].pk], "fever", "med_offloaded")
    assert send(client, at(made, "standby/use/"), waiting=fit.pk).status_code == 422, (
        "after the lock a reason is needed"
    )
    send(client, at(made, "standby/use/"), waiting=fit.pk, reason="in place of one with a fever")
    assert [s.case_id for s in seats_of(made)] == [fit.pk]
    send(client, at(made, "standby/end/"), waiting=ill.pk)
    assert Standby.objects.get(case=ill).ended_at == NOON
    assert "Nobody stands by" in client.get(at(made, "standby/")).text


def test_bags_are_tagged_and_matched_by_scanning_into_one_field(signed_in: Any) -> None:
    client, made = signed_in(OFFICER), boarding(people(1))
    seat = seats_of(made)[0]
    send(client, at(made, f"bags/{seat.pk}/"), tags="DB001\nDB002 db001")
    assert set(Tag.objects.values_list("number", flat=True)) == {"DB001", "DB002"}
    assert Seat.objects.get(pk=seat.pk).checks["B7"]["passed"]
    check_boarding(act_as(at=NOW), made, [Checked(seat.pk, c) for c in CHECKS])
    board(act_as(OFFICER, at=NOW), made, [seat.pk])
    depart(act_as(OFFICER, at=NOW), made)
    wrong = send(client, at(made, "bags/match/"), tags="DB001 ZZ9")
    assert wrong.status_code == 422 and "ZZ9" in wrong.text
    send(client, at(made, "bags/match/"), tags="DB001")
    page = client.get(at(made, "bags/")).text
    assert page.count("not seen") == 1 and "2 tagged, 1 matched" in page


def test_packs_are_signed_for_by_size_and_nobody_gets_a_second(signed_in: Any) -> None:
    inside = ready(2, site="DC-TARIQ-SIKKA", at=NOW)
    give_verdicts(act_as(at=NOW), [Ruled(c, "R10", "handover_agreed") for c in inside])
    made, client = locked([*inside, *people(1)]), signed_in(OFFICER)
    one, other = (c.person_id for c in inside)
    told_so = {f"clothes-{one}": "l", f"shoes-{one}": "42", f"receipt-{one}": "thumbprint", f"clothes-{other}": "M"}
    for _twice in range(2):
        send(client, at(made, "issue/signed/"), **told_so)
    line = LedgerLine.objects.get()
    assert (line.person_id, line.size, line.receipt, line.point) == (one, "L/42", "thumbprint", "departure")
    page = client.get(at(made, "issue/")).text
    assert "L/42" in page and f'name="receipt-{other}"' in page and f'name="receipt-{one}"' not in page
    assert send(client, at(made, "issue/signed/"), **{f"clothes-{other}": "M"}).status_code == 409
    bad = send(client, at(made, "issue/signed/"), **{f"receipt-{other}": "wink"})
    assert bad.status_code == 422


def test_whoever_withdraws_frees_a_meal_at_every_point(house: Any) -> None:
    cases = ready(
        [
            told("A", nationality="MLI", site="TOWN-TRIPOLI"),
            told("B", nationality="GMB", site="TOWN-TRIPOLI"),
            told("C", nationality="GMB", site="TOWN-TRIPOLI"),
        ],
        at=NOW,
    )
    made = boarding(cases, route=("MJI", "BKO", "BJL"))

    def wanted() -> list[tuple[str, str, int]]:
        return [(p.point, p.airport, p.people) for p in provisions(actor(OFFICER), made)]

    before = [("departure", "MJI", 3), ("transit", "BKO", 2), ("arrival", "BKO", 1), ("arrival", "BJL", 2)]
    assert wanted() == before
    withdraw_booked(act_as(OFFICER, at=NOW), made, Seat.objects.get(case=cases[2]).pk, "said at the stairs")
    assert wanted() == [("departure", "MJI", 2), ("transit", "BKO", 1), ("arrival", "BKO", 1), ("arrival", "BJL", 1)]


def test_two_stops_apart_each_serves_its_own_and_a_meal_at_one_is_none_at_the_other(signed_in: Any) -> None:
    cases = ready(
        [
            told(name, nationality=of, site="TOWN-TRIPOLI")
            for name, of in zip("ABC", ("MLI", "SEN", "GMB"), strict=True)
        ],
        at=NOW,
    )
    client, made = signed_in(OFFICER), boarding(cases, route=("MJI", "BKO", "DSS", "BJL"))
    page = client.get(at(made, "issue/")).text
    assert "Transit: \u2066BKO\u2069" in page and "Transit: \u2066DSS\u2069" in page
    for _twice in range(2):
        send(client, at(made, "issue/"), items="meal", point="transit:BKO", to="all")
    send(client, at(made, "issue/"), items="meal", point="transit:DSS", to="all")
    meals = LedgerLine.objects.filter(occasion=made.ref, item="meal").values_list("stop", "case__return_country")
    assert sorted(meals) == [("BKO", "GMB"), ("BKO", "SEN"), ("DSS", "GMB")]
    assert send(client, at(made, "issue/"), items="meal", point="transit:LOS", to="all").status_code == 422
    assert send(client, at(made, "issue/"), items="meal", point="arrival:BJL", to="detained").status_code == 422


def test_permits_carriers_and_health_are_kept_on_their_pages(signed_in: Any) -> None:
    client, made = signed_in(OFFICER), a_flight(opened=False)
    send(client, at(made, "permits/ask/"), kind="landing", authority="Civil aviation")
    permit = Permit.objects.get()
    assert "Permits requested" in client.get(at(made)).text
    stopped = send(client, at(made, "advance/"), version=version(made))
    assert "hasn&#x27;t granted" in stopped.text
    send(client, at(made, f"permits/{permit.pk}/"), number="L-1")
    assert send(client, at(made, "advance/"), version=version(made)).status_code == 302
    send(client, "/flights/operators/keep/", name="Buraq", infants_per_adult="1", infants_percent="10", stretchers="")
    assert (Operator.objects.get().infants_percent, Operator.objects.get().stretchers) == (10, None)
    assert "Buraq" in client.get("/flights/operators/").text
    doctor = signed_in(Role.PHYSICIAN)
    asked = {"country": "MLI", "since": "2019-05-06", "measures": ["screening"], "source": "note 14"}
    send(doctor, "/flights/health/set/", seats_percent=100, quarantine_days=0, **asked)
    assert HealthMeasures.objects.get().measures == ["screening"]
    assert "note 14" in client.get("/flights/health/").text
    assert "Health asks of those" in client.get(at(made)).text


def test_a_convoy_is_planned_on_one_page(signed_in: Any) -> None:
    client, made = signed_in(Role.TRANSPORT_OFFICER), locked(people(1))
    due = made.departs_at - timedelta(hours=6)
    told_so = {"permit": "MoI 17", "leader": "Nuri", "kind": "bus", "site_1": "TOWN-TRIPOLI", "site_2": "AIR-MJI"}
    vehicles = {
        f"{of}_{n}": value for n in (1, 2) for of, value in (("vehicle", f"5-{n}"), ("driver", "S"), ("places", 9))
    }
    times = {"due_1": f"{due:%Y-%m-%dT%H:%M}", "due_2": f"{due + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    send(client, at(made, "way/convoy/"), **told_so, **vehicles, **times)
    page = client.get(at(made, "way/")).text
    assert page.count("convoy of Nuri") == 2 and "1 to fetch, 18 places planned" in page


def test_a_flight_that_lands_elsewhere_or_comes_back_is_recorded_on_its_page(signed_in: Any) -> None:
    client = signed_in(OFFICER)
    made = boarding(people(1), route=("MJI", "BKO"))
    seat = seats_of(made)[0].pk
    check_boarding(act_as(at=NOW), made, [Checked(seat, c) for c in CHECKS])
    board(act_as(OFFICER, at=NOW), made, [seat])
    depart(act_as(OFFICER, at=NOW), made)
    assert "Came back" in client.get(at(made)).text
    send(client, at(made, "diverted/"), version=version(made), airport="dss", reason="storm")
    assert "Came back" not in client.get(at(made)).text
    assert list(made.legs.order_by("number").values_list("destination", flat=True)) == ["DSS", "BKO"]
    land(act_as(OFFICER, at=NOW), made, 2)
    assert Case.objects.get(seats=seat).stage == "arrived"
    again = boarding(people(1), code="DB 55")
    seat = seats_of(again)[0].pk
    check_boarding(act_as(at=NOW), again, [Checked(seat, c) for c in CHECKS])
    board(act_as(OFFICER, at=NOW), again, [seat])
    depart(act_as(OFFICER, at=NOW), again)
    send(client, at(again, "turned-back/"), version=version(again), reason="engine", night_0="TOWN-TRIPOLI")
    assert Case.objects.get(seats=seat).stage == "in_process"
    assert Flight.objects.get(pk=again.pk).state == FlightState.TURNED_BACK
