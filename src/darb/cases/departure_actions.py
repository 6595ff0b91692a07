"""Writes about where people leave from, many at once."""

from __future__ import annotations

from collections.abc import Sequence

from darb.trust.action import Act, action
from darb.trust.copying import change_in

from .actions import hold
from .models import Case


@action("cases.set_departures")
def set_departures(act: Act, cases: Sequence[Case], airport: str) -> list[Case]:
    """Have many people leave from another airport (IATA). Gates bound to it turn red by themselves."""
    held = hold(act, [c.pk for c in cases])
    for case in held:
        case.departure_airport = airport
        case.version += 1
    change_in(held, ["departure_airport", "version"])
    act.persons = [c.person_id for c in held]
    act.detail = {"departure_airport": airport, "count": len(held)}
    return held
