"""The rapid screen, and a child who isn't alone any more."""

from __future__ import annotations

import pytest

from darb.cases.actions import Spoken
from darb.cases.models import Case, Encounter
from darb.cases.screening_actions import guardian_found, screen
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from tests.cast import act_as, case

OFFICER = Role.CHILD_PROTECTION_OFFICER


@pytest.fixture
def musa(house) -> Case:
    """Musa, fourteen, found alone at the centre."""
    boy = case(given="Musa", born=None)
    return screen(act_as(OFFICER), Spoken(boy, "screening", "bam", {"child_alone": True}))


def test_a_screen_that_finds_a_child_alone_says_so_on_the_case(musa):
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_a_later_screen_that_doesnt_ask_again_leaves_the_child_alone(musa):
    screen(act_as(OFFICER), Spoken(musa, "screening", "bam", {}))
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_the_child_officer_records_who_the_guardian_is(musa):
    guardian_found(act_as(OFFICER), musa, "His aunt Fanta; both named the same village and grandfather.", language="fr")
    assert not Case.objects.get(pk=musa.pk).unaccompanied
    kept = Encounter.objects.get(case=musa, kind="guardian_found")
    assert kept.data_class == "D7" and "aunt Fanta" in kept.answers["guardian_found"]


def test_without_a_word_on_who_it_is_the_child_stays_alone(musa):
    with pytest.raises(Invalid):
        guardian_found(act_as(OFFICER), musa, "  ", language="fr")
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_nobody_but_child_protection_and_its_lead_says_that_a_guardian_was_found(musa):
    with pytest.raises(Forbidden):
        guardian_found(act_as(Role.VHR_CASEWORKER), musa, "An uncle.", language="fr")


def test_a_guardian_is_found_for_a_child_alone_and_for_nobody_else(house):
    grown = case()
    with pytest.raises(Invalid):
        guardian_found(act_as(OFFICER), grown, "His aunt.", language="fr")
    assert not Encounter.objects.filter(case=grown).exists()
