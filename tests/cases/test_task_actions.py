"""Tasks: raised once, done by their role, over when a deed did what they asked for."""

from __future__ import annotations

import pytest

from darb.cases.actions import close, take_step
from darb.cases.models import Task
from darb.cases.queries import my_tasks
from darb.cases.task_actions import ToDo, do_task, raise_tasks, tasks_over
from darb.rules.refusal import Forbidden
from darb.rules.roles import Role
from tests.cast import act_as, actor, case, in_days


def test_a_task_is_raised_once_until_it_is_done_by_its_role(house):
    ibrahim = case()
    todo = ToDo(ibrahim, "by_hand", Role.PHYSICIAN, in_days(2), "look at the wound")
    task = raise_tasks(act_as(), [todo])[0]
    assert raise_tasks(act_as(), [todo]) == []
    with pytest.raises(Forbidden):
        do_task(act_as(Role.VHR_CASEWORKER), task)
    do_task(act_as(Role.PHYSICIAN), task)
    assert len(raise_tasks(act_as(), [todo])) == 1


def test_nothing_is_left_to_do_about_a_case_that_is_closed(house):
    ibrahim = case()
    raise_tasks(act_as(), [ToDo(ibrahim, "by_hand", Role.PHYSICIAN, in_days(2))])
    assert len(my_tasks(actor(Role.PHYSICIAN))) == 1
    take_step(act_as(), [ibrahim], "lose_contact", reason="three calls unanswered")
    close(act_as(), [ibrahim], "no_contact")
    assert my_tasks(actor(Role.PHYSICIAN)) == []
    assert Task.objects.filter(case=ibrahim, done_at=None).count() == 1


def test_what_a_deed_did_is_on_nobodys_list_any_more_and_the_rest_is(house):
    ibrahim, awa = case(), case()
    asked = [ToDo(of, kind, Role.PHYSICIAN, in_days(2)) for of in (ibrahim, awa) for kind in ("by_hand", "follow_up")]
    raise_tasks(act_as(), asked)
    tasks_over(act_as(Role.NURSE), [ibrahim.pk], "by_hand", "screen_again")
    tasks_over(act_as(Role.NURSE), [ibrahim.pk], "screen_again")
    still = Task.objects.filter(case__in=[ibrahim, awa], done_at=None).order_by("pk")
    assert [(t.case_id, t.kind) for t in still] == [
        (ibrahim.pk, "follow_up"),
        (awa.pk, "by_hand"),
        (awa.pk, "follow_up"),
    ]
