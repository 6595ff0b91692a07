"""Household kits where some wait: last week's distribution is closed and accounted for, today's is going on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from darb.assistance.distribution_actions import (
    Handed,
    close_distribution,
    hand_out,
    list_families,
    open_distribution,
    plan_distribution,
)
from darb.assistance.models import Distribution
from darb.assistance.partner_actions import keep_agreement
from darb.people.models import Person
from darb.rules.roles import Role

from .journey import Journey

PARTNER = "Al-Amal Society, Tripoli"
LEFT_OVER = 6
SERVED_TODAY = 3
RECEIPTS = ("signature", "thumbprint", "witness")


def tell(journey: Journey, today: date) -> None:
    """Tell both, at the place where most of the group are, to those who are there."""
    people = list(
        Person.objects.filter(pk__in=[c.person_id for c in journey.cases]).select_related("site").order_by("pk")
    )
    site = Counter(p.site for p in people if p.site).most_common(1)[0][0]
    there = [p for p in people if p.site == site]
    signed = today - timedelta(days=200)
    manager = journey.staff.act(Role.PROGRAMME_MANAGER, _moment(signed, 10))
    keep_agreement(manager, PARTNER, signed, today + timedelta(days=165), f"LY/{signed.year}/12")
    last_week = _held(journey, today - timedelta(days=7), "hygiene_kit", there, PARTNER)
    _serve(journey, last_week, there)
    lead = journey.staff.act(Role.DISTRIBUTION_LEAD, _moment(last_week.day, 15))
    last_week.refresh_from_db()
    left = last_week.loaded - last_week.issued
    close_distribution(lead, last_week, left - 1, 1, "One fell into the water")
    _serve(journey, _held(journey, today, "household_kit", there), there[:SERVED_TODAY])


def _held(journey: Journey, day: date, item: str, people: list[Person], partner: str = "") -> Distribution:
    lead = journey.staff.act(Role.DISTRIBUTION_LEAD, _moment(day, 7))
    assert people[0].site is not None
    made = plan_distribution(lead, people[0].site, day, item, project="HUM-0417", partner=partner)
    shares = list_families(lead, made, [p.pk for p in people])
    return open_distribution(lead, made, len(shares) + LEFT_OVER, carrier="Salem Omar, 5-18802")


def _serve(journey: Journey, held: Distribution, people: list[Person]) -> None:
    """Whoever signs for a family gets one."""
    lead = journey.staff.act(Role.DISTRIBUTION_LEAD, _moment(held.day, 8))
    signing = set(held.shares.values_list("person", flat=True))
    for n, person in enumerate(p for p in people if p.pk in signing):
        hand_out(lead, held, person, Handed(1, RECEIPTS[n % len(RECEIPTS)]))


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
