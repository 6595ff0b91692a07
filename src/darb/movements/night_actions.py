"""What a flight that doesn't go asks of the mission: a bed tonight for everyone, and everybody told. Parts of deeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from darb.people.actions import move
from darb.people.models import Person
from darb.places.models import DETAINING, Site, SiteType
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house

from .models import Flight, FlightState, Notice, NoticeOf, NoticeTo, Seat

NO_BED = frozenset({SiteType.AIRPORT, SiteType.PORT, SiteType.STREET, SiteType.OFFICE, SiteType.UNKNOWN})
"""Places where nobody is left for the night."""
NOWHERE = 0
"""Stands for those whose place isn't known: who had left already."""


@dataclass(frozen=True)
class NightPlace:
    """People of a flight who are at one place now (None: not known), and whether they must be taken elsewhere."""

    site: Site | None
    people: int
    must_move: bool

    @property
    def key(self) -> int:
        """The site's id, or NOWHERE."""
        return self.site.pk if self.site else NOWHERE


def night_places(flight: Flight, seats: Sequence[Seat]) -> list[NightPlace]:
    """Where these people are now. Who was on the way to the aircraft isn't taken back behind bars. One query."""
    here: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        here[seat.case.person.site_id or NOWHERE].append(seat)
    sites = Site.objects.in_bulk([pk for pk in here if pk])
    called = flight.state in (FlightState.BOARDING, FlightState.OFF_BLOCKS)
    return [
        NightPlace(sites.get(pk), len(those), _must_move(sites.get(pk), called))
        for pk, those in sorted(here.items(), key=lambda pair: -len(pair[1]))
    ]


def _must_move(site: Site | None, called: bool) -> bool:
    return site is None or site.type in NO_BED or (called and site.type in DETAINING)


def place_for_night(act: Act, flight: Flight, seats: Sequence[Seat], nights: Mapping[int, Site]) -> int:
    """Give everyone a place for the night: `nights` by the key of a `NightPlace`; who isn't named stays where they are.

    Gives how many were moved. Refuses a place without beds, one behind bars, and one that would be overfull.
    """
    moving: dict[Site, list[Person]] = defaultdict(list)
    for place in night_places(flight, seats):
        wanted = nights.get(place.key)
        if wanted is None or wanted == place.site:
            if place.must_move:
                raise Invalid(
                    "night_needed",
                    _("People without a bed at {place}: {count}. Say where they sleep tonight."),
                    field=f"night_{place.key}",
                    place=place.site.name_en if place.site else "–",
                    count=place.people,
                )
            continue
        if wanted.type in NO_BED | DETAINING:
            raise Invalid(
                "no_bed_there",
                _("Nobody is taken to {place} for the night: choose a shelter, a transit centre or a town."),
                field=f"night_{place.key}",
                place=wanted.name_en,
            )
        moving[wanted] += [s.case.person for s in seats if (s.case.person.site_id or NOWHERE) == place.key]
    with whole_house():
        _refuse_overfull(moving)
        for site, people in moving.items():
            move(act.by_house(), people, site, act.day, "seen")
    return sum(map(len, moving.values()))


def _refuse_overfull(moving: Mapping[Site, Sequence[Person]]) -> None:
    there = dict(
        Person.objects.filter(site__in=list(moving))
        .values_list("site")
        .annotate(n=Count("pk"))
        .values_list("site", "n")
    )
    for site, people in moving.items():
        free = None if site.capacity is None else site.capacity - there.get(site.pk, 0)
        if free is not None and len(people) > free:
            raise Refused(
                "night_full",
                _("Free places at {place}: {free}. {count} people would come: take some of them elsewhere."),
                place=site.name_en,
                free=max(free, 0),
                count=len(people),
            )


def notify(act: Act, flight: Flight, of: NoticeOf, seats: Sequence[Seat]) -> list[Notice]:
    """Write down who must be told of a change: the people, place by place, their missions, carrier and authorities."""
    places: dict[str, int] = defaultdict(int)
    missions: dict[str, int] = defaultdict(int)
    with whole_house():
        # Where they are from tonight on: some were moved by this deed.
        now = Person.objects.filter(pk__in=[s.person_id for s in seats])
        codes = dict(now.values_list("pk", "site__code"))
    for seat in seats:
        places[codes.get(seat.person_id) or ""] += 1
        missions[seat.case.return_country] += 1
    told = [
        *((NoticeTo.PEOPLE, code, n) for code, n in sorted(places.items())),
        *((NoticeTo.MISSION, country, n) for country, n in sorted(missions.items())),
        (NoticeTo.OPERATOR, flight.operator, len(seats)),
        (NoticeTo.AUTHORITIES, flight.origin, len(seats)),
    ]
    return Notice.objects.bulk_create(
        [Notice(flight=flight, of=of, to=to, whom=whom, people=n, raised_at=act.at) for to, whom, n in told]
    )


@action("movements.tell_notice")
def tell_notice(act: Act, notice: Notice) -> Notice:
    """They have been told, by whoever says so."""
    held = Notice.objects.select_for_update(of=("self",)).select_related("flight").filter(pk=notice.pk).first()
    if held is None:
        raise Missing("no_notice", _("There is nothing such to tell."))
    if held.told_at:
        raise Refused("told_them", _("They were told already."))
    held.told_at, held.told_by = act.at, act.actor.account_id
    held.save()
    act.subject = held.flight.ref
    act.detail = {"of": held.of, "to": held.to}
    return held
