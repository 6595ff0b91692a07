"""What bounds somebody's days: the gates that turn at their ends, and why."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Readiness
from darb.cases.turning_queries import red_on, turns
from darb.rules.roles import Role
from tests.cast import act_as, actor, in_days
from tests.travellers import ready

OFFICER = Role.MOVEMENT_OFFICER


def test_the_gate_that_ends_the_days_is_named_with_its_day_reason_and_who_mends_it(house):
    (case,) = ready()
    give_verdicts(act_as(), [Ruled(case, "R9", "FTT-1", until=in_days(10))])
    (turn,) = turns(actor(OFFICER), [case], {case.pk: [in_days(10)]})
    assert (turn.gate.code, turn.day, turn.opens, turn.who) == ("R9", in_days(10), False, Role.PHYSICIAN)
    assert turn.reason.in_english()
    assert turns(actor(OFFICER), [case], {case.pk: [in_days(9)]}) == [], "nothing turns on that day"


def test_every_end_of_the_ready_days_is_the_turn_of_some_gate(house):
    cases = ready(2)
    give_verdicts(act_as(), [Ruled(cases[0], "R9", "FTT-1", until=in_days(10))])
    for row in Readiness.objects.all():
        case = next(c for c in cases if c.pk == row.case_id)
        assert row.ready.edges
        told = turns(actor(OFFICER), [case], {case.pk: row.ready.edges})
        assert {t.day for t in told} == set(row.ready.edges)
        assert all(t.opens == (t.day in row.ready) for t in told)


def test_a_red_gate_is_told_with_the_day_on_which_it_turns_green_by_itself(house):
    (case,) = ready()
    assert red_on(actor(OFFICER), case, in_days(1)) == []
    give_verdicts(act_as(), [Ruled(case, "R9", "FTT-3")])
    (red,) = red_on(actor(OFFICER), case, in_days(1))
    assert (red.gate.code, red.day, red.opens) == ("R9", None, True)


def test_of_many_it_is_asked_in_as_many_statements_as_of_one(house):
    counts, officer = [], actor(OFFICER)
    for number in (1, 6):
        cases = ready(number)
        give_verdicts(act_as(), [Ruled(c, "R9", "FTT-1", until=in_days(10)) for c in cases])
        with CaptureQueriesContext(connection) as asked:
            found = turns(officer, cases, {c.pk: [in_days(10), in_days(10) + timedelta(1)] for c in cases})
        assert [t.case for t in found] == cases
        counts.append(len(asked))
    assert counts == [2, 2]
