"""What the kinds of task are called."""

from __future__ import annotations

from django.utils.translation import gettext

from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.words import _

KINDS: dict[str, str] = {
    "by_hand": _("To do"),
    "cancel_visa": _("Have the exit visa cancelled"),
    "child_assessment": _("See the child today"),
    "follow_up": _("See the person: the screen calls for it"),
    "joint_counselling": _("Counsel together with UNHCR"),
    "offer_other_help": _("Offer other help"),
    "refer_to_unhcr": _("Refer to UNHCR"),
    "safe_way_back": _("Bring the person back safely"),
    # What follows an embassy's hearing is said where its outcomes are declared.
    **{f"embassy_{outcome.code}": outcome.then for outcome in CONSULAR_OUTCOMES.values() if outcome.then},
}


def kind_named(kind: str) -> str:
    """A kind of task in the reader's language; one without words of its own shows its code, spaced."""
    return gettext(KINDS[kind]) if kind in KINDS else kind.replace("_", " ").capitalize()
