"""What the advice on priority looks at, read for a set of cases in a fixed number of statements.

Two needs of `artefacts.md` 3.14 have no row to be read from yet and stay False: nearness of the fighting, and a
danger to life other than the one that the rapid screen asks about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from darb.people.models import Membership, Stay
from darb.places.models import DETAINING
from darb.programmes.priority import Need
from darb.rules.manifest import is_infant
from darb.trust.context import unsealed

from .models import Case, Encounter, Verdict
from .reading import running_out

LONG_DETENTION = timedelta(days=182)
SCREENING, DANGER, CHILD_GATE = "screening", "danger_now", "R5"
ABUSED = frozenset({"VOT", "GBV"})
WEAK = frozenset({"PLW", "ELD", "DIS"})


def needs_of(cases: Collection[Case], day: date) -> dict[int, Need]:
    """By case id, the needs that count on `day`. Where every row is in sight (`whole_house`)."""
    persons = {c.person_id for c in cases}
    infants = set(_with_infants(persons, day))
    long_held = set(_long_detained(persons, day))
    expiring = running_out(persons, day)
    found_good = set(
        Verdict.objects.filter(
            case__among=[c for c in cases if c.unaccompanied], gate=CHILD_GATE, granted=True, superseded_at=None
        ).values_list("case_id", flat=True)
    )
    in_danger = _in_danger(cases)
    return {
        c.pk: Need(
            danger_to_life=c.pk in in_danger,
            child_alone=c.unaccompanied and c.pk in found_good,
            trafficked_or_abused=not ABUSED.isdisjoint(c.vulnerabilities),
            pregnant_old_or_disabled=not WEAK.isdisjoint(c.vulnerabilities),
            detained_over_six_months=c.person_id in long_held,
            infant_in_family=c.person_id in infants,
            document_expiring=expiring.get(c.person_id, date.min) >= day,
            days_waiting=max((day - c.opened).days, 0),
        )
        for c in cases
    }


def _in_danger(cases: Collection[Case]) -> set[int]:
    """Cases whose newest screen found a danger now: an older answer is over once somebody asked again."""
    screens = Encounter.objects.filter(case__among=cases, kind=SCREENING).order_by("case_id", "at", "pk")
    with unsealed():
        newest: dict[int, bool] = dict(screens.values_list("case_id", f"answers__{DANGER}"))
    return {case for case, danger in newest.items() if danger is True}


def _with_infants(persons: Collection[int], day: date) -> Iterator[int]:
    """Those of `persons` whose group has somebody under two in it."""
    groups = Membership.objects.filter(person__among=persons, left_at=None).values("group")
    members: dict[int, list[tuple[int, date | None]]] = defaultdict(list)
    for group, person, born in Membership.objects.filter(group__in=groups, left_at=None).values_list(
        "group_id", "person_id", "person__birth_date"
    ):
        members[group].append((person, born))
    for family in members.values():
        if any(is_infant(born, day) for _person, born in family):
            yield from (person for person, _born in family)


def _long_detained(persons: Collection[int], day: date) -> Iterator[int]:
    """Those of `persons` whose stays in detention, without one elsewhere between, began so long ago."""
    since: dict[int, date | None] = {}
    for person, began, kind in (
        Stay.objects.filter(person__among=persons)
        .order_by("person_id", "since", "pk")
        .values_list("person_id", "since", "place__type")
    ):
        since[person] = (since.get(person) or began) if kind in DETAINING else None
    for person, began in since.items():
        if began is not None and began <= day - LONG_DETENTION:
            yield person
