"""The mission's rule for a second return: whoever was brought home and is back may be helped again, not at once.

A person in danger isn't turned away by a calendar: the head of the programme decides where the rule says no.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.words import _

from .voluntary_return_gates import birthday

YEARS_BETWEEN = 1
MOST_RETURNS = 2


def second_return(home: Collection[date], day: date) -> Refusal | None:
    """Why somebody who came home with us on each day of `home` can't have another case on `day`; None if they can."""
    if not home:
        return None
    if len(home) >= MOST_RETURNS:
        return Refusal(
            "return.often",
            _("This person was brought home {count} times already. The head of the programme decides, with a reason."),
            {"count": len(home)},
            Role.VHR_HEAD,
        )
    again = birthday(max(home), YEARS_BETWEEN)
    if day < again:
        return Refusal(
            "return.early",
            _("This person was brought home on {home}; the rule allows another return from {again}. "
              "The head of the programme decides, with a reason."),
            {"home": max(home), "again": again},
            Role.VHR_HEAD,
        )  # fmt: skip
    return None
