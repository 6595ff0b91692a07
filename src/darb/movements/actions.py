"""Writes about manifests: who is on a flight, linked to whom, until it is locked and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace

from darb.cases.actions import take_step
from darb.cases.models import Case, Incident
from darb.cases.pathways import pathway
from darb.people.together import together
from darb.places.queries import is_port
from darb.programmes.voluntary_return_codes import RECONCILIATIONS
from darb.rules.manifest import Traveller, count, faults, seated
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.stepping import why_not
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in

from .models import Flight, FlightState, ManifestVersion, Seat
from .reading import (
    CHOSEN_SERVICES,
    Booking,
    Rider,
    as_booking,
    codes,
    countries_of,
    flight_day,
    limits_of,
    riders,
    standing,
)

MOVEMENTS = "movements"
"""The name under which this room takes steps on cases."""
LOCKED = frozenset({FlightState.LOCKED, FlightState.BOARDING})
"""States in which a change makes a new version."""
GONE = frozenset({FlightState.OFF_BLOCKS, FlightState.LANDED})
OVER = GONE | {FlightState.RECONCILED, FlightState.CLOSED, FlightState.CANCELLED, FlightState.TURNED_BACK}
"""States of a flight that has left, or never will."""
CANCELLED = "flight_cancelled"
BOAT = "boat"
OTHER_NAME = "X6"


@action("movements.book")
def book(act: Act, flight: Flight, bookings: Sequence[Booking], reason: str = "") -> list[Seat]:
    """Put people on a flight, all of them or nobody.

    Each must be ready on the day of the flight, leave from its airport and be served by one of its
    stops; families that must travel together come together; infants get laps and those under 18 a
    minder. After the lock a reason is needed, and a new version is made.
    """
    held = hold_flight(act, flight)
    _may_change(held, reason)
    refuse_twice(act, [b.case for b in bookings])
    if held.kind == BOAT:
        bookings = [replace(b, own_seat=b.lap_of is None) for b in bookings]
    day = flight_day(held)
    new = riders(act.actor, bookings, day)
    refuse_unless(act, new, "book", held)
    seats = {s.case_id: s for s in standing(held)}
    there = [r.traveller for r in riders(act.actor, [as_booking(s) for s in seats.values()], day)]
    travellers = _seat_all(held, there, [r.traveller for r in new])
    lands = countries_of(held.legs.order_by("number").values_list("destination", flat=True))
    stops = {b.case.pk: _stop(held, lands, b, r) for b, r in zip(bookings, new, strict=True)}
    cases = take_step(act, [b.case for b in bookings], "book", day=day, through=MOVEMENTS)
    made = copy_in(
        [
            Seat(
                scope_id=c.scope_id,
                flight=held,
                case=c,
                person_id=c.person_id,
                destination=stops[c.pk],
                added_in=held.manifest_version + 1,
            )
            for c in cases
        ]
    )
    if held.state == FlightState.BOARDING:
        # Who comes on while others go up the stairs is cleared as they were.
        take_step(act, cases, "clear_to_board", day=max(act.day, day), through=MOVEMENTS)
    seats |= {s.case_id: s for s in made}
    _write_links(seats, travellers, new)
    _changed(act, held, travellers, reason)
    act.persons = [c.person_id for c in cases]
    return made


@action("movements.unbook")
def unbook(act: Act, flight: Flight, seats: Collection[int], reason: str, outcome: str = "") -> list[Seat]:
    """Take people off a flight: their cases go back into process with every gate kept.

    After the lock each needs an `outcome` (a code of reconciliation) and a reason, and a new version is
    made; once the flight has left, the outcome alone is recorded. An infant goes with its adult.
    """
    held = hold_flight(act, flight)
    rows = hold_seats(act, held, seats)
    if held.manifest_version:
        check_outcome(outcome)
    if held.state not in GONE:
        _may_change(held, reason)
    take_off(act, held, rows, reason, outcome)
    act.persons = [s.person_id for s in rows]
    return rows


@action("movements.link")
def link(
    act: Act,
    flight: Flight,
    seat: int,
    *,
    lap_of: int | None = None,
    minder: int | None = None,
    escort: str = "",
    services: Sequence[str] | None = None,
) -> Seat:
    """Name anew with whom somebody under 18 travels (ids of seats on this flight, or an escort's name).

    `services` replaces the carrier's codes that were chosen; None leaves them.
    """
    held = hold_flight(act, flight)
    if held.state not in LOCKED | {FlightState.MANIFEST_OPEN}:
        raise Refused("manifest_closed", _("This flight's manifest can't be changed now."))
    row = hold_seats(act, held, [seat])[0]
    seats = {s.case_id: s for s in standing(held)}
    by_pk = {s.pk: s for s in seats.values()}
    if not {lap_of, minder} - {None} <= by_pk.keys():
        raise Missing("no_seat", _("That adult isn't on this flight."))
    wanted = Booking(
        case=row.case,
        lap_of=by_pk[lap_of].case if lap_of else None,
        own_seat=lap_of is None,
        minder=by_pk[minder].case if minder else None,
        escort=escort,
        leaves_at=row.destination,
        services=row.service_codes.split() if services is None else services,
    )
    day = flight_day(held)
    others = [as_booking(s) for s in seats.values() if s.pk != seat]
    changed = riders(act.actor, [wanted], day)
    there = [r.traveller for r in riders(act.actor, others, day)]
    travellers = _seat_all(held, there, [changed[0].traveller])
    _write_links(seats, travellers, changed)
    _recount(held, travellers)
    act.subject = held.ref
    act.persons = [row.person_id]
    return seats[row.case_id]


@action("movements.lock")
def lock(act: Act, flight: Flight, expected: int | None = None) -> ManifestVersion:
    """Close the manifest as version 1. Everyone must be ready on the day, seated, linked and with their family."""
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.MANIFEST_OPEN:
        raise Refused("not_open", _("Only an open manifest can be locked."))
    travellers = revalidate(act, held)
    held.state = FlightState.LOCKED
    _recount(held, travellers)
    return new_version(act, held, travellers, "")


# What the other writers of this room share ------------------------------------------------------------


def hold_flight(act: Act, flight: Flight, expected: int | None = None) -> Flight:
    """Lock a flight for this deed, and check the version that a page showed."""
    held = Flight.objects.select_for_update().filter(pk=flight.pk).first()
    if held is None:
        raise Missing("no_flight", _("There is no such flight."))
    if expected is not None and held.version != expected:
        raise Stale("stale", _("Somebody changed this flight since you opened the page: load it again, then repeat."))
    act.subject = held.ref
    return held


def hold_seats(act: Act, flight: Flight, seats: Collection[int]) -> list[Seat]:
    """Lock standing seats of a held flight that haven't boarded, and check reach."""
    rows = list(
        flight.seat_rows.select_for_update(of=("self",))
        .filter(pk__in=set(seats), removed_in=None)
        .select_related("case__person", "lap_of", "minder")
        .order_by("pk")
    )
    if not rows or len(rows) != len(set(seats)):
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    act.within({s.scope_id for s in rows})
    boarded = next((s for s in rows if s.boarded_at), None)
    if boarded:
        raise Refused("boarded", _("{name} has boarded already."), name=boarded.case.person.name)
    return rows


def refuse_unless(act: Act, them: Sequence[Rider], step: str, flight: Flight) -> None:
    """Refuse, by name, the first who may not take `step` for the day of the flight."""
    roles = list(Role) if act.actor.house else act.actor.roles
    day = max(act.day, flight_day(flight))
    for rider in them:
        declared = pathway(rider.case.programme)
        refusals = why_not(declared, declared.step(step), rider.facts, day, roles=roles, through=MOVEMENTS)
        if refusals:
            raise Refused(
                "not_ready",
                _("{name}: {reason}"),
                who=refusals[0].who,
                name=rider.traveller.name,
                reason=refusals[0],
            )


def refuse_twice(act: Act, cases: Sequence[Case]) -> None:
    """Refuse, by name, whoever would hold two seats: by two of their files here, or by another one that has a seat.

    Three statements at most, whatever site the other file is at.
    """
    asked = {c.person_id: c for c in Case.objects.filter(pk__in=[c.pk for c in cases]).select_related("person")}
    with whole_house():
        files = together(asked)
        others = {file for person, whole in files.items() for file in whole} - asked.keys()
        seats = Seat.objects.filter(person__in=others, removed_in=None, landed_at=None).select_related("flight")
        taken = {s.person_id: s.flight.code for s in seats} if others else {}
    for person, whole in files.items():
        name = asked[person].person.name
        if len(whole & asked.keys()) > 1:
            raise Refused(
                "twice_here",
                _("Two files here are both of {name}: leave one of them out."),
                who=Role.VHR_HEAD,
                name=name,
            )
        if code := next((taken[file] for file in whole if file in taken), None):
            raise Refused(
                "seat_by_other_file",
                _("{name} has a seat on flight {code} already, by another file of theirs."),
                who=Role.VHR_HEAD,
                name=name,
                code=code,
            )


def revalidate(act: Act, flight: Flight) -> list[Traveller]:
    """Check everyone on a held flight again, gates, seats and links; gives them as travellers, or refuses."""
    seats = standing(flight)
    if not seats:
        raise Refused("nobody_on_it", _("Nobody is on this manifest yet."))
    act.within({s.scope_id for s in seats})
    refuse_twice(act, [s.case for s in seats])
    them = riders(act.actor, [as_booking(s) for s in seats], flight_day(flight))
    refuse_unless(act, them, "clear_to_board", flight)
    travellers = [r.traveller for r in them]
    wrong = faults(travellers, limits_of(flight))
    if wrong:
        raise Refused.because(wrong[0])
    _refuse_other_names(seats)
    act.persons = [s.person_id for s in seats]
    return travellers


def _refuse_other_names(seats: Sequence[Seat]) -> None:
    """Nobody is on a list under a name that their papers don't carry (X6): it is corrected first."""
    there = Incident.objects.filter(case__among=[s.case_id for s in seats], code=OTHER_NAME, settled_at=None)
    if found := there.select_related("person").order_by("pk").first():
        raise Refused(
            "name_differs",
            _("{name}: the name isn't the same on every paper. Have it corrected first."),
            who=Role.CONSULAR_OFFICER,
            name=found.person.name,
        )


def check_point(kind: str, code: str, field: str) -> None:
    """Refuse an airport for a boat, and a port for an aircraft."""
    if is_port(code) == (kind == BOAT):
        return
    if kind == BOAT:
        raise Invalid("not_a_port", _("{code} isn't a port: a boat goes from port to port."), field=field, code=code)
    raise Invalid("not_an_airport", _("{code} is a port: aircraft need an airport."), field=field, code=code)


def check_outcome(outcome: str) -> None:
    """Refuse what isn't an outcome of reconciliation that an officer chooses: the others follow from their deeds."""
    found = RECONCILIATIONS.get(outcome)
    if found is None or found.step != "take_off_manifest" or outcome == CANCELLED:
        raise Invalid("outcome_needed", _("The manifest is locked: say what became of them."), field="outcome")


def take_off(act: Act, flight: Flight, rows: Sequence[Seat], reason: str, outcome: str) -> None:
    """Free the seats `rows` of a held flight and take their cases off the manifest."""
    _refuse_left_infants(flight, rows)
    take_step(act, [s.case for s in rows], "take_off_manifest", reason=reason, through=MOVEMENTS)
    free(flight, rows, reason, outcome)
    settle(act, flight, reason)


def free(flight: Flight, rows: Sequence[Seat], reason: str, outcome: str) -> None:
    """Let go of seats, and of the hands and laps that they were to others. On no version if never locked."""
    for seat in rows:
        seat.removed_in = flight.manifest_version + 1 if flight.manifest_version else seat.added_in
        seat.removed_because, seat.outcome = reason[:200], outcome
    with whole_house():
        change_in(rows, ["removed_in", "removed_because", "outcome"])
        Seat.objects.filter(flight=flight, removed_in=None, minder__in=rows).update(minder=None)


def settle(act: Act, flight: Flight, reason: str) -> None:
    """Count a held flight again after people left it, and make a new version where it is locked."""
    seats = standing(flight)
    them = riders(act.actor, [as_booking(s) for s in seats], flight_day(flight))
    _changed(act, flight, [r.traveller for r in them], reason)


def new_version(act: Act, flight: Flight, travellers: Sequence[Traveller], reason: str) -> ManifestVersion:
    """Write down the next version of a held flight's manifest."""
    flight.manifest_version += 1
    flight.save()
    counts = count(travellers)
    return ManifestVersion.objects.create(
        flight=flight,
        number=flight.manifest_version,
        locked_at=act.at,
        reason=reason[:200],
        counts={**asdict(counts), "people": counts.people},
        account_id=act.actor.account_id,
    )


def _may_change(flight: Flight, reason: str) -> None:
    if flight.state not in LOCKED | {FlightState.MANIFEST_OPEN}:
        raise Refused("manifest_closed", _("This flight's manifest can't be changed now."))
    if flight.state in LOCKED and not reason.strip():
        raise Invalid("reason_needed", _("The manifest is locked: write the reason for the change."), field="reason")


def _changed(act: Act, flight: Flight, travellers: Sequence[Traveller], reason: str) -> None:
    _recount(flight, travellers)
    if flight.state in LOCKED:
        new_version(act, flight, travellers, reason)


def _recount(flight: Flight, travellers: Sequence[Traveller]) -> None:
    counts = count(travellers)
    flight.seats_taken, flight.laps_taken = counts.seats, counts.laps
    flight.version += 1
    flight.save()


def _seat_all(flight: Flight, there: Sequence[Traveller], new: Sequence[Traveller]) -> list[Traveller]:
    """Everyone as they would be seated, or the refusal of the first fault that the new ones bring."""
    travellers, limits = seated([*there, *new]), limits_of(flight)
    needed = count(travellers).seats - count(there).seats
    left = limits.seats - count(there).seats
    if needed > left:
        raise Refused(
            "flight_full",
            _("Seats left on this flight: {left}. These people need {needed}."),
            left=max(left, 0),
            needed=needed,
        )
    before = faults(there, limits)
    brought = [f for f in faults(travellers, limits) if f not in before]
    if brought:
        raise Refused.because(brought[0])
    return travellers


def _stop(flight: Flight, lands: Mapping[str, str], booking: Booking, rider: Rider) -> str:
    """Where this passenger leaves the plane, of the airports (and their countries) where it `lands`."""
    case, name = rider.case, rider.traveller.name
    if case.departure_airport != flight.origin:
        raise Refused(
            "other_airport",
            _("{name} is to leave from {theirs}, and this flight leaves from {airport}."),
            name=name,
            theirs=case.departure_airport or "–",
            airport=flight.origin,
        )
    unknown = next((s for s in booking.services if s not in CHOSEN_SERVICES and s not in rider.services), None)
    if unknown:
        raise Invalid("no_such_service", _("{code} isn't a service code."), field="services", code=unknown)
    if booking.leaves_at:
        if booking.leaves_at not in lands:
            raise Invalid(
                "no_such_stop",
                _("This flight doesn't land at {airport}."),
                field="leaves_at",
                airport=booking.leaves_at,
            )
        return booking.leaves_at
    if case.return_airport in lands:
        return case.return_airport
    home = next((stop for stop, country in lands.items() if country == case.return_country), None)
    if home is None:
        raise Refused(
            "not_served",
            _("{name} goes home to {country}, where this flight doesn't land: name the stop to go on from by road."),
            name=name,
            country=case.return_country,
        )
    return home


def _refuse_left_infants(flight: Flight, rows: Sequence[Seat]) -> None:
    leaving = {s.pk for s in rows}
    with whole_house():
        left = (
            flight.seat_rows.filter(removed_in=None, lap_of__in=leaving)
            .exclude(pk__in=leaving)
            .select_related("case__person", "lap_of__case__person")
            .first()
        )
    if left:
        raise Refused(
            "infant_left",
            _("An infant is on the lap of {name}: take it off too, or name another adult first."),
            name=left.lap_of.case.person.name,
        )


def _write_links(seats: dict[int, Seat], travellers: Sequence[Traveller], changed: Sequence[Rider]) -> None:
    """Write laps, minders, escorts and carrier's codes onto the rows where they differ."""
    by_key = {r.case.pk: r for r in changed}
    rows = []
    for t in travellers:
        seat = seats[t.key]
        lap = seats[t.lap_of].pk if t.lap_of is not None else None
        minder = seats[t.minder].pk if t.minder is not None else None
        services = codes(by_key[t.key], t) if t.key in by_key else seat.service_codes
        now = (lap, minder, t.escort, services)
        if now != (seat.lap_of_id, seat.minder_id, seat.escort, seat.service_codes):
            seat.lap_of_id, seat.minder_id, seat.escort, seat.service_codes = now
            rows.append(seat)
    with whole_house():
        change_in(rows, ["lap_of", "minder", "escort", "service_codes"])
