"""What a flight is hired with: contract, crew doctor, cost and who bears it, who meets it at each stop."""

from __future__ import annotations

import pytest

from darb.movements.actions import book
from darb.movements.arranging_actions import arrange_flight, plan_reception, share_cost
from darb.movements.arranging_queries import cost_of, receptions
from darb.movements.boarding_actions import board
from darb.movements.flight_actions import cancel, depart
from darb.movements.models import CostShare, Flight
from darb.movements.plan_actions import set_flight_terms
from darb.movements.reading import Booking
from darb.rules.refusal import Forbidden, Refused, Stale
from darb.rules.roles import Role
from tests.cast import act_as, actor
from tests.movements.test_boarding_actions import MORNING, boarding, check_all, seat_of
from tests.travellers import flight, ready

OFFICER, MANAGER = Role.MOVEMENT_OFFICER, Role.PROGRAMME_MANAGER


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def test_contract_and_crew_doctor_are_kept_and_an_old_page_overwrites_nothing(house):
    plane = flight()
    seen = plane.version
    arrange_flight(act_as(OFFICER), plane, contract=" CH 17 ", crew_doctor="Dr Salma", expected=seen)
    kept = Flight.objects.get(pk=plane.pk)
    assert (kept.contract, kept.crew_doctor) == ("CH 17", "Dr Salma")
    with pytest.raises(Stale):
        arrange_flight(act_as(OFFICER), plane, contract="CH 18", crew_doctor="", expected=seen)
    with pytest.raises(Forbidden):
        arrange_flight(act_as(Role.NURSE), plane, contract="CH 18", crew_doctor="")


def test_each_stop_says_who_meets_the_flight_there_and_no_other_place_does(house):
    plane = flight(route=("MJI", "BKO", "BJL"))
    plan_reception(act_as(OFFICER), plane, "BKO", "IOM Bamako, Mr Keita", "meal, bus to Kayes")
    plan_reception(act_as(OFFICER), plane, "BKO", "IOM Bamako, Ms Diarra")
    assert [(leg.destination, r.met_by if r else "") for leg, r in receptions(actor(OFFICER), plane)] == [
        ("BKO", "IOM Bamako, Ms Diarra"),
        ("BJL", ""),
    ]
    with refused("no_such_stop"):
        plan_reception(act_as(OFFICER), plane, "LOS", "IOM Lagos")
    with refused("nobody_meets"):
        plan_reception(act_as(OFFICER), plane, "BJL", "  ")


def test_the_shares_of_the_projects_make_the_cost_whatever_it_is(house):
    plane = flight()
    book(act_as(OFFICER), plane, [Booking(c) for c in ready(3)])
    plane.refresh_from_db()
    share_cost(act_as(MANAGER), plane, [("rr.0001", 33), ("RR.0002", 33), ("RR.0003", 34)])
    assert cost_of(actor(OFFICER), plane).whole is None
    set_flight_terms(act_as(OFFICER), plane, {"fixed_cost": 10_000, "seat_cost": 7})
    told = cost_of(actor(OFFICER), plane)
    assert told.whole == 10_021
    assert sum(part for _project, _percent, part in told.shares) == 10_021
    assert told.shares[0] == ("RR.0003", 34, 3407)


def test_once_it_has_left_a_price_a_head_is_paid_for_those_who_flew(house):
    people = ready(3)
    plane = boarding(people)
    set_flight_terms(act_as(OFFICER), plane, {"fixed_cost": None, "seat_cost": 100})
    assert cost_of(actor(OFFICER), Flight.objects.get(pk=plane.pk)).whole == 300
    going = [seat_of(c).pk for c in people[:2]]
    check_all(plane, going)
    board(act_as(OFFICER, at=MORNING), plane, going)
    gone = depart(act_as(OFFICER, at=MORNING), plane)
    assert cost_of(actor(OFFICER), gone).whole == 200


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([("RR.1", 60), ("RR.2", 30)], "not_whole"),
        ([("RR.1", 100), ("RR.2", 0)], "not_whole"),
        ([("RR.1", 50), ("rr.1", 50)], "project_twice"),
        ([(" ", 100)], "no_project"),
        ([(f"RR.{n}", 9 if n else 1) for n in range(12)], "many_projects"),
    ],
)
def test_shares_that_cant_be_are_refused_and_those_before_stand(house, shares, code):
    plane = flight()
    share_cost(act_as(OFFICER), plane, [("RR.9", 100)])
    with refused(code):
        share_cost(act_as(OFFICER), plane, shares)
    assert list(CostShare.objects.filter(flight=plane).values_list("project", "percent")) == [("RR.9", 100)]
    share_cost(act_as(OFFICER), plane, [])
    assert not CostShare.objects.filter(flight=plane).exists()


def test_nothing_is_arranged_for_a_flight_that_never_came(house):
    plane = flight()
    cancel(act_as(OFFICER), plane, "the aircraft is broken")
    with refused("flight_done"):
        share_cost(act_as(OFFICER), plane, [("RR.1", 100)])
    with refused("flight_done"):
        plan_reception(act_as(OFFICER), plane, "BKO", "IOM Bamako")
