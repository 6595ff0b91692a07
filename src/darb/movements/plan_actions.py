"""Writes about plans: asked for, made, stopped; people, flights and days fixed; moved by hand; terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from darb.cases.models import Case
from darb.rules.planning import Plan as Solved
from darb.rules.planning.beyond import Mission
from darb.rules.planning.plan import Progress
from darb.rules.planning.rounds import broken
from darb.rules.planning.supposing import Changes, suppose_mission
from darb.rules.planning.terms import Terms
from darb.rules.planning.writing import flight_record
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in

from .models import (
    Flight,
    FlightTerms,
    Plan,
    PlannedFlight,
    PlannedGroup,
    PlanProgress,
    PlanState,
    PlanTerms,
    SeatLock,
)
from .plan_gathering import gather
from .plan_keeping import (
    changes_from,
    changes_kept,
    explain,
    kept,
    load_flights,
    mission_from,
    mission_of,
    rows_of,
    terms,
    told_figures,
    told_shares,
    total,
)

LONGEST = 366
"""Days that one plan looks ahead at most."""
MOST_SECONDS = 600
KEPT = 10
"""So many plans of which nothing was accepted are kept; older ones are forgotten."""
UNDER_WAY = (PlanState.ASKED, PlanState.RUNNING)


@action("movements.ask_plan")
def ask_plan(act: Act, *, days: int | None = None, seconds: int = 30) -> Plan:
    """Ask for a plan of the next `days` from tomorrow (the terms' own number unless said), made within `seconds`.

    What is being made already ends with what it has. The worker makes it (`reactions.jobs.make_plan`).
    """
    ahead = terms().days if days is None else days
    if not 1 <= ahead <= LONGEST:
        raise Invalid("bad_days", _("A plan looks from 1 to {most} days ahead."), field="days", most=LONGEST)
    if not 1 <= seconds <= MOST_SECONDS:
        raise Invalid(
            "bad_seconds", _("Planning may take from 1 to {most} seconds."), field="seconds", most=MOST_SECONDS
        )
    Plan.objects.filter(state__in=UNDER_WAY, base=None).update(stop_asked=True)
    start = act.day + timedelta(days=1)
    plan = Plan.objects.create(
        ref=new_reference(),
        asked_at=act.at,
        account_id=act.actor.account_id,
        start=start,
        end=start + timedelta(days=ahead),
        seconds_allowed=seconds,
    )
    act.subject = plan.ref
    act.detail = {"days": ahead, "seconds": seconds}
    return plan


@action("movements.suppose_plan")
def suppose_plan(act: Act, base: Plan, changes: Changes, *, seconds: int = 30) -> Plan:
    """Ask what would follow from `changes` to a plan that is made. Nothing else is touched by it, ever."""
    if base.state != PlanState.DONE or base.base_id:
        raise Refused("not_made", _("What if is asked of a plan that is made."))
    if not changes:
        raise Refused("nothing_supposed", _("Say what should be different: cancel, add, resize or close something."))
    plan = Plan.objects.create(
        ref=new_reference(),
        asked_at=act.at,
        account_id=act.actor.account_id,
        start=base.start,
        end=base.end,
        seconds_allowed=min(seconds, MOST_SECONDS),
        base=base,
        changes=changes_kept(changes),
    )
    act.subject = plan.ref
    act.detail = {"base": base.ref}
    return plan


@action("movements.stop_plan")
def stop_plan(act: Act, plan: Plan) -> Plan:
    """End a plan that is being made, with the best found so far."""
    held = hold_plan(act, plan)
    if held.state not in UNDER_WAY:
        raise Refused("not_running", _("This plan isn't being made any more."))
    held.stop_asked = True
    held.save()
    return held


# By the worker, while a plan is made ------------------------------------------------------------------


@action("movements.begin_plan")
def begin_plan(act: Act, plan: Plan) -> Mission | None:
    """Read the mission, write down what there is to plan, and give it; None if the plan is over.

    Begun twice (after a worker's end) it begins anew. Refuses where fixed people can't be where they are fixed.
    """
    held = hold_plan(act, plan)
    if held.state not in UNDER_WAY:
        return None
    held.progress.all().delete()
    held.state = PlanState.RUNNING
    held.save()
    if held.base:
        return suppose_mission(mission_of(held.base), changes_from(held.changes))
    held.flights.all().delete()
    PlannedGroup.objects.filter(plan=held).delete()
    flights, groups = rows_of(held, gather(held.start, held.end, terms(), _planned_before(held)))
    held.save()
    copy_in(flights)
    copy_in(groups)
    return mission_from(held, flights, groups)


@action("movements.note_progress")
def note_progress(act: Act, plan: Plan, at: Progress) -> bool:
    """Keep how far planning is; gives whether somebody wants it to stop."""
    held = hold_plan(act, plan)
    PlanProgress.objects.create(
        plan=held, seconds=at.seconds, objective=at.objective, bound=max(0.0, at.bound), phase=at.phase
    )
    held.objective, held.bound, held.seconds = at.objective, at.bound, at.seconds
    if at.assignments and not held.base_id:
        _put_on(PlannedGroup.objects.filter(plan=held), at.assignments)
    held.save()
    return held.stop_asked


@action("movements.finish_plan")
def finish_plan(act: Act, plan: Plan, mission: Mission, solved: Solved) -> Plan:
    """Keep the plan as it was found, with the reasons of those who stay and what other flights would have cost."""
    held = hold_plan(act, plan)
    held.state = PlanState.DONE
    held.objective, held.bound, held.seconds = solved.objective, solved.bound, solved.seconds
    held.figures = told_figures(mission, solved.assignments)
    if held.base_id:
        _keep_supposed(held, mission, solved.assignments)
    else:
        groups = list(PlannedGroup.objects.filter(plan=held))
        flights = list(held.flights.all())
        for row in groups:
            row.on = solved.assignments.get(row.key, "")
        load_flights(mission, solved.assignments, flights)
        explain(mission, solved.assignments, flights, groups)
        change_in(groups, ["on", "why"])
        change_in(flights, ["persons", "seats_used", "escorts", "unopened"])
        held.figures["fairness"] = told_shares(mission, solved.assignments, groups)
        _forget_old(held)
    held.version += 1
    held.save()
    PlanProgress.objects.create(
        plan=held, seconds=solved.seconds, objective=solved.objective, bound=max(0.0, solved.bound), phase="done"
    )
    act.detail = {"people": held.figures["people"], "flown": held.figures["flown"]}
    return held


@action("movements.fail_plan")
def fail_plan(act: Act, plan: Plan, refused: Refused) -> Plan:
    """Write down why a plan couldn't be made."""
    held = hold_plan(act, plan)
    held.state, held.failure = PlanState.FAILED, kept(refused.refusal)
    held.save()
    act.detail = {"code": refused.refusal.code}
    return held


# By the officer ---------------------------------------------------------------------------------------


@action("movements.move_in_plan")
def move_in_plan(act: Act, plan: Plan, keys: Collection[str], flight: str, expected: int | None = None) -> Plan:
    """Put groups of a plan on another flight of it, or (an empty `flight`) off: all of them or none.

    Every rule is checked. On a flight of the mission they are fixed there from now on, in this plan and later ones.
    """
    held = hold_plan(act, plan, expected)
    groups, rows = _groups_of(act, held, keys)
    flights = list(held.flights.all())
    if flight and flight not in {f.key for f in flights}:
        raise Missing("no_planned_flight", _("That flight isn't in this plan."))
    _refuse_accepted(flights, {flight, *(row.on for row in rows)})
    for row in rows:
        row.locked = False
    mission = mission_from(held, flights, groups)
    before = {g.key: g.on for g in groups if g.on}
    after = {key: on for key, on in before.items() if key not in keys} | (dict.fromkeys(keys, flight) if flight else {})
    known = {str(r) for r in broken(mission.raw, mission.beyond, before)}
    wrong = [r for r in broken(mission.raw, mission.beyond, after) if str(r) not in known]
    if wrong:
        raise Refused.because(wrong[0])
    for row in rows:
        row.on, row.locked = flight, bool(flight)
    target = next((f for f in flights if f.key == flight), None)
    _lock(act, rows, target.flight if target else None)
    load_flights(mission, after, flights)
    explain(mission, after, flights, rows)
    change_in(rows, ["on", "locked", "why"])
    change_in(flights, ["persons", "seats_used", "escorts", "unopened"])
    held.objective = total(mission, after)
    held.figures = {**held.figures, **told_figures(mission, after)}
    held.version += 1
    held.save()
    act.persons = [row.person_id for row in rows]
    act.detail = {"to": flight}
    return held


@action("movements.lock_seat")
def lock_seat(act: Act, plan: Plan, keys: Collection[str], locked: bool = True) -> Sequence[PlannedGroup]:
    """Fix groups of a plan on the flights where they are, whatever later plans find better; or let them go again."""
    held = hold_plan(act, plan)
    _groups, rows = _groups_of(act, held, keys, failed_too=not locked)
    on = {f.key: f.flight for f in held.flights.select_related("flight").filter(key__in={row.on for row in rows})}
    if locked and not all(on.get(row.on) for row in rows):
        raise Refused("on_nothing", _("They aren't on a flight: nothing to fix them on."))
    for row in rows:
        row.locked = locked
    change_in(rows, ["locked"])
    if locked:
        for key, flight in on.items():
            _lock(act, [row for row in rows if row.on == key], flight)
    else:
        _lock(act, rows, None)
    act.persons = [row.person_id for row in rows]
    return rows


@action("movements.hold_flights")
def hold_flights(act: Act, flights: Collection[Flight], held: bool = True) -> None:
    """Fix the lists of flights (one, or all of a day): who is on them in the plan stays, and nobody more goes on."""
    if not flights:
        raise Missing("no_flight", _("There is no such flight."))
    for flight in flights:
        FlightTerms.objects.update_or_create(flight=flight, defaults={"held": held})
    act.subject = next(iter(flights)).ref
    act.detail = {"flights": [f.ref for f in flights], "held": held}


@action("movements.set_plan_terms")
def set_plan_terms(act: Act, wanted: Terms) -> PlanTerms:
    """Set what planning reckons with from now on. What held before stays on record."""
    for name, value in asdict(wanted).items():
        if isinstance(value, int) and not 0 <= value <= 10_000_000:
            raise Invalid("bad_terms", _("That can't be right: write a number from 0."), field=name)
    if not 1 <= wanted.days <= LONGEST:
        raise Invalid("bad_days", _("A plan looks from 1 to {most} days ahead."), field="days", most=LONGEST)
    if wanted.unaccompanied_per_escort < 1:
        raise Invalid("bad_escorts", _("An escort takes at least one child."), field="unaccompanied_per_escort")
    return PlanTerms.objects.create(at=act.at, account_id=act.actor.account_id, terms=asdict(wanted))


@action("movements.set_flight_terms")
def set_flight_terms(act: Act, flight: Flight, values: Mapping[str, int | None]) -> FlightTerms:
    """Set what one flight costs and takes (fields of `FlightTerms`; None: as the mission's terms say)."""
    allowed = {"fixed_cost", "seat_cost", "wheelchairs", "stretchers", "unaccompanied", "landing_quota"}
    for name, value in values.items():
        if name not in allowed or (value is not None and not 0 <= value <= 10_000_000):
            raise Invalid("bad_terms", _("That can't be right: write a number from 0."), field=name)
    row, _made = FlightTerms.objects.update_or_create(flight=flight, defaults=dict(values))
    act.subject = flight.ref
    return row


# What these share -------------------------------------------------------------------------------------


def hold_plan(act: Act, plan: Plan, expected: int | None = None) -> Plan:
    """Lock a plan for this deed, and check the version that a page showed."""
    held = Plan.objects.select_for_update(of=("self",)).select_related("base").filter(pk=plan.pk).first()
    if held is None:
        raise Missing("no_plan", _("There is no such plan."))
    if expected is not None and held.version != expected:
        raise Stale("stale", _("Somebody changed this plan since you opened the page: load it again, then repeat."))
    act.subject = held.ref
    return held


def _groups_of(
    act: Act, plan: Plan, keys: Collection[str], *, failed_too: bool = False
) -> tuple[list[PlannedGroup], list[PlannedGroup]]:
    """All groups of the plan, and those with these keys, who must be within the actor's reach."""
    if plan.state not in ((PlanState.DONE, PlanState.FAILED) if failed_too else (PlanState.DONE,)) or plan.base_id:
        raise Refused("not_made", _("This plan can't be changed: it isn't made, or only supposes something."))
    if not keys:
        raise Refused("nobody_chosen", _("Tick first whom you mean."))
    with whole_house():
        groups = list(PlannedGroup.objects.filter(plan=plan).order_by("pk"))
    rows = [g for g in groups if g.key in set(keys)]
    if len(rows) < len(set(keys)):
        raise Missing("not_planned", _("Nobody within your reach is in this plan under that reference."))
    act.within({row.scope_id for row in rows})
    return groups, rows


def _refuse_accepted(flights: Sequence[PlannedFlight], keys: Collection[str]) -> None:
    taken = next((f for f in flights if f.key in keys and f.accepted_at), None)
    if taken and taken.flight:
        raise Refused(
            "accepted",
            _("The list of {flight} is accepted already: change its manifest, or plan anew."),
            flight=taken.flight.code,
        )


def _lock(act: Act, rows: Collection[PlannedGroup], flight: Flight | None) -> None:
    """Fix the people of groups on a flight by hand, or let them go."""
    of_rows = [case for row in rows for case in row.cases]
    SeatLock.objects.filter(case__among=of_rows, lifted_at=None).update(lifted_at=act.at)
    if flight is None:
        return
    cases = list(Case.objects.filter(pk__among=of_rows))
    act.within({c.scope_id for c in cases})
    copy_in(
        [
            SeatLock(
                scope_id=c.scope_id,
                case=c,
                person_id=c.person_id,
                flight=flight,
                at=act.at,
                account_id=act.actor.account_id,
            )
            for c in cases
        ]
    )


def _planned_before(plan: Plan) -> dict[int, str]:
    """By case, the flight of the newest plan before."""
    before = Plan.objects.filter(state=PlanState.DONE, base=None, pk__lt=plan.pk).order_by("-pk").first()
    rows = PlannedGroup.objects.filter(plan=before).exclude(on="").values_list("cases", "on")
    return {case: key for cases, key in rows for case in cases}


def _put_on(groups: Iterable[PlannedGroup], assignments: Mapping[str, str]) -> None:
    changed = []
    for row in groups:
        if row.on != assignments.get(row.key, ""):
            row.on = assignments.get(row.key, "")
            changed.append(row)
    change_in(changed, ["on"])


def _keep_supposed(plan: Plan, mission: Mission, assignments: Mapping[str, str]) -> None:
    """Of what is only supposed, the flights alone, with what those not used would have cost and saved: no list of
    people."""
    assert plan.base
    of_base = {f.key: f for f in plan.base.flights.all()}
    rows = [
        PlannedFlight(
            plan=plan,
            key=key,
            flight=of_base[key].flight if key in of_base else None,
            day=f.date,
            told=flight_record(f),
            contracted=key in of_base and of_base[key].contracted,
        )
        for key, f in mission.raw.flights.items()
        if key not in mission.raw.cancelled
    ]
    load_flights(mission, assignments, rows)
    explain(mission, assignments, rows, ())
    plan.flights.all().delete()
    copy_in(rows)


def _forget_old(plan: Plan) -> None:
    """Plans say who waits and why: those that nobody took anything from aren't kept for ever."""
    taken = PlannedFlight.objects.exclude(accepted_at=None).values("plan")
    idle = Plan.objects.filter(base=None, pk__lt=plan.pk).exclude(pk__in=taken).order_by("-pk")
    old = list(idle.values_list("pk", flat=True)[KEPT:])
    if old:
        Plan.objects.filter(pk__in=old).delete()
