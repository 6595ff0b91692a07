"""What may be read around consular sessions: who stands on a list, and what embassies asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import EmbassyQuestion, Event, EventLine

MOST = 200
"""Questions shown at once."""


def people_of(actor: Actor, held: Event) -> list[EventLine]:
    """The called list in sight, in its order, with persons; empty without sight of identities. One query."""
    if not actor.sees(DataClass.IDENTITY):
        return []
    return list(held.lines.select_related("person", "case").order_by("number"))


def questions(actor: Actor, *, settled: bool = False) -> Sequence[EmbassyQuestion]:
    """What embassies asked that one of the actor's roles looks into, the newest first, at most `MOST`. One query."""
    rows = EmbassyQuestion.objects.filter(owner__in=_roles(actor), settled_at__isnull=not settled)
    return rows.select_related("event__site", "person", "case").order_by("-at", "-pk")[:MOST]


def question(actor: Actor, pk: int) -> EmbassyQuestion | None:
    """One of them that isn't settled, for whoever looks into it."""
    rows = EmbassyQuestion.objects.filter(pk=pk, owner__in=_roles(actor), settled_at=None)
    return rows.select_related("event", "case").first()


def questions_counted(actor: Actor, held: Event) -> dict[str, int]:
    """How many questions of each kind were refused around a session. One query."""
    kinds = held.embassy_questions.order_by().values_list("asked").annotate(count=Count("pk"))
    return dict(kinds.order_by("asked"))


def _roles(actor: Actor) -> list[str]:
    return [role.value for role in actor.roles]
