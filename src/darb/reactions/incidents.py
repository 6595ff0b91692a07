"""Which deeds tell that something went wrong (`programmes.incidents`), each once, in the deed's own transaction.

What must follow at once, beside the tasks that the catalogue declares, stands in `consequences`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta

from django.db.models import QuerySet

from darb.cases.incident_actions import Told, note, note_of_mission
from darb.cases.models import Case, ExitVisa, Incident, StageChange, Task, Verdict, VisaState
from darb.cases.reading import going_through, may_be_child
from darb.cases.visa_queries import differing, recorded_names
from darb.cases.work_queries import RETURNED
from darb.movements.models import Seat
from darb.people.models import Document, Judgement, Membership, Relation, Said, Stay
from darb.places.models import DETAINING, MissionOfOrigin, Presence
from darb.places.routes import area_subject
from darb.programmes.exit_visa import NAME
from darb.programmes.incidents import BY_RECONCILIATION, BY_RULING, BY_TASK
from darb.programmes.voluntary_return import ON_FLIGHT, UNDER_WAY
from darb.programmes.voluntary_return_gates import TRAVELLED_ON, USABLE
from darb.trust.action import Act
from darb.trust.context import whole_house

from . import consequences

Persons = Collection[int]
NEWBORN = timedelta(days=60)
"""Somebody so young who joins a family with a seat was born on the way."""
CHUNK = 2000
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


def too_few_seats(act: Act, persons: Persons) -> Iterator[Told]:
    """X17: those who came off the list of a flight that has another aircraft now."""
    for case in _open(persons):
        yield Told(case, "X17", act.subject)


def turned_back(act: Act, persons: Persons) -> Iterator[Told]:
    """X15, or X16 for those who had boarded already."""
    aboard = set(_changes(act, persons).filter(step="turn_back").values_list("case_id", flat=True))
    for case in _open(persons):
        yield Told(case, "X16" if case.pk in aboard else "X15", act.subject)


def other_airport(act: Act, persons: Persons) -> Iterator[Told]:
    """X5: those whose approved exit visa is for another airport than the one they now leave from."""
    approved = ExitVisa.objects.filter(person__among=persons, state=VisaState.APPROVED).exclude(airport="")
    for visa in approved.select_related("case").order_by("pk"):
        if visa.case.closed is None and visa.case.departure_airport not in ("", visa.airport):
            yield Told(visa.case, "X5", visa.case.departure_airport)


def other_name(act: Act, persons: Persons) -> Iterator[Told]:
    """X6: a document to travel on whose printed name is, letter for letter, none of those recorded."""
    papers = Document.objects.filter(person__among=persons, state__in=USABLE, kind__in=TRAVELLED_ON)
    latest = {d.person_id: d for d in papers.exclude(name_as_printed="").order_by("pk")}
    recorded = recorded_names(latest)
    for case in _open(latest):
        paper = latest[case.person_id]
        if differing(paper, recorded[case.person_id]):
            yield Told(case, "X6", paper.number, paper.name_as_printed)


def deaths(act: Act, persons: Persons) -> Iterator[Told]:
    """X20: those whose death this deed records."""
    for change in _changes(act, persons).filter(to_stage="deceased").select_related("case"):
        yield Told(change.case, "X20")


def one_person(act: Act, persons: Persons) -> Iterator[Told]:
    """X18: two files that this deed finds to be one person's; on the case of the later one that has a case."""
    said = Judgement.objects.filter(person__among=persons, at=act.at, counts=True, said=Said.SAME)
    for judged in said.select_related("person", "other"):
        pair = {judged.person_id: judged.person, judged.other_id: judged.other}
        newest = max(_newest(pair), key=lambda case: case.person_id, default=None)
        if newest:
            other = next(p for pk, p in pair.items() if pk != newest.person_id)
            yield Told(newest, "X18", other.ref)


def newborns(act: Act, persons: Persons) -> Iterator[Told]:
    """X26: a newborn who joins a family of whom somebody has a seat."""
    born = Membership.objects.filter(
        person__among=persons, left_at=None, person__birth_date__gt=act.day - NEWBORN, joined_at=act.at
    ).select_related("person")
    families = {m.group_id: m for m in born}
    if not families:
        return
    kin = Membership.objects.filter(group__in=families, left_at=None).values_list("person_id", "group_id")
    booked = Case.objects.filter(person__among=[p for p, _group in kin], stage__in=ON_FLIGHT).order_by("pk")
    group_of = dict(kin)
    for case in {group_of[c.person_id]: c for c in booked}.values():
        yield Told(case, "X26", families[group_of[case.person_id]].person.ref)


def of_each(code: str) -> Callable[[Act, Persons], Iterator[Told]]:
    """The same for every person of the deed who has an open case, or had one."""

    def find(act: Act, persons: Persons) -> Iterator[Told]:
        for case in _newest(persons):
            yield Told(case, code)

    return find


def of_each_about(code: str) -> Callable[[Act, Persons], Iterator[Told]]:
    """The same for every open case of the deed, about what the deed was about: a flight that goes otherwise."""

    def find(act: Act, persons: Persons) -> Iterator[Told]:
        for case in _open(persons):
            yield Told(case, code, act.subject)

    return find


def unproven_kin(act: Act, persons: Persons) -> Iterator[Told]:
    """X22: a child whose relation to the head of the group isn't of family, or of wider family and not verified."""
    told = Membership.objects.filter(person__among=persons, left_at=None).exclude(relation=Relation.HEAD)
    doubtful = {
        m.person_id
        for m in told.select_related("person")
        if m.relation not in NEAREST
        and (m.relation == Relation.OTHER_NON_FAMILY or not m.verified)
        and may_be_child(m.person, act.day)
    }
    for case in _open(doubtful):
        yield Told(case, "X22")


def no_embassy_here(act: Act, persons: Persons) -> Iterator[Told]:
    """X3: somebody opens a case whose mission of origin sits in another country; `about` says where it sits."""
    seats = dict(MissionOfOrigin.objects.exclude(presence=Presence.RESIDENT).values_list("country_id", "seat_en"))
    for case in Case.objects.filter(person__among=persons, closed=None).select_related("person"):
        if seat := seats.get(case.person.nationality):
            yield Told(case, "X3", seat)


def came_back(act: Act, persons: Persons) -> Iterator[Told]:
    """X33: somebody opens a case who was brought home before."""
    before = set(Case.objects.filter(person__among=persons, closure_code=RETURNED).values_list("person_id", flat=True))
    for case in _open(before):
        yield Told(case, "X33")


def ends(tasks: Iterable[Task]) -> list[Told]:
    """X2, X4, X5: what runs out, for the tasks that tell of it."""
    return [Told(t.case, BY_TASK[t.kind], str(t.reason)) for t in tasks if t.kind in BY_TASK]


def names_refused(act: Act, persons: Persons) -> Iterator[Told]:
    """X6: the authority found another name in the form than in the document."""
    answered = ExitVisa.objects.filter(person__among=persons, answered_at=act.at, why=NAME)
    for visa in answered.select_related("case", "batch"):
        yield Told(visa.case, "X6", visa.batch.ref)


TOLD_BY: dict[str, tuple[Callable[[Act, Persons], Iterator[Told]], ...]] = {
    "cases.answer_visas": (names_refused,),
    "cases.give_verdict": (rulings,),
    "cases.open": (came_back, no_embassy_here),
    "cases.raise_asylum_concern": (of_each("X21"),),
    "cases.set_return": (other_airport,),
    "cases.take_step": (deaths,),
    "cases.withdraw": (withdrawals,),
    "movements.cancel": (turned_back,),
    "movements.change_aircraft": (too_few_seats,),
    "movements.divert": (of_each_about("X16"),),
    "movements.move_airport": (other_airport,),
    "movements.postpone": (off_the_flight,),
    "movements.reconcile": (names_on_the_list,),
    "movements.turn_back": (of_each_about("X16"),),
    "movements.withdraw_booked": (withdrawals,),
    "people.form_group": (unproven_kin, newborns),
    "people.join_group": (unproven_kin, newborns),
    "people.judge": (one_person,),
    "people.move": (transfers,),
    "people.receive_document": (other_name,),
    "people.record_document": (other_name,),
    "people.record_stay": (transfers,),
    "people.take_in": (other_name,),
    "people.take_back_judgement": (of_each("X19"),),
}


def notice(act: Act) -> None:
    """Keep what the deed, and those that it called, tell to have gone wrong, and do what must follow at once.

    Before readiness is judged again: what follows may change it.
    """
    fresh: list[Incident] = []
    # What was told by hand, or noted by a room below.
    if persons := act.touched.get("cases.note_incident"):
        with whole_house():
            fresh += Incident.objects.filter(person__among=persons, at=act.at, settled_at=None)
    for power, finders in TOLD_BY.items():
        if persons := act.touched.get(power):
            with whole_house():
                told = [each for find in finders for each in find(act, persons)]
                if told:
                    fresh += note(act.by_house(), told, power)
    if fresh:
        with whole_house():
            consequences.follow(act, fresh)


def route_closed(act: Act, persons: Persons) -> None:
    """After a route closes. X28: a country; with those who have a seat, or are in the air. X29: an area, with everyone
    who wants to go there."""
    subject = act.subject.removeprefix("route:")
    kind = subject.partition(":")[0]
    if kind == "airport":
        return
    country = kind != "area"
    last = 0
    with whole_house():
        if country:
            note_of_mission(act.by_house(), "X28", subject, "", "places.close_route")
        found = going_through(subject)
        found = found.filter(stage__in=(*ON_FLIGHT, *UNDER_WAY)) if country else found.exclude(return_area="")
        while chunk := list(found.filter(pk__gt=last).order_by("pk")[:CHUNK]):
            last = chunk[-1].pk
            hit = [c for c in chunk if country or area_subject(c.return_country, c.return_area) == subject]
            if hit:
                note(act.by_house(), [Told(c, "X28" if country else "X29", subject) for c in hit], "places.close_route")


def _open(persons: Persons) -> Iterable[Case]:
    return Case.objects.filter(person__among=persons, closed=None)


def _newest(persons: Persons) -> Iterable[Case]:
    return {c.person_id: c for c in Case.objects.filter(person__among=persons).order_by("pk")}.values()


def _changes(act: Act, persons: Persons) -> QuerySet[StageChange]:
    """Steps that this deed took with `persons`."""
    return StageChange.objects.filter(person__among=persons, at=act.at)
