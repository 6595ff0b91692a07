"""Papers for those aboard and those who meet the aircraft: the captain, the cabin, escorts; that a leg has landed."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.utils.translation import gettext as _

from darb.movements import queries
from darb.movements.manifest_queries import Manifest, manifest
from darb.movements.models import Seat
from darb.movements.reading import flight_day
from darb.programmes.voluntary_return_codes import SPECIAL_SERVICES
from darb.rules.refusal import Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass, Sight

from .paper_flight import heading
from .paper_parts import Column, Facts, Heading, NewPage, Part, Points, Sheet, Signed, Table, Words
from .paper_words import NONE, Asked, at, city, names
from .templatetags.told import age_on

NOTHING_SPECIAL = frozenset({"INF", "CHD", "UM"})
"""Codes that follow from age alone: a crew sees them on the carrier's manifest."""


def captain_list(asked: Asked) -> Sheet:
    """For the captain: who needs help aboard, in plain words, with whom they travel. No diagnosis, no label."""
    of = manifest(asked.actor, queries.get(asked.actor, asked.ref))
    needing = [s for s in of.seats if set(s.service_codes.split()) - NOTHING_SPECIAL]
    day = flight_day(of.flight)
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Age")),
        Column(_("Service"), 4, shows=DataClass.MEDICAL, sight=Sight.FLAG),
        Column(_("With"), 3, shows=DataClass.CHILD, sight=Sight.FLAG),
        Column(_("To"), kind="code", shows=None),
    ]
    rows = [
        [str(n), names(s.person), age_on(s.person, day), _help(s), _with(s), s.destination]
        for n, s in enumerate(needing, 1)
    ]
    counts = of.version.counts
    facts = [
        (_("People aboard"), str(counts["people"])),
        (_("Infants on laps"), str(counts["laps"])),
        (_("Children"), str(counts["children"])),
        (_("Escorts"), str(counts["escorts"])),
        (_("Need help aboard"), str(len(needing))),
        (_("Doctor with the crew"), of.flight.crew_doctor or NONE),
    ]
    none = [] if needing else [Words([_("Nobody needs help aboard beyond what every passenger gets.")])]
    parts: list[Part] = [Facts(facts, columns=2), *([Table(columns, rows)] if needing else none)]
    return _sheet(asked, of, _("Special needs: for the captain"), [*parts, Signed([_("Captain: name, signature")])])


def seat_list(asked: Asked) -> Sheet:
    """For the cabin: everyone with those they sit beside, and a field for the seat that they get."""
    of = manifest(asked.actor, queries.get(asked.actor, asked.ref))
    columns = [
        Column(_("Seat"), 1, shows=None),
        Column(_("Name"), 4),
        Column(_("Sex")),
        Column(_("Beside"), 3, shows=DataClass.CHILD, sight=Sight.FLAG),
        Column(_("Service"), kind="code", shows=DataClass.MEDICAL, sight=Sight.FLAG),
        Column(_("To"), kind="code", shows=None),
    ]
    rows = [
        [
            _("lap") if s.lap_of_id else None,
            names(s.person),
            str(s.person.get_sex_display()),
            _with(s),
            s.service_codes or NONE,
            s.destination,
        ]
        for s in of.seats
    ]
    told = Words([_("Families stand one after the other: seat them together. Seats are written in at the desk.")])
    parts: list[Part] = [told, Table(columns, rows), Signed([_("Cabin crew: name, signature")])]
    return _sheet(asked, of, _("Seat list"), parts)


def escort_letters(asked: Asked) -> Sheet:
    """One page for each escort: whom they accompany, where to, and what they ask of those they meet."""
    of = manifest(asked.actor, queries.get(asked.actor, asked.ref))
    by_escort: dict[str, list[Seat]] = defaultdict(list)
    for seat in of.seats:
        if seat.escort.strip():
            by_escort[seat.escort.strip()].append(seat)
    if not by_escort:
        raise Refused("no_escorts", marked("Nobody on this manifest travels with a named escort."))
    title, day = _("Escort letter"), flight_day(of.flight)
    columns = [
        Column(_("Name"), 4),
        Column(_("Age")),
        Column(_("Document"), kind="code", shows=DataClass.TRAVEL_DOCUMENT),
        Column(_("To"), kind="code", shows=None),
    ]
    parts: list[Part] = []
    for n, (escort, seats) in enumerate(sorted(by_escort.items())):
        rows = [[names(s.person), age_on(s.person, day), _number(of, s), s.destination] for s in seats]
        said = _(
            "{escort} accompanies the people below on behalf of this mission, from the aircraft's door at departure"
            " until the receiving mission has signed for them."
        ).format(escort=escort)
        parts += [
            *([NewPage(title)] if n else []),
            Words([said]),
            Table(columns, rows),
            Points([("", _("Please let them stay together, and give the escort a seat beside them."))]),
            Signed(
                [_("Escort: name, signature"), _("Movement officer: name, signature"), _("Received by: name, time")]
            ),
        ]
    return _sheet(asked, of, title, parts)


def landing_confirmation(asked: Asked) -> Sheet:
    """That legs have landed: when, and how many got off where; for those who wait for word."""
    flight = queries.get(asked.actor, asked.ref)
    legs = list(flight.legs.order_by("number"))
    landed = [leg for leg in legs if leg.landed_at]
    if not landed:
        raise Refused("not_landed_yet", marked("No leg of this flight has landed yet."))
    of = manifest(asked.actor, flight)
    aboard = [s for s in of.seats if s.boarded_at]
    off = Counter(s.destination for s in aboard if not s.stayed_at)
    columns = [
        Column(_("From"), 2, shows=None),
        Column(_("To"), 2, shows=None),
        Column(_("Landed"), 2, shows=None),
        Column(_("Got off"), 1, kind="number", shows=None),
    ]
    rows = [[city(leg.origin), city(leg.destination), at(leg.landed_at), str(off[leg.destination])] for leg in landed]
    stayed = Counter(s.stayed_at for s in aboard if s.stayed_at)
    facts = [
        (_("Left with"), str(len(aboard))),
        (_("Off blocks"), at(flight.off_blocks_at)),
        *((_("Stayed behind at {airport}").format(airport=city(stop)), str(n)) for stop, n in sorted(stayed.items())),
    ]
    parts: list[Part] = [
        Facts(facts, columns=2),
        Heading(_("Landed")),
        Table(columns, rows),
        Signed([_("Received by: name, time")]),
    ]
    return _sheet(asked, of, _("Landing confirmation"), parts)


def _sheet(asked: Asked, of: Manifest, title: str, parts: list[Part]) -> Sheet:
    return Sheet(
        title=title,
        reference=f"{of.flight.ref} v{of.version.number}",
        lead=heading(of.flight, of.legs),
        parts=parts,
        subject=of.flight.ref,
        about=of.about,
        version=of.version.number,
        leaves=flight_day(of.flight),
    )


def _help(seat: Seat) -> str:
    codes = [c for c in seat.service_codes.split() if c not in NOTHING_SPECIAL]
    return ", ".join(str(_(SPECIAL_SERVICES[c])) if c in SPECIAL_SERVICES else c for c in codes)


def _with(seat: Seat) -> str:
    if seat.lap_of:
        return str(seat.lap_of.person.name)
    return str(seat.minder.person.name) if seat.minder else seat.escort or NONE


def _number(of: Manifest, seat: Seat) -> str:
    found = of.documents.get(seat.person_id)
    return found.number if found else NONE
