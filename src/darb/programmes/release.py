"""Release from detention into the mission's care (`programmes.md` 2.4): grounds, what is compared at the gate, and
what became of whoever wasn't brought.
"""

from __future__ import annotations

from collections.abc import Collection

from darb.rules.words import Words, _

GROUNDS: dict[str, Words] = {
    "voluntary_return": _("Voluntary return with the help of IOM"),
    "child": _("Child, who isn't to be detained"),
    "order_ended": _("Order of detention ended or was lifted"),
    "court": _("Decision of a court or of the prosecution"),
}
"""Legal grounds that a request names. Health is none: the centre never hears of it from us."""

CHECKS: dict[str, Words] = {
    "name": _("Says the name, and the father's name"),
    "photo": _("Face is that of the photo"),
    "document": _("Face is that of a document"),
}
"""What is compared before somebody is taken over at the gate."""

MOVED, NOT_FOUND, OTHER_PERSON = "moved", "not_found", "other_person"
ABSENCES: dict[str, Words] = {
    MOVED: _("Moved to another place"),
    NOT_FOUND: _("Nobody knows where: escape, raid, or no word"),
    OTHER_PERSON: _("Another person was brought"),
}
"""Why somebody on a release list wasn't there at the hand-over."""


def unchecked(checks: Collection[str], *, has_photo: bool) -> list[str]:
    """The codes of `CHECKS` that must still be compared: the name, and the face by our photo.

    A document's photo stands in only where the mission has none.
    """
    face = "photo" if has_photo else "document"
    return [code for code in ("name", face) if code not in checks]
