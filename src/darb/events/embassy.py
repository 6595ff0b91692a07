"""The seven fields that an embassy gets to see of someone (`EMBASSY_FIELDS`), and of whom.

Nothing else leaves: no wish for asylum, no finding of health or protection, no phone, no whereabouts.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from darb.cases.queries import steps_refused
from darb.people.models import BirthPrecision, Document, DocumentState, Name, Person, Script
from darb.trust.actor import Actor

from .calling import PRESENT
from .models import Event, EventLine

_TOLD = (DocumentState.HELD, DocumentState.LOST, DocumentState.WITHHELD)


def slice_of(actor: Actor, event: Event, day: date) -> list[tuple[int, dict[str, str]]]:
    """Of everyone called to `event` who may be named to an embassy on `day`: person id, and the seven fields.

    In the order of the called list. A fixed number of statements.
    """
    lines = list(EventLine.objects.filter(event=event).select_related("case__person").order_by("number"))
    refused = steps_refused(actor, [line.case for line in lines], PRESENT, day, through="events")
    people = [line.case.person for line in lines if line.case_id not in refused]
    return [(p.pk, fields) for p, fields in zip(people, fields_of(people), strict=True)]


def fields_of(people: list[Person]) -> list[dict[str, str]]:
    """The seven fields of each of `people`, who may be named. Two statements."""
    names = _names(people)
    documents = _documents(people)
    return [_fields(p, names.get(p.pk), documents[p.pk]) for p in people]


def _fields(person: Person, name: Name | None, documents: list[str]) -> dict[str, str]:
    return {
        "name": " ".join(n for n in (name.given, name.family) if n) if name else person.name,
        "father_name": name.father if name else "",
        "mother_name": name.mother if name else "",
        "sex": person.sex,
        "birth_date": _born(person),
        "place_of_origin": person.origin_place,
        "documents": "; ".join(documents),
    }


def _names(people: list[Person]) -> dict[int, Name]:
    """The newest name each person told, in Latin letters where there is one."""
    found: dict[int, Name] = {}
    for name in Name.objects.filter(person__in=people, kind="told").order_by("pk"):
        if name.script == Script.LATIN or name.person_id not in found:
            found[name.person_id] = name
    return found


def _documents(people: list[Person]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for d in Document.objects.filter(person__in=people, state__in=_TOLD).order_by("pk"):
        found[d.person_id].append(" ".join(part for part in (d.kind, d.state, d.number) if part))
    return found


def _born(person: Person) -> str:
    """The birth date as far as it is known: a day, a month or a year."""
    if person.birth_date is None:
        return ""
    if person.birth_precision == BirthPrecision.EXACT:
        return person.birth_date.isoformat()
    return person.birth_date.strftime("%Y-%m" if person.birth_precision == BirthPrecision.MONTH else "%Y")
