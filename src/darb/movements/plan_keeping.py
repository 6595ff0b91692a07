"""A plan as rows: written by groups and flights, so that each reader sees the people within reach, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from darb.cases.keeping import refusal_as_json, refusal_from_json
from darb.cases.models import Case
from darb.people.models import Membership
from darb.rules.planning import cost, first_come_first_served, read_instance
from darb.rules.planning.beyond import Beyond, Mission, Shared, Stretch, counted, narrowed
from darb.rules.planning.checking import loads
from darb.rules.planning.fairness import Traits, fairness
from darb.rules.planning.figures import figures
from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.reasons import Why
from darb.rules.planning.rounds import broken
from darb.rules.planning.supposing import Changes, Closing
from darb.rules.planning.terms import AirportTerms, Terms
from darb.rules.planning.writing import flight_record, frame_record, group_record
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.words import _

from .models import Plan, PlannedFlight, PlannedGroup, PlanTerms
from .plan_gathering import Gathered

MOST_TOLD = 3000
"""For so many groups it is found out why they aren't on a flight: those whose waiting weighs most."""
GREATER_NEED = 40
"""From this score of need on, somebody counts as of greater need where it is asked who waits how long."""


def terms() -> Terms:
    """The terms that hold now."""
    newest = PlanTerms.objects.order_by("-pk").first()
    return terms_from(newest.terms) if newest else Terms()


def terms_from(kept: Mapping[str, Any]) -> Terms:
    """Terms as a row keeps them (`dataclasses.asdict`)."""
    airports = {iata: AirportTerms(**a) for iata, a in kept.get("airports", {}).items()}
    return Terms(**{**kept, "airports": airports, "airport": AirportTerms(**kept.get("airport", {}))})


def changes_from(kept: Mapping[str, Any]) -> Changes:
    """What a plan supposes, as its row keeps it (`changes_kept`)."""
    return Changes(
        cancelled=tuple(kept.get("cancelled", ())),
        added=tuple(_candidate(f) for f in kept.get("added", ())),
        aircraft=dict(kept.get("aircraft", {})),
        resized=dict(kept.get("resized", {})),
        closed=tuple(
            Closing(c["airport"], date.fromisoformat(c["since"]), date.fromisoformat(c["until"]))
            for c in kept.get("closed", ())
        ),
    )


def changes_kept(changes: Changes) -> dict[str, Any]:
    """What a plan supposes, as JSON."""
    return {
        "cancelled": list(changes.cancelled),
        "added": [flight_record(f) for f in changes.added],
        "aircraft": dict(changes.aircraft),
        "resized": dict(changes.resized),
        "closed": [
            {"airport": c.airport, "since": c.since.isoformat(), "until": c.until.isoformat()} for c in changes.closed
        ],
    }


def _candidate(record: Mapping[str, Any]) -> Candidate:
    fields = {**record, "charter": record["kind"] == "charter", "date": date.fromisoformat(record["date"])}
    fields.pop("kind")
    return Candidate(**fields)


def rows_of(plan: Plan, gathered: Gathered) -> tuple[list[PlannedFlight], list[PlannedGroup]]:
    """The unsaved rows of a plan that begins, and its frame, which is put on `plan`."""
    plan.frame = {**frame_record(gathered.instance), "beyond": _beyond_kept(gathered.beyond)}
    flights = [
        PlannedFlight(
            plan=plan,
            key=key,
            flight=part.flight,
            day=part.candidate.date,
            told=flight_record(gathered.instance.flights[key]),
            contracted=part.contracted,
        )
        for key, part in gathered.parts.items()
    ]
    groups = [
        PlannedGroup(
            scope_id=g.cases[0].scope_id,
            plan=plan,
            key=key,
            case=g.cases[0],
            person_id=g.cases[0].person_id,
            cases=[c.pk for c in g.cases],
            told=group_record(g.group),
            stretches=[[first.isoformat(), last.isoformat()] for first, last in g.stretches if len(g.stretches) > 1],
            on=g.locked,
            current=g.current,
            locked=bool(g.locked),
        )
        for key, g in gathered.groups.items()
    ]
    return flights, groups


def mission_of(plan: Plan) -> Mission:
    """What the rows in sight tell. Three statements; everything is in sight of the house alone."""
    groups = list(PlannedGroup.objects.filter(plan=plan).order_by("pk"))
    return mission_from(plan, PlannedFlight.objects.filter(plan=plan).order_by("pk"), groups)


def mission_from(plan: Plan, flights: Iterable[PlannedFlight], groups: Iterable[PlannedGroup]) -> Mission:
    """What rows that were read already tell."""
    told = list(groups)
    raw = read_instance(
        {
            **{key: value for key, value in plan.frame.items() if key != "beyond"},
            "groups": [g.told for g in told],
            "flights": [f.told for f in flights],
            "current": [{"group": g.key, "flight": g.current} for g in told if g.current],
        }
    )
    # Whether the fixed can be kept is for the rules of the mission to say, not for those of the instance alone.
    raw = replace(raw, locked={g.key: g.on for g in told if g.locked and g.on})
    kept = plan.frame.get("beyond", {})
    beyond = Beyond(
        stretches={g.key: stretches_of(g) for g in told if g.stretches},
        shared=tuple(Shared(tuple(s["flights"]), s["limit"], s["amount"]) for s in kept.get("shared", ())),
        stops=tuple(tuple(parts) for parts in kept.get("stops", ())),
        away={key: (leaves, back) for key, (leaves, back) in kept.get("away", {}).items()},
        owed=frozenset(kept.get("owed", ())),
    )
    return Mission(raw, beyond)


def stretches_of(row: PlannedGroup) -> tuple[Stretch, ...]:
    """The days on which a group may travel, where there are red ones in between."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in row.stretches)


def _beyond_kept(beyond: Beyond) -> dict[str, Any]:
    """What flights share, as JSON: days of people stand with the people, behind the walls."""
    return {
        "shared": [{"flights": s.flights, "limit": s.limit, "amount": s.amount} for s in beyond.shared],
        "stops": beyond.stops,
        "away": beyond.away,
        "owed": sorted(beyond.owed),
    }


def load_flights(mission: Mission, assignments: Mapping[str, str], flights: Iterable[PlannedFlight]) -> None:
    """Put onto the rows how many fly on each."""
    carried = loads(mission.raw, assignments)
    for row in flights:
        load = carried.get(row.key)
        row.persons = load.persons if load else 0
        row.escorts = load.escorts(mission.raw.prices.unaccompanied_per_escort) if load else 0
        row.seats_used = load.seats + row.escorts if load else 0


def explain(
    mission: Mission, assignments: Mapping[str, str], flights: Iterable[PlannedFlight], groups: Iterable[PlannedGroup]
) -> None:
    """Put onto the rows why somebody stays or is moved, and what flights not used would have cost and saved."""
    narrow = narrowed(mission.raw, mission.beyond, assignments)
    why = Why(narrow, assignments)
    told = sorted(groups, key=lambda g: (bool(g.on), -g.told["weight"] * g.told["persons"], g.told["ready"]))
    for row in told[:MOST_TOLD]:
        row.why = [] if row.on else [kept(_typed(mission, r)) for r in _reasons(why, mission, row.key)]
        if row.on and row.current and row.on != row.current:
            row.why = [kept(moved_because(mission, assignments, row.key))]
    used = {f for key in set(assignments.values()) for f in mission.beyond.one_flight(key)}
    for flight in flights:
        flight.unopened = None
        if flight.key not in used and flight.key not in narrow.cancelled:
            opening = why.opening(narrow.flights[flight.key])
            flight.unopened = {
                "persons": opening.persons,
                "cost": round(opening.cost),
                "saved": round(opening.saved),
                "obstacles": [kept(_typed(mission, o)) for o in opening.obstacles],
            }


def _reasons(why: Why, mission: Mission, key: str) -> list[Refusal]:
    """Why a group isn't on a flight: for each stretch of its days, the same thing once."""
    group = mission.raw.groups[key]
    found: dict[str, Refusal] = {}
    for first, last in mission.beyond.stretches.get(key, ((group.ready, group.until),)):
        for reason in why.reasons(replace(group, ready=first, until=last)):
            found.setdefault(str(reason), reason)
    return list(found.values())


def _typed(mission: Mission, reason: Refusal) -> Refusal:
    """The reason with the type of the aircraft, for which a narrowed instance has a name of its own by turns."""
    flight = mission.raw.flights.get(str(reason.values.get("flight")))
    if "aircraft" not in reason.values or flight is None:
        return reason
    return replace(reason, values={**reason.values, "aircraft": flight.aircraft})


def moved_because(mission: Mission, assignments: Mapping[str, str], key: str) -> Refusal:
    """Why somebody is moved off the flight that they were told of: what forbids it, or what staying would cost."""
    told = mission.raw.current[key]
    if told in mission.raw.cancelled:
        return Refusal("planning.told_cancelled", _("The flight that they were told of is called off."))
    kept_there = {**assignments, key: told}
    wrong = broken(mission.raw, mission.beyond, kept_there)
    if wrong:
        return wrong[0]
    return Refusal(
        "planning.moved_saves",
        _("Keeping them on the flight that they were told of would cost {more} more than moving them."),
        {"more": round(total(mission, kept_there) - total(mission, assignments))},
    )


def total(mission: Mission, assignments: Mapping[str, str]) -> float:
    """What a plan costs."""
    return cost(counted(mission.raw, mission.beyond, assignments), assignments).total


def kept(refusal: Refusal) -> dict[str, Any]:
    """A reason as a row keeps it; whatever says no is for the movement officer to change."""
    return refusal_as_json(refusal, Role.MOVEMENT_OFFICER)


def unkept(row: Mapping[str, Any]) -> Refusal:
    """The reason that a row keeps."""
    return refusal_from_json(dict(row))


def traits_of(groups: Iterable[PlannedGroup]) -> dict[str, list[Traits]]:
    """By group, what is looked at when it is asked who waits how long. Two statements."""
    rows = list(groups)
    ids = [c for g in rows for c in g.cases]
    people = {
        case: (person, nationality, sex, priority)
        for case, person, nationality, sex, priority in Case.objects.filter(pk__among=ids).values_list(
            "pk", "person_id", "person__nationality", "person__sex", "priority"
        )
    }
    related = set(
        Membership.objects.filter(person__among=[p[0] for p in people.values()], left_at=None).values_list(
            "person_id", flat=True
        )
    )
    return {
        g.key: [
            Traits(nationality, sex, person in related, priority >= GREATER_NEED)
            for person, nationality, sex, priority in (people[c] for c in g.cases if c in people)
        ]
        for g in rows
    }


def told_figures(mission: Mission, assignments: Mapping[str, str]) -> dict[str, Any]:
    """The figures of a plan, as its row keeps them."""
    return figures(counted(mission.raw, mission.beyond, assignments), assignments).as_json()


def told_shares(
    mission: Mission, assignments: Mapping[str, str], groups: Iterable[PlannedGroup]
) -> list[dict[str, Any]]:
    """Who waits how long, beside first come, first served, as the row of a plan keeps it."""
    raw, beyond = mission.raw, mission.beyond
    queue = first_come_first_served(narrowed(raw, beyond, {}))
    shares = fairness(counted(raw, beyond, assignments), assignments, traits_of(groups), queue)
    return [asdict(share) for share in shares]
