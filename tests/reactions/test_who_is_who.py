"""What follows from who is who: the night's comparing, what hangs on a question, tasks where files don't fit."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from darb.assistance.actions import Given, give
from darb.assistance.models import LedgerLine
from darb.assistance.queries import given_to
from darb.cases.actions import Opening, close, open_cases, take_step
from darb.cases.models import Case, GateRow, Task
from darb.movements.actions import book
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.people.actions import record_documents
from darb.people.identity_actions import judge, raise_duplicate, take_back
from darb.people.identity_queries import open_questions
from darb.people.models import Consent, Document, Duplicate, Name, Person, Stake, Stay
from darb.reactions import jobs
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, VHR, act_as, case, in_days, person
from tests.travellers import flight, ready

OSMAN = {"father": "Ibrahim", "family": "Adam", "nationality": "SDN", "born": date(1990, 5, 17)}


def night() -> None:
    """The worker's whole round of comparing, chunk by chunk."""
    timestamp = int(NOON.timestamp())
    jobs.match_registrations(timestamp=timestamp)
    names = {"match_registrations": jobs.match_registrations, "weigh_questions": jobs.weigh_questions}
    while job := ProcrastinateJob.objects.filter(task_name__in=names, status="todo").first():
        app.job_manager.connector.execute_query("delete from procrastinate_jobs where id = %(id)s", id=job.pk)
        names[job.task_name](**job.args)


def pairs() -> set[tuple[int, int]]:
    return set(Duplicate.objects.filter(settled_at=None).values_list("person_id", "other_id"))


def test_the_night_asks_about_who_was_registered_twice_in_two_scripts_and_nobody_waits_for_it(house):
    one = person(given="Osman", **OSMAN)
    person(given="Awa", sex="F")
    other = person(given="عثمان", script="A", **{**OSMAN, "father": "إبراهيم", "family": "آدم"})
    night()
    asked = Duplicate.objects.get()
    assert (asked.person_id, asked.other_id) == (one.pk, other.pk)
    assert not asked.waits
    assert asked.probability > 0.9


@pytest.mark.parametrize("at_a_time", [1, 2, 50])
def test_the_night_goes_on_where_it_was_cut_off_and_compares_new_ones_with_all(house, monkeypatch, at_a_time):
    monkeypatch.setattr(jobs, "RECORDS_AT_A_TIME", at_a_time)
    first = person(given="Osman", **OSMAN)
    second = person(given="Ousmane", **OSMAN)
    night()
    assert pairs() == {(first.pk, second.pk)}
    third = person(given="Othman", **OSMAN)
    night()
    assert pairs() == {(first.pk, second.pk), (first.pk, third.pk), (second.pk, third.pk)}
    before = Duplicate.objects.count()
    night()
    assert Duplicate.objects.count() == before


def test_who_was_found_to_be_two_is_never_asked_about_again(house):
    one, other = person(given="Osman", **OSMAN), person(given="Ousmane", **OSMAN)
    judge(act_as(), one, other, "different")
    night()
    assert pairs() == set()


def test_a_child_stands_before_the_others_in_the_queue_and_is_judged_blind(house):
    adults = person(given="Osman", **OSMAN), person(given="Ousmane", **OSMAN)
    born = {"born": date(2012, 2, 3), "father": "Musa", "family": "Haroun", "nationality": "TCD"}
    children = person(given="Fatima", sex="F", **born), person(given="Fatma", sex="F", **born)
    night()
    queue = list(open_questions(house))
    assert (queue[0].person_id, queue[0].other_id) == tuple(c.pk for c in children)
    assert queue[0].stake & Stake.CHILD
    assert queue[0].blind
    assert {q.person_id for q in queue} == {children[0].pk, adults[0].pk}


def test_one_person_with_two_open_cases_becomes_a_task_until_one_is_closed(house):
    one, other = case(given="Osman", **OSMAN), case(given="Ousmane", **OSMAN)
    judge(act_as(), one.person, other.person, "same")
    task = Task.objects.get(kind="two_open_cases", done_at=None)
    assert (task.case_id, task.role, task.reason) == (other.pk, Role.VHR_HEAD, one.ref)
    take_step(act_as(), [other], "merge_duplicate", reason="the same person")
    close(act_as(), [Case.objects.get(pk=other.pk)], "merged")
    assert not Task.objects.filter(kind="two_open_cases", done_at=None).exists()


def test_a_merge_taken_back_asks_whether_the_merged_case_must_be_opened_again(house):
    one, other = case(given="Osman", **OSMAN), case(given="Ousmane", **OSMAN)
    judge(act_as(), one.person, other.person, "same")
    take_step(act_as(), [other], "merge_duplicate", reason="the same person")
    take_back(act_as(), one.person, other.person, "brothers")
    assert Task.objects.get(kind="merged_case_alone", done_at=None).case_id == other.pk
    assert not Task.objects.filter(kind="two_open_cases", done_at=None).exists()


def test_a_second_case_opened_for_somebodys_other_file_becomes_the_same_task(house):
    one, other = case(given="Osman", **OSMAN), person(given="Ousmane", **OSMAN)
    judge(act_as(), one.person, other, "same")
    opened = open_cases(act_as(), VHR, [Opening(other, "SDN", departure_airport="MJI")])[0]
    assert Task.objects.get(kind="two_open_cases", done_at=None).case_id == opened.pk


def test_what_hangs_on_a_question_is_weighed_when_it_is_asked(house):
    one, other = case(given="Osman", **OSMAN), case(given="Ousmane", **OSMAN)
    raise_duplicate(act_as(), one.person, other.person, "same face")
    assert Duplicate.objects.get().stake == Stake.TWO_LISTS


def test_what_stands_in_one_file_counts_for_the_case_of_the_other_and_no_longer_when_taken_back(house):
    one, other = case(given="Osman", **OSMAN), person(given="Ousmane", **OSMAN)
    paper = Document(person=other, kind="passport", country="SDN", number="P1", state="in_custody")
    paper.received, paper.expires = TODAY, in_days(400)

    def green() -> bool:
        return TODAY in GateRow.objects.get(case=one, gate="R7").windows

    judge(act_as(), one.person, other, "same")
    assert not green()
    record_documents(act_as(), [paper])
    assert green(), "told in the other file, after the merge"
    take_back(act_as(), one.person, other, "brothers")
    assert not green()
    judge(act_as(), one.person, other, "same")
    assert green()


def test_what_one_file_was_given_isnt_given_to_the_other_once_more(house):
    one, other = person(given="Osman", **OSMAN), person(given="Ousmane", **OSMAN)
    give(act_as(), [Given(one, "pack", occasion="F1", point="departure")])
    judge(act_as(), one, other, "same")
    assert give(act_as(), [Given(other, "pack", occasion="F1", point="departure")], once=True) == []
    assert [line.person_id for line in given_to(house, other)] == [one.pk]
    take_back(act_as(), one, other, "brothers")
    assert len(give(act_as(), [Given(other, "pack", occasion="F1", point="departure")], once=True)) == 1


EVERYTHING = (Person, Name, Case, LedgerLine, Seat, Stay, Document, Consent)
DEEDS = st.lists(st.tuples(st.sampled_from(["same", "different", "back"]), st.integers(0, 2), st.integers(0, 2)))


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row that hangs on a person, but readiness, which follows from who is who."""
    return {m.__name__: list(m.objects.order_by("pk").values_list()) for m in EVERYTHING}


@pytest.fixture
def three_files(house) -> list[Person]:
    """Of a person on a manifest who was given something, one with a case and a passport, and one more."""
    (flies,), (waits,) = ready(1), ready(1)
    book(act_as(), flight(), [Booking(flies)])
    give(act_as(), [Given(flies.person, "pack", occasion="F1", point="departure")])
    return [flies.person, waits.person, person(given="Othman", **OSMAN)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_merged_and_unmerged_at_random_all_that_hangs_on_the_persons_is_as_it_was(three_files, deeds):
    def readiness() -> list[tuple[object, ...]]:
        return list(GateRow.objects.order_by("case", "gate").values_list("case", "gate", "windows"))

    files = three_files
    with transaction.atomic():
        before, ready_before = everything(), readiness()
        assert all(before.values()), "something of each kind"
        stands = set()
        for what, a, b in deeds:
            pair = frozenset({a, b})
            try:
                if what == "back":
                    take_back(act_as(), files[a], files[b], "wrong")
                    stands.discard(pair)
                else:
                    judge(act_as(), files[a], files[b], what)
                    stands.add(pair)
            except Refused:
                continue
        assert everything() == before, "nothing is copied, moved or written over"
        for a, b in map(sorted, stands):
            take_back(act_as(), files[a], files[b], "all of it was wrong")
        assert everything() == before
        assert readiness() == ready_before
        transaction.set_rollback(True)
