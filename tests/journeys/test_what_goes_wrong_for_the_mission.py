"""X31, X32 and X34: no line, no staff, no room at home; each as it is met on the day, with what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Incident
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import clear_to_board, withdraw_booked
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.models import Account, ActionLog, Grant
from tests.cast import NOON, TODAY, act_as, in_days, on
from tests.journeys.going_wrong import again, asked_of, does, red, sees, wrong
from tests.travellers import flight, ready

MOVER, HEAD, CHIEF, WORKER = Role.MOVEMENT_OFFICER, Role.VHR_HEAD, Role.CHIEF_OF_MISSION, Role.VHR_CASEWORKER

pytestmark = pytest.mark.usefixtures("noon", "house")


def test_x31_what_was_done_on_paper_is_recorded_with_its_hour_and_never_over_what_is_known_by_then(monkeypatch):
    ibrahim, moussa, withdrew, held = ready(4)
    plane = flight(day=in_days(2))
    book(act_as(), plane, [Booking(c) for c in (ibrahim, moussa, withdrew, held)])
    lock(act_as(), plane)
    clear_to_board(act_as(), plane)
    does(MOVER, "tell_of_mission", code="X31", about=plane.code, note="No network at Mitiga since six")
    of_mission = Incident.objects.get(case=None)
    assert (of_mission.code, of_mission.owner, of_mission.due) == ("X31", "movement_officer", TODAY)
    seats = {s.case_id: s.pk for s in Seat.objects.filter(flight=plane)}
    withdraw_booked(act_as(WORKER), plane, seats[withdrew.pk], "told by phone")
    give_verdicts(act_as(Role.PROTECTION_CASEWORKER), [Ruled(held, "R4", "hold", reason="Ask me")])
    monkeypatch.setattr(timezone, "now", lambda: on(in_days(2)) + timedelta(hours=2))
    hour = on(in_days(2)) - timedelta(hours=3)  # at Mitiga, two hours ahead of UTC, it is nine
    paper = {"seat": list(seats.values())}
    said = does(MOVER, "record_from_paper", plane.ref, **paper, at=f"{in_days(3)}T09:00", refused=True)
    assert "not in the future" in said
    assert not Seat.objects.exclude(boarded_at=None).exists(), "an hour that can't be right changes nothing"
    does(MOVER, "record_from_paper", plane.ref, **paper, at=f"{in_days(2)}T09:00")
    boarded = Seat.objects.filter(flight=plane, boarded_at=hour)
    assert set(boarded.values_list("case_id", flat=True)) == {ibrahim.pk, moussa.pk}
    assert all(check["paper"] for check in boarded.first().checks.values())
    assert [c.stage for c in again([withdrew, held])] == ["withdrawn", "cleared_to_board"]
    for each in (withdrew, held):
        assert asked_of(each, "paper_disagrees") != {}
    assert "otherwise than the system" in sees(MOVER, "tasks")
    does(MOVER, "record_from_paper", plane.ref, seat=seats[ibrahim.pk], at=f"{in_days(2)}T09:30")
    assert Seat.objects.get(case=ibrahim).boarded_at == hour, "sent twice, nothing is done twice"
    does(MOVER, "settle_incident", of_mission.pk, done="The line is back; two names are being looked at")


def test_x32_while_staff_are_away_somebody_else_decides_until_a_day_and_it_ends_by_itself(monkeypatch):
    does(CHIEF, "tell_of_mission", code="X32", about="TIP", note="International staff flown to Tunis")
    assert Incident.objects.get(case=None).owner == "chief_of_mission"
    worker = Account.objects.get(username=WORKER.value)
    mali = ready()[0]
    does(WORKER, "routes", kind="country", country="MLI", since=f"{TODAY}", reason="Fighting", confirmed="on",
         refused=True)  # fmt: skip
    does(WORKER, "delegations", account=worker.pk, role="chief_of_mission", until=f"{in_days(5)}", why="Me",
         refused=True)  # fmt: skip
    told = {"account": worker.pk, "role": "chief_of_mission", "why": "The chief is in Tunis without a line"}
    assert "Choose a day from today" in does(CHIEF, "delegations", **told, until=f"{in_days(200)}", refused=True)
    does(CHIEF, "delegations", **told, until=f"{in_days(5)}")
    assert "The chief is in Tunis" in sees(CHIEF, "delegations")
    does(WORKER, "routes", kind="country", country="MLI", since=f"{TODAY}", reason="Fighting", confirmed="on")
    assert red(mali, "R13") == "R13.closed"
    assert ActionLog.objects.get(action="places.close_route").account_id == worker.pk, "under their own name"
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=6))
    does(WORKER, "routes", kind="country", country="NGA", since=f"{in_days(6)}", reason="x", confirmed="on",
         refused=True)  # fmt: skip
    assert sees(WORKER, "delegations") == ""


def test_x32_what_was_given_until_a_day_can_be_taken_back_at_once_and_a_lasting_role_cannot():
    worker = Account.objects.get(username=WORKER.value)
    told = {"account": worker.pk, "until": f"{in_days(5)}", "why": "Away"}
    assert "has this role already" in does(CHIEF, "delegations", **told, role="vhr_caseworker", refused=True)
    does(CHIEF, "delegations", **told, role="vhr_head")
    given = Grant.objects.get(account=worker, role="vhr_head")
    does(CHIEF, "end_delegation", given.pk)
    lasting = Grant.objects.get(account=worker)
    does(CHIEF, "end_delegation", lasting.pk, refused=True)
    assert lasting.role == "vhr_caseworker"


def test_x34_no_flight_brings_more_than_was_agreed_unless_the_head_decides_and_says_why():
    plane = flight(opened=False, seats=118)
    does(MOVER, "receiving", country="MLI", a_month=100, agreed_with="Ms Traoré, Bamako", refused=True)
    does(HEAD, "receiving", country="MLI", a_month=100, agreed_with="Ms Traoré, Bamako")
    assert "Ms Traoré, Bamako" in sees(MOVER, "receiving")
    said = does(MOVER, "advance_flight", plane.ref, version=plane.version, refused=True)
    assert "MLI agreed to take 100 returns in 30 days" in said
    assert "Head of voluntary return" in said, "and says who decides"
    assert Flight.objects.get(pk=plane.pk).state == "planned"
    assert "Confirm beyond what was agreed" in sees(HEAD, "flight", plane.ref)
    does(
        HEAD, "confirm_all_the_same", plane.ref, reason="Bamako takes them for a week in transit", version=plane.version
    )
    assert Flight.objects.get(pk=plane.pk).state == "confirmed"
    kept = Incident.objects.get(case=None)
    assert (kept.code, kept.about, kept.owner, kept.due) == ("X34", "MLI", "vhr_head", in_days(2))
    assert kept.note == "Bamako takes them for a week in transit"
    assert "118" in sees(HEAD, "receiving"), "the flight counts with its seats until its list is locked"


def test_x34_where_there_is_room_a_flight_is_confirmed_and_nothing_went_wrong():
    does(HEAD, "receiving", country="MLI", a_month=118, agreed_with="Ms Traoré, Bamako")
    first, second = flight(opened=False), flight("DB 102", opened=False)
    does(MOVER, "advance_flight", first.ref, version=first.version)
    does(MOVER, "advance_flight", second.ref, version=second.version, refused=True)
    assert not Incident.objects.exists()
    assert wrong(ready()[0]) == {}
