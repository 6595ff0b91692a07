"""What runs out is told in time and once: the night's work, through the worker's own functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from darb.cases.actions import Ruled, give_verdicts, take_step
from darb.cases.models import Case, ExitVisa, Task
from darb.cases.task_actions import do_task
from darb.movements.actions import book
from darb.movements.flight_actions import postpone
from darb.movements.reading import Booking
from darb.people.actions import give_consents, move_documents, record_documents
from darb.people.models import Consent, CustodyStep, Document
from darb.reactions import jobs
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import TODAY, act_as, case, cases, in_days, on
from tests.travellers import FLIGHT_DAY, flight, ready


def night_of(day: date) -> None:
    """The worker's round in the night of `day`, with every chunk of it."""
    timestamp = int(on(day).timestamp())
    jobs.tell_of_ends(timestamp=timestamp)
    while job := ProcrastinateJob.objects.filter(task_name="tell_of_ends", status="todo").first():
        app.job_manager.connector.execute_query("delete from procrastinate_jobs where id = %(id)s", id=job.pk)
        jobs.tell_of_ends(**job.args)


def told(kind: str) -> list[tuple[int, str, date]]:
    """Case, role and due day of the tasks of one kind."""
    return list(Task.objects.filter(kind=kind).order_by("case_id").values_list("case_id", "role", "due"))


def laissez_passers(whose: Sequence[Case], issued: date, expires: date) -> list[Document]:
    """They come from the embassy on the day of issue, into custody."""
    rows = [
        Document(
            person=c.person,
            kind="laissez_passer",
            number=f"LP{c.pk}{expires:%y%m%d}",
            country="GMB",
            issued=issued,
            expires=expires,
            received=issued,
            state="in_custody",
        )
        for c in whose
    ]
    return record_documents(act_as(Role.CONSULAR_OFFICER, at=on(issued)), rows)


def agree(them: Sequence[Case], given: date) -> None:
    """They consent to return."""
    purpose, form = "voluntary_return", "thumbprint"
    agreed = [Consent(person=c.person, purpose=purpose, form=form, language="bam", given=given) for c in them]
    give_consents(act_as(at=on(given)), agreed)


def test_thirty_three_laissez_passers_that_last_thirty_days_raise_alerts_on_day_sixteen(house):
    gambians = cases(33, nationality="GMB", site="DC-SABHA")
    laissez_passers(gambians, TODAY, in_days(30))
    night_of(in_days(15))
    assert told("document_expires") == []
    night_of(in_days(16))
    assert told("document_expires") == [(c.pk, "consular_officer", in_days(23)) for c in gambians]


def test_the_same_end_is_told_once_even_when_the_task_is_done(house):
    ibrahim = case()
    laissez_passers([ibrahim], TODAY, in_days(10))
    assert len(told("document_expires")) == 1, "told at once, in the deed that took it into custody"
    night_of(TODAY)
    do_task(act_as(Role.CONSULAR_OFFICER), Task.objects.get(kind="document_expires"))
    night_of(in_days(1))
    night_of(in_days(2))
    assert len(told("document_expires")) == 1


def test_a_newer_document_takes_the_worry_away_until_it_runs_out_too(house):
    ibrahim = case()
    laissez_passers([ibrahim], TODAY, in_days(30))
    laissez_passers([ibrahim], in_days(10), in_days(60))
    night_of(in_days(20))
    assert told("document_expires") == []
    night_of(in_days(46))
    assert len(told("document_expires")) == 1


def test_what_was_mended_is_off_the_list_by_itself(house):
    ibrahim = case()
    laissez_passers([ibrahim], TODAY, in_days(30))
    night_of(in_days(16))
    laissez_passers([ibrahim], in_days(18), in_days(90))
    task = Task.objects.get(kind="document_expires")
    assert (task.done_at, task.done_by) == (on(in_days(18)), 0)


def test_a_consent_given_anew_takes_its_task_away_and_one_that_lapsed_doesnt(house):
    renews, lets_lapse = cases(2)
    agree([renews, lets_lapse], TODAY)
    night_of(in_days(80))
    agree([renews], in_days(85))
    night_of(in_days(95))
    assert [t.done_at for t in Task.objects.filter(kind="consent_lapses").order_by("case_id")] == [
        on(in_days(85)),
        None,
    ]


@pytest.mark.parametrize("state", ["lost", "held", "cancelled"])
def test_a_document_that_isnt_in_our_custody_raises_nothing(house, state):
    ibrahim = case()
    documents = laissez_passers([ibrahim], TODAY, in_days(30))
    move_documents(act_as(Role.CONSULAR_OFFICER), documents, state)
    night_of(in_days(20))
    assert told("document_expires") == []


def test_nobody_is_told_about_the_papers_of_a_person_who_withdrew(house):
    ibrahim = case()
    laissez_passers([ibrahim], TODAY, in_days(30))
    take_step(act_as(), [ibrahim], "withdraw", reason="wants to stay")
    night_of(in_days(20))
    assert told("document_expires") == []


def test_a_consent_that_lapses_within_fourteen_days_is_the_caseworkers_to_renew(house):
    ibrahim = case()
    agree([ibrahim], TODAY)
    night_of(in_days(75))
    assert told("consent_lapses") == []
    night_of(in_days(76))
    night_of(in_days(77))
    assert told("consent_lapses") == [(ibrahim.pk, "vhr_caseworker", in_days(89))]


def test_a_visa_that_ends_before_a_postponed_flight_is_told_in_the_deed_that_postponed_it(house):
    ibrahim, musa = ready(2)
    flown = flight()
    book(act_as(), flown, [Booking(ibrahim), Booking(musa)])
    assert told("visa_ends_before_flight") == []
    ends = ExitVisa.objects.get(case=ibrahim).valid_to
    ExitVisa.objects.filter(case=musa).update(valid_to=ends + timedelta(days=40))
    postpone(act_as(Role.MOVEMENT_OFFICER), flown, on(ends + timedelta(days=1)), "no slot")
    assert told("visa_ends_before_flight") == [(ibrahim.pk, "exit_visa_officer", TODAY)]
    night_of(in_days(1))
    assert len(told("visa_ends_before_flight")) == 1
    assert ends > FLIGHT_DAY


def test_a_nationality_left_open_for_thirty_days_comes_before_protection(house):
    ibrahim, confirmed = cases(2)
    officer = act_as(Role.CONSULAR_OFFICER)
    give_verdicts(officer, [Ruled(ibrahim, "R6", "pending_capital"), Ruled(confirmed, "R6", "pending_capital")])
    give_verdicts(act_as(Role.CONSULAR_OFFICER, at=on(in_days(20))), [Ruled(ibrahim, "R6", "pending_evidence")])
    give_verdicts(act_as(Role.CONSULAR_OFFICER, at=on(in_days(20))), [Ruled(confirmed, "R6", "confirmed")])
    night_of(in_days(29))
    assert told("nationality_review") == []
    night_of(in_days(30))
    night_of(in_days(31))
    assert told("nationality_review") == [(ibrahim.pk, "protection_lead", in_days(33))], "counted from the first word"


def test_the_night_goes_chunk_by_chunk_and_a_chunk_that_is_repeated_tells_nobody_twice(house, monkeypatch):
    monkeypatch.setattr(jobs, "CASES_AT_A_TIME", 2)
    mine = cases(5, nationality="GMB")
    laissez_passers(mine, TODAY, in_days(30))
    timestamp = int(on(in_days(16)).timestamp())
    jobs.tell_of_ends(timestamp=timestamp)
    jobs.tell_of_ends(timestamp=timestamp)
    assert len(told("document_expires")) == 2
    assert ProcrastinateJob.objects.filter(task_name="tell_of_ends", status="todo").count() == 1
    night_of(in_days(16))
    assert [c for c, _role, _due in told("document_expires")] == [c.pk for c in mine]


def test_a_night_without_news_leaves_no_trace_in_the_log(house):
    laissez_passers(cases(2), TODAY, in_days(30))
    night_of(in_days(16))
    before = ActionLog.objects.count()
    night_of(in_days(17))
    assert ActionLog.objects.count() == before


def test_every_night_the_days_waited_are_scored_anew(house):
    ibrahim = case(site="TOWN-TRIPOLI")
    assert ibrahim.priority == 0
    jobs.refresh(timestamp=int(on(in_days(31)).timestamp()))
    assert Case.objects.get(pk=ibrahim.pk).priority == 10
    jobs.refresh(timestamp=int(on(in_days(400)).timestamp()))
    assert Case.objects.get(pk=ibrahim.pk).priority == 30, "at the most"


def test_the_rounds_are_due_every_night():
    app.perform_import_paths()
    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert due["tell_of_ends"] == "47 3 * * *"


def test_a_document_is_expired_the_night_after_its_last_day_and_its_chain_says_so(house):
    ibrahim = case()
    paper = laissez_passers([ibrahim], TODAY, in_days(30))[0]
    night_of(in_days(30))
    assert Document.objects.get(pk=paper.pk).state == "in_custody"
    night_of(in_days(31))
    night_of(in_days(32))
    assert Document.objects.get(pk=paper.pk).state == "expired"
    assert list(CustodyStep.objects.filter(state="expired").values_list("document", "day")) == [(paper.pk, in_days(31))]
