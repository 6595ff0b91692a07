"""Registering people and opening their cases in one deed: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darb.people.actions import form_groups, register
from darb.people.models import Person
from darb.people.registration import Registration
from darb.trust.action import Act, action

from .actions import Opening, open_cases, take_step
from .models import Case


@dataclass(frozen=True)
class Telling:
    """A person and the return they wish for. Tellings that share a `family` word are one family.

    `relation` is to the family's head, whose own is "head". An empty country of return is the nationality's.
    """

    registration: Registration
    return_country: str = ""
    return_area: str = ""
    return_airport: str = ""
    departure_airport: str = ""
    unaccompanied: bool = False
    family: str = ""
    relation: str = ""


@action("cases.register")
def register_with_cases(act: Act, programme: str, tellings: Sequence[Telling]) -> list[Case]:
    """Register people, form their families and open a registered case for each, in the order of `tellings`."""
    people = register(act, [t.registration for t in tellings])
    families: dict[str, list[tuple[Person, str, bool]]] = {}
    for person, telling in zip(people, tellings, strict=True):
        if telling.family:
            families.setdefault(telling.family, []).append((person, telling.relation, False))
    if together := [members for members in families.values() if len(members) > 1]:
        form_groups(act, "family", together)
    openings = [
        Opening(
            person,
            t.return_country or t.registration.nationality,
            t.return_area,
            t.return_airport,
            t.departure_airport,
            t.unaccompanied,
        )
        for person, t in zip(people, tellings, strict=True)
    ]
    opened = {c.person_id: c for c in open_cases(act, programme, openings)}
    cases = take_step(act, [opened[p.pk] for p in people], "register")
    act.persons = [p.pk for p in people]
    act.subject = cases[0].ref if len(cases) == 1 else ""
    act.detail = {"count": len(cases), "families": len(together)}
    by_person = {c.person_id: c for c in cases}
    return [by_person[p.pk] for p in people]
