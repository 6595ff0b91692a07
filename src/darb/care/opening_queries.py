"""Reads of what was opened in an emergency, and of what waits for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from darb.cases.models import Encounter
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.context import unsealed
from darb.trust.powers import DataClass

from .models import Exam, Opening

READ_FOR = timedelta(hours=1)
NEVER_OPENED = (DataClass.ASYLUM.value, DataClass.MISCONDUCT.value)
"""What no emergency opens: a wish for protection, which protection knows of, and misconduct of staff."""


@dataclass(frozen=True)
class Opened:
    """What was sealed of one case: examinations and conversations, newest first."""

    opening: Opening
    exams: Sequence[Exam]
    talks: Sequence[Encounter]


def opened(actor: Actor, number: int, at: datetime) -> Opened:
    """The record that `actor` opened, for an hour; Missing for everybody else. Four statements."""
    row = Opening.objects.select_related("case__person").filter(pk=number, opened_by=actor.account_id).first()
    if row is None:
        raise Missing("no_opening", _("There is no such entry within your reach."))
    if at - row.opened_at > READ_FOR:
        raise Refused("opening_over", _("The hour is over: open it again, with a reason."))
    with unsealed():
        return Opened(
            row,
            list(Exam.objects.filter(case=row.case).order_by("-prepared_at", "-pk")),
            list(Encounter.objects.filter(case=row.case).exclude(data_class__in=NEVER_OPENED).order_by("-at", "-pk")),
        )


def openings(actor: Actor, limit: int = 100) -> list[Opening]:
    """Records that were opened, those not reviewed first, then the newest, for whoever reviews them; else none."""
    if not actor.may("care.review_opening"):
        return []
    rows = Opening.objects.select_related("case")
    return list(rows.order_by("-reviewed_at", "-opened_at", "-pk")[:limit])


def opening(actor: Actor, number: int) -> Opening:
    """One of them; Missing where there is none for `actor` to review."""
    found = Opening.objects.select_related("case__person").filter(pk=number).first()
    if found is None or not actor.may("care.review_opening"):
        raise Missing("no_opening", _("There is no such entry within your reach."))
    return found
