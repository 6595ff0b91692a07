"""Nobody sees what they need not: row-level security, tried as the application's own role."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from darb.care.actions import Outcome, examine, list_contacts
from darb.cases.actions import Spoken, record_encounters
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Case, Encounter
from darb.cases.reading import facts_for
from darb.people.actions import record_stay, register
from darb.people.models import Name, Person, Stay
from darb.people.queries import find
from darb.places.models import Site
from darb.rules.refusal import Forbidden
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.context import acting, unsealed, whole_house
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from darb.trust.scopes import scoped_models
from tests.cast import NOON, TODAY, act_as, actor, case, in_days, person, told


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
    sealed = {"care_exam", "care_contact", "cases_asylumconcern", "cases_encounter", "cases_referral"}
    for name, state in found.items():
        assert state == (True, ["app", "backup", "owner", *(["sealed"] if name in sealed else [])]), name


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


# The second wall: classes of data ---------------------------------------------------------------------

FINDING = "caverns in the left lung"
CLASSES = {"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10"}


def counted(table: str) -> int:
    """How many rows of `table` the database itself gives to whoever acts now."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


def in_sight() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(nullif(current_setting('darb.classes', true), ''), '{}')::text[]")
        return set(cursor.fetchone()[0])


@pytest.fixture
def ill(house):
    """Somebody on a public-health hold, whose brother is listed as a contact."""
    one, brother = case(given="Fatima", sex="F"), case(given="Oumar")
    exam = examine(act_as(Role.PHYSICIAN), one, {"notes": FINDING}, Outcome("FTT-5", in_days(30), disease="tb"))
    list_contacts(act_as(Role.PHYSICIAN), exam, [brother], kept=False)
    return one


@pytest.mark.parametrize(
    ("role", "rows"),
    [
        (Role.PHYSICIAN, 1),
        (Role.NURSE, 1),
        (Role.VHR_CASEWORKER, 0),
        (Role.PROTECTION_LEAD, 0),
        (Role.MOVEMENT_OFFICER, 0),
        (Role.CHIEF_OF_MISSION, 0),
        (Role.MHPSS_COUNSELLOR, 0),
    ],
)
def test_the_database_gives_a_finding_to_medical_staff_alone(ill, seen_by, role, rows):
    with seen_by(actor(role)):
        assert (counted("care_exam"), counted("care_contact")) == (rows, rows)
        with connection.cursor() as cursor:
            cursor.execute("update care_exam set disease = '' where true")
            assert cursor.rowcount == rows
            cursor.execute("delete from care_contact")
            assert cursor.rowcount == rows


@pytest.mark.parametrize(
    ("of", "reader", "others"),
    [
        ("D4", Role.PHYSICIAN, [Role.VHR_CASEWORKER, Role.PROTECTION_LEAD, Role.MHPSS_COUNSELLOR]),
        ("D5", Role.MHPSS_COUNSELLOR, [Role.VHR_CASEWORKER, Role.PROTECTION_LEAD, Role.PHYSICIAN]),
        ("D6", Role.PROTECTION_CASEWORKER, [Role.VHR_CASEWORKER, Role.PHYSICIAN, Role.CONSULAR_OFFICER]),
        ("D7", Role.CHILD_PROTECTION_OFFICER, [Role.VHR_CASEWORKER, Role.MOVEMENT_OFFICER]),
    ],
)
def test_a_conversation_is_read_by_those_of_its_class_and_written_by_whoever_heard_it(
    house, seen_by, of, reader, others
):
    heard = case()
    writer = Role.VHR_CASEWORKER
    with seen_by(actor(writer)):
        record_encounters(act_as(writer), [Spoken(heard, "conversation", "fra", {"note": FINDING}, data_class=of)])
    for role in others:
        with seen_by(actor(role)):
            assert counted("cases_encounter") == 0, role
    with seen_by(actor(reader)):
        assert Encounter.objects.get().answers == {"note": FINDING}


def test_a_wish_for_protection_is_a_row_for_protection_alone_though_caseworkers_reach_the_case(house, seen_by):
    hodan = case(given="Hodan", sex="F", nationality="SOM")
    raise_asylum_concern(act_as(Role.VHR_CASEWORKER), hodan, "conversation", words="my husband's killers are there")
    with seen_by(actor(Role.VHR_CASEWORKER)):
        assert Case.objects.filter(pk=hodan.pk).exists()
        assert counted("cases_asylumconcern") == 0
        assert facts_for([hodan])[hodan.pk].asylum_concern, "travel stops, whoever has it judged"
    with seen_by(actor(Role.PROTECTION_LEAD)):
        assert counted("cases_asylumconcern") == 1


def test_sight_that_was_widened_is_narrow_again_afterwards(house, seen_by):
    amadou = actor(Role.VHR_CASEWORKER)
    with seen_by(amadou):
        before = in_sight()
        assert before == {"D1", "D2", "D3"}
        with unsealed():
            assert in_sight() == CLASSES
            with whole_house():
                assert in_sight() == CLASSES
        assert in_sight() == before
        with whole_house():
            assert in_sight() == CLASSES
        assert in_sight() == before
