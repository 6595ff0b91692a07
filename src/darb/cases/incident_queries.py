"""Reads about what went wrong: open ones in order, of one case, and how many of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from darb.programmes.incidents import INCIDENTS
from darb.programmes.incidents import Incident as Declared
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Case, Incident


@dataclass(frozen=True)
class Kind:
    """How many incidents of one kind are open, how many of these are late, and how many there were."""

    declared: Declared
    open: int
    late: int
    all: int


def listed(actor: Actor, *, code: str = "", mine: bool = False, settled: bool = False) -> QuerySet[Incident]:
    """Incidents within reach and sight, the soonest due first; `mine` are those that this actor's roles own."""
    found = _seen(actor).filter(settled_at__isnull=not settled)
    if code:
        found = found.filter(code=code)
    if mine:
        found = found.filter(owner__in=[r.value for r in actor.roles])
    order = ("-settled_at", "pk") if settled else ("due", "pk")
    return found.prefetch_related("case", "person__site").order_by(*order)


def of_case(actor: Actor, case: Case) -> list[Incident]:
    """What went wrong with one case, the newest first. One query."""
    return list(_seen(actor).filter(case=case).order_by("-at", "-pk"))


def one(actor: Actor, incident: int) -> Incident | None:
    """An incident within reach and sight; None if there is none."""
    return _seen(actor).filter(pk=incident).select_related("case__person").first()


def kinds(actor: Actor, day: date) -> list[Kind]:
    """How many there are of each kind that ever happened, in the catalogue's order. One query."""
    told = (
        _seen(actor)
        .values_list("code")
        .annotate(
            open=Count("pk", filter=Q(settled_at=None)),
            late=Count("pk", filter=Q(settled_at=None, due__lt=day)),
            all=Count("pk"),
        )
    )
    found = {code: Kind(INCIDENTS[code], *counts) for code, *counts in told if code in INCIDENTS}
    return [found[code] for code in INCIDENTS if code in found]


def _seen(actor: Actor) -> QuerySet[Incident]:
    return Incident.objects.filter(data_class__in=[d.value for d in DataClass if actor.sees(d)])
