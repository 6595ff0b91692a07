"""Registering people, moving them, and what they agree to."""

from __future__ import annotations

from datetime import date

import pytest

from darb.people.actions import (
    correct,
    form_group,
    give_consents,
    join_group,
    leave_group,
    mark_left,
    move,
    record_documents,
    register,
    take_photos,
    withdraw_consents,
)
from darb.people.models import Consent, Document, Membership, Name, Person, Phone, Stay, Token
from darb.people.queries import find
from darb.people.registration import ToldName, ToldPhone
from darb.places.models import Site
from darb.rules.refusal import Invalid, Stale
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.models import Account, ActionLog
from darb.trust.queries import actor_for
from tests.cast import NOON, TODAY, act_as, in_days, person, told


def test_a_registration_keeps_names_phones_and_place_in_one_deed(house):
    ibrahim = register(
        act_as(),
        [
            told(
                phones=[ToldPhone("+218 91 234 5678", "guard", safe_to_call=True)],
            )
        ],
    )[0]
    assert ibrahim.name == "Ibrahim Moussa Keita"
    assert Name.objects.get(person=ibrahim).father == "Moussa"
    assert Stay.objects.get(person=ibrahim).place.code == ibrahim.site.code
    assert not Phone.objects.get(person=ibrahim).safe_to_call, "a guard's phone is never safe to call"
    assert set(Token.objects.filter(person=ibrahim).values_list("token", flat=True)) >= {"ibrahim", "moussa", "keita"}
    assert ActionLog.objects.get(action="people.register").persons == [ibrahim.pk]


def test_many_are_registered_at_once_or_nobody(house):
    before = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        register(act_as(), [told() for _n in range(149)] + [told(born=in_days(1))])
    assert refused.value.field == "birth_date"
    assert Person.objects.count() == before
    assert len(register(act_as(), [told() for _n in range(150)])) == 150
    assert Person.objects.count() == before + 150


def test_whoever_left_the_country_is_at_no_site_any_more_and_their_stays_stay_known(house):
    ibrahim = person()
    assert mark_left(act_as(), [ibrahim.pk]) == 1
    ibrahim.refresh_from_db()
    assert ibrahim.site is None
    assert Stay.objects.get(person=ibrahim).place.code == "DC-TARIQ-SIKKA"


# What can't be right is refused in one sentence, and nothing is kept ------------------------------------


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"born": in_days(1)}, "born_in_future", "birth_date"),
        ({"born": TODAY.replace(year=1890)}, "born_too_early", "birth_date"),
        ({"stay_since": in_days(1)}, "stay_in_future", "stay_since"),
        ({"given": "  "}, "no_name", "given"),
        ({"given": "I" * 61}, "name_too_long", "given"),
        ({"sex": "X"}, "bad_sex", "sex"),
        ({"nationality": "XXX"}, "no_country", "nationality"),
        ({"phones": [ToldPhone("12")]}, "bad_phone", "phone"),
    ],
)
def test_what_cant_be_right_is_refused_at_its_field(house, wrong, code, field):
    before = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        register(act_as(), [told(**wrong)])
    assert (refused.value.refusal.code, refused.value.field) == (code, field)
    assert Person.objects.count() == before


def test_a_corrected_birth_date_still_to_come_is_refused(house):
    ibrahim = person()
    with pytest.raises(Invalid) as refused:
        correct(act_as(), ibrahim, expected=1, birth_date=in_days(1))
    assert refused.value.field == "birth_date"
    assert Person.objects.get(pk=ibrahim.pk).version == 1


def test_a_corrected_name_stands_beside_the_old_one_and_finds_the_person(house):
    ibrahim = person()
    correct(act_as(), ibrahim, expected=1, names=[ToldName("L", "Ibrahima", "Moussa", "Keïta")])
    assert Person.objects.get(pk=ibrahim.pk).name == "Ibrahima Moussa Keïta"
    assert Name.objects.filter(person=ibrahim).count() == 2
    assert find(house, "ibrahima keita") == find(house, "ibrahim keita") == [ibrahim]


def test_an_alias_finds_somebody_and_doesnt_rename_them(house):
    ibrahim = person()
    correct(act_as(), ibrahim, expected=1, names=[ToldName("L", "Petit", kind="alias")])
    assert Person.objects.get(pk=ibrahim.pk).name == "Ibrahim Moussa Keita"
    assert find(house, "Petit") == [ibrahim]


def test_a_page_that_shows_an_older_version_changes_nothing(house):
    ibrahim = person()
    correct(act_as(), ibrahim, expected=1, sex="U")
    with pytest.raises(Stale):
        correct(act_as(), ibrahim, expected=1, sex="F")
    assert Person.objects.get(pk=ibrahim.pk).sex == "U"


# Documents ----------------------------------------------------------------------------------------------


def passport(of: Person, number: str, **more: object) -> Document:
    return Document(person=of, kind="passport", number=number, country="MLI", state="held", **more)


@pytest.mark.parametrize("typed", ["ML 123 456", "ml123456", "ML-123456"])
def test_a_document_number_that_somebody_has_is_refused_however_it_is_typed(house, typed):
    ibrahim, other = person(), person(site="TOWN-BENGHAZI")
    record_documents(act_as(), [passport(ibrahim, "ML123456")])
    with pytest.raises(Invalid) as refused:
        record_documents(act_as(), [passport(other, typed)])
    assert refused.value.field == "number"
    assert Document.objects.filter(person=other).count() == 0


def test_the_same_number_twice_in_one_list_refuses_the_whole_list(house):
    ibrahim, other = person(), person()
    with pytest.raises(Invalid):
        record_documents(act_as(), [passport(ibrahim, "ML1"), passport(other, "ML1")])
    assert not Document.objects.exists()


def test_a_number_held_by_a_person_out_of_reach_is_taken_too(house, seen_by):
    record_documents(act_as(), [passport(person(site="TOWN-BENGHAZI"), "ML123456")])
    ibrahim = person(site="DC-ZUWARA")
    open_account(act_as(), "salma", "Salma", "a long enough one")
    grant(act_as(), "salma", [Role.REGISTRATION_CLERK], site="DC-ZUWARA")
    salma = actor_for(Account.objects.get(username="salma"))
    with seen_by(salma), pytest.raises(Invalid):
        record_documents(Act(salma, NOON), [passport(ibrahim, "ML123456")])


def test_a_document_that_would_expire_before_its_issue_is_refused(house):
    with pytest.raises(Invalid) as refused:
        record_documents(act_as(), [passport(person(), "ML1", issued=TODAY, expires=TODAY)])
    assert refused.value.field == "expires"


# Families -----------------------------------------------------------------------------------------------


def test_a_family_has_exactly_one_head(house):
    father, mother = person(), person(given="Fatou", sex="F")
    for relations in (("head", "head"), ("husband", "wife")):
        with pytest.raises(Invalid):
            form_group(act_as(), "family", [(p, r, True) for p, r in zip((father, mother), relations, strict=True)])
    group = form_group(act_as(), "family", [(father, "head", True), (mother, "wife", False)])
    assert group.must_travel_together
    assert set(group.memberships.values_list("relation", "verified")) == {("head", True), ("wife", False)}


def test_nobody_stands_in_two_families_until_they_left_the_first_with_a_reason(house):
    father, son, uncle = person(), person(given="Musa"), person(given="Sékou")
    form_group(act_as(), "family", [(father, "head", True), (son, "son", True)])
    with pytest.raises(Invalid):
        form_group(act_as(), "family", [(uncle, "head", True), (son, "other_family", True)])
    leave_group(act_as(Role.PROTECTION_LEAD), son, "the father went to Tunis")
    form_group(act_as(), "family", [(uncle, "head", True), (son, "other_family", True)])
    left = Membership.objects.get(person=son, relation="son")
    assert (left.left_because, left.left_at) == ("the father went to Tunis", NOON)


def test_somebody_found_later_joins_the_family_that_stands(house):
    mother, son, aunt = person(given="Awa", sex="F"), person(given="Musa"), person(given="Fanta", sex="F")
    family = form_group(act_as(), "family", [(mother, "head", True), (son, "son", True)])
    act = act_as(Role.REGISTRATION_CLERK)
    join_group(act, family, [(aunt, "aunt", False)])
    assert set(family.memberships.values_list("person", flat=True)) == {mother.pk, son.pk, aunt.pk}
    log = ActionLog.objects.get(action="people.join_group")
    assert set(log.persons) == {mother.pk, son.pk, aunt.pk}, "readiness of everybody in it is judged again"


def test_nobody_joins_a_family_as_a_second_head_or_out_of_another_one(house):
    mother, son, uncle = person(given="Awa", sex="F"), person(given="Musa"), person(given="Sékou")
    family = form_group(act_as(), "family", [(mother, "head", True)])
    form_group(act_as(), "family", [(uncle, "head", True), (son, "other_family", True)])
    with pytest.raises(Invalid):
        join_group(act_as(), family, [(person(given="Modibo"), "head", True)])
    with pytest.raises(Invalid):
        join_group(act_as(), family, [(son, "son", True)])
    assert family.memberships.count() == 1


# Where people are, what they agree to -------------------------------------------------------------------


def test_many_are_moved_in_one_deed_and_those_already_there_stay_put(house):
    there = Site.objects.get(code="DC-TAJOURA")
    away, here = [person(), person()], person(site="DC-TAJOURA")
    assert move(act_as(Role.DC_LIAISON), [*away, here], there, TODAY, "told_by_dc") == 2
    assert {p.site for p in Person.objects.filter(pk__in=[p.pk for p in away])} == {there}
    assert Stay.objects.filter(person=here).count() == 1


def test_a_consent_given_on_a_day_still_to_come_is_refused(house):
    ibrahim = person()
    with pytest.raises(Invalid):
        give_consents(act_as(), [agreement(ibrahim, in_days(1))])


def test_a_withdrawal_ends_every_live_consent_to_that_purpose_and_no_other(house):
    ibrahim = person()
    give_consents(act_as(), [agreement(ibrahim), agreement(ibrahim), agreement(ibrahim, purpose="share_with_embassy")])
    assert withdraw_consents(act_as(), ibrahim, ["voluntary_return"], "told the nurse") == 2
    assert withdraw_consents(act_as(), ibrahim, ["voluntary_return"], "told the nurse") == 0
    assert Consent.objects.filter(person=ibrahim, withdrawn=None).get().purpose == "share_with_embassy"


def agreement(of: Person, given: date = TODAY, purpose: str = "voluntary_return") -> Consent:
    return Consent(person=of, purpose=purpose, form="signature", language="fr", given=given)


@pytest.mark.parametrize("image", [b"GIF89a" + b"0" * 50, b"\xff\xd8\xff" + b"0" * 200_000, b""])
def test_a_photo_of_another_kind_or_too_large_is_refused(house, image):
    ibrahim = person()
    with pytest.raises(Invalid):
        take_photos(act_as(), [(ibrahim, image)])
    assert Person.objects.get(pk=ibrahim.pk).photo_sha256 == ""
