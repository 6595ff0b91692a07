"""What was done on paper while the line was down (X31), recorded when it is back, with the hour at which it was done.

Where the paper and what the system has learnt meanwhile disagree, neither overwrites the other: the name isn't
boarded, and becomes somebody's task.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from darb.cases.models import Case
from darb.cases.pathways import pathway
from darb.cases.task_actions import ToDo, raise_tasks
from darb.rules.refusal import Invalid, Missing, Refusal, Refused
from darb.rules.roles import Role
from darb.rules.stepping import why_not
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in

from .actions import MOVEMENTS, hold_flight
from .boarding_actions import board
from .models import Flight, FlightState, Seat
from .reading import as_booking, flight_day, riders, standing

EARLIEST = timedelta(hours=24)
"""Nobody boards longer than this before the time of departure."""
CONFLICT = "paper_disagrees"
OFF_THE_LIST = Refusal("late.off_the_list", _("They are off the list since then: they withdrew, or were taken off."))


@dataclass(frozen=True)
class Late:
    """What became of the paper: seats boarded now, seats that had boarded already, and those in conflict, each why."""

    boarded: list[Seat]
    there: list[Seat]
    conflicts: list[tuple[Seat, Refusal]]


@action("movements.record_from_paper")
def record_from_paper(act: Act, flight: Flight, seats: Collection[int], at: datetime) -> Late:
    """Board those whom the paper list says to have boarded at `at`, every check signed on it.

    Whoever has withdrawn or been taken off meanwhile, or has a red gate, is not boarded: the movement officer and
    protection look at each today. Raises Invalid for an hour that can't be right.
    """
    held = hold_flight(act, flight)
    if held.state != FlightState.BOARDING:
        raise Refused("not_boarding", _("Nobody is boarding this flight."))
    if not held.departs_at - EARLIEST <= at <= act.at:
        raise Invalid("bad_hour", _("Write the hour on the paper: not in the future, nor days before."), field="at")
    rows = list(held.seat_rows.filter(pk__in=set(seats)).select_related("case__person").order_by("pk"))
    if not rows or len(rows) != len(set(seats)):
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    act.within({s.scope_id for s in rows})
    told = _sorted(act, held, rows)
    if told.conflicts:
        _ask(act, [s.case for s, _why in told.conflicts])
    if told.boarded:
        _signed(told.boarded, act, at)
        board(replace(act, at=at), held, [s.pk for s in told.boarded])
    act.persons = [s.person_id for s in rows]
    act.detail = {"boarded": len(told.boarded), "conflicts": len(told.conflicts), "done_at": at.isoformat()}
    return told


def _sorted(act: Act, flight: Flight, rows: list[Seat]) -> Late:
    roles = list(Role) if act.actor.house else act.actor.roles
    day = max(act.day, flight_day(flight))
    facts = {
        r.case.pk: r.facts for r in riders(act.actor, [as_booking(s) for s in standing(flight)], flight_day(flight))
    }
    told = Late([], [], [])
    for seat in rows:
        if seat.boarded_at:
            told.there.append(seat)
        elif seat.removed_in is not None:
            told.conflicts.append((seat, OFF_THE_LIST))
        else:
            declared = pathway(seat.case.programme)
            step = declared.step("board")
            refused = why_not(declared, step, facts[seat.case_id], day, roles=roles, through=MOVEMENTS)
            if refused:
                told.conflicts.append((seat, refused[0]))
            else:
                told.boarded.append(seat)
    return told


def _signed(seats: list[Seat], act: Act, at: datetime) -> None:
    """Every check that isn't recorded yet was signed on the paper."""
    for seat in seats:
        signed = {"passed": True, "at": at.isoformat(), "by": act.actor.account_id, "paper": True}
        seat.checks = {b.code: signed for b in pathway(seat.case.programme).boarding} | seat.checks
    change_in(seats, ["checks"])


def _ask(act: Act, cases: list[Case]) -> None:
    roles = (Role.MOVEMENT_OFFICER, Role.PROTECTION_CASEWORKER)
    raise_tasks(act.by_house(), [ToDo(c, CONFLICT, role, act.day) for c in cases for role in roles])
