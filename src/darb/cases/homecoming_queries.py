"""Reads about home and appointments, for those who may know where somebody is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .homecoming_models import Appointment, Homecoming
from .models import Case


def home_of(actor: Actor, case: Case) -> Homecoming | None:
    """What was told last of home, or None. One query."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return None
    return Homecoming.objects.filter(case=case).order_by("-pk").first()


def homes(cases: Collection[int]) -> dict[int, Homecoming]:
    """What was told last of home, by case id, for deeds that pass it on; rows are walled as ever. One query."""
    newest = Homecoming.objects.filter(case__in=list(cases)).order_by("case_id", "-pk").distinct("case_id")
    return {told.case_id: told for told in newest}


def expected(actor: Actor, case: Case) -> list[Appointment]:
    """Appointments of a case of which nothing came yet, the first first. One query."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return []
    return list(Appointment.objects.filter(case=case, outcome="").select_related("place").order_by("starts_at"))


def appointments(actor: Actor, since: datetime, until: datetime, site: str = "") -> QuerySet[Appointment]:
    """Who is expected within [since, until), at one site (its code) or anywhere within reach, in order of time."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return Appointment.objects.none()
    found = Appointment.objects.filter(starts_at__gte=since, starts_at__lt=until)
    if site:
        found = found.filter(place__code=site)
    return found.select_related("case", "person", "place").order_by("starts_at", "person__name", "pk")


def appointment(actor: Actor, pk: int) -> Appointment | None:
    """One appointment within reach."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return None
    return Appointment.objects.filter(pk=pk).select_related("case").first()
