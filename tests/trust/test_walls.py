"""Nobody sees what they need not: row-level security, tried as the application's own role."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Case
from darb.people.actions import record_stay, register
from darb.people.models import Name, Person, Stay
from darb.people.queries import find
from darb.places.models import Site
from darb.rules.refusal import Forbidden
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from darb.trust.scopes import scoped_models
from tests.cast import NOON, TODAY, act_as, actor, case, person, told


@pytest.fixture
def salma(house):
    """Registers in Zuwara alone."""
    open_account(act_as(), "salma", "Salma", "a long enough one")
    grant(act_as(), "salma", [Role.REGISTRATION_CLERK], site="DC-ZUWARA")
    return actor_for(Account.objects.get(username="salma"))


def test_tests_run_as_the_applications_role_which_is_no_superuser_and_owns_nothing(house):
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("darb_app", False, False)
        cursor.execute("select count(*) from pg_class where relowner = 'darb_app'::regrole")
        assert cursor.fetchone() == (0,)


def test_every_scoped_table_is_walled_with_just_the_three_policies(house):
    tables = {m._meta.db_table for m in scoped_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, c.relrowsecurity and c.relforcerowsecurity,"
            " array_agg(p.polname::text order by p.polname)"
            " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'scope_id' and c.relkind = 'r'"
            " left join pg_policy p on p.polrelid = c.oid where c.relnamespace = 'public'::regnamespace group by 1, 2"
        )
        found = {name: (walled, policies) for name, walled, policies in cursor.fetchall()}
    assert set(found) == tables
    assert all(state == (True, ["app", "backup", "owner"]) for state in found.values()), found


def test_without_a_word_on_who_asks_nothing_is_seen(db):
    with acting(HOUSE):
        person()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('darb.scopes', '', true)")
        cursor.execute("select count(*) from people_person")
        assert cursor.fetchone() == (0,)


def test_a_clerk_at_one_site_sees_that_site_alone(salma, seen_by):
    here, there = person(site="DC-ZUWARA"), person(site="DC-TAJOURA")
    with seen_by(salma):
        assert list(Person.objects.all()) == [here]
        assert [n.person_id for n in Name.objects.all()] == [here.pk]
        assert find(salma, "Ibrahim") == [here]
        assert not find(salma, there.ref)


def test_a_clerk_registers_only_where_their_role_reaches(salma, seen_by):
    with seen_by(salma):
        assert register(Act(salma, NOON), [told(site="DC-ZUWARA")])
        with pytest.raises(Forbidden):
            register(Act(salma, NOON), [told(site="DC-TAJOURA")])
        with pytest.raises(DatabaseError), transaction.atomic():
            Person.objects.update(scope_id=0)


def test_when_a_person_moves_every_row_about_them_moves_along(salma, seen_by):
    traveller = case(site="DC-TAJOURA").person
    record_stay(act_as(), traveller, Site.objects.get(code="DC-ZUWARA"), TODAY, "seen")
    with seen_by(salma):
        assert Person.objects.get() == traveller
        assert Case.objects.get().person_id == traveller.pk
        assert Stay.objects.count() == 2
        for model in scoped_models():
            if model.person_column:
                rows = model.objects.filter(**{model.person_column: traveller.pk})
                assert set(rows.values_list("scope_id", flat=True)) <= salma.scopes, model


def test_a_person_who_fears_return_has_no_file_for_those_who_may_not_know(house, seen_by):
    hodan = case(given="Hodan", sex="F", nationality="SOM", site="TOWN-BANI-WALID")
    officer, lead = actor(Role.CONSULAR_OFFICER), actor(Role.PROTECTION_LEAD)
    with seen_by(officer):
        assert find(officer, "Hodan")
    with acting(actor(Role.MOBILE_TEAM_MEMBER)):
        raise_asylum_concern(act_as(Role.MOBILE_TEAM_MEMBER), hodan, "outreach", words="my husband's killers are there")
    with seen_by(officer):
        assert not find(officer, "Hodan")
        assert not Case.objects.filter(pk=hodan.pk).exists()
        for model in scoped_models():
            if model.person_column:
                assert not model.objects.filter(**{model.person_column: hodan.person_id}).exists(), model
    with seen_by(lead):
        assert find(lead, "Hodan")
