"""Consular sessions: people are called, each is heard, and what follows when it closes.

Outcomes can be corrected as long as the session is open; they reach the cases when it closes, all at
once, so that a slip of the finger at a bad link never becomes a verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.timezone import localtime

from darb.cases.actions import Ruled, give_verdicts, take_step
from darb.cases.models import Case
from darb.cases.reading import facts_for
from darb.cases.task_actions import ToDo, raise_tasks
from darb.people.actions import verify_nationality
from darb.places.models import Country
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.programmes.voluntary_return_gates import minor_windows
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in

from .calling import PRESENT, why_not_called
from .keeping import hold_event, hold_lines
from .models import Event, EventKind, EventLine, EventState, LinkDrop
from .opening import LINK_DOWN

NATIONALITY = "R6"
REBOOKED = frozenset({"not_heard", "no_show_sick", "no_show_moved"})
"""Outcomes of those who weren't heard, and who come first at another session."""
GUARDIAN_RULE = "minor_needs_guardian"
REFERRED = "referred_to_other_mission"

# Days until what follows an outcome is due; today for what can't wait.
_DUE = {"no_show_sick": 0, "minor_needs_guardian": 0, "security_query": 0, "pending_capital": 14}
_DUE_ELSE = 3


@action("events.call")
def call(act: Act, event: Event, cases: Sequence[Case], *, expected: int | None = None) -> list[EventLine]:
    """Call cases to a consular session: all or none. The first that can't be called is named, never why beyond a word.

    Each must be in process, of the session's country or referred to it, and free for contact with an embassy.
    """
    held = hold_event(act, event, (EventState.PLANNED, EventState.OPEN), kind=EventKind.CONSULAR, expected=expected)
    wanted = list(Case.objects.filter(pk__in={c.pk for c in cases}).select_related("person").order_by("pk"))
    if not wanted:
        raise Invalid("nobody_chosen", _("Choose who is called."), field="case")
    refused = why_not_called(act.actor, held, wanted, act.day)
    for case in wanted:
        if refusal := refused.get(case.pk):
            raise Refused(refusal.code, _("{case} can't be called: {why}"), who=refusal.who, case=case.ref, why=refusal)
    taken = {c.pk: c for c in take_step(act, wanted, PRESENT, through="events")}
    with whole_house():
        last = held.lines.aggregate(last=Max("number"))["last"] or 0
    if held.slots is not None and last + len(wanted) > held.slots:
        raise Refused(
            "no_slots",
            _("{slots} can be heard in this session, and {called} are called already: choose fewer, or another day."),
            slots=held.slots,
            called=last,
        )
    lines = copy_in(
        [
            EventLine(scope_id=taken[c.pk].scope_id, event=held, person_id=c.person_id, case=taken[c.pk], number=n)
            for n, c in enumerate(wanted, last + 1)
        ]
    )
    held.version += 1
    held.save(update_fields=["version"])
    act.persons = [c.person_id for c in wanted]
    act.detail = {"called": len(lines)}
    return lines


@action("events.rebook")
def rebook(act: Act, event: Event, lines: Collection[int], to: Event) -> list[EventLine]:
    """Put people who weren't heard in `event` on the called list of `to`, another session of that country.

    Of a session that was abandoned, nobody was heard.
    """
    states = (EventState.OPEN, EventState.CLOSED, EventState.ABANDONED)
    held = hold_event(act, event, states, kind=EventKind.CONSULAR)
    chosen = hold_lines(act, held, lines)
    if not chosen or to.pk == held.pk:
        raise Invalid("nobody_chosen", _("Choose who comes again, and to which other session."), field="line")
    for line in chosen.values():
        if not comes_again(held, line):
            raise Refused("not_rebooked", _("{name} was heard, or is booked again already."), name=line.person.name)
    booked = call(act, to, [line.case for line in chosen.values()])
    EventLine.objects.filter(pk__in=chosen).update(rebooked_to=to)
    act.persons = [line.person_id for line in chosen.values()]
    act.subject = held.ref
    act.detail = {"to": to.ref, "count": len(chosen)}
    return booked


def comes_again(event: Event, line: EventLine) -> bool:
    """Whether whoever stands on `line` of `event` wasn't heard there, and isn't booked for another session yet."""
    unheard = event.state == EventState.ABANDONED or line.outcome in REBOOKED
    return unheard and line.rebooked_to_id is None


@dataclass(frozen=True)
class Heard:
    """What came of one person's hearing, by the id of their line. An empty outcome takes back what was entered."""

    line: int
    outcome: str
    reason: str = ""
    with_child_officer: bool = False
    referred_to: str = ""


@action("events.record_outcome")
def record_outcomes(act: Act, event: Event, heard: Sequence[Heard]) -> list[EventLine]:
    """Enter outcomes of an open session, each in place of what stood there.

    A child is heard only with the child-protection officer (guard G4).
    """
    held = hold_event(act, event, (EventState.OPEN,), kind=EventKind.CONSULAR)
    lines = hold_lines(act, held, [h.line for h in heard])
    young = children([line.case for line in lines.values()], act.at)
    known = set(
        Country.objects.filter(pk__in={h.referred_to for h in heard if h.referred_to}).values_list("pk", flat=True)
    )
    for h in heard:
        _check_heard(held, lines[h.line], h, known, young)
        line = lines[h.line]
        line.outcome, line.reason = h.outcome, h.reason.strip()
        line.with_child_officer = h.with_child_officer
        line.referred_to = h.referred_to if h.outcome == REFERRED else ""
        line.at, line.account_id = (act.at, act.actor.account_id) if h.outcome else (None, None)
    change_in(lines.values(), ["outcome", "reason", "with_child_officer", "referred_to", "at", "account_id"])
    act.persons = [line.person_id for line in lines.values()]
    act.detail = {"outcomes": sorted({h.outcome for h in heard})}
    return list(lines.values())


def children(cases: Sequence[Case], at: datetime) -> set[int]:
    """Ids of those of `cases` whose persons are, or in doubt may be, children on the day of `at`."""
    day = localtime(at).date()
    return {pk for pk, facts in facts_for(cases).items() if day in minor_windows(facts)}


def settle(act: Act, event: Event) -> None:
    """Let the outcomes of a session reach its cases: verdicts, confirmed nationalities, tasks.

    Raises Refused, naming who is missing, unless everyone called has an outcome. Whoever moved out of
    sight since they were called wasn't heard.
    """
    lines = list(event.lines.select_related("person", "case").order_by("number"))
    _check_complete(lines)
    if LinkDrop.objects.filter(event=event, ended_at=None).exists():
        raise Refused.because(LINK_DOWN)
    with whole_house():
        event.lines.filter(outcome="").update(outcome="not_heard", at=act.at, account_id=act.actor.account_id)
    ruled = [
        Ruled(line.case, NATIONALITY, ruling, reason=line.reason)
        for line in lines
        if (ruling := CONSULAR_OUTCOMES[line.outcome].ruling)
    ]
    if ruled:
        give_verdicts(act, ruled)
    confirmed = [line.person for line in lines if line.outcome in ("confirmed", "data_corrected")]
    if confirmed:
        verify_nationality(act, confirmed, event.country)
    disowned = [
        line.person
        for line in lines
        if line.outcome in ("not_our_national", REFERRED) and line.person.nationality_verified == event.country
    ]
    if disowned:
        verify_nationality(act, disowned, None)
    if todos := [todo for line in lines if (todo := _todo(act, line))]:
        raise_tasks(act, todos)
    act.persons = [line.person_id for line in lines]
    act.detail = {"outcomes": tally(lines), "called": len(lines)}


def tally(lines: Sequence[EventLine]) -> dict[str, int]:
    """How many lines have each outcome, in the order of the code list; what isn't entered is left out."""
    counts = {code: sum(line.outcome == code for line in lines) for code in CONSULAR_OUTCOMES}
    return {code: count for code, count in counts.items() if count}


def _check_complete(lines: Sequence[EventLine]) -> None:
    missing = [line for line in lines if not line.outcome]
    if missing:
        raise Refused(
            "outcomes_missing",
            _("{count} of {called} have no outcome yet: {names}."),
            count=len(missing),
            called=len(lines),
            names=", ".join(line.person.name for line in missing[:3]) + (" ..." if len(missing) > 3 else ""),
        )
    for line in lines:
        if line.outcome == REFERRED and not line.referred_to:
            raise Refused("referred_where", _("Say to which mission {name} was referred."), name=line.person.name)


def _check_heard(event: Event, line: EventLine, h: Heard, known: set[str], young: set[int]) -> None:
    if h.outcome and h.outcome not in CONSULAR_OUTCOMES:
        raise Invalid("bad_outcome", _("Choose one of the outcomes."), field="outcome")
    if h.referred_to and (h.referred_to not in known or h.referred_to == event.country):
        raise Invalid(
            "bad_referral", _("Choose the other country whose mission shall hear the person."), field="referred_to"
        )
    before_embassy = h.outcome and CONSULAR_OUTCOMES[h.outcome].ruling and h.outcome != GUARDIAN_RULE
    if before_embassy and line.case_id in young and not h.with_child_officer:
        raise Refused(
            "child_officer",
            _("{name} is a child, or may be one: heard only with the child-protection officer beside them."),
            who=Role.CHILD_PROTECTION_OFFICER,
            name=line.person.name,
        )


def _todo(act: Act, line: EventLine) -> ToDo | None:
    outcome = CONSULAR_OUTCOMES[line.outcome]
    waits_for_another = line.rebooked_to_id is not None and line.outcome in REBOOKED
    if outcome.role is None or waits_for_another:
        return None
    due = act.day + timedelta(days=_DUE.get(outcome.code, _DUE_ELSE))
    return ToDo(line.case, f"embassy_{outcome.code}", outcome.role, due, str(outcome.then))
