"""Reads about the people of plans: who is on a flight, who stays or was moved, and why. Walled by their people."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from darb.cases.models import Case
from darb.cases.turning_queries import Turn, red_on, turns
from darb.places.models import Site
from darb.rules.planning.beyond import Stretch
from darb.rules.refusal import Missing, Refusal
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from .models import (
    FlightTerms,
    Plan,
    PlannedFlight,
    PlannedGroup,
    PlanState,
    Seat,
    SeatLock,
)
from .plan_flights import AHEAD
from .plan_keeping import stretches_of, terms, unkept
from .plan_queries import allowed, moved_rows, with_stops
from .reading import FAMILY_GATE, flight_day

NAMED, NAMED_IN_ALL = 30, 60
"""So many families of one kind of reason, and of all kinds, are named beside a plan; a kind's own page names all."""
Why = Sequence[Mapping[str, Any]]
"""Reasons as a row keeps them."""
Sort = tuple[str, str, tuple[str, ...]]
"""A kind of those who stay: the country, the airport, and the codes of the reasons."""


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
    """Groups who stay for one kind of reason: what holds for all of them, how many they are, and some of them, each
    with what is said of them beside that; `example` is what is said of the first."""

    sort: Sort
    why: Sequence[Refusal]
    example: Sequence[Refusal]
    groups: int
    people: int
    families: Sequence[Family]

    @property
    def destination(self) -> str:
        """The country where they go home to."""
        return self.sort[0]

    @property
    def site(self) -> str:
        """The airport that they leave from."""
        return self.sort[1]

    @property
    def codes(self) -> str:
        """The codes of the reasons, as an address has them."""
        return ",".join(self.sort[2])

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

    @property
    def coming(self) -> list[Family]:
        """Those who come onto the flight's list when it is accepted."""
        return [f for f in self.families if f.joins]

    @property
    def already(self) -> list[Family]:
        """Those who are on its list."""
        return [f for f in self.families if not f.joins]


def staying(actor: Actor, plan: Plan, named: int = NAMED, in_all: int = NAMED_IN_ALL) -> list[Kind]:
    """Those in sight who are planned on no flight, by country, airport and kind of reason; most people first.

    Of each kind the first `named` families, whose waiting weighs most, until `in_all` are named. Six statements.
    """
    allowed(actor)
    told = _staying(plan).values_list("pk", "told__destination", "told__site", "told__persons", "why")
    kinds: dict[Sort, list[tuple[int, int, Why]]] = defaultdict(list)
    for pk, destination, site, persons, why in told:
        kinds[destination, site, tuple(w["code"] for w in why)].append((pk, persons, why))
    in_order = sorted(kinds.items(), key=lambda kind: -sum(persons for _pk, persons, _why in kind[1]))
    first = [pk for _sort, rows in in_order for pk, _persons, _why in rows[:named]][:in_all]
    families = {f.row.pk: f for f in _bounded(actor, plan, _families(PlannedGroup.objects.filter(pk__among=first)))}
    return [
        _kind(sort, rows, [families[pk] for pk, _persons, _why in rows[:named] if pk in families])
        for sort, rows in in_order
    ]


def staying_of(actor: Actor, plan: Plan, sort: Sort, first: int, count: int) -> Kind | None:
    """One kind of those in sight who are planned on no flight, with `count` of its families from the number `first` on;
    None if there is nobody of it."""
    allowed(actor)
    destination, site, codes = sort
    of_kind = _staying(plan).filter(told__destination=destination, told__site=site)
    told = of_kind.extra(
        where=["jsonb_path_query_array(why, '$[*].code') = %s::jsonb"], params=[json.dumps(codes)]
    ).values_list("pk", "told__persons", "why")
    rows = list(told)
    page = [pk for pk, _persons, _why in rows[first : first + count]]
    families = {f.row.pk: f for f in _bounded(actor, plan, _families(PlannedGroup.objects.filter(pk__among=page)))}
    return _kind(sort, rows, [families[pk] for pk in page]) if rows else None


def _staying(plan: Plan) -> QuerySet[PlannedGroup]:
    return PlannedGroup.objects.filter(plan=plan, on="").order_by("-told__weight", "told__ready", "pk")


def _kind(sort: Sort, rows: Sequence[tuple[int, int, Why]], families: Sequence[Family]) -> Kind:
    shared = [w for w in rows[0][2] if all(w in why for _pk, _persons, why in rows)]
    return Kind(
        sort=sort,
        why=[unkept(w) for w in shared],
        example=[unkept(w) for w in rows[0][2] if w not in shared],
        groups=len(rows),
        people=sum(persons for _pk, persons, _why in rows),
        families=[replace(f, why=[unkept(w) for w in f.row.why if w not in shared]) for f in families],
    )


def moved(actor: Actor, plan: Plan, limit: int = 200) -> list[Family]:
    """Those in sight who were told of a flight and are planned on another, or on none."""
    allowed(actor)
    return _bounded(
        actor, plan, _families(PlannedGroup.objects.filter(moved_rows(), plan=plan).order_by("on", "pk")[:limit])
    )


def fixed_by_hand(actor: Actor, plan: Plan, limit: int = 200) -> list[Family]:
    """Those in sight whom somebody fixed on a flight of a plan: whom to let go where it can't be made with them."""
    allowed(actor)
    fixed = SeatLock.objects.filter(lifted_at=None).values("case")
    return _families(PlannedGroup.objects.filter(plan=plan, locked=True, case__in=fixed).order_by("on", "pk")[:limit])


def aboard(actor: Actor, plan: Plan, key: str) -> Aboard:
    """One planned flight with its people; Missing if it isn't in the plan. A fixed number of statements."""
    allowed(actor)
    flights = with_stops(plan.flights.select_related("flight"))
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
    allowed(actor)
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
