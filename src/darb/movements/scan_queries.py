"""Who stands before the stairs: one scan, one person, and in one sentence what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darb.cases import queries as cases
from darb.people import queries as people
from darb.people.models import Person
from darb.rules import mrz
from darb.rules.reference import is_reference, tidy
from darb.rules.refusal import Refusal
from darb.rules.words import _
from darb.trust.actor import Actor

from .departure_queries import Boarder, boarders
from .models import Flight, Seat
from .queries import RedGate, red_gates
from .reading import flight_day

LONGEST_REFERENCE = 12
LONGEST_NUMBER = 40
"""Characters of a document's number with what stands between them; a zone has more."""


@dataclass(frozen=True)
class Scanned:
    """Somebody on this flight with their open checks and red gates, or why nobody is shown: `why`, in one sentence.

    `why` stands beside a `boarder` who is aboard already. `on_lap` are the infants who board with them.
    """

    boarder: Boarder | None = None
    why: Refusal | None = None
    red: Sequence[RedGate] = ()
    on_lap: Sequence[Boarder] = ()

    @property
    def fit(self) -> bool:
        """Whether nothing keeps them from the stairs."""
        both = (self.boarder, *self.on_lap)
        return self.why is None and not self.red and not any(b.open for b in both if b)


def scanned(actor: Actor, flight: Flight, text: str, today: date) -> Scanned:
    """Whom a scanned `text` means: the reference of a person or case, or a travel document's number or zone.

    A fixed number of statements.
    """
    everyone = boarders(actor, flight)
    number = _number(text, today)
    found = next((b for b in everyone if _means(text, number, b)), None)
    if found is None:
        return Scanned(why=_why_not_here(actor, flight, text))
    on_lap = [b for b in everyone if b.seat.lap_of_id == found.seat.pk]
    if found.seat.boarded_at:
        sentence = _("{name} is aboard already: was this code scanned before, or is it somebody else's?")
        return Scanned(found, Refusal("scan.aboard", sentence, {"name": found.person.name}))
    going = [b.seat.case for b in (found, *on_lap)]
    red = red_gates(going, flight_day(flight))
    return Scanned(found, red=[r for case in going for r in red.get(case.pk, ())], on_lap=on_lap)


def _means(text: str, number: str, boarder: Boarder) -> bool:
    if tidy(text) in (boarder.person.ref, boarder.seat.case.ref):
        return True
    return bool(number and boarder.document) and _compact(boarder.document.number) == number


def _number(text: str, today: date) -> str:
    """The number of a travel document in what was scanned: all of it, or the zone's."""
    if len(text) <= LONGEST_NUMBER:
        return _compact(text)
    zone = mrz.read(text, today).zone
    return _compact(zone.number) if zone else ""


def _compact(number: str) -> str:
    return "".join(c for c in number.upper() if c.isalnum())


def _why_not_here(actor: Actor, flight: Flight, text: str) -> Refusal:
    """Whose reference it is, and where they are to be instead, as far as the asker sees."""
    ref = tidy(text)[:LONGEST_REFERENCE]
    person = _person(actor, ref)
    if person is None:
        if is_reference(ref):
            return Refusal("scan.unknown", _("Nobody with the reference {ref} is within your reach."), {"ref": ref})
        sentence = _("That is no reference: scan again, or type the eight characters that stand beside the code.")
        return Refusal("scan.no_reference", sentence)
    named = {"name": person.name}
    seats = Seat.objects.filter(person=person).select_related("flight").order_by("-pk")
    standing = next((s for s in seats if s.removed_in is None and s.landed_at is None), None)
    if standing:
        code = {**named, "code": standing.flight.code}
        return Refusal("scan.other_flight", _("{name} is on flight {code}, not on this one."), code)
    if any(s.flight_id == flight.pk for s in seats):
        return Refusal("scan.taken_off", _("{name} was taken off this flight and doesn't board."), named)
    return Refusal("scan.not_on_it", _("{name} isn't on this flight."), named)


def _person(actor: Actor, ref: str) -> Person | None:
    found = people.by_refs(actor, [ref]).get(ref)
    if found is None:
        case = cases.by_refs(actor, [ref]).get(ref)
        found = case.person if case else None
    return found
