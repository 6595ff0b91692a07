"""Reads about plans. Groups are walled by their people; counts of flights and figures of the whole are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from darb.cases.models import Case
from darb.cases.turning_queries import Turn, red_on, turns
from darb.places.models import Site
from darb.rules.planning.beyond import Stretch, narrowed
from darb.rules.planning.fairness import Share
from darb.rules.planning.figures import Figures
from darb.rules.planning.instance import Instance
from darb.rules.planning.plan import share
from darb.rules.planning.terms import Terms
from darb.rules.refusal import Forbidden, Missing, Refusal
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from .models import (
    Flight,
    FlightState,
    FlightTerms,
    Handover,
    Plan,
    PlannedFlight,
    PlannedGroup,
    PlanState,
    Seat,
)
from .plan_flights import AHEAD, flights_between
from .plan_gathering import gather
from .plan_keeping import stretches_of, terms, unkept
from .reading import FAMILY_GATE, flight_day

NAMED = 30
"""So many families of each kind of reason are named on a page; any other is found by the reference of its case."""


@dataclass(frozen=True)
class Family:
    """Those who fly together, as far as they are in sight, and why they stay or were moved.

    `joins` is whether they come onto the list of the flight that they are planned on. `bounds` are the gates that open
    and end the days on which they may travel, where they begin or end inside the plan.
    """

    row: PlannedGroup
    cases: Sequence[Case]
    why: Sequence[Refusal]
    joins: bool = False
    bounds: Sequence[Turn] = ()

    @property
    def ready(self) -> date:
        """The first day on which they may travel."""
        return date.fromisoformat(self.row.told["ready"])

    @property
    def until(self) -> date:
        """The last; the plan's end stands for any later day."""
        return date.fromisoformat(self.row.told["until"])

    @property
    def stretches(self) -> Sequence[Stretch]:
        """The days on which they may travel: the first and the last of each stretch without a red day."""
        return stretches_of(self.row) or ((self.ready, self.until),)


@dataclass(frozen=True)
class Kind:
    """Groups who stay for one kind of reason: what holds for all of them, how many they are, and the first of them,
    each with what is said of them beside that."""

    destination: str
    site: str
    why: Sequence[Refusal]
    groups: int
    people: int
    families: Sequence[Family]

    @property
    def unnamed(self) -> int:
        """How many groups aren't among the families."""
        return self.groups - len(self.families)


@dataclass(frozen=True)
class Fetch:
    """People of a planned flight to fetch at one place, and how many runs of a bus that takes."""

    site: Site
    people: int
    runs: int


@dataclass(frozen=True)
class Aboard:
    """A planned flight: who is on it, and who leaves its list for it. `hidden` people are outside the asker's reach.

    `fetch` is where those in sight are now, most people first: None for who doesn't see whereabouts. `stops` are the
    other parts of the same flight.
    """

    planned: PlannedFlight
    families: Sequence[Family]
    leaving: Sequence[Family]
    hidden: int
    held: bool
    alone: int
    fetch: Sequence[Fetch] | None
    stops: Sequence[PlannedFlight]


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
    _allowed(actor)
    return Plan.objects.filter(base=None).order_by("-pk").first()


def get(actor: Actor, ref: str) -> Plan:
    """A plan by its reference; Missing if there is none."""
    _allowed(actor)
    found = Plan.objects.select_related("base").filter(ref=ref.upper()).first()
    if found is None:
        raise Missing("no_plan", _("There is no such plan."))
    return found


def plans(actor: Actor, limit: int = 30) -> list[Plan]:
    """The newest plans, without what is only supposed."""
    _allowed(actor)
    return list(Plan.objects.filter(base=None).order_by("-pk")[:limit])


def supposed(actor: Actor, plan: Plan) -> list[Plan]:
    """What was asked about a plan, the newest first."""
    _allowed(actor)
    return list(plan.supposed.order_by("-pk")[:20])


def plan_file(actor: Actor, plan: Plan) -> PlanFile:
    """A plan with its flights and figures. A fixed number of statements."""
    _allowed(actor)
    told = dict(plan.figures)
    shares = [Share(**s) for s in told.pop("fairness", [])]
    flights = _with_stops(plan.flights.select_related("flight").order_by("day", "key"))
    rows = PlannedGroup.objects.filter(plan=plan)
    counted = rows.aggregate(staying=Count("pk", filter=Q(on="")), moved=Count("pk", filter=_moved()))
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


def staying(actor: Actor, plan: Plan, named: int = NAMED) -> list[Kind]:
    """Those in sight who are planned on no flight, by country, airport and kind of reason; most people first.

    Of each kind the first `named` families, whose waiting weighs most.
    """
    _allowed(actor)
    rows = PlannedGroup.objects.filter(plan=plan, on="").order_by("-told__weight", "told__ready", "pk")
    kinds: dict[tuple[str, ...], list[PlannedGroup]] = {}
    for row in rows:
        codes = [w["code"] for w in row.why]
        kinds.setdefault((row.told["destination"], row.told["site"], *codes), []).append(row)
    of_each = [row for rows_ in kinds.values() for row in rows_[:named]]
    families = {f.row.pk: f for f in _bounded(actor, plan, _families(of_each))}
    found = [_kind(rows_, [families[row.pk] for row in rows_[:named]]) for rows_ in kinds.values()]
    return sorted(found, key=lambda kind: -kind.people)


def _kind(rows: Sequence[PlannedGroup], families: Sequence[Family]) -> Kind:
    shared = [w for w in rows[0].why if all(w in row.why for row in rows)]
    return Kind(
        destination=rows[0].told["destination"],
        site=rows[0].told["site"],
        why=[unkept(w) for w in shared],
        groups=len(rows),
        people=sum(row.told["persons"] for row in rows),
        families=[replace(f, why=[unkept(w) for w in f.row.why if w not in shared]) for f in families],
    )


def moved(actor: Actor, plan: Plan, limit: int = 200) -> list[Family]:
    """Those in sight who were told of a flight and are planned on another, or on none."""
    _allowed(actor)
    return _bounded(
        actor, plan, _families(PlannedGroup.objects.filter(_moved(), plan=plan).order_by("on", "pk")[:limit])
    )


def aboard(actor: Actor, plan: Plan, key: str) -> Aboard:
    """One planned flight with its people; Missing if it isn't in the plan. A fixed number of statements."""
    _allowed(actor)
    flights = _with_stops(plan.flights.select_related("flight"))
    planned = next((f for f in flights if f.key == key), None)
    if planned is None:
        raise Missing("no_planned_flight", _("That flight isn't in this plan."))
    rows = list(PlannedGroup.objects.filter(plan=plan, on=key).order_by("pk"))
    seats = set(
        Seat.objects.filter(flight=planned.flight, removed_in=None).values_list("case_id", flat=True)
        if planned.flight
        else ()
    )
    parts = [f.key for f in flights if f.flight_id == planned.flight_id] if planned.flight else []
    others = PlannedGroup.objects.filter(plan=plan, current__in=parts).exclude(on__in=parts)
    held = planned.flight is not None and FlightTerms.objects.filter(flight=planned.flight, held=True).exists()
    families = _families(rows, seats)
    return Aboard(
        planned=planned,
        families=families,
        leaving=[f for f in _families(others) if any(c in seats for c in f.row.cases)],
        hidden=planned.persons - sum(f.row.told["persons"] for f in families),
        held=held,
        alone=sum(f.row.told["unaccompanied"] for f in families if f.joins),
        fetch=_fetch(families, terms().bus_places) if actor.sees(DataClass.WHEREABOUTS, Sight.FLAG) else None,
        stops=[f for f in flights if f.flight_id and f.flight_id == planned.flight_id and f.key != key],
    )


def _fetch(families: Iterable[Family], places: int) -> list[Fetch]:
    """Where the people of these families are, as far as that is known."""
    counted = Counter(c.person.site_id for f in families for c in f.cases if c.person.site_id)
    sites = Site.objects.in_bulk(list(counted))
    return [Fetch(sites[pk], n, -(-n // max(1, places))) for pk, n in counted.most_common() if pk in sites]


@dataclass(frozen=True)
class Found:
    """Somebody in sight: the family as the plan has it, or None where it isn't in the plan; then `red` are the gates
    that keep the case from travelling on the plan's first day."""

    case: Case
    family: Family | None
    red: Sequence[Turn] = ()


def find(actor: Actor, plan: Plan, ref: str) -> Found | None:
    """Where the case with this reference is in the plan; None if there is no such case in sight."""
    _allowed(actor)
    case = Case.objects.select_related("person").filter(ref=ref.strip().upper()).first()
    if case is None:
        return None
    found = _families(PlannedGroup.objects.filter(plan=plan, cases__contains=[case.pk]))
    if not found:
        return Found(case, None, red_on(actor, case, plan.start))
    return Found(case, _bounded(actor, plan, found)[0])


@dataclass(frozen=True)
class Foreseen:
    """What the newest plan foresees for a case and nobody was told yet: `on` is the flight, None for none at all."""

    plan: Plan
    on: PlannedFlight | None
    why: Sequence[Refusal] = ()


def foreseen(actor: Actor, case: Case) -> Foreseen | None:
    """What the newest plan foresees for a case; None where it foresees what stands already, or the plan is past,
    doesn't know the case, or isn't the asker's to see. Four statements at most."""
    if case.closed or not actor.sees(DataClass.IDENTITY):
        return None
    plan = Plan.objects.filter(base=None, state=PlanState.DONE).order_by("-pk").first()
    row = PlannedGroup.objects.filter(plan=plan, cases__contains=[case.pk]).first() if plan else None
    if plan is None or row is None:
        return None
    if not row.on:
        return Foreseen(plan, None, [unkept(w) for w in row.why])
    on = plan.flights.select_related("flight").get(key=row.on)
    if on.flight is None or on.flight.state not in AHEAD or flight_day(on.flight) != on.day:
        return None
    there = Seat.objects.filter(case=case, flight=on.flight, removed_in=None).exists()
    return None if there else Foreseen(plan, on)


def other_flights(actor: Actor, plan: Plan, of: PlannedFlight) -> list[PlannedFlight]:
    """Other flights of a plan that go the same way: from the same airport to the same country."""
    _allowed(actor)
    way = of.told["origin"], of.told["destination"]
    return [
        f
        for f in _with_stops(plan.flights.select_related("flight").order_by("day", "key"))
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
    _allowed(actor)
    return terms()


def flight_terms(actor: Actor, flight: Flight) -> FlightTerms:
    """What one flight costs and takes where that isn't as the terms say; an unsaved row where nothing was said."""
    _allowed(actor)
    return FlightTerms.objects.filter(flight=flight).first() or FlightTerms(flight=flight)


def _allowed(actor: Actor) -> None:
    if not actor.sees(DataClass.IDENTITY):
        raise Forbidden("no_plans", _("Your role doesn't work with flights."), who=Role.MOVEMENT_OFFICER)


def _with_stops(flights: Iterable[PlannedFlight]) -> list[PlannedFlight]:
    """The planned flights, each with the seats that go to other stops of it."""
    found = list(flights)
    taken: Counter[int] = Counter()
    for f in found:
        if f.flight_id:
            taken[f.flight_id] += f.seats_used
    for f in found:
        f.elsewhere = taken[f.flight_id] - f.seats_used if f.flight_id else 0
    return found


def _moved() -> Q:
    return ~Q(current="") & ~Q(current=F("on"))


def _families(rows: Iterable[PlannedGroup] | QuerySet[PlannedGroup], seats: Collection[int] = ()) -> list[Family]:
    them = list(rows)
    cases = Case.objects.select_related("person").filter(pk__among=[c for g in them for c in g.cases])
    by_id = {c.pk: c for c in cases.order_by("pk")}
    return [
        Family(
            g,
            [by_id[c] for c in g.cases if c in by_id],
            [unkept(w) for w in g.why],
            joins=not all(c in seats for c in g.cases),
        )
        for g in them
    ]


def _bounded(actor: Actor, plan: Plan, families: Sequence[Family]) -> list[Family]:
    """The families, each with the gates that turn at the ends of its days. Two statements."""
    days = {f.row.pk: _ends(plan, f) for f in families}
    found: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns(
        actor,
        [c for f in families for c in f.cases],
        {c.pk: days[f.row.pk] for f in families for c in f.cases if days[f.row.pk]},
    ):
        found[turn.case.pk].append(turn)
    return [replace(f, bounds=_told_once([t for c in f.cases for t in found[c.pk]])) for f in families]


def _ends(plan: Plan, family: Family) -> set[date]:
    """The days inside the plan on which somebody of the family turns green or red."""
    opens = {first for first, _last in family.stretches if first > plan.start}
    return opens | {last + timedelta(days=1) for _first, last in family.stretches if last < plan.end}


def _told_once(bounds: Iterable[Turn]) -> list[Turn]:
    """By day; that others of the family wait is said only where it isn't said of whom they wait for."""
    in_order = sorted(bounds, key=lambda t: (t.day or date.max, t.case.pk))
    own = {t.day for t in in_order if t.gate.code != FAMILY_GATE}
    return [t for t in in_order if t.gate.code != FAMILY_GATE or t.day not in own]


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
