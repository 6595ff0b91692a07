"""Which gates are red on a day, asked of the windows that each waiting case keeps in its one row.

The row's `gates` are those that aren't out of the way on every day, `windows` (at the same places) the days
on which each is. So a whole mission is one pass over as many rows as there are waiting cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from .models import Readiness
from .pathways import pathway

# A gate that the row doesn't name has no place in it, so no window, and isn't red.
_GREEN = "coalesce(windows[{place}] @> %s::date, true)"
_PLACE = "array_position(gates, %s::varchar)"
_COUNT = """
select gates, {masks}, count(*) from cases_readiness
where scope_id in (select id from trust_scope where programme = %s) group by {columns}
"""

_COUNT_BY_PLACE = """
select person.nationality, site.code, gates, {mask}, count(*) from cases_readiness
join people_person person on person.id = cases_readiness.person_id join places_site site on site.id = person.site_id
where cases_readiness.scope_id in (select id from trust_scope where programme = %s) group by 1, 2, 3, 4
"""


# How the gates stand is kept for the days around the last judgement; for any other day, the windows are asked.
_OF_PROGRAMME = "cases_readiness.scope_id in (select id from trust_scope where programme = %s)"
_AROUND = """
case when red is not null and coalesce(red_since <= %s, true) and coalesce(red_until > %s, true) then {kept}
else exists (select from cases_readiness w where w.case_id = cases_readiness.case_id and {asked}) end
"""


def in_order(programme: str, day: date, gate: str = "", *, only: bool = False) -> QuerySet[Readiness]:
    """Waiting cases for which `gate` is red on `day` (with `only`: no other is); without a gate, those that are ready.

    In the order of work lists, which is that of the index that this is read off: so a page costs its rows.
    """
    bit = 1 << [g.code for g in pathway(programme).gates].index(gate) if gate else 0
    place = _PLACE.replace("gates", "w.gates")
    if not gate:
        kept, asked, values = "red = 0", "w.ready @> %s::date", [day]
    elif only:
        mask = _mask(_slots(programme)).replace("windows[", "w.windows[")
        kept, asked, values = f"red = {bit}", f"{mask} = 1 << ({place} - 1)", [*_days(programme, day), gate]
    else:
        green = _GREEN.format(place=place).replace("windows[", "w.windows[")
        kept, asked, values = f"red & {bit} <> 0", f"not {green}", [gate, day]
    where = [_OF_PROGRAMME, _AROUND.format(kept=kept, asked=asked)]
    found = Readiness.objects.extra(where=where, params=[programme, day, day, *values])  # noqa: S610 as in `_where`
    return found.order_by("-priority", "opened", "case")


def red_at(gate: str, day: date) -> QuerySet[Readiness]:
    """Waiting cases for which `gate` is red on `day`."""
    return _where(Readiness.objects.all(), f"{_GREEN.format(place=_PLACE)}::int = 0", gate, day)


def only_red_at(programme: str, gate: str, day: date) -> QuerySet[Readiness]:
    """Waiting cases that nothing but `gate` keeps from travelling on `day`."""
    mask = _mask(_slots(programme))
    return _where(Readiness.objects.all(), f"{mask} = 1 << ({_PLACE} - 1)", *_days(programme, day), gate)


def turning_red(gate: str, day: date, later: date) -> QuerySet[Readiness]:
    """Waiting cases for which `gate` is green on `day` and red on the day `later`."""
    return _where(red_at(gate, later), f"{_GREEN.format(place=_PLACE)}::int = 1", gate, day)


def _where(rows: QuerySet[Readiness], condition: str, *values: object) -> QuerySet[Readiness]:
    # The conditions are those of this module; what anybody typed is among the values. They are equations, which
    # PostgreSQL takes for rare: so it reads these narrow rows first, and only then the cases that fit.
    return rows.extra(where=[condition], params=values)  # noqa: S610


def patterns(programme: str, *days: date) -> Iterator[tuple[list[set[str]], int]]:
    """Every combination of red gates that waiting cases within reach have on `days`: the codes of the red
    gates, day by day, and how many cases. One statement, which the wall narrows by the case's own row.
    """
    mask = _mask(_slots(programme))
    statement = _COUNT.format(
        masks=", ".join([mask] * len(days)), columns=", ".join(str(n + 1) for n in range(len(days) + 1))
    )
    values = [value for day in days for value in _days(programme, day)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, programme])
        for gates, *masks, count in cursor.fetchall():
            yield [{gate for n, gate in enumerate(gates) if mask >> n & 1} for mask in masks], count


def patterns_by_place(programme: str, day: date) -> Iterator[tuple[str, str, set[str], int]]:
    """Every nationality, site code and combination of red gates that waiting cases within reach have on `day`, and how
    many cases. One statement.
    """
    statement = _COUNT_BY_PLACE.format(mask=_mask(_slots(programme)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*_days(programme, day), programme])
        for nationality, site, gates, mask, count in cursor.fetchall():
            yield nationality, site, {gate for n, gate in enumerate(gates) if mask >> n & 1}, count


def _slots(programme: str) -> int:
    return len(pathway(programme).gates)


def _mask(slots: int) -> str:
    """SQL for the red gates as a number: bit n stands for the gate at place n of the row."""
    bits = (f"(not {_GREEN.format(place=n + 1)})::int << {n}" for n in range(slots))
    return "(" + " | ".join(f"({bit})" for bit in bits) + ")"


def _days(programme: str, day: date) -> list[date]:
    return [day] * _slots(programme)
