"""What a figure is: a number that is counted from rows, and opens the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum

from darb.rules.words import Words

from .actor import Actor
from .context import unsealed


@dataclass(frozen=True)
class Span:
    """Whose figures, and of what time: [since, until)."""

    actor: Actor
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Figure:
    """A figure: what it counts, of which kind its rows are, and the rows, given the span that its room counts by. `of`
    is the figure that it is a share of; `adds` the column that is added up, where the rows aren't simply counted.
    """

    key: str
    label: Words
    kind: str
    rows: Callable[[Any], QuerySet[Any]]
    of: str = ""
    adds: str = ""

    def value(self, span: Any) -> int:
        """Its rows counted, or a column of theirs added up, sealed ones too: a number tells of nobody."""
        rows = self.rows(span)
        with unsealed():
            return (rows.order_by().aggregate(n=Sum(self.adds))["n"] or 0) if self.adds else rows.count()


Counted = list[tuple[Figure, int]]
"""Figures with their values."""


def counted(figures: Iterable[Figure], span: Any) -> Counted:
    """Every figure with its value. One statement each."""
    return [(figure, figure.value(span)) for figure in figures]
