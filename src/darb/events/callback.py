"""Whether a number may be called now: pure rules, with which pages grey the button and actions refuse.

A guard's or smuggler's phone is never called, nor one whose owner told that a call is a danger, nor outside the
hours that were told as safe (programmes.md 2.1, secrecy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from darb.people.models import NEVER_CALLED
from darb.rules.refusal import Invalid, Refusal
from darb.rules.roles import Role
from darb.rules.words import _

CALLBACK_WITHIN = timedelta(hours=24)
"""Until when whoever left a message is called back (programmes.md 2.1, figures)."""
_DAY = 24 * 60
_TIME = r"(\d{1,2})(?:\s*[:h.]\s*(\d{2})?)?"
_RANGE = re.compile(rf"\s*{_TIME}\s*(?:-|–|—|to|à|إلى|الى)\s*{_TIME}\s*")


@dataclass(frozen=True)
class Line:
    """A number to call, and what was told about it. `safe`: nobody told that a call is a danger."""

    number: str
    owner: str
    safe: bool = True
    hours: str = ""


def safe_hours(text: str) -> tuple[int, int] | None:
    """The minutes of the day from and until which a call is safe, read from words such as 18-20 or ١٨:٣٠-٢٠.

    The end isn't included; an end before the beginning is of the next day. None where the words say no such hours.
    """
    found = _RANGE.fullmatch(text.lower())
    if not found:
        return None
    hours, minutes = (int(found[1]), int(found[3])), (int(found[2] or 0), int(found[4] or 0))
    if max(hours) > 24 or max(minutes) > 59:
        return None
    begin, end = (60 * h + m for h, m in zip(hours, minutes, strict=True))
    return None if max(begin, end) > _DAY or begin % _DAY == end % _DAY else (begin % _DAY, end)


def tidy_hours(text: str) -> str:
    """Hours as they are kept, such as 18:00-20:00; empty for none. Raises Invalid where they can't be read."""
    if not text.strip():
        return ""
    read = safe_hours(text)
    if read is None:
        raise Invalid("bad_hours", _("Write the hours at which a call is safe as 18-20 or 18:30-20:00."), field="hours")
    return "-".join(f"{m // 60:02d}:{m % 60:02d}" for m in read)


def why_not_call(line: Line, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why `line` may not be called at `at`, each with what to do instead; empty if it may."""
    if not line.number:
        return (NO_NUMBER,)
    if line.owner in NEVER_CALLED:
        return (NEVER,)
    if not line.safe:
        return (UNSAFE,)
    read = safe_hours(line.hours)
    if read and not _within(read, localtime(at)):
        return (Refusal("call.hours", _("A call is safe at {hours} only: call then."), {"hours": line.hours}),)
    return ()


NO_NUMBER = Refusal("call.no_number", _("No number is known: somebody goes there instead."), {}, Role.OUTREACH_OFFICER)
NEVER = Refusal(
    "call.never",
    _("This phone is a guard's or smuggler's, and is never called: somebody goes there instead."),
    {},
    Role.OUTREACH_OFFICER,
)
UNSAFE = Refusal(
    "call.unsafe",
    _("A call to this number isn't safe for the person: wait for theirs, or somebody goes there instead."),
    {},
    Role.OUTREACH_OFFICER,
)


def _within(hours: tuple[int, int], at: datetime) -> bool:
    begin, end = hours
    now = 60 * at.hour + at.minute
    return begin <= now < end if begin < end else now >= begin or now < end
