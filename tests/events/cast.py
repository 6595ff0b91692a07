"""Who is called to sessions: people of one country, counselled and agreed, with their cases in process."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from darb.cases.actions import take_step
from darb.cases.counselling_actions import record_consents
from darb.cases.models import Case
from darb.events.actions import Plan, Report, close, plan, record_messages
from darb.events.consular_actions import call
from darb.events.link_actions import check_connectivity
from darb.events.models import Event
from darb.events.opening import Link
from darb.people.models import Consent
from darb.places.models import Site
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES, MANDATORY_MESSAGES
from darb.rules.roles import Role
from tests.cast import NOON, act_as, cases

GOOD_LINK = Link(3.1, 1.2, camera=True, sound=True, latency_ms=180, backup_power=True, fallback="second_sim")
BAD_LINK = Link(0.4, 0.2, camera=False, sound=True)


def site(code: str = "DC-SABHA") -> Site:
    """A site by its code."""
    return Site.objects.get(code=code)


def in_process(count: int, *, at: datetime = NOON, **told_as: Any) -> list[Case]:
    """Cases of Gambians in Sabha, counselled and agreed to everything, in process; born 1995 unless said otherwise."""
    told_as = {"nationality": "GMB", "site": "DC-SABHA", "born": date(1995, 5, 5)} | told_as
    opened = cases(count, at=at, **told_as)
    Case.objects.filter(pk__in=[c.pk for c in opened]).update(
        counselled=at.date(), counselled_for=told_as["nationality"], stage="counselled"
    )
    consents = [
        Consent(person=c.person, purpose=purpose, form="oral", language="man", given=at.date())
        for c in opened
        for purpose in CONSENT_PURPOSES
    ]
    agreed = record_consents(act_as(at=at), opened, consents)
    return take_step(act_as(at=at), agreed, "open_tracks")


def session(mode: str = "online", *, country: str = "GMB", at: datetime = NOON, where: str = "DC-SABHA") -> Event:
    """A consular session of today at ten, planned by the consular officer."""
    wanted = Plan("consular", site(where), at, mode, country=country, attendee="Mr Ceesay")
    return plan(act_as(Role.CONSULAR_OFFICER, at=at), wanted)


def outreach(where: str = "DC-TARIQ-SIKKA") -> Event:
    """An outreach session of Monday morning."""
    wanted = Plan("outreach", site(where), NOON, "dc_visit", team="Team of three", languages=("fra", "bam"))
    return plan(act_as(Role.OUTREACH_OFFICER), wanted)


def held(**told_as: Any) -> Event:
    """An outreach session of Monday morning that was reported on and closed: all four messages, 64 men, 64 cards."""
    event = outreach()
    report = {"messages": MANDATORY_MESSAGES, "audience": {"men": 64}, "card_batch": "TRP-0419", "cards": 64} | told_as
    record_messages(act_as(Role.OUTREACH_OFFICER), event, Report(**report))
    return close(act_as(Role.OUTREACH_OFFICER), event)


def called(count: int, **told_as: Any) -> tuple[Event, list[Case]]:
    """An online session whose link holds, and so many Gambians called to it; not open yet."""
    planned, people = session(), in_process(count, **told_as)
    call(act_as(Role.CONSULAR_OFFICER), planned, people)
    check_connectivity(act_as(Role.MOBILE_TEAM_MEMBER, at=morning()), planned, GOOD_LINK)
    return planned, people


def morning(hour: int = 6, minute: int = 10) -> datetime:
    """Ten past eight in the mission, on the day of the tests."""
    return datetime(2019, 5, 6, hour, minute, tzinfo=UTC)
