"""The worker's process: runs the jobs of `reactions.jobs` and takes up those that a killed worker dropped.

    python -m darb.house.worker

A worker tells the database every few seconds that it lives. A job of one that has been silent for
`SILENT` seconds is given back to the queue: at start, and every `ROUND` seconds. So jobs must be safe
to repeat, and a job is running again at the latest SILENT + ROUND seconds after its worker's end.
"""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from .database import refuse_unsafe_role, set_up_django
from .lifeline import MARK, die_with_parent

log = logging.getLogger("darb.worker")

BEAT, SILENT, ROUND = 5.0, 15.0, 30.0
TRIES = 3  # a job that ends its worker each time isn't tried for ever
PATIENCE = 20.0  # seconds a job gets to finish when the worker is told to stop


async def rescue(app: App, silent: float = SILENT) -> int:
    """Give the jobs of workers silent for `silent` seconds back to the queue; gives how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent))
    for job in stalled:
        if job.attempts + 1 >= TRIES:
            log.error("Job %s (%s) lost its worker %s times and is given up.", job.id, job.task_name, TRIES)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    return len(stalled)


async def work(app: App, *, silent: float = SILENT, every: float = ROUND, wait: bool = True) -> None:
    """Run jobs until told to stop (or, without `wait`, until none is left), rescuing stalled ones all the while."""
    async with app.open_async():
        await rescue(app, silent)
        keeper = asyncio.create_task(_keep_rescuing(app, silent, every))
        try:
            await app.run_worker_async(
                name="darb",
                wait=wait,
                concurrency=1,
                fetch_job_polling_interval=5.0,
                update_heartbeat_interval=min(BEAT, silent / 3),
                stalled_worker_timeout=silent,
                shutdown_graceful_timeout=PATIENCE,
                delete_jobs="successful",
            )
        finally:
            keeper.cancel()


async def _keep_rescuing(app: App, silent: float, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await rescue(app, silent)
        except ConnectorException as error:
            log.warning("The database didn't answer; stalled jobs are looked for again in %s s (%s).", every, error)


def run(*, silent: float = SILENT, every: float = ROUND, wait: bool = True) -> None:
    """Work in this process, which has Django set up."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        asyncio.run(work(working, silent=silent, every=every, wait=wait))


if __name__ == "__main__":
    die_with_parent(int(os.environ[MARK]) if MARK in os.environ else None)
    set_up_django()
    refuse_unsafe_role()
    run()
