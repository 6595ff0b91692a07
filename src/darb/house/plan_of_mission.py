"""The mission itself as an instance of planning, for the command line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from . import database


def instance_of_mission(start: date | None, days: int | None) -> dict[str, Any]:
    """What there is to plan from `start` on (tomorrow unless said), for so many days, in the format of instances.

    Groups are named by the reference of a case; nothing else of a person is in it.
    """
    with database.open_house():
        from django.utils import timezone

        from darb.movements.plan_queries import instance_now
        from darb.rules.planning.writing import instance_record
        from darb.trust.context import acting
        from darb.trust.queries import HOUSE

        with acting(HOUSE):
            first = start or timezone.localdate() + timedelta(days=1)
            return instance_record(instance_now(HOUSE, first, days))
