"""Better plans for a large instance: one destination, some of its flights at a time, in the room that others leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from .board import TRIFLE, Board, Shares
from .checking import check
from .classes import Compiled, Floats, Stream
from .cuts import as_cuts, of_left, with_cuts
from .highs import integer, linear
from .instance import Group, Shared
from .making_whole import made_whole
from .modelling import Commons, Model, build, core, restricted, taken_by
from .polishing import OPEN, Polish
from .proving import Destination
from .seating import filled, fitted, seated, streams_of

DOUBT = 0.05
"""Up to which part of a flight, used by the divided model, it isn't used; and likewise near the whole."""
STEADY = 6.0
"""Seconds that making people whole may take at least."""
NEARLY = 1e-4
"""The share by which a divided solution may cost more than its bound and count as the best."""
SPARE = 6.0
"""People and escorts a day or week that are claimed beyond those of a divided solution."""


class Search:
    """Improves one destination after the other. `shares` is the plan by destination."""

    def __init__(self, compiled: Compiled, commons: Commons, board: Board, shares: Shares) -> None:
        self.compiled = compiled
        self.commons = commons
        self.board = board
        self.shares = shares
        self.turn: dict[str, int] = dict.fromkeys(shares.parts, 0)
        self.flights = {
            name: [n for n, f in enumerate(compiled.flights) if f.destination == name] for name in shares.parts
        }
        self._number = {f.id: n for n, f in enumerate(compiled.flights)}

    def used(self, name: str) -> set[int]:
        """The flights that the plan uses to a destination, by number."""
        return {self._number[f] for f in self.shares.assigned[name].values() if f in self._number}

    def seats(self, name: str) -> bool:
        """Whether the plan has seats to a destination for anybody who isn't locked."""
        return len(self.shares.assigned[name]) > len(self.shares.parts[name].locked)

    def propose(self, destination: Destination, seconds: float) -> bool:
        """Take the flights that solve a destination's parts (see `good`); true if the plan got better."""
        return self.settle(destination.name, self.good(destination), max(STEADY, seconds))

    def good(self, destination: Destination) -> set[int]:
        """The flights (by number) that solve a destination's parts.

        Of a part that isn't solved yet, those that the divided model uses by more than half.
        """
        part = _proven(destination)
        return set(destination.model.flights[part > 0.5].tolist())

    def doubtful(self, destination: Destination) -> set[int]:
        """The flights of parts that aren't solved yet which the divided model uses neither nearly whole nor hardly."""
        part = _proven(destination)
        return set(destination.model.flights[(part > DOUBT) & (part < 1 - DOUBT)].tolist())

    def step(self, destination: Destination, seconds: float) -> bool:
        """Choose some flights of a destination anew, window by window, for what it really costs; true if that helped.

        It keeps to the room that others leave.
        """
        ends, name = perf_counter() + seconds, destination.name
        used = self.used(name)
        model = self._within(destination)
        polish = Polish(model, np.isin(model.flights, list(used)).astype(int), self.board.over)
        middles, better = self._middles(destination), False
        for _window in middles:
            if self.board.over() or perf_counter() > ends:
                break
            better |= polish.window(middles[self.turn[name] % len(middles)], seconds / 2)
            self.turn[name] += 1
        return better and self.settle(name, set(model.flights[polish.used > 0].tolist()), max(STEADY, seconds))

    def _within(self, destination: Destination) -> Model:
        """The destination's model without prices, and with the limits of what others leave."""
        model, room = destination.model, self.shares.room_for(destination.name)
        row_high = model.row_high.copy()
        for shared, row in model.shared.items():
            row_high[row] = max(0.0, room[shared])
        return replace(destination.unpriced, row_high=row_high)

    def _middles(self, destination: Destination) -> list[int]:
        """Around which flights windows lie: first where the proof is cut into parts, then all along."""
        flights = len(destination.model.y)
        parts = len(destination.proof.blocks)
        seams = [flights * n // parts for n in range(1, parts)]
        return seams + [min(n + OPEN // 2, flights) for n in range(0, max(1, flights - OPEN // 2), OPEN // 2)]

    def settle(self, name: str, chosen: set[int], seconds: float) -> bool:
        """Seat everybody on the chosen flights of a destination, again if others took room meanwhile."""
        return self._settle(name, chosen, seconds) or (
            not self.used(name) and not self.board.over() and self._settle(name, chosen, seconds)
        )

    def needs(self, number: int) -> list[Shared]:
        """The slot and the aircraft that a flight needs, where they could run short."""
        return [shared for shared in self.commons.of[number] if shared[0] in ("slots", "fleet")]

    def _with_room(self, name: str, chosen: set[int]) -> set[int]:
        """The chosen flights that find a slot and an aircraft beside those of others, the earliest first."""
        room, found = self.shares.room_for(name), set()
        for number in sorted(chosen):
            needs = self.needs(number)
            if all(room[shared] >= 1 - TRIFLE for shared in needs):
                found.add(number)
                for shared in needs:
                    room[shared] -= 1
        return found

    def _settle(self, name: str, chosen: set[int], seconds: float) -> bool:
        """Seat everybody on the chosen flights of a destination; true if the plan got better.

        With the flights chosen and escorts whole, whole people are found next to the solution that divides them.
        Where others leave no room for all of them, the best of them are used.
        """
        chosen = self._with_room(name, chosen)
        for kept in (chosen, set()):
            model = self._model(name, streams_of(self.compiled, name), chosen, kept)
            model = with_cuts(model, as_cuts(of_left(model)))
            divided = linear(model, self.board.left) if kept else integer(core(model, escorts=False), seconds, 1e-4)
            if divided.values is not None and (not kept or divided.cost < divided.bound + NEARLY * abs(divided.cost)):
                break
        if divided.values is None or divided.cost + self.compiled.constants[name] >= self.shares.cost[name]:
            return False
        model.low[model.y] = model.high[model.y] = np.round(divided.values[model.y])
        with self.board.lock:
            if not self.shares.claim(name, _claim(model, divided.values)):
                return False
        try:
            return self._seat(name, model, divided.values, seconds)
        finally:
            with self.board.lock:
                self.shares.release(name)

    def _seat(self, name: str, model: Model, values: Floats, seconds: float) -> bool:
        """Make people whole next to a solution that divides them; true if the plan got better.

        Where that isn't done in time, those are seated who find room.
        """
        values, whole = made_whole(model, values, seconds, self.board.over)
        assigned = seated(self.compiled, model, values)
        if not whole:
            with self.board.lock:
                others = self.shares.together({name: self.shares.parts[name].locked})
                assigned = fitted(self.compiled.instance, others, assigned, self.shares.claimed_by_others([name]))
        return self.take({name: assigned}, self.shares.parts[name].groups.values(), sure=whole)

    def take(self, parts: Mapping[str, Mapping[str, str]], fill: Iterable[Group] = (), *, sure: bool = False) -> bool:
        """Put new parts of destinations into the plan if the whole gets better by it and all limits hold.

        Of the groups `fill`, those who aren't on the best flight with a free seat are brought there. Where it isn't
        `sure` that each part keeps the rules of its own, that is looked at first.
        """
        with self.board.lock:
            if not self.shares.fit(parts) or (not sure and any(self._broken(*part) for part in parts.items())):
                return False
            before = {name: self.shares.assigned[name] for name in parts}
            cost = self.shares.total
            claimed = self.shares.claimed_by_others(parts)
            everybody = filled(self.compiled.instance, self.shares.together(parts), fill, claimed)
            for name in parts:
                self.shares.put(name, everybody)
            if self.shares.total < cost - 1e-6:
                if self.shares.total < self.board.objective:
                    self.board.offer(everybody, "search")
                return True
            for name, assignments in before.items():
                self.shares.put(name, assignments)
            return False

    def _broken(self, name: str, assignments: Mapping[str, str]) -> bool:
        part = self.shares.parts[name]
        return bool(check(part, {**part.locked, **assignments}))

    def _model(
        self,
        name: str,
        streams: Iterable[Stream],
        flights: set[int],
        kept: set[int],
    ) -> Model:
        """The destination's model with only these flights, those `kept` in use anyway."""
        free = {n for n in self.flights[name] if not self.compiled.flights[n].charter}
        numbers = np.array(sorted(flights | free), dtype=np.int64)
        usable = np.zeros(len(self.compiled.flights), dtype=bool)
        usable[numbers] = True
        able, constant = restricted(streams, usable)
        model = build(
            self.compiled,
            self.commons,
            able,
            numbers,
            whole=True,
            capacity=self.shares.room_for(name),
            grain=5.0,
        )
        model.constant += constant
        keep = np.array([n in kept for n in numbers], dtype=bool)
        model.low[model.y[keep]] = 1.0
        return model

    def windows(self, destination: Destination) -> int:
        """How many windows it takes to come past all flights of a destination."""
        return len(self._middles(destination))


def _proven(destination: Destination) -> Floats:
    """How much of each flight is used, by what solves a destination's parts; else by the divided model."""
    values = destination.divided.copy()
    for block in destination.proof.blocks:
        if block.values is not None:
            values[block.columns] = block.values
    found: Floats = values[destination.model.y]
    return found


def near(model: Model, divided: Floats, doubt: float = DOUBT) -> Model:
    """The model with the flights settled that the `divided` solution uses nearly whole, or hardly."""
    part = divided[model.y]
    low, high = model.low.copy(), model.high.copy()
    low[model.y[part > 1 - doubt]] = 1.0
    hardly = model.y[part < doubt]
    high[hardly] = low[hardly]
    return replace(model, low=low, high=high)


def _claim(model: Model, values: Floats) -> dict[Shared, float]:
    """What a divided solution takes of what flights share, and a little more to make people whole: its new limits."""
    claimed = {}
    for shared, amount in taken_by(model, values).items():
        row, spare = model.shared[shared], SPARE if shared[0] in ("persons", "escorts") else 0.0
        claimed[shared] = min(model.row_high[row], amount + spare)
        model.row_high[row] = claimed[shared]
    return claimed
