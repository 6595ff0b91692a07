"""Reads about relatives looked for. What was found is protection's alone, until it is safe to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from darb.places.models import Site
from darb.trust.actor import Actor
from darb.trust.context import whole_house
from darb.trust.models import Level, Scope
from darb.trust.powers import DataClass

from .family_actions import TO_TRACE
from .models import Checked, Consent, Person, Relative, Trace


@dataclass(frozen=True)
class Sought:
    """A relative who is looked for, and what may be told: the name and place of who was found safe to tell of."""

    relative: Relative
    name: str = ""
    place: Site | None = None
    verified: bool = False
    reunited: bool = False


def sought_by(actor: Actor, person: Person) -> list[Sought]:
    """The relatives a person within reach looks for. Of who was found only what protection said is safe to tell.

    That much is told across sites: it is what both agreed to.
    """
    relatives = list(person.relatives.order_by("pk"))
    if not relatives:
        return []
    with whole_house():
        rows = Trace.objects.filter(relative__in=relatives, checked=Checked.SAFE).select_related("found__site")
        # Who was shielded since, or takes the consent back, is told of no more.
        rows = rows.filter(found__scope_id__in=Scope.objects.filter(level=Level.OPEN).values("pk"))
        found = list(rows.order_by("pk"))
        willing = agreed(actor, [person.pk, *(t.found_id for t in found)])
        safe = [t for t in found if {person.pk, t.found_id} <= willing]
    told = {t.relative_id: t for t in safe}
    return [
        Sought(
            r,
            t.found.name if t else "",
            t.found.site if t else None,
            bool(t and t.verified_at),
            bool(t and t.reunited_at),
        )
        for r in relatives
        for t in [told.get(r.pk)]
    ]


def traces(actor: Actor) -> QuerySet[Trace]:
    """Who was found and isn't reunited yet, both within reach: for readers of protection, none for others."""
    rows = Trace.objects.select_related("person__site", "found__site", "relative")
    # Both are joined even where rows are only counted: whoever is out of sight isn't counted either.
    rows = rows.filter(person__ref__gt="", found__ref__gt="").order_by("checked", "-probability", "pk")
    if not actor.sees(DataClass.PROTECTION):
        return rows.none()
    return rows.exclude(checked=Checked.DANGER).filter(reunited_at=None)


def trace_of(actor: Actor, number: int) -> Trace | None:
    """One of them."""
    return traces(actor).filter(pk=number).first()


def agreed(actor: Actor, persons: Sequence[int]) -> set[int]:
    """Those of `persons` (ids) who have given and not withdrawn the consent to be put in touch."""
    rows = Consent.objects.filter(person__in=persons, purpose=TO_TRACE, withdrawn=None)
    return set(rows.values_list("person_id", flat=True))
