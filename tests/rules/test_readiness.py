"""Readiness says on which days a case may travel, and for every red gate why, until when and who mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from darb.rules.facts import Verdict
from darb.rules.pathway import OVERRIDE, Term, all_hold, any_of
from darb.rules.readiness import judge, judge_cached
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.windows import NEVER, Windows
from darb.rules.words import _

from .toy import GATE_B, LEAD, MONEY_ENDED, NO_MONEY, NOT_REGISTERED, OFFICER, TOY, facts, toy

MARCH, APRIL, MAY, JUNE = (date(2019, month, 1) for month in (3, 4, 5, 6))
PAID = Verdict("B", True, "paid", OFFICER, APRIL, JUNE)


def test_a_case_is_ready_where_all_its_gates_are_green() -> None:
    readiness = judge(TOY, facts(verdicts=(PAID,)))
    assert readiness.ready == Windows.between(APRIL, JUNE)
    assert readiness.on(MAY) == ()


def test_every_red_gate_is_named_with_its_reason() -> None:
    reds = judge(TOY, facts()).on(date(2019, 2, 1))
    assert [(red.gate.code, red.reason) for red in reds] == [("A", NOT_REGISTERED), ("B", NO_MONEY)]


def test_the_reason_before_a_window_is_another_than_after_it() -> None:
    state = judge(TOY, facts(verdicts=(PAID,))).state("B")
    assert (state.refusal(MARCH), state.refusal(MAY), state.refusal(JUNE)) == (NO_MONEY, None, MONEY_ENDED)


def test_a_red_gate_says_since_when_and_until_when() -> None:
    state = judge(TOY, facts(verdicts=(PAID,))).state("B")
    before, after = state.red(MARCH), state.red(date(2019, 7, 1))
    assert before and (before.since, before.until) == (None, APRIL)
    assert after and (after.since, after.until) == (JUNE, None)


def test_who_mends_is_the_reasons_role_and_else_the_gates() -> None:
    state = judge(TOY, facts(verdicts=(PAID,))).state("B")
    before, after = state.red(MARCH), state.red(JUNE)
    assert before and before.who is Role.CHIEF_OF_MISSION
    assert after and after.who is OFFICER


def test_a_green_gate_says_when_it_will_turn_red() -> None:
    readiness = judge(TOY, facts(verdicts=(PAID,)))
    assert [(turning.gate.code, turning.turns_red) for turning in readiness.turning(MAY)] == [("B", JUNE)]
    assert readiness.turning(JUNE) == ()


def test_a_gate_that_does_not_apply_is_in_nobodys_way() -> None:
    free, detained = judge(TOY, facts()), judge(TOY, facts(detained=True))
    assert free.state("C").red(MAY) is None
    assert not free.state("C").applies
    assert detained.state("C").red(MAY) is not None


def test_a_verdict_stops_counting_when_what_it_was_given_for_changes() -> None:
    at_first = facts()
    bound = replace(PAID, bound=GATE_B.binding(at_first))
    assert judge(TOY, replace(at_first, verdicts=(bound,))).ready
    moved = judge(TOY, replace(at_first, verdicts=(bound,), return_country="SEN"))
    refusal = moved.state("B").refusal(MAY)
    assert not moved.ready
    assert refusal and refusal.code == "B.changed"


def test_the_overriding_role_opens_a_gate_for_as_long_as_it_says() -> None:
    readiness = judge(TOY, facts(verdicts=(Verdict("B", True, OVERRIDE, LEAD, APRIL, MAY),)))
    assert readiness.ready == Windows.between(APRIL, MAY)
    assert readiness.state("B").overridden


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("B", True, OVERRIDE, OFFICER, MARCH),
        Verdict("B", False, OVERRIDE, LEAD, MARCH),
        Verdict("A", True, OVERRIDE, LEAD, date(2018, 1, 1)),
    ],
)
def test_an_override_by_another_role_or_on_a_gate_of_nobody_opens_nothing(verdict: Verdict) -> None:
    paid = facts(verdicts=(verdict,) if verdict.gate == "B" else (verdict, PAID))
    ready = judge(TOY, paid).ready
    assert ready == (NEVER if verdict.gate == "B" else Windows.between(APRIL, JUNE))


def test_readiness_apart_from_a_gate_ignores_that_gate_alone() -> None:
    readiness = judge(TOY, facts())
    assert readiness.ready == NEVER
    assert readiness.apart_from("B") == Windows.between(MARCH, None)


def test_asking_for_a_gate_that_is_not_declared_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        judge(TOY, facts()).state("Z")


def test_equal_facts_are_judged_once_and_other_pathways_apart() -> None:
    one, other = judge_cached(TOY, facts()), judge_cached(TOY, facts())
    assert one is other
    assert judge_cached(toy(gates=(), tracks=(), never_overridden=frozenset()), facts()).gates == ()


def test_one_of_several_options_is_enough_and_the_last_says_why_not() -> None:
    first = Refusal("first", _("First."))
    second = Refusal("second", _("Second."))
    early = (Term(Windows.between(MARCH, APRIL), first),)
    late = (Term(Windows.between(MAY, None), first), Term(Windows.between(None, JUNE), second))
    terms = any_of(early, late)
    assert all_hold(terms) == Windows.of([(MARCH, APRIL), (MAY, JUNE)])
    assert next(term.otherwise for term in terms if date(2019, 4, 9) not in term.holds) == first
    assert next(term.otherwise for term in terms if JUNE not in term.holds) == second
