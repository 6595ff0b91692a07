"""The information and voluntariness checklist that comes before consent (`artefacts.md` 3.1.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from darb.rules.words import Words, _


class Kind(StrEnum):
    """What the counsellor does with an item."""

    INFORM = "inform"
    ASK = "ask"
    TEACH_BACK = "teach_back"
    OBSERVE = "observe"


PRESSURE = "pressure"
ASYLUM_CONCERN = "asylum_concern"


@dataclass(frozen=True)
class Item:
    """One thing to explain, ask or observe. `raises` is the concern that the answer yes brings up."""

    code: str
    text: Words
    kind: Kind
    raises: str | None = None


CHECKLIST = (
    Item("I1", _("Our help is free of charge. Nobody may ask for money or favours."), Kind.INFORM),
    Item("I2", _("Who may join, what happens, and how long it is likely to take."), Kind.INFORM),
    Item("I3", _("What the embassy will be told, and what it won't be told."), Kind.INFORM),
    Item("I4", _("You may ask for international protection instead, and this is how."), Kind.INFORM),
    Item("I5", _("Help after return depends on the country and on your plan; no fixed sum is promised."), Kind.INFORM),
    Item("I6", _("You may stop at any time until boarding, and lose no other help by it."), Kind.INFORM),
    Item("I7", _("How to complain, and how your data are used."), Kind.INFORM),
    Item("V1", _("Why do you want to go back, and why now?"), Kind.ASK),
    Item("V2", _("Has anyone said that you must sign, or promised you something for it?"), Kind.ASK, PRESSURE),
    Item("V3", _("Would you choose this if you were not detained?"), Kind.ASK),
    Item("V4", _("Is there anyone or anything that you fear at home?"), Kind.ASK, ASYLUM_CONCERN),
    Item("V5", _("Do you wish to speak with UNHCR first?"), Kind.ASK, ASYLUM_CONCERN),
    Item("V6", _("Tell me in your own words: what happens next?"), Kind.TEACH_BACK),
    Item("V7", _("The person is calm, understands the language, and no guard or broker can hear."), Kind.OBSERVE),
)


def missing(covered: Collection[str]) -> tuple[Item, ...]:
    """The items whose codes aren't among `covered`: counselling is complete when there are none."""
    return tuple(item for item in CHECKLIST if item.code not in covered)


def concerns(answers: Mapping[str, bool]) -> frozenset[str]:
    """The concerns (PRESSURE, ASYLUM_CONCERN) raised by the items that were answered yes."""
    return frozenset(item.raises for item in CHECKLIST if item.raises and answers.get(item.code))
