"""The passenger list of one leg, put together from a locked manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from darb.people.models import Document, Name, Script
from darb.places.queries import airport
from darb.rules.refusal import Forbidden, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .actions import BOAT
from .manifest_queries import Manifest, manifest
from .models import Flight, Seat
from .paxlst import Listed, PassengerList, surname_and_given


def passenger_list(actor: Actor, flight: Flight, leg: int) -> tuple[PassengerList, dict[int, int]]:
    """Those aboard on leg number `leg` as the newest version of the manifest has them, and by person the scope.

    Refuses an unlocked manifest, one that the asker doesn't reach whole, and, by name, whoever has no name in Latin
    letters. A fixed number of statements.
    """
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        raise Forbidden("no_papers", _("Your role doesn't see travel documents."), who=Role.MOVEMENT_OFFICER)
    if flight.kind == BOAT:
        raise Refused("list_of_a_boat", _("This list is for aircraft: a boat's authorities get the list on paper."))
    of = manifest(actor, flight)
    here = next((hop for hop in of.legs if hop.number == leg), None)
    if here is None:
        raise Missing("no_leg", _("This flight has no such leg."))
    # Whoever leaves the plane at this landing or a later one is aboard.
    landings = {hop.destination for hop in of.legs if hop.number >= leg}
    aboard = [seat for seat in of.seats if seat.destination in landings]
    if not aboard:
        raise Refused("nobody_aboard", _("Nobody on this manifest is aboard on that leg."))
    told = _told([seat.person_id for seat in aboard])
    listed = PassengerList(
        flight=flight.code,
        reference=f"{flight.ref}{leg}",
        version=of.version.number,
        embarked=flight.origin,
        origin=here.origin,
        departs=_local(here.departs_at, here.origin),
        destination=here.destination,
        arrives=_local(here.arrives_at, here.destination),
        passengers=[_listed(of, seat, told[seat.person_id]) for seat in aboard],
    )
    return listed, {seat.person_id: seat.scope_id for seat in aboard}


def _told(persons: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """By person, the names in Latin letters with their family names apart, the newest first. One query."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for name in Name.objects.filter(person__in=persons, script=Script.LATIN).order_by("-told_at", "-pk"):
        found[name.person_id].append((f"{name.given} {name.father}".strip(), name.family))
    return found


def _listed(of: Manifest, seat: Seat, told: list[tuple[str, str]]) -> Listed:
    person = seat.person
    document: Document | None = of.documents.get(person.pk)
    named = surname_and_given(document.name_as_printed if document else "", told)
    if named is None:
        sentence = _("{name} has no name in Latin letters: write it as printed when you record the travel document.")
        raise Refused("no_latin_name", sentence, who=Role.CONSULAR_OFFICER, name=person.name)
    papers = (
        {"document": document.kind, "number": document.number, "issuer": document.country, "expires": document.expires}
        if document
        else {}
    )
    return Listed(
        *named,
        sex=person.sex,
        nationality=person.nationality,
        leaves_at=seat.destination,
        birth=person.birth_date,
        birth_precision=person.birth_precision,
        **papers,
    )


def _local(moment: datetime, iata: str) -> datetime:
    place = airport(iata)
    return moment.astimezone(ZoneInfo(place["tz"])) if place else moment
