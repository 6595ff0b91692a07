"""The life of a document: what can follow what (programmes.md 2.3), and who has it in hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from darb.programmes.voluntary_return_gates import SINGLE_JOURNEY
from darb.rules.refusal import Refused
from darb.rules.words import _

from .models import Document, DocumentState

S = DocumentState

NEXT: dict[str, tuple[DocumentState, ...]] = {
    S.REQUESTED: (S.PRINTED, S.RECEIVED, S.IN_CUSTODY, S.CANCELLED),
    S.PRINTED: (S.RECEIVED, S.IN_CUSTODY, S.RETURNED_FOR_ERROR, S.CANCELLED),
    S.RECEIVED: (S.IN_CUSTODY, S.RETURNED_FOR_ERROR, S.LOST, S.CANCELLED),
    S.IN_CUSTODY: (
        S.IN_CUSTODY,
        S.HANDED_AT_BOARDING,
        S.RETURNED_FOR_ERROR,
        S.CANCELLED,
        S.EXPIRED,
        S.LOST,
        S.HELD,
    ),
    S.HANDED_AT_BOARDING: (S.USED, S.IN_CUSTODY, S.HELD, S.LOST, S.EXPIRED),
    S.RETURNED_FOR_ERROR: (S.PRINTED, S.RECEIVED, S.IN_CUSTODY, S.CANCELLED),
    S.HELD: (S.IN_CUSTODY, S.WITHHELD, S.LOST, S.EXPIRED),
    S.WITHHELD: (S.IN_CUSTODY, S.HELD, S.LOST, S.EXPIRED),
    S.LOST: (S.IN_CUSTODY, S.HELD, S.CANCELLED),
    S.EXPIRED: (S.CANCELLED, S.HELD, S.LOST),
    S.USED: (),
    S.CANCELLED: (),
}
"""From each state, those that can follow. In custody follows itself when somebody else takes it in hand."""


USED_UP = Q(single_journey=True) | Q(single_journey=None, kind__in=SINGLE_JOURNEY)
"""Documents that are good for one journey alone, as they say themselves, or else as their kind is."""


@dataclass(frozen=True)
class Hands:
    """Where a document is and who holds it, as told; empty where the state says it all."""

    place: str = ""
    holder: str = ""


NOT_TOLD = Hands()


def check_order(documents: Iterable[Document], state: str) -> None:
    """Refuse, naming it, the first of `documents` that can't come to be in `state` from where it is."""
    for d in documents:
        if state not in NEXT[d.state]:
            raise Refused(
                "custody_order",
                _("Document {number} is now: {now}. It can't become: {next}."),
                number=d.number or str(d.pk),
                now=str(DocumentState(d.state).label),
                next=str(DocumentState(state).label),
            )
