"""Writes of the last hours: cleared, checked face to face, boarded, or withdrawn at the stairs; then reconciled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from darb.cases.actions import take_step
from darb.cases.models import Case, VisaState
from darb.cases.pathways import pathway
from darb.cases.task_actions import ToDo, raise_tasks
from darb.cases.visa_actions import mark_visas
from darb.people.actions import move_documents, withdraw_consents
from darb.people.models import Document, DocumentKind, DocumentState
from darb.programmes.voluntary_return_codes import TO_RETURN
from darb.programmes.voluntary_return_gates import PRE_EMBARKATION_CHECK_LASTS, TRAVELLED_ON
from darb.rules.manifest import faults
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in

from .actions import (
    LOCKED,
    MOVEMENTS,
    check_outcome,
    free,
    hold_flight,
    hold_seats,
    refuse_twice,
    refuse_unless,
    revalidate,
    settle,
    take_off,
)
from .boarding import HEALTH, escorted_cases, open_checks
from .models import Flight, FlightState, Seat
from .reading import as_booking, flight_day, limits_of, measures_of, riders, standing

OTHER_HELP_WITHIN = timedelta(days=3)
CHECKED_IN = LOCKED | {FlightState.MANIFEST_OPEN}
BOARDED, WITHDREW, STAYED_WITH_FAMILY = "boarded", "withdrew", "family_stayed"


@action("movements.clear_to_board")
def clear_to_board(act: Act, flight: Flight, expected: int | None = None) -> Flight:
    """The day has come: everyone on the locked manifest is checked again, and boarding begins."""
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.LOCKED:
        raise Refused("not_locked", _("Lock the manifest first."))
    revalidate(act, held)
    seats = standing(held)
    day = max(act.day, flight_day(held))
    take_step(act, [s.case for s in seats], "clear_to_board", day=day, through=MOVEMENTS)
    held.state = FlightState.BOARDING
    held.version += 1
    held.save()
    act.persons = [s.person_id for s in seats]
    act.detail = {"cleared": len(seats)}
    return held


@dataclass(frozen=True)
class Checked:
    """One boarding check of one passenger: the seat's id, the check's code, and whether it was passed."""

    seat: int
    code: str
    passed: bool = True


@action("movements.check_boarding")
def check_boarding(act: Act, flight: Flight, checks: Sequence[Checked]) -> list[Seat]:
    """Record boarding checks. Each is for the roles that its declaration names; the health check counts from
    72 hours before departure. Only that it was passed or not is kept, never a finding."""
    held = Flight.objects.get(pk=flight.pk)
    if held.state not in CHECKED_IN:
        raise Refused("no_checks", _("Passengers of this flight aren't checked now."))
    act.subject = held.ref
    rows = {s.pk: s for s in hold_seats(act, held, {c.seat for c in checks})}
    for c in checks:
        seat = rows[c.seat]
        declared = next((b for b in pathway(seat.case.programme).checks if b.code == c.code), None)
        if declared is None:
            raise Missing("no_check", _("There is no boarding check {code}."), code=c.code)
        if not _may_check(act, declared.done_by, seat):
            raise Forbidden(
                "check_of_other_role",
                _("Another role checks this: {check}."),
                who=declared.done_by[0],
                check=declared.label,
            )
        if c.code == HEALTH and act.at < held.departs_at - PRE_EMBARKATION_CHECK_LASTS:
            raise Refused("too_early", _("The health check counts from 72 hours before departure: do it then."))
        seat.checks[c.code] = {"passed": c.passed, "at": act.at.isoformat(), "by": act.actor.account_id}
    change_in(rows.values(), ["checks"])
    act.persons = [s.person_id for s in rows.values()]
    act.detail = {"checks": sorted({f"{c.code}:{'passed' if c.passed else 'not'}" for c in checks})}
    return list(rows.values())


@action("movements.board")
def board(act: Act, flight: Flight, seats: Collection[int]) -> list[Seat]:
    """These passengers go up the stairs, all of them or nobody: every check passed, every gate green now, with the
    adult, the minder and the family they are linked to. They carry their own documents from here."""
    held = hold_flight(act, flight)
    if held.state != FlightState.BOARDING:
        raise Refused("not_boarding", _("Nobody is boarding this flight."))
    rows = hold_seats(act, held, seats)
    refuse_twice(act, [s.case for s in rows])
    _refuse_unchecked(held, rows)
    them = riders(act.actor, [as_booking(s) for s in standing(held)], flight_day(held))
    going = {s.case_id for s in rows}
    refuse_unless(act, [r for r in them if r.case.pk in going], "board", held)
    wrong = faults([r.traveller for r in them], limits_of(held), only=going)
    if wrong:
        raise Refused.because(wrong[0])
    day = max(act.day, flight_day(held))
    take_step(act, [s.case for s in rows], "board", day=day, through=MOVEMENTS)
    documents = list(
        Document.objects.filter(
            person__in=[s.person_id for s in rows], kind__in=TRAVELLED_ON, state=DocumentState.IN_CUSTODY
        )
    )
    if documents:
        move_documents(act, documents, DocumentState.HANDED_AT_BOARDING)
    for seat in rows:
        seat.boarded_at, seat.outcome = act.at, BOARDED
    change_in(rows, ["boarded_at", "outcome"])
    act.persons = [s.person_id for s in rows]
    act.detail = {"boarded": len(rows)}
    return rows


@action("movements.withdraw_booked")
def withdraw_booked(act: Act, flight: Flight, seat: int, how: str, reason: str = "") -> Seat:
    """Somebody on a manifest no longer wants to go: at once, whoever heard it, up to the stairs, without a penalty.

    Consent ends, the seat and lap are free, visa and document are to be cancelled (a passport goes back to the person);
    a safe way back and other help become tasks. An infant on that lap stays behind too.
    """
    held = hold_flight(act, flight)
    row = hold_seats(act, held, [seat])[0]
    if held.state not in CHECKED_IN:
        raise Refused("manifest_closed", _("This flight's manifest can't be changed now."))
    withdraw_consents(act, row.case.person, [TO_RETURN], how)
    because = reason.strip() or how
    case = take_step(act, [row.case], "withdraw_from_flight", reason=because, through=MOVEMENTS)[0]
    with whole_house():
        house = act.by_house()
        mark_visas(house, [case], VisaState.FLAGGED)
        raise_tasks(
            house,
            [
                ToDo(case, "safe_way_back", Role.TRANSPORT_OFFICER, act.day),
                ToDo(case, "cancel_visa", Role.EXIT_VISA_OFFICER, act.day + OTHER_HELP_WITHIN),
                *_passport_back(act, case),
                ToDo(case, "offer_other_help", Role.VHR_CASEWORKER, act.day + OTHER_HELP_WITHIN),
            ],
        )
    infants = _leave_behind(act, held, row, because)
    free(held, [row], because, WITHDREW if held.manifest_version else "")
    settle(act, held, because)
    act.persons = [row.person_id, *(s.person_id for s in infants)]
    act.detail = {"how": how}
    return row


@action("movements.record_death")
def record_death(act: Act, flight: Flight, seat: int, source: str) -> Seat:
    """Somebody with a seat has died, before boarding or on the way; `source` says who told, and can't be empty."""
    held = hold_flight(act, flight)
    row = next((s for s in standing(held) if s.pk == seat), None)
    if row is None:
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    act.within([row.scope_id])
    take_step(act, [row.case], "record_death_under_way", reason=source, through=MOVEMENTS)
    infants: list[Seat] = []
    if not row.boarded_at:
        infants = _leave_behind(act, held, row, source)
        free(held, [row], source, "med_offloaded" if held.manifest_version else "")
        settle(act, held, source)
    act.persons = [row.person_id, *(s.person_id for s in infants)]
    return row


@action("movements.reconcile")
def reconcile(
    act: Act, flight: Flight, outcomes: Mapping[int, str] | None = None, expected: int | None = None
) -> Flight:
    """Close a flight that has landed: everyone who was ever on its locked manifest has exactly one outcome.

    `outcomes` gives those of seats that have none yet. The sum is the first locked manifest and those added since.
    """
    held = hold_flight(act, flight, expected)
    if held.state != FlightState.LANDED:
        raise Refused("not_landed", _("A flight is reconciled after its last landing."))
    by_code: dict[str, list[int]] = defaultdict(list)
    for seat, code in (outcomes or {}).items():
        by_code[code].append(seat)
    for code, seats in by_code.items():
        if code in (BOARDED, WITHDREW):
            raise Invalid(
                "outcome_by_deed",
                _("Boarding and withdrawal are recorded when they happen, not here."),
                field="outcome",
            )
        check_outcome(code)
        take_off(act, held, hold_seats(act, held, seats), "", code)
    lacking = [s for s in standing(held) if not s.outcome]
    if lacking:
        raise Refused(
            "outcomes_lacking",
            _("People on this manifest without an outcome: {count}. Say what became of each."),
            count=len(lacking),
        )
    held.state = FlightState.RECONCILED
    held.version += 1
    held.save()
    with whole_house():
        act.persons = list(held.seat_rows.exclude(outcome="").values_list("person_id", flat=True))
    act.detail = {"outcomes": len(act.persons)}
    return held


def _leave_behind(act: Act, flight: Flight, row: Seat, because: str) -> list[Seat]:
    """No infant flies without the lap it was to ride on: it comes off with its adult. Gives the infants' seats."""
    infants = [s for s in standing(flight) if s.lap_of_id == row.pk]
    if infants:
        with whole_house():
            cases = [s.case for s in infants]
            take_step(act.by_house(), cases, "take_off_manifest", reason=because, through=MOVEMENTS)
        free(flight, infants, because, STAYED_WITH_FAMILY if flight.manifest_version else "")
    return infants


def _passport_back(act: Act, case: Case) -> list[ToDo]:
    """A passport in our custody is the person's own; what an embassy issued for the journey goes back to it (X9)."""
    held = Document.objects.filter(person=case.person_id, kind=DocumentKind.PASSPORT, state=DocumentState.IN_CUSTODY)
    by = act.day + OTHER_HELP_WITHIN
    return [ToDo(case, "give_document_back", Role.CONSULAR_OFFICER, by)] if held.exists() else []


def _may_check(act: Act, done_by: Sequence[Role], seat: Seat) -> bool:
    return act.actor.house or any(seat.scope_id in act.actor.reach.get(role, ()) for role in done_by)


def _refuse_unchecked(flight: Flight, rows: Sequence[Seat]) -> None:
    escorted, measures = escorted_cases([s.case_id for s in rows]), measures_of(flight)
    for seat in rows:
        missing = open_checks(flight, seat, seat.case_id in escorted, measures)
        if missing:
            raise Refused(
                "check_open",
                _("{name} can't board yet: {check}."),
                who=missing[0].done_by[0],
                name=seat.case.person.name,
                check=missing[0].label,
            )
