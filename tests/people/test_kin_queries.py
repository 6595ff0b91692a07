"""Who may be family though nobody told of them: for protection, of who agreed, never a danger."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from darb.people.actions import form_group, give_consents, register, withdraw_consents
from darb.people.family_actions import TO_TRACE, ToldRelative, check_trace, declare_relatives, trace
from darb.people.kin_queries import kin_suggestions
from darb.people.models import Consent, Person, Relation
from darb.people.registration import Registration, ToldName
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, actor, client_for, person

LEAD = Role.PROTECTION_LEAD
OUSMANE = {"father": "Abdou", "family": "Maïga", "nationality": "NER", "origin_place": "Agadez"}


def child(
    given: str, sex: str, *, father: str = "Ousmane", mother: str = "Aïcha", year: int = 2005, **at: str
) -> Person:
    script, family = ("A", "ميغا") if given > "\u0600" else ("L", "Maiga")
    told = Registration(
        names=[ToldName(script, given, father, family, mother)],
        sex=sex,
        nationality="NER",
        origin_place=at.get("origin_place", "Agadez"),
        birth_date=date(year, 1, 1),
        birth_precision="estimated",
        site=at.get("site", "DC-ZUWARA"),
    )
    return register(act_as(), [told])[0]


def agree(*people: Person) -> None:
    rows = [Consent(person=p, purpose=TO_TRACE, form="oral", language="hau", given=TODAY) for p in people]
    give_consents(act_as(), rows)


def kin(of: Person, role: Role = LEAD) -> dict[Person, str]:
    return {k.person: k.relation for k in kin_suggestions(actor(role), of)}


def test_a_brother_and_a_sister_are_suggested_by_both_parents_names_in_either_script(house):
    musa = child("موسى", "M", father="عثمان", mother="عائشة")
    mariam = child("Mariam", "F", year=2008, site="DC-TAJOURA")
    half = child("Halima", "F", mother="Zeinabou")
    child("Moussa", "M", year=2005)  # himself once more
    agree(musa)
    assert kin(musa) == {mariam: Relation.SISTER}
    assert half not in kin(musa)


def test_a_father_and_his_child_are_suggested_to_each_by_name_place_and_age(house):
    ousmane = person(given="Ousmane", born=date(1980, 1, 1), **OUSMANE)
    musa, mariam = child("Moussa", "M"), child("Mariam", "F", year=2008)
    older = child("Salif", "M", year=1975)
    elsewhere = child("Idrissa", "M", origin_place="Zinder")
    agree(ousmane, musa)
    assert kin(ousmane) == {musa: Relation.SON, mariam: Relation.DAUGHTER}
    assert kin(musa)[ousmane] == Relation.FATHER
    assert not {older, elsewhere} & set(kin(ousmane))


def test_nobody_is_suggested_before_the_person_agreed_or_to_others_than_protection(house):
    ousmane = person(given="Ousmane", born=date(1980, 1, 1), **OUSMANE)
    musa = child("Moussa", "M")
    assert kin(ousmane) == {}
    agree(ousmane)
    assert set(kin(ousmane)) == {musa}
    assert kin(ousmane, Role.VHR_CASEWORKER) == {}
    assert kin(ousmane, Role.REGISTRATION_CLERK) == {}
    withdraw_consents(act_as(), ousmane, [TO_TRACE], "word")
    assert kin(ousmane) == {}


def test_who_is_in_the_family_or_a_danger_isnt_suggested(house):
    ousmane = person(given="Ousmane", born=date(1980, 1, 1), **OUSMANE)
    musa, mariam = child("Moussa", "M"), child("Mariam", "F", year=2008)
    agree(ousmane)
    form_group(act_as(), "family", [(ousmane, "head", True), (mariam, "daughter", True)])
    told = ToldRelative(ToldName("L", "Moussa", "Ousmane", "Maiga"), "son", "M", 2005)
    (found,) = [t for t in trace(act_as(), declare_relatives(act_as(), ousmane, [told])) if t.found == musa]
    assert set(kin(ousmane)) == {musa}
    check_trace(act_as(LEAD), found, safe=False)
    assert kin(ousmane) == {}


def test_it_takes_as_many_statements_for_many_as_for_one(house):
    ousmane = person(given="Ousmane", born=date(1980, 1, 1), **OUSMANE)
    agree(ousmane)
    counts = []
    for many in (1, 8):
        for n in range(many):
            child(f"Moussa{'aeioubdf'[n]}", "M")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert kin(ousmane)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_protection_sees_them_on_the_page_and_the_form_begins_with_their_name(house):
    ousmane = person(given="Ousmane", born=date(1980, 1, 1), **OUSMANE)
    musa = child("Moussa", "M")
    agree(ousmane)
    page = reverse("desk:person", args=[ousmane.ref])
    lead = client_for(LEAD)
    shown = lead.get(page).content.decode()
    assert musa.name in shown
    assert "Ask the person alone" in shown
    form = lead.get(reverse("desk:declare_relative", args=[ousmane.ref]) + f"?like={musa.ref}").content.decode()
    assert 'value="Moussa"' in form
    assert musa.name not in client_for(Role.REGISTRATION_CLERK).get(page).content.decode()
    declare = reverse("desk:declare_relative", args=[musa.ref]) + f"?like={ousmane.ref}"
    assert 'value="Ousmane"' not in lead.get(declare).content.decode(), "who didn't agree is suggested nobody"
