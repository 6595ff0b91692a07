"""Writes about standby: people prepared for a flight without a seat on it, and seated when somebody falls out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from darb.cases.actions import hold
from darb.cases.models import Case, Readiness
from darb.cases.pathways import pathway
from darb.people.models import Membership
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in

from .actions import LOCKED, book, hold_flight, refuse_twice
from .models import Flight, FlightState, Seat, Standby
from .reading import Booking, flight_day, limits_of, standing

OPEN = LOCKED | {FlightState.MANIFEST_OPEN}


@action("movements.name_standby")
def name_standby(act: Act, flight: Flight, cases: Sequence[Case]) -> list[Standby]:
    """Prepare people for a flight in case somebody falls out: of a nationality that is on its manifest, leaving from
    its airport, and on no manifest yet. Their order follows from need and waiting, not from when they were named."""
    held = hold_flight(act, flight)
    if held.state not in OPEN:
        raise Refused("manifest_closed", _("This flight's manifest can't be changed now."))
    rows = hold(act, [c.pk for c in cases])
    refuse_twice(act, rows)
    aboard = {s.case.person.nationality for s in standing(held)}
    waiting = set(Standby.objects.filter(case__in=rows, seat=None, ended_at=None).values_list("case_id", flat=True))
    for case in rows:
        named = {"name": case.person.name}
        if case.departure_airport != held.origin:
            raise Refused(
                "other_airport",
                _("{name} is to leave from {theirs}, and this flight leaves from {airport}."),
                **named,
                theirs=case.departure_airport or "–",
                airport=held.origin,
            )
        if case.person.nationality not in aboard:
            raise Refused(
                "standby_other_nationality",
                _("{name} is of another nationality than everybody on this flight: standby takes a place of the same."),
                **named,
            )
        if case.stage not in pathway(case.programme).step("book").out_of:
            raise Refused("standby_not_waiting", _("{name} isn't waiting for a flight now."), **named)
        if case.pk in waiting:
            raise Refused("standby_twice", _("{name} is on a standby list already."), **named)
    made = copy_in(
        [Standby(scope_id=c.scope_id, flight=held, case=c, person_id=c.person_id, named_at=act.at) for c in rows]
    )
    act.persons = [c.person_id for c in rows]
    act.detail = {"standby": len(made)}
    return made


@action("movements.use_standby")
def use_standby(act: Act, flight: Flight, cases: Collection[int], reason: str) -> list[Seat]:
    """Seat people of the standby list, `cases` by id. Nobody of their nationality who can fly on the day and whose
    family fits is passed over; every gate is asked again, and after the lock a new version is made."""
    held = hold_flight(act, flight)
    waiting = in_order(Standby.objects.select_for_update(of=("self",)).filter(flight=held))
    chosen = [s for s in waiting if s.case_id in set(cases)]
    if not chosen or len(chosen) != len(set(cases)):
        raise Missing("no_standby", _("Nobody within your reach is on this flight's standby list as you say."))
    _nobody_passed_over(held, waiting, chosen)
    seats = book(act, held, [Booking(s.case) for s in chosen], reason)
    by_case = {s.case_id: s for s in seats}
    for standby in chosen:
        standby.seat = by_case[standby.case_id]
    change_in(chosen, ["seat"])
    act.persons = [s.person_id for s in chosen]
    act.detail = {"seated": len(chosen)}
    return seats


@action("movements.end_standby")
def end_standby(act: Act, flight: Flight, cases: Collection[int]) -> int:
    """Take people off a standby list; gives how many."""
    held = hold_flight(act, flight)
    rows = [s for s in in_order(Standby.objects.select_for_update(of=("self",)).filter(flight=held))]
    gone = [s for s in rows if s.case_id in set(cases)]
    act.within({s.scope_id for s in gone})
    for standby in gone:
        standby.ended_at = act.at
    change_in(gone, ["ended_at"])
    act.persons = [s.person_id for s in gone]
    return len(gone)


def end_all(act: Act, flight: Flight) -> None:
    """A flight that has left, or never will, keeps nobody waiting. Part of the deed that says so."""
    with whole_house():
        Standby.objects.filter(flight=flight, seat=None, ended_at=None).update(ended_at=act.at)


def in_order(rows: Collection[Standby]) -> list[Standby]:
    """Those who wait on a standby list (a query set), greatest need first, then who waits longest."""
    waiting = rows.filter(seat=None, ended_at=None).select_related("case__person")  # type: ignore[attr-defined]
    return list(waiting.order_by("-case__priority", "case__opened", "case__pk"))


def families(rows: Sequence[Standby]) -> dict[int, list[Standby]]:
    """By case, all of the list who stand in the same group, themselves among them. One query."""
    group = dict(
        Membership.objects.filter(person__in=[s.person_id for s in rows], left_at=None).values_list(
            "person_id", "group_id"
        )
    )
    together: dict[object, list[Standby]] = {}
    for s in rows:
        together.setdefault(group.get(s.person_id, ("alone", s.person_id)), []).append(s)
    return {s.case_id: family for family in together.values() for s in family}


def _nobody_passed_over(flight: Flight, waiting: Sequence[Standby], chosen: Sequence[Standby]) -> None:
    """Refuse, by name, who stands before one of the same nationality that is taken, and could go as well."""
    ready = set(
        Readiness.objects.filter(case__in=[s.case_id for s in waiting])
        .extra(where=["ready @> %s::date"], params=[flight_day(flight)])
        .values_list("case_id", flat=True)
    )
    left = limits_of(flight).seats - flight.seats_taken
    units, taken = families(waiting), {s.case_id for s in chosen}
    last = {s.person.nationality: waiting.index(s) for s in chosen}
    for place, s in enumerate(waiting):
        unit = units[s.case_id]
        fits = len(unit) <= left and all(m.case_id in ready for m in unit)
        if s.case_id not in taken and fits and place < last.get(s.person.nationality, 0):
            raise Refused(
                "passed_over", _("{name} stands before them on the standby list, and can fly."), name=s.case.person.name
            )
