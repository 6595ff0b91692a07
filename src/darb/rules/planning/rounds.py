"""Plans a mission of which an instance can't say everything: between what is allowed at most and at least."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter

from darb.rules.refusal import Refusal
from darb.rules.words import _

from .beyond import LIMITS, Beyond, agreed, carried, counted, narrowed, relaxed
from .checking import check, cost, refuse_locks
from .instance import Instance
from .plan import Plan, Progress, Stop, Watch, share
from .queueing import first_come_first_served
from .solving import solve
from .turns import ALL_DAY, aloft

PROOF = 0.4
"""The share of the time in which it is found out what no plan can be cheaper than."""
ROUNDS = 4


def solve_mission(
    raw: Instance,
    beyond: Beyond,
    *,
    seconds: float = 60.0,
    gap: float = 0.0,
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Plan:
    """The best plan found that keeps what the instance says and what is beyond it, with a proven bound on all such.

    As `solve`, which raises `Invalid` for locks that can't be kept; a mission of which nothing is beyond its instance
    is solved at once. Else first the relaxed instance, for the bound and for a wish, then narrowed ones as near to the
    wish as can be flown.
    """
    refuse_locks(broken(raw, beyond, raw.locked))
    wide, narrow = relaxed(raw, beyond), narrowed(raw, beyond, {})
    if wide == narrow:
        return solve(narrow, seconds=seconds, gap=gap, watch=watch, stop=stop)
    found = _Found(raw, beyond, perf_counter(), seconds, gap, watch, stop)
    # Whatever happens, there is a plan: the locks, and then who came first.
    found.offer(dict(raw.locked), "queue")
    found.offer(first_come_first_served(narrow), "queue")
    bounding = solve(wide, seconds=seconds * PROOF, gap=gap, watch=found.proven, stop=found.over)
    found.bound = max(found.bound, bounding.bound)
    found.offer(bounding.assignments, "proof")
    wish: Mapping[str, str] = bounding.assignments
    closed: set[str] = set()
    avoid: set[str] = set()
    for number in range(ROUNDS):
        if found.over():
            break
        narrow = narrowed(raw, beyond, wish, closed, avoid)
        left = found.left() / (ROUNDS - number) if number + 1 < ROUNDS else found.left()
        planned = solve(narrow, seconds=max(left, 0.1), gap=gap, watch=found.better, stop=found.over)
        found.offer(planned.assignments, "search")
        lone = _without_their_price(beyond, narrow, planned.assignments)
        stay = {g for g in beyond.stretches if g not in planned.assignments} - avoid
        if not lone and not stay and planned.assignments == wish:
            break
        closed |= lone
        avoid |= stay
        wish = planned.assignments
    return found.plan()


def broken(raw: Instance, beyond: Beyond, assignments: Mapping[str, str]) -> list[Refusal]:
    """Every rule of the mission that a plan (group id to flight id) breaks, each as one sentence."""
    known = {g: f for g, f in assignments.items() if g in raw.groups and f in raw.flights}
    whole = counted(raw, beyond, known)
    # Aircraft are counted below, by when they are back.
    free = replace(whole, fleet_per_day=dict.fromkeys(whole.fleet_per_day, len(whole.flights)))
    return [
        *check(free, assignments),
        *_on_red_days(raw, beyond, known),
        *_over_shared(raw, beyond, known),
        *_aircraft(whole, beyond, known),
    ]


def _on_red_days(raw: Instance, beyond: Beyond, known: Mapping[str, str]) -> list[Refusal]:
    return [
        Refusal(
            "planning.red_between",
            _("Group {group} isn't ready on {day}: only before and after, and flight {flight} leaves then."),
            {"group": g, "flight": known[g], "day": raw.flights[known[g]].date},
        )
        for g, stretches in beyond.stretches.items()
        if g in known and not any(first <= raw.flights[known[g]].date <= last for first, last in stretches)
    ]


def _over_shared(raw: Instance, beyond: Beyond, known: Mapping[str, str]) -> list[Refusal]:
    taken = carried(raw, known)
    found = []
    for shared in agreed(raw, beyond):
        needed = sum(taken[key, shared.limit] for key in shared.flights)
        if needed <= shared.amount:
            continue
        told = {"flight": shared.flights[0], "needed": needed, "limit": shared.amount}
        if shared.limit == "landing_quota":
            words = _("The receiving mission would get {needed} people in the week of {flight}, and takes {limit}.")
            found.append(Refusal("planning.received_a_week", words, told))
        elif shared.limit == "seats":
            words = _("Flight {flight} would need {needed} seats to all its stops with escorts, and has {limit}.")
            found.append(Refusal("planning.seats", words, told))
        else:
            words = _("Flight {flight} would carry more to all its stops than it takes: {needed}, at most {limit}.")
            found.append(Refusal("planning.limit", words, {**told, "kind": LIMITS[shared.limit]}))
    return found


def _aircraft(whole: Instance, beyond: Beyond, known: Mapping[str, str]) -> list[Refusal]:
    """Whether aircraft beside those that are owed suffice, at each moment when one leaves."""
    used = set(known.values())
    days: dict[tuple[str, date], list[str]] = defaultdict(list)
    for key, flight in whole.flights.items():
        if flight.charter and flight.aircraft and key not in whole.cancelled:
            days[flight.aircraft, flight.date].append(key)
    found = []
    for (aircraft, day), keys in days.items():
        owed = [beyond.away.get(k, ALL_DAY) for k in keys if k in beyond.owed]
        more = [beyond.away.get(k, ALL_DAY) for k in keys if k in used and k not in beyond.owed]
        for moment in sorted({leaves for leaves, _back in (*owed, *more)}):
            extra, needed = aloft(more, moment), aloft((*owed, *more), moment)
            if extra and needed > whole.fleet_per_day[aircraft]:
                words = _("{needed} {aircraft} would be away at one time on {day}, and there are {limit}.")
                told = {"aircraft": aircraft, "day": day, "needed": needed, "limit": whole.fleet_per_day[aircraft]}
                found.append(Refusal("planning.fleet", words, told))
                break
    return found


def _without_their_price(beyond: Beyond, narrow: Instance, assignments: Mapping[str, str]) -> set[str]:
    """Stops where nobody gets off, of flights used for another stop: next time they bear nothing of the flight."""
    used = set(assignments.values())
    return {key for parts in beyond.stops if used.intersection(parts) for key in parts if key not in used}


@dataclass
class _Found:
    """The best plan of the mission so far, and the bound."""

    raw: Instance
    beyond: Beyond
    begun: float
    seconds: float
    goal: float
    watch: Watch | None
    stop: Stop | None
    bound: float = 0.0
    objective: float = float("inf")
    assignments: Mapping[str, str] = field(default_factory=dict)
    told: list[Progress] = field(default_factory=list)

    def left(self) -> float:
        """Seconds that are left."""
        return self.seconds - (perf_counter() - self.begun)

    def over(self) -> bool:
        """Whether somebody wants it to end, time is up, or it is as good as was asked for."""
        near = share(self.objective, self.bound) <= max(self.goal, 1e-9)
        return near or self.left() <= 0 or (self.stop is not None and self.stop())

    def offer(self, assignments: Mapping[str, str], phase: str) -> None:
        """Take a plan if it can be flown and is cheaper."""
        if broken(self.raw, self.beyond, assignments):
            return
        total = cost(counted(self.raw, self.beyond, assignments), assignments).total
        if total < self.objective:
            self.objective, self.assignments = total, dict(assignments)
            self._tell(phase)

    def proven(self, progress: Progress) -> None:
        """Hear of a better bound of the relaxed instance."""
        if progress.bound > self.bound:
            self.bound = progress.bound
            self._tell("proof")

    def better(self, progress: Progress) -> None:
        """Hear of a better plan of a narrowed instance."""
        self.offer(progress.assignments, progress.phase)

    def _tell(self, phase: str) -> None:
        at = Progress(
            perf_counter() - self.begun, self.objective, min(self.bound, self.objective), phase, self.assignments
        )
        self.told.append(at)
        if self.watch:
            self.watch(at)

    def plan(self) -> Plan:
        """The best of them."""
        return Plan(
            self.assignments,
            self.objective,
            min(self.bound, self.objective),
            perf_counter() - self.begun,
            tuple(self.told),
        )
