"""The candidates of a plan: the mission's flights, of one with several stops a part for each, and what they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from darb.places.queries import airport
from darb.rules.planning.beyond import ABOARD, LIMITS, Beyond, Shared
from darb.rules.planning.checking import Load
from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.instance import Group
from darb.rules.planning.terms import Terms

from .actions import BOAT
from .models import UNCONFIRMED, Flight, FlightState, FlightTerms, Operator
from .reading import countries_of, flight_day

AHEAD = (
    *sorted(UNCONFIRMED),
    FlightState.CONFIRMED,
    FlightState.MANIFEST_OPEN,
    FlightState.LOCKED,
    FlightState.BOARDING,
)
"""States of flights that have yet to leave."""


@dataclass(frozen=True)
class Part:
    """A candidate of a plan and the flight it is, or is a part of: the people who get off at one `stop`.

    `contracted`: its price is owed whether or not anybody flies. `on_list` and `escorts_on_list` are there already.
    """

    flight: Flight
    stop: str
    candidate: Candidate
    on_list: int = 0
    escorts_on_list: int = 0

    @property
    def contracted(self) -> bool:
        """Whether the carrier has confirmed it."""
        return self.flight.state not in (*UNCONFIRMED, FlightState.CANCELLED)


def flights_between(start: date, end: date) -> list[Flight]:
    """Flights that have yet to leave, on days from `start` up to, not including, `end`, where they leave from."""
    first, last = (datetime.combine(d, time(), UTC) for d in (start - timedelta(days=1), end + timedelta(days=1)))
    found = Flight.objects.filter(state__in=AHEAD, departs_at__gte=first, departs_at__lt=last)
    in_order = found.prefetch_related("legs").order_by("departs_at", "pk")
    return [f for f in in_order if start <= flight_day(f) < end]


def candidates(
    flights: Iterable[Flight], loads: Mapping[int, Mapping[str, Sequence[Group]]], terms: Terms
) -> dict[str, Part]:
    """Each flight as planning sees it, by key; one with several stops is a candidate of the whole flight for each.

    `loads`, by flight and stop, is who is on its list: no candidate takes less than was agreed with the carrier.
    """
    once = {f.pk: f for f in flights}
    special = FlightTerms.objects.in_bulk(list(once))
    carriers = {o.name.casefold(): o for o in Operator.objects.all()}
    stops = {f.pk: _stops(f) for f in once.values()}
    countries = countries_of({s for found in stops.values() for s in found})
    out: dict[str, Part] = {}
    for flight in once.values():
        here, load = stops[flight.pk], loads.get(flight.pk, {})
        for n, stop in enumerate(here):
            key = flight.ref if len(here) == 1 else f"{flight.ref}-{stop}"
            on = load.get(stop, ())
            own = special.get(flight.pk) or FlightTerms()
            whole = _whole(key, flight, countries[stop], own, terms, first=n == 0)
            whole = (
                _of_a_boat(whole)
                if flight.kind == BOAT
                else _of_carrier(whole, carriers.get(flight.operator.casefold()), own)
            )
            out[key] = Part(flight, stop, _at_least(whole, on, terms), sum(g.persons for g in on), _escorts(on, terms))
    return out


def beyond_flights(parts: Mapping[str, Part], start: date, terms: Terms) -> Beyond:
    """What candidates share: a flight of several stops its seats, an aircraft its turns of a day, a receiving mission
    its week (counted from `start`)."""
    ahead = {key: p for key, p in parts.items() if p.flight.state != FlightState.CANCELLED}
    by_flight: dict[int, list[str]] = defaultdict(list)
    weeks: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, part in ahead.items():
        by_flight[part.flight.pk].append(key)
        if part.candidate.destination in terms.receiving_week:
            weeks[part.candidate.destination, (part.candidate.date - start).days // 7].append(key)
    stops = tuple(tuple(keys) for keys in by_flight.values() if len(keys) > 1)
    shared = [Shared(keys, limit, getattr(parts[keys[0]].candidate, limit)) for keys in stops for limit in ABOARD]
    shared += [Shared(tuple(keys), "landing_quota", terms.receiving_week[to]) for (to, _week), keys in weeks.items()]
    return Beyond(
        shared=tuple(shared),
        stops=stops,
        away={key: _away(p.flight, terms) for key, p in ahead.items() if p.candidate.charter},
        owed=frozenset(key for key, p in ahead.items() if p.contracted),
    )


def _away(flight: Flight, terms: Terms) -> tuple[int, int]:
    """When the aircraft leaves and when it may leave again, in minutes of the day at its airport: it flies home as long
    as it flew out, and stands at both ends."""
    leaves = flight.departs_at.astimezone(ZoneInfo(airport(flight.origin)["tz"]))
    out = max(leg.arrives_at for leg in flight.legs.all()) - flight.departs_at
    minutes = leaves.hour * 60 + leaves.minute
    return minutes, minutes + 2 * (int(out.total_seconds() // 60) + terms.turnaround_minutes)


def _stops(flight: Flight) -> list[str]:
    return list(dict.fromkeys(leg.destination for leg in sorted(flight.legs.all(), key=lambda leg: leg.number)))


def _whole(key: str, flight: Flight, country: str, own: FlightTerms, terms: Terms, *, first: bool) -> Candidate:
    """The flight as if it went to that country alone; its price stands with the first stop."""
    whole_aircraft = flight.kind in ("charter", BOAT)
    place = terms.boat_per_place if flight.kind == BOAT else terms.charter_per_seat
    owed = flight.state not in (*UNCONFIRMED, FlightState.CANCELLED)
    quota = flight.seats + flight.infant_limit
    return Candidate(
        id=key,
        charter=whole_aircraft,
        date=flight_day(flight),
        origin=flight.origin,
        destination=country,
        aircraft=flight.aircraft or flight.code if whole_aircraft else None,
        seats=flight.seats,
        infants=flight.infant_limit,
        wheelchairs=_or(own.wheelchairs, terms.wheelchairs),
        stretchers=_or(own.stretchers, terms.stretchers),
        unaccompanied=_or(own.unaccompanied, terms.unaccompanied),
        landing_quota=min(quota, _or(own.landing_quota, terms.receiving.get(country, quota))),
        fixed_cost=float(_or(own.fixed_cost, place * flight.seats)) if whole_aircraft and first and not owed else 0.0,
        seat_cost=float(_or(own.seat_cost, 0 if whole_aircraft else terms.commercial_seat)),
    )


def _of_carrier(whole: Candidate, carrier: Operator | None, own: FlightTerms) -> Candidate:
    """The candidate within what its carrier takes, where that is known and nothing else was agreed for the flight."""
    if carrier is None:
        return whole
    infants, stretchers = whole.infants, whole.stretchers
    if carrier.infants_percent is not None:
        infants = min(infants, whole.seats * carrier.infants_percent // 100)
    if carrier.stretchers is not None and own.stretchers is None:
        stretchers = carrier.stretchers
    return replace(whole, infants=infants, stretchers=stretchers)


def _of_a_boat(whole: Candidate) -> Candidate:
    """On a boat nobody rides on a lap: everybody counts against the people whom it may carry."""
    return replace(whole, infants=whole.seats, landing_quota=min(whole.landing_quota, whole.seats))


def _at_least(whole: Candidate, on: Collection[Group], terms: Terms) -> Candidate:
    """The candidate, taking no less than those who are on its list."""
    load = Load()
    for group in on:
        load.add(group)
    there = {limit: getattr(load, counts) for limit, counts in LIMITS.items()} | {
        "seats": load.seats + load.escorts(terms.unaccompanied_per_escort)
    }
    return replace(whole, **{limit: max(getattr(whole, limit), taken) for limit, taken in there.items()})


def _escorts(groups: Collection[Group], terms: Terms) -> int:
    alone = sum(g.unaccompanied for g in groups)
    return sum(g.medical_escorts for g in groups) - (-alone // terms.unaccompanied_per_escort)


def _or(own: int | None, plain: int) -> int:
    return plain if own is None else own
