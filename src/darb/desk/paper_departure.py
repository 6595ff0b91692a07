"""Papers of the day of departure and after: the boarding list, what became of everyone, what a mission is handed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from darb.cases.pathways import pathway
from darb.movements import queries
from darb.movements.departure_queries import Boarder, boarders, reconciliation
from darb.movements.manifest_queries import handed_to, manifest
from darb.movements.models import FlightState
from darb.movements.reading import flight_day
from darb.people.models import BirthPrecision, DocumentKind, Relation, Sex
from darb.programmes.voluntary_return_codes import CONDITIONS, RECONCILIATIONS, SPECIAL_SERVICES
from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _ as marked
from darb.trust.powers import DataClass, Sight

from .paper_flight import heading
from .paper_parts import Column, Facts, Heading, NewPage, Part, Points, Sheet, Signed, Table, Value, Words
from .paper_words import NONE, Asked, at, countries, names, number

OVER = (FlightState.LANDED, FlightState.RECONCILED, FlightState.CLOSED)


def boarding_list(asked: Asked) -> Sheet:
    """Everyone on the manifest with a box for each check, for the hour in which neither phone nor power works."""
    flight = queries.get(asked.actor, asked.ref)
    of = manifest(asked.actor, flight)
    rows = {b.seat.pk: b for b in boarders(asked.actor, flight)}
    checks = {c.code: c for s in of.seats for c in pathway(s.case.programme).boarding}
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Case"), kind="code"),
        Column(_("Document"), kind="code", shows=DataClass.TRAVEL_DOCUMENT),
        Column(_("With"), 3, shows=DataClass.CHILD, sight=Sight.FLAG),
        *(Column(code, kind="box", shows=None) for code in sorted(checks)),
        Column(_("Aboard"), kind="box", shows=None),
    ]
    told = [(code, _(checks[code].label)) for code in sorted(checks)]
    return Sheet(
        title=_("Boarding list"),
        reference=f"{flight.ref} v{of.version.number}",
        lead=[*heading(flight, of.legs)],
        parts=[
            Table(columns, [_boarder(n, rows[s.pk], sorted(checks)) for n, s in enumerate(of.seats, 1)]),
            Words([_(
                "A box with a cross was passed when this was printed; where there is no box, the check isn't asked."
            )]),
            Facts(told, columns=2),
            Signed([_("Counted at the stairs: how many, time"), _("Movement officer: name, signature")]),
        ],
        landscape=True,
        subject=flight.ref,
        about=of.about,
        version=of.version.number,
        leaves=flight_day(flight),
    )  # fmt: skip


def _boarder(place: int, b: Boarder, codes: Sequence[str]) -> list[Value]:
    states = {c.check.code: c.state == "passed" for c in b.checks}
    return [
        str(place),
        names(b.person),
        b.seat.case.ref,
        b.document.number if b.document else NONE,
        b.lap_name or b.minder_name or b.seat.escort or NONE,
        *(states.get(code) for code in codes),
        b.seat.boarded_at is not None,
    ]


def reconciliation_report(asked: Asked) -> Sheet:
    """What became of everyone who was ever on the locked manifest: one outcome each, and the sum."""
    flight = queries.get(asked.actor, asked.ref)
    if flight.state not in OVER:
        raise Refused("not_landed", marked("A flight is reconciled after its last landing."))
    total = reconciliation(asked.actor, flight)
    seats = [
        s
        for s in flight.seat_rows.select_related("person", "case").order_by("outcome", "person__name", "pk")
        if s.removed_in is None or s.removed_in > s.added_in
    ]
    columns = [
        Column(_("No."), kind="number", shows=None),
        Column(_("Name"), 4),
        Column(_("Case"), kind="code"),
        Column(_("What became of them"), 3, shows=None),
        Column(_("To"), kind="code", shows=None),
    ]
    rows = [
        [str(n), names(s.person), s.case.ref, _(RECONCILIATIONS[s.outcome].label) if s.outcome else NONE, s.destination]
        for n, s in enumerate(seats, 1)
    ]
    facts = [
        (_("On the first locked manifest"), str(total.locked)),
        (_("Added since"), str(total.added)),
        *((_(outcome.label), str(n)) for outcome, n in total.outcomes),
    ]
    sums = (
        _("It adds up: everyone has one outcome.")
        if total.adds_up
        else _("It doesn't add up yet: outcomes are lacking.")
    )
    return Sheet(
        title=_("Reconciliation report"),
        reference=f"{flight.ref} v{flight.manifest_version}",
        lead=[*heading(flight, list(flight.legs.order_by("number"))), sums],
        parts=[Facts(facts, columns=2), Table(columns, rows), Signed([_("Movement officer: name, signature")])],
        subject=flight.ref,
        about={s.person_id: s.scope_id for s in seats},
        version=flight.manifest_version,
    )


def handover_packet(asked: Asked) -> Sheet:
    """What a receiving mission was given of each who came home to it: one page a person, to be signed for."""
    flight = queries.get(asked.actor, asked.ref)
    if not asked.mission:
        raise Invalid("no_mission", marked("Choose the mission: nobody on this list goes home there."), field="mission")
    handed, named = handed_to(asked.actor, flight, asked.mission), countries()
    title = _("Handover packet: {country}").format(country=named.get(asked.mission, asked.mission))
    parts: list[Part] = []
    for n, handover in enumerate(handed):
        parts += ([NewPage(title)] if n else []) + _packet(handover.packet, named)
    return Sheet(
        title=title,
        reference=flight.ref,
        lead=heading(flight, list(flight.legs.order_by("number"))),
        parts=parts,
        subject=flight.ref,
        about={h.person: h.scope_id for h in handed},
        of=asked.mission,
    )


def _packet(packet: Mapping[str, Any], named: Mapping[str, str]) -> list[Part]:
    document = packet["document"] or {}
    kind = DocumentKind(document["kind"]).label if document else NONE
    facts: list[tuple[str, Value]] = [
        (_("Name"), [n for n in dict.fromkeys((packet["name"], packet["name_arabic"])) if n]),
        (_("Sex"), str(Sex(packet["sex"]).label)),
        (_("Born"), _born(packet)),
        (_("Nationality"), named.get(packet["nationality"], packet["nationality"])),
        (_("Document"), f"{kind} {document.get('number', '')}".strip()),
        (_("Valid until"), document.get("expires") or NONE),
        (_("Arrived"), f"{packet['arrival']['airport']}, {at(datetime.fromisoformat(packet['arrival']['at']))}"),
        (_("Service"), ", ".join(_(SPECIAL_SERVICES.get(code, code)) for code in packet["services"]) or NONE),
    ]
    return [
        Facts([*facts, *_home(packet)]),
        *_needs(packet),
        Signed([_("Handed over by IOM: name, signature"), _("Received by the mission: name, signature")]),
    ]


def _home(packet: Mapping[str, Any]) -> list[tuple[str, Value]]:
    """Where home is and who waits there, where it was told and the person agreed that the mission is."""
    home = packet.get("home", {})
    kin = str(Relation(home["relation"]).label) if home.get("relation") else ""
    waits = ", ".join(part for part in (home.get("contact"), kin, home.get("phone")) if part)
    told: list[tuple[str, Value]] = [(_("Where home is"), home.get("address", "")), (_("Who waits there"), waits)]
    return [(label, value) for label, value in told if value]


def _needs(packet: Mapping[str, Any]) -> list[Part]:
    """Help that is needed after arrival, where the person agreed that the mission is told."""
    if "medical" not in packet:
        return [Words([_("The person didn't agree that needs of health or protection are told.")])]
    asked = [code for part in ("medical", "protection") if packet[part] for code in packet[part]["conditions"]]
    labels = [str(_(CONDITIONS[code].label)) if code in CONDITIONS else code for code in dict.fromkeys(asked)]
    return [
        Heading(_("Needed on arrival")),
        Points([("", label) for label in labels] or [("", _("Nothing known to us"))]),
    ]


def _born(packet: Mapping[str, Any]) -> str:
    """As exactly as it was known."""
    if not packet["birth_date"]:
        return _("not told")
    born, precision = date.fromisoformat(packet["birth_date"]), packet["birth_precision"]
    if precision == BirthPrecision.EXACT:
        return number(born)
    told = f"{born:%Y-%m}" if precision == BirthPrecision.MONTH else str(born.year)
    return f"~ {told}" if precision == BirthPrecision.ESTIMATED else told
