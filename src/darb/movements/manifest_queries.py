"""A manifest as it stood in one of its versions, for the papers that go out: to authorities, carrier, missions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from darb.cases.models import Case, ExitVisa, Verdict, VisaState
from darb.people.models import Document
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.context import whole_house
from darb.trust.models import Scope
from darb.trust.powers import DataClass

from .departure_queries import travel_documents
from .models import Flight, Handover, Leg, ManifestVersion, Seat
from .queries import names_shown

MEDICAL = "R9"


@dataclass(frozen=True)
class Manifest:
    """One version: its passengers, those who travel together one after the other, and what the asker sees of them.

    `came_on` and `came_off` are its changes since version `since`. `documents`, also of those who came off, and
    `visas` are by person and empty for who doesn't read those; `fitness` is by case.
    """

    flight: Flight
    version: ManifestVersion
    legs: Sequence[Leg]
    seats: Sequence[Seat]
    documents: Mapping[int, Document] = field(default_factory=dict)
    visas: Mapping[int, ExitVisa] = field(default_factory=dict)
    fitness: Mapping[int, Verdict] = field(default_factory=dict)
    since: int = 0
    came_on: Sequence[Seat] = ()
    came_off: Sequence[Seat] = ()

    @property
    def about(self) -> dict[int, int]:
        """By person, the scope of the seat."""
        return {s.person_id: s.scope_id for s in self.seats}


def manifest(actor: Actor, flight: Flight, number: int | None = None, since: int | None = None) -> Manifest:
    """A locked manifest in version `number`, the newest where none is named. A fixed number of statements.

    Its changes are told since version `since` where that is an earlier one, else since the one before.
    Refuses where it isn't locked, and where somebody on it is outside the asker's reach: half a list is no list.
    """
    names_shown(actor)
    if not flight.manifest_version:
        raise Refused("not_locked", _("Lock the manifest first."))
    version = flight.versions.filter(number=number or flight.manifest_version).first()
    if version is None:
        raise Missing("no_version", _("This manifest has no such version."))
    before = since if since and since < version.number else version.number - 1
    rows = flight.seat_rows.filter(added_in__lte=version.number).filter(
        Q(removed_in=None) | Q(removed_in__gt=before) & Q(removed_in__gt=F("added_in"))
    )
    everybody = list(rows.select_related("person", "case", "lap_of__person", "minder__person"))
    seats = [s for s in everybody if _on(s, version.number)]
    hidden = version.counts["people"] - len(seats)
    if hidden:
        raise Refused(
            "manifest_hidden",
            _("People on this manifest whom you don't reach: {count}. Somebody who reaches all of them prints it."),
            count=hidden,
        )
    seats.sort(key=_together)
    cases = [s.case_id for s in seats]
    papers = actor.sees(DataClass.TRAVEL_DOCUMENT)
    return Manifest(
        flight=flight,
        version=version,
        legs=list(flight.legs.order_by("number")),
        seats=seats,
        documents=travel_documents([s.person_id for s in everybody]) if papers else {},
        visas=_visas(cases) if papers else {},
        fitness=_fitness(cases) if actor.sees(DataClass.MEDICAL) else {},
        since=before,
        came_on=[s for s in seats if s.added_in > before >= 1],
        came_off=sorted((s for s in everybody if not _on(s, version.number) and s.added_in <= before), key=_together),
    )


def _on(seat: Seat, number: int) -> bool:
    """Whether a seat that was given by then still stands in that version."""
    return seat.removed_in is None or seat.removed_in > number


def handed_to(actor: Actor, flight: Flight, country: str) -> list[Handover]:
    """The arrivals of a flight laid before the mission of `country` (alpha-3), by name, the person's id on each
    as `person`. Refuses where there is none within reach. Three statements."""
    theirs = Scope.objects.filter(office=country, site="").values("pk")
    found = list(Handover.objects.filter(flight=flight, scope_id__in=theirs))
    if not found:
        raise Refused("nobody_arrived", _("Nobody who came home on this flight was handed to that mission."))
    with whole_house():
        persons = dict(Case.objects.filter(pk__in=[h.case_id for h in found]).values_list("pk", "person_id"))
    for handover in found:
        handover.person = persons[handover.case_id]
    return sorted(found, key=lambda h: (h.packet["name"], h.pk))


def missions_of(actor: Actor, flight: Flight) -> list[str]:
    """The countries (alpha-3) to which people within reach go home on a flight, in order. Two statements."""
    booked = flight.seat_rows.order_by().values_list("case__return_country", flat=True).distinct()
    handed = Handover.objects.filter(flight=flight).values("scope_id")
    return sorted({*booked, *Scope.objects.filter(pk__in=handed).values_list("office", flat=True)})


def _together(seat: Seat) -> tuple[str, int, bool, str, int]:
    """Adults by name, and right after each those who are on their lap or minded by them."""
    adult = seat.lap_of or seat.minder or seat
    return adult.person.name, adult.pk, seat.pk != adult.pk, seat.person.name, seat.pk


def _visas(cases: Collection[int]) -> dict[int, ExitVisa]:
    """By person, the exit visa that lets them leave. One query."""
    rows = ExitVisa.objects.filter(case__in=cases, state__in=(VisaState.APPROVED, VisaState.USED))
    return {v.person_id: v for v in rows.order_by("valid_to", "pk")}


def _fitness(cases: Collection[int]) -> dict[int, Verdict]:
    """By case, what a physician found of the fitness to travel: the code and the help that it asks for. One query."""
    return {v.case_id: v for v in Verdict.objects.filter(case__in=cases, gate=MEDICAL, superseded_at=None)}
