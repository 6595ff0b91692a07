"""X13, X15 to X17 and X26 to X30: centres, flights, seats, routes and money; each as its officer meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.assistance.models import LedgerLine
from darb.cases.models import Case, ExitVisa, Incident, Verdict
from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, board, check_boarding, clear_to_board
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import TODAY, act_as, case, in_days, on, told
from tests.journeys.going_wrong import again, asked_of, does, known_to, red, sees, wrong
from tests.travellers import FLIGHT_DAY, born, flight, ready

WORKER, HEAD, CLERK, CHIEF = Role.VHR_CASEWORKER, Role.VHR_HEAD, Role.REGISTRATION_CLERK, Role.CHIEF_OF_MISSION
MOVER, LIAISON, MONEY = Role.MOVEMENT_OFFICER, Role.DC_LIAISON, Role.PROGRAMME_MANAGER
CHECKS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")

pytestmark = pytest.mark.usefixtures("noon", "house")


def on_a_flight(cases, *, locked=False, **more):
    plane = flight(**more)
    book(act_as(), plane, [Booking(c) for c in cases])
    if locked:
        lock(act_as(), plane)
    plane.refresh_from_db()
    return plane


def test_x13_a_centre_that_refuses_is_the_liaisons_and_the_standby_list_is_looked_at_today():
    ibrahim = ready()[0]
    plane = on_a_flight([ibrahim], locked=True)
    does(LIAISON, "verdict", ibrahim.ref, "R10", code="release_refused", reason="The director was changed")
    assert wrong(ibrahim)["X13"] == ("dc_liaison", 1)
    assert asked_of(ibrahim, "use_standby") == {"use_standby": "movement_officer"}
    standby = ready()[0]
    seat = Seat.objects.get(flight=plane)
    does(MOVER, "take_off", plane.ref, outcome="not_released", reason="Refused at the gate", asked={"seat": seat.pk})
    does(MOVER, "add_people", plane.ref, case=standby.ref, reason="In place of one who wasn't let out")
    plane.refresh_from_db()
    assert (plane.seats_taken, plane.manifest_version) == (1, 3)
    detained = case(site="DC-TARIQ-SIKKA")
    does(LIAISON, "verdict", detained.ref, "R10", code="release_refused", reason="No list")
    assert red(detained, "R10") == "R10.refused"


def test_x15_a_cancelled_flight_gives_everyone_back_with_every_gate_in_their_order():
    travellers = ready(3)
    plane = on_a_flight(travellers, locked=True)
    before = [(c.priority, c.opened) for c in again(travellers)]
    does(MOVER, "cancel_flight", plane.ref, reason="Shelling at Mitiga", version=plane.version)
    after = again(travellers)
    assert [c.stage for c in after] == ["in_process"] * 3
    assert [(c.priority, c.opened) for c in after] == before
    assert all(not red(c, gate, FLIGHT_DAY) for c in after for gate in ("R2", "R4", "R6", "R7", "R8", "R9", "R11"))
    assert {wrong(c)["X15"] for c in after} == {("movement_officer", 0)}
    assert "Shelter, food and transport" in sees(MOVER, "incidents")
    nextone = flight("DB 102", day=in_days(7))
    page = sees(MOVER, "add_people", nextone.ref)
    assert all(c.ref in page for c in after)


def test_x15_a_flight_put_off_has_what_runs_out_reckoned_anew():
    traveller = ready()[0]
    plane = on_a_flight([traveller])
    late = on(ExitVisa.objects.get(case=traveller).valid_to + timedelta(days=2))
    does(MOVER, "postpone_flight", plane.ref, departs_at=f"{late:%Y-%m-%dT%H:%M}", reason="No slot",
         version=plane.version)  # fmt: skip
    assert {"X5", "X15"} <= wrong(traveller).keys()
    traveller.refresh_from_db()
    assert traveller.stage == "manifested", "everyone keeps their seat"


def test_x16_turned_back_from_the_stairs_they_are_in_process_again_and_what_they_are_given_is_written_there():
    waiting, gone = ready(2)
    plane = on_a_flight([waiting, gone], locked=True, day=in_days(2))
    clear_to_board(act_as(), plane)
    seat = Seat.objects.get(case=gone)
    check_boarding(act_as(), plane, [Checked(seat.pk, c) for c in CHECKS])
    board(act_as(), plane, [seat.pk])
    plane.refresh_from_db()
    does(MOVER, "issue", plane.ref, items="meal", point="departure:MJI", to="all")
    does(MOVER, "cancel_flight", plane.ref, reason="The crew turned back", version=plane.version)
    assert wrong(gone)["X16"] == ("movement_officer", 0)
    assert "X15" in wrong(waiting)
    assert [c.stage for c in again([waiting, gone])] == ["in_process", "in_process"]
    assert not red(gone, "R7", FLIGHT_DAY), "the document is in our custody again"
    assert LedgerLine.objects.filter(person=gone.person, item="meal", occasion=plane.ref).count() == 1


def test_x17_a_smaller_aircraft_takes_those_who_need_it_most_and_no_family_is_split():
    home = "TOWN-TRIPOLI"
    man, mother, child, weak = ready(
        [told("Ali", site=home), told("Fatou", sex="F", site=home), told("Musa", born=born(9), site=home),
         told("Old", site=home)],
        families=[[(1, "head"), (2, "son")]],
    )  # fmt: skip
    Case.objects.filter(pk=weak.pk).update(priority=60)
    Case.objects.filter(pk=child.pk).update(priority=40)
    plane = on_a_flight([man, mother, child, weak], locked=True)
    told_twice = {"aircraft": "ATR 42", "seats": 2, "infant_limit": 1, "reason": "The carrier sent a smaller one",
                  "version": plane.version}  # fmt: skip
    page = does(MOVER, "change_aircraft", plane.ref, **told_twice, refused=True)
    assert "Look at them, then send it again" in page
    plane.refresh_from_db()
    assert plane.seats == 118, "the first time it only shows who would come off"
    listed = page.split('id="off"')[1]
    assert [c.ref in listed for c in (man, mother, child, weak)] == [False, True, True, False]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    does(MOVER, "change_aircraft", plane.ref, **told_twice, seen=seen)
    plane.refresh_from_db()
    assert (plane.seats, plane.seats_taken, plane.manifest_version) == (2, 2, 2)
    here = set(Seat.objects.filter(flight=plane, removed_in=None).values_list("case_id", flat=True))
    assert here == {weak.pk, man.pk}, "a family of two finds one seat: it comes off whole, and the seat isn't lost"
    assert {wrong(c)["X17"] for c in (mother, child)} == {("movement_officer", 0)}
    assert plane.versions.latest("number").reason == "The carrier sent a smaller one"
    logged = ActionLog.objects.filter(action="movements.change_aircraft").get().detail
    assert (set(logged["off"]), logged["seats"]) == ({mother.ref, child.ref}, 2)


def test_x26_a_newborn_on_the_day_has_papers_of_its_own_a_lap_and_the_seats_are_counted_again():
    mother = ready([told("Fatou", sex="F", site="TOWN-TRIPOLI")])[0]
    plane = on_a_flight([mother])
    newborn = case(given="Awa", sex="F", born=TODAY, site="TOWN-TRIPOLI")
    does(WORKER, "form_family", mother.person.ref, together="on",
         **{"kin-TOTAL_FORMS": 1, "kin-INITIAL_FORMS": 0, "kin-0-member": newborn.person.ref,
            "kin-0-relation": "daughter", "kin-0-verified": "on"})  # fmt: skip
    assert wrong(mother)["X26"] == ("movement_officer", 0)
    assert Incident.objects.get(case=mother, code="X26").about == newborn.person.ref
    assert asked_of(mother, "newborn_document", "newborn_visa") == {
        "newborn_document": "consular_officer",
        "newborn_visa": "exit_visa_officer",
    }
    assert red(mother, "R12", FLIGHT_DAY) == "R12.companion"
    does(MOVER, "lock_manifest", plane.ref, version=plane.version, refused=True)


def test_x26_an_infant_on_a_lap_takes_no_seat():
    mother, infant = ready(
        [told("Fatou", sex="F", site="TOWN-TRIPOLI"), told("Awa", sex="F", born=in_days(-3), site="TOWN-TRIPOLI")],
        families=[[(0, "head"), (1, "daughter")]],
    )
    plane = on_a_flight([mother, infant])
    assert (plane.seats_taken, plane.laps_taken) == (1, 1)
    assert Seat.objects.get(case=infant).lap_of.case == mother


def test_x27_an_outbreak_holds_whoever_is_told_of_until_they_were_examined():
    ibrahim = ready()[0]
    does(Role.NURSE, "tell_incident", ibrahim.ref, code="X27", note="Measles in the room")
    assert wrong(ibrahim)["X27"] == ("physician", 1)
    assert red(ibrahim, "R4") == "R4.hold"
    assert {Role.PHYSICIAN, Role.NURSE} <= known_to("X27", ibrahim)
    for role in (MOVER, WORKER, Role.PROTECTION_LEAD):
        assert "Measles" not in sees(role, "case", ibrahim.ref) + sees(role, "incidents"), "the finding is sealed"
    assert not {MOVER, WORKER} & known_to("X27", ibrahim)


def test_x28_a_country_that_refuses_the_landing_turns_its_route_red_and_the_head_plans_on():
    flying, waiting, other = ready()[0], ready()[0], case(nationality="NGA")
    plane = on_a_flight([flying])
    does(CHIEF, "routes", kind="country", country="MLI", since=f"{TODAY}", reason="Quarantine is full", confirmed="on")
    assert red(flying, "R13", FLIGHT_DAY) == red(waiting, "R13", FLIGHT_DAY) == "R13.closed"
    assert not red(other, "R13", FLIGHT_DAY)
    assert wrong(flying)["X28"] == ("vhr_head", 0)
    assert "X28" not in wrong(waiting), "who has no seat waits, and the gate says why"
    of_mission = Incident.objects.get(case=None)
    assert (of_mission.code, of_mission.about, of_mission.owner) == ("X28", "MLI", "vhr_head")
    does(MOVER, "lock_manifest", plane.ref, version=plane.version, refused=True)
    assert "MLI" in sees(HEAD, "incidents", code="X28")
    does(HEAD, "settle_incident", of_mission.pk, done="By way of Niamey from Thursday on")


def test_x29_an_area_that_is_unsafe_is_closed_alone_and_another_is_talked_about():
    gao, kayes = ready()[0], ready()[0]
    Case.objects.filter(pk=gao.pk).update(return_area="Gao")
    Case.objects.filter(pk=kayes.pk).update(return_area="Kayes")
    does(CHIEF, "routes", kind="area", country="MLI", area="Gao", since=f"{TODAY}", reason="Fighting", confirmed="on")
    assert red(gao, "R13", FLIGHT_DAY) == "R13.closed"
    assert not red(kayes, "R13", FLIGHT_DAY)
    assert wrong(gao)["X29"] == ("vhr_caseworker", 2)
    assert "X29" not in wrong(kayes)


def test_x30_money_that_ends_in_the_middle_of_a_list_is_given_from_another_line_and_both_stay_known():
    ibrahim = ready()[0]
    does(MONEY, "verdict", ibrahim.ref, "R14", code="budget_used", reason="EUTF-2 is used up")
    assert red(ibrahim, "R14") == "R14.used"
    assert wrong(ibrahim)["X30"] == ("programme_manager", 1)
    does(MONEY, "verdict", ibrahim.ref, "R14", code="funded", reason="From UK-7")
    assert not red(ibrahim, "R14")
    trace = Verdict.objects.filter(case=ibrahim, gate="R14").order_by("pk").values_list("code", "reason")
    assert list(trace)[-2:] == [("budget_used", "EUTF-2 is used up"), ("funded", "From UK-7")]
