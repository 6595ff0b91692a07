"""Release from detention: asked for by the list, answered one by one, handed over at the gate.

R10 follows: what a centre agrees to is green for as long as it says, what it refuses is red, and whoever is in our
care needs no release any more. Asked = requested + approved + scheduled + handed over + refused + not present +
taken off, whatever happens in which order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from darb.people.actions import move
from darb.people.models import Person
from darb.places.models import DETAINING, Site, SiteType
from darb.programmes.release import ABSENCES, CHECKS, GROUNDS, MOVED, NOT_FOUND, OTHER_PERSON, unchecked
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import unsealed
from darb.trust.copying import change_in, copy_in

from .actions import Ruled, give_verdicts, take_step
from .incident_actions import Told, note
from .models import Case, Encounter
from .release_models import RELEASE_AGREED, RELEASE_OPEN, ReleaseLine, ReleaseRequest, ReleaseState

S = ReleaseState
RELEASE = "R10"
DAY = timedelta(days=1)
INJURY = "release_injury"
"""The kind of conversation under which an injury seen at the gate is kept, for medical staff alone."""


@action("cases.request_release")
def request_release(act: Act, cases: Sequence[Case], centre: Site, ground: str, authority: str) -> ReleaseRequest:
    """Ask that one centre hands people over. All of them are there now, consent, and wait on no other request."""
    if ground not in GROUNDS:
        raise Invalid("no_ground", _("Choose the legal ground of the request."), field="ground")
    if not authority.strip():
        raise Invalid("no_authority", _("Write to whom the request goes."), field="authority")
    held = take_step(act, cases, "request_release")
    where = dict(Person.objects.filter(pk__among=[c.person_id for c in held]).values_list("pk", "site_id"))
    for case in held:
        if where[case.person_id] != centre.pk or centre.type not in DETAINING:
            raise Refused("other_centre", _("Case {case} isn't held at this centre."), case=case.ref)
    waiting = (
        ReleaseLine.objects.filter(case__in=held, state__in=RELEASE_OPEN).select_related("case", "request").first()
    )
    if waiting:
        raise Refused(
            "release_asked",
            _("The release of case {case} is asked for already, with request {request}."),
            case=waiting.case.ref,
            request=waiting.request.ref,
        )
    request = ReleaseRequest.objects.create(
        ref=new_reference(),
        centre=centre,
        ground=ground,
        authority=authority.strip(),
        asked=len(held),
        requested_at=act.at,
        account_id=act.actor.account_id,
    )
    copy_in([ReleaseLine(scope_id=c.scope_id, request=request, case=c, person_id=c.person_id) for c in held])
    act.persons = [c.person_id for c in held]
    act.subject = _subject(request)
    act.detail = {"request": request.ref, "centre": centre.code, "count": len(held)}
    return request


@dataclass(frozen=True)
class Decision:
    """The authority's answer on one person (id of the line). A refusal has its reason; `until` is the last day."""

    line: int
    approved: bool
    reason: str = ""
    until: date | None = None


@action("cases.answer_release")
def answer_release(
    act: Act,
    request: ReleaseRequest,
    decisions: Sequence[Decision],
    *,
    approved_by: str = "",
    list_number: str = "",
    expected: int | None = None,
) -> ReleaseRequest:
    """Record which people the authority releases, by whose word and under which list number, and whom it refuses."""
    held, lines = _hold(act, request, [d.line for d in decisions], (S.REQUESTED,), expected)
    approved = [d for d in decisions if d.approved]
    held.approved_by = approved_by.strip() or held.approved_by
    held.list_number = list_number.strip() or held.list_number
    if approved and not (held.approved_by and held.list_number):
        raise Invalid(
            "no_approval", _("Write who approved the release, and the number of the list."), field="approved_by"
        )
    for d in decisions:
        if not d.approved and not d.reason.strip():
            raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
        if d.approved and d.until and d.until < act.day:
            raise Invalid("until_past", _("The end of a decision must lie after its beginning."), field="until")
        line = lines[d.line]
        line.state = S.APPROVED if d.approved else S.REFUSED
        line.reason, line.until, line.answered_at = d.reason.strip(), d.until if d.approved else None, act.at
        if not d.approved:
            line.ended_at, line.ended_by = act.at, act.actor.account_id
    _keep(held, lines.values())
    _rule(act, lines.values())
    _told(act, held, lines.values())
    return held


@action("cases.schedule_release")
def schedule_release(
    act: Act, request: ReleaseRequest, hand_over_at: datetime, receiving_officer: str, expected: int | None = None
) -> ReleaseRequest:
    """Agree with the centre when those approved are handed over, and who of us receives them."""
    held, lines = _hold(act, request, None, RELEASE_AGREED, expected)
    if not lines:
        raise Refused("none_approved", _("Nobody on this request is approved and waits for the hand-over."))
    if hand_over_at <= act.at:
        raise Invalid("in_past", _("The hand-over can't be at a time that has passed."), field="hand_over_at")
    if not receiving_officer.strip():
        raise Invalid("no_receiver", _("Write who of us receives them."), field="receiving_officer")
    held.hand_over_at, held.receiving_officer = hand_over_at, receiving_officer.strip()
    for line in lines.values():
        line.state = S.SCHEDULED
    _keep(held, lines.values())
    _told(act, held, lines.values())
    return held


@dataclass(frozen=True)
class Brought:
    """Somebody brought to the gate (id of the line): what was compared, what was given back, an injury that was seen.

    `injury` is health data: it goes to medical staff and stands on no paper.
    """

    line: int
    checks: Collection[str]
    property_returned: str = ""
    injury: str = ""


@action("cases.hand_over_released")
def hand_over_released(act: Act, request: ReleaseRequest, brought: Sequence[Brought], taken_to: Site) -> int:
    """Take people over at the gate, from the centre into our care at `taken_to`; gives how many.

    Nobody is taken over whose name and face weren't compared: a centre may bring somebody else.
    """
    if taken_to.type in DETAINING:
        raise Invalid("still_detained", _("They leave detention: choose a place that isn't one."), field="taken_to")
    held, lines = _hold(act, request, [b.line for b in brought], (S.SCHEDULED,))
    persons = Person.objects.in_bulk([line.person_id for line in lines.values()])
    for b in brought:
        line = lines[b.line]
        person = persons[line.person_id]
        open_checks = unchecked(b.checks, has_photo=bool(person.photo_sha256))
        if open_checks:
            raise Refused(
                "not_compared",
                _("{name}: compare this first: {check}. The centre may have brought somebody else."),
                name=person.name,
                check=CHECKS[open_checks[0]],
            )
        line.state, line.ended_at, line.ended_by = S.HANDED_OVER, act.at, act.actor.account_id
        line.checks, line.taken_to = sorted(set(b.checks) & CHECKS.keys()), taken_to
        line.property_returned = b.property_returned.strip()
    _keep(held, lines.values())
    hurt = {b.line: b.injury.strip() for b in brought if b.injury.strip()}
    with unsealed():
        copy_in([_injury(act, lines[pk], held.centre, words) for pk, words in hurt.items()])
    _told(act, held, lines.values())
    move(act, list(persons.values()), taken_to, act.day, "seen")
    return len(lines)


@action("cases.miss_release")
def miss_release(
    act: Act, request: ReleaseRequest, line: int, absence: str, *, found_at: Site | None = None, reason: str = ""
) -> ReleaseLine:
    """Record that somebody wasn't at the hand-over: moved (to `found_at`), not to be found, or another was brought."""
    if absence not in ABSENCES:
        raise Invalid("no_absence", _("Choose why the person wasn't there."), field="absence")
    held, lines = _hold(act, request, [line], RELEASE_OPEN)
    if absence == MOVED and (found_at is None or found_at.pk == held.centre_id):
        raise Invalid("no_place", _("Write where the person was moved to."), field="found_at")
    row = lines[line]
    row.state, row.absence, row.reason = S.NOT_PRESENT, absence, reason.strip()
    row.ended_at, row.ended_by = act.at, act.actor.account_id
    _keep(held, [row])
    _told(act, held, [row])
    if absence == OTHER_PERSON:
        give_verdicts(act, [Ruled(row.case, RELEASE, "release_refused", reason=absence)])
        return row
    if absence == NOT_FOUND:
        found_at = Site.objects.filter(type=SiteType.UNKNOWN, office=held.centre.office).first()
        note(act.by_house(), [Told(row.case, "X14", held.centre.code, row.reason)], act.power)
    if found_at is not None:
        move(act, [row.person], found_at, act.day, "told_by_dc")
    return row


@action("cases.refuse_release")
def refuse_release(act: Act, request: ReleaseRequest, line: int, reason: str) -> ReleaseLine:
    """Record that the centre refuses on the day what was approved."""
    row = _end(act, request, line, RELEASE_AGREED, S.REFUSED, reason)
    _rule(act, [row])
    return row


@action("cases.take_off_release")
def take_off_release(act: Act, request: ReleaseRequest, line: int, reason: str) -> ReleaseLine:
    """Take somebody off a request, by us: they withdrew, or it was a mistake."""
    return _end(act, request, line, RELEASE_OPEN, S.TAKEN_OFF, reason)


@action("cases.miss_moved")
def miss_moved(act: Act, persons: Collection[int]) -> int:
    """End the open requests for persons (ids) who are no longer at the centre asked; gives how many."""
    away = ReleaseLine.objects.filter(person__among=list(persons), state__in=RELEASE_OPEN)
    rows = list(away.exclude(request__centre=F("person__site")).order_by("pk"))
    for row in rows:
        row.state, row.absence = S.NOT_PRESENT, MOVED
        row.ended_at, row.ended_by = act.at, act.actor.account_id
    change_in(rows, ["state", "absence", "ended_at", "ended_by"])
    act.persons = [r.person_id for r in rows]
    act.detail = {"count": len(rows)}
    return len(rows)


def _hold(
    act: Act,
    request: ReleaseRequest,
    lines: Sequence[int] | None,
    states: Collection[str],
    expected: int | None = None,
) -> tuple[ReleaseRequest, dict[int, ReleaseLine]]:
    """Lock a request and those of its `lines` (None: every one in `states`); refuses one that is in another state."""
    held = ReleaseRequest.objects.select_for_update(of=("self",)).select_related("centre").get(pk=request.pk)
    if expected is not None and held.version != expected:
        raise Stale(
            "stale_request",
            _("Somebody changed this request since you opened the page: load it again, then repeat your change."),
        )
    rows = ReleaseLine.objects.select_for_update(of=("self",)).filter(request=held).select_related("case", "person")
    rows = rows.filter(state__in=states) if lines is None else rows.filter(pk__in=lines)
    found = {line.pk: line for line in rows.order_by("pk")}
    if lines is not None and (not lines or len(found) != len(set(lines))):
        raise Missing("no_line", _("Nobody within your reach stands so on this request."))
    act.within({line.scope_id for line in found.values()})
    for line in found.values():
        if line.state not in states:
            raise Refused("line_ended", _("{name}: this was recorded otherwise already."), name=line.person.name)
    return held, found


def _end(
    act: Act, request: ReleaseRequest, line: int, of: Collection[str], state: ReleaseState, reason: str
) -> ReleaseLine:
    """End one line that is in a state of `of`, with a reason."""
    if not reason.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="reason")
    held, lines = _hold(act, request, [line], of)
    row = lines[line]
    row.state, row.reason, row.ended_at, row.ended_by = state, reason.strip(), act.at, act.actor.account_id
    _keep(held, [row])
    _told(act, held, [row])
    return row


def _keep(held: ReleaseRequest, lines: Collection[ReleaseLine]) -> None:
    """Write a request and its lines."""
    held.version += 1
    held.save()
    columns = ("state", "until", "reason", "absence", "answered_at", "ended_at", "ended_by", "checks")
    change_in(lines, [*columns, "property_returned", "taken_to"])


def _rule(act: Act, lines: Collection[ReleaseLine]) -> None:
    """R10 as the answers say it."""
    rulings = [
        Ruled(line.case, RELEASE, "handover_agreed", line.until + DAY if line.until else None)
        if line.state == S.APPROVED
        else Ruled(line.case, RELEASE, "release_refused", reason=line.reason)
        for line in lines
    ]
    give_verdicts(act, rulings)


def _told(act: Act, held: ReleaseRequest, lines: Collection[ReleaseLine]) -> None:
    act.persons = [line.person_id for line in lines]
    act.subject = _subject(held)
    states = [line.state for line in lines]
    act.detail = {"request": held.ref, "now": {state: states.count(state) for state in sorted(set(states))}}


def _subject(request: ReleaseRequest) -> str:
    return f"release:{request.ref}"


def _injury(act: Act, line: ReleaseLine, centre: Site, words: str) -> Encounter:
    return Encounter(
        scope_id=line.scope_id,
        case=line.case,
        person_id=line.person_id,
        kind=INJURY,
        at=act.at,
        place=centre,
        language="",
        answers={"injury": words},
        data_class="D4",
        account_id=act.actor.account_id,
    )
