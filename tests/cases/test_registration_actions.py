"""Registering with cases in one deed: whole or not at all, and in sets."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.cases.models import Case
from darb.cases.registration_actions import Telling, register_with_cases
from darb.people.models import Membership, Person
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from darb.trust.action import AlreadyDone
from tests.cast import VHR, act_as, told


def families(count: int) -> list[Telling]:
    """So many fathers, each with a son of the same family, and one man alone."""
    pairs = [
        Telling(told(given=f"Musa{n}" if relation == "son" else f"Ali{n}"), family=f"f{n}", relation=relation)
        for n in range(count)
        for relation in ("head", "son")
    ]
    return [*pairs, Telling(told(given="Ibrahim"), departure_airport="MJI")]


def test_cases_come_in_the_order_of_what_was_told_and_families_hold_together(house):
    tellings = families(3)
    made = register_with_cases(act_as(Role.REGISTRATION_CLERK), VHR, tellings)
    assert [c.person.name.split()[0] for c in made] == [t.registration.names[0].given for t in tellings]
    assert {c.stage for c in made} == {"registered"}
    assert {c.return_country for c in made} == {"MLI"}
    for head, son in zip(made[0:6:2], made[1:6:2], strict=True):
        groups = set(Membership.objects.filter(person__in=[head.person, son.person]).values_list("group", flat=True))
        assert len(groups) == 1
    assert not Membership.objects.filter(person=made[-1].person).exists()


def test_one_bad_telling_registers_nobody(house):
    bad = Telling(told(site="ATLANTIS"))
    with pytest.raises(Invalid):
        register_with_cases(act_as(), VHR, [*families(1), bad])
    assert not Person.objects.exists()


def test_a_family_without_a_head_registers_nobody(house):
    with pytest.raises(Invalid):
        register_with_cases(
            act_as(), VHR, [Telling(told(given=name), family="f", relation="son") for name in ("Musa", "Ali")]
        )
    assert not Person.objects.exists()


def test_the_same_key_registers_once(house):
    key = uuid4()
    register_with_cases(act_as(key=key), VHR, families(1))
    with pytest.raises(AlreadyDone):
        register_with_cases(act_as(key=key), VHR, families(1))
    assert Case.objects.count() == 3


def test_who_registers_nobody_may_not_do_it_through_here(house):
    with pytest.raises(Forbidden):
        register_with_cases(act_as(Role.CONSULAR_OFFICER), VHR, families(1))


def test_many_families_ask_the_database_as_often_as_a_few(house):
    def asked(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            register_with_cases(act_as(), VHR, families(count))
        return len(queries)

    # Large sets go in through a temporary table, and readiness reads families: both in a fixed number of statements.
    assert asked(300) <= asked(120) + 5
