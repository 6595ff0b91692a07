"""Accepting a plan, flight by flight: manifests become what it says, by the deeds and gates that hold by hand."""

from __future__ import annotations

import pytest

from darb.cases.actions import Ruled, give_verdicts
from darb.movements.actions import book, lock
from darb.movements.flight_actions import cancel
from darb.movements.models import FlightState, PlannedGroup, Seat
from darb.movements.plan_accept_actions import accept_plan
from darb.movements.plan_actions import move_in_plan
from darb.movements.reading import Booking
from darb.rules.refusal import Forbidden, Invalid, Refused, Stale
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import act_as, in_days, told
from tests.movements.test_plan_actions import a_family_of_three, contracted, made, on, refused
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def aboard(a_flight) -> set[str]:
    """References of those with a standing seat."""
    return set(Seat.objects.filter(flight=a_flight, removed_in=None).values_list("case__ref", flat=True))


def test_the_manifest_becomes_what_the_plan_says(house):
    family, alone = a_family_of_three(), ready(2)
    theirs = contracted()
    plan = made()
    done = accept_plan(act_as(OFFICER), plan, theirs.ref)
    assert (done.booked, done.taken_off, done.left_out) == (5, 0, [])
    assert aboard(theirs) == {c.ref for c in [*family, *alone]}
    assert plan.flights.get(flight=theirs).accepted_at
    log = ActionLog.objects.filter(action="movements.accept_plan").latest("pk")
    assert log.detail == {"plan": plan.ref, "booked": 5, "off": 0, "left_out": 0}


def test_who_turned_red_since_is_left_out_by_name_and_gate_and_the_others_stand(house):
    fine, lapsed = ready(2)
    theirs = contracted()
    plan = made()
    give_verdicts(act_as(), [Ruled(lapsed, "R9", "FTT-3")])
    done = accept_plan(act_as(OFFICER), plan, theirs.ref)
    assert aboard(theirs) == {fine.ref}
    ((case, reason),) = done.left_out
    assert (case, reason.code) == (lapsed, "R9.unfit")
    row = PlannedGroup.objects.get(plan=plan, key=lapsed.ref)
    assert (row.on, [w["code"] for w in row.why]) == ("", ["R9.unfit"])


def test_a_family_is_left_out_whole_when_one_of_them_is_red(house):
    family = a_family_of_three()
    theirs = contracted()
    plan = made()
    give_verdicts(act_as(), [Ruled(family[1], "R9", "FTT-3")])
    done = accept_plan(act_as(OFFICER), plan, theirs.ref)
    assert (done.booked, len(done.left_out)) == (0, 1)
    assert aboard(theirs) == set()


def test_who_is_planned_on_another_flight_leaves_the_list_and_comes_on_there(house):
    person = ready()[0]
    theirs = contracted(day=in_days(25))
    book(act_as(OFFICER), theirs, [Booking(person)])
    sooner = contracted("DB 100", day=in_days(3))
    accept_plan(act_as(OFFICER), made(), sooner.ref)
    assert (aboard(theirs), aboard(sooner)) == (set(), {person.ref})
    person.refresh_from_db()
    assert person.stage == "manifested"


def test_nobody_loses_a_seat_for_a_flight_that_a_gate_keeps_them_from(house):
    person = ready()[0]
    theirs = contracted(day=in_days(25))
    book(act_as(OFFICER), theirs, [Booking(person)])
    sooner = contracted("DB 100", day=in_days(3))
    plan = made()
    give_verdicts(act_as(), [Ruled(person, "R9", "FTT-1", until=in_days(2))])
    done = accept_plan(act_as(OFFICER), plan, sooner.ref)
    assert len(done.left_out) == 1
    assert aboard(theirs) == {person.ref}


def test_whoever_the_plan_doesnt_know_keeps_the_seat(house):
    planned, later = ready(2)
    theirs = contracted(seats=10)
    give_verdicts(act_as(), [Ruled(later, "R9", "FTT-3")])
    plan = made()
    give_verdicts(act_as(), [Ruled(later, "R9", "FTT-1")])
    book(act_as(OFFICER), theirs, [Booking(later)])
    accept_plan(act_as(OFFICER), plan, theirs.ref)
    assert aboard(theirs) == {planned.ref, later.ref}


def test_a_seat_too_few_refuses_the_whole_and_changes_nothing(house):
    first, second, later = ready(3)
    theirs = contracted(seats=2)
    give_verdicts(act_as(), [Ruled(later, "R9", "FTT-3")])
    plan = made()
    give_verdicts(act_as(), [Ruled(later, "R9", "FTT-1")])
    book(act_as(OFFICER), theirs, [Booking(later)])
    with refused("flight_full"):
        accept_plan(act_as(OFFICER), plan, theirs.ref)
    assert aboard(theirs) == {later.ref}
    assert on(plan) == {first.ref: theirs.ref, second.ref: theirs.ref}


def test_children_alone_are_accepted_with_the_names_of_their_escorts(house):
    ready([told(f"Child {n}", born=born(15), site="TOWN-TRIPOLI") for n in range(5)])
    theirs = contracted()
    plan = made()
    with pytest.raises(Invalid) as refusal:
        accept_plan(act_as(OFFICER), plan, theirs.ref, escorts=["Tarek Lamlum", " "])
    assert refusal.value.refusal.values == {"children": 5, "needed": 2}
    accept_plan(act_as(OFFICER), plan, theirs.ref, escorts=["Tarek Lamlum", "Samira Ali"])
    named = sorted(Seat.objects.filter(flight=theirs).values_list("escort", flat=True))
    assert (named.count("Tarek Lamlum"), named.count("Samira Ali")) == (4, 1)


def test_a_confirmed_flight_opens_and_a_planned_or_locked_one_says_why_not(house):
    ready(40)
    theirs = flight(opened=False, seats=45)
    plan = made()
    assert plan.flights.get().persons == 40, "worth a charter"
    with refused("not_confirmed"):
        accept_plan(act_as(OFFICER), plan, theirs.ref)
    theirs.refresh_from_db()
    theirs.state = FlightState.CONFIRMED
    theirs.save()
    accept_plan(act_as(OFFICER), plan, theirs.ref)
    lock(act_as(OFFICER), theirs)
    with refused("manifest_closed"):
        accept_plan(act_as(OFFICER), plan, theirs.ref)


def test_a_flight_called_off_since_cant_be_accepted(house):
    ready()
    theirs = contracted()
    plan = made()
    cancel(act_as(OFFICER), theirs, "no permit")
    with refused("manifest_closed"):
        accept_plan(act_as(OFFICER), plan, theirs.ref)


def test_an_accepted_flight_is_no_longer_changed_in_the_plan(house):
    person, other = ready(2)
    theirs, later = contracted(), contracted("DB 102", day=in_days(9))
    plan = move_in_plan(act_as(OFFICER), made(), [other.ref], later.ref)
    accept_plan(act_as(OFFICER), plan, theirs.ref)
    with refused("accepted"):
        move_in_plan(act_as(OFFICER), plan, [person.ref], later.ref)
    with refused("accepted"):
        move_in_plan(act_as(OFFICER), plan, [other.ref], theirs.ref)


def test_an_old_page_an_unknown_flight_and_another_role_are_refused(house):
    ready()
    theirs = contracted()
    plan = made()
    with pytest.raises(Stale):
        accept_plan(act_as(OFFICER), plan, theirs.ref, expected=plan.version - 1)
    with refused("no_planned_flight"):
        accept_plan(act_as(OFFICER), plan, "NOTHING")
    with pytest.raises(Forbidden):
        accept_plan(act_as(Role.PROGRAMME_MANAGER), plan, theirs.ref)
    assert not Seat.objects.exists()


def test_what_is_only_supposed_is_never_accepted(house):
    from darb.movements.plan_actions import suppose_plan
    from darb.reactions.jobs import make_plan
    from darb.rules.planning.supposing import Changes

    ready()
    theirs, later = contracted(), contracted("DB 102", day=in_days(9))
    supposed = suppose_plan(act_as(OFFICER), made(), Changes(cancelled=(theirs.ref,)))
    make_plan(supposed.ref, 1557136800)
    with pytest.raises(Refused):
        accept_plan(act_as(OFFICER), supposed, later.ref)
