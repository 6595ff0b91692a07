"""The best plan so far, put together from destinations, and what is proven: what both sides of planning write to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import RLock
from time import perf_counter

from .checking import check, cost
from .classes import Compiled
from .instance import Instance, Shared
from .modelling import Commons
from .plan import Plan, Progress, Stop, Watch, share
from .seating import of_destination, taken

TRIFLE = 1e-5
"""What numbers that were rounded may differ by."""


class Board:
    """Keeps the best plan, the best bound, and the time. A plan that breaks a rule never gets on it."""

    def __init__(
        self, instance: Instance, began: float, seconds: float, gap: float, watch: Watch | None, stop: Stop | None
    ) -> None:
        self.instance = instance
        self.bound = 0.0
        self.assignments: dict[str, str] = {}
        self.objective = float("inf")
        self.goal = gap
        self.lock = RLock()
        self.progress: list[Progress] = []
        self._ends = began + seconds
        self._began = began
        self._watch = watch
        self._stop = stop
        self._stopped = False

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._ends - perf_counter()

    @property
    def gap(self) -> float:
        """The proven gap of the best plan."""
        return share(self.objective, self.bound)

    def over(self) -> bool:
        """Whether to end: time is up, the gap is reached, or somebody asked."""
        if not self._stopped and self._stop is not None and self._stop():
            self._stopped = True
        return self._stopped or self.left <= 0 or self.gap <= self.goal

    def end(self) -> None:
        """Ask everybody who works on it to stop."""
        self._stopped = True

    def offer(self, assignments: Mapping[str, str], phase: str) -> bool:
        """Take a plan if it is better than the best and keeps every rule."""
        with self.lock:
            total = cost(self.instance, assignments).total
            if total >= self.objective - 1e-6 or check(self.instance, assignments):
                return False
            self.objective, self.assignments = total, dict(assignments)
            self._tell(phase)
            return True

    def prove(self, bound: float, phase: str) -> None:
        """Take a bound if it is better than the best."""
        with self.lock:
            if bound > self.bound + 1e-9 * abs(bound):
                self.bound = bound
                self._tell(phase)

    def plan(self) -> Plan:
        """The best plan as it stands."""
        with self.lock:
            self._tell("done")
            return Plan(
                self.assignments, self.objective, self.bound, perf_counter() - self._began, tuple(self.progress)
            )

    def _tell(self, phase: str) -> None:
        told = Progress(perf_counter() - self._began, self.objective, self.bound, phase, self.assignments)
        self.progress.append(told)
        if self._watch:
            self._watch(told)


class Shares:
    """Each destination's part of the plan, and what it leaves to others of what flights share."""

    def __init__(
        self,
        compiled: Compiled,
        commons: Commons,
        assignments: Mapping[str, str],
        parts: dict[str, Instance] | None = None,
    ) -> None:
        self.compiled = compiled
        self.commons = commons
        self.instance = compiled.instance
        self.parts = parts or {
            d: of_destination(self.instance, d) for d in dict.fromkeys(s.destination for s in compiled.classes)
        }
        self.assigned: dict[str, dict[str, str]] = {}
        self.cost: dict[str, float] = {}
        self.used: dict[str, dict[Shared, float]] = {}
        self.claimed: dict[str, dict[Shared, float]] = {}
        for destination in self.parts:
            self.put(destination, assignments)

    def anew(self) -> Shares:
        """The same destinations with nobody seated but who is locked."""
        return Shares(self.compiled, self.commons, self.instance.locked, self.parts)

    def put(self, destination: str, assignments: Mapping[str, str]) -> None:
        """Replace a destination's part by what `assignments` say of it."""
        part = self.parts[destination]
        mine = dict(part.locked) | {group: assignments[group] for group in part.groups if group in assignments}
        self.assigned[destination] = mine
        self.cost[destination] = cost(part, mine).total
        self.used[destination] = taken(self.compiled, self.commons, mine)

    def room_for(self, *destinations: str) -> dict[Shared, float]:
        """What the others leave of what flights share, with what they have claimed."""
        free = dict(self.commons.capacity)
        for other, used in self.used.items():
            if other not in destinations:
                claimed = self.claimed.get(other, {})
                for shared in used.keys() | claimed.keys():
                    free[shared] -= max(used.get(shared, 0.0), claimed.get(shared, 0.0))
        return free

    def claim(self, destination: str, amounts: Mapping[Shared, float]) -> bool:
        """Keep so much of what flights share from others while a destination's plan is made; false if it isn't free.

        Until `release`.
        """
        free = self.room_for(destination)
        if any(amount > max(0.0, free[shared]) + TRIFLE for shared, amount in amounts.items()):
            return False
        self.claimed[destination] = dict(amounts)
        return True

    def claimed_by_others(self, destinations: Collection[str]) -> dict[Shared, float]:
        """What others than these destinations have claimed beyond what they use."""
        found: dict[Shared, float] = {}
        for other, amounts in self.claimed.items():
            if other not in destinations:
                for shared, amount in amounts.items():
                    more = amount - self.used[other].get(shared, 0.0)
                    found[shared] = found.get(shared, 0.0) + max(0.0, more)
        return found

    def release(self, destination: str) -> None:
        """Give back what was claimed."""
        self.claimed.pop(destination, None)

    def fit(self, parts: Mapping[str, Mapping[str, str]]) -> bool:
        """Whether new parts, by destination, keep within what the others leave.

        What is claimed is divided, and may add up to a trifle too much: nobody is kept out who takes nothing of it.
        """
        free, wanted = self.room_for(*parts), dict[Shared, float]()
        for destination, assignments in parts.items():
            used = taken(self.compiled, self.commons, {**self.parts[destination].locked, **assignments})
            for shared, amount in used.items():
                wanted[shared] = wanted.get(shared, 0.0) + amount
        return all(amount <= max(0.0, free[shared]) + TRIFLE for shared, amount in wanted.items())

    @property
    def total(self) -> float:
        """What all parts cost."""
        return sum(self.cost.values())

    def together(self, instead: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, str]:
        """Everybody's assignments, with other ones for some destinations."""
        found = dict(self.instance.locked)
        for part in {**self.assigned, **(instead or {})}.values():
            found |= part
        return found
