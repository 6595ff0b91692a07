"""How papers say names, days, places and persons, in the language that is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from darb.people.models import Person
from darb.places.queries import airport, country_names

DAY, MOMENT = "j M Y", "j M Y H:i"
NONE = "–"


@dataclass(frozen=True)
class Asked:
    """What a paper is asked for: by whom, about what (`ref`), on which day; a `version`, a `mission` (alpha-3).

    `at` is the moment of printing, for what changes within a day; `since` the version that the recipient has already.
    """

    actor: Any
    ref: str
    day: date
    version: int | None = None
    mission: str = ""
    at: datetime | None = None
    since: int | None = None


def house() -> str:
    """Who hands the paper out."""
    return _("International Organization for Migration (IOM), mission in Libya")


def names(person: Person) -> list[str]:
    """A name in each script that it is known in, Latin first."""
    return [person.name, person.name_arabic] if person.name_arabic not in ("", person.name) else [person.name]


def on(day: date | None) -> str:
    """A day, or a dash."""
    return date_format(day, DAY) if day else NONE


def at(moment: datetime | None) -> str:
    """A moment where the mission is, or a dash."""
    return date_format(timezone.localtime(moment), MOMENT) if moment else NONE


def number(day: date | None) -> str:
    """A day in figures, as forms and carriers want it, or a dash."""
    return day.isoformat() if day else NONE


def language() -> str:
    """The paper's language: ar, en or fr."""
    return (get_language() or "en")[:2]


def countries() -> Mapping[str, str]:
    """Names of countries by alpha-3 code."""
    return country_names(get_language() or "en")


def city(iata: str) -> str:
    """An airport by its code and city."""
    found = airport(iata)
    return f"{iata} {found['city']}" if found and found.get("city") else iata
