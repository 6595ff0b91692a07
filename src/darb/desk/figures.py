"""Figures in words: each is counted from rows, and opens the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from darb.cases import queries, work_queries
from darb.trust.actor import Actor

from .work import cases_url


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, where its rows are."""

    value: int
    label: str
    url: str
    icon: str


def of_those_home(actor: Actor, programme: str) -> Figure:
    """How many people came home, within reach."""
    value = work_queries.returned(actor, programme).count()
    return Figure(value, _("people returned home"), cases_url(returned=1), "plane-arrival")


def of_the_day(counted: queries.DayCount) -> list[Figure]:
    """How many wait, and how many of them can fly on the day."""
    return [
        Figure(counted.waiting, _("open cases wait to go home"), cases_url(), "hourglass"),
        Figure(counted.ready, _("of them could fly today"), cases_url(ready=1, day=counted.day), "plane-departure"),
    ]
