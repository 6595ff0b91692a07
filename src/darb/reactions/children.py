"""Who is a child, or may be one: the same rule for every reaction, and the one that the child gate goes by."""

from __future__ import annotations

from datetime import date

from darb.cases.reading import latest_birth
from darb.people.identity_actions import is_young
from darb.people.models import Person


def may_be_child(person: Person, day: date) -> bool:
    """Whether `person` is under 18 on `day`, or may be: in doubt, as for a birth date known in part, a child."""
    return is_young(latest_birth(person.birth_date, person.birth_precision), day)
