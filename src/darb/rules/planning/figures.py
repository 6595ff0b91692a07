"""What a plan comes to, in the few figures by which two plans are laid side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from .checking import cost
from .instance import Group, Instance


@dataclass(frozen=True)
class Figures:
    """People are counted, not groups; days are person-days from the day somebody was ready; money is the instance's.

    `expired` are those left whose papers end inside the horizon, `left` the others left; `moved` were told of another
    flight; `money` is what is paid to carriers, escorts and for the way to the airport.
    """

    people: int = 0
    flown: int = 0
    left: int = 0
    expired: int = 0
    moved: int = 0
    days_waited: int = 0
    flights: int = 0
    money: int = 0
    moves: int = 0
    total: int = 0

    @property
    def days_each(self) -> float:
        """Days that one person waits, on average."""
        return self.days_waited / self.people if self.people else 0.0

    def as_json(self) -> dict[str, int]:
        """As a row keeps it: `Figures(**kept)` reads it again."""
        return asdict(self)


def waited(instance: Instance, group: Group, flight: str | None) -> int:
    """Days from ready to departure, or to the last day on which they could have flown."""
    last = instance.flights[flight].date if flight else min(group.until, instance.end)
    return max(0, (last - group.ready).days)


def figures(instance: Instance, assignments: Mapping[str, str]) -> Figures:
    """What a plan (group id to flight id) comes to."""
    flown = left = expired = moved = days = 0
    for group in instance.groups.values():
        flight = assignments.get(group.id)
        days += group.persons * waited(instance, group, flight)
        flown += group.persons * bool(flight)
        expired += group.persons * (not flight and group.until < instance.end)
        left += group.persons * (not flight and group.until >= instance.end)
        moved += group.persons * (instance.current.get(group.id, flight) != flight)
    parts = cost(instance, assignments)
    money = parts.charter + parts.seats + parts.transfer + parts.escorts
    return Figures(
        people=instance.persons,
        flown=flown,
        left=left,
        expired=expired,
        moved=moved,
        days_waited=days,
        flights=len(set(assignments.values())),
        money=round(money),
        moves=round(parts.moves),
        total=round(parts.total),
    )
