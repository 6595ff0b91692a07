"""Which of the boarding checks are asked of a passenger, and which still stand open. Pure but for one read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from darb.cases.models import Verdict
from darb.cases.pathways import pathway
from darb.programmes.voluntary_return_gates import PRE_EMBARKATION_CHECK_LASTS
from darb.rules.pathway import BoardingCheck

from .models import Flight, HealthMeasures, Seat
from .reading import INFANT

HEALTH, LINKED, ESCORTED, STAMPED, TAGGED = "B2", "B4", "B5", "B6", "B7"
WITH_SOMEBODY = frozenset({"escort", "nurse_escort", "doctor_escort"})
HERE = "LBY"


def escorted_cases(cases: Collection[int]) -> set[int]:
    """Of these cases, those whose clearance asks for an escort. One query."""
    verdicts = Verdict.objects.filter(case__in=cases, superseded_at=None, conditions__overlap=sorted(WITH_SOMEBODY))
    return set(verdicts.values_list("case_id", flat=True))


Measures = Mapping[str, HealthMeasures]
"""By country of return, what health asks of those who go there."""


def before(seat: Seat) -> tuple[BoardingCheck, ...]:
    """What the pre-departure day asks of this passenger beside what boarding does."""
    return tuple(c for c in pathway(seat.case.programme).pre_departure if not c.measure)


def asked(seat: Seat, escorted: bool, measures: Measures) -> tuple[BoardingCheck, ...]:
    """The checks that this passenger must pass before boarding, in order."""
    declared = pathway(seat.case.programme)
    profile = measures.get(seat.case.return_country)
    health = [c for c in declared.pre_departure if profile and c.measure in profile.measures]
    skipped = {
        LINKED: INFANT not in seat.service_codes.split(),
        ESCORTED: not (escorted or seat.escort),
        STAMPED: seat.case.return_country == HERE,
        TAGGED: seat.lap_of_id is not None,
    }
    return (*health, *(c for c in declared.boarding if not skipped.get(c.code, False)))


def passed(flight: Flight, seat: Seat, code: str) -> bool:
    """Whether a check was passed, and in time: the health check within 72 hours before departure."""
    check: dict[str, Any] = seat.checks.get(code, {})
    if not check.get("passed"):
        return False
    if code != HEALTH:
        return True
    return datetime.fromisoformat(check["at"]) >= flight.departs_at - PRE_EMBARKATION_CHECK_LASTS


def open_checks(flight: Flight, seat: Seat, escorted: bool, measures: Measures) -> tuple[BoardingCheck, ...]:
    """The checks that this passenger hasn't passed yet."""
    return tuple(c for c in asked(seat, escorted, measures) if not passed(flight, seat, c.code))
