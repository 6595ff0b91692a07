"""The model that the solver is given: which flights are used, how much of each stream leaves on which.

Columns: y (a flight is used), e (escorts for unaccompanied children), x (units of a stream on a flight), and for
each stream how many wait (after each day on which flights leave) and are left (by day and by what that costs).
Rows: what a flight holds, what flights share, and each stream's balance from day to day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .checking import Load, loads
from .classes import Cohort, Compiled, Floats, Ints, Stream
from .instance import Flight, Shared

INFINITY = float("inf")
LIMITS = ("infants", "wheelchairs", "stretchers", "unaccompanied")


@dataclass(slots=True)
class Flow:
    """A stream's columns: x for each place in `able`, waiting after each of the days of `event`, and who is `left`.

    Of those counted in a column of `left`, everybody waits from the end of day `since` until day `until` (days of
    `event`). `day` is the horizon's day for each day of `event`.
    """

    stream: Stream
    event: Ints
    day: Ints
    x: Ints
    waiting: Ints
    arriving: Floats
    left: Ints
    since: Ints
    until: Ints


@dataclass(slots=True)
class Model:
    """Columns and rows as arrays, and where things are in them. `constant` belongs to the cost.

    `room` are the seats of each flight that nobody holds yet.
    `owner` (a number for each destination) and `when` (day of the horizon) tell for each column what it is about.
    """

    cost: Floats
    low: Floats
    high: Floats
    whole: Ints
    row_low: Floats
    row_high: Floats
    rows: Ints
    columns: Ints
    values: Floats
    flights: Ints
    y: Ints
    e: Ints
    room: Floats
    flows: list[Flow]
    shared: dict[Shared, int]
    owner: Ints
    when: Ints
    constant: float


class Commons:
    """What flights share, beyond what locked groups hold of it: who takes of what, and how much there is.

    Only what could run short is kept.
    """

    def __init__(self, compiled: Compiled) -> None:
        instance = compiled.instance
        self.held = loads(instance, instance.locked)
        per = instance.prices.unaccompanied_per_escort
        self.of: list[list[Shared]] = []
        self.capacity: dict[Shared, float] = {}
        most: dict[Shared, float] = {}
        for flight in compiled.flights:
            airport, day = instance.airports[flight.origin], (flight.date - instance.start).days
            held = self.held.get(flight.id, Load())
            mine: dict[Shared, tuple[float, float, float]] = {
                ("persons", flight.origin, day): (airport.persons_per_day, quota(compiled, flight), held.persons),
                ("escorts", flight.origin, day // 7): (airport.escorts_per_week, 1e9, held.medical_escorts),
            }
            if flight.charter:
                mine["slots", flight.origin, day] = (airport.charter_slots_per_day, 1, 0)
                mine["fleet", str(flight.aircraft), day] = (instance.fleet_per_day[str(flight.aircraft)], 1, 0)
            for shared, (limit, takes, taken) in mine.items():
                self.capacity[shared] = self.capacity.get(shared, limit) - taken
                most[shared] = most.get(shared, 0.0) + takes
            self.of.append(list(mine))
        self.per_escort = per
        wanted = sum(s.medical_escorts + s.unaccompanied for s in compiled.classes)
        for shared, amount in most.items():
            if (amount if shared[0] != "escorts" else wanted * 1e9) <= self.capacity[shared]:
                del self.capacity[shared]
        self.of = [[shared for shared in mine if shared in self.capacity] for mine in self.of]


def quota(compiled: Compiled, flight: Flight) -> int:
    """How many people a flight may carry, by its own landing quota and its airport's."""
    return min(flight.landing_quota, compiled.instance.airports[flight.origin].persons_per_day)


def taken_by(model: Model, values: Floats) -> dict[Shared, float]:
    """What a solution takes of what flights share."""
    takes = np.bincount(model.rows, model.values * values[model.columns], len(model.row_low))
    return {shared: round(float(takes[row]), 6) for shared, row in model.shared.items()}


def core(model: Model, *, escorts: bool = True) -> Model:
    """The model with only flights whole, and `escorts`: people are divided, which hardly ever saves anything."""
    whole = np.zeros_like(model.whole)
    whole[model.y] = 1
    whole[model.e] = int(escorts)
    return replace(model, whole=whole)


def restricted(streams: Iterable[Stream], usable: Any) -> tuple[list[Stream], float]:
    """The streams with only the `usable` flights (a mask by number), and the cost of those who have none left."""
    found, constant = [], 0.0
    for stream in streams:
        keep = usable[stream.able]
        if keep.all():
            found.append(stream)
            continue
        before = np.concatenate(([0], np.cumsum(keep)))
        cohorts: dict[tuple[int, int, float], float] = {}
        for first, last, amount, leaving in stream.cohorts:
            begin, end = int(before[first]), int(before[last + 1]) - 1
            if begin > end:
                constant += amount * leaving
            else:
                cohorts[begin, end, leaving] = cohorts.get((begin, end, leaving), 0.0) + amount
        if cohorts:
            found.append(
                replace(
                    stream,
                    able=stream.able[keep],
                    price=stream.price[keep],
                    cohorts=[Cohort(a, b, amount, leaving) for (a, b, leaving), amount in cohorts.items()],
                )
            )
    return found, constant


def build(
    compiled: Compiled,
    commons: Commons,
    streams: Sequence[Stream],
    flights: Ints,
    *,
    whole: bool,
    capacity: Mapping[Shared, float] | None = None,
    prices: Mapping[Shared, float] | None = None,
    grain: float = 1e-6,
) -> Model:
    """The model of `streams` on `flights` (numbers; all that the streams can take are among them).

    `whole` asks for whole units. `capacity` is what there is of what flights share (default: all there is); what
    isn't named there isn't limited. `prices` are added for what is shared. What leaving costs is told apart in steps
    of `grain`, rounded down.
    """
    return _Building(compiled, commons, prices or {}).build(streams, flights, whole, capacity, grain)


class _Building:
    def __init__(self, compiled: Compiled, commons: Commons, prices: Mapping[Shared, float]) -> None:
        self.compiled = compiled
        self.commons = commons
        self.prices = prices
        self.cost: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.whole: list[Ints] = []
        self.width = 0
        self.row_low: list[float] = []
        self.row_high: list[float] = []
        self.entries: list[tuple[Any, Any, Any]] = []
        self.owner: list[Any] = []
        self.when: list[Any] = []
        numbers = {d: n for n, d in enumerate(dict.fromkeys(f.destination for f in compiled.flights))}
        self.owners = np.array([numbers[f.destination] for f in compiled.flights], dtype=np.int64)

    def columns(self, cost: Any, low: Any, high: Any, owner: Any, when: Any, *, whole: bool) -> Ints:
        n = len(cost)
        self.owner.append(np.broadcast_to(owner, n))
        self.when.append(np.broadcast_to(when, n))
        self.cost.append(np.asarray(cost, dtype=float))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=float), n))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), n))
        self.whole.append(np.full(n, int(whole)))
        self.width += n
        return np.arange(self.width - n, self.width)

    def rows(self, low: Any, high: Any) -> Ints:
        """As many rows as `high` has values."""
        begin = len(self.row_low)
        high = np.atleast_1d(np.asarray(high, dtype=float))
        self.row_low += np.broadcast_to(np.asarray(low, dtype=float), len(high)).tolist()
        self.row_high += high.tolist()
        return np.arange(begin, begin + len(high))

    def put(self, rows: Any, columns: Any, values: Any) -> None:
        columns = np.atleast_1d(columns)
        self.entries.append(
            (np.broadcast_to(rows, columns.shape), columns, np.broadcast_to(np.asarray(values, float), columns.shape))
        )

    def build(
        self,
        streams: Sequence[Stream],
        flights: Ints,
        whole: bool,
        capacity: Mapping[Shared, float] | None,
        grain: float,
    ) -> Model:
        compiled, commons = self.compiled, self.commons
        them = [compiled.flights[n] for n in flights]
        held = [commons.held.get(f.id, Load()) for f in them]
        self.place = np.full(len(compiled.flights), -1)
        self.place[flights] = np.arange(len(flights))
        price = np.array([[self._price(kind, n) for kind in _KINDS] for n in flights]).reshape(
            len(flights), len(_KINDS)
        )
        per_flight, per_person, per_escort = price[:, 0], price[:, 1], price[:, 2]
        free = [not (f.charter or f.fixed_cost) for f in them]
        y = self.columns(
            np.where(free, 0.0, [f.fixed_cost for f in them] + per_flight),
            [float(h.persons > 0 or f) for h, f in zip(held, free, strict=True)],
            1.0,
            self.owners[flights],
            compiled.day[flights],
            whole=True,
        )
        alone = [-(-h.unaccompanied // commons.per_escort) for h in held]
        e = self.columns(
            [compiled.instance.prices.escort + f.seat_cost for f in them] + per_escort,
            alone,
            [-(-f.unaccompanied // commons.per_escort) for f in them],
            self.owners[flights],
            compiled.day[flights],
            whole=True,
        )
        flows = [self._flow(s, whole, per_person, per_escort, grain, them) for s in streams]
        self._flight_rows(flows, them, held, y, e)
        shared = self._shared_rows(flows, flights, y, e, commons.capacity if capacity is None else capacity)
        rows, columns, values = (np.concatenate([entry[n] for entry in self.entries]) for n in range(3))
        return Model(
            np.concatenate(self.cost),
            np.concatenate(self.low),
            np.concatenate(self.high),
            np.concatenate(self.whole),
            np.array(self.row_low),
            np.array(self.row_high),
            rows,
            columns,
            values,
            flights,
            y,
            e,
            np.array([f.seats - h.seats - h.medical_escorts for f, h in zip(them, held, strict=True)], dtype=float),
            flows,
            shared,
            np.concatenate(self.owner),
            np.concatenate(self.when),
            0.0,
        )

    def _price(self, kind: tuple[str, ...], number: int) -> float:
        return sum(self.prices.get(shared, 0.0) for shared in self.commons.of[number] if shared[0] in kind)

    def _flow(
        self, stream: Stream, whole: bool, per_person: Floats, per_escort: Floats, grain: float, them: list[Flight]
    ) -> Flow:
        first = np.array([c.first for c in stream.cohorts])
        last = np.array([c.last for c in stream.cohorts])
        amount = np.array([c.amount for c in stream.cohorts])
        begin, end = int(first.min()), int(last.max()) + 1
        able, day = self.place[stream.able[begin:end]], self.compiled.day[stream.able[begin:end]]
        owner = self.owners[stream.able[begin]]
        event = np.concatenate(([0], np.cumsum(np.diff(day) > 0)))
        events = int(event[-1]) + 1
        starts, ends = event[first - begin], event[last - begin]
        arriving = np.bincount(starts, amount, events)
        gone = np.concatenate(([0.0], np.cumsum(np.bincount(ends, amount, events))))
        here = np.cumsum(arriving) - gone[:-1]
        units = stream.units
        holds = np.array([f.seats for f in them])[able]
        most = np.minimum(here[event], holds / units if units else INFINITY)
        x = self.columns(
            stream.price[begin:end] + per_person[able] * stream.persons + per_escort[able] * stream.medical_escorts,
            0.0,
            np.floor(most + 1e-9) if whole else most,
            owner,
            day,
            whole=whole,
        )
        days = np.zeros(events, dtype=np.int64)
        days[event] = day
        still = (np.cumsum(arriving) - gone[1:])[:-1]
        waiting = self.columns(np.zeros(events - 1), 0.0, still, owner, days[:-1], whole=False)
        balance = self.rows(arriving, arriving)
        self.put(balance[event], x, 1.0)
        self.put(balance[:-1], waiting, 1.0)
        self.put(balance[1:], waiting, -1.0)
        stay: dict[tuple[int, int, float], float] = {}
        for cohort, begun, ended in zip(stream.cohorts, starts.tolist(), ends.tolist(), strict=True):
            key = begun, ended, cohort.leaving // grain * grain
            stay[key] = stay.get(key, 0.0) + cohort.amount
        since, until = (np.array([key[n] for key in stay]) for n in (0, 1))
        cost = [cost for _begun, _ended, cost in stay]
        left = self.columns(cost, 0.0, list(stay.values()), owner, days[until], whole=False)
        self.put(balance[until], left, 1.0)
        trimmed = replace(stream, able=stream.able[begin:end], price=stream.price[begin:end], cohorts=[])
        return Flow(trimmed, event, days, x, waiting, arriving.astype(float), left, since, until)

    def _flight_rows(self, flows: list[Flow], them: list[Flight], held: list[Load], y: Ints, e: Ints) -> None:
        n = len(them)
        seats = np.array([f.seats for f in them], dtype=float)
        rows = self.rows(-INFINITY, [-float(h.seats + h.medical_escorts) for h in held])
        self.put(rows, y, -seats)
        self.put(rows, e, 1.0)
        for flow in flows:
            if flow.stream.units:
                at = self.place[flow.stream.able]
                self.put(rows[at], flow.x, flow.stream.units)
        alone = [flow for flow in flows if flow.stream.unaccompanied]
        if alone:
            rows = self.rows(-INFINITY, [-float(h.unaccompanied) for h in held])
            self.put(rows, e, -float(self.commons.per_escort))
            for flow in alone:
                self.put(rows[self.place[flow.stream.able]], flow.x, flow.stream.unaccompanied)
        carried = {"persons": np.array([float(quota(self.compiled, f)) for f in them])}
        carried |= {kind: np.array([float(getattr(f, kind)) for f in them]) for kind in LIMITS}
        for kind, limit in carried.items():
            takers = [flow for flow in flows if getattr(flow.stream, kind)]
            most = np.zeros(n)
            dense = 0.0
            for flow in takers:
                need = getattr(flow.stream, kind)
                np.add.at(most, self.place[flow.stream.able], need * self._high(flow))
                dense = max(dense, need / max(flow.stream.units, 1e-9))
            tight = np.minimum(most, dense * seats) > limit - [getattr(h, kind) for h in held]
            if not tight.any():
                continue
            which = np.flatnonzero(tight)
            rows = np.full(n, -1)
            rows[which] = self.rows(-INFINITY, [-float(getattr(held[p], kind)) for p in which])
            self.put(rows[which], y[which], -limit[which])
            for flow in takers:
                at = rows[self.place[flow.stream.able]]
                self.put(at[at >= 0], flow.x[at >= 0], getattr(flow.stream, kind))

    def _high(self, flow: Flow) -> Floats:
        """The most of each x, as it was when its columns were made."""
        return self._highs()[flow.x]

    def _highs(self) -> Floats:
        if getattr(self, "_joined_at", None) != self.width:
            self._joined = np.concatenate(self.high)
            self._joined_at = self.width
        return self._joined

    def _shared_rows(
        self, flows: list[Flow], flights: Ints, y: Ints, e: Ints, capacity: Mapping[Shared, float]
    ) -> dict[Shared, int]:
        users: dict[Shared, list[int]] = {}
        for number in flights:
            for shared in self.commons.of[number]:
                if shared in capacity:
                    users.setdefault(shared, []).append(number)
        shared_rows: dict[Shared, int] = {}
        by_kind: dict[str, Ints] = {kind: np.full(len(flights), -1) for kind in ("persons", "escorts")}
        for shared, numbers in users.items():
            row = int(self.rows(-INFINITY, max(0.0, capacity[shared]))[0])
            shared_rows[shared] = row
            at = self.place[numbers]
            if shared[0] in by_kind:
                by_kind[shared[0]][at] = row
            else:
                self.put(row, y[at], 1.0)
            if shared[0] == "escorts":
                self.put(row, e[at], 1.0)
        for flow in flows:
            at = self.place[flow.stream.able]
            for kind, need in (("persons", flow.stream.persons), ("escorts", flow.stream.medical_escorts)):
                rows = by_kind[kind][at]
                if need and (rows >= 0).any():
                    self.put(rows[rows >= 0], flow.x[rows >= 0], need)
        return shared_rows


_KINDS = (("slots", "fleet"), ("persons",), ("escorts",))
