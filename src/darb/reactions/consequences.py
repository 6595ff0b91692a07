"""What follows at once when something went wrong, where a gate, a step or a task of the catalogue doesn't do it.

Each takes the deed's act and the new incidents of its code. All are deeds of the house: nobody needs a power for
what a rule does. A deed holds its cases already, and a flight is locked before cases elsewhere: here a flight that
somebody else holds is never waited for, and its movement officer is asked instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.db.models import QuerySet

from darb.cases.models import Case, ExitVisa, Incident, VisaState
from darb.cases.task_actions import ToDo, raise_tasks
from darb.cases.visa_actions import mark_visas
from darb.events.models import EventLine, EventState
from darb.movements.actions import LOCKED, unbook
from darb.movements.models import Flight, FlightState, Seat
from darb.people.actions import record_stay
from darb.people.models import Document, DocumentState, Person
from darb.places.models import Site, SiteType
from darb.programmes.voluntary_return_gates import TRAVELLED_ON
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act

UNFIT_OUTCOME = "med_offloaded"
NOT_NOW = _("Doesn't travel now")
"""Why a name went off a list, for everyone who is handed that list: it never says more."""
CHANGEABLE = LOCKED | {FlightState.MANIFEST_OPEN}
CANCEL_WITHIN = timedelta(days=3)
TO_CANCEL = (VisaState.SUBMITTED, VisaState.QUERIED, VisaState.APPROVED, VisaState.FLAGGED)
OURS = (DocumentState.REQUESTED, DocumentState.PRINTED, DocumentState.RECEIVED, DocumentState.IN_CUSTODY)


def free_the_seat(act: Act, told: Sequence[Incident]) -> None:
    """X7, X8: whoever can't fly has no seat, and an infant on their lap stays with them; if they haven't boarded."""
    rows = Seat.objects.filter(case__among=[i.case_id for i in told], removed_in=None, boarded_at=None)
    by_flight: dict[int, list[Seat]] = defaultdict(list)
    for seat in rows.filter(flight__state__in=CHANGEABLE).select_related("case", "flight").order_by("pk"):
        by_flight[seat.flight_id].append(seat)
    for pk, seats in by_flight.items():
        flight = Flight.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if flight is None:
            _ask(act, [s.case for s in seats], "take_off_flight", Role.MOVEMENT_OFFICER)
            continue
        laps = Seat.objects.filter(lap_of__in=seats, removed_in=None, boarded_at=None).values_list("pk", flat=True)
        outcome = UNFIT_OUTCOME if flight.manifest_version else ""
        unbook(act.by_house(), flight, {s.pk for s in seats} | set(laps), NOT_NOW, outcome)


def cancel_papers(act: Act, told: Sequence[Incident]) -> None:
    """X9: the exit visa is flagged, and visa and document are to be cancelled, where there are any."""
    cases = {i.case_id: i.case for i in told}
    visas = ExitVisa.objects.filter(case__among=cases, state__in=TO_CANCEL)
    with_visa = set(visas.values_list("case_id", flat=True))
    mark_visas(act.by_house(), list(cases.values()), VisaState.FLAGGED)
    owners = {c.person_id: c for c in cases.values()}
    papers = Document.objects.filter(person__among=owners, kind__in=TRAVELLED_ON, state__in=OURS)
    issued = set(papers.exclude(kind="passport").values_list("person_id", flat=True))
    _ask(act, [cases[pk] for pk in sorted(with_visa)], "cancel_visa", Role.EXIT_VISA_OFFICER, CANCEL_WITHIN)
    _ask(act, [owners[pk] for pk in sorted(issued)], "cancel_document", Role.CONSULAR_OFFICER, CANCEL_WITHIN)


def flag_the_lists(act: Act, told: Sequence[Incident]) -> None:
    """X12: called to a session still to come, or on a flight: those lists name a place where they aren't any more."""
    cases = {i.case_id: i.case for i in told}
    called = EventLine.objects.filter(case__among=cases, event__state__in=(EventState.PLANNED, EventState.OPEN))
    listed = set(called.values_list("case_id", flat=True))
    flying = set(_flying(cases).values_list("case_id", flat=True))
    _ask(act, [cases[pk] for pk in sorted(listed)], "correct_called_list", Role.CONSULAR_OFFICER)
    _ask(act, [cases[pk] for pk in sorted(flying)], "correct_bus_list", Role.TRANSPORT_OFFICER)


def use_standby(act: Act, told: Sequence[Incident]) -> None:
    """X13: whoever isn't let out and has a seat: the movement officer looks at the standby list today."""
    cases = {i.case_id: i.case for i in told}
    flying = set(_flying(cases).values_list("case_id", flat=True))
    _ask(act, [cases[pk] for pk in sorted(flying)], "use_standby", Role.MOVEMENT_OFFICER, timedelta())


def whereabouts_unknown(act: Act, told: Sequence[Incident]) -> None:
    """X14: nobody knows where they are: said as a stay at no known place of their office."""
    people = Person.objects.filter(pk__among=[i.person_id for i in told]).select_related("site")
    unknown = {s.office: s for s in Site.objects.filter(type=SiteType.UNKNOWN)}
    for person in people.order_by("pk"):
        site = unknown.get(person.site.office) if person.site else None
        if site and person.site_id != site.pk:
            record_stay(act.by_house(), person, site, act.day, "told", certain=False)


FOLLOWS: dict[str, Callable[[Act, Sequence[Incident]], None]] = {
    "X7": free_the_seat,
    "X8": free_the_seat,
    "X9": cancel_papers,
    "X12": flag_the_lists,
    "X13": use_standby,
    "X14": whereabouts_unknown,
}


def follow(act: Act, told: Iterable[Incident]) -> None:
    """Do what follows from these new incidents. Where every row is in sight (`whole_house`)."""
    by_code: dict[str, list[Incident]] = defaultdict(list)
    for incident in told:
        if incident.code in FOLLOWS:
            by_code[incident.code].append(incident)
    for code, incidents in by_code.items():
        FOLLOWS[code](act, incidents)


def _flying(cases: Iterable[int]) -> QuerySet[Seat]:
    return Seat.objects.filter(case__among=list(cases), removed_in=None, boarded_at=None)


def _ask(act: Act, cases: Sequence[Case], kind: str, role: Role, within: timedelta = timedelta(days=1)) -> None:
    if cases:
        raise_tasks(act.by_house(), [ToDo(c, kind, role, act.day + within) for c in cases])
