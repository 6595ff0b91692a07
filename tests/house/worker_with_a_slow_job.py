"""A worker that knows one more job: it writes its attempts into a file, and is slow the first time.

python worker_with_a_slow_job.py FILE defer|work|die
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from darb.house import database, worker

ledger, deed = Path(sys.argv[1]), sys.argv[2]
database.set_up_django()

from procrastinate.contrib.django import app


@app.task(name="test_slow", pass_context=False)
def slow() -> None:
    """Leave a mark, and hang while no earlier mark is there."""
    first = not ledger.exists()
    with ledger.open("a") as file:
        file.write("began\n")
    if first:
        time.sleep(600)
    with ledger.open("a") as file:
        file.write("done\n")


@app.task(name="test_fatal")
def fatal() -> None:
    """End the worker itself, each time."""
    with ledger.open("a") as file:
        file.write("began\n")
    os.kill(os.getpid(), 9)


if deed == "defer":
    slow.defer()
elif deed == "defer-fatal":
    fatal.defer()
else:
    worker.run(silent=1.0, every=0.5, wait=deed != "drain")
