"""Who waits how long: by nationality, sex, family and need, beside first come, first served.

Planning itself knows none of these; this only looks whether its order falls on some more than on others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .figures import waited
from .instance import Instance
from .queueing import first_come_first_served

FEW = 5
"""Of fewer people no average is told: it would say something about somebody."""


@dataclass(frozen=True)
class Traits:
    """What is looked at of one person: nationality (ISO3), sex, whether in a family, whether of greater need."""

    nationality: str
    sex: str
    family: bool
    need: bool


@dataclass(frozen=True)
class Share:
    """How some people fare: `kind` is a field of `Traits`, `of` its value as text.

    `days` and `queue_days` are the mean days of waiting in the plan and first come, first served; None of a few.
    """

    kind: str
    of: str
    people: int
    flown: int
    days: float | None
    queue_flown: int
    queue_days: float | None


KINDS = ("nationality", "sex", "family", "need")


def fairness(
    instance: Instance,
    assignments: Mapping[str, str],
    traits: Mapping[str, Sequence[Traits]],
    queue: Mapping[str, str] | None = None,
) -> list[Share]:
    """The shares of everyone whose `traits` (by group id, one for each person) are given, the largest first.

    `queue` is who would fly on what, first come, first served; found from the instance unless given.
    """
    queue = first_come_first_served(instance) if queue is None else queue
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
    for key, them in traits.items():
        group = instance.groups[key]
        told = [
            1,
            key in assignments,
            waited(instance, group, assignments.get(key)),
            key in queue,
            waited(instance, group, queue.get(key)),
        ]
        for person in them:
            for kind in KINDS:
                row = sums[kind, str(getattr(person, kind))]
                for n, more in enumerate(told):
                    row[n] += more
    shares = [
        Share(kind, of, people, flown, _mean(days, people), queue_flown, _mean(queue_days, people))
        for (kind, of), (people, flown, days, queue_flown, queue_days) in sums.items()
    ]
    return sorted(shares, key=lambda s: (KINDS.index(s.kind), -s.people, s.of))


def _mean(days: int, people: int) -> float | None:
    return round(days / people, 1) if people >= FEW else None
