"""Who does what next, on each of two threads: proof, destinations one by one, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import sleep

from .arranging import Arranging
from .blocks import Block
from .board import Board
from .proving import Destination, Prover
from .searching import STEADY, Search
from .together import Together

THREADS = 2
FIRST = 0.65
"""The share of the time in which every part of the proof is tried once."""
LEAST = 0.03
"""The least share of the time left for each: small ones are mostly solved long before."""
TRY = 0.1
"""The share of the time for trying the flights that solve a destination, divided by size."""
HANDY = 6_000
"""Columns up to which a destination is best solved as it is."""
GOOD = 1e-5
"""How near to its bound the whole must be for nothing more to be tried."""
IDLE = 2
"""How often all flights of a destination are tried in vain before it is let be."""
STEP = 20.0
"""Seconds that one step of the search may take at first."""
AGAIN = 0.2
"""The part of the time left in which a part of the proof is tried again at most."""
RESEAT = 0.06
"""The part of the time left that seating everybody to one destination anew in some days may take."""
JOINT = 0.12
"""The same for all destinations together."""
EARLY = 0.1
"""The part of the time left after which flights to all destinations at once aren't chosen any better, early."""
ARRANGE = 0.2
"""The same later on."""
SEAT_EARLY = 0.1
"""The part of the time left that seating everybody on them may take, early."""
SEAT = 0.3
"""The same later on."""
WAIT = 0.05
"""Seconds between looks at what the other thread does."""


class Steering:
    """Gives each thread its next work.

    First the small destinations are proven, then flights to all are chosen at once: the first plan. Then every part of
    the proof is tried once, which gives better flights, and from there flights to all are chosen once more. Then
    everybody is seated anew, to each destination alone and on crowded days to all together. What is left of the time
    goes to whatever helps most, destination by destination; when nothing there helps any more, all over again.
    """

    def __init__(self, prover: Prover, search: Search, board: Board) -> None:
        self._prover = prover
        self._search = search
        self._board = board
        self._together = Together(search)
        self._windows = list(self._together.windows)
        self._own = list(self._together.own)
        self._arranging: Arranging | None = None
        self._choosing = self._ripe = False
        self._until: float | None = None
        self._seating: set[str] = set()
        self._before = float("inf")
        self._one = Lock()
        self._due: set[str] = set()
        self._busy: set[str] = set()
        self._open: set[int] = set()
        self._idle: dict[str, int] = {}

    def begin(self, name: str) -> None:
        """Bound a destination divided."""
        if not self._board.over():
            self._prover.begin(name, self._board.left * 0.2)

    def work(self) -> None:
        """Work until time is up, or nothing is left to do for either thread."""
        while not self._board.over() and (
            self._propose()
            or self._push(small=True)
            or self._arrange(early=True)
            or self._seat()
            or self._push(first=True)
            or self._arrange()
            or self._reseat_one()
            or self._reseat()
            or self._seek()
            or self._again()
            or self._push()
            or self._wait()
        ):
            pass

    def _wait(self) -> bool:
        """Wait a moment for the other thread, whose work may leave more to do; false if it has none."""
        if not (self._busy or self._open or self._asked or self._anew):
            return False
        sleep(WAIT)
        return True

    def _again(self) -> bool:
        """Begin anew with all destinations together, once one by one nothing helps; false if the plan is as it was."""
        with self._board.lock:
            if self._busy or self._asked or self._anew or self._search.shares.total > self._before * (1 - GOOD):
                return False
            self._windows, self._own = list(self._together.windows), list(self._together.own)
            self._ripe = False
            self._before = self._search.shares.total
            return True

    def _reseat(self) -> bool:
        """Seat everybody anew in the next crowded days, while no destination is at work; false if none are due."""
        with self._board.lock:
            while self._windows and not self._together.crowded(*self._windows[0]):
                self._windows.pop(0)
            if not self._windows or self._own or self._asked or self._anew:
                return False
            days = self._windows.pop(0)
        with self._alone():
            self._together.reseat(*days, max(STEADY, JOINT * self._board.left))
        return True

    def _reseat_one(self) -> bool:
        """Seat everybody to one destination anew in some days; false if none are due."""
        with self._board.lock:
            able = [days for days in self._own if days[0] not in self._busy]
            if self._asked or self._anew or not able:
                return False
            if self._before == float("inf"):
                self._before = self._search.shares.total
            name, first, last = able[0]
            self._own.remove(able[0])
            self._busy.add(name)
        with self._at_work(name):
            self._together.reseat(first, last, max(STEADY, RESEAT * self._board.left), name)
        return True

    def _arrange(self, *, early: bool = False) -> bool:
        """Choose flights to all destinations at once; false if that isn't due.

        It is due early, once small destinations were tried, and once more when every part of the proof was.
        """
        with self._board.lock:
            parts = [block for one in self._prover.done.values() for block in one.proof.blocks]
            trying = any(not part.seconds and id(part) in self._open for part in parts)
            if self._making or (self._arranging is not None if early else self._ripe or trying):
                return False
            self._arranging = Arranging(self._search)
            self._choosing, self._ripe = True, not early
        try:
            self._arranging.choose(self._prover.done, (EARLY if early else ARRANGE) * self._board.left)
        finally:
            self._choosing = False
        return True

    def _seat(self) -> bool:
        """Seat everybody to the next destination on the flights so chosen; false if none is due."""
        with self._board.lock:
            arranging = self._arranging
            if arranging is None or self._choosing or not arranging.due:
                return False
            name = arranging.due.pop(0)
            self._seating.add(name)
            todo = [name, *arranging.due]
        try:
            columns = [len(self._prover.done[one].divided) for one in todo]
            share = min(1.0, THREADS * columns[0] / sum(columns))
            part = SEAT if self._ripe else SEAT_EARLY
            arranging.seat(name, max(STEADY, part * share * self._board.left))
        finally:
            with self._board.lock:
                self._seating.discard(name)
                last = not arranging.due and not self._seating
        if last:
            with self._alone():
                arranging.take()
        return True

    @property
    def _first_until(self) -> float:
        """How many seconds shall be left when every part of the proof was tried once."""
        if self._until is None:
            self._until = (1 - FIRST) * self._board.left
        return self._until

    @property
    def _making(self) -> bool:
        """Whether a plan is being made anew."""
        return self._choosing or bool(self._seating) or bool(self._arranging and self._arranging.due)

    @property
    def _anew(self) -> bool:
        """Whether a plan will be made anew, or is being made: improving the one there is would be in vain."""
        return not self._ripe or self._making

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        """A destination was marked as at work; afterwards it isn't any more."""
        try:
            yield
        finally:
            with self._board.lock:
                self._busy.discard(name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no destination is at work; while it waits and until it is done, none begins."""
        with self._one:
            while self._busy:
                sleep(WAIT)
            yield

    @property
    def _asked(self) -> bool:
        """Whether somebody is, or waits to be, alone."""
        return self._one.locked()

    def _excess(self, name: str) -> float:
        """By how much a destination may still be too dear, or its bound too low."""
        destination, shares = self._prover.done.get(name), self._search.shares
        if destination is None:
            return float("inf")
        paid = sum(self._prover.prices.get(shared, 0.0) * used for shared, used in shares.used[name].items())
        known = destination.proof.bound + self._search.compiled.constants[name]
        return shares.cost[name] + paid - known

    def _push(self, *, first: bool = False, small: bool = False) -> bool:
        """Go on with the part whose bound may rise most for the time it takes; false if there is none.

        With `first`, only what wasn't tried yet; with `small`, that of small destinations.
        """
        with self._board.lock:
            least = GOOD * self._board.objective / len(self._prover.names)
            parts = [
                (min(block.open, self._excess(destination.name)), destination, block)
                for destination in self._prover.done.values()
                for block in destination.proof.blocks
                if id(block) not in self._open
                and (not block.seconds if first or small else block.open > self._prover.close(block))
                and not (small and self._large(destination.name))
            ]
            parts = [part for part in parts if part[0] > least]
            if not parts:
                return False
            _open, destination, block = max(parts, key=_promise)
            self._open.add(id(block))
        try:
            waiting = sum(len(b.columns) for _open, _d, b in parts if not b.seconds)
            left = self._board.left
            share = min(1.0, max(LEAST, THREADS * len(block.columns) / max(1, waiting)))
            once = max(LEAST * left, (left - self._first_until) * share)
            self._prover.push(destination, block, min(3.0 * block.seconds, AGAIN * left) or once)
        finally:
            with self._board.lock:
                self._open.discard(id(block))
                if all(b.seconds for b in destination.proof.blocks) and self._excess(destination.name) > 0:
                    self._due.add(destination.name)
        return True

    def _propose(self) -> bool:
        """Try the flights that solve all parts of a destination; false if there are none to be tried."""
        with self._board.lock:
            able = self._due - self._busy
            if not able or self._asked:
                return False
            name = able.pop()
            self._due.discard(name)
            self._busy.add(name)
        with self._at_work(name):
            destination = self._prover.done[name]
            self._search.propose(destination, self._time_for(destination))
        return True

    def _seek(self) -> bool:
        """Improve the destination whose turn it is; false if no step anywhere has helped for long."""
        with self._board.lock:
            if self._asked or self._anew or self._windows or self._own:
                return False
            least = GOOD * self._board.objective / len(self._prover.names)
            able = {
                name: self._excess(name) / (1.0 + self._idle.get(name, 0) / self._search.windows(destination))
                for name, destination in self._prover.done.items()
                if name not in self._busy and self._idle.get(name, 0) < IDLE * self._search.windows(destination)
            }
            able = {n: excess for n, excess in able.items() if excess > least}
            if not able:
                return False
            name = max(able, key=lambda name: able[name])
            self._busy.add(name)
        with self._at_work(name):
            self._improve(self._prover.done[name])
        return True

    def _time_for(self, destination: Destination) -> float:
        """A destination's share of the time for trying its flights."""
        share = len(destination.divided) / sum(len(d.divided) for d in self._prover.done.values())
        return max(0.5, TRY * share * self._board.left)

    def _large(self, name: str) -> bool:
        """Whether a destination is too large to be solved in one go."""
        return len(self._prover.done[name].divided) > HANDY

    def _improve(self, destination: Destination) -> None:
        """One step, the longer the more often the last ones were in vain."""
        name, search = destination.name, self._search
        turn, vain = search.turn[name], self._idle.get(name, 0)
        most = max(0.5, 0.2 * self._board.left)
        better = search.step(destination, min(most, STEP * (1.0 + vain / search.windows(destination))))
        self._idle[name] = 0 if better else vain + max(1, search.turn[name] - turn)


def _promise(part: tuple[float, Destination, Block]) -> tuple[bool, float]:
    """Parts that weren't tried yet come first, the smallest of them; then those with most to gain a second."""
    excess, _destination, block = part
    return (False, excess / block.seconds) if block.seconds else (True, -len(block.columns))
