"""What clearances ask of a journey, confirmed on one flight; void again for whoever leaves that flight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from darb.cases.actions import hold, meet_conditions
from darb.cases.condition_actions import reopen_conditions
from darb.cases.models import Case, Verdict
from darb.programmes.fitness import SERVICE_OF
from darb.programmes.voluntary_return_codes import CONDITIONS, SPECIAL_SERVICES
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in, copy_in

from .models import UNCONFIRMED, Confirmation, Flight, FlightState, Seat

ARRANGED = frozenset(
    {*UNCONFIRMED, FlightState.CONFIRMED, FlightState.MANIFEST_OPEN, FlightState.LOCKED, FlightState.BOARDING}
)
MOST_LETTERS = 120


@dataclass(frozen=True)
class Confirmed:
    """One condition of one clearance, and what was agreed: the escort's name, who at the carrier said yes."""

    case: Case
    gate: str
    condition: str
    detail: str


@action("movements.confirm_conditions")
def confirm_conditions(act: Act, flight: Flight, confirmed: Sequence[Confirmed]) -> list[Confirmation]:
    """Confirm on this flight what clearances ask; each by a role that the condition names, with what was agreed.

    Refuses a condition that nobody asks for, one confirmed for another flight already, and an empty word.
    """
    if flight.state not in ARRANGED:
        raise Refused("flight_over", _("This flight has left, or was called off."))
    held = {c.pk: c for c in hold(act, [c.case.pk for c in confirmed])}
    asked = {(v.case_id, v.gate): v for v in Verdict.objects.filter(case__among=held, superseded_at=None, granted=True)}
    there = {
        (c.case_id, c.gate, c.condition): c
        for c in Confirmation.objects.filter(case__in=held, void_at=None).select_related("flight")
    }
    for c in confirmed:
        _check(act, flight, c, asked.get((c.case.pk, c.gate)), there.get((c.case.pk, c.gate, c.condition)))
    rows = copy_in(
        [
            Confirmation(
                scope_id=held[c.case.pk].scope_id,
                flight=flight,
                case=held[c.case.pk],
                person_id=held[c.case.pk].person_id,
                gate=c.gate,
                condition=c.condition,
                detail=c.detail.strip()[:MOST_LETTERS],
                at=act.at,
                account_id=act.actor.account_id,
            )
            for c in confirmed
            if (c.case.pk, c.gate, c.condition) not in there
        ]
    )
    if rows:
        meet_conditions(act.by_house(), [(r.case, r.gate, r.condition) for r in rows])
        _tell_carrier(flight, rows)
    act.persons = [r.person_id for r in rows]
    act.subject = flight.ref
    act.detail = {"conditions": sorted({r.condition for r in rows})}
    return rows


@action("movements.void_confirmations")
def void_confirmations(act: Act, persons: Collection[int]) -> int:
    """Confirmations of those who have no seat on that flight any more are void, and their gates red again."""
    rows = list(Confirmation.objects.filter(person__in=persons, void_at=None).select_related("case"))
    seated = set(
        Seat.objects.filter(person__in=persons, removed_in=None).values_list("person_id", "flight_id").distinct()
    )
    void = [r for r in rows if (r.person_id, r.flight_id) not in seated]
    if void:
        Confirmation.objects.filter(pk__in=[r.pk for r in void]).update(void_at=act.at)
        reopen_conditions(act, [(r.case, r.gate, r.condition) for r in void])
    act.persons = [r.person_id for r in void]
    return len(void)


def _tell_carrier(flight: Flight, rows: Sequence[Confirmation]) -> None:
    """Whoever has a seat already gets the carrier's code of what was confirmed; at booking it comes by itself."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if code := SERVICE_OF.get(row.condition):
            wanted[row.case_id].add(code)
    seats = list(Seat.objects.filter(flight=flight, case__in=wanted, removed_in=None))
    for seat in seats:
        there = set(seat.service_codes.split()) | wanted[seat.case_id]
        seat.service_codes = " ".join(code for code in SPECIAL_SERVICES if code in there)
    change_in(seats, ["service_codes"])


def _check(act: Act, flight: Flight, c: Confirmed, verdict: Verdict | None, stands: Confirmation | None) -> None:
    declared = CONDITIONS.get(c.condition)
    if declared is None or verdict is None or c.condition not in verdict.conditions:
        raise Missing("no_such_condition", _("No clearance within your reach asks for this."))
    if not c.detail.strip():
        raise Invalid("detail_needed", _("Write what was agreed, and with whom."), field="detail")
    roles = declared.confirmed_by
    if not act.actor.house and not any(c.case.scope_id in act.actor.reach.get(r, ()) for r in roles):
        raise Forbidden("condition_of_other_role", _("Another role confirms this."), who=roles[0])
    if stands and stands.flight_id != flight.pk:
        raise Refused(
            "confirmed_elsewhere",
            _("This is confirmed for {flight}: take the person off that flight first."),
            who=Role.MOVEMENT_OFFICER,
            flight=stands.flight.code,
        )
