"""Whether a session may be held: how its embassy hears people, what the link must carry, why the door is still shut.

Pure functions: the page greys its button with them, and the action refuses with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localtime

from darb.places.models import MissionOfOrigin, Presence
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.words import _

from .models import ConnectivityCheck, Event, Mode


def modes_accepted(mission: MissionOfOrigin) -> list[Mode]:
    """The ways in which a mission of origin hears people; empty where it hears nobody.

    One that sits elsewhere meets them online, or decides on the photographs that our office sends, unless its officers
    come here.
    """
    if mission.presence == Presence.NONE:
        return []
    at_office = mission.presence == Presence.RESIDENT or mission.accepts_visits or mission.accepts_photo_lists
    accepted = {
        Mode.DC_VISIT: mission.accepts_visits,
        Mode.URBAN: mission.accepts_visits,
        Mode.OFFICE: at_office,
        Mode.ONLINE: mission.accepts_online,
    }
    return [mode for mode, holds in accepted.items() if holds]


DOWN_MBPS = 1.0
UP_MBPS = 0.5
"""What one conversation with picture and sound needs at the least (programmes.md 2.3, guard G3)."""

FALLBACKS: dict[str, str] = {
    "phone": _("By phone"),
    "second_sim": _("Second SIM card"),
    "satellite": _("Satellite link"),
    "recorded": _("Recorded statement"),
    "reschedule": _("Another day"),
}
"""What is done when the link drops."""


@dataclass(frozen=True)
class Link:
    """A link as measured where the people are: Mbit/s down and up, milliseconds there and back."""

    down_mbps: float
    up_mbps: float
    camera: bool
    sound: bool
    latency_ms: int | None = None
    backup_power: bool = False
    fallback: str = ""
    provider: str = ""
    place: str = ""


def faults(link: Link | ConnectivityCheck) -> tuple[Refusal, ...]:
    """What is wrong with a link; empty if it holds."""
    found = []
    if link.down_mbps < DOWN_MBPS:
        found.append(
            Refusal(
                "link.down",
                _("{measured} Mbit/s come down, and {needed} are needed."),
                {"measured": link.down_mbps, "needed": DOWN_MBPS},
            )
        )
    if link.up_mbps < UP_MBPS:
        found.append(
            Refusal(
                "link.up",
                _("{measured} Mbit/s go up, and {needed} are needed."),
                {"measured": link.up_mbps, "needed": UP_MBPS},
            )
        )
    if not link.camera:
        found.append(Refusal("link.camera", _("The camera doesn't show a picture.")))
    if not link.sound:
        found.append(Refusal("link.sound", _("The sound doesn't come through.")))
    return tuple(found)


NOT_CHECKED = Refusal(
    "open.not_checked",
    _("The link wasn't checked today: check it before the session opens."),
    {},
    Role.CONSULAR_OFFICER,
)
LINK_DOWN = Refusal("link_down", _("The link dropped and isn't back: say first on which line the session went on."))
SIGNED_BY = Role.VHR_HEAD
NOT_SIGNED = Refusal(
    "link.not_signed",
    _("Measure again once the link is better, or have an exception signed by somebody above the session."),
    {},
    SIGNED_BY,
)
NOBODY_CALLED = Refusal("open.nobody", _("Nobody is called to this session yet."), {}, Role.CONSULAR_OFFICER)


def newest_check(checks: Sequence[ConnectivityCheck], at: datetime) -> ConnectivityCheck | None:
    """The last check made on the day of `at`, before it: an older one says nothing about today."""
    today = [c for c in checks if c.at <= at and _day(c.at) == _day(at)]
    return max(today, key=lambda c: (c.at, c.pk), default=None)


def why_not_open(event: Event, checks: Sequence[ConnectivityCheck], called: int, at: datetime) -> tuple[Refusal, ...]:
    """Every reason why a consular session can't open at `at`; empty if it can."""
    reasons = [] if called else [NOBODY_CALLED]
    if event.mode == Mode.ONLINE:
        check = newest_check(checks, at)
        if check is None:
            reasons.append(NOT_CHECKED)
        elif not check.passed and not check.exception_because:
            reasons += [*faults(check), NOT_SIGNED]
    return tuple(reasons)


def _day(at: datetime) -> date:
    return localtime(at).date()
