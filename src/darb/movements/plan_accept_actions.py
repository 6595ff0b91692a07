"""From a plan to manifests: one flight at a time, by the same deeds as by hand, with every gate checked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from darb.cases.models import Case
from darb.cases.queries import steps_refused
from darb.rules.manifest import seated
from darb.rules.refusal import Invalid, Missing, Refusal, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in

from .actions import MOVEMENTS, book, hold_flight, unbook
from .flight_actions import advance
from .models import UNCONFIRMED, Flight, FlightState, Plan, PlannedFlight, PlannedGroup, Seat
from .plan_actions import hold_plan
from .plan_gathering import unminded
from .plan_keeping import kept, load_flights, mission_from, told_figures, total
from .reading import Booking, flight_day, riders

SEATED = "clear_to_board"
"""The step out of a manifest: it asks the same gates of somebody seated as `book` of somebody who isn't."""


@dataclass(frozen=True)
class Accepted:
    """What became of one planned flight: how many came on and went off, and who was left out, each with the reason."""

    flight: Flight
    booked: int
    taken_off: int
    left_out: Sequence[tuple[Case, Refusal]]


@action("movements.accept_plan")
def accept_plan(
    act: Act, plan: Plan, key: str, *, escorts: Sequence[str] = (), expected: int | None = None
) -> Accepted:
    """Make the manifest of one flight what the plan says: those planned come on, from other open lists too, and those
    planned elsewhere go off.

    Every gate is asked again. Families of whom somebody is refused by a gate are left out, each with the sentence, and
    the others stand; whatever else is refused (seats, laps, reach) refuses the whole, and nothing is changed.
    `escorts` are the names of those who take children without a relative of their own, so many to each.
    """
    held = hold_plan(act, plan, expected)
    row = held.flights.select_related("flight").filter(key=key).first()
    if row is None or row.flight is None or held.base_id:
        raise Missing("no_planned_flight", _("That flight isn't in this plan."))
    flight = _open(act, row.flight)
    with whole_house():
        groups = list(PlannedGroup.objects.filter(plan=held).order_by("pk"))
    wanted = [g for g in groups if g.on == key]
    act.within({g.scope_id for g in wanted})
    seats = _standing(groups)
    to_come = [g for g in wanted if not _is_on(g, flight, seats)]
    refusals = _refusals(act, to_come, seats, flight)
    coming = [g for g in to_come if not any(c in refusals for c in g.cases)]
    off = _take_off(act, held, flight, groups, coming, seats)
    booked = _bring_on(act, held, flight, coming, escorts)
    out = _left_out(to_come, refusals)
    _write(act, held, row, groups, out)
    act.subject = flight.ref
    act.persons = [g.person_id for g in coming]
    act.detail = {"plan": held.ref, "booked": booked, "off": off, "left_out": len(out)}
    cases = Case.objects.select_related("person").in_bulk([pk for pk, _refusal in out.values()])
    return Accepted(flight, booked, off, [(cases[pk], refusal) for pk, refusal in out.values() if pk in cases])


def _open(act: Act, flight: Flight) -> Flight:
    held = hold_flight(act, flight)
    if held.state in UNCONFIRMED:
        raise Refused("not_confirmed", _("The carrier hasn't confirmed this flight yet: confirm it first."))
    if held.state == FlightState.CONFIRMED:
        held = advance(act, held)
    if held.state != FlightState.MANIFEST_OPEN:
        raise Refused("manifest_closed", _("This flight's manifest can't be changed now."))
    return held


def _standing(groups: Iterable[PlannedGroup]) -> dict[int, Seat]:
    """By case, the seats of everyone in the plan."""
    ids = [c for g in groups for c in g.cases]
    with whole_house():
        rows = Seat.objects.filter(case__among=ids, removed_in=None, landed_at=None).select_related("flight")
        return {s.case_id: s for s in rows}


def _is_on(group: PlannedGroup, flight: Flight, seats: Mapping[int, Seat]) -> bool:
    return all(c in seats and seats[c].flight_id == flight.pk for c in group.cases)


def _refusals(
    act: Act, groups: Iterable[PlannedGroup], seats: Mapping[int, Seat], flight: Flight
) -> dict[int, Refusal]:
    """By case, why it can't come onto the flight."""
    cases = list(Case.objects.filter(pk__among=[c for g in groups for c in g.cases]).select_related("person"))
    day = max(act.day, flight_day(flight))
    there = [c for c in cases if c.pk in seats]
    refused = steps_refused(
        act.actor, [c for c in cases if c.pk not in seats], "book", day, through=MOVEMENTS
    ) | steps_refused(act.actor, there, SEATED, day, through=MOVEMENTS)
    for case in there:
        other = seats[case.pk].flight
        if other.pk != flight.pk and other.state != FlightState.MANIFEST_OPEN:
            closed = Refusal(
                "other_list_closed", _("The list of {flight}, where they are, is closed."), {"flight": other.code}
            )
            refused.setdefault(case.pk, closed)
    return refused


def _take_off(
    act: Act,
    plan: Plan,
    flight: Flight,
    groups: Iterable[PlannedGroup],
    coming: Collection[PlannedGroup],
    seats: Mapping[int, Seat],
) -> int:
    """Free the seats of those planned elsewhere, here, and of those who come, where they are; gives how many left here.

    Nobody who stays is taken off: whoever the plan doesn't know keeps the seat.
    """
    keys = {f.key for f in plan.flights.all() if f.flight_id == flight.pk}
    leaving = [
        seats[c] for g in groups if g.on not in keys for c in g.cases if c in seats and seats[c].flight_id == flight.pk
    ]
    moving = [seats[c] for g in coming for c in g.cases if c in seats and seats[c].flight_id != flight.pk]
    by_flight: dict[int, list[Seat]] = {}
    for seat in chain(leaving, moving):
        by_flight.setdefault(seat.flight_id, []).append(seat)
    for those in by_flight.values():
        unbook(act, those[0].flight, [s.pk for s in those], _reason(plan))
    return len(leaving)


def _bring_on(act: Act, plan: Plan, flight: Flight, coming: Sequence[PlannedGroup], escorts: Sequence[str]) -> int:
    if not coming:
        return 0
    cases = Case.objects.select_related("person").in_bulk([c for g in coming for c in g.cases])
    them = riders(act.actor, [Booking(c) for c in cases.values()], flight_day(flight))
    travellers = {t.key: t for t in seated([r.traveller for r in them])}
    alone = [t.key for t in travellers.values() if unminded(t)]
    names = _names(escorts, len(alone), plan.frame["costs"]["unaccompanied_per_escort"])
    escort = dict(zip(alone, names, strict=False))
    bookings = [
        Booking(
            case,
            escort=escort.get(pk, ""),
            own_seat=travellers[pk].infant and travellers[pk].lap_of is None,
        )
        for pk, case in cases.items()
    ]
    return len(book(act, flight, bookings, _reason(plan)))


def _names(escorts: Sequence[str], children: int, each: int) -> list[str]:
    """An escort's name for each child, as few children to each as `escorts` allow."""
    named = [name.strip() for name in escorts if name.strip()]
    if len(named) * each < children:
        needed = -(-children // each)
        raise Invalid(
            "escorts_needed",
            _("Children without a grown relative of their own on this flight: {children}. Name escorts: {needed}."),
            field="escorts",
            children=children,
            needed=needed,
        )
    return list(chain.from_iterable(repeat(name, each) for name in named))


def _left_out(groups: Iterable[PlannedGroup], refusals: Mapping[int, Refusal]) -> dict[str, tuple[int, Refusal]]:
    """By group, the first of its people who is refused, and why."""
    return {
        g.key: next((c, refusals[c]) for c in g.cases if c in refusals)
        for g in groups
        if any(c in refusals for c in g.cases)
    }


def _write(
    act: Act, plan: Plan, row: PlannedFlight, groups: Sequence[PlannedGroup], out: Mapping[str, tuple[int, Refusal]]
) -> None:
    """The plan as it stands after: who is on the flight is told of it, who was left out is on none."""
    changed = []
    for g in groups:
        if g.key in out:
            g.on, g.locked, g.why = "", False, [kept(out[g.key][1])]
            changed.append(g)
    with whole_house():
        change_in(changed, ["on", "locked", "why"])
    flights = list(plan.flights.all())
    mission = mission_from(plan, flights, groups)
    assignments = {g.key: g.on for g in groups if g.on}
    load_flights(mission, assignments, flights)
    for f in flights:
        if f.key == row.key:
            f.accepted_at = act.at
    change_in(flights, ["persons", "seats_used", "escorts", "accepted_at"])
    plan.objective = total(mission, assignments)
    plan.figures = {**plan.figures, **told_figures(mission, assignments)}
    plan.version += 1
    plan.save()


def _reason(plan: Plan) -> str:
    return f"Plan {plan.ref}"
