"""What the rooms below marked for translation, said to whoever is reading: refusals, roles, dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from darb.programmes.screening import NOT_SAFE
from darb.rules.refusal import Refusal
from darb.rules.roles import LABELS, Role
from darb.rules.words import _
from darb.trust.powers import DataClass

DATA_CLASS_LABELS: dict[DataClass, str] = {
    DataClass.IDENTITY: _("Identity"),
    DataClass.WHEREABOUTS: _("Contact and whereabouts"),
    DataClass.TRAVEL_DOCUMENT: _("Travel document and visa"),
    DataClass.MEDICAL: _("Medical"),
    DataClass.PSYCHOSOCIAL: _("Psychosocial notes"),
    DataClass.PROTECTION: _("Protection"),
    DataClass.CHILD: _("Best interests of a child"),
    DataClass.ASYLUM: _("Wish for asylum"),
    DataClass.MISCONDUCT: _("Misconduct"),
    DataClass.ETHNICITY: _("Ethnicity and religion"),
}

DAY = "j M Y"
_TELLS_OF_ASYLUM = frozenset({"V4", "V5", "fear_at_home", "with_unhcr"})
"""Questions whose answer tells of a wish for protection."""


def of_asylum(code: str, answer: Any) -> bool:
    """Whether an answer tells of a wish for protection, which few may know of."""
    return code in _TELLS_OF_ASYLUM or answer == NOT_SAFE


def said(refusal: Refusal) -> str:
    """The sentence of `refusal` in the reader's language, with the places filled."""
    return gettext(refusal.sentence).format(**{name: _told(value) for name, value in refusal.values.items()})


def role_named(role: Role | str | None) -> str:
    """A role's name in the reader's language, given the role or its code; other words stay as they are."""
    if not role:
        return ""
    return gettext(LABELS[Role(role)]) if role in list(Role) else str(role)


def who_mends(refusal: Refusal) -> str:
    """The name of the role that can mend it, or an empty string."""
    return role_named(refusal.who)


def _told(value: Any) -> Any:
    """A value as it stands in a sentence: days written out, roles and marked text translated, a refusal told within
    another said whole, the rest as given."""
    if isinstance(value, Refusal):
        return said(value)
    if isinstance(value, date):
        return date_format(value, DAY)
    if isinstance(value, Role):
        return role_named(value)
    return gettext(value) if isinstance(value, str) and value else value
