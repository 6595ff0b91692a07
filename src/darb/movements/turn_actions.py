"""Writes about several turns of one aircraft on one day: there, home, and off again with the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from darb.places.queries import airport
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act, action

from .flight_actions import Hop, plan_flight
from .models import Flight
from .plan_keeping import terms

MOST_TURNS = 6
LONGEST_CODE = 10
"""Letters of a flight's code to which the number of a turn can be added."""


@action("movements.plan_turns")
def plan_turns(act: Act, code: str, hops: Sequence[Hop], turns: int, **told: Any) -> list[Flight]:
    """Plan a flight (`plan_flight` says what is `told`) and, that day, the same again as soon as the aircraft is back:
    it flies home as long as it flew out, and stands as long as the mission's terms say at both ends.

    Each turn is a flight with a manifest of its own, named after the first: DB 101, DB 101-2, and so on.
    """
    first = plan_flight(act, code, hops, **told)
    if not 1 <= turns <= MOST_TURNS:
        raise Invalid(
            "bad_turns", _("An aircraft leaves from 1 to {most} times a day."), field="turns", most=MOST_TURNS
        )
    if turns > 1 and len(first.code) > LONGEST_CODE:
        raise Invalid(
            "long_code",
            _("Write a shorter code, of up to {most} letters: the number of each turn is added to it."),
            field="code",
            most=LONGEST_CODE,
        )
    again = 2 * (hops[-1].arrives_at - hops[0].departs_at + timedelta(minutes=terms().turnaround_minutes))
    zone = ZoneInfo(airport(first.origin)["tz"])  # type: ignore[index]
    day = first.departs_at.astimezone(zone).date()
    on_time = [n for n in range(MOST_TURNS) if (first.departs_at + again * n).astimezone(zone).date() == day]
    if turns > len(on_time):
        raise Invalid(
            "back_too_late",
            _("The aircraft isn't back in time: on that day it can leave {most} times at most."),
            field="turns",
            most=len(on_time),
        )
    flights = [first]
    for n in range(1, turns):
        later = [
            replace(hop, departs_at=hop.departs_at + again * n, arrives_at=hop.arrives_at + again * n) for hop in hops
        ]
        flights.append(plan_flight(act, f"{first.code}-{n + 1}", later, **told))
    act.subject = first.ref
    act.detail = {"turns": turns, "flights": [f.ref for f in flights]}
    return flights
