"""Readiness kept as rows: judged from facts by the pure function, written in the deed's own transaction.

Only what changed is written. A row holds a gate's terms too, so that it can say why on any day
without reading facts again. Two deeds about one family may end at the same moment: they take turns, so
that the second judges what the first has written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from darb.people.models import Membership
from darb.programmes.priority import priority
from darb.rules.readiness import GateState, Readiness, judge_cached
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.windows import ALWAYS, Windows
from darb.trust.copying import change_in, copy_rows

from . import models
from .models import Case, GateRow
from .needs import needs_of
from .pathways import awaiting_stages, pathway
from .reading import facts_for

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_ON_EVERY_DAY = ALWAYS.as_text()


class Row(NamedTuple):
    """What a gate row says: its windows as PostgreSQL writes them, and its terms."""

    windows: str
    terms: list[dict[str, Any]]


class Standing(NamedTuple):
    """The red gates around a day, bit n for the n-th gate declared, and the days [since, until) on which it is so."""

    red: int
    since: date | None
    until: date | None


class Written(NamedTuple):
    """A case's readiness in the words of the database: each gate with its row and its terms as JSON; and the
    whole: the windows, the gates that ask something on some day, the windows of these, and how all stands today.
    """

    rows: list[tuple[str, Row, str]]
    whole: tuple[str, str, str, int, date | None, date | None]


TURNS = 256
"""Advisory locks that share out the persons, so that a set of any size takes a bounded number."""
_TAKE = """
select pg_advisory_xact_lock(hashtext('darb.readiness'), turn)
from (select distinct (p %% %s)::int as turn from unnest(%s::bigint[]) p order by 1) turns
"""


def refresh(persons: Collection[int], day: date) -> int:
    """Judge again every case of `persons` and of those they must travel with, as on `day`; gives how many rows changed.

    Runs where every row is in sight (`whole_house`), at the end of a deed.
    """
    if not persons:
        return 0
    everyone = turn_of(persons)
    return refresh_cases(list(Case.objects.filter(person__among=everyone)), day)


def turn_of(persons: Collection[int]) -> set[int]:
    """Wait until no other deed is judging `persons` or their families; gives them all. Until the commit."""
    taken: set[int] = set()
    # A family can grow while one waits for it.
    while more := _with_family(persons) - taken:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [TURNS, sorted(more)])
        taken |= more
    return taken


def everyones_turn() -> None:
    """Wait until no other deed is judging anybody: for what concerns people not known one by one yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [TURNS, list(range(TURNS))])


def _with_family(persons: Collection[int]) -> set[int]:
    groups = Membership.objects.filter(person__among=persons, left_at=None).values("group")
    kin = Membership.objects.filter(group__in=groups).values_list("person_id", flat=True)
    return {*persons, *kin}


def rank(persons: Collection[int], day: date) -> int:
    """Score anew the cases of `persons` and of their families, as on `day`; gives how many scores changed."""
    cases = Case.objects.filter(person__among=_with_family(persons))
    return rank_cases(list(cases.values_list("pk", flat=True)), day)


def rank_cases(cases: Collection[int], day: date) -> int:
    """Score the waiting ones of `cases` as on `day` (see `programmes.priority`); gives how many scores changed.

    Advice waits for nobody: a case that another deed holds now is scored by the next round of the night.
    """
    rows = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__among=cases)
    waiting = [c for c in rows.order_by("pk") if c.stage in awaiting_stages(c.programme)]
    if not waiting:
        return 0
    needs = needs_of(waiting, day)
    changed = []
    for case in waiting:
        score = priority(needs[case.pk]).score
        if score != case.priority:
            case.priority = score
            changed.append(case)
    change_in(changed, ["priority"])
    change_in([models.Readiness(case_id=c.pk, priority=c.priority) for c in changed], ["priority"])
    return len(changed)


def refresh_cases(cases: Collection[Case], day: date) -> int:
    """Judge `cases` again, as on `day`, and write the rows that differ; those that can no longer board keep none."""
    waiting = [c for c in cases if c.stage in awaiting_stages(c.programme)]
    changed = _forget([c.pk for c in cases if c.stage not in awaiting_stages(c.programme)])
    if not waiting:
        return changed
    facts = facts_for(waiting)
    judged = {c.pk: judge_cached(pathway(c.programme), facts[c.pk]) for c in waiting}
    # Equal facts give the same object, so each is put into words once.
    once = {id(each): _in_words(each, day) for each in {id(j): j for j in judged.values()}.values()}
    written = {case: once[id(each)] for case, each in judged.items()}
    known = _known(written)
    return changed + _write_gates(waiting, written, known) + _write_ready(waiting, written, known)


def _forget(case_ids: list[int]) -> int:
    if not case_ids:
        return 0
    gone, _rows = GateRow.objects.filter(case__among=case_ids).delete()
    models.Readiness.objects.filter(case__among=case_ids).delete()
    return gone


_OWN = ("priority", "opened", "scope_id")
_WHOLE = ("ready", "gates", "windows", "red", "red_since", "red_until", *_OWN)


def _known(cases: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """What the one row of each case says now (as `_WHOLE`); a case without it has no gate rows either."""
    rows = models.Readiness.objects.filter(case__among=cases).annotate(
        on=Cast("ready", TextField()), which=Cast("gates", TextField()), when=Cast("windows", TextField())
    )
    told_of = ("case_id", "on", "which", "when", *_WHOLE[3:])
    return {case: tuple(told) for case, *told in rows.values_list(*told_of)}


def _write_gates(cases: list[Case], written: dict[int, Written], known: Collection[int]) -> int:
    standing: dict[tuple[int, str], tuple[int, Row, int]] = {
        (case, gate): (pk, Row(windows, terms), scope)
        for pk, case, gate, windows, terms, scope in GateRow.objects.filter(case__among=known)
        .annotate(text=Cast("windows", TextField()))
        .values_list("pk", "case_id", "gate", "text", "terms", "scope_id")
    }
    stale, fresh = [], []
    for case in cases:
        for gate, row, terms in written[case.pk].rows:
            now = standing.pop((case.pk, gate), None)
            if now and now[1] == row and now[2] == case.scope_id:
                continue
            if now:
                stale.append(now[0])
            fresh.append((case.scope_id, case.pk, case.person_id, gate, row.windows, terms))
    stale += [pk for pk, _row, _scope in standing.values()]
    if stale:
        GateRow.objects.filter(pk__among=stale).delete()
    copy_rows(GateRow, ("scope_id", "case_id", "person_id", "gate", "windows", "terms"), fresh)
    return len(fresh)


def _write_ready(cases: list[Case], written: dict[int, Written], known: dict[int, tuple[Any, ...]]) -> int:
    whole = {c.pk: (*written[c.pk].whole, c.priority, c.opened, c.scope_id) for c in cases}
    changed = [c for c in cases if known.get(c.pk) != whole[c.pk]]
    stale = [c.pk for c in changed if c.pk in known]
    if stale:
        models.Readiness.objects.filter(case__among=stale).delete()
    copy_rows(
        models.Readiness,
        (*_WHOLE, "case_id", "person_id"),
        [(*whole[c.pk], c.pk, c.person_id) for c in changed],
    )
    return len(changed)


def standing(judged: Readiness, day: date) -> Standing:
    """How the gates stand on `day`, and on which days around it they stand so."""
    windows = [s.windows for s in judged.gates]
    before = [since for w in windows if (since := w.since(day))]
    after = [turns for w in windows if (turns := w.turns(day))]
    red = sum(1 << n for n, w in enumerate(windows) if day not in w)
    return Standing(red, max(before, default=None), min(after, default=None))


def _in_words(judged: Readiness, day: date) -> Written:
    rows = [(s.gate.code, Row(s.windows.as_text(), terms_of(s))) for s in judged.gates]
    asking = [(gate, row.windows) for gate, row in rows if row.windows != _ON_EVERY_DAY]
    whole = (
        judged.ready.as_text(),
        "{" + ",".join(gate for gate, _windows in asking) + "}",
        "{" + ",".join(f'"{windows}"' for _gate, windows in asking) + "}",
        *standing(judged, day),
    )
    return Written([(gate, row, json.dumps(row.terms) if row.terms else "[]") for gate, row in rows], whole)


def terms_of(state: GateState) -> list[dict[str, Any]]:
    """The terms of a gate that don't always hold, as JSON: on which days each holds, and the refusal."""
    return [
        {"holds": t.holds.as_text(), **refusal_as_json(t.otherwise, state.gate.mended_by)}
        for t in state.terms
        if t.holds != ALWAYS
    ]


def refusal_as_json(refusal: Refusal, otherwise: Role) -> dict[str, Any]:
    """A refusal as a row keeps it."""
    return {
        "code": refusal.code,
        "sentence": str(refusal.sentence),
        "values": {k: v.isoformat() if isinstance(v, date) else str(v) for k, v in refusal.values.items()},
        "who": (refusal.who or otherwise).value,
    }


def refusal_from_json(kept: dict[str, Any]) -> Refusal:
    """The refusal that a row keeps; its days are days again, so that the reader's language writes them."""
    values = {k: date.fromisoformat(v) if _DAY.fullmatch(v) else v for k, v in kept["values"].items()}
    return Refusal(kept["code"], kept["sentence"], values, Role(kept["who"]))


def why(windows: Windows, terms: Iterable[dict[str, Any]], day: date) -> Refusal | None:
    """Why a gate kept with these windows and terms is red on `day`; None if it isn't."""
    if day in windows:
        return None
    return next(refusal_from_json(t) for t in terms if day not in Windows.from_text(t["holds"]))
