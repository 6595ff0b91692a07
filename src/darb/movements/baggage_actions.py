"""Writes about bags: tagged beside their owner at departure, matched on arrival. B7 is passed by it."""

from __future__ import annotations

from collections.abc import Sequence

from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in, copy_in

from .actions import hold_flight, hold_seats
from .boarding import TAGGED
from .boarding_actions import CHECKED_IN, Checked, check_boarding
from .models import Flight, FlightState, Seat, Tag

MOST_BAGS = 10
ARRIVING = frozenset({FlightState.OFF_BLOCKS, FlightState.LANDED, FlightState.RECONCILED})


@action("movements.tag_baggage")
def tag_baggage(act: Act, flight: Flight, seat: int, numbers: Sequence[str]) -> Seat:
    """Write down the numbers of the tags on one passenger's bags; none says that they have no bags. B7 is passed."""
    held = hold_flight(act, flight)
    if held.state not in CHECKED_IN:
        raise Refused("no_checks", _("Passengers of this flight aren't checked now."))
    row = hold_seats(act, held, [seat])[0]
    told = _numbers(numbers)
    if len(told) > MOST_BAGS:
        raise Invalid("many_bags", _("One person has at most {most} bags."), field="tags", most=MOST_BAGS)
    twice = Tag.objects.filter(flight=held, number__in=told).exclude(seat=row).first()
    if twice:
        raise Invalid("tag_twice", _("Tag {number} is on another bag already."), field="tags", number=twice.number)
    there = set(Tag.objects.filter(seat=row).values_list("number", flat=True))
    copy_in(
        [
            Tag(scope_id=row.scope_id, flight=held, seat=row, person_id=row.person_id, number=n, tagged_at=act.at)
            for n in told
            if n not in there
        ]
    )
    check_boarding(act, held, [Checked(row.pk, TAGGED)])
    act.persons = [row.person_id]
    act.detail = {"bags": len(there | set(told))}
    return Seat.objects.get(pk=row.pk)


@action("movements.match_baggage")
def match_baggage(act: Act, flight: Flight, numbers: Sequence[str]) -> list[Tag]:
    """These tags came off the aircraft. A number that isn't of this flight is refused, and nothing is written."""
    held = hold_flight(act, flight)
    if held.state not in ARRIVING:
        raise Refused("not_gone_yet", _("Bags are matched once the flight has left."))
    told = _numbers(numbers)
    rows = list(Tag.objects.select_for_update().filter(flight=held, number__in=told).order_by("pk"))
    unknown = set(told) - {t.number for t in rows}
    if unknown or not told:
        raise Missing(
            "no_such_tag",
            _("Tag {number} isn't of a bag that was counted in on this flight."),
            number=min(unknown, default="–"),
        )
    act.within({t.scope_id for t in rows})
    fresh = [t for t in rows if t.matched_at is None]
    for tag in fresh:
        tag.matched_at = act.at
    change_in(fresh, ["matched_at"])
    act.persons = [t.person_id for t in rows]
    act.detail = {"matched": len(fresh)}
    return rows


def _numbers(told: Sequence[str]) -> list[str]:
    """As tags show them: capitals and digits, each once, in the order told."""
    return list(dict.fromkeys(n for text in told if (n := "".join(c for c in text.upper() if c.isalnum()))))
