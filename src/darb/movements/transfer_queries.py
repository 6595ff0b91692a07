"""Reads about the way to a flight: whom to fetch where, and the counts of each run. Counts only, no names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from darb.places.models import Site
from darb.rules.refusal import Forbidden, Missing
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from .models import Flight, Seat, Transfer, TransferStop


@dataclass(frozen=True)
class Run:
    """A transfer with its stops. `aboard` are those counted on and not off yet; `next` is the stop to count."""

    transfer: Transfer
    stops: Sequence[TransferStop]

    @property
    def on(self) -> int:
        """Everybody who got on."""
        return sum(s.on or 0 for s in self.stops)

    @property
    def aboard(self) -> int:
        """Everybody who got on and not off."""
        return self.on - sum(s.off or 0 for s in self.stops)

    @property
    def next(self) -> TransferStop | None:
        """The stop that is to be counted next."""
        return next((s for s in self.stops if s.counted_at is None), None)


@dataclass(frozen=True)
class Way:
    """How the people of a flight get to it: how many are where, as far as they are in sight, and the runs."""

    flight: Flight
    to_fetch: Sequence[tuple[Site, int]]
    runs: Sequence[Run]

    @property
    def wanted(self) -> int:
        """How many people are to be fetched."""
        return sum(n for _site, n in self.to_fetch)

    @property
    def places(self) -> int:
        """How many places there are in vehicles to the airport that haven't ended their run."""
        return sum(r.transfer.places for r in self.runs if not r.transfer.back and r.transfer.ended_at is None)


def way(actor: Actor, flight: Flight) -> Way:
    """The way to a flight. Three statements and one a run at most."""
    if not actor.sees(DataClass.WHEREABOUTS, Sight.FLAG):
        raise Forbidden(
            "no_whereabouts", _("Your role doesn't see where people are fetched."), who=Role.TRANSPORT_OFFICER
        )
    counted = (
        Seat.objects.filter(flight=flight, removed_in=None, boarded_at=None)
        .exclude(person__site=None)
        .values_list("person__site")
        .annotate(n=Count("pk"))
    )
    numbers = dict(counted)
    places = Site.objects.in_bulk(list(numbers))
    transfers = flight.transfers.select_related("convoy").prefetch_related("stops__site").order_by("pk")
    return Way(
        flight=flight,
        to_fetch=sorted(((places[pk], n) for pk, n in numbers.items()), key=lambda pair: -pair[1]),
        runs=[Run(t, sorted(t.stops.all(), key=lambda s: s.number)) for t in transfers],
    )


def transfer(actor: Actor, ref: str) -> Transfer:
    """A run by its reference; Missing if there is none."""
    found = Transfer.objects.select_related("flight").filter(ref=ref.upper()).first()
    if found is None:
        raise Missing("no_transfer", _("There is no such run."))
    return found
