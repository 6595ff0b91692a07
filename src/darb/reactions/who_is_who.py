"""What follows from who is who: what hangs on open questions, and tasks where files of one person don't fit together.

Nothing is chosen silently: somebody with two open cases, a file in the open beside a shielded one, or a case closed
as merged that is nobody's double any more, each become a task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import pairwise

from django.db.models import Q

from darb.assistance.models import LedgerLine
from darb.cases.models import Case, Task
from darb.cases.task_actions import ToDo, do_tasks, raise_tasks
from darb.movements.models import Seat
from darb.movements.reading import flight_day
from darb.people.identity_actions import is_young, weigh
from darb.people.models import Duplicate, Person, Stake
from darb.people.together import together
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.context import whole_house
from darb.trust.models import Level, Scope

SOON = timedelta(days=2)
WITHIN = timedelta(days=2)
MERGED = "duplicate_merged"
TWO_CASES, IN_THE_OPEN, MERGED_ALONE = "two_open_cases", "file_in_the_open", "merged_case_alone"
KINDS = (TWO_CASES, IN_THE_OPEN, MERGED_ALONE)


def weigh_questions(act: Act, questions: Collection[Duplicate]) -> None:
    """Write what hangs on these questions: a flight soon, a child, help on two lists."""
    if not questions:
        return
    persons = {p for q in questions for p in (q.person_id, q.other_id)}
    flying = _fly_soon(act, persons)
    young = {
        pk
        for pk, born in Person.objects.filter(pk__among=persons).values_list("pk", "birth_date")
        if is_young(born, act.day)
    }
    helped = set(Case.objects.filter(person__among=persons, closed=None).values_list("person_id", flat=True))
    helped |= set(LedgerLine.objects.filter(person__among=persons).values_list("person_id", flat=True))
    stakes = {}
    for q in questions:
        both = {q.person_id, q.other_id}
        hangs = {
            Stake.FLIES_SOON: bool(both & flying),
            Stake.CHILD: bool(both & young),
            Stake.TWO_LISTS: both <= helped,
        }
        stakes[q.pk] = sum(stake for stake, holds in hangs.items() if holds)
    weigh(act.by_house(), stakes)


def _fly_soon(act: Act, persons: Collection[int]) -> set[int]:
    seats = Seat.objects.filter(case__person__among=persons, removed_in=None, boarded_at=None).select_related("flight")
    return {
        person
        for seat, person in ((s, s.case.person_id) for s in seats.select_related("case"))
        if act.day <= flight_day(seat.flight) <= act.day + SOON
    }


def weigh_what_was_asked(act: Act, persons: Collection[int]) -> None:
    """After a question is asked: what hangs on it, at once."""
    with whole_house():
        about = Q(person__among=persons) & Q(other__among=persons)
        weigh_questions(act, list(Duplicate.objects.filter(about, settled_at=None)))


def fit_together(act: Act, persons: Collection[int]) -> None:
    """After files are joined or parted, or a case opens: tasks where they don't fit, done again where they do."""
    with whole_house():
        joined = together(persons)
        everyone = set().union(*joined.values()) if joined else set()
        there = list(Task.objects.filter(person__among=everyone, kind__in=KINDS, done_at=None).order_by("pk"))
        if not there and all(len(files) == 1 for files in joined.values()) and not _merged_ones(everyone):
            return
        due = {(t.case.pk, t.kind): t for t in _due(act, everyone)}
        if over := [t for t in there if (t.case_id, t.kind) not in due]:
            do_tasks(act.by_house(), over)
        open_ones = {(t.case_id, t.kind) for t in there}
        if fresh := [t for key, t in due.items() if key not in open_ones]:
            raise_tasks(act.by_house(), fresh)


def _merged_ones(persons: Collection[int]) -> list[Case]:
    return list(Case.objects.filter(person__among=persons, stage=MERGED).order_by("pk"))


def _due(act: Act, persons: Collection[int]) -> Iterator[ToDo]:
    files = together(persons)
    cases: dict[frozenset[int], list[Case]] = defaultdict(list)
    for case in Case.objects.filter(person__among=persons, closed=None).exclude(stage=MERGED).order_by("pk"):
        cases[files[case.person_id]].append(case)
    by = act.day + WITHIN
    for of_one in cases.values():
        for first, case in pairwise(of_one):
            yield ToDo(case, TWO_CASES, Role.VHR_HEAD, by, first.ref)
    for case in _merged_ones(persons):
        if len(files[case.person_id]) == 1:
            yield ToDo(case, MERGED_ALONE, Role.VHR_CASEWORKER, by)
    yield from _in_the_open(act, files)


def _in_the_open(act: Act, files: dict[int, frozenset[int]]) -> Iterator[ToDo]:
    """A shielded case of somebody who has another file that isn't: whoever shields must hear of it."""
    several = {p for p, whole in files.items() if len(whole) > 1}
    if not several:
        return
    levels = dict(Scope.objects.values_list("pk", "level"))
    level = {p: levels[s] for p, s in Person.objects.filter(pk__among=several).values_list("pk", "scope_id")}
    for case in Case.objects.filter(person__among=several, closed=None).order_by("pk"):
        others = files[case.person_id] - {case.person_id}
        if level[case.person_id] == Level.SHIELDED and any(level[o] == Level.OPEN for o in others):
            yield ToDo(case, IN_THE_OPEN, Role.PROTECTION_LEAD, act.day)
