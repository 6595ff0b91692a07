"""Requests for release in the demonstration: one at each stage, and one that a centre refuses."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from darb.cases.models import Case, ReleaseRequest
from darb.cases.release_actions import (
    Brought,
    Decision,
    answer_release,
    hand_over_released,
    miss_release,
    request_release,
    schedule_release,
)
from darb.people.models import Person
from darb.places.models import DETAINING, Site
from darb.rules.roles import Role

from .journey import Journey
from .staff_list import NAMES

AUTHORITY = "Department for Combating Illegal Migration"
APPROVES = "Directorate of Release, Tripoli"
MOST, CENTRES = 14, 4
CARE = "TC-GDF"
RECEIVES = NAMES[Role.DC_LIAISON]


def tell(journey: Journey, today: date) -> None:
    """Of the centres with most of the group: one was at the gate yesterday, one is tomorrow, one only asked."""
    asked = _asked(journey, today - timedelta(days=5))
    for n, request in enumerate(asked[:2]):
        _approve(journey, request, today - timedelta(days=3), f"{today.year}/{journey.day:%j}{n + 1}")
        gate = _moment(today + timedelta(days=2 * n - 1), 9)
        schedule_release(
            journey.staff.act(Role.DC_LIAISON, _moment(today - timedelta(days=2))), request, gate, RECEIVES
        )
    if asked:
        _at_the_gate(journey, asked[0], today - timedelta(days=1))


def refuse(journey: Journey, today: date) -> None:
    """The centres refuse to hand anybody over."""
    for request in _asked(journey, today - timedelta(days=2)):
        liaison = journey.staff.act(Role.DC_LIAISON, _moment(today))
        answer_release(
            liaison, request, [Decision(pk, False, "The commander waits for an order") for pk in _lines(request)]
        )


def _asked(journey: Journey, day: date) -> list[ReleaseRequest]:
    """A request to each of the centres where most people of the group are."""
    liaison = journey.staff.act(Role.DC_LIAISON, _moment(day))
    where = dict(Person.objects.filter(pk__in=[c.person_id for c in journey.cases]).values_list("pk", "site_id"))
    held: dict[int, list[Case]] = defaultdict(list)
    for case in journey.cases:
        held[where[case.person_id]].append(case)
    centres = {s.pk: s for s in Site.objects.filter(pk__in=held, type__in=DETAINING)}
    order = sorted(centres, key=lambda pk: (-len(held[pk]), centres[pk].code))
    asked = order[:CENTRES]
    return [request_release(liaison, held[pk][:MOST], centres[pk], "voluntary_return", AUTHORITY) for pk in asked]


def _approve(journey: Journey, request: ReleaseRequest, day: date, number: str) -> None:
    liaison = journey.staff.act(Role.DC_LIAISON, _moment(day))
    decisions = [Decision(pk, True) for pk in _lines(request)]
    answer_release(liaison, request, decisions, approved_by=APPROVES, list_number=number)


def _at_the_gate(journey: Journey, request: ReleaseRequest, day: date) -> None:
    """One of them is no longer there; the others are taken over."""
    liaison = journey.staff.act(Role.DC_LIAISON, _moment(day, 10))
    *there, last = _lines(request)
    pictured = set(request.lines.exclude(person__photo_sha256="").values_list("pk", flat=True))
    brought = [
        Brought(pk, ("name", "photo" if pk in pictured else "document"), "telephone" if n % 3 == 0 else "")
        for n, pk in enumerate(there)
    ]
    if brought:
        hand_over_released(liaison, request, brought, Site.objects.get(code=CARE))
    miss_release(liaison, request, last, "other_person", reason="A man with the same given name was brought")


def _lines(request: ReleaseRequest) -> list[int]:
    return list(request.lines.order_by("pk").values_list("pk", flat=True))


def _moment(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
