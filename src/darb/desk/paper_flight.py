"""Manifests: one list, and for each reader only that reader's columns (`programmes.md` 2.0.3, rules 2, 3 and 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from darb.cases.pathways import pathway
from darb.movements import queries
from darb.movements.manifest_queries import MEDICAL, Manifest, manifest
from darb.movements.models import Flight, Leg, Reception, Seat
from darb.movements.reading import flight_day
from darb.programmes.voluntary_return_codes import CONDITIONS, SPECIAL_SERVICES
from darb.rules.refusal import Invalid
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass, Sight

from .paper_parts import Column, Facts, Heading, Part, Sheet, Signed, Table, Value, Words
from .paper_setting import apart
from .paper_words import NONE, Asked, at, city, countries, names, number
from .templatetags.told import age_on, birth_told


@dataclass(frozen=True)
class Line:
    """One passenger of a manifest, its place on the list, and what every column may be made of."""

    place: int
    seat: Seat
    of: Manifest
    countries: dict[str, str]
    day: date


@dataclass(frozen=True)
class Field:
    """A column, and its value for one passenger."""

    column: Column
    value: Callable[[Line], Value]


def fields() -> dict[str, Field]:
    """Every column that some manifest has, by name, in the language that is switched on."""
    papers, medical = DataClass.TRAVEL_DOCUMENT, DataClass.MEDICAL
    return {
        "place": Field(Column(_("No."), kind="number", shows=None), lambda x: str(x.place)),
        "name": Field(Column(_("Name"), 4), lambda x: names(x.seat.person)),
        "sex": Field(Column(_("Sex")), lambda x: str(x.seat.person.get_sex_display())),
        "born": Field(Column(_("Born"), kind="code"), lambda x: birth_told(x.seat.person)),
        "age": Field(Column(_("Age")), lambda x: age_on(x.seat.person, x.day)),
        "nationality": Field(
            Column(_("Nationality"), 2),
            lambda x: x.countries.get(x.seat.person.nationality, x.seat.person.nationality),
        ),
        "document": Field(Column(_("Document"), kind="code", shows=papers), _document),
        "expires": Field(Column(_("Valid until"), kind="code", shows=papers), _expires),
        "visa": Field(Column(_("Exit visa"), kind="code", shows=papers), _visa),
        "to": Field(Column(_("To"), kind="code", shows=None), lambda x: x.seat.destination),
        "service": Field(
            Column(_("Service"), kind="code", shows=medical, sight=Sight.FLAG), lambda x: x.seat.service_codes or NONE
        ),
        "service_told": Field(Column(_("Service"), 3, shows=medical, sight=Sight.FLAG), _services),
        "with": Field(Column(_("With"), 3, shows=DataClass.CHILD, sight=Sight.FLAG), _with),
        "fitness": Field(Column(_("Fit to travel"), 2, shows=medical), _fitness),
        "needs": Field(Column(_("Needed on the way"), 3, shows=medical), _needs),
        "clothing": Field(
            Column(_("Clothing and footwear"), kind="box", shows=None),
            lambda x: False if x.seat.case.detained else None,
        ),
        "size": Field(Column(_("Size"), 1, shows=None), lambda x: None),
        "hygiene": Field(Column(_("Hygiene kit"), kind="box", shows=None), lambda x: False),
        "meal": Field(Column(_("Meal"), kind="box", shows=None), lambda x: False),
        "signature": Field(Column(_("Signature or thumbprint"), 3, shows=None), lambda x: None),
    }


AUTHORITIES = ("place", "name", "sex", "born", "nationality", "document", "expires", "visa")
AIRLINE = ("place", "name", "sex", "born", "nationality", "document", "to", "service")
MISSION = ("place", "name", "sex", "born", "nationality", "document", "expires", "to", "with", "service_told")
HEALTH = ("place", "name", "sex", "age", "to", "with", "fitness", "needs", "service")
PACKS = ("place", "name", "sex", "age", "clothing", "size", "hygiene", "meal", "signature")


def manifest_authorities(asked: Asked) -> Sheet:
    """For the authorities at the airport: who leaves, on which document and visa."""
    of = _manifest(asked)
    return _sheet(asked, of, of.seats, _("Manifest for the authorities"), AUTHORITIES, [_("Received: name, stamp")])


def manifest_airline(asked: Asked) -> Sheet:
    """For the carrier: exactly what a carrier may know, and never a diagnosis or a label of protection."""
    of = _manifest(asked)
    sheet = _sheet(asked, of, of.seats, _("Manifest for the carrier"), AIRLINE, [_("Received: name, signature")])
    used = sorted({code for seat in of.seats for code in seat.service_codes.split()})
    more = [
        Heading(_("Service codes")),
        Facts([(code, _(SPECIAL_SERVICES.get(code, code))) for code in used], columns=2),
    ]
    return replace(sheet, parts=[*sheet.parts[:-1], *(more if used else ()), sheet.parts[-1]])


def manifest_mission(asked: Asked) -> Sheet:
    """For one receiving mission: those who go home to its country, and nobody else."""
    of, named = _manifest(asked), countries()
    theirs = [s for s in of.seats if s.case.return_country == asked.mission]
    off = [s for s in of.came_off if s.case.return_country == asked.mission]
    if not theirs and not off:
        raise Invalid("no_mission", marked("Choose the mission: nobody on this list goes home there."), field="mission")
    title = _("Manifest for the mission in {country}").format(country=named.get(asked.mission, asked.mission))
    sheet = _sheet(asked, of, theirs, title, MISSION, [_("Received: name, signature")], landscape=True)
    changed = _changes(replace(of, came_on=[s for s in of.came_on if s in theirs], came_off=off), with_documents=True)
    met = [(_("Met at {airport} by").format(airport=city(r.airport)), [r.met_by, r.plan]) for r in _met(of, theirs)]
    parts = [sheet.parts[0], *([Facts(met)] if met else []), *changed, *sheet.parts[1:]]
    return replace(sheet, parts=parts, of=asked.mission)


def manifest_medical(asked: Asked) -> Sheet:
    """For whoever looks after health on board: those who need something, and how many the others are."""
    of = _manifest(asked)
    needing = [s for s in of.seats if _has_needs(of, s)]
    sheet = _sheet(asked, of, needing, _("Medical manifest"), HEALTH, [_("Received: name, signature")], landscape=True)
    doctor = [(_("Doctor with the crew"), of.flight.crew_doctor)] if of.flight.crew_doctor else []
    others = _("On the manifest without any need known to us: {count}").format(count=len(of.seats) - len(needing))
    return replace(
        sheet, parts=[*sheet.parts[:-1], Words([others]), *([Facts(doctor)] if doctor else []), sheet.parts[-1]]
    )


def manifest_packs(asked: Asked) -> Sheet:
    """For the pre-departure day: who gets a pack, with size and signature; clothing is for those from detention."""
    of = _manifest(asked)
    return _sheet(asked, of, of.seats, _("Packs and meals list"), PACKS, [_("Handed out by: name, signature")])


def route(legs: Sequence[Leg]) -> str:
    """The legs in one line."""
    stops = [city(legs[0].origin), *(city(leg.destination) for leg in legs)] if legs else []
    return " → ".join(stops)


def heading(flight: Flight, legs: Sequence[Leg]) -> list[str]:
    """What stands below the title of every paper about a flight."""
    return [
        f"{apart(flight.code)} · {apart(route(legs))}",
        f"{at(flight.departs_at)} · {apart(flight.operator)}, {apart(flight.aircraft)}",
    ]


def _manifest(asked: Asked) -> Manifest:
    return manifest(asked.actor, queries.get(asked.actor, asked.ref), asked.version, asked.since)


def _met(of: Manifest, seats: Sequence[Seat]) -> list[Reception]:
    """Who meets these passengers where they leave the plane, as far as it is told."""
    stops = {s.destination for s in seats}
    return [r for r in of.flight.receptions.order_by("pk") if r.airport in stops]


def _sheet(
    asked: Asked,
    of: Manifest,
    seats: Sequence[Seat],
    title: str,
    chosen: Sequence[str],
    signed: Sequence[str],
    *,
    landscape: bool = False,
) -> Sheet:
    known, day, named = fields(), flight_day(of.flight), countries()
    lines = [Line(n, seat, of, named, day) for n, seat in enumerate(seats, 1)]
    version = _("Version {number} of {time}").format(number=of.version.number, time=at(of.version.locked_at))
    return Sheet(
        title=title,
        reference=f"{of.flight.ref} v{of.version.number}",
        lead=[*heading(of.flight, of.legs), version],
        parts=[
            Facts(_counts(of, seats), columns=2),
            *(_changes(of, with_documents="document" in chosen) if seats is of.seats else []),
            Table([known[f].column for f in chosen], [[known[f].value(line) for f in chosen] for line in lines]),
            Signed(list(signed)),
        ],
        landscape=landscape,
        subject=of.flight.ref,
        about={s.person_id: s.scope_id for s in seats},
        version=of.version.number,
        leaves=day,
    )


def _changes(of: Manifest, *, with_documents: bool) -> list[Part]:
    """Who came on and off since the version that the reader has; no reason: it may be one of health or protection."""
    told = [(_("On since"), s) for s in of.came_on] + [(_("Off since"), s) for s in of.came_off]
    if not told:
        return []
    numbers = {pk: [d.number] for pk, d in of.documents.items()} if with_documents else {}
    changes = [(what, names(s.person) + numbers.get(s.person_id, [])) for what, s in told]
    return [Heading(_("Changed since version {number}").format(number=of.since)), Facts(changes)]


def _counts(of: Manifest, seats: Sequence[Seat]) -> list[tuple[str, str]]:
    """How many there are: of the whole version as it was locked, and of this list by where they leave the plane."""
    told = of.version.counts
    facts = [(_("People on this list"), str(len(seats)))]
    if len(seats) == len(of.seats):
        facts += [
            (_("Seats"), str(told["seats"])),
            (_("Men"), str(told["men"])),
            (_("Women"), str(told["women"])),
            (_("Children"), str(told["children"])),
            (_("Infants"), str(told["infants"])),
        ]
        if told["escorts"]:
            facts.append((_("Escorts"), str(told["escorts"])))
    stops = Counter(s.destination for s in seats)
    if len(of.legs) > 1:
        facts += [(_("To {airport}").format(airport=city(stop)), str(n)) for stop, n in sorted(stops.items())]
    return facts


def _document(line: Line) -> str:
    found = line.of.documents.get(line.seat.person_id)
    return found.number if found else NONE


def _expires(line: Line) -> str:
    found = line.of.documents.get(line.seat.person_id)
    return number(found.expires) if found else NONE


def _visa(line: Line) -> str:
    found = line.of.visas.get(line.seat.person_id)
    return found.number if found else NONE


def _services(line: Line) -> str:
    codes = line.seat.service_codes.split()
    return ", ".join(str(_(SPECIAL_SERVICES[code])) if code in SPECIAL_SERVICES else code for code in codes) or NONE


def _with(line: Line) -> str:
    """On whose lap, minded by whom: a name, never why."""
    if line.seat.lap_of:
        return str(line.seat.lap_of.person.name)
    return str(line.seat.minder.person.name) if line.seat.minder else line.seat.escort or NONE


def _fitness(line: Line) -> str:
    verdict = line.of.fitness.get(line.seat.case_id)
    ruling = pathway(line.seat.case.programme).gate(MEDICAL).ruling(verdict.code) if verdict else None
    return str(_(ruling.label)) if ruling else NONE


def _needs(line: Line) -> str:
    verdict = line.of.fitness.get(line.seat.case_id)
    needed = verdict.conditions if verdict else []
    return ", ".join(str(_(CONDITIONS[code].label)) if code in CONDITIONS else code for code in needed) or NONE


def _has_needs(of: Manifest, seat: Seat) -> bool:
    verdict = of.fitness.get(seat.case_id)
    known = {"INF", "CHD", "UM"}
    return bool((verdict and verdict.conditions) or set(seat.service_codes.split()) - known)
