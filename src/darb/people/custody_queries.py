"""Travel documents by where they are, those that run out soon, and the chain of each. For readers of D3 alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count, Max, Min, QuerySet

from darb.programmes.voluntary_return_gates import DOCUMENT_ALERT, USABLE
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .custody import NEXT
from .models import CustodyStep, Document, DocumentState, Proof

FROM_EMBASSIES = (
    DocumentState.REQUESTED,
    DocumentState.PRINTED,
    DocumentState.RECEIVED,
    DocumentState.IN_CUSTODY,
    DocumentState.HANDED_AT_BOARDING,
    DocumentState.RETURNED_FOR_ERROR,
    DocumentState.LOST,
    DocumentState.EXPIRED,
    DocumentState.CANCELLED,
    DocumentState.USED,
)
"""States in the life of a document that passes through our hands, in their order."""


@dataclass(frozen=True)
class Sought:
    """Which documents are looked for. `soon`: in our custody, and expiring within 14 days of `day`, or past it."""

    day: date
    country: str = ""
    state: str = ""
    soon: bool = False


def documents(actor: Actor, sought: Sought) -> QuerySet[Document]:
    """Documents within reach, the first to expire first, with their persons. One query."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return Document.objects.none()
    found = Document.objects.select_related("person__site").order_by("expires", "person__name", "pk")
    if sought.soon:
        found = found.filter(state__in=USABLE, expires__lte=sought.day + DOCUMENT_ALERT)
    else:
        found = found.filter(state=sought.state or DocumentState.IN_CUSTODY)
    return found.filter(country=sought.country) if sought.country else found


def counts(actor: Actor, day: date) -> tuple[dict[str, int], int]:
    """How many documents are in each state of the chain, and how many run out soon. Two queries."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return {}, 0
    rows = Document.objects.filter(state__in=FROM_EMBASSIES).order_by()
    by_state = dict(rows.values_list("state").annotate(Count("pk")))
    return by_state, documents(actor, Sought(day, soon=True)).count()


def document(actor: Actor, pk: int) -> Document | None:
    """One document with its person, within reach."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return None
    return Document.objects.select_related("person").filter(pk=pk).first()


def picked(actor: Actor, pks: Collection[int]) -> list[Document]:
    """Those of `pks` within reach."""
    return list(Document.objects.filter(pk__in=pks).order_by("pk")) if actor.sees(DataClass.TRAVEL_DOCUMENT) else []


def chain(actor: Actor, found: Collection[Document]) -> list[CustodyStep]:
    """The steps of `found`, document by document, the oldest first. One query."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return []
    steps = CustodyStep.objects.filter(document__in=found).select_related("document__person")
    return list(steps.order_by("document__person__name", "document", "pk"))


def pages(actor: Actor, document: Document) -> list[Proof]:
    """The pictures of a document, without their content. One query."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return []
    return list(Proof.objects.filter(document=document).defer("content").order_by("pk"))


def followers(document: Document) -> tuple[DocumentState, ...]:
    """What can follow where a document is now."""
    return NEXT[document.state]


def received_from(actor: Actor, country: str, until: date) -> tuple[date | None, list[CustodyStep]]:
    """The newest day, by `until`, on which documents of `country` came into our custody, and those that came then."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return None, []
    came = CustodyStep.objects.filter(state=DocumentState.RECEIVED, document__country=country, day__lte=until)
    last = came.aggregate(last=Max("day"))["last"]
    rows = came.filter(day=last).select_related("document__person").order_by("document__person__name", "pk")
    return last, list(rows)


def days_to_arrive(actor: Actor, since: date, until: date, country: str = "") -> float | None:
    """Half of the documents that came in [since, until) did so within so many days of being asked for; None for none.

    One query.
    """
    both = (DocumentState.REQUESTED, DocumentState.RECEIVED)
    steps = CustodyStep.objects.filter(state__in=both).order_by()
    if country:
        steps = steps.filter(document__country=country)
    came = steps.filter(state=DocumentState.RECEIVED, day__gte=since, day__lt=until).values("document")
    asked = steps.filter(document__in=came).values("document", "state").annotate(first=Min("day"))
    days: dict[int, dict[str, date]] = {}
    for row in asked:
        days.setdefault(row["document"], {})[row["state"]] = row["first"]
    taken = [
        (d[DocumentState.RECEIVED] - d[DocumentState.REQUESTED]).days for d in days.values() if len(d) == len(both)
    ]
    return median(taken) if taken else None
