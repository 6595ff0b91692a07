"""Reads for work lists and figures: which cases wait for what, which will soon, and who went home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from darb.programmes.priority import Need, priority
from darb.rules.words import Words, _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from . import kept
from .models import Case, GateRow, Readiness
from .needs import needs_of
from .queries import waiting

HOME, RETURNED = ("arrived", "handed_over"), "returned"
SOON = 14
"""Days ahead that warnings look."""
ORDER = ("-priority", "opened", "pk")
SPECIFIC_NEEDS = _("Has specific needs: ask protection")


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


def _filters(asked: Asked, of: str = "") -> dict[str, str]:
    """What `asked` filters a case by, `of` before the names where rows only point at one."""
    told = {"person__nationality": asked.nationality, "person__site__code": asked.site, "stage": asked.stage}
    return {of + name: value for name, value in told.items() if value}


def listed(actor: Actor, asked: Asked) -> QuerySet[Case]:
    """The cases within reach that `asked` names, with persons and sites, the longest waiting first."""
    found = returned(actor, asked.programme) if asked.returned else waiting(actor, asked.programme).filter(closed=None)
    if asked.gate:
        found = found.filter(pk__in=_at_gate(asked).values("case"))
    if asked.ready:
        ready = Readiness.objects.filter(ready__holds=asked.day)
        found = found.filter(pk__in=ready.values("case"))
    return found.filter(**_filters(asked)).prefetch_related("person__site").order_by(*ORDER)


def page(actor: Actor, asked: Asked, start: int, count: int) -> list[Case]:
    """So many cases of `listed` from place `start` on; at a gate, or ready, read off the rows kept in that order."""
    if asked.soon or asked.returned or not (asked.gate or asked.ready):
        return list(listed(actor, asked)[start : start + count])
    if asked.gate and asked.ready:
        return []  # nobody is ready and kept by a gate
    found = kept.in_order(asked.programme, asked.day, asked.gate, only=asked.only)
    found = found.filter(**_filters(asked, "case__"))
    rows = [case for (case,) in found.values_list("case_id")[start : start + count]]
    cases = Case.objects.prefetch_related("person__site").in_bulk(rows)
    return [cases[pk] for pk in rows]


def _at_gate(asked: Asked) -> QuerySet[Readiness]:
    if asked.soon:
        return kept.turning_red(asked.gate, asked.day, asked.day + timedelta(days=SOON))
    if asked.only:
        return kept.only_red_at(asked.programme, asked.gate, asked.day)
    return kept.red_at(asked.gate, asked.day)


def red_gates(actor: Actor, cases: Collection[int], day: date) -> dict[int, list[str]]:
    """The codes of the gates that are red on `day`, by case id. One query."""
    found: dict[int, list[str]] = {}
    rows = GateRow.objects.filter(case__in=list(cases)).exclude(windows__holds=day)
    for case, gate in rows.values_list("case_id", "gate"):
        found.setdefault(case, []).append(gate)
    return {case: sorted(gates, key=lambda code: int(code[1:])) for case, gates in found.items()}


def soon_red(actor: Actor, programme: str, day: date) -> dict[str, int]:
    """By gate, how many waiting cases are green on `day` and won't be SOON days later. One statement."""
    found: Counter[str] = Counter()
    for (now, later), count in kept.patterns(programme, day, day + timedelta(days=SOON)):
        found.update(dict.fromkeys(later - now, count))
    return dict(found)


def returned(actor: Actor, programme: str) -> QuerySet[Case]:
    """Cases within reach whose person came home with us: arrived, handed over, or closed as returned."""
    return Case.objects.filter(Q(stage__in=HOME) | Q(closure_code=RETURNED), programme=programme)


def priority_reasons(actor: Actor, case: Case, day: date) -> tuple[tuple[Words, int | None], ...]:
    """Why `case` stands where it does among those who wait, as (reason, points): advice, and a person decides.

    Who may know that there is a need, and not which, hears just that: the points would tell which. Who may not
    even know that there is one hears of papers and waiting alone.
    """
    need = needs_of([case], day)[case.pk]
    whole = priority(need).reasons
    if actor.sees(DataClass.PROTECTION):
        return whole
    rest = priority(Need(document_expiring=need.document_expiring, days_waiting=need.days_waiting)).reasons
    if len(whole) > len(rest) and actor.sees(DataClass.PROTECTION, Sight.FLAG):
        return ((SPECIFIC_NEEDS, None), *rest)
    return rest
