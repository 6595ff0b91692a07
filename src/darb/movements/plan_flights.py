"""The candidates of a plan: the mission's flights, and of one with several stops a part for each country it serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.instance import Group
from darb.rules.planning.terms import Terms

from .models import UNCONFIRMED, Flight, FlightState, FlightTerms
from .reading import countries_of, flight_day

AHEAD = (
    *sorted(UNCONFIRMED),
    FlightState.CONFIRMED,
    FlightState.MANIFEST_OPEN,
    FlightState.LOCKED,
    FlightState.BOARDING,
)
"""States of flights that have yet to leave."""

TAKES = ("infants", "wheelchairs", "stretchers", "unaccompanied")


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
        return self.flight.state not in UNCONFIRMED | {FlightState.CANCELLED}


def flights_between(start: date, end: date) -> list[Flight]:
    """Flights that have yet to leave, on days from `start` up to, not including, `end`, where they leave from."""
    first, last = (datetime.combine(d, time(), UTC) for d in (start - timedelta(days=1), end + timedelta(days=1)))
    found = Flight.objects.filter(state__in=AHEAD, departs_at__gte=first, departs_at__lt=last)
    in_order = found.prefetch_related("legs").order_by("departs_at", "pk")
    return [f for f in in_order if start <= flight_day(f) < end]


def candidates(
    flights: Iterable[Flight],
    demand: Mapping[tuple[str, str], int],
    loads: Mapping[int, Mapping[str, Sequence[Group]]],
    terms: Terms,
) -> dict[str, Part]:
    """Each flight as planning sees it, by key.

    `demand` is how many wait to go from an airport (IATA) to a country (ISO3); `loads`, by flight and stop, who is on
    its list. The seats of a flight with several stops are shared out by both: a candidate has one destination.
    """
    once = {f.pk: f for f in flights}
    special = FlightTerms.objects.in_bulk(list(once))
    stops = {f.pk: _stops(f) for f in once.values()}
    countries = countries_of({s for found in stops.values() for s in found})
    out: dict[str, Part] = {}
    for flight in once.values():
        here, load = stops[flight.pk], loads.get(flight.pk, {})
        wanted = {s: demand.get((flight.origin, countries[s]), 0) for s in here}
        for n, stop in enumerate(here):
            key = flight.ref if len(here) == 1 else f"{flight.ref}-{stop}"
            on = load.get(stop, ())
            share = _share(wanted, stop, n == 0)
            whole = _whole(key, flight, countries[stop], special.get(flight.pk), terms, first=n == 0)
            out[key] = Part(
                flight,
                stop,
                _parted(whole, flight, load, stop, share, terms),
                sum(g.persons for g in on),
                _escorts(on, terms),
            )
    return out


def _stops(flight: Flight) -> list[str]:
    return list(dict.fromkeys(leg.destination for leg in sorted(flight.legs.all(), key=lambda leg: leg.number)))


def _share(wanted: Mapping[str, int], stop: str, first: bool) -> float:
    """Which part of the seats that are left this stop gets: as many wait for it, of all who wait for one of them."""
    total = sum(wanted.values())
    return wanted[stop] / total if total else float(first)


def _whole(key: str, flight: Flight, country: str, own: FlightTerms | None, terms: Terms, *, first: bool) -> Candidate:
    """The flight as if it went to that country alone; its price and its slot are counted once, with the first stop."""
    own = own or FlightTerms()
    charter = flight.kind == "charter"
    price = terms.charter_per_seat * flight.seats if charter else 0
    owed = flight.state not in UNCONFIRMED | {FlightState.CANCELLED}
    quota = flight.seats + flight.infant_limit
    seat = 0 if charter else terms.commercial_seat
    return Candidate(
        id=key,
        charter=charter and first,
        date=flight_day(flight),
        origin=flight.origin,
        destination=country,
        aircraft=flight.aircraft or flight.code if charter else None,
        seats=flight.seats,
        infants=flight.infant_limit,
        wheelchairs=_or(own.wheelchairs, terms.wheelchairs),
        stretchers=_or(own.stretchers, terms.stretchers),
        unaccompanied=_or(own.unaccompanied, terms.unaccompanied),
        landing_quota=min(quota, _or(own.landing_quota, terms.receiving.get(country, quota))),
        fixed_cost=0.0 if owed or not first else float(_or(own.fixed_cost, price)),
        seat_cost=float(_or(own.seat_cost, seat)),
    )


def _parted(
    whole: Candidate, flight: Flight, load: Mapping[str, Collection[Group]], stop: str, share: float, terms: Terms
) -> Candidate:
    """The candidate with its part of what the flight takes: what its own list needs, and its share of the rest.

    Never less than what is on its list: that was agreed with the carrier.
    """
    taken, mine = _takes(load.values(), terms), _takes([load.get(stop, ())], terms)
    room = {kind: max(0, getattr(whole, kind) - taken[kind]) for kind in (*TAKES, "seats", "landing_quota")}
    limits = {kind: mine[kind] + int(room[kind] * share) for kind in room}
    return Candidate(**{name: limits.get(name, getattr(whole, name)) for name in whole.__slots__})


def _takes(lists: Iterable[Collection[Group]], terms: Terms) -> Counter[str]:
    taken: Counter[str] = Counter()
    for on in lists:
        for kind in TAKES:
            taken[kind] += sum(getattr(g, kind) for g in on)
        taken["seats"] += sum(g.seats for g in on) + _escorts(on, terms)
        taken["landing_quota"] += sum(g.persons for g in on)
    return taken


def _escorts(groups: Collection[Group], terms: Terms) -> int:
    alone = sum(g.unaccompanied for g in groups)
    return sum(g.medical_escorts for g in groups) - (-alone // terms.unaccompanied_per_escort)


def _or(own: int | None, plain: int) -> int:
    return plain if own is None else own
