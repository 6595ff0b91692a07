"""The cast: staff with their roles, people with their stories, and the ground they stand on.

Salma registers in Tripoli, Amadou counsels, Dr Huda examines, Yusuf plans flights, and so on. A test
acts as one of them: `register(act(salma), [...])`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from darb.cases.actions import Opening, Sat, open_cases, take_step
from darb.cases.models import Case
from darb.people.actions import register
from darb.people.models import Person
from darb.people.registration import Registration, ToldName
from darb.places.actions import lay_ground as lay_places
from darb.rules.roles import LABELS, Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.actor import Actor
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for

PASSWORD = "a path home for all"
TODAY = date(2019, 5, 6)
NOON = datetime(2019, 5, 6, 10, 0, tzinfo=UTC)
VHR = "voluntary-return"

PANEL = (Sat("Hana", "IOM"), Sat("Omar", "UNHCR"), Sat("Salwa", "Social Affairs"))
"""Three of different organisations, who determine the best interests of a child."""

# One account for each role, named after it, reaching everywhere; receiving missions reach their own office.
STAFF = {role: role.value for role in Role}


def lay_ground() -> None:
    """Places, and one account for each role. Runs once, into the template database."""
    with acting(HOUSE):
        lay_places(Act(HOUSE, NOON))
        for role, username in STAFF.items():
            open_account(Act(HOUSE, NOON), username, LABELS[role], PASSWORD)
            office = "NER" if role == Role.RECEIVING_MISSION_OFFICER else ""
            grant(Act(HOUSE, NOON), username, [role], office=office)


def actor(*roles: Role) -> Actor:
    """The member of staff with these roles (one account a role; several roles are put together)."""
    actors = [actor_for(Account.objects.get(username=STAFF[r])) for r in roles]
    reach = {r: a.reach[r] for a, r in zip(actors, roles, strict=True)}
    return Actor(actors[0].account_id, actors[0].name, "en", reach)


def act_as(*roles: Role, at: datetime = NOON, key: UUID | None = None) -> Act:
    """A deed by staff with `roles`, or by the house where none is named."""
    return Act(actor(*roles) if roles else HOUSE, at, key)


def on(day: date) -> datetime:
    """Ten in the morning, UTC, of `day`."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def in_days(days: int) -> date:
    """So many days after today."""
    return TODAY + timedelta(days=days)


@pytest.fixture
def house(db: Any) -> Iterator[Actor]:
    """Inside a transaction that sees the whole mission."""
    with acting(HOUSE):
        yield HOUSE


@pytest.fixture
def seen_by() -> Callable[[Actor], Any]:
    """`with seen_by(actor):` sees what that actor may see, whatever was in sight before."""
    return acting


def told(
    given: str = "Ibrahim",
    *,
    father: str = "Moussa",
    family: str = "Keita",
    sex: str = "M",
    nationality: str = "MLI",
    born: date | None = date(1997, 3, 4),
    site: str = "DC-TARIQ-SIKKA",
    script: str = "L",
    **more: Any,
) -> Registration:
    """A registration: Ibrahim Moussa Keita of Mali, 22, met at the Tariq al-Sikka centre, unless said otherwise."""
    return Registration(
        names=[ToldName(script, given, father, family)],
        sex=sex,
        nationality=nationality,
        birth_date=born,
        site=site,
        **more,
    )


def person(**told_as: Any) -> Person:
    """A person registered by the house."""
    return register(act_as(), [told(**told_as)])[0]


def case(stage: str = "registered", *, at: datetime = NOON, **told_as: Any) -> Case:
    """A case of a newly registered person, going home from Mitiga. Stages: expressed_interest or registered."""
    return cases(1, stage, at=at, **told_as)[0]


def cases(count: int, stage: str = "registered", *, at: datetime = NOON, **told_as: Any) -> list[Case]:
    """As `case`, many at once."""
    act = act_as(at=at)
    people = register(act, [told(**told_as) for _n in range(count)])
    opened = open_cases(
        act, VHR, [Opening(p, p.nationality, return_airport="", departure_airport="MJI") for p in people]
    )
    return take_step(act_as(at=at), opened, "register") if stage == "registered" else opened


def client_for(role: Role) -> Client:
    """A browser in which the member of staff with `role` is signed in."""
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[role]))
    return client


@pytest.fixture
def rolled_back(db: Any) -> Iterator[None]:
    """A savepoint that is undone at the end, for tests that break things on purpose."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
