"""How plans are drawn: shares as percentages, a flight's load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import format_decimal, format_percent
from django import template
from django.utils import translation

from darb.cases.turning_queries import Turn
from darb.desk.plan_words import Bound, bounds_said

register = template.Library()

# Western digits on Arabic pages too, as everywhere (see `desk.count`).
_AS_IN = {"ar": "en", "fr": "fr", "en": "en"}


@register.filter
def percent(part: float | None) -> str:
    """A share as a percentage with one place; a dash for none."""
    if part is None:
        return "–"
    return format_percent(part, format="#,##0.0 %", locale=_locale())


@register.filter
def tenths(number: float | None) -> str:
    """A number with one place; a dash for none."""
    return "–" if number is None else format_decimal(number, format="#,##0.0", locale=_locale())


@register.filter
def seats_taken(planned: Any) -> int:
    """The seats that a planned flight has taken, those to its other stops among them."""
    return planned.seats_used + planned.elsewhere


@register.filter
def ways(flights: Mapping[str, Any], told: Mapping[str, Any]) -> Any:
    """The flights of a plan that go where a group goes, from the airport that it leaves from."""
    return flights.get(f"{told['site']} {told['destination']}", ())


@register.filter
def bounds(turns: Sequence[Turn], people: int) -> list[Bound]:
    """What opens and ends the days of a family of so many, in words."""
    return bounds_said(turns, people)


def _locale() -> str:
    return _AS_IN.get(translation.get_language() or "en", "en")
