"""What the worker does in the background. Every job may be run twice and does the same once.

A round over all open cases goes chunk by chunk, each a job and a transaction of its own, so that a round that
is cut off goes on where it was. `timestamp` is the second (since 1970, UTC) that a round belongs to; `after` the
last case id that is done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from darb.cases.actions import refresh_readiness
from darb.cases.models import Case
from darb.trust.action import Act
from darb.trust.context import acting
from darb.trust.queries import HOUSE

from . import alerts

CASES_AT_A_TIME = 2000


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
    """Every night, raise the tasks about what runs out soon (see `alerts`): each once, however often this runs."""
    with acting(HOUSE):
        cases = list(Case.objects.filter(pk__gt=after, closed=None).order_by("pk")[:CASES_AT_A_TIME])
        alerts.tell(_by_house(timestamp), cases)
        if len(cases) == CASES_AT_A_TIME:
            _go_on(tell_of_ends, timestamp, cases[-1].pk)


def _by_house(timestamp: int) -> Act:
    return Act(HOUSE, datetime.fromtimestamp(timestamp, UTC))


def _go_on(job: Any, timestamp: int, after: int) -> None:
    """Queue the next chunk, before this chunk's commit: a crash in between repeats a chunk and loses none."""
    try:
        with transaction.atomic():
            job.defer(timestamp=timestamp, after=after)
    except AlreadyEnqueued:
        return  # by the run of this chunk that was cut off
