"""The lifecycle of voluntary return: who goes where, through which room, and from where there is no way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from darb.programmes import PROGRAMMES
from darb.programmes.joint_counselling import needs_joint_counselling
from darb.programmes.voluntary_return import ON_FLIGHT, VOLUNTARY_RETURN, WAITING
from darb.programmes.voluntary_return_gates import JOINT_COUNSELLING
from darb.rules.facts import Facts, Verdict
from darb.rules.pathway import NOBODY, OVERRIDE
from darb.rules.roles import Role
from darb.rules.soundness import soundness
from darb.rules.stepping import why_not

from .cast import HODAN, IBRAHIM, TODAY, ruling

ROAD = (
    ("register", "registered"),
    ("counsel", "counselled"),
    ("consent", "consented"),
    ("open_tracks", "in_process"),
    ("book", "manifested"),
    ("clear_to_board", "cleared_to_board"),
    ("board", "departed"),
    ("stop_over", "in_transit"),
    ("land", "arrived"),
    ("hand_over", "handed_over"),
    ("close", "closed"),
)


def refusals(key: str, facts: Facts, day: date = TODAY) -> list[str]:
    """The codes of what refuses a step to those who may take it, through its own room."""
    step = VOLUNTARY_RETURN.step(key)
    found = why_not(VOLUNTARY_RETURN, step, facts, day, roles=step.powers, through=step.through)
    return [refusal.code for refusal in found]


def test_voluntary_return_is_sound_and_found_by_its_key() -> None:
    assert soundness(VOLUNTARY_RETURN) == ()
    assert PROGRAMMES["voluntary-return"] is VOLUNTARY_RETURN


def test_ibrahim_goes_all_the_way_home() -> None:
    stage = "expressed_interest"
    for key, into in ROAD:
        assert refusals(key, replace(IBRAHIM, stage=stage)) == []
        assert VOLUNTARY_RETURN.step(key).into == into
        stage = into
    assert VOLUNTARY_RETURN.stage(stage).final


def test_no_step_of_the_road_can_be_skipped() -> None:
    stages = ["expressed_interest", *(into for _key, into in ROAD)]
    for (key, _into), (_before, after) in zip(ROAD[1:], pairwise(stages), strict=False):
        for other in stages:
            if other not in VOLUNTARY_RETURN.step(key).out_of:
                assert refusals(key, replace(IBRAHIM, stage=other)) == ["step.stage"]
        assert after in stages


def test_ready_is_no_stage() -> None:
    with pytest.raises(KeyError):
        VOLUNTARY_RETURN.stage("ready")


@pytest.mark.parametrize("key", ["book", "clear_to_board", "board"])
def test_nobody_is_booked_cleared_or_boarded_with_a_red_gate(key: str) -> None:
    assert set(VOLUNTARY_RETURN.step(key).needs) == {gate.code for gate in VOLUNTARY_RETURN.gates}
    (stage,) = VOLUNTARY_RETURN.step(key).out_of
    assert refusals(key, replace(IBRAHIM, stage=stage), date(2019, 5, 24)) == ["R7.expires"]
    assert refusals(key, replace(IBRAHIM, stage=stage, consents=())) == ["R2.none"]


def test_the_document_handed_over_at_boarding_still_counts() -> None:
    handed = replace(IBRAHIM.documents[0], state="handed_at_boarding")
    assert refusals("board", replace(IBRAHIM, stage="cleared_to_board", documents=(handed,))) == []


def test_a_possible_duplicate_is_decided_before_counselling() -> None:
    assert refusals("counsel", replace(IBRAHIM, stage="registered", open_duplicate=True)) == ["R1.duplicate"]


def test_consent_comes_after_counselling_and_must_be_alive() -> None:
    assert refusals("consent", replace(IBRAHIM, stage="counselled", consents=(), counselled=None)) == [
        "R2.none",
        "R3.none",
    ]


@pytest.mark.parametrize("stage", [*WAITING, "on_hold", *ON_FLIGHT])
def test_one_can_withdraw_from_anywhere_before_leaving_and_nothing_is_asked(stage: str) -> None:
    key = "withdraw_from_flight" if stage in ON_FLIGHT else "withdraw"
    broken = replace(
        IBRAHIM, stage=stage, consents=(), photo=False, verdicts=(), open_duplicate=True, asylum_concern=True
    )
    assert refusals(key, broken) == []
    assert VOLUNTARY_RETURN.step(key).into == "withdrawn"


@pytest.mark.parametrize("stage", ON_FLIGHT)
def test_whoever_has_a_seat_leaves_it_through_movements(stage: str) -> None:
    for step in VOLUNTARY_RETURN.steps_from(stage):
        assert step.into is None or step.through == "movements"


def test_a_death_is_never_undone_and_locks_the_case() -> None:
    assert VOLUNTARY_RETURN.steps_from("deceased") == ()
    assert VOLUNTARY_RETURN.stage("deceased").final


def test_a_death_can_be_recorded_wherever_a_case_is_open() -> None:
    deadly = {stage for step in VOLUNTARY_RETURN.steps if step.into == "deceased" for stage in step.out_of}
    assert set(VOLUNTARY_RETURN.open_stages) <= deadly


@pytest.mark.parametrize("state", ["withdrawn", "no_contact", "moved", "not_eligible"])
def test_a_withdrawn_or_lost_case_can_be_reopened(state: str) -> None:
    assert refusals("reopen", replace(IBRAHIM, stage=state)) == []
    assert VOLUNTARY_RETURN.step("reopen").into == "registered"


def test_a_hold_asks_for_a_reason_and_a_review_date_and_resumes_where_it_was() -> None:
    on_hold = next(state for state in VOLUNTARY_RETURN.side_states if state.key == "on_hold")
    assert on_hold.asks == ("reason", "review_date")
    assert set(VOLUNTARY_RETURN.leads_to(VOLUNTARY_RETURN.step("resume"))) == set(WAITING)


def test_hodan_is_referred_and_comes_back_only_when_protection_closes_what_was_open() -> None:
    assert needs_joint_counselling(HODAN.nationality)
    afraid = ruling(
        replace(HODAN, asylum_concern=True), Verdict("R4", False, "stop", Role.PROTECTION_LEAD, date(2019, 4, 2))
    )
    assert "G1.closed" in refusals("present_to_embassy", afraid)
    assert refusals("refer_unhcr", afraid) == []
    assert refusals("refer_unhcr", replace(afraid, asylum_concern=False)) == ["refer.concern_first"]
    referred = replace(afraid, stage="referred_to_unhcr")
    assert refusals("return_from_unhcr", referred) == ["R4.stop"]
    assert VOLUNTARY_RETURN.step("return_from_unhcr").powers == (Role.PROTECTION_LEAD,)
    assert "step.stage" in refusals("reopen", referred)
    assert [ending.key for ending in VOLUNTARY_RETURN.endings_from("referred_to_unhcr")] == ["referred"]


def test_protection_lifts_hodans_block_and_the_embassy_may_hear_of_her() -> None:
    lead = Role.PROTECTION_LEAD
    gate = VOLUNTARY_RETURN.gate("R4")
    for standing in ("hold", "stop"):
        stop = Verdict("R4", False, standing, lead, date(2019, 4, 2))
        for role in Role:
            assert (gate.may_rule("cleared", role, stop) is None) == (role is lead)
    jointly = ruling(HODAN, Verdict(JOINT_COUNSELLING, True, "cleared", lead, date(2019, 5, 1)))
    cleared = ruling(jointly, Verdict("R4", True, "cleared", lead, date(2019, 5, 1)))
    assert refusals("present_to_embassy", cleared) == []


def test_those_who_run_returns_and_flights_never_rule_on_protection() -> None:
    gate = VOLUNTARY_RETURN.gate("R4")
    for role in (Role.VHR_CASEWORKER, Role.VHR_HEAD, Role.MOVEMENT_OFFICER, Role.CHIEF_OF_MISSION):
        for code in ("cleared", "hold", OVERRIDE):
            assert gate.may_rule(code, role, None) is not None


@pytest.mark.parametrize("code", ["R2", "R4", "R5", "R6", "R7", "R8", "R9"])
def test_some_gates_nobody_overrides(code: str) -> None:
    gate = VOLUNTARY_RETURN.gate(code)
    assert gate.overridden_by is NOBODY
    assert all(gate.may_rule(OVERRIDE, role, None) for role in Role)


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("R1", Role.VHR_HEAD),
        ("R3", Role.VHR_HEAD),
        ("R10", Role.DC_LIAISON),
        ("R11", Role.VHR_HEAD),
        ("R12", Role.PROTECTION_LEAD),
        ("R13", Role.CHIEF_OF_MISSION),
        ("R14", Role.PROGRAMME_MANAGER),
    ],
)
def test_the_other_gates_are_overridden_by_one_role_each(code: str, role: Role) -> None:
    gate = VOLUNTARY_RETURN.gate(code)
    assert [each for each in Role if gate.may_rule(OVERRIDE, each, None) is None] == [role]


def test_only_a_physician_says_who_is_fit() -> None:
    gate = VOLUNTARY_RETURN.gate("R9")
    for ruled in gate.rulings:
        assert [role for role in Role if gate.may_rule(ruled.code, role, None) is None] == [Role.PHYSICIAN]


def test_there_are_fourteen_gates_and_seven_boarding_checks() -> None:
    assert [gate.code for gate in VOLUNTARY_RETURN.gates] == [f"R{n}" for n in range(1, 15)]
    assert [check.code for check in VOLUNTARY_RETURN.boarding] == [f"B{n}" for n in range(1, 8)]
