"""The guards let nobody hear of a person who may not, and nothing be asked for before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from darb.programmes.voluntary_return_gates import JOINT_COUNSELLING
from darb.programmes.voluntary_return_guards import (
    may_apply_for_exit_visa,
    may_ask_for_release,
    may_contact_embassy,
    may_tell_receiving_mission,
)
from darb.rules.facts import Consent, Facts, Verdict
from darb.rules.roles import Role

from .cast import HODAN, IBRAHIM, TODAY, ruling


def consenting(*consents: Consent) -> Facts:
    return replace(IBRAHIM, consents=consents)


def test_the_embassy_may_hear_of_ibrahim_while_his_consents_live() -> None:
    assert may_contact_embassy(IBRAHIM, TODAY) is None
    lapsed = may_contact_embassy(IBRAHIM, date(2019, 6, 20))
    assert lapsed and lapsed.code == "G2.return"


def test_the_embassy_hears_nothing_without_consent_to_share() -> None:
    refusal = may_contact_embassy(consenting(Consent("voluntary_return", date(2019, 5, 1))), TODAY)
    assert refusal and refusal.code == "G2.embassy"


def test_the_embassy_hears_nothing_of_a_somali_before_joint_counselling() -> None:
    assert may_contact_embassy(HODAN, TODAY) is not None
    cleared = ruling(HODAN, Verdict(JOINT_COUNSELLING, True, "cleared", Role.PROTECTION_LEAD, date(2019, 4, 1)))
    assert may_contact_embassy(cleared, TODAY) is None
    upheld = ruling(HODAN, Verdict(JOINT_COUNSELLING, False, "claim", Role.PROTECTION_LEAD, date(2019, 4, 1)))
    assert may_contact_embassy(upheld, TODAY) is not None


def test_no_exit_visa_is_applied_for_before_the_document_is_there() -> None:
    assert may_apply_for_exit_visa(IBRAHIM, TODAY) is None
    expected = {
        "R7.none": replace(IBRAHIM, documents=()),
        "R1.no_photo": replace(IBRAHIM, photo=False),
        "G2.return": consenting(Consent("share_with_authorities", date(2019, 5, 1))),
        "G2.authorities": consenting(Consent("voluntary_return", date(2019, 5, 1))),
    }
    for code, facts in expected.items():
        refusal = may_apply_for_exit_visa(facts, TODAY)
        assert refusal and refusal.code == code


def test_the_receiving_mission_hears_only_with_consent() -> None:
    assert may_tell_receiving_mission(IBRAHIM, TODAY) is None
    refusal = may_tell_receiving_mission(consenting(Consent("voluntary_return", date(2019, 5, 1))), TODAY)
    assert refusal and refusal.code == "G2.receiving_mission"


def test_no_centre_is_asked_for_whom_protection_keeps_or_who_didnt_agree() -> None:
    assert may_ask_for_release(IBRAHIM, TODAY) is None
    held = ruling(IBRAHIM, Verdict("R4", False, "hold", Role.PROTECTION_LEAD, date(2019, 5, 2)))
    expected = {
        "release.not_detained": replace(IBRAHIM, detained=False),
        "G2.return": consenting(Consent("share_with_authorities", date(2019, 5, 1))),
        "G2.authorities": consenting(Consent("voluntary_return", date(2019, 5, 1))),
    }
    for code, facts in expected.items():
        refusal = may_ask_for_release(facts, TODAY)
        assert refusal and refusal.code == code
    closed = [held, replace(HODAN, detained=True), replace(IBRAHIM, asylum_concern=True)]
    said = [may_ask_for_release(facts, TODAY) for facts in closed]
    assert [refusal and refusal.code for refusal in said] == ["release.closed"] * 3
    assert all(refusal == said[0] for refusal in said), "which it is can't be read off it"
