"""Reads of the ledger."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Sum

from darb.people.models import Person
from darb.people.together import together
from darb.trust.actor import Actor

from .models import Item, LedgerLine


def given_to(actor: Actor, person: Person) -> list[LedgerLine]:
    """Everything given to a person within reach, whichever of their files it stands in, newest first."""
    files = together([person.pk])[person.pk]
    return list(LedgerLine.objects.filter(person__among=files).order_by("-given_at", "-pk"))


def has_had(actor: Actor, occasion: str, persons: Collection[int]) -> dict[int, dict[str, int]]:
    """By person, how many of each item they got on an occasion. One query."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        LedgerLine.objects.filter(occasion=occasion, person__in=persons)
        .values_list("person_id", "item")
        .annotate(n=Sum("quantity"))
    )
    for person, item, n in rows:
        if n:
            found.setdefault(person, {})[item] = n
    return found


def packs(actor: Actor, occasion: str, persons: Collection[int]) -> dict[int, LedgerLine]:
    """By person, the newest pack that they were given on an occasion: size and receipt. One query."""
    rows = LedgerLine.objects.filter(occasion=occasion, person__in=persons, item=Item.PACK, quantity__gt=0)
    return {line.person_id: line for line in rows.order_by("pk")}


def totals(actor: Actor, occasion: str) -> list[dict[str, object]]:
    """What was given on an occasion: by item, point and stop, how many things to how many people. One query."""
    return list(
        LedgerLine.objects.filter(occasion=occasion)
        .values("item", "point", "stop")
        .annotate(things=Sum("quantity"), people=Count("person", distinct=True))
        .order_by("point", "stop", "item")
    )
