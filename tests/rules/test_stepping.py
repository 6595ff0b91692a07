"""A step is refused with every reason at once, and allowed when there is none."""

from __future__ import annotations

from datetime import date

from darb.rules.facts import Verdict
from darb.rules.roles import Role
from darb.rules.stepping import why_not

from .toy import OFFICER, TOY, facts

DAY = date(2019, 5, 1)
PAID = Verdict("B", True, "paid", OFFICER, date(2019, 4, 1), date(2019, 6, 1))
MOVEMENT = (Role.MOVEMENT_OFFICER,)


def codes(
    step: str, day: date = DAY, roles: tuple[Role, ...] = (OFFICER,), through: str = "cases", **known: object
) -> list[str]:
    """The codes of the reasons why a step may not be taken."""
    return [refusal.code for refusal in why_not(TOY, TOY.step(step), facts(**known), day, roles=roles, through=through)]


def test_a_step_from_here_by_the_right_role_is_allowed() -> None:
    assert codes("begin") == []


def test_a_step_from_another_stage_is_refused() -> None:
    assert codes("begin", stage="ready") == ["step.stage"]


def test_a_step_by_another_role_is_refused_and_names_whose_it_is() -> None:
    (refusal,) = why_not(TOY, TOY.step("begin"), facts(), DAY, roles=(Role.NURSE,))
    assert (refusal.code, refusal.who) == ("step.power", OFFICER)


def test_a_guard_refuses_with_its_own_reason() -> None:
    assert codes("begin", detained=True) == ["toy.detained"]


def test_a_step_of_another_room_can_not_be_taken_here() -> None:
    assert codes("seat", roles=MOVEMENT, stage="ready", verdicts=(PAID,)) == ["step.room"]


def test_a_step_needs_its_gates_green_on_the_day_it_is_for() -> None:
    known = {"stage": "ready", "verdicts": (PAID,)}
    assert codes("seat", roles=MOVEMENT, through="movements", **known) == []
    assert codes("seat", date(2019, 6, 1), MOVEMENT, "movements", **known) == ["B.ended"]


def test_every_reason_is_given_at_once() -> None:
    assert codes("seat") == ["step.stage", "step.power", "step.room", "B.none"]
