"""Reads about plans. Groups are walled by their people; counts of flights and figures of the whole are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q

from darb.rules.planning.beyond import narrowed
from darb.rules.planning.fairness import Share
from darb.rules.planning.figures import Figures
from darb.rules.planning.instance import Instance
from darb.rules.planning.plan import share
from darb.rules.planning.terms import Terms
from darb.rules.refusal import Forbidden, Missing, Refusal
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import (
    Flight,
    FlightState,
    FlightTerms,
    Handover,
    Plan,
    PlannedFlight,
    PlannedGroup,
    PlanState,
)
from .plan_flights import flights_between
from .plan_gathering import gather
from .plan_keeping import terms
from .reading import flight_day


@dataclass(frozen=True)
class PlanFile:
    """A plan as its page shows it. `stale` are the reasons to plan anew."""

    plan: Plan
    figures: Figures
    flights: Sequence[PlannedFlight]
    held: Collection[int]
    stale: Sequence[Refusal]
    shares: Sequence[Share]
    staying: int
    moved: int
    backlog: Mapping[str, int]

    @property
    def gap(self) -> float | None:
        """How much cheaper another plan could be at most, as a share."""
        if self.plan.objective is None or self.plan.bound is None:
            return None
        return share(self.plan.objective, self.plan.bound)

    @property
    def days(self) -> list[tuple[date, list[PlannedFlight]]]:
        """The flights by day."""
        found: dict[date, list[PlannedFlight]] = {}
        for f in self.flights:
            found.setdefault(f.day, []).append(f)
        return sorted(found.items())


def newest(actor: Actor) -> Plan | None:
    """The newest plan that is more than supposed: the one being made, or the last that was."""
    allowed(actor)
    return Plan.objects.filter(base=None).order_by("-pk").first()


def get(actor: Actor, ref: str) -> Plan:
    """A plan by its reference; Missing if there is none."""
    allowed(actor)
    found = Plan.objects.select_related("base").filter(ref=ref.upper()).first()
    if found is None:
        raise Missing("no_plan", _("There is no such plan."))
    return found


def plans(actor: Actor, limit: int = 30) -> list[Plan]:
    """The newest plans, without what is only supposed."""
    allowed(actor)
    return list(Plan.objects.filter(base=None).order_by("-pk")[:limit])


def supposed(actor: Actor, plan: Plan) -> list[Plan]:
    """What was asked about a plan, the newest first."""
    allowed(actor)
    return list(plan.supposed.order_by("-pk")[:20])


def plan_file(actor: Actor, plan: Plan) -> PlanFile:
    """A plan with its flights and figures. A fixed number of statements."""
    allowed(actor)
    told = dict(plan.figures)
    shares = [Share(**s) for s in told.pop("fairness", [])]
    flights = with_stops(plan.flights.select_related("flight").order_by("day", "key"))
    rows = PlannedGroup.objects.filter(plan=plan)
    counted = rows.aggregate(staying=Count("pk", filter=Q(on="")), moved=Count("pk", filter=moved_rows()))
    held = FlightTerms.objects.filter(held=True, flight__in=[f.flight_id for f in flights if f.flight_id])
    return PlanFile(
        plan=plan,
        figures=Figures(**told),
        flights=flights,
        held=set(held.values_list("flight_id", flat=True)),
        stale=_stale(plan, flights),
        shares=shares,
        backlog=_backlog(f.told["destination"] for f in flights),
        **counted,
    )


def other_flights(actor: Actor, plan: Plan, of: PlannedFlight) -> list[PlannedFlight]:
    """Other flights of a plan that go the same way: from the same airport to the same country."""
    allowed(actor)
    way = of.told["origin"], of.told["destination"]
    return [
        f
        for f in with_stops(plan.flights.select_related("flight").order_by("day", "key"))
        if (f.told["origin"], f.told["destination"]) == way and f.key != of.key and f.key not in plan.frame["cancelled"]
    ]


def instance_now(actor: Actor, start: date, days: int | None = None) -> Instance:
    """What there is to plan from `start` on, for so many days (the terms' own number unless said), from the mission's
    own readiness, as an instance whose every plan can be flown (`rules.planning.beyond`). For the house alone: it sees
    everybody."""
    if not actor.house:
        raise Forbidden("not_house", _("Only the mission's own command line takes the whole mission out as a file."))
    reckoned = terms()
    gathered = gather(start, start + timedelta(days=reckoned.days if days is None else days), reckoned)
    return narrowed(gathered.instance, gathered.beyond, {})


def terms_now(actor: Actor) -> Terms:
    """What planning reckons with now."""
    allowed(actor)
    return terms()


def flight_terms(actor: Actor, flight: Flight) -> FlightTerms:
    """What one flight costs and takes where that isn't as the terms say; an unsaved row where nothing was said."""
    allowed(actor)
    return FlightTerms.objects.filter(flight=flight).first() or FlightTerms(flight=flight)


def allowed(actor: Actor) -> None:
    """Refuse whoever doesn't work with people by name."""
    if not actor.sees(DataClass.IDENTITY):
        raise Forbidden("no_plans", _("Your role doesn't work with flights."), who=Role.MOVEMENT_OFFICER)


def with_stops(flights: Iterable[PlannedFlight]) -> list[PlannedFlight]:
    """The planned flights, each with the seats that go to other stops of it."""
    found = list(flights)
    taken: Counter[int] = Counter()
    for f in found:
        if f.flight_id:
            taken[f.flight_id] += f.seats_used
    for f in found:
        f.elsewhere = taken[f.flight_id] - f.seats_used if f.flight_id else 0
    return found


def moved_rows() -> Q:
    """Groups that were told of a flight and are planned on another, or on none."""
    return ~Q(current="") & ~Q(current=F("on"))


def _stale(plan: Plan, flights: Sequence[PlannedFlight]) -> list[Refusal]:
    """What changed among the flights since the plan was made."""
    if plan.state != PlanState.DONE or plan.base_id:
        return []
    found = []
    known = {f.flight_id for f in flights}
    for f in flights:
        if f.flight is None or f.key in plan.frame["cancelled"]:
            continue
        told = {"flight": f.flight.code, "day": f.day}
        if f.flight.state == FlightState.CANCELLED:
            found.append(Refusal("plan.cancelled", _("{flight} of {day} was called off."), told))
        elif flight_day(f.flight) != f.day:
            moved_to = {**told, "to": flight_day(f.flight)}
            found.append(Refusal("plan.postponed", _("{flight} of {day} was moved to {to}."), moved_to))
    fresh = [f for f in flights_between(plan.start, plan.end) if f.pk not in known]
    found += [
        Refusal("plan.new_flight", _("{flight} on {day} is new."), {"flight": f.code, "day": flight_day(f)})
        for f in fresh
    ]
    return found


def _backlog(countries: Iterable[str]) -> dict[str, int]:
    """By country of the plan, how many arrivals its receiving mission hasn't accepted yet."""
    waiting = Handover.objects.filter(accepted_at=None, case__return_country__in=set(countries))
    return dict(Counter(waiting.values_list("case__return_country", flat=True)))
