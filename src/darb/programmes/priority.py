"""Advice on who travels first (`artefacts.md` 3.14). A person decides; this only puts the list in an order.

Need alone counts: never nationality, tribe or payment, which is why no such thing can be passed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from darb.rules.words import Words, _

DOCUMENT_EXPIRING = 15
DAYS_PER_POINT = 3
WAITING_AT_MOST = 30


@dataclass(frozen=True)
class Need:
    """What the score looks at. `child_alone` counts only once the best-interests procedure allows return."""

    danger_to_life: bool = False
    child_alone: bool = False
    under_fire: bool = False
    trafficked_or_abused: bool = False
    pregnant_old_or_disabled: bool = False
    detained_over_six_months: bool = False
    infant_in_family: bool = False
    document_expiring: bool = False
    days_waiting: int = 0


NEEDS: tuple[tuple[str, int, Words], ...] = (
    ("danger_to_life", 100, _("Medical danger to life, or imminent danger")),
    ("child_alone", 90, _("Child alone")),
    ("under_fire", 80, _("Near the fighting, or a centre under fire")),
    ("trafficked_or_abused", 70, _("Trafficking or gender-based violence")),
    ("pregnant_old_or_disabled", 60, _("Pregnant, older or disabled")),
    ("detained_over_six_months", 40, _("Detained for more than six months")),
    ("infant_in_family", 40, _("Family with an infant")),
)


@dataclass(frozen=True)
class Priority:
    """The score, and the (label, points) that made it."""

    score: int
    reasons: tuple[tuple[Words, int], ...]


def priority(need: Need) -> Priority:
    """The greatest need that holds, plus points for an expiring document and for waiting.

    Needs aren't added up: two lesser ones don't outweigh a danger to life.
    Raises ValueError when `days_waiting` is negative.
    """
    if need.days_waiting < 0:
        raise ValueError("days_waiting is negative")
    reasons = [(label, points) for name, points, label in NEEDS if getattr(need, name)][:1]
    if need.document_expiring:
        reasons.append((_("Travel document expires within 14 days"), DOCUMENT_EXPIRING))
    waited = min(need.days_waiting // DAYS_PER_POINT, WAITING_AT_MOST)
    if waited:
        reasons.append((_("Days waiting"), waited))
    return Priority(sum(points for _label, points in reasons), tuple(reasons))
