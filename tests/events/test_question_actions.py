"""What an embassy asks beyond its due: refused, kept, and told to whoever must know."""

from __future__ import annotations

import pytest

from darb.cases.models import Task
from darb.events import consular_queries
from darb.events.models import EmbassyQuestion
from darb.events.question_actions import Question, refuse_question, settle_question
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from tests.cast import act_as, actor
from tests.events.cast import called

CONSULAR, LEAD, MANAGER = Role.CONSULAR_OFFICER, Role.PROTECTION_LEAD, Role.PROGRAMME_MANAGER


def test_where_a_dissident_stays_is_refused_and_protection_is_told_today(house):
    event, (asked_about, _other) = called(2)
    line = event.lines.get(case=asked_about)
    kept = refuse_question(act_as(CONSULAR), event, Question("whereabouts", "Which cell is he in?", line.pk))
    task = Task.objects.get(kind="embassy_asked")
    assert (task.case, task.role, task.due) == (asked_about, LEAD, act_as().day)
    assert [q.pk for q in consular_queries.questions(actor(LEAD))] == [kept.pk]
    for other in (CONSULAR, MANAGER, Role.VHR_CASEWORKER):
        assert not consular_queries.questions(actor(other)), "told to protection, and to nobody else"
    settle_question(act_as(LEAD), kept, "Moved to a shelter; the case is looked at for protection")
    task.refresh_from_db()
    assert task.done_at is not None
    with pytest.raises(Refused, match="settled_already"):
        settle_question(act_as(LEAD), kept, "again")


def test_about_somebody_who_isnt_on_the_list_only_the_words_are_kept(house):
    event, _people = called(1)
    kept = refuse_question(act_as(CONSULAR), event, Question("whereabouts", "Where is the journalist Touray?"))
    assert (kept.person_id, kept.case_id, kept.owner) == (None, None, LEAD)
    assert not Task.objects.filter(kind="embassy_asked").exists()


def test_an_embassy_that_asks_migrants_for_money_reaches_the_programme_manager(house):
    event, _people = called(1)
    kept = refuse_question(act_as(CONSULAR), event, Question("money", "50 dinars a person for the stamp"))
    assert [q.pk for q in consular_queries.questions(actor(MANAGER))] == [kept.pk]
    with pytest.raises(Forbidden):
        settle_question(act_as(LEAD), kept, "spoken to the consul")
    settle_question(act_as(MANAGER), kept, "The ambassador was told; we pay the fee")
    assert not consular_queries.questions(actor(MANAGER))
    assert consular_queries.questions(actor(MANAGER), settled=True)


def test_what_cannot_be_right_is_refused_and_nothing_is_kept(house):
    event, _people = called(1)
    other, _others = called(1)
    for wrong in (Question("weather", "?"), Question("money", "  ")):
        with pytest.raises(Invalid):
            refuse_question(act_as(CONSULAR), event, wrong)
    with pytest.raises(Missing):
        refuse_question(act_as(CONSULAR), event, Question("money", "50 dinars", other.lines.get().pk))
    assert not EmbassyQuestion.objects.exists()
