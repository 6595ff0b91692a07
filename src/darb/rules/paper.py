"""A paper that the mission hands out: what a programme declares of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .roles import Role
from .words import Words

LANGUAGES = ("ar", "en", "fr")


class About(StrEnum):
    """What one paper is about."""

    CASE = "case"
    REFERRAL = "referral"
    SESSION = "session"
    EMBASSY = "embassy"
    VISA_BATCH = "visas"
    RELEASE = "release"
    FLIGHT = "flight"
    PROGRAMME = "programme"
    OUTREACH = "outreach"
    CALLS = "calls"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True)
class Paper:
    """One kind of paper. `printed_by` may hand it out; nobody else.

    `recipient` is who always gets it; None where whoever prints it writes that down. `keep_days`: after so many days
    (from a flight's departure, else from printing) a copy is to be destroyed; None where the recipient keeps it.
    """

    code: str
    label: Words
    about: About
    printed_by: tuple[Role, ...]
    recipient: Words | None = None
    languages: tuple[str, ...] = LANGUAGES
    keep_days: int | None = None
