"""Loads the demonstration: those who returned, those who wait, today's session and tomorrow's flight.

Deterministic but for references, which are random by design: the same day of loading gives the same
people with the same histories. Dates move with the day. No module here needs Django until `load` runs,
so that a fresh process can set it up first.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any

from django.db import connections

from darb.rules.refusal import Refused
from darb.rules.words import _

Progress = Callable[[str, int, int], None]
PROCESSES = 2
OBJECTS_BETWEEN_SWEEPS = 200_000


def load(today: date, progress: Progress, *, numbers: Collection[int] | None = None, scale: float = 1.0) -> None:
    """Load everything as of `today`, telling `progress(what, done, of)` as it goes.

    `numbers` picks groups (None: all) and `scale` makes them smaller: for tests. Groups don't touch each other, so
    two processes load them side by side. Raises Refused when one of them is killed; what it was at is undone.
    """
    from . import groups

    edition = groups.edition()
    chosen = list(range(groups.count(today)) if numbers is None else numbers)
    database = {k: connections["default"].settings_dict[k] for k in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    connections.close_all()
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_begin, initargs=(database,)) as processes:
        try:
            for ground in [processes.submit(_prepare, today, PROCESSES, part) for part in range(PROCESSES)]:
                ground.result()
            told = [processes.submit(_tell, today, number, edition, scale) for number in chosen]
            for done, group in enumerate(as_completed(told), 1):
                group.result()
                progress("groups of people", done, len(chosen))
        except BaseException as error:
            # Ctrl-C too: nobody waits for what would be thrown away.
            for child in active_children():
                child.kill()
            if not isinstance(error, BrokenProcessPool):
                raise
            raise Refused(
                "demo_cut_off", _("Loading the demonstration was cut off: a process of it was ended from outside.")
            ) from None


def _begin(database: dict[str, Any]) -> None:
    """In a process of its own: the rooms, on the database that the asking process uses."""
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's to hear
    Thread(target=_end_with_the_asker, daemon=True).start()
    django.setup()
    connections["default"].settings_dict.update(database)
    # Rows by the ten thousand, and hardly a cycle among them: looking for garbage more often costs a quarter more.
    gc.set_threshold(OBJECTS_BETWEEN_SWEEPS, 20, 100)


def _end_with_the_asker() -> None:
    """What is half told when the asking process dies is undone by the database."""
    asker = parent_process()
    assert asker is not None
    asker.join()
    os._exit(1)


def _prepare(today: date, of: int, part: int) -> None:
    from . import groups

    groups.prepare(today, of, part)


def _tell(today: date, number: int, edition: int, scale: float) -> None:
    from . import groups

    groups.tell(today, number, edition, scale)
