"""Loads the demonstration: those who returned, those who wait, today's session and tomorrow's flight.

Deterministic but for references, which are random by design: the same day of loading gives the same
people with the same histories. Dates move with the day. No module here needs Django until `load` runs,
so that a fresh process can set it up first.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connections

Progress = Callable[[str, int, int], None]
_PROCESSES = 2


def load(today: date, progress: Progress) -> None:
    """Load everything as of `today`, telling `progress(what, done, of)` as it goes. The database holds no case yet.

    Groups don't touch each other, so two processes load them side by side.
    """
    from darb.trust.context import acting
    from darb.trust.queries import HOUSE

    from . import groups
    from .staff import open_accounts

    with acting(HOUSE):
        open_accounts(datetime(today.year, today.month, today.day, 7, tzinfo=UTC) - timedelta(days=200))
    total = groups.count(today)
    database = {k: connections["default"].settings_dict[k] for k in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    connections.close_all()
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn"), initializer=_begin, initargs=(database,)) as processes:
        told = [processes.submit(_tell, today, number) for number in range(total)]
        for done, group in enumerate(as_completed(told), 1):
            group.result()
            progress("groups of people", done, total)


def _begin(database: dict[str, Any]) -> None:
    """In a process of its own: the rooms, on the database that the asking process uses."""
    import django

    django.setup()
    connections["default"].settings_dict.update(database)


def _tell(today: date, number: int) -> None:
    from . import groups

    groups.tell(today, number)
