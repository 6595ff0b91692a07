"""What papers about one case have in common: the case that was asked for, who the person is, and what the log keeps."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from darb.cases import queries as cases
from darb.cases.models import Case
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked

from .paper_parts import Value
from .paper_words import Asked, countries, names
from .templatetags.told import birth_told


def case_asked(asked: Asked) -> Case:
    """The case that a paper is asked about; Missing where there is none within reach."""
    found = cases.get(asked.actor, asked.ref)
    if found is None:
        raise Missing("no_case", marked("There is no such case within your reach."))
    return found


def identity(case: Case) -> list[tuple[str, Value]]:
    """Who it is, as labels with values."""
    person, named = case.person, countries()
    return [
        (_("Name"), names(person)),
        (_("Case"), case.ref),
        (_("Sex"), str(person.get_sex_display())),
        (_("Born"), birth_told(person)),
        (_("Nationality"), named.get(person.nationality, person.nationality)),
    ]


def about(case: Case) -> dict[str, Any]:
    """What the log keeps of a paper about one case."""
    return {"subject": case.ref, "about": {case.person_id: case.scope_id}}
