"""What bounds the days on which somebody may travel: the gates that turn at their ends, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.trust.actor import Actor

from .keeping import why
from .models import Case, GateRow, Readiness
from .pathways import pathway


@dataclass(frozen=True)
class Turn:
    """A gate of a case that is red until `day` (`opens`), or from `day` on; `reason` is why it is red.

    Without a day it is red, and won't turn by itself. `who` can mend it.
    """

    case: Case
    gate: Any
    day: date | None
    opens: bool
    reason: Refusal
    who: Role


def turns(actor: Actor, cases: Collection[Case], days: Mapping[int, Collection[date]]) -> list[Turn]:
    """The gates of these cases that turn on one of the days asked of each (by case id), case by case in their order.

    Two statements, whatever the number.
    """
    windows = Readiness.objects.filter(case__among=days).values_list("case_id", "gates", "windows")
    turning = {
        (case, gate): sorted(set(days[case]) & set(held.edges))
        for case, gates, kept in windows
        for gate, held in zip(gates, kept, strict=True)
        if set(days[case]) & set(held.edges)
    }
    rows: dict[int, list[GateRow]] = defaultdict(list)
    which = {case for case, _gate in turning}
    for row in GateRow.objects.filter(case__among=which, gate__in={gate for _case, gate in turning}):
        rows[row.case_id].append(row)
    return [
        _turn(case, row, day)
        for case in cases
        for row in sorted(rows[case.pk], key=lambda r: int(r.gate[1:]))
        for day in turning.get((case.pk, row.gate), ())
        if day in row.windows.edges
    ]


def red_on(actor: Actor, case: Case, day: date) -> list[Turn]:
    """The gates of a case that are red on `day`, each with the day on which it turns green by itself. One statement."""
    rows = GateRow.objects.filter(case=case).exclude(windows__holds=day)
    return [
        _red(case, row, day, row.windows.next(day), opens=True) for row in sorted(rows, key=lambda r: int(r.gate[1:]))
    ]


def _turn(case: Case, row: GateRow, day: date) -> Turn:
    opens = day in row.windows
    return _red(case, row, day - timedelta(days=1) if opens else day, day, opens=opens)


def _red(case: Case, row: GateRow, red: date, day: date | None, *, opens: bool) -> Turn:
    gate = pathway(case.programme).gate(row.gate)
    reason = why(row.windows, row.terms, red)
    assert reason is not None, "asked of a red day"
    return Turn(case, gate, day, opens, reason, reason.who or gate.mended_by)
