"""Plans of the mission: made from its own readiness, changed by hand, kept to by later plans."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case, Readiness
from darb.movements.actions import book, lock
from darb.movements.flight_actions import Hop, cancel, plan_flight
from darb.movements.models import Flight, Leg, Plan, PlannedGroup, PlanState, SeatLock
from darb.movements.plan_actions import (
    ask_plan,
    hold_flights,
    lock_seat,
    move_in_plan,
    set_flight_terms,
    set_plan_terms,
    stop_plan,
    suppose_plan,
)
from darb.movements.plan_keeping import mission_of
from darb.movements.preparing_actions import Asking, answer_permit, keep_operator, request_permits
from darb.movements.reading import Booking
from darb.places.actions import close_route
from darb.places.routes import airport_subject
from darb.reactions.jobs import make_plan
from darb.rules.planning.rounds import broken
from darb.rules.planning.supposing import Changes
from darb.rules.planning.terms import Terms
from darb.rules.refusal import Forbidden, Refused, Stale
from darb.rules.roles import Role
from darb.rules.windows import Windows
from tests.cast import NOON, act_as, in_days, told
from tests.travellers import born, flight, ready

OFFICER, CHIEF, MANAGER = Role.MOVEMENT_OFFICER, Role.CHIEF_OF_MISSION, Role.PROGRAMME_MANAGER


def refused(code: str):
    """Whatever is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}: ")


def made(**asked) -> Plan:
    """A plan that Yusuf asked for and the worker made."""
    plan = ask_plan(act_as(OFFICER), **{"days": 30, "seconds": 5, **asked})
    make_plan(plan.ref, int(NOON.timestamp()))
    plan.refresh_from_db()
    return plan


def on(plan: Plan) -> dict[str, str]:
    """By the code of the flight or "", the references planned there."""
    return dict(PlannedGroup.objects.filter(plan=plan).values_list("key", "on"))


def contracted(code: str = "DB 101", **more):
    """A flight whose price is owed, so that using it costs nothing more."""
    return flight(code, **more)


def a_family_of_three():
    """Aïcha, her husband and their baby."""
    people = [
        told("Ousmane", born=born(35), site="TOWN-TRIPOLI"),
        told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
        told("Awa", sex="F", born=born(0.5), site="TOWN-TRIPOLI"),
    ]
    return ready(people, families=[[(0, "head"), (1, "wife"), (2, "daughter")]])


def test_who_is_ready_is_planned_on_the_first_flight_home_and_the_plan_passes_the_check(house):
    people = ready(3)
    first, _later = contracted(), contracted("DB 102", day=in_days(12))
    plan = made()
    assert plan.state == PlanState.DONE
    assert on(plan) == {c.ref: first.ref for c in people}
    mission = mission_of(plan)
    assert broken(mission.raw, mission.beyond, on(plan)) == []
    assert plan.figures["flown"] == 3 and plan.bound <= plan.objective
    assert plan.progress.exists()


def test_a_family_is_one_group_and_its_infant_takes_a_lap_and_no_seat(house):
    family = a_family_of_three()
    contracted()
    row = PlannedGroup.objects.get(plan=made())
    assert sorted(row.cases) == sorted(c.pk for c in family)
    assert (row.told["persons"], row.told["seats"], row.told["infants"]) == (3, 2, 1)


def test_a_child_alone_needs_an_escort_and_a_seat_for_the_escort(house):
    ready([told("Lamin", born=born(15), site="TOWN-TRIPOLI")])
    a_flight = contracted()
    plan = made()
    assert PlannedGroup.objects.get(plan=plan).told["unaccompanied"] == 1
    planned = plan.flights.get(flight=a_flight)
    assert (planned.persons, planned.escorts, planned.seats_used) == (1, 1, 2)


def test_nobody_is_planned_after_the_first_red_day(house):
    early, lasting = ready(2)
    give_verdicts(act_as(), [Ruled(early, "R9", "FTT-1", until=in_days(10))])
    late = contracted(day=in_days(12))
    plan = made()
    assert on(plan) == {early.ref: "", lasting.ref: late.ref}
    row = PlannedGroup.objects.get(plan=plan, key=early.ref)
    assert row.told["until"] == in_days(9).isoformat()
    assert row.why, "it says why"


def test_who_becomes_ready_only_later_is_planned_from_that_day(house):
    person = ready()[0]
    close_route(act_as(), airport_subject("MJI"), in_days(1), in_days(8), "runway")
    contracted(day=in_days(5))
    after = contracted("DB 102", day=in_days(9))
    assert on(made()) == {person.ref: after.ref}


def test_who_has_a_red_gate_on_every_day_is_not_in_the_plan(house):
    person = ready()[0]
    give_verdicts(act_as(), [Ruled(person, "R9", "FTT-3")])
    contracted()
    assert on(made()) == {}


def test_who_leaves_from_another_airport_stays_and_hears_where_seats_are(house):
    person = ready(departs="MRA")[0]
    ready()
    contracted()
    plan = made()
    assert on(plan)[person.ref] == ""
    codes = {r["code"] for r in PlannedGroup.objects.get(plan=plan, key=person.ref).why}
    assert "planning.elsewhere" in codes


def test_who_leaves_from_another_airport_hears_of_an_agreed_flight_there_though_nobody_is_on_it_yet(house):
    person = ready(departs="MRA")[0]
    contracted()
    why = PlannedGroup.objects.get(plan=made(), key=person.ref).why
    assert (why[0]["code"], str(why[0]["values"]["count"])) == ("planning.elsewhere", "1")


def test_the_last_step_of_the_progress_tells_the_gap_of_the_plan_that_is_kept(house):
    ready(2)
    contracted(route=("MJI", "BKO", "BJL"))
    plan = made()
    last = plan.progress.order_by("-pk").first()
    assert (last.objective, last.bound) == (plan.objective, plan.bound)


def test_a_flight_used_for_one_of_its_stops_is_not_told_as_unused_for_the_other(house):
    ready(2)
    contracted(route=("MJI", "BKO", "BJL"))
    assert [f.unopened for f in made().flights.all()] == [None, None]


def test_a_charter_for_two_people_is_not_opened_and_it_says_what_it_would_have_cost_and_saved(house):
    ready(2)
    flight(opened=False)
    plan = made()
    planned = plan.flights.get()
    assert planned.persons == 0
    assert planned.unopened["persons"] == 2
    assert planned.unopened["cost"] > planned.unopened["saved"] > 0


def test_the_price_of_a_charter_is_the_flights_own_where_it_has_one(house):
    people = ready(2)
    cheap = flight(opened=False)
    set_flight_terms(act_as(OFFICER), cheap, {"fixed_cost": 10})
    assert on(made()) == {c.ref: cheap.ref for c in people}


def test_the_missions_terms_hold_from_when_they_are_set_and_refuse_what_cant_be(house):
    set_plan_terms(act_as(MANAGER), Terms(days=10, waiting_per_person_day=99))
    plan = ask_plan(act_as(OFFICER))
    assert (plan.end - plan.start).days == 10
    with refused("bad_terms"):
        set_plan_terms(act_as(MANAGER), Terms(escort=-1))
    with refused("bad_days"):
        ask_plan(act_as(OFFICER), days=4000)
    with pytest.raises(Forbidden):
        set_plan_terms(act_as(OFFICER), Terms())


def test_people_on_an_open_list_keep_their_flight_when_a_slightly_better_one_comes(house):
    person = ready()[0]
    theirs = contracted(day=in_days(6))
    book(act_as(OFFICER), theirs, [Booking(person)])
    contracted("DB 100", day=in_days(5))
    row = PlannedGroup.objects.get(plan=made())
    assert (row.on, row.current) == (theirs.ref, theirs.ref)


def test_who_is_moved_off_a_flight_they_were_told_of_is_told_why(house):
    person = ready()[0]
    theirs = contracted(day=in_days(25))
    book(act_as(OFFICER), theirs, [Booking(person)])
    sooner = contracted("DB 100", day=in_days(3))
    row = PlannedGroup.objects.get(plan=made())
    assert (row.on, row.current) == (sooner.ref, theirs.ref)
    assert [r["code"] for r in row.why] == ["planning.moved_saves"]


def test_after_a_cancelled_flight_its_people_are_planned_anew_and_known_as_moved(house):
    people = ready(2)
    first, second = contracted(), contracted("DB 102", day=in_days(9))
    book(act_as(OFFICER), first, [Booking(c) for c in people])
    cancel(act_as(OFFICER), first, "no permit")
    plan = made()
    assert on(plan) == {c.ref: second.ref for c in people}
    rows = PlannedGroup.objects.filter(plan=plan)
    assert {r.current for r in rows} == {first.ref}
    assert {w["code"] for r in rows for w in r.why} == {"planning.told_cancelled"}
    assert plan.figures["moved"] == 2


def test_a_locked_manifest_is_left_as_it_is_even_if_somebody_on_it_turned_red(house):
    fine, lapsed, waiting = ready(3)
    theirs = contracted(seats=10)
    book(act_as(OFFICER), theirs, [Booking(fine), Booking(lapsed)])
    lock(act_as(OFFICER), theirs)
    give_verdicts(act_as(), [Ruled(lapsed, "R9", "FTT-1", until=in_days(2))])
    plan = made()
    assert on(plan) == {fine.ref: theirs.ref, lapsed.ref: theirs.ref, waiting.ref: ""}


def test_a_held_flight_keeps_its_list_and_takes_nobody_more(house):
    person, newcomer = ready(2)
    theirs = contracted(seats=10, day=in_days(25))
    book(act_as(OFFICER), theirs, [Booking(person)])
    hold_flights(act_as(OFFICER), [theirs])
    sooner = contracted("DB 100", day=in_days(3))
    assert on(made()) == {person.ref: theirs.ref, newcomer.ref: sooner.ref}
    hold_flights(act_as(OFFICER), [theirs], held=False)
    assert on(made())[person.ref] == sooner.ref


def test_a_group_moved_by_hand_stays_there_in_later_plans_until_let_go(house):
    person = ready()[0]
    first, second = contracted(), contracted("DB 102", day=in_days(9))
    plan = made()
    moved = move_in_plan(act_as(OFFICER), plan, [person.ref], second.ref, plan.version)
    assert on(plan) == {person.ref: second.ref}
    assert moved.objective > plan.objective, "that costs days of waiting"
    assert plan.flights.get(flight=first).persons == 0
    again = made()
    assert on(again) == {person.ref: second.ref}
    lock_seat(act_as(OFFICER), again, [person.ref], locked=False)
    assert not SeatLock.objects.filter(lifted_at=None).exists()
    assert on(made()) == {person.ref: first.ref}


def test_a_move_that_breaks_a_rule_is_refused_by_name_and_changes_nothing(house):
    people = ready(2)
    first, small = contracted(), contracted("DB 102", day=in_days(9), seats=1)
    elsewhere = contracted("DB 103", route=("MJI", "NIM"))
    plan = made()
    plan = move_in_plan(act_as(OFFICER), plan, [people[0].ref], small.ref)
    with refused("planning.seats"):
        move_in_plan(act_as(OFFICER), plan, [people[1].ref], small.ref)
    with refused("planning.destination"):
        move_in_plan(act_as(OFFICER), plan, [people[1].ref], elsewhere.ref)
    with pytest.raises(Stale):
        move_in_plan(act_as(OFFICER), plan, [people[1].ref], "", expected=1)
    assert on(plan) == {people[0].ref: small.ref, people[1].ref: first.ref}


def test_a_fixed_person_who_can_no_longer_fly_there_is_planned_anew_and_told_as_moved_with_the_reason(house):
    person = ready()[0]
    early = contracted()
    late = contracted("DB 102", day=in_days(20))
    plan = made()
    move_in_plan(act_as(OFFICER), plan, [person.ref], late.ref)
    give_verdicts(act_as(), [Ruled(person, "R9", "FTT-1", until=in_days(12))])
    row = PlannedGroup.objects.get(plan=made())
    assert (row.on, row.current, row.locked) == (early.ref, late.ref, False)
    assert [w["code"] for w in row.why] == ["planning.not_in_window"]
    give_verdicts(act_as(), [Ruled(person, "R9", "FTT-1", until=in_days(40))])
    assert on(made()) == {person.ref: late.ref}, "the fix holds again as soon as it can"


def test_fixed_people_who_no_longer_fit_together_make_the_plan_say_so(house):
    first, second = ready(2)
    theirs = contracted()
    plan = made()
    lock_seat(act_as(OFFICER), plan, [first.ref])
    lock_seat(act_as(OFFICER), plan, [second.ref])
    Flight.objects.filter(pk=theirs.pk).update(seats=1)
    failed = made()
    assert failed.state == PlanState.FAILED
    assert failed.failure["code"] == "planning.locks"
    assert theirs.ref in failed.failure["values"]["why"]


def test_whoever_was_fixed_on_a_flight_that_is_called_off_is_planned_anew(house):
    by_hand, of_held = ready(2)
    theirs = contracted()
    plan = made()
    lock_seat(act_as(OFFICER), plan, [by_hand.ref])
    hold_flights(act_as(OFFICER), [theirs])
    later = contracted("DB 102", day=in_days(9))
    assert on(made()) == {by_hand.ref: theirs.ref, of_held.ref: theirs.ref}
    cancel(act_as(OFFICER), theirs, "no permit")
    again = made()
    assert again.state == PlanState.DONE, again.failure
    assert on(again) == {by_hand.ref: later.ref, of_held.ref: later.ref}


def test_one_aircraft_with_two_stops_is_shared_out_between_its_countries(house):
    malians, gambians = ready(2), ready(4, nationality="GMB")
    both = contracted(route=("MJI", "BKO", "BJL"), seats=6)
    plan = made()
    assert {key: on_ for key, on_ in on(plan).items()} == {
        **{c.ref: f"{both.ref}-BKO" for c in malians},
        **{c.ref: f"{both.ref}-BJL" for c in gambians},
    }
    assert sum(f.seats_used for f in plan.flights.all()) == 6


def test_seats_of_a_flight_with_two_stops_go_by_hand_from_one_stop_to_the_other_and_no_further(house):
    malian, gambians = ready(1)[0], ready(3, nationality="GMB")
    both = contracted(route=("MJI", "BKO", "BJL"), seats=3)
    other = contracted("DB 102", route=("MJI", "BJL"), day=in_days(9))
    hold_flights(act_as(OFFICER), [other])
    plan = made()
    flown = [key for key, flight in on(plan).items() if flight]
    assert len(flown) == 3, "three seats, whoever has them"
    stays = next(c for c in (malian, *gambians) if c.ref not in flown)
    goes = next(c for c in (*gambians, malian) if c.ref in flown and c.return_country != stays.return_country)
    key = f"{both.ref}-{'BKO' if stays == malian else 'BJL'}"
    with refused("planning.seats"):
        move_in_plan(act_as(OFFICER), plan, [stays.ref], key)
    move_in_plan(act_as(OFFICER), plan, [goes.ref], "")
    assert on(move_in_plan(act_as(OFFICER), plan, [stays.ref], key))[stays.ref] == key


def red_between(person, first: int, again: int, until: int) -> None:
    """Ready, then red, then ready again: a finding of health that ends, and one that begins later."""
    Readiness.objects.filter(case=person).update(
        ready=Windows.between(in_days(0), in_days(first)) | Windows.between(in_days(again), in_days(until))
    )


def test_who_is_ready_red_and_ready_again_flies_in_the_second_days_and_never_between(house):
    person = ready()[0]
    red_between(person, 3, 15, 25)
    contracted(day=in_days(9))
    after = contracted("DB 102", day=in_days(16))
    plan = made()
    assert on(plan) == {person.ref: after.ref}
    row = PlannedGroup.objects.get(plan=plan)
    assert row.stretches == [
        [NOON.date().isoformat(), in_days(2).isoformat()],
        [in_days(15).isoformat(), in_days(24).isoformat()],
    ]
    assert plan.figures["days_waited"] == 16, "they wait from the first day on which they were ready"


def test_nobody_is_moved_by_hand_onto_a_flight_of_a_red_day_in_between(house):
    person = ready()[0]
    red_between(person, 3, 15, 25)
    between = contracted(day=in_days(9))
    contracted("DB 102", day=in_days(16))
    with refused("planning.red_between"):
        move_in_plan(act_as(OFFICER), made(), [person.ref], between.ref)


def test_a_flight_that_an_aircraft_can_fly_after_another_of_its_day_needs_no_second_aircraft(house):
    ready(2)
    for code, seats in (("DB 101", 1), ("DB 102", 1)):
        set_flight_terms(act_as(OFFICER), flight(code, seats=seats, opened=False), {"fixed_cost": 1})
    set_plan_terms(act_as(MANAGER), Terms(fleet_per_day=1))
    assert made().figures["flown"] == 1, "both leave at nine, and there is one aircraft"
    Flight.objects.filter(code="DB 102").update(departs_at=NOON.replace(hour=19) + timedelta(days=5))
    Leg.objects.filter(flight__code="DB 102").update(arrives_at=NOON.replace(hour=23) + timedelta(days=5))
    assert made().figures["flown"] == 2, "back after four hours there, four home, and an hour at each end"
    set_plan_terms(act_as(MANAGER), Terms(fleet_per_day=1, turnaround_minutes=90))
    assert made().figures["flown"] == 1


def test_a_boat_home_is_planned_by_its_places_and_infants_have_one_each(house):
    family = a_family_of_three()
    Case.objects.filter(pk__in=[c.pk for c in family]).update(departure_airport="LYMRA", return_country="EGY")
    leaves = NOON + timedelta(days=5)
    hop = Hop("LYMRA", "EGALY", leaves, leaves + timedelta(days=4))
    told = {"operator": "Azzurra", "infant_limit": 0, "kind": "boat"}
    plan_flight(act_as(OFFICER), "SMALL", [hop], aircraft="Small", seats=2, **told)
    large = plan_flight(act_as(OFFICER), "LARGE", [hop], aircraft="Large", seats=3, **told)
    set_plan_terms(act_as(MANAGER), Terms(boat_per_place=1))
    assert set(on(made()).values()) == {large.ref}


def test_what_the_carrier_takes_limits_the_plan_unless_the_flight_says_otherwise(house):
    a_family_of_three()
    theirs = contracted(infant_limit=12)
    keep_operator(act_as(OFFICER), theirs.operator, infants_per_adult=1, infants_percent=0)
    assert made().figures["flown"] == 0
    keep_operator(act_as(OFFICER), theirs.operator, infants_per_adult=1, infants_percent=10)
    assert made().figures["flown"] == 3


def test_nobody_is_planned_on_a_flight_whose_permit_was_refused(house):
    ready(2)
    theirs = flight(opened=False)
    set_flight_terms(act_as(OFFICER), theirs, {"fixed_cost": 1})
    request_permits(act_as(OFFICER), theirs, [Asking("landing", "ANAC Mali")])
    assert made().figures["flown"] == 2, "asked for, not answered: it may come"
    answer_permit(act_as(OFFICER), theirs.permits.get(), refused_because="no slot")
    assert made().figures["flown"] == 0


def test_no_more_are_planned_than_the_receiving_mission_takes_in_a_week(house):
    ready(3)
    contracted(day=in_days(2))
    contracted("DB 102", day=in_days(4))
    set_plan_terms(act_as(MANAGER), Terms(receiving_week={"MLI": 2}))
    plan = made()
    assert plan.figures["flown"] == 2
    left = PlannedGroup.objects.get(plan=plan, on="")
    assert "planning.full_quota" in {w["code"] for w in left.why}
    with refused("planning.received_a_week"):
        move_in_plan(act_as(OFFICER), plan, [left.key], plan.flights.order_by("day").last().key)


def test_what_if_is_answered_and_touches_nothing(house):
    people = ready(2)
    first, second = contracted(), contracted("DB 102", day=in_days(9))
    plan = made()
    supposed = suppose_plan(act_as(CHIEF), plan, Changes(cancelled=(first.ref,)))
    make_plan(supposed.ref, int(NOON.timestamp()))
    supposed.refresh_from_db()
    assert (supposed.state, supposed.figures["flown"]) == (PlanState.DONE, 2)
    assert supposed.figures["days_waited"] > plan.figures["days_waited"]
    assert supposed.flights.get(key=second.ref).persons == 2
    assert on(plan) == {c.ref: first.ref for c in people}
    assert not PlannedGroup.objects.filter(plan=supposed).exists()


def test_a_newer_wish_for_a_plan_ends_the_one_being_made_and_one_may_be_stopped(house):
    first = ask_plan(act_as(OFFICER), days=10)
    second = ask_plan(act_as(MANAGER), days=10)
    first.refresh_from_db()
    assert first.stop_asked and not second.stop_asked
    assert stop_plan(act_as(OFFICER), second).stop_asked
    make_plan(second.ref, int(NOON.timestamp()))
    with refused("not_running"):
        stop_plan(act_as(OFFICER), second)


def test_a_plan_whose_worker_died_is_begun_anew(house):
    person = ready()[0]
    a_flight = contracted()
    plan = made()
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.RUNNING)
    make_plan(plan.ref, int(NOON.timestamp()))
    assert on(plan) == {person.ref: a_flight.ref}


def test_only_those_who_plan_may_ask_and_the_chief_may_suppose(house):
    for role in (Role.VHR_CASEWORKER, CHIEF):
        with pytest.raises(Forbidden):
            ask_plan(act_as(role))
    with pytest.raises(Forbidden):
        move_in_plan(act_as(MANAGER), made(), ["X"], "")


def test_plans_nobody_took_anything_from_are_forgotten_after_a_while(house):
    ready()
    contracted()
    plans = [made() for _n in range(12)]
    left = set(Plan.objects.values_list("ref", flat=True))
    assert plans[0].ref not in left and plans[-1].ref in left


def test_planning_looks_from_tomorrow_on(house):
    plan = ask_plan(act_as(OFFICER), days=1)
    assert (plan.start, plan.end - plan.start) == (in_days(1), timedelta(days=1))
