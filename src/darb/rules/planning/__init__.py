"""Who flies when: the best plan for groups on candidate flights, with a proof of how good it is.

    instance = read_instance(json.load(file))
    plan = solve(instance, seconds=60, gap=0.01)
    assert not check(instance, plan.assignments)

`solve` is anytime: `watch` hears of every better plan and bound, and `stop` ends it with the best so far.
"""

from .checking import Cost, check, cost
from .instance import Airport, Flight, Group, Instance, Prices
from .plan import Plan, Progress
from .queueing import best_queue, first_come_first_served
from .reading import read_assignments, read_instance
from .reasons import Opening, reasons, unopened
from .solving import solve

__all__ = [
    "Airport",
    "Cost",
    "Flight",
    "Group",
    "Instance",
    "Opening",
    "Plan",
    "Prices",
    "Progress",
    "best_queue",
    "check",
    "cost",
    "first_come_first_served",
    "read_assignments",
    "read_instance",
    "reasons",
    "solve",
    "unopened",
]
