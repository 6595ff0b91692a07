"""A sealed record is opened in an emergency with a reason, read for an hour, and reviewed by somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from darb.care.actions import Outcome, examine
from darb.care.models import Exam, Opening
from darb.care.opening_actions import open_sealed, review_opening
from darb.care.opening_queries import opened, openings
from darb.cases.actions import Spoken, record_encounters
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import Case, Task
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import NOON, act_as, actor, case, in_days

HUDA, LEAD, FOCAL = Role.PHYSICIAN, Role.PROTECTION_LEAD, Role.DATA_PROTECTION_FOCAL_POINT
WHY = "She collapsed at the gate: which medicine does she take?"


@pytest.fixture
def aicha(house: Any) -> Case:
    """Examined, and heard by a counsellor and by protection."""
    who = case(given="Aïcha", sex="F")
    examine(act_as(HUDA), who, {"medicines": "Insulin"}, Outcome("FTT-1"))
    for of, note in (("D5", "Sleeps badly"), ("D6", "Her husband beats her"), ("D8", "Fears her brothers")):
        record_encounters(act_as(), [Spoken(who, "conversation", "fra", {"note": note}, data_class=of)])
    return who


def test_protection_reads_the_finding_for_an_hour_and_nobody_else_does(aicha: Case, seen_by: Any) -> None:
    made = open_sealed(act_as(LEAD), aicha, WHY)
    with seen_by(actor(LEAD)):
        record = opened(actor(LEAD), made.pk, NOON + timedelta(minutes=59))
        assert record.exams[0].findings == {"medicines": "Insulin"}
        assert {e.answers["note"] for e in record.talks} == {"Sleeps badly", "Her husband beats her"}
        assert not Exam.objects.exists(), "the wall stands again at once"
        with pytest.raises(Refused, match="hour is over"):
            opened(actor(LEAD), made.pk, NOON + timedelta(minutes=61))
    for other in (HUDA, Role.PROTECTION_CASEWORKER, FOCAL):
        with seen_by(actor(other)), pytest.raises(Missing):
            opened(actor(other), made.pk, NOON)


def test_the_focal_point_is_told_at_once_and_the_log_keeps_who_and_not_what(aicha: Case) -> None:
    open_sealed(act_as(HUDA), aicha, WHY)
    task = Task.objects.get(kind="review_opening")
    assert (task.role, task.due) == (FOCAL, in_days(1))
    kept = ActionLog.objects.get(action="care.open_sealed")
    assert kept.persons == [aicha.person_id] and "Insulin" not in str(kept.detail)


@pytest.mark.parametrize("role", [Role.VHR_CASEWORKER, Role.MOVEMENT_OFFICER, Role.NURSE, Role.CHIEF_OF_MISSION, FOCAL])
def test_physicians_and_protection_alone_may_open(aicha: Case, role: Role) -> None:
    with pytest.raises(Forbidden):
        open_sealed(act_as(role), aicha, WHY)
    assert not Opening.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "urgent"])
def test_without_a_reason_nothing_opens(aicha: Case, reason: str) -> None:
    with pytest.raises(Invalid):
        open_sealed(act_as(HUDA), aicha, reason)
    assert not Opening.objects.exists()


def test_what_protection_alone_may_know_of_isnt_opened_to_whom_it_is_hidden_from(house: Any, seen_by: Any) -> None:
    hodan = case(given="Hodan", nationality="SOM")
    raise_asylum_concern(act_as(), hodan, "conversation")
    with seen_by(actor(HUDA)), pytest.raises(Missing):
        open_sealed(act_as(HUDA), hodan, WHY)


def test_somebody_else_reviews_it_and_says_why(aicha: Case) -> None:
    made = open_sealed(act_as(LEAD), aicha, WHY)
    with pytest.raises(Invalid):
        review_opening(act_as(FOCAL), made, True, " ")
    with pytest.raises(Forbidden):
        review_opening(act_as(LEAD), made, True, "I was right")
    both = actor(LEAD, FOCAL)
    assert [o.pk for o in openings(both)] == [made.pk] and openings(actor(LEAD)) == []
    review_opening(act_as(FOCAL), made, False, "The clinic was open next door")
    assert not Task.objects.filter(kind="review_opening", done_at=None).exists()
    assert Opening.objects.get().justified is False
    with pytest.raises(Refused, match="reviewed already"):
        review_opening(act_as(FOCAL), made, True, "Again")


def test_who_holds_both_roles_doesnt_review_their_own(aicha: Case) -> None:
    made = open_sealed(act_as(LEAD, FOCAL), aicha, WHY)
    with pytest.raises(Refused, match="Somebody else"):
        review_opening(act_as(LEAD, FOCAL), made, True, "It was needed")
