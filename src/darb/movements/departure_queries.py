"""Reads of the last hours and after: versions, the desk before the stairs, the printed list, how it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from darb.people.models import Document, DocumentState, Person
from darb.programmes.voluntary_return_codes import RECONCILIATIONS, Reconciliation
from darb.programmes.voluntary_return_gates import TRAVELLED_ON
from darb.rules.names import answers
from darb.rules.pathway import BoardingCheck
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .boarding import Measures, asked, before, escorted_cases, passed
from .models import Flight, FlightState, ManifestVersion, Seat, Standby
from .queries import names_shown
from .reading import measures_of

BEFORE_THE_DAY = (FlightState.MANIFEST_OPEN, FlightState.LOCKED)


@dataclass(frozen=True)
class Difference:
    """A version of a manifest and what it changed: who came on and who came off since the one before."""

    version: ManifestVersion
    added: Sequence[Seat]
    removed: Sequence[Seat]


def differences(actor: Actor, flight: Flight) -> list[Difference]:
    """Every version of a manifest with its changes, the newest first. Two statements."""
    names_shown(actor)
    seats = list(flight.seat_rows.select_related("case__person").order_by("pk"))
    return [
        Difference(
            v,
            added=[s for s in seats if s.added_in == v.number and s.removed_in != v.number],
            removed=[s for s in seats if s.removed_in == v.number and s.added_in < v.number],
        )
        for v in flight.versions.order_by("-number")
    ]


@dataclass(frozen=True)
class CheckOnPage:
    """A check of one passenger: whether it stands open, passed or failed, and whether the asker may do it.

    `early`: it belongs to the day before, and doesn't keep anybody from the stairs.
    """

    check: BoardingCheck
    state: str
    mine: bool
    early: bool = False


@dataclass(frozen=True)
class Boarder:
    """A passenger at the desk before the stairs."""

    seat: Seat
    person: Person
    checks: Sequence[CheckOnPage]
    document: Document | None
    lap_name: str = ""
    minder_name: str = ""

    @property
    def open(self) -> int:
        """How many checks that boarding asks for aren't passed."""
        return sum(c.state != "passed" for c in self.checks if not c.early)


def boarders(actor: Actor, flight: Flight, text: str = "") -> list[Boarder]:
    """Everyone within reach on the manifest with their checks, those who haven't boarded first, adults with their own.

    `text` keeps those whose reference or document number has it in it, or whose name begins or sounds so. A fixed
    number of statements.
    """
    names_shown(actor)
    seats = list(
        Seat.objects.filter(flight=flight, removed_in=None).select_related("case", "person", "lap_of", "minder")
    )
    names = {s.pk: s.person.name for s in seats}
    escorted, measures = escorted_cases([s.case_id for s in seats]), measures_of(flight)
    papers = travel_documents([s.person_id for s in seats]) if actor.sees(DataClass.TRAVEL_DOCUMENT) else {}
    found = [
        Boarder(
            seat=s,
            person=s.person,
            checks=_checks(actor, flight, s, s.case_id in escorted, measures),
            document=papers.get(s.person_id),
            lap_name=names.get(s.lap_of_id or 0, ""),
            minder_name=names.get(s.minder_id or 0, ""),
        )
        for s in seats
        if _matches(s, papers.get(s.person_id), text)
    ]
    with_whom = {s.pk: s.lap_of_id or s.minder_id or s.pk for s in seats}
    found.sort(
        key=lambda b: (
            b.seat.boarded_at is not None,
            names.get(with_whom[b.seat.pk], ""),
            with_whom[b.seat.pk],
            b.seat.pk,
        )
    )
    return found


def _matches(seat: Seat, document: Document | None, text: str) -> bool:
    looked_in = (seat.case.ref, document.number if document else "")
    in_numbers = any(text.casefold() in number.casefold() for number in looked_in)
    return not text or in_numbers or answers(text, (seat.person.name, seat.person.name_arabic))


def _checks(actor: Actor, flight: Flight, seat: Seat, escorted: bool, measures: Measures) -> list[CheckOnPage]:
    early = before(seat) if flight.state in BEFORE_THE_DAY else ()
    return [
        *(_on_page(actor, flight, seat, c, early=True) for c in early),
        *(_on_page(actor, flight, seat, c) for c in asked(seat, escorted, measures)),
    ]


def _on_page(actor: Actor, flight: Flight, seat: Seat, check: BoardingCheck, *, early: bool = False) -> CheckOnPage:
    done = passed(flight, seat, check.code)
    failed = check.code in seat.checks and not done
    mine = actor.house or any(seat.scope_id in actor.reach.get(r, ()) for r in check.done_by)
    return CheckOnPage(check, "passed" if done else "failed" if failed else "open", mine, early)


def travel_documents(persons: Collection[int]) -> dict[int, Document]:
    """By person, the document that they travel on. One query."""
    rows = Document.objects.filter(
        person__in=persons,
        kind__in=TRAVELLED_ON,
        state__in=(DocumentState.IN_CUSTODY, DocumentState.HANDED_AT_BOARDING, DocumentState.USED),
    )
    return {d.person_id: d for d in rows.order_by("expires")}


@dataclass(frozen=True)
class Sum:
    """How a locked manifest adds up. `locked` were on version 1, `added` came on later, `standby` of them from the
    standby list; `lacking` have no outcome."""

    locked: int
    added: int
    outcomes: Sequence[tuple[Reconciliation, int]]
    lacking: Sequence[Seat] = field(default_factory=tuple)
    standby: int = 0

    @property
    def told(self) -> int:
        """How many have an outcome."""
        return sum(n for _outcome, n in self.outcomes)

    @property
    def adds_up(self) -> bool:
        """Whether everyone who was ever on the locked manifest has exactly one outcome."""
        return not self.lacking and self.told == self.locked + self.added


def reconciliation(actor: Actor, flight: Flight) -> Sum:
    """What became of everyone within reach who was ever on the locked manifest. Two statements."""
    names_shown(actor)
    seats = [
        s
        for s in flight.seat_rows.select_related("case__person").order_by("pk")
        if s.removed_in is None or s.removed_in > s.added_in
    ]
    told = Counter(s.outcome for s in seats if s.outcome)
    return Sum(
        locked=sum(s.added_in == 1 for s in seats),
        added=sum(s.added_in > 1 for s in seats),
        outcomes=[(outcome, told[code]) for code, outcome in RECONCILIATIONS.items() if told[code]],
        lacking=[s for s in seats if not s.outcome],
        standby=Standby.objects.filter(flight=flight).exclude(seat=None).count(),
    )
