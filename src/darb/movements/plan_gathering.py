"""What there is to plan, read from the mission: who is ready and when, who must fly together, which flights could take
them, what airports let through. Sees every row: planning is the house's own work, and what it tells is walled again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from darb.cases.models import Case, Readiness
from darb.cases.pathways import PATHWAYS
from darb.places.models import RouteClosure
from darb.places.routes import airport_subject
from darb.rules.manifest import SEATS_OF_A_STRETCHER, Traveller, is_infant, seated
from darb.rules.planning.beyond import Beyond, Stretch
from darb.rules.planning.instance import Airport, Group, Instance, Prices
from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.terms import Terms, weight
from darb.rules.windows import ALWAYS, Windows
from darb.trust.queries import HOUSE

from .models import UNCONFIRMED, Flight, FlightState, FlightTerms, Permit, Seat, SeatLock
from .plan_flights import Part, beyond_flights, candidates, flights_between
from .reading import EXTRA_SEAT, STRETCHER, Booking, Rider, as_booking, flight_day, riders

CLOSED_LIST = frozenset({FlightState.LOCKED, FlightState.BOARDING})
"""States in which nobody is moved any more by planning."""
ESCORTS = frozenset({"escort", "nurse_escort", "doctor_escort"})
"""Conditions of travel that ask for somebody to come along."""
WHEELCHAIRS = frozenset({"WCHR", "WCHS", "WCHC"})


@dataclass(frozen=True)
class Together:
    """People who fly together or not at all, as planning sees them. `current` is the flight they were told of;
    `stretches` are the days on which they are ready, where there are red ones in between."""

    group: Group
    cases: tuple[Case, ...]
    stretches: tuple[Stretch, ...] = ()
    current: str = ""
    locked: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Gathered:
    """The instance and what is beyond it, with whom and what each record stands for."""

    instance: Instance
    beyond: Beyond
    groups: Mapping[str, Together]
    parts: Mapping[str, Part]


def gather(start: date, end: date, terms: Terms, planned: Mapping[int, str] | None = None) -> Gathered:
    """Everything that a plan for the days from `start` up to, not including, `end` depends on.

    `planned` is, by case, the key of the flight in the plan before: what stays where a flight's list is held.
    A fixed number of statements.
    """
    flights = flights_between(start, end)
    seats = _standing(flights)
    told = _told_of_cancelled(start, end)
    windows = _windows(start, end, [s.case_id for s in seats])
    bookings = {s.case_id: as_booking(s) for s in seats}
    waiting = Case.objects.filter(pk__among=windows.keys() - bookings.keys()).select_related("person")
    bookings |= {c.pk: Booking(c) for c in waiting}
    them = {r.case.pk: r for r in riders(HOUSE, list(bookings.values()), start)}
    people = _People(start, end, them, windows, {s.case_id: s for s in seats})
    every = [f for f in (*flights, *told.values()) if f.state != FlightState.CANCELLED or f in told.values()]
    drafts = list(people.together())
    parts = candidates(every, _loads(drafts), terms)
    held = set(FlightTerms.objects.filter(held=True).values_list("flight_id", flat=True))
    groups = dict(_placed(drafts, parts, told, _locks(), planned or {}, held))
    stretches = {key: g.stretches for key, g in groups.items() if len(g.stretches) > 1}
    beyond = replace(beyond_flights(parts, start, terms), stretches=stretches)
    return Gathered(_instance(start, end, terms, groups, parts, held | _refused()), beyond, groups, parts)


def _standing(flights: Collection[Flight]) -> list[Seat]:
    found = Seat.objects.filter(flight__in=flights, removed_in=None).select_related(
        "case__person", "lap_of", "minder", "flight"
    )
    return list(found.order_by("pk"))


def _refused() -> set[int]:
    """Flights that an authority said no to: nobody more is planned on them until it is answered otherwise."""
    open_ = Permit.objects.filter(flight__state__in=UNCONFIRMED, granted_on=None).exclude(refused_because="")
    return set(open_.values_list("flight_id", flat=True))


def _told_of_cancelled(start: date, end: date) -> dict[int, Flight]:
    """By case, the flight of these days that it was to take before that was called off, and no other since."""
    seats = Seat.objects.filter(flight__state=FlightState.CANCELLED).exclude(removed_in=None)
    newest: dict[int, Flight] = {}
    for seat in seats.select_related("flight").order_by("pk"):
        if start <= flight_day(seat.flight) < end:
            newest[seat.case_id] = seat.flight
    standing = Seat.objects.filter(case__among=newest, removed_in=None).values_list("case_id", flat=True)
    for case in standing:
        newest.pop(case, None)
    return newest


def _windows(start: date, end: date, on_flights: Collection[int]) -> dict[int, Windows]:
    """By case, the days on which it is ready: of those who could be booked for one of these days, and those who are."""
    out_of = Q()
    for programme, declared in PATHWAYS.items():
        out_of |= Q(case__programme=programme, case__stage__in=declared.step("book").out_of)
    bookable = (
        Readiness.objects.filter(out_of, case__closed=None)
        .exclude(case__departure_airport="")
        .extra(where=["cases_readiness.ready && datemultirange(daterange(%s, %s))"], params=[start, end])
    )
    booked = Readiness.objects.filter(case__among=on_flights)
    found = dict(bookable.values_list("case_id", "ready")) | dict(booked.values_list("case_id", "ready"))
    return found | {case: Windows() for case in on_flights if case not in found}


@dataclass(frozen=True)
class _People:
    start: date
    end: date
    riders: Mapping[int, Rider]
    windows: Mapping[int, Windows]
    seats: Mapping[int, Seat]

    def together(self) -> Iterable[_Draft]:
        """Those who must travel together, each family once; without those whose family isn't whole."""
        done: set[int] = set()
        for key, rider in self.riders.items():
            if key in done:
                continue
            family = self._family(key)
            done |= family
            members = [self.riders[k] for k in sorted(family) if k in self.riders]
            if len(members) == len(family) and (draft := self._draft(members)):
                yield draft
            elif rider.case.pk in self.seats:
                yield from filter(None, (self._draft([m]) for m in members if m.case.pk in self.seats))

    def _family(self, key: int) -> set[int]:
        found: set[int] = set()
        more = {key}
        while more:
            found |= more
            more = {k for m in more if m in self.riders for k in self.riders[m].traveller.bound_to} - found
        return found

    def _draft(self, members: Sequence[Rider]) -> _Draft | None:
        lead = members[0].case
        seat = next((s for m in members if (s := self.seats.get(m.case.pk))), None)
        if seat is None and len({(m.case.return_country, m.case.departure_airport) for m in members}) > 1:
            return None
        windows = ALWAYS
        for m in members:
            windows &= self.windows[m.case.pk]
        days, stays = self._days(windows, seat, lead)
        if not days:
            return None
        ready, until = days[0][0], days[-1][1]
        counted = _counted(members, max(ready, self.start), min(until, self.end - timedelta(days=1)))
        group = Group(
            id=lead.ref,
            destination=lead.return_country,
            site=seat.flight.origin if seat else lead.departure_airport,
            weight=weight(max(m.case.priority for m in members)),
            ready=ready,
            until=until,
            **counted,
        )
        return _Draft(group, tuple(m.case for m in members), seat, stays, tuple(days))

    def _days(self, windows: Windows, seat: Seat | None, lead: Case) -> tuple[list[Stretch], bool]:
        """The stretches of days on which they may fly in this plan, and whether they stay where they are."""
        day = flight_day(seat.flight) if seat else None
        stays = seat is not None and seat.flight.state in CLOSED_LIST
        found = []
        for since, until in windows.intervals:
            first = since or lead.opened
            last = min(until - timedelta(days=1), self.end) if until else self.end
            if first < self.end and last >= self.start:
                found.append((min(first, last), last))
        if day and not found:
            # On a list and not ready: the lock or the stairs will say so by name; planning leaves them where they are.
            return [(day, day)], True
        if day and stays:
            found = [(min(found[0][0], day), max(found[-1][1], day))]
        return found, stays


@dataclass(frozen=True)
class _Draft:
    """A group before it is known how flights are parted."""

    group: Group
    cases: tuple[Case, ...]
    seat: Seat | None
    stays: bool
    stretches: tuple[Stretch, ...]


def _counted(members: Sequence[Rider], first: date, last: date) -> dict[str, int]:
    """What a family takes of a flight, on whichever of these days: an infant who turns two meanwhile counts as both."""
    travellers = seated([m.traveller for m in members])
    carried = [_born(m) for m, t in zip(members, travellers, strict=True) if t.lap_of is not None]
    on_laps = sum(is_infant(born, last) for born in carried)
    codes = [m.services for m in members]
    stretchers = sum(STRETCHER in c for c in codes)
    return {
        "persons": len(members),
        "seats": len(members) - on_laps + sum(EXTRA_SEAT in c for c in codes) + stretchers * (SEATS_OF_A_STRETCHER - 1),
        "infants": sum(is_infant(born, first) for born in carried),
        "wheelchairs": sum(bool(c & WHEELCHAIRS) for c in codes),
        "stretchers": stretchers,
        "medical_escorts": sum(_needs_escort(m) for m in members),
        "unaccompanied": sum(unminded(t) for t in travellers),
    }


def unminded(traveller: Traveller) -> bool:
    """Whether somebody under 18 has no grown relative of their own aboard: they fly with an escort."""
    return traveller.child and traveller.minder is None


def _needs_escort(rider: Rider) -> bool:
    asked = {c for gate in ("R4", "R9") if (v := rider.facts.verdict(gate)) for c in v.conditions}
    return bool(asked & ESCORTS)


def _born(rider: Rider) -> date | None:
    return rider.case.person.birth_date


def _loads(drafts: Iterable[_Draft]) -> dict[int, dict[str, list[Group]]]:
    """By flight and the airport where they get off, who is on its list now."""
    found: dict[int, dict[str, list[Group]]] = defaultdict(lambda: defaultdict(list))
    for draft in drafts:
        if draft.seat:
            found[draft.seat.flight_id][draft.seat.destination].append(draft.group)
    return found


def _locks() -> dict[int, int]:
    """By case, the flight that it is fixed on by hand. A flight that was called off keeps nobody."""
    standing = SeatLock.objects.filter(lifted_at=None).exclude(flight__state=FlightState.CANCELLED)
    return dict(standing.values_list("case_id", "flight_id"))


def _placed(
    drafts: Iterable[_Draft],
    parts: Mapping[str, Part],
    told: Mapping[int, Flight],
    locks: Mapping[int, int],
    planned: Mapping[int, str],
    held: Collection[int],
) -> Iterable[tuple[str, Together]]:
    """Each group with the flight that it was told of, and the one that it is fixed on."""
    by_stop = {(p.flight.pk, p.stop): p for p in parts.values()}
    to = {(p.flight.pk, p.candidate.destination): key for key, p in parts.items()}
    for draft in drafts:
        group, current, locked = draft.group, "", ""
        fixed = next((locks[c.pk] for c in draft.cases if c.pk in locks), None)
        if draft.seat:
            part = by_stop[draft.seat.flight_id, draft.seat.destination]
            current = part.candidate.id
            by_road = part.candidate.destination != group.destination
            if draft.stays or by_road or draft.seat.flight_id in held:
                # Whoever goes on by road from another country was put on this flight by hand.
                group, locked = _staying(group, part.candidate), current
        elif cancelled := next((told[c.pk] for c in draft.cases if c.pk in told), None):
            current = to.get((cancelled.pk, group.destination), "")
        before = planned.get(draft.cases[0].pk, "")
        if not locked and before in parts and parts[before].flight.pk in held and _can(draft, parts[before]):
            locked = before
        if not locked and fixed is not None and (by_hand := to.get((fixed, group.destination), "")):
            # A fix that their own days no longer allow stops nobody's plan: they are told among those moved.
            locked, current = (by_hand, current) if _can(draft, parts[by_hand]) else ("", current or by_hand)
        stretches = draft.stretches if group is draft.group and not draft.stays else ()
        yield group.id, Together(group, draft.cases, stretches, current, locked, fixed is not None)


def _staying(group: Group, flight: Candidate) -> Group:
    """The group as it is on a list that stays, whether or not it is ready: the lock of the list asks that."""
    ready, until = min(group.ready, flight.date), max(group.until, flight.date)
    return replace(group, destination=flight.destination, ready=ready, until=until)


def _can(draft: _Draft, part: Part) -> bool:
    """Whether their own days, way and country let them be on it."""
    there, flight = draft.group, part.candidate
    the_same = (there.site, there.destination) == (flight.origin, flight.destination)
    in_time = any(first <= flight.date <= last for first, last in draft.stretches)
    return the_same and in_time and part.flight.state != FlightState.CANCELLED


def _instance(
    start: date,
    end: date,
    terms: Terms,
    groups: Mapping[str, Together],
    parts: Mapping[str, Part],
    held: Collection[int],
) -> Instance:
    candidates_ = _held_full({key: p.candidate for key, p in parts.items()}, parts, groups, terms, held)
    countries = {g.group.destination for g in groups.values()} | {c.destination for c in candidates_.values()}
    origins = {g.group.site for g in groups.values()} | {c.origin for c in candidates_.values()}
    return Instance(
        start=start,
        end=end,
        airports={iata: _airport(iata, start, end, terms, parts.values()) for iata in sorted(origins)},
        fleet_per_day=_fleet(terms, parts.values()),
        transfers={(iata, iata): float(terms.transfer(iata)) for iata in sorted(origins)},
        prices=Prices(
            waiting_per_person_day=terms.waiting_per_person_day,
            expired_per_person=terms.expired_per_person,
            escort=terms.escort,
            unaccompanied_per_escort=terms.unaccompanied_per_escort,
            left_at_end_per_person={c: float(terms.left_at_end_per_person) for c in sorted(countries)},
            move_per_person=terms.move_per_person,
        ),
        groups={key: g.group for key, g in groups.items()},
        flights=candidates_,
        current={key: g.current for key, g in groups.items() if g.current},
        locked={key: g.locked for key, g in groups.items() if g.locked},
        cancelled=frozenset(k for k, p in parts.items() if p.flight.state == FlightState.CANCELLED),
    )


def _held_full(
    flights: Mapping[str, Candidate],
    parts: Mapping[str, Part],
    groups: Mapping[str, Together],
    terms: Terms,
    held: Collection[int],
) -> dict[str, Candidate]:
    """A held flight has as many seats as its list takes: nobody more goes on."""
    out = dict(flights)
    for key, part in parts.items():
        if part.flight.pk in held or part.flight.state in CLOSED_LIST:
            on = [g.group for g in groups.values() if g.locked == key]
            alone = sum(g.unaccompanied for g in on)
            needed = sum(g.seats + g.medical_escorts for g in on) - (-alone // terms.unaccompanied_per_escort)
            out[key] = replace(flights[key], seats=needed)
    return out


def _airport(iata: str, start: date, end: date, terms: Terms, parts: Iterable[Part]) -> Airport:
    """What it lets through; never less than what carriers and authorities have agreed to already."""
    here = [p for p in parts if p.flight.origin == iata and p.contracted and p.candidate.charter]
    charters = Counter(day for day, _flight in {(p.candidate.date, p.flight.pk) for p in here})
    people: Counter[date] = Counter()
    escorts: Counter[int] = Counter()
    for p in here:
        people[p.candidate.date] += p.on_list
        escorts[(p.candidate.date - start).days // 7] += p.escorts_on_list
    said = terms.of_airport(iata)
    return Airport(
        max([said.charter_slots_per_day, *charters.values()]),
        max([said.persons_per_day, *people.values()]),
        max([said.escorts_per_week, *escorts.values()]),
        frozenset(_closed(iata, start, end)),
    )


def _closed(iata: str, start: date, end: date) -> Iterable[date]:
    for closure in RouteClosure.objects.filter(subject=airport_subject(iata)):
        shut = Windows.between(closure.since, closure.until)
        yield from (day for n in range((end - start).days) if (day := start + timedelta(days=n)) in shut)


def _fleet(terms: Terms, parts: Iterable[Part]) -> dict[str, int]:
    return {p.candidate.aircraft: terms.aircraft(p.candidate.aircraft) for p in parts if p.candidate.aircraft}
