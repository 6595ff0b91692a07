"""`@action`: the one door through which anything is written.

One transaction; an idempotency key already seen is refused; the power is checked; the deed runs; one
row of the action log is appended. The clock and the actor come in with the `Act`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from darb.rules.refusal import Forbidden, Refused
from darb.rules.words import _

from .actor import Actor
from .models import ActionKey, ActionLog

P = ParamSpec("P")
R = TypeVar("R")

REGISTRY: dict[str, Callable[..., Any]] = {}

# Whether an outermost action is under way: what it calls must be part of it.
_under_way: ContextVar[bool] = ContextVar("under_way", default=False)

# What follows from deeds, in the same transaction: set once by `reactions`, which stands above every room.
_follow_up: list[Callable[[Act], None]] = []


def follow_up(after: Callable[[Act], None]) -> None:
    """Have `after` called at the end of every outermost action, inside its transaction."""
    _follow_up[:] = [after]


class AlreadyDone(Refused):
    """The same key was used before: the deed is done, once. `subject` says what it was about."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__("already_done", _("This was already saved; nothing was done twice."))


@dataclass
class Act:
    """One deed under way: who does it, when, under which key.

    `at` is an aware datetime. Actions note in `subject`, `persons` and `detail` what the log shall
    say: identifiers and codes, never names or findings. `touched` gathers, over this action and those
    it calls, the persons that each power was used on.
    """

    actor: Actor
    at: datetime
    key: UUID | None = None
    subject: str = ""
    persons: list[int] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)
    power: str = ""
    depth: int = 0
    touched: dict[str, set[int]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day of the deed where the mission is."""
        from zoneinfo import ZoneInfo

        return self.at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()

    def by_house(self) -> Act:
        """What follows from this deed by rule, and asks no power of whoever did it: done by the house."""
        return Act(Actor(0, "Darb", house=True), self.at, depth=max(self.depth, 1), touched=self.touched)

    def within(self, scope_ids: Iterable[int]) -> None:
        """Refuse unless a role that has this action's power covers every one of `scope_ids`."""
        if not self.actor.may(self.power, set(scope_ids)):
            raise Forbidden("out_of_reach", _("This is outside the sites and programmes that your role covers."))


def action(power: str) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[Act, P], R]]:
    """Make a function the action `power`: called with an `Act` first, it runs whole or not at all.

    Raises Forbidden without the power, AlreadyDone on a key seen before, and whatever the function
    refuses. An action called from another shares its transaction, and its key is not claimed twice;
    it still needs its own power and leaves its own log row. It is given the other's `Act` or one made from it:
    with an `Act` of its own what follows would come twice, and locks be taken out of their order (RuntimeError).
    """

    def wrap(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[Act, P], R]:
        @functools.wraps(function)
        def run(act: Act, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not act.actor.may(power):
                raise Forbidden("no_power", _("Your role doesn't do this."))
            outermost = act.depth == 0
            if outermost and _under_way.get():
                raise RuntimeError(f"{power} was called inside another action with an act that isn't made from it")
            touched = act.touched if act.depth else {}
            inner = Act(act.actor, act.at, act.key, power=power, depth=act.depth + 1, touched=touched)
            with transaction.atomic(), _begun(outermost):
                claims = inner.key is not None and outermost
                if claims:
                    _claim(inner)
                result = function(inner, *args, **kwargs)
                touched.setdefault(power, set()).update(inner.persons)
                if outermost:
                    for after in _follow_up:
                        after(inner)
                _log(inner, claims)
            act.subject = act.subject or inner.subject
            return result

        REGISTRY[power] = run
        return run

    return wrap


@contextmanager
def _begun(outermost: bool) -> Iterator[None]:
    token = _under_way.set(True) if outermost else None
    try:
        yield
    finally:
        if token is not None:
            _under_way.reset(token)


def _claim(act: Act) -> None:
    assert act.key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into trust_actionkey (key, action, account_id, subject, at) values (%s, %s, %s, '', %s)"
            " on conflict do nothing",
            [act.key, act.power, act.actor.account_id, act.at],
        )
        fresh = cursor.rowcount == 1
    if not fresh:
        raise AlreadyDone(ActionKey.objects.values_list("subject", flat=True).get(pk=act.key))


def _log(act: Act, claimed: bool) -> None:
    if claimed and act.key and act.subject:
        ActionKey.objects.filter(pk=act.key).update(subject=act.subject)
    ActionLog.objects.create(
        at=act.at,
        account_id=act.actor.account_id,
        action=act.power,
        subject=act.subject,
        persons=act.persons,
        detail=act.detail,
        key=act.key,
    )
