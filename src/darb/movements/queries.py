"""Reads about flights and the people on them. Seats are walled; a flight's own row and counters are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from darb.cases.keeping import why
from darb.cases.models import Case, GateRow, Readiness
from darb.cases.pathways import PATHWAYS, pathway
from darb.people.models import Membership, Person
from darb.rules.manifest import Counts, Limits, Traveller, count, faults, is_infant
from darb.rules.pathway import Gate
from darb.rules.refusal import Forbidden, Missing, Refusal
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Flight, FlightState, Handover, ManifestVersion, Seat
from .reading import Booking, as_booking, countries_of, flight_day, limits_of, riders, standing

CANDIDATES = 300
OVER = (
    FlightState.LANDED,
    FlightState.RECONCILED,
    FlightState.CLOSED,
    FlightState.CANCELLED,
    FlightState.TURNED_BACK,
)


# Flights --------------------------------------------------------------------------------------------


def upcoming(actor: Actor) -> list[Flight]:
    """Flights that aren't over, the soonest first."""
    return list(Flight.objects.exclude(state__in=OVER).order_by("departs_at", "code"))


def past(actor: Actor) -> QuerySet[Flight]:
    """Flights that are over, the newest first."""
    return Flight.objects.filter(state__in=OVER).order_by("-departs_at", "code")


def get(actor: Actor, ref: str) -> Flight:
    """A flight by its reference; Missing if there is none."""
    found = Flight.objects.filter(ref=ref.upper()).first()
    if found is None:
        raise Missing("no_flight", _("There is no such flight."))
    return found


@dataclass(frozen=True)
class RedGate:
    """A gate that keeps a passenger from flying on the day, and why."""

    gate: Gate
    reason: Refusal


@dataclass(frozen=True)
class Passenger:
    """Somebody on a manifest, with those they are linked to and what stands in the way."""

    seat: Seat
    person: Person
    traveller: Traveller
    lap_name: str = ""
    minder_name: str = ""
    red: Sequence[RedGate] = ()


@dataclass(frozen=True)
class FlightFile:
    """A flight and its manifest as one page shows it. `faults` and red passengers are what keeps it from the lock.

    `hidden` counts the passengers outside the asker's reach; they are in the counts and not in the families.
    """

    flight: Flight
    legs: Sequence[Any]
    day: date
    families: Sequence[Sequence[Passenger]]
    counts: Counts
    faults: Sequence[Refusal]
    versions: Sequence[ManifestVersion]
    limits: Limits
    hidden: int = 0

    @property
    def seats_left(self) -> int:
        """Seats that nobody has."""
        return self.limits.seats - self.counts.seats

    @property
    def laps_left(self) -> int:
        """How many infants more the carrier takes."""
        return self.limits.infants - self.counts.laps

    @property
    def red(self) -> list[Passenger]:
        """Passengers in sight who aren't ready on the day."""
        return [p for family in self.families for p in family if p.red]


def flight_file(actor: Actor, ref: str) -> FlightFile:
    """A flight with its passengers, families together. A fixed number of statements."""
    names_shown(actor)
    flight = get(actor, ref)
    day = flight_day(flight)
    everyone = standing(flight)
    them = riders(actor, [as_booking(s) for s in everyone], day)
    travellers = {r.case.pk: r.traveller for r in them}
    mine = set(Seat.objects.filter(flight=flight, removed_in=None).values_list("pk", flat=True))
    names = {s.pk: s.case.person.name for s in everyone if s.pk in mine}
    red = red_gates([s.case for s in everyone if s.pk in mine and not s.boarded_at], day)
    shown = [
        Passenger(
            seat=s,
            person=s.case.person,
            traveller=travellers[s.case_id],
            lap_name=names.get(s.lap_of_id or 0, ""),
            minder_name=names.get(s.minder_id or 0, ""),
            red=red.get(s.case_id, ()),
        )
        for s in everyone
        if s.pk in mine
    ]
    everybody, limits = list(travellers.values()), limits_of(flight)
    return FlightFile(
        flight=flight,
        legs=list(flight.legs.order_by("number")),
        day=day,
        families=_together(shown),
        counts=count(everybody),
        faults=faults(everybody, limits),
        versions=list(flight.versions.order_by("-number")),
        limits=limits,
        hidden=len(everyone) - len(mine),
    )


def nationalities(actor: Actor, flight: Flight) -> set[str]:
    """The nationalities (alpha-3) of those within reach on a manifest. One statement."""
    rows = Seat.objects.filter(flight=flight, removed_in=None)
    return set(rows.values_list("person__nationality", flat=True).distinct())


def ever_on(actor: Actor, flight: Flight) -> list[Seat]:
    """Everyone within reach who is or was on a flight's manifest, by name."""
    names_shown(actor)
    return list(flight.seat_rows.select_related("case__person").order_by("person__name", "pk"))


def names_shown(actor: Actor) -> None:
    """Refuse who doesn't see identities."""
    if not actor.sees(DataClass.IDENTITY):
        raise Forbidden("no_names", _("Your role doesn't see who is on a flight."), who=Role.MOVEMENT_OFFICER)


def red_gates(cases: Collection[Case], day: date) -> dict[int, list[RedGate]]:
    """By case, the gates that are red on a day, from the kept rows. One query."""
    declared = {c.pk: pathway(c.programme) for c in cases}
    found: dict[int, list[RedGate]] = defaultdict(list)
    rows = GateRow.objects.filter(case__in=declared).extra(where=["not windows @> %s::date"], params=[day])
    for row in rows.order_by("case_id", "gate"):
        reason = why(row.windows, row.terms, day)
        if reason:
            found[row.case_id].append(RedGate(declared[row.case_id].gate(row.gate), reason))
    return found


def _together(passengers: Sequence[Passenger]) -> list[list[Passenger]]:
    """Passengers with their families, in the order of the first of each."""
    groups = dict(
        Membership.objects.filter(person__in=[p.person.pk for p in passengers], left_at=None).values_list(
            "person_id", "group_id"
        )
    )
    families: dict[object, list[Passenger]] = {}
    for p in passengers:
        families.setdefault(groups.get(p.person.pk, ("alone", p.person.pk)), []).append(p)
    return list(families.values())


# Who could be added ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody ready on the day of a flight; `infant` and `child` as on that day."""

    case: Case
    infant: bool = False


@dataclass(frozen=True)
class Kept:
    """Somebody whom gates keep from a flight."""

    case: Case
    red: Sequence[RedGate]


@dataclass(frozen=True)
class Candidates:
    """Who could be added to a flight, families together in order of need, and why the rest can't.

    `by_gate` counts the rest by gate; one person may be counted at several. `kept` are the first of them.
    """

    ready: Sequence[Sequence[Candidate]]
    how_many_ready: int
    how_many_kept: int
    by_gate: Sequence[tuple[Gate, int]]
    kept: Sequence[Kept]


def candidates(
    actor: Actor, flight: Flight, *, nationality: str = "", anywhere: bool = False, limit: int = CANDIDATES
) -> Candidates:
    """People within reach who leave from this airport and go home where the flight lands.

    By priority, then by waiting; `anywhere` adds those whose country it doesn't serve, who would go on by
    road. A fixed number of statements, counted in the database.
    """
    day = flight_day(flight)
    served = set(countries_of(flight.legs.values_list("destination", flat=True)).values())
    waiting = Case.objects.filter(departure_airport=flight.origin, closed=None)
    out_of = Q()
    for programme, declared in PATHWAYS.items():
        out_of |= Q(programme=programme, stage__in=declared.step("book").out_of)
    waiting = waiting.filter(out_of)
    if not anywhere:
        waiting = waiting.filter(return_country__in=served)
    if nationality:
        waiting = waiting.filter(person__nationality=nationality)
    ready = Readiness.objects.extra(where=["ready @> %s::date"], params=[day]).values("case")
    fit = waiting.filter(pk__in=ready)
    rest = waiting.exclude(pk__in=ready)
    first = list(fit.select_related("person__site").order_by("-priority", "opened", "pk")[:limit])
    kept = list(rest.select_related("person").order_by("-priority", "opened", "pk")[:limit])
    red = red_gates(kept, day)
    return Candidates(
        ready=_families_of(first, day),
        how_many_ready=fit.count(),
        how_many_kept=rest.count(),
        by_gate=_by_gate(rest, day),
        kept=[Kept(c, red.get(c.pk, ())) for c in kept],
    )


def _families_of(cases: Sequence[Case], day: date) -> list[list[Candidate]]:
    groups = dict(
        Membership.objects.filter(person__in=[c.person_id for c in cases], left_at=None).values_list(
            "person_id", "group_id"
        )
    )
    families: dict[object, list[Candidate]] = {}
    for c in cases:
        key = groups.get(c.person_id, ("alone", c.person_id))
        families.setdefault(key, []).append(Candidate(c, is_infant(c.person.birth_date, day)))
    return list(families.values())


def _by_gate(cases: QuerySet[Case], day: date) -> list[tuple[Gate, int]]:
    """How many of these cases each gate keeps from flying on a day, the most first. One query."""
    rows = (
        GateRow.objects.filter(case__in=cases.values("pk"))
        .extra(where=["not cases_gaterow.windows @> %s::date"], params=[day])
        .values_list("gate", "case__programme")
        .annotate(n=Count("case", distinct=True))
        .order_by("-n", "gate")
    )
    return [(pathway(programme).gate(gate), n) for gate, programme, n in rows]


def travellers(actor: Actor, flight: Flight, cases: Sequence[Case]) -> dict[int, Traveller]:
    """By case, who they would be on that flight: a child or infant on its day, with their kin."""
    return {r.case.pk: r.traveller for r in riders(actor, [Booking(c) for c in cases], flight_day(flight))}


# Handover and figures -------------------------------------------------------------------------------


def handovers(actor: Actor, *, accepted: bool = False) -> QuerySet[Handover]:
    """Arrivals offered to the missions within reach: those that wait, or those accepted, the newest flight first."""
    found = Handover.objects.filter(accepted_at__isnull=not accepted).select_related("flight")
    return found.order_by("-flight__departs_at", "flight_id", "packet__name", "pk")


def waiting_arrivals(actor: Actor, limit: int) -> list[tuple[str, datetime, int]]:
    """The newest flights whose people wait to be accepted: code, when they were offered, how many. One statement."""
    waiting = Handover.objects.filter(accepted_at=None).order_by().values("flight__code")
    by_flight = waiting.annotate(at=Max("offered_at"), people=Count("pk")).order_by("-at", "flight__code")
    return list(by_flight.values_list("flight__code", "at", "people")[:limit])


def landed_between(actor: Actor, start: datetime, end: datetime) -> dict[str, Any]:
    """People within reach who came home by a flight of ours in [start, end): all, by sex, nationality and flight.

    One person who came home twice counts twice: these are returns.
    """
    seats = Seat.objects.filter(landed_at__gte=start, landed_at__lt=end)
    return {
        "returns": seats.count(),
        "flights": seats.values("flight").distinct().count(),
        "by_sex": dict(seats.values_list("person__sex").annotate(n=Count("pk")).order_by("person__sex")),
        "by_nationality": dict(
            seats.values_list("person__nationality").annotate(n=Count("pk")).order_by("-n", "person__nationality")
        ),
    }


def of_case(actor: Actor, case: Case) -> list[Seat]:
    """The flights that a case was or is booked on, the newest first."""
    return list(Seat.objects.filter(case=case).select_related("flight").order_by("-pk"))
