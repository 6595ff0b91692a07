"""The full assessment: how soon the person is seen again, and what whoever was trafficked is asked before a return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from darb.cases.actions import Ruled, Spoken, give_verdicts
from darb.cases.assessment_actions import Assessed, assess
from darb.cases.models import Case, Encounter, Task, Verdict
from darb.cases.screening_actions import TraffickingSigns, screen, screen_trafficking, sign_trafficking
from darb.programmes.assessment import LEVELS
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case, in_days, on

LEAD, WORKER, FOCAL = Role.PROTECTION_LEAD, Role.PROTECTION_CASEWORKER, Role.COUNTER_TRAFFICKING_FOCAL_POINT
FOUND = Assessed("medium", ["controllers_home"], "They know his village", "The mission there meets him", "return")


def assessed(who: Case, day: date = TODAY, **other: Any) -> Case:
    return assess(act_as(WORKER, at=on(day)), Spoken(who, "full_assessment", "fra"), replace(FOUND, **other))


def cleared(who: Case, day: date = TODAY) -> Verdict:
    told = Ruled(who, "R4", "cleared", reason="Assessed; the mission meets him")
    return give_verdicts(act_as(LEAD, at=on(day)), [told])[0]


@pytest.fixture
def ibrahim(house: Any) -> Case:
    return case()


@pytest.fixture
def trafficked(ibrahim: Case) -> Case:
    """Presumed trafficked, as a second reader signed today."""
    signs = TraffickingSigns(["sold"], ["locked_in"], ["forced_labour"])
    screen_trafficking(act_as(FOCAL), Spoken(ibrahim, "trafficking_screen", "fra"), signs)
    sign_trafficking(act_as(LEAD), Encounter.objects.get(), True, "Read with the notes")
    return ibrahim


@pytest.mark.parametrize("level", list(LEVELS))
def test_its_level_says_when_the_person_is_seen_again_and_assessed_anew(ibrahim: Case, level: str) -> None:
    screen(act_as(LEAD), Spoken(ibrahim, "screening", "fra", {"torture": True}), "needs_here")
    assessed(ibrahim, level=level)
    open_ones = {t.kind: t.due for t in Task.objects.filter(case=ibrahim, done_at=None, role=WORKER)}
    assert open_ones == {
        "see_again": TODAY + LEVELS[level].seen_within,
        "assess_again": TODAY + LEVELS[level].again_within,
    }
    assessed(ibrahim, in_days(1), level="low")
    assert Task.objects.get(kind="assess_again", done_at=None).due == in_days(92)


@pytest.mark.parametrize(
    "wrong", [{"level": "huge"}, {"dangers": ["dragons"]}, {"findings": " "}, {"plan": ""}, {"wish": ""}]
)
def test_an_assessment_that_isnt_whole_changes_nothing(ibrahim: Case, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        assessed(ibrahim, **wrong)
    assert not Encounter.objects.exists() and not Task.objects.filter(kind="see_again").exists()


def test_it_is_done_in_private_or_not_at_all(ibrahim: Case) -> None:
    heard = Spoken(ibrahim, "full_assessment", "fra", private=False, not_private_because="One room")
    with pytest.raises(Refused, match="in private"):
        assess(act_as(WORKER), heard, FOUND)


def test_who_was_trafficked_isnt_cleared_before_an_assessment_a_wish_told_apart_and_time(trafficked: Case) -> None:
    with pytest.raises(Refused, match="aren't assessed yet"):
        cleared(trafficked)
    assessed(trafficked, in_days(1), wish="undecided")
    with pytest.raises(Refused, match="didn't wish to return"):
        cleared(trafficked, in_days(2))
    assessed(trafficked, in_days(2))
    with pytest.raises(Refused, match="to recover and reflect"):
        cleared(trafficked, in_days(29))
    assert cleared(trafficked, in_days(30)).granted


def test_who_asks_not_to_wait_is_heard(trafficked: Case) -> None:
    assessed(trafficked, in_days(3), wish="return_sooner")
    assert cleared(trafficked, in_days(3)).granted


def test_a_screen_that_presumes_nothing_asks_for_no_time(ibrahim: Case) -> None:
    screen_trafficking(act_as(FOCAL), Spoken(ibrahim, "trafficking_screen", "fra"), TraffickingSigns())
    sign_trafficking(act_as(LEAD), Encounter.objects.get(), True, "Nothing in it")
    assert cleared(ibrahim).granted


def test_a_hold_may_always_be_put(trafficked: Case) -> None:
    told = Ruled(trafficked, "R4", "stop", reason="The farm's men are at the gate")
    assert not give_verdicts(act_as(LEAD), [told])[0].granted
