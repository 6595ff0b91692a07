"""The one door of writing: whole or not at all, once a key, with a record."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction

from darb.people.actions import register
from darb.people.models import Person
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from darb.trust.action import REGISTRY, AlreadyDone, action
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as, in_days, told


def test_the_log_says_who_when_what_and_on_whom(house):
    act = act_as(Role.REGISTRATION_CLERK)
    person = register(act, [told()])[0]
    row = ActionLog.objects.latest("id")
    assert (row.account_id, row.at) == (act.actor.account_id, NOON)
    assert (row.action, row.persons) == ("people.register", [person.pk])
    assert "Ibrahim" not in str(row.detail), "identifiers and codes only"


def test_a_role_without_the_power_is_refused(house):
    with pytest.raises(Forbidden) as refused:
        register(act_as(Role.PHYSICIAN), [told()])
    assert refused.value.refusal.code == "no_power"


def test_a_key_works_once(house):
    key = uuid4()
    person = register(act_as(key=key), [told()])[0]
    with pytest.raises(AlreadyDone) as again:
        register(act_as(key=key), [told()])
    assert again.value.subject == person.ref
    assert Person.objects.filter(name=person.name).count() == 1


def test_a_refused_deed_gives_its_key_back(house):
    key = uuid4()
    with pytest.raises(Invalid):
        register(act_as(key=key), [told(born=in_days(2))])
    assert register(act_as(key=key), [told()])


def test_an_action_within_another_is_given_the_act_that_it_is_part_of(house):
    """With an act of its own it would take its turns out of order, and two such deeds would wait for each other."""

    @action("people.register")
    def outer(act, inner):
        return register(inner, [told()])

    REGISTRY["people.register"] = register
    with pytest.raises(RuntimeError, match=r"people\.register was called"):
        outer(act_as(), act_as())
    assert not Person.objects.exists()
    act = act_as()
    assert outer(act, act.by_house()) and register(act_as(), [told()]), "part of it, or afterwards, it may"


def test_the_log_only_grows(house, rolled_back):
    register(act_as(), [told()])
    with pytest.raises(DatabaseError), transaction.atomic():
        ActionLog.objects.update(account_id=7)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActionLog.objects.all().delete()


def test_eight_at_once_with_one_key_register_one_person(committed, django_db_blocker):
    key, done, refused = uuid4(), [], []

    def try_it():
        try:
            with acting(HOUSE):
                done.append(register(act_as(key=key), [told(given="Zahra", sex="F")]))
        except AlreadyDone as again:
            refused.append(again.subject)
        finally:
            connections.close_all()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=try_it) for _n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with acting(HOUSE):
            assert Person.objects.filter(name__startswith="Zahra").count() == 1
    assert len(done) == 1
    assert refused == [done[0][0].ref] * 7
