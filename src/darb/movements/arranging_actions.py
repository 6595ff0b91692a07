"""Writes about what a flight is hired with: contract, crew doctor, who meets it, which projects bear its cost."""

from __future__ import annotations

from collections.abc import Sequence

from darb.rules.refusal import Invalid, Refused
from darb.rules.shares import WHOLE
from darb.rules.words import _
from darb.trust.action import Act, action

from .actions import hold_flight
from .models import CostShare, Flight, FlightState, Reception

MOST_PROJECTS = 10
DONE = frozenset({FlightState.CLOSED, FlightState.CANCELLED, FlightState.TURNED_BACK})
"""States of a flight about which nothing is arranged any more."""


@action("movements.arrange_flight")
def arrange_flight(act: Act, flight: Flight, *, contract: str, crew_doctor: str, expected: int | None = None) -> Flight:
    """Keep the number of the charter contract and the name of the doctor who flies with the crew; empty: none."""
    held = _open(act, flight, expected)
    held.contract, held.crew_doctor = contract.strip()[:60], crew_doctor.strip()[:80]
    held.version += 1
    held.save()
    act.detail = {"contract": bool(held.contract), "crew_doctor": bool(held.crew_doctor)}
    return held


@action("movements.plan_reception")
def plan_reception(act: Act, flight: Flight, airport: str, met_by: str, plan: str = "") -> Reception:
    """Say who meets a flight at one of its stops (`airport`: where a leg lands), and what is arranged there."""
    held = _open(act, flight)
    if not held.legs.filter(destination=airport).exists():
        raise Invalid("no_such_stop", _("This flight doesn't land at {airport}."), field="met_by", airport=airport)
    if not met_by.strip():
        raise Invalid("nobody_meets", _("Write who meets them there: a name, an office, a phone."), field="met_by")
    row, _made = Reception.objects.update_or_create(
        flight=held, airport=airport, defaults={"met_by": met_by.strip()[:120], "plan": plan.strip()[:400]}
    )
    act.detail = {"airport": airport}
    return row


@action("movements.share_cost")
def share_cost(act: Act, flight: Flight, shares: Sequence[tuple[str, int]]) -> list[CostShare]:
    """Say which projects bear the cost of a flight: (code, hundredths of it), together a hundred; none: not told yet.

    What was said before is replaced. A closed flight keeps its shares.
    """
    held = _open(act, flight)
    codes = [project.strip().upper() for project, _percent in shares]
    if not all(codes):
        raise Invalid("no_project", _("Write the code of each project."), field="project_1")
    if len(set(codes)) < len(codes):
        raise Invalid("project_twice", _("A project stands here twice: add its shares up."), field="project_1")
    if len(codes) > MOST_PROJECTS:
        raise Invalid(
            "many_projects", _("At most {most} projects share a flight."), field="project_1", most=MOST_PROJECTS
        )
    percents = [percent for _project, percent in shares]
    if any(not 0 < percent <= WHOLE for percent in percents) or (shares and sum(percents) != WHOLE):
        raise Invalid(
            "not_whole",
            _("The shares make {sum} of 100: correct them until they make 100."),
            field="percent_1",
            sum=sum(percents),
        )
    CostShare.objects.filter(flight=held).delete()
    act.detail = {"projects": codes}
    return CostShare.objects.bulk_create(
        [CostShare(flight=held, project=code, percent=n) for code, n in zip(codes, percents, strict=True)]
    )


def _open(act: Act, flight: Flight, expected: int | None = None) -> Flight:
    held = hold_flight(act, flight, expected)
    if held.state in DONE:
        raise Refused("flight_done", _("This flight is closed, or never came: nothing is arranged for it any more."))
    return held
