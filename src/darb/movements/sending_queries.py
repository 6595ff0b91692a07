"""Who must have the newest version of a manifest, and who has which (programmes.md 2.7, manifest rule 5).

The authorities at the airport, the carrier, and the mission of each country that somebody on it goes home to; and
everybody else who holds an older version: those who got one get what changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from darb.programmes.voluntary_return_papers import AIRLINE, AUTHORITIES, GO_STALE, MISSION
from darb.trust.actor import Actor
from darb.trust.context import whole_house
from darb.trust.models import ActionLog
from darb.trust.queries import newest_copies

from .models import Flight, Seat
from .queries import names_shown


@dataclass(frozen=True)
class Reader:
    """Who gets a list: which (`paper`), of which mission or stop (`of`), and who holds which version since when.

    `recipient` is empty, and `version` 0, where nobody has it yet. `people` are those on it, where that is told.
    """

    paper: str
    of: str = ""
    recipient: str = ""
    version: int = 0
    at: datetime | None = None
    people: int | None = None
    newest: bool = False


def readers(actor: Actor, flight: Flight) -> list[Reader]:
    """Everybody who has a list of this flight or must get one, those first who must. Two statements."""
    names_shown(actor)
    return _readers_of([flight])[flight.pk]


def lacking(actor: Actor, flights: Sequence[Flight]) -> dict[int, int]:
    """By flight, how many must still get the newest version. Two statements, whatever the number of flights."""
    return {pk: sum(not r.newest for r in rows) for pk, rows in _readers_of(flights).items()} if flights else {}


def _readers_of(flights: Sequence[Flight]) -> dict[int, list[Reader]]:
    copies: dict[str, list[ActionLog]] = defaultdict(list)
    for copy in newest_copies([f.ref for f in flights], GO_STALE):
        copies[copy.subject].append(copy)
    with whole_house():
        on = Seat.objects.filter(flight__in=flights, removed_in=None).order_by()
        homes: dict[int, Counter[str]] = defaultdict(Counter)
        for flight, country, n in on.values_list("flight", "case__return_country").annotate(n=Count("pk")):
            homes[flight][country] = n
    return {f.pk: _of_flight(f, copies[f.ref], homes[f.pk]) for f in flights}


def _of_flight(flight: Flight, copies: Sequence[ActionLog], homes: Mapping[str, int]) -> list[Reader]:
    if not flight.manifest_version:
        return []
    due = {(AUTHORITIES, ""), (AIRLINE, ""), *((MISSION, country) for country in homes)}
    found = [_reader(flight, c, homes) for c in copies]
    had = {(r.paper, r.of) for r in found}
    found += [Reader(paper, of, people=homes.get(of)) for paper, of in due - had]
    return sorted(found, key=lambda r: (r.newest, list(GO_STALE).index(r.paper), r.of, r.recipient))


def _reader(flight: Flight, copy: ActionLog, homes: Mapping[str, int]) -> Reader:
    told = copy.detail
    version = told["version"] or 0
    return Reader(
        paper=told["paper"],
        of=told["of"],
        recipient=told["recipient"],
        version=version,
        at=copy.at,
        people=homes.get(told["of"]),
        newest=version >= flight.manifest_version,
    )
