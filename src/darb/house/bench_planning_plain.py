"""The plain model of planning: a choice for each group and each flight that it can take. For comparison only."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from darb.rules.planning import Flight, Group, Instance

OF_FLIGHT = ("persons", "infants", "wheelchairs", "stretchers", "unaccompanied")


class Rows:
    """Rows at most so much, by what they are about."""

    def __init__(self) -> None:
        self.number: dict[object, int] = {}
        self.most: list[float] = []
        self.least: list[float] = []
        self.entries = array("i"), array("i"), array("d")

    def put(self, about: object, column: int, value: float, most: float, least: float = float("-inf")) -> None:
        """Put one entry into the row; the first makes the row."""
        if about not in self.number:
            self.number[about] = len(self.most)
            self.most.append(most)
            self.least.append(least)
        for kept, entry in zip(self.entries, (self.number[about], column, value), strict=True):
            kept.append(entry)


def plain_model(instance: Instance) -> tuple[Any, list[tuple[str, str]]]:
    """The model as HiGHS takes it, and which group and flight each of its first columns stands for."""
    import highspy

    pairs = [
        (group, flight)
        for group in instance.groups.values()
        for flight in instance.flights_to.get(group.destination, ())
        if group.ready <= flight.date <= group.until and (group.site, flight.origin) in instance.transfers
    ]
    flights = [f for f in instance.flights.values() if f.id not in instance.cancelled]
    y = {f.id: len(pairs) + n for n, f in enumerate(flights)}
    e = {f.id: len(pairs) + len(flights) + n for n, f in enumerate(flights)}
    width = len(pairs) + 2 * len(flights)
    rows, cost, low, high = Rows(), np.zeros(width), np.zeros(width), np.ones(width)
    for column, (group, flight) in enumerate(pairs):
        cost[column] = _price(instance, group, flight) - _price(instance, group, None)
        low[column] = float(instance.locked.get(group.id) == flight.id)
        _of_group(instance, rows, column, group, flight)
    for flight in flights:
        cost[y[flight.id]] = flight.fixed_cost
        cost[e[flight.id]] = instance.prices.escort + flight.seat_cost
        high[e[flight.id]] = flight.unaccompanied
        _of_flight(instance, rows, y[flight.id], e[flight.id], flight)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = width, len(rows.most)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_, model.row_upper_ = np.array(rows.least), np.array(rows.most)
    model.offset_ = sum(_price(instance, group, None) for group in instance.groups.values())
    number, column_of, values = (np.array(entries) for entries in rows.entries)
    order = np.argsort(number, kind="stable")
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(number, minlength=len(rows.most)))))
    model.a_matrix_.index_, model.a_matrix_.value_ = column_of[order], values[order]
    model.integrality_ = [highspy.HighsVarType.kInteger] * width
    return model, [(group.id, flight.id) for group, flight in pairs]


def _of_group(instance: Instance, rows: Rows, column: int, group: Group, flight: Flight) -> None:
    airport = instance.airports[flight.origin]
    rows.put(("group", group.id), column, 1.0, 1.0)
    rows.put(("seats", flight.id), column, group.seats + group.medical_escorts, 0.0)
    for kind in OF_FLIGHT:
        if getattr(group, kind):
            rows.put((kind, flight.id), column, getattr(group, kind), 0.0)
    if group.unaccompanied:
        rows.put(("alone", flight.id), column, group.unaccompanied, 0.0)
    if group.medical_escorts:
        week = flight.origin, instance.week(flight.date)
        rows.put(("escorts", *week), column, group.medical_escorts, airport.escorts_per_week)
    rows.put(("people", flight.origin, flight.date), column, group.persons, airport.persons_per_day)


def _of_flight(instance: Instance, rows: Rows, y: int, e: int, flight: Flight) -> None:
    airport = instance.airports[flight.origin]
    rows.put(("seats", flight.id), y, -flight.seats, 0.0)
    rows.put(("seats", flight.id), e, 1.0, 0.0)
    rows.put(("alone", flight.id), e, -instance.prices.unaccompanied_per_escort, 0.0)
    rows.put(("escorts", flight.origin, instance.week(flight.date)), e, 1.0, airport.escorts_per_week)
    for kind in OF_FLIGHT:
        limit = flight.landing_quota if kind == "persons" else getattr(flight, kind)
        rows.put((kind, flight.id), y, -limit, 0.0)
    if flight.charter:
        slots = 0 if flight.date in airport.closed_days else airport.charter_slots_per_day
        rows.put(("slots", flight.origin, flight.date), y, 1.0, slots)
        fleet = instance.fleet_per_day[str(flight.aircraft)]
        rows.put(("fleet", flight.aircraft, flight.date), y, 1.0, fleet)


def _price(instance: Instance, group: Group, flight: Flight | None) -> float:
    """What one group costs on a flight, or left (None), beside what it shares with others."""
    prices = instance.prices
    last = flight.date if flight else min(group.until, instance.end)
    waited = prices.waiting_per_person_day * group.weight * max(0, (last - group.ready).days)
    told = instance.current.get(group.id)
    each = waited + (prices.move_per_person if told is not None and (flight is None or told != flight.id) else 0.0)
    if flight is None:
        left = prices.left_at_end_per_person[group.destination]
        return group.persons * (each + (prices.expired_per_person if group.until < instance.end else left))
    each += instance.transfers[group.site, flight.origin]
    escorts = prices.escort * group.medical_escorts
    return group.persons * each + flight.seat_cost * (group.seats + group.medical_escorts) + escorts
