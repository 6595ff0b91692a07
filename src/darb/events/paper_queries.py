"""What goes to embassies on paper: of whom, and the seven fields of each. Nothing else of them leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from darb.cases.queries import newest_of, steps_refused
from darb.people.models import Person
from darb.people.queries import photos_of
from darb.rules.refusal import Refused
from darb.rules.words import _
from darb.trust.actor import Actor

from .calling import PRESENT
from .embassy import fields_of, slice_of
from .models import Event
from .queries import awaited_documents


@dataclass(frozen=True)
class Presented:
    """Somebody who may be named to an embassy: the seven fields by code, and a photograph if there is one."""

    person: Person
    fields: Mapping[str, str]
    photo: bytes | None = None


def presented(actor: Actor, event: Event, day: date, *, photos: bool = False) -> list[Presented]:
    """Everyone called to a session who may be named to its embassy on `day`, in the order of the list.

    Refuses where nobody may be. A fixed number of statements.
    """
    told = slice_of(actor, event, day)
    people = Person.objects.in_bulk([pk for pk, _fields in told])
    faces = photos_of(actor, people) if photos else {}
    found = [Presented(people[pk], fields, faces.get(pk)) for pk, fields in told]
    if not found:
        raise Refused("nobody_to_share", _("Nobody on this list can be named to the embassy today."))
    return found


def asked_for(actor: Actor, country: str, day: date) -> list[Presented]:
    """Those for whom the mission of `country` (alpha-3) was asked for a document that hasn't come, and who may still
    be named to it on `day`, by name. Refuses where there is nobody. A fixed number of statements."""
    people = {d.person_id: d.person for d in awaited_documents(actor, country)}
    cases = newest_of(actor, people)
    for pk, case in cases.items():
        case.person = people[pk]
    refused = steps_refused(actor, list(cases.values()), PRESENT, day, through="events")
    named = [people[pk] for pk, case in cases.items() if case.pk not in refused]
    named.sort(key=lambda p: (p.name, p.pk))
    if not named:
        raise Refused("nobody_awaited", _("This embassy isn't asked for any document now: ask for those first."))
    return [Presented(p, fields) for p, fields in zip(named, fields_of(named), strict=True)]
