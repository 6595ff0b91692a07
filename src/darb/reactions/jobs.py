"""What the worker does in the background. Every job may be run twice and does the same once."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from darb.cases.actions import refresh_readiness
from darb.trust.action import Act
from darb.trust.context import acting
from darb.trust.queries import HOUSE

CASES_AT_A_TIME = 2000


@app.periodic(cron="17 2 * * *")
@app.task(name="refresh_readiness", lock="refresh_readiness", queueing_lock="refresh_readiness")
def refresh(timestamp: int, after: int = 0) -> None:
    """Every night, judge all open cases again: a chunk, then a job for the rest, so that it resumes where it was.

    `timestamp` is the second (since 1970, UTC) that the round belongs to; `after` the last case id that is done.
    """
    with acting(HOUSE):
        last = refresh_readiness(Act(HOUSE, datetime.fromtimestamp(timestamp, UTC)), after, CASES_AT_A_TIME)
        if last is not None:
            # Queued before this chunk's commit: a crash in between repeats a chunk and loses none.
            try:
                refresh.defer(timestamp=timestamp, after=last)
            except AlreadyEnqueued:
                return  # by the run of this chunk that was cut off
