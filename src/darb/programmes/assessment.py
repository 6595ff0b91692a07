"""The full assessment of somebody's protection needs (`programmes.md` 2.5, level c; `artefacts.md` 3.8): which dangers,
what helps, how soon the person is seen again, and whether somebody who was trafficked wishes to return, asked apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from darb.rules.words import Words, _

DANGERS: dict[str, Words] = {
    "controllers_here": _("Those who control or exploited the person find them here"),
    "controllers_home": _("The same people, or their friends, find the person at home"),
    "family": _("Family or community would harm or shun the person"),
    "violence_here": _("Violence where the person stays"),
    "authorities": _("Arrest, detention or mistreatment by authorities"),
    "on_the_way": _("Danger on the journey home"),
    "self_harm": _("The person may harm themselves"),
    "health": _("Health gets worse without treatment"),
    "child": _("A child with the person is in danger"),
    "no_means": _("Nothing to live on, nobody to turn to"),
}


@dataclass(frozen=True)
class Level:
    """How much is at stake: within how many days the person is seen again, and assessed anew."""

    label: Words
    seen_within: timedelta
    again_within: timedelta


LEVELS: dict[str, Level] = {
    "high": Level(_("High: life or safety, abuse now, a child alone"), timedelta(days=3), timedelta(days=14)),
    "medium": Level(_("Medium"), timedelta(days=14), timedelta(days=30)),
    "low": Level(_("Low"), timedelta(days=30), timedelta(days=91)),
}
"""Follow-up and review by level, as in `artefacts.md` 3.8 (twice a week, every two weeks, monthly)."""

REFLECTION = timedelta(days=30)
"""To recover and reflect before anything is decided (`programmes.md` 2.5; the length is for the mission to set)."""

WISHES: dict[str, Words] = {
    "return": _("Wishes to return, asked apart and in private"),
    "return_sooner": _("Wishes to return, and asked not to wait longer"),
    "undecided": _("Hasn't decided"),
    "stay": _("Doesn't wish to return"),
}
"""What the person wants: for somebody who was trafficked, the separate consent before a return."""
