"""The language in which a programme declares how a case travels: stages, steps, tracks and gates.

A pathway isn't one status. A case stands in one stage, and moves by steps; beside that, work runs in
parallel tracks, and each track turns gates green. A gate is green in windows of dates, which follow
from facts. Conditions are Python functions of `Facts`, never strings. The programmes declare; the
rooms and the screens read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar

from .facts import Facts, Verdict
from .refusal import Refusal
from .roles import Role
from .windows import ALWAYS, Windows
from .words import _

NOBODY: Final = None
"""Who may override a gate that no role may override."""

OVERRIDE: Final = "override"
"""The code of a verdict by which the gate's overriding role opens it, whatever its terms say."""

BACK: Final = "<back>"
"""The stage that the case was in before its side state (a step that resumes goes there)."""

CASES: Final = "cases"
"""The room that takes the steps of stages that no other room keeps rows beside."""


class Term(NamedTuple):
    """One thing that a gate asks: the days on which it `holds`, and the refusal on the others."""

    holds: Windows
    otherwise: Refusal


Named = TypeVar("Named")
Terms = tuple[Term, ...]
Guard = Callable[[Facts, date], Refusal | None]


def always(facts: Facts) -> Windows:
    """Applies to every case on every day."""
    return ALWAYS


def any_of(*options: Terms) -> Terms:
    """Terms that hold where all terms of at least one of `options` hold; the last option says why not.

    At least one option is needed.
    """
    if len(options) == 1:
        return options[0]
    union = ~ALWAYS
    for option in options:
        union |= all_hold(option)
    return tuple(Term(term.holds | union, term.otherwise) for term in options[-1])


def all_hold(terms: Terms) -> Windows:
    """The days on which every one of `terms` holds."""
    windows = ALWAYS
    for term in terms:
        windows &= term.holds
    return windows


@dataclass(frozen=True, eq=False)
class Ruling:
    """A code that a verdict on a gate may carry, and whether it grants.

    `lifted_by` is the only role that may put another verdict in the place of this one; `why_lifted` that it says why.
    `panel` is how many people must decide it together, of two organisations at least; 1 where one person may.
    `reflected` that of somebody who was trafficked it waits for an assessment, a wish told apart, and time to reflect.
    """

    code: str
    label: str
    granted: bool
    lifted_by: Role | None = None
    why_lifted: bool = False
    panel: int = 1
    reflected: bool = False


@dataclass(frozen=True, eq=False)
class Gate:
    """Something that must hold on the day of travel.

    `terms(facts)` gives what it asks; green while all hold, and the first that doesn't says why not.
    `applies(facts)` gives the days on which the gate stands in the way at all.
    `rulings` are the verdicts it takes and `ruled_by` the roles that may give them; a gate without
    rulings follows from other facts alone. `bound_to` names facts that a granting verdict was given
    for: when one of them changes, the gate turns red by itself.
    `mended_by` is who can turn it green in the ordinary way.
    """

    code: str
    key: str
    label: str
    green_when: str
    terms: Callable[[Facts], Terms]
    mended_by: Role
    applies: Callable[[Facts], Windows] = always
    overridden_by: Role | None = NOBODY
    bound_to: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    ruled_by: tuple[Role, ...] = ()

    def ruling(self, code: str) -> Ruling | None:
        """The ruling with `code`, or None."""
        return next((ruling for ruling in self.rulings if ruling.code == code), None)

    def binding(self, facts: Facts) -> tuple[tuple[str, str], ...]:
        """What a verdict given now is bound to: kept on the verdict, compared by readiness ever after."""
        return tuple((name, str(getattr(facts, name))) for name in self.bound_to)

    def may_rule(self, code: str, by: Role, standing: Verdict | None) -> Refusal | None:
        """Why `by` may not put a verdict `code` in place of the `standing` one; None if it may."""
        if code == OVERRIDE:
            allowed: tuple[Role, ...] = (self.overridden_by,) if self.overridden_by else ()
        else:
            allowed = self.ruled_by if self.ruling(code) else ()
        if not allowed:
            return Refusal(
                "gate.no_such_ruling", _("{gate} can't be opened or closed in this way by anyone."), self._named()
            )
        if by not in allowed:
            return Refusal("gate.not_yours", _("Another role decides on {gate}."), self._named(), who=allowed[0])
        held = self.ruling(standing.code) if standing else None
        if held and held.lifted_by and by is not held.lifted_by and not self._as_firm(code, held):
            return Refusal(
                "gate.not_yours_to_lift",
                _("Another role must lift the decision that stands on {gate}."),
                self._named(),
                who=held.lifted_by,
            )
        return None

    def lifts(self, code: str, standing: Verdict) -> bool:
        """Whether `code` lifts a decision that one role alone may lift, and must say why."""
        held = self.ruling(standing.code)
        return bool(held and held.why_lifted and not self._as_firm(code, held))

    def _as_firm(self, code: str, held: Ruling) -> bool:
        """Whether `code` refuses too and is lifted by the same role, so that nothing is lifted by giving it."""
        ruling = self.ruling(code)
        return ruling is not None and not ruling.granted and ruling.lifted_by is held.lifted_by

    def _named(self) -> Mapping[str, str]:
        return {"gate": self.label}


@dataclass(frozen=True, eq=False)
class BoardingCheck:
    """A gate of the last days or hour, checked face to face and recorded by the room that runs the departure.

    `measure`: it is asked only where the health measures of the route name this one.
    """

    code: str
    key: str
    label: str
    done_by: tuple[Role, ...]
    measure: str = ""


@dataclass(frozen=True, eq=False)
class Stage:
    """Where a case stands. `held_by` names the room that keeps rows beside it, and so owns its steps.

    A case is open in an `open` stage: someone still has work to do. Nothing leads out of a `final` one.
    """

    key: str
    label: str
    held_by: str = CASES
    final: bool = False
    open: bool = True


@dataclass(frozen=True, eq=False)
class SideState(Stage):
    """A stage beside the road. `asks` names what must be given to enter it ("reason", "review_date", ...).

    `reopens` says whether a case can come back from it onto the road.
    """

    open: bool = False
    reopens: bool = True
    asks: tuple[str, ...] = ("reason",)


@dataclass(frozen=True, eq=False)
class Step:
    """A deed that may move a case from one of `out_of` to `into` (None: it stays; BACK: where it was).

    On the day that the deed is for, every gate in `needs` must be green and no guard may refuse.
    `powers` are the roles that may take it, `through` the room whose action does. A step with a
    `track` belongs to that track.
    """

    key: str
    label: str
    out_of: tuple[str, ...]
    into: str | None
    powers: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    through: str = CASES
    track: str | None = None


@dataclass(frozen=True, eq=False)
class Track:
    """Work that runs beside the other tracks and turns `gates` green."""

    key: str
    label: str
    gates: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Ending:
    """A code that a case may be closed with, and the stages it may be closed from with that code."""

    key: str
    label: str
    out_of: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Pathway:
    """A programme's whole declaration. Compared by identity: there is one of each.

    `never_overridden` repeats the codes of the gates that nobody may override, so that opening one
    of those takes two changes, not one.
    """

    key: str
    label: str
    begins: str
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    gates: tuple[Gate, ...] = ()
    boarding: tuple[BoardingCheck, ...] = ()
    pre_departure: tuple[BoardingCheck, ...] = ()
    tracks: tuple[Track, ...] = ()
    endings: tuple[Ending, ...] = ()
    never_overridden: frozenset[str] = frozenset()

    @property
    def checks(self) -> tuple[BoardingCheck, ...]:
        """Everything that is checked face to face, in the order of the days."""
        return (*self.pre_departure, *self.boarding)

    def stage(self, key: str) -> Stage:
        """The stage `key`. Raises KeyError if this pathway has none."""
        return _named(self.stages, "key", key)

    def step(self, key: str) -> Step:
        """The step `key`. Raises KeyError if this pathway has none."""
        return _named(self.steps, "key", key)

    def gate(self, code: str) -> Gate:
        """The gate with `code`, such as "R2". Raises KeyError if this pathway has none."""
        return _named(self.gates, "code", code)

    def track(self, key: str) -> Track:
        """The track `key`. Raises KeyError if this pathway has none."""
        return _named(self.tracks, "key", key)

    def steps_from(self, stage: str) -> tuple[Step, ...]:
        """The steps that a case in `stage` could take, were nothing in the way."""
        return tuple(step for step in self.steps if stage in step.out_of)

    def endings_from(self, stage: str) -> tuple[Ending, ...]:
        """The codes that a case in `stage` can be closed with."""
        return tuple(ending for ending in self.endings if stage in ending.out_of)

    @property
    def open_stages(self) -> tuple[str, ...]:
        """The keys of the stages in which a case is open."""
        return tuple(stage.key for stage in self.stages if stage.open and not stage.final)

    @property
    def side_states(self) -> tuple[SideState, ...]:
        """The stages beside the road."""
        return tuple(stage for stage in self.stages if isinstance(stage, SideState))

    def leads_to(self, step: Step) -> tuple[str, ...]:
        """The stages that `step` can end in: one, or for BACK each from which its side state is entered."""
        if step.into != BACK:
            return (step.into,) if step.into else ()
        return tuple(
            dict.fromkeys(source for entry in self.steps if entry.into in step.out_of for source in entry.out_of)
        )


def _named(things: tuple[Named, ...], by: str, name: str) -> Named:
    found = next((thing for thing in things if getattr(thing, by) == name), None)
    if found is None:
        raise KeyError(name)
    return found
