"""Which deeds tell that something went wrong (`programmes.incidents`), each once, in the deed's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date

from darb.cases.incident_actions import Told, note
from darb.cases.models import Case, Task, Verdict
from darb.cases.work_queries import RETURNED
from darb.movements.models import Seat
from darb.people.models import Membership, Relation, Stay
from darb.places.models import DETAINING
from darb.programmes.incidents import BY_RECONCILIATION, BY_RULING, BY_TASK
from darb.trust.action import Act
from darb.trust.context import whole_house

Persons = Collection[int]
NEAREST = (Relation.SON, Relation.DAUGHTER, Relation.BROTHER, Relation.SISTER, Relation.WIFE, Relation.HUSBAND)


def rulings(act: Act, persons: Persons) -> Iterator[Told]:
    """A ruling of this deed that the catalogue knows."""
    given = Verdict.objects.filter(person__among=persons, at=act.at, superseded_at=None, granted=False)
    for verdict in given.select_related("case"):
        if code := BY_RULING.get((verdict.gate, verdict.code)):
            yield Told(verdict.case, code)


def withdrawals(act: Act, persons: Persons) -> Iterator[Told]:
    """X9: those who withdrew with this deed."""
    for case in _open(persons):
        if case.stage == "withdrawn":
            yield Told(case, "X9")


def names_on_the_list(act: Act, persons: Persons) -> Iterator[Told]:
    """X9, X11, X13: names of a locked manifest that didn't board."""
    taken_off = Seat.objects.filter(person__among=persons, outcome__in=BY_RECONCILIATION).exclude(removed_in=None)
    for seat in taken_off.select_related("case", "flight"):
        if seat.case.closed is None:
            yield Told(seat.case, BY_RECONCILIATION[seat.outcome], seat.flight.ref)


def transfers(act: Act, persons: Persons) -> Iterator[Told]:
    """X12: those whom this deed finds in another centre than before."""
    told = Stay.objects.filter(person__among=persons, recorded_at=act.at).select_related("place")
    now = {s.person_id: s for s in told}
    before: dict[int, Stay] = {}
    for stay in (
        Stay.objects.filter(person__among=now, recorded_at__lt=act.at).select_related("place").order_by("since", "pk")
    ):
        before[stay.person_id] = stay
    for case in _open(now):
        there, here = before.get(case.person_id), now[case.person_id]
        if there and there.place_id != here.place_id and {there.place.type, here.place.type} <= DETAINING:
            yield Told(case, "X12", here.place.code)


def off_the_flight(act: Act, persons: Persons) -> Iterator[Told]:
    """X15: those who were on a flight that this deed cancels or puts off."""
    for case in _open(persons):
        yield Told(case, "X15", act.subject)


def turned_back(act: Act, persons: Persons) -> Iterator[Told]:
    """X15, or X16 for those who were in the air already."""
    for case in _open(persons):
        yield Told(case, "X16" if case.stage == "turned_back" else "X15", act.subject)


def of_each(code: str) -> Callable[[Act, Persons], Iterator[Told]]:
    """The same for every person of the deed who has an open case, or had one."""

    def find(act: Act, persons: Persons) -> Iterator[Told]:
        for case in _newest(persons):
            yield Told(case, code)

    return find


def unproven_kin(act: Act, persons: Persons) -> Iterator[Told]:
    """X22: a child whose relation to the head of the group isn't of family, or of wider family and not verified."""
    told = Membership.objects.filter(person__among=persons, left_at=None).exclude(relation=Relation.HEAD)
    doubtful = {
        m.person_id
        for m in told.select_related("person")
        if m.relation not in NEAREST
        and (m.relation == Relation.OTHER_NON_FAMILY or not m.verified)
        and _child(m.person.birth_date, act.day)
    }
    for case in _open(doubtful):
        yield Told(case, "X22")


def came_back(act: Act, persons: Persons) -> Iterator[Told]:
    """X33: somebody opens a case who was brought home before."""
    before = set(Case.objects.filter(person__among=persons, closure_code=RETURNED).values_list("person_id", flat=True))
    for case in _open(before):
        yield Told(case, "X33")


def ends(tasks: Iterable[Task]) -> list[Told]:
    """X2, X4, X5: what runs out, for the tasks that tell of it."""
    return [Told(t.case, BY_TASK[t.kind], str(t.reason)) for t in tasks if t.kind in BY_TASK]


TOLD_BY: dict[str, tuple[Callable[[Act, Persons], Iterator[Told]], ...]] = {
    "cases.give_verdict": (rulings,),
    "cases.open": (came_back,),
    "cases.raise_asylum_concern": (of_each("X21"),),
    "cases.withdraw": (withdrawals,),
    "movements.cancel": (turned_back,),
    "movements.postpone": (off_the_flight,),
    "movements.reconcile": (names_on_the_list,),
    "movements.record_death": (of_each("X20"),),
    "movements.withdraw_booked": (withdrawals,),
    "people.form_group": (unproven_kin,),
    "people.join_group": (unproven_kin,),
    "people.move": (transfers,),
    "people.record_stay": (transfers,),
    "people.take_back_judgement": (of_each("X19"),),
}


def notice(act: Act) -> None:
    """Keep what the deed, and those that it called, tell to have gone wrong."""
    for power, finders in TOLD_BY.items():
        if persons := act.touched.get(power):
            with whole_house():
                told = [each for find in finders for each in find(act, persons)]
                if told:
                    note(act.by_house(), told, power)


def _open(persons: Persons) -> Iterable[Case]:
    return Case.objects.filter(person__among=persons, closed=None)


def _newest(persons: Persons) -> Iterable[Case]:
    return {c.person_id: c for c in Case.objects.filter(person__among=persons).order_by("pk")}.values()


def _child(born: date | None, day: date) -> bool:
    return born is None or born > day.replace(year=day.year - 18, day=min(day.day, 28))
