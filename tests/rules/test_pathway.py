"""A declaration can be asked by name, and a gate says who may rule on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from darb.rules.diagram import page
from darb.rules.facts import Verdict
from darb.rules.pathway import OVERRIDE, Ruling
from darb.rules.roles import Role
from darb.rules.words import _

from .toy import GATE_A, GATE_B, LEAD, OFFICER, TOY, facts

DAY = date(2019, 5, 1)


def test_parts_are_found_by_name_and_unknown_names_are_mistakes() -> None:
    assert TOY.stage("new").label == "New"
    assert TOY.step("seat").through == "movements"
    assert TOY.gate("B") is GATE_B
    assert TOY.track("money").gates == ("B",)
    for find in (TOY.stage, TOY.step, TOY.gate, TOY.track):
        with pytest.raises(KeyError):
            find("nothing")


def test_the_open_stages_are_those_with_work_left() -> None:
    assert TOY.open_stages == ("new", "ready", "seated", "waiting")


def test_a_step_back_leads_to_wherever_the_side_state_is_entered_from() -> None:
    assert TOY.leads_to(TOY.step("go_on")) == ("new", "ready")
    assert TOY.leads_to(TOY.step("write")) == ()
    assert TOY.leads_to(TOY.step("seat")) == ("seated",)


def test_a_case_is_closed_with_a_code_that_fits_its_stage() -> None:
    assert [ending.key for ending in TOY.endings_from("seated")] == ["done"]
    assert TOY.endings_from("new") == ()


def test_only_a_role_that_rules_on_a_gate_may_rule() -> None:
    assert GATE_B.may_rule("paid", OFFICER, None) is None
    refusal = GATE_B.may_rule("paid", Role.NURSE, None)
    assert refusal and (refusal.code, refusal.who) == ("gate.not_yours", OFFICER)


def test_a_ruling_that_the_gate_does_not_know_is_refused() -> None:
    refusal = GATE_B.may_rule("forgiven", OFFICER, None)
    assert refusal and refusal.code == "gate.no_such_ruling"
    assert GATE_A.may_rule("paid", OFFICER, None) is not None


def test_what_one_role_must_lift_no_other_replaces() -> None:
    frozen = Verdict("B", False, "frozen", LEAD, DAY)
    refusal = GATE_B.may_rule("paid", OFFICER, frozen)
    assert refusal and (refusal.code, refusal.who) == ("gate.not_yours_to_lift", LEAD)
    assert GATE_B.may_rule("paid", LEAD, frozen) is None
    assert GATE_B.may_rule("paid", OFFICER, replace(frozen, code="paid", granted=True)) is None


def test_a_refusal_may_be_made_another_as_firm_without_lifting_it() -> None:
    sealed = replace(
        GATE_B,
        rulings=(
            *GATE_B.rulings,
            Ruling("sealed", _("Sealed"), False, lifted_by=LEAD),
            Ruling("slow", _("Slow"), False),
        ),
    )
    frozen = Verdict("B", False, "frozen", LEAD, DAY)
    assert sealed.may_rule("sealed", OFFICER, frozen) is None
    assert sealed.may_rule("slow", OFFICER, frozen) is not None


def test_only_the_overriding_role_overrides_and_nobody_where_nobody_may() -> None:
    assert GATE_B.may_rule(OVERRIDE, LEAD, None) is None
    assert GATE_B.may_rule(OVERRIDE, OFFICER, None) is not None
    for role in Role:
        assert GATE_A.may_rule(OVERRIDE, role, None) is not None


def test_a_verdict_is_bound_to_what_the_gate_names() -> None:
    assert GATE_B.binding(facts(return_country="SEN")) == (("return_country", "SEN"),)
    assert GATE_A.binding(facts()) == ()


def test_the_page_of_a_pathway_shows_every_part_of_it() -> None:
    shown = page(TOY)
    for part in (*TOY.stages, *TOY.steps, *TOY.gates, *TOY.tracks, *TOY.endings):
        assert part.label in shown
    assert "ready --> seated: Seat" in shown
    assert "waiting -->" not in shown.split("## Steps")[0]
