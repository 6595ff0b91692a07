"""What the worker does in the background. Every job may be run twice and does the same once.

A round over all open cases goes chunk by chunk, each a job and a transaction of its own, so that a round that
is cut off goes on where it was. `timestamp` is the second (since 1970, UTC) that a round belongs to; `after` the
last case id that is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from darb.cases.actions import refresh_readiness
from darb.cases.models import Case
from darb.cases.visa_actions import expire_visas
from darb.movements.models import Plan
from darb.movements.plan_actions import begin_plan, fail_plan, finish_plan, note_progress
from darb.people.family_actions import trace
from darb.people.identity_actions import suggest
from darb.people.likeness_actions import rekey
from darb.people.matching_queries import matched_until, suspicions
from darb.people.models import Duplicate, Relative
from darb.rules.planning import Progress
from darb.rules.planning.rounds import solve_mission
from darb.rules.refusal import Refused
from darb.trust.action import Act
from darb.trust.context import acting
from darb.trust.queries import HOUSE

from . import alerts, who_is_who

CASES_AT_A_TIME = 2000
FILES_AT_A_TIME = 2000
RELATIVES_AT_A_TIME = 200
RECORDS_AT_A_TIME = 50_000
EVERY = 1.0
"""Seconds between two looks whether a plan is to be ended, and two notes of how far it is."""
SELDOM = 5.0
"""Seconds between two notes of who would fly on what."""
GAP = 0.001
"""A plan that can be beaten by so small a share at most is good enough."""


@app.periodic(cron="17 2 * * *")
@app.task(name="refresh_readiness", lock="refresh_readiness", queueing_lock="refresh_readiness")
def refresh(timestamp: int, after: int = 0) -> None:
    """Every night, judge and score all open cases again."""
    with acting(HOUSE):
        last = refresh_readiness(_by_house(timestamp), after, CASES_AT_A_TIME)
        if last is not None:
            _go_on(refresh, timestamp, last)


@app.periodic(cron="47 3 * * *")
@app.task(name="tell_of_ends", lock="tell_of_ends", queueing_lock="tell_of_ends")
def tell_of_ends(timestamp: int, after: int = 0) -> None:
    """Every night, raise the tasks about what runs out soon (see `alerts`), each once, however often this runs; what
    ran out has expired."""
    with acting(HOUSE):
        if not after:
            alerts.expire(_by_house(timestamp))
        cases = list(Case.objects.filter(pk__gt=after, closed=None).order_by("pk")[:CASES_AT_A_TIME])
        alerts.tell(_by_house(timestamp), cases)
        if len(cases) == CASES_AT_A_TIME:
            _go_on(tell_of_ends, timestamp, cases[-1].pk)


@app.periodic(cron="7 0 * * *")
@app.task(name="expire_visas", lock="expire_visas", queueing_lock="expire_visas")
def end_visas(timestamp: int) -> None:
    """Every night, mark the exit visas whose last day is over: given, and nobody travelled on them."""
    with acting(HOUSE):
        expire_visas(_by_house(timestamp))


@app.task(name="make_plan", lock="make_plan")
def make_plan(ref: str, timestamp: int) -> None:
    """Make the plan that was asked for: its progress is there to see, and whoever asks ends it with the best so far.

    What is found is kept step by step, each in a transaction of its own: solving itself holds none.
    """
    act = _by_house(timestamp)
    with acting(HOUSE):
        plan = Plan.objects.filter(ref=ref).first()
    if plan is None:
        return
    seen = _Seen(act, plan)
    try:
        with acting(HOUSE):
            mission = begin_plan(act, plan)
        if mission is None:
            return
        solved = solve_mission(
            mission.raw, mission.beyond, seconds=plan.seconds_allowed, gap=GAP, watch=seen.watch, stop=seen.stop
        )
    except Refused as refused:
        with acting(HOUSE):
            fail_plan(act, plan, refused)
        return
    with acting(HOUSE):
        finish_plan(act, plan, mission, solved)


@dataclass
class _Seen:
    """What is kept while a plan is made: the figures at most every `EVERY` seconds, who is where every `SELDOM`."""

    act: Act
    plan: Plan
    stopped: bool = False
    kept: float = 0.0
    placed: float = 0.0
    looked: float = field(default_factory=perf_counter)

    def watch(self, progress: Progress) -> None:
        """Keep how far it is."""
        if self.kept and progress.seconds < self.kept + EVERY:
            return
        place = not self.placed or progress.seconds >= self.placed + SELDOM
        with acting(HOUSE):
            told = progress if place else replace(progress, assignments={})
            self.stopped = note_progress(self.act, self.plan, told)
        self.kept = progress.seconds
        self.placed = progress.seconds if place else self.placed

    def stop(self) -> bool:
        """Whether somebody wants it to end."""
        now = perf_counter()
        if not self.stopped and now - self.looked >= EVERY:
            with acting(HOUSE):
                self.stopped = Plan.objects.filter(pk=self.plan.pk, stop_asked=True).exists()
            self.looked = now
        return self.stopped


@app.periodic(cron="23 0 * * *")
@app.task(name="rekey", lock="rekey", queueing_lock="rekey")
def make_keys_again(timestamp: int, after: int = 0) -> None:
    """Every night, make keys of names anew that another version made, chunk by chunk."""
    with acting(HOUSE):
        last = rekey(_by_house(timestamp), after, FILES_AT_A_TIME)
        if last is not None:
            _go_on(make_keys_again, timestamp, last)


@app.periodic(cron="41 0 * * *")
@app.task(name="match_registrations", lock="match_registrations", queueing_lock="match_registrations")
def match_registrations(timestamp: int, after: int = -1) -> None:
    """Every night, compare new registrations with all, and ask about those that may be one person.

    `after` is the last record that was compared; a new round (-1) goes on where the one before ended.
    """
    with acting(HOUSE):
        found, last = suspicions(HOUSE, matched_until(HOUSE) if after < 0 else after, RECORDS_AT_A_TIME)
        if last is None:
            _go_on(weigh_questions, timestamp, 0)
        else:
            suggest(_by_house(timestamp), found, last)
            _go_on(match_registrations, timestamp, last)


@app.task(name="weigh_questions", lock="weigh_questions", queueing_lock="weigh_questions")
def weigh_questions(timestamp: int, after: int = 0) -> None:
    """After the comparing: what hangs on each open question, for the order of the queue."""
    with acting(HOUSE):
        open_ones = Duplicate.objects.filter(pk__gt=after, settled_at=None).order_by("pk")
        some = list(open_ones[:FILES_AT_A_TIME])
        who_is_who.weigh_questions(_by_house(timestamp), some)
        if len(some) == FILES_AT_A_TIME:
            _go_on(weigh_questions, timestamp, some[-1].pk)


@app.periodic(cron="11 1 * * *")
@app.task(name="trace_relatives", lock="trace_relatives", queueing_lock="trace_relatives")
def trace_relatives(timestamp: int, after: int = 0) -> None:
    """Every night, look at every site for the relatives of those who agreed to it: for protection to see."""
    with acting(HOUSE):
        some = list(Relative.objects.filter(pk__gt=after).order_by("pk")[:RELATIVES_AT_A_TIME])
        if some:
            trace(_by_house(timestamp), some)
        if len(some) == RELATIVES_AT_A_TIME:
            _go_on(trace_relatives, timestamp, some[-1].pk)


def _by_house(timestamp: int) -> Act:
    return Act(HOUSE, datetime.fromtimestamp(timestamp, UTC))


def _go_on(job: Any, timestamp: int, after: int) -> None:
    """Queue the next chunk, before this chunk's commit: a crash in between repeats a chunk and loses none."""
    try:
        with transaction.atomic():
            job.defer(timestamp=timestamp, after=after)
    except AlreadyEnqueued:
        return  # by the run of this chunk that was cut off
