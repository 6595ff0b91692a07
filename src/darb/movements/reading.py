"""Rows to travellers: what the arithmetic of a manifest looks at, read for a set in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from darb.cases.models import Case
from darb.cases.reading import NOT_WAITED_FOR, facts_for
from darb.people.models import Membership, Person, Relation
from darb.places.models import Country
from darb.places.queries import airport
from darb.programmes.fitness import SERVICE_OF
from darb.programmes.voluntary_return_codes import SPECIAL_SERVICES
from darb.programmes.voluntary_return_gates import minor_windows
from darb.rules.facts import Facts
from darb.rules.manifest import Limits, Traveller, is_infant, turns
from darb.rules.pathway import OVERRIDE
from darb.trust.actor import Actor
from darb.trust.context import whole_house

from .models import Flight, FlightTerms, HealthMeasures, Operator, PlanTerms, Seat

# Whose lap and hand is nearest. Somebody who isn't family never minds a child.
NEAREST = (
    Relation.MOTHER,
    Relation.WIFE,
    Relation.FATHER,
    Relation.HEAD,
    Relation.HUSBAND,
    Relation.PARTNER,
    Relation.GRANDPARENT,
    Relation.AUNT,
    Relation.UNCLE,
    Relation.SISTER,
    Relation.BROTHER,
    Relation.SON,
    Relation.DAUGHTER,
    Relation.OTHER_FAMILY,
)
INFANT, CHILD, WITH_ESCORT, EXTRA_SEAT, WHEELCHAIR, STRETCHER = (
    "INF",
    "CHD",
    "UM",
    "EXST",
    "WCHR",
    "STCR",
)
CHILD_FARE_UNDER = 12
"""Years: carriers call a passenger from 2 to 11 a child."""
_DERIVED = frozenset({INFANT, CHILD, WITH_ESCORT})
CHOSEN_SERVICES = {code: label for code, label in SPECIAL_SERVICES.items() if code not in _DERIVED}
"""Codes that an officer may add; the others follow from age and escort."""
_WHEELCHAIRS = frozenset({"WCHR", "WCHS", "WCHC"})
FAMILY_GATE = "R12"


@dataclass(frozen=True)
class Booking:
    """Somebody to put on a flight. What is left open is found: the lap and minder among the family, the stop by
    the country of return. `leaves_at` names the stop of one who goes on by road; `services` are carrier's codes."""

    case: Case
    lap_of: Case | None = None
    own_seat: bool = False
    minder: Case | None = None
    escort: str = ""
    leaves_at: str = ""
    services: Sequence[str] = ()


@dataclass(frozen=True)
class Rider:
    """A booking with the facts of its case, as the arithmetic sees it."""

    case: Case
    facts: Facts
    traveller: Traveller
    services: frozenset[str]


def flight_day(flight: Flight) -> date:
    """The day of departure where the flight departs."""
    return flight.departs_at.astimezone(ZoneInfo(airport(flight.origin)["tz"])).date()


def countries_of(airports: Iterable[str]) -> dict[str, str]:
    """The country (ISO3) of each airport (IATA), in the order given; "" for one that isn't known. One query."""
    found = {iata: (airport(iata) or {}).get("country", "") for iata in airports}
    iso3 = dict(Country.objects.filter(iso2__in=set(found.values())).values_list("iso2", "iso3"))
    return {iata: iso3.get(iso2, "") for iata, iso2 in found.items()}


def measures_of(flight: Flight) -> dict[str, HealthMeasures]:
    """By country (ISO3) where the flight lands, what health asks there on its day; the newest holds. Two queries."""
    lands = set(countries_of(flight.legs.values_list("destination", flat=True)).values())
    day = flight_day(flight)
    rows = HealthMeasures.objects.filter(country__in=lands, since__lte=day).exclude(until__lte=day)
    return {m.country: m for m in rows.order_by("pk")}


def limits_of(flight: Flight) -> Limits:
    """What a flight takes: by its own terms, by its carrier's rules, and as many seats as health lets be used.

    Six queries at most.
    """
    carrier = Operator.objects.filter(name__iexact=flight.operator).first() or Operator()
    told = FlightTerms.objects.filter(flight=flight).values_list("stretchers", flat=True).first()
    by_percent = flight.infant_limit
    if carrier.infants_percent is not None:
        by_percent = flight.seats * carrier.infants_percent // 100
    mission = PlanTerms.objects.order_by("-pk").values_list("terms__stretchers", flat=True).first()
    stretchers = (told, carrier.stretchers, mission, Limits.stretchers)
    return Limits(
        seats=min((flight.seats * m.seats_percent // 100 for m in measures_of(flight).values()), default=flight.seats),
        infants=min(flight.infant_limit, by_percent),
        stretchers=next(n for n in stretchers if n is not None),
        infants_per_adult=carrier.infants_per_adult,
    )


def standing(flight: Flight) -> list[Seat]:
    """Everyone on the manifest now, cases and persons with them. Sees the whole house."""
    with whole_house():
        return list(
            flight.seat_rows.filter(removed_in=None).select_related("case__person", "lap_of", "minder").order_by("pk")
        )


def as_booking(seat: Seat) -> Booking:
    """The booking that a seat stands for."""
    return Booking(
        case=seat.case,
        lap_of=seat.lap_of and Case(pk=seat.lap_of.case_id),
        own_seat=seat.lap_of_id is None,
        minder=seat.minder and Case(pk=seat.minder.case_id),
        escort=seat.escort,
        leaves_at=seat.destination,
        services=seat.service_codes.split(),
    )


def riders(actor: Actor, bookings: Sequence[Booking], day: date) -> list[Rider]:
    """The bookings as travellers on `day`. Names are told only of those whom `actor` reaches."""
    cases = [b.case for b in bookings]
    with whole_house():
        facts = facts_for(cases)
        people = Person.objects.in_bulk([c.person_id for c in cases])
        families = _families(people)
        companions = _open_cases(families, cases)
    out = []
    for b in bookings:
        case, person = b.case, people[b.case.person_id]
        fact = facts[case.pk]
        born = person.birth_date  # of a date known in part, the first day that it may be
        infant = is_infant(born, day)
        services = _services(b, fact, infant)
        traveller = Traveller(
            key=case.pk,
            name=f"{person.name} ({case.ref})" if actor.house or case.scope_id in actor.scopes else case.ref,
            sex=person.sex,
            child=infant or day in minor_windows(fact),
            infant=infant,
            kin=_kin(person, families, companions, case.programme),
            bound_to=_bound(case, fact, families, companions),
            lap_of=b.lap_of and b.lap_of.pk,
            own_seat=b.own_seat and b.lap_of is None,
            minder=b.minder and b.minder.pk,
            escort=b.escort.strip(),
            extra_seat=EXTRA_SEAT in services,
            stretcher=STRETCHER in services,
        )
        if traveller.child and not infant and born and day < turns(born, CHILD_FARE_UNDER):
            services |= {CHILD}
        out.append(Rider(case, fact, traveller, frozenset(services)))
    return out


def codes(rider: Rider, traveller: Traveller) -> str:
    """The carrier's codes of one passenger as it ends up seated, in the order of the list."""
    alone = {WITH_ESCORT} if traveller.child and traveller.escort else set()
    return " ".join(code for code in SPECIAL_SERVICES if code in rider.services | alone)


def _services(booking: Booking, facts: Facts, infant: bool) -> set[str]:
    asked = {c for gate in ("R4", "R9") if (v := facts.verdict(gate)) for c in v.conditions}
    chosen = set(booking.services) - _DERIVED
    if infant:
        chosen.add(INFANT)
    wanted = {SERVICE_OF[c] for c in asked if c in SERVICE_OF}
    # An officer may have chosen another wheelchair than the plain one that a clearance asks for.
    return chosen | (wanted - {WHEELCHAIR} if (chosen | wanted - {WHEELCHAIR}) & _WHEELCHAIRS else wanted)


Families = dict[int, list[Membership]]


def _families(persons: Collection[int]) -> Families:
    """By person, the standing members of their group, themselves among them."""
    groups = Membership.objects.filter(person__in=persons, left_at=None).values("group")
    members: dict[int, list[Membership]] = defaultdict(list)
    for m in Membership.objects.filter(group__in=groups, left_at=None).select_related("group").order_by("pk"):
        members[m.group_id].append(m)
    return {m.person_id: family for family in members.values() for m in family}


def _open_cases(families: Families, cases: Sequence[Case]) -> dict[tuple[int, str], Case]:
    """By person and programme, the newest case of everyone in these families."""
    newest = {(c.person_id, c.programme): c for c in Case.objects.filter(person__in=families).order_by("pk")}
    return newest | {(c.person_id, c.programme): c for c in cases}


def _kin(person: Person, families: Families, cases: dict[tuple[int, str], Case], programme: str) -> tuple[int, ...]:
    family = families.get(person.pk, [])
    if not any(m.person_id == person.pk and _vouched(m) for m in family):
        return ()
    near = sorted(
        (m for m in family if m.person_id != person.pk and _vouched(m)), key=lambda m: NEAREST.index(m.relation)
    )
    return tuple(case.pk for m in near if (case := cases.get((m.person_id, programme))))


def _vouched(m: Membership) -> bool:
    """Whether the relation to the head is known: verified, or the head's own; and one of family."""
    return m.relation == Relation.HEAD or (m.verified and m.relation in NEAREST)


def _bound(case: Case, facts: Facts, families: Families, cases: dict[tuple[int, str], Case]) -> frozenset[int]:
    exception = facts.verdict(FAMILY_GATE)
    if exception and exception.granted and exception.code == OVERRIDE:
        return frozenset()
    others = [
        cases.get((m.person_id, case.programme))
        for m in families.get(case.person_id, [])
        if m.person_id != case.person_id and m.group.must_travel_together
    ]
    return frozenset(c.pk for c in others if c and c.stage not in NOT_WAITED_FOR)
