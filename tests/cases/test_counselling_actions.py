"""Counselling and consent: complete or not at all, and what is heard there has its consequences at once."""

from __future__ import annotations

import pytest

from darb.cases.actions import Spoken, set_return, take_step
from darb.cases.counselling_actions import counsel, record_consents, withdraw
from darb.cases.models import AsylumConcern, Case, Encounter, GateRow, Verdict
from darb.people.models import Consent
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case, cases, in_days, on
from tests.travellers import ANSWERS


def counselled(of: Case, **more: object) -> Case:
    """Amadou counsels this person in French, over the whole list."""
    return counsel(act_as(Role.VHR_CASEWORKER), [Spoken(of, "counselling", "fr", ANSWERS | more)])[0]


def consent(of: Case, purpose: str = "voluntary_return") -> Consent:
    return Consent(person=of.person, purpose=purpose, form="thumbprint", language="fr", given=TODAY)


def stage(of: Case) -> str:
    return Case.objects.get(pk=of.pk).stage


def green(of: Case, gate: str) -> bool:
    return TODAY in GateRow.objects.get(case=of, gate=gate).windows


@pytest.mark.parametrize("item", ["I1", "I4", "V1", "V6", "V7"])
def test_counselling_that_leaves_an_item_out_isnt_counselling(house, item):
    ibrahim = case()
    with pytest.raises(Invalid) as refused:
        counselled(ibrahim, **{item: ""})
    assert item in refused.value.refusal.in_english()
    assert stage(ibrahim) == "registered"
    assert not Encounter.objects.filter(case=ibrahim).exists()


def test_a_question_answered_no_is_answered(house):
    ibrahim = case()
    counselled(ibrahim, V3=False)
    assert stage(ibrahim) == "counselled"


def test_complete_counselling_takes_the_case_on_and_turns_its_gate_green(house):
    ibrahim = case()
    counselled(ibrahim)
    assert stage(ibrahim) == "counselled"
    assert green(ibrahim, "R3")
    kept = Encounter.objects.get(case=ibrahim)
    assert (kept.language, kept.answers["V1"], kept.private) == ("fr", "my mother", True)


def test_counselling_about_one_country_doesnt_stand_for_another(house):
    ibrahim = case()
    counselled(ibrahim)
    now = Case.objects.get(pk=ibrahim.pk)
    set_return(act_as(), now, expected=now.version, return_country="SEN")
    assert not green(ibrahim, "R3")
    counselled(ibrahim)
    assert green(ibrahim, "R3")
    assert stage(ibrahim) == "counselled", "counselled again, not a step again"


@pytest.mark.parametrize("question", ["V4", "V5"])
def test_fear_of_return_freezes_everything_in_the_same_deed(house, question):
    ibrahim = case()
    counselled(ibrahim, **{question: True})
    assert AsylumConcern.objects.get(case=ibrahim).heard_in == "counselling"
    assert not green(ibrahim, "R4")


def test_a_sign_of_pressure_puts_the_consent_in_doubt_until_protections_lead_says_otherwise(house):
    ibrahim = case()
    counselled(ibrahim, V2=True)
    with pytest.raises(Refused):
        record_consents(act_as(Role.VHR_CASEWORKER), [ibrahim], [consent(ibrahim)])
    assert Verdict.objects.get(case=ibrahim, gate="R2").code == "pressure_suspected"
    assert stage(ibrahim) == "counselled"


def test_consent_comes_after_counselling(house):
    ibrahim = case()
    record_consents(act_as(Role.VHR_CASEWORKER), [ibrahim], [consent(ibrahim)])
    assert stage(ibrahim) == "registered", "it is kept, and moves nothing yet"
    with pytest.raises(Refused):
        take_step(act_as(Role.VHR_CASEWORKER), [ibrahim], "consent")


def test_those_of_a_set_who_agree_to_return_go_on_and_the_others_dont(house):
    agrees, shares_only = cases(2)
    for each in (agrees, shares_only):
        counselled(each)
    given = [consent(agrees), consent(shares_only, "share_with_embassy")]
    record_consents(act_as(Role.VHR_CASEWORKER), [agrees, shares_only], given)
    assert (stage(agrees), stage(shares_only)) == ("consented", "counselled")


def test_who_withdraws_is_off_the_road_at_once_and_nothing_is_held_against_them(house):
    ibrahim = case()
    counselled(ibrahim)
    record_consents(act_as(Role.VHR_CASEWORKER), [ibrahim], [consent(ibrahim)])
    withdraw(act_as(Role.VHR_CASEWORKER), Case.objects.get(pk=ibrahim.pk), "wants to wait", "told the caseworker")
    assert stage(ibrahim) == "withdrawn"
    ended = Consent.objects.get(person=ibrahim.person)
    assert (ended.withdrawn, ended.withdrawn_how) == (TODAY, "told the caseworker")
    take_step(act_as(Role.VHR_CASEWORKER, at=on(in_days(3))), [ibrahim], "reopen")
    assert stage(ibrahim) == "registered"
    assert not green(ibrahim, "R2"), "what was withdrawn doesn't come back by itself"


def test_a_withdrawal_is_heard_by_whoever_stands_there(house):
    ibrahim = case()
    withdraw(act_as(Role.SCREENING_INTERVIEWER, Role.VHR_CASEWORKER), ibrahim, "wants to wait", "told the interviewer")
    assert stage(ibrahim) == "withdrawn"
