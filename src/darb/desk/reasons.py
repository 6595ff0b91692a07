"""Why something was done, in the reader's language: people write words of their own, the house writes codes."""

from __future__ import annotations

from django.utils.translation import gettext

from darb.programmes.incidents import INCIDENTS
from darb.programmes.release import ABSENCES
from darb.programmes.screening import TRAFFICKING
from darb.rules.words import Words, _

from .task_words import TALKS

HEARD_HOW: dict[str, Words] = {
    "said at the stairs": _("Said so at the stairs"),
    "said on the way": _("Said so on the way to the airport"),
    "said at the check": _("Said so when consent was confirmed"),
    "told by phone": _("Told by phone"),
    "said to staff": _("Said so to a member of staff"),
}
"""How we know that somebody on a manifest no longer wants to go; it is the reason where none else is written."""

_CODES: dict[str, Words] = {
    **HEARD_HOW,
    **ABSENCES,
    **{code: incident.label for code, incident in INCIDENTS.items()},
    TRAFFICKING: TALKS[TRAFFICKING],
}


def reason_told(reason: str) -> str:
    """The words of a step's, a decision's or a manifest version's `reason`; what a person wrote stays as it is."""
    return gettext(_CODES.get(reason, reason)) if reason else ""
