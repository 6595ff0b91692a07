"""Somebody is referred who agreed to it, to whom they agreed, and followed until something came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.care.actions import Outcome, examine
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Case, Referral, Task
from darb.cases.referral_actions import Referred, follow_referral, refer
from darb.programmes.referral import HOURS, NEXT, STATES
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from tests.cast import act_as, actor, case, in_days

LEAD, WORKER, HUDA, NURSE = Role.PROTECTION_LEAD, Role.PROTECTION_CASEWORKER, Role.PHYSICIAN, Role.NURSE
SHELTER = Referred(
    to="Red Crescent, Tripoli: Mrs Amal",
    service="shelter",
    priority="urgent",
    reason="Sleeps in the street with her child",
    data_class="D6",
    shares=["identity", "needs"],
    consent="signature",
)
HOSPITAL = replace(
    SHELTER, to="Sabha general hospital", service="tb", data_class="D4", shares=["identity", "needs", "health"]
)


@pytest.fixture
def aicha(house: Any) -> Case:
    return case(given="Aïcha", sex="F")


def test_a_referral_is_due_by_its_priority_and_somebodys_task(aicha: Case) -> None:
    for priority, hours in HOURS.items():
        made = refer(act_as(WORKER), aicha, replace(SHELTER, priority=priority))
        assert made.due == in_days(hours // 24)
    task = Task.objects.get(kind="follow_referral")
    assert (task.role, task.due) == (WORKER, in_days(1))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"shares": []}, "shares"),
        ({"shares": ["identity", "health"]}, "shares"),
        ({"to": " "}, "to"),
        ({"service": "gold"}, "service"),
        ({"priority": "soon"}, "priority"),
        ({"reason": ""}, "reason"),
    ],
)
def test_nobody_is_referred_who_didnt_agree_or_to_nobody(aicha: Case, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        refer(act_as(WORKER), aicha, replace(SHELTER, **wrong))
    assert refused.value.field == field
    assert not Referral.objects.exists() and not Task.objects.filter(kind="follow_referral").exists()


def test_each_refers_what_they_work_on(aicha: Case) -> None:
    for role, of in ((HUDA, "D6"), (WORKER, "D4"), (Role.MHPSS_COUNSELLOR, "D6"), (LEAD, "D1")):
        with pytest.raises(Forbidden):
            refer(act_as(role), aicha, replace(SHELTER, data_class=of))


def test_of_a_child_alone_it_is_written_who_cares_for_it(house: Any) -> None:
    musa = case(given="Musa", born=None)
    Case.objects.filter(pk=musa.pk).update(unaccompanied=True)
    with pytest.raises(Invalid, match="cares for it"):
        refer(act_as(Role.CHILD_PROTECTION_OFFICER), musa, replace(SHELTER, data_class="D7"))
    told = replace(SHELTER, data_class="D7", caregiver="A host family, who knows")
    assert refer(act_as(Role.CHILD_PROTECTION_OFFICER), musa, told).caregiver


def test_it_goes_from_agreed_to_closed_and_the_task_is_done_once_it_was_answered(aicha: Case) -> None:
    made = refer(act_as(WORKER), aicha, SHELTER)
    for state in ("sent", "received", "accepted", "given", "closed"):
        made = follow_referral(act_as(WORKER), made, state, outcome="They have a bed", expected=made.version)
        waits = Task.objects.filter(kind="follow_referral", done_at=None).exists()
        assert waits == (state in ("sent", "received"))
    with pytest.raises(Refused):
        follow_referral(act_as(WORKER), made, "sent")


def test_a_refusal_says_why_and_what_was_told_back(aicha: Case) -> None:
    made = follow_referral(act_as(WORKER), refer(act_as(WORKER), aicha, SHELTER), "sent")
    for told in ({}, {"why": "no_capacity"}, {"outcome": "Full"}):
        with pytest.raises(Invalid):
            follow_referral(act_as(WORKER), made, "refused", **told)
    made = follow_referral(act_as(WORKER), made, "refused", why="no_capacity", outcome="Full until June")
    assert (made.state, made.why) == ("refused", "no_capacity")


def test_a_page_that_is_out_of_date_changes_nothing(aicha: Case) -> None:
    made = refer(act_as(WORKER), aicha, SHELTER)
    follow_referral(act_as(WORKER), made, "sent", expected=made.version)
    with pytest.raises(Stale):
        follow_referral(act_as(LEAD), made, "closed", outcome="Not needed", expected=made.version)


def test_the_hospital_that_accepts_ends_the_task_to_find_one(aicha: Case) -> None:
    examine(act_as(HUDA), aicha, {"cough": True}, Outcome("FTT-5", in_days(60), disease="tb", refer=True))
    made = refer(act_as(HUDA), aicha, HOSPITAL)
    made = follow_referral(act_as(NURSE), made, "sent")
    assert Task.objects.filter(kind="take_to_hospital", done_at=None).exists()
    follow_referral(act_as(NURSE), made, "accepted")
    assert not Task.objects.filter(kind="take_to_hospital", done_at=None).exists()


def test_a_referral_to_unhcr_does_the_task_that_stands_since_it_was_heard(house: Any) -> None:
    hodan = case(given="Hodan", nationality="SOM")
    raise_asylum_concern(act_as(WORKER), hodan, "conversation", priority="emergency", referral_consent=True)
    hodan.refresh_from_db()
    assert Task.objects.get(kind="refer_to_unhcr").due == in_days(1)
    made = refer(act_as(LEAD), hodan, replace(SHELTER, to="UNHCR", service="asylum", data_class="D8"))
    assert not Task.objects.filter(kind="follow_referral").exists(), "its name would tell others"
    follow_referral(act_as(LEAD), made, "sent")
    assert Task.objects.get(kind="refer_to_unhcr").done_at


def test_the_database_gives_a_referral_to_those_of_its_class_alone(aicha: Case, seen_by: Any) -> None:
    ill, poor = refer(act_as(HUDA), aicha, HOSPITAL), refer(act_as(WORKER), aicha, SHELTER)
    for role, seen in ((NURSE, [ill]), (LEAD, [poor]), (Role.VHR_CASEWORKER, []), (Role.CONSULAR_OFFICER, [])):
        with seen_by(actor(role)):
            assert list(Referral.objects.all()) == seen, role
            if ill not in seen:
                with pytest.raises((Missing, Forbidden)):
                    follow_referral(act_as(role), ill, "sent")


@given(walk=st.lists(st.sampled_from(list(STATES)), max_size=8))
def test_whatever_is_told_in_which_order_it_only_goes_forward(walk: list[str]) -> None:
    """The table of states has no way back and no end but closed."""
    stands = "consented"
    passed = [stands]
    for state in walk:
        if state in NEXT[stands]:
            stands = state
            passed.append(state)
    assert len(passed) == len(set(passed))
    assert all(NEXT[state] or state == "closed" for state in STATES)
