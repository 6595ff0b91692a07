"""What a receiving mission gets of each arrival, in its own scope, and its word that it has them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from darb.cases.actions import take_step
from darb.cases.homecoming_queries import homes
from darb.cases.models import Case, Homecoming
from darb.cases.reading import facts_for
from darb.people.models import Document, DocumentState
from darb.programmes.voluntary_return_codes import TO_RECEIVING_MISSION
from darb.programmes.voluntary_return_gates import TRAVELLED_ON, consented
from darb.rules.facts import Facts
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in
from darb.trust.scopes import Where, scope_ids

from .models import Flight, FlightState, Handover, Seat
from .reading import measures_of

MEDICAL, PROTECTION = "R9", "R4"


def offer(act: Act, flight: Flight, seats: Sequence[Seat], place: str = "") -> list[Handover]:
    """Lay before each receiving mission those of `seats` who came home to it, to a `place` if that was told; else to
    where they wanted to go. Part of the deed that landed them."""
    places = {s.pk: Where(s.case.return_country, "", s.case.programme) for s in seats}
    scopes = scope_ids(places.values())
    days = {country: m.quarantine_days for country, m in measures_of(flight).items()}
    with whole_house():
        facts = facts_for([s.case for s in seats])
        told = homes([s.case_id for s in seats])
        documents = {
            d.person_id: d
            for d in Document.objects.filter(
                person__in=[s.person_id for s in seats],
                kind__in=TRAVELLED_ON,
                state__in=(DocumentState.HANDED_AT_BOARDING, DocumentState.IN_CUSTODY),
            ).order_by("expires")
        }
        return copy_in(
            [
                Handover(
                    scope_id=scopes[places[s.pk]],
                    flight=flight,
                    case=s.case,
                    packet=_packet(
                        act,
                        flight,
                        s,
                        facts[s.case_id],
                        documents.get(s.person_id),
                        told.get(s.case_id),
                        place,
                        days.get(s.case.return_country, 0),
                    ),
                    offered_at=act.at,
                )
                for s in seats
            ]
        )


@action("movements.accept_handover")
def accept_handovers(act: Act, handovers: Collection[int], note: str = "") -> list[Handover]:
    """The receiving mission has these people; their cases are handed over. The flight must be reconciled first."""
    held = list(
        Handover.objects.select_for_update(of=("self",))
        .filter(pk__in=set(handovers))
        .select_related("flight")
        .order_by("pk")
    )
    if not held or len(held) != len(set(handovers)):
        raise Missing("no_handover", _("No such arrival is offered to your mission."))
    act.within({h.scope_id for h in held})
    if any(h.accepted_at for h in held):
        raise Refused("accepted", _("Somebody here was accepted already: load the page again."))
    early = next((h for h in held if h.flight.state != FlightState.RECONCILED), None)
    if early:
        raise Refused("not_reconciled", _("Flight {code} isn't reconciled yet."), code=early.flight.code)
    cases = take_step(act, [Case(pk=h.case_id) for h in held], "hand_over", through="movements", vouched=True)
    for h in held:
        h.accepted_at, h.accepted_by, h.note = act.at, act.actor.account_id, note[:200]
    change_in(held, ["accepted_at", "accepted_by", "note"])
    act.persons = [c.person_id for c in cases]
    act.detail = {"accepted": len(held)}
    return held


def _packet(
    act: Act,
    flight: Flight,
    seat: Seat,
    facts: Facts,
    document: Document | None,
    home: Homecoming | None,
    place: str,
    quarantine: int,
) -> dict[str, Any]:
    """Exactly what a receiving mission may know (programmes.md 2.0.3): who came, on which paper, with which help.

    Where home is, who waits there, and codes of medical and protection needs go along only while the person agrees to
    that; a number only where it may be called.
    """
    person = seat.case.person
    packet: dict[str, Any] = {
        "name": person.name,
        "name_arabic": person.name_arabic,
        "sex": person.sex,
        "birth_date": person.birth_date and person.birth_date.isoformat(),
        "birth_precision": person.birth_precision,
        "nationality": person.nationality,
        "document": document
        and {
            "kind": document.kind,
            "number": document.number,
            "expires": document.expires and document.expires.isoformat(),
        },
        "services": seat.service_codes.split(),
        "arrival": {
            "flight": flight.code,
            "airport": seat.destination,
            "at": act.at.isoformat(),
            "country": seat.case.return_country,
            "place": place or seat.case.return_area,
        },
    }
    if quarantine:
        packet["quarantine_days"] = quarantine
    if consented(facts, TO_RECEIVING_MISSION, act.day):
        packet["medical"] = _needs(facts, MEDICAL)
        packet["protection"] = _needs(facts, PROTECTION)
        if home:
            packet["home"] = {
                "address": home.address,
                "contact": home.contact_name,
                "relation": home.contact_relation,
                "phone": home.contact_phone if home.contact_may_be_called else "",
            }
    return packet


def _needs(facts: Facts, gate: str) -> dict[str, Any] | None:
    verdict = facts.verdict(gate)
    return verdict and {"code": verdict.code, "conditions": list(verdict.conditions)}
