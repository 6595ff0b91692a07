"""Reads for work lists and figures: which cases wait for what, which will soon, and who went home."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from darb.programmes.priority import Need, priority
from darb.rules.windows import ALWAYS
from darb.rules.words import Words
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from .models import Case, GateRow, Readiness
from .needs import needs_of
from .queries import waiting

HOME, RETURNED = ("arrived", "handed_over"), "returned"
SOON = 14
"""Days ahead that warnings look."""


@dataclass(frozen=True)
class Asked:
    """What a work list is asked for; what is left empty doesn't filter.

    `gate`: red on `day` (with `soon`: green then, red within SOON days; with `only`: the only red one).
    `ready`: every gate green on `day`. `returned`: came home.
    """

    programme: str
    day: date
    gate: str = ""
    soon: bool = False
    only: bool = False
    ready: bool = False
    returned: bool = False
    nationality: str = ""
    site: str = ""
    stage: str = ""
    more: dict[str, str] = field(default_factory=dict)


def listed(actor: Actor, asked: Asked) -> QuerySet[Case]:
    """The cases within reach that `asked` names, with persons and sites, the longest waiting first."""
    found = returned(actor, asked.programme) if asked.returned else waiting(actor, asked.programme).filter(closed=None)
    if asked.gate:
        found = found.filter(pk__in=_at_gate(asked).values("case"))
    if asked.only:
        others = _may_be_red().exclude(gate=asked.gate).exclude(windows__holds=asked.day)
        found = found.exclude(pk__in=others.values("case"))
    if asked.ready:
        ready = Readiness.objects.filter(ready__holds=asked.day)
        found = found.filter(pk__in=ready.values("case"))
    for name, value in (
        ("person__nationality", asked.nationality),
        ("person__site__code", asked.site),
        ("stage", asked.stage),
    ):
        if value:
            found = found.filter(**{name: value})
    return found.select_related("person__site").order_by("-priority", "opened", "pk")


def _may_be_red() -> QuerySet[GateRow]:
    """The gates that are red on some day, said so that their own index answers."""
    return GateRow.objects.exclude(windows=ALWAYS)


def _at_gate(asked: Asked) -> QuerySet[GateRow]:
    rows = _may_be_red().filter(gate=asked.gate)
    if not asked.soon:
        return rows.exclude(windows__holds=asked.day)
    return rows.filter(windows__holds=asked.day).exclude(windows__holds=asked.day + timedelta(days=SOON))


def red_gates(actor: Actor, cases: Collection[int], day: date) -> dict[int, list[str]]:
    """The codes of the gates that are red on `day`, by case id. One query."""
    found: dict[int, list[str]] = {}
    rows = GateRow.objects.filter(case__in=list(cases)).exclude(windows__holds=day)
    for case, gate in rows.values_list("case_id", "gate"):
        found.setdefault(case, []).append(gate)
    return {case: sorted(gates, key=lambda code: int(code[1:])) for case, gates in found.items()}


_SOON = """
select g.gate, count(*) from cases_gaterow g join cases_case c on c.id = g.case_id
where c.programme = %s and g.windows <> '{(,)}' and g.windows @> %s::date and not g.windows @> %s::date group by g.gate
"""


def soon_red(actor: Actor, programme: str, day: date) -> dict[str, int]:
    """By gate, how many waiting cases are green on `day` and won't be SOON days later. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SOON, [programme, day, day + timedelta(days=SOON)])
        return dict(cursor.fetchall())


def returned(actor: Actor, programme: str) -> QuerySet[Case]:
    """Cases within reach whose person came home with us: arrived, handed over, or closed as returned."""
    return Case.objects.filter(Q(stage__in=HOME) | Q(closure_code=RETURNED), programme=programme)


def priority_reasons(actor: Actor, case: Case, day: date) -> tuple[tuple[Words, int], ...]:
    """Why `case` stands where it does among those who wait, as (reason, points): advice, and a person decides.

    Who may not know that there is a need hears of papers and waiting alone.
    """
    need = needs_of([case], day)[case.pk]
    if not actor.sees(DataClass.PROTECTION, Sight.FLAG):
        need = Need(document_expiring=need.document_expiring, days_waiting=need.days_waiting)
    return priority(need).reasons
