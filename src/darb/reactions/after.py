"""What follows from deeds, at the end of the outermost action and inside its transaction.

Readiness rows can't be forgotten this way: whatever room wrote a fact about a person, the gates of
that person's cases, and of those who must travel with them, are judged again before the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import timedelta

from django.db.models import F, Q

from darb.care.models import Exam, ExamKind
from darb.cases import keeping
from darb.cases.family_option_actions import CHOICE, family_of
from darb.cases.incident_actions import MISSION
from darb.cases.models import RELEASE_OPEN, Case, ReleaseLine, Task, Verdict
from darb.cases.pathways import PATHWAYS
from darb.cases.reading import going_through, may_be_child
from darb.cases.release_actions import miss_moved
from darb.cases.task_actions import ToDo, do_tasks, raise_tasks
from darb.movements.boarding_actions import Checked, check_boarding
from darb.movements.condition_actions import void_confirmations
from darb.movements.models import Seat
from darb.people.models import Membership
from darb.people.together import all_files
from darb.places.models import MissionOfOrigin, Site
from darb.programmes.fitness import CLEAR
from darb.programmes.joint_counselling import needs_joint_counselling
from darb.programmes.voluntary_return_gates import EXAMINE_AGAIN, JOINT_COUNSELLING
from darb.rules.refusal import Missing
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust.action import Act, follow_up
from darb.trust.context import whole_house
from darb.trust.models import Level
from darb.trust.scopes import Where, scope_ids

from . import alerts, incidents, jobs, who_is_who

CHUNK = 2000
CHILD_GATE = "R5"
HEALTH = "B2"
ASKED_BY = {CHILD_GATE: "child_assessment", JOINT_COUNSELLING: "joint_counselling", "R6": "nationality_review"}
"""By gate, the task that asks for its ruling: any word of the child team, of the others one that grants."""

# Deeds that leave every fact about readiness as it was.
LEAVE_FACTS = frozenset(
    {
        "assistance.give",
        "assistance.hand_out",
        "assistance.list_families",
        "assistance.take_back_handed",
        "care.check_before_flight",
        "care.open_sealed",
        "care.prepare_exam",
        "care.review_opening",
        "cases.assess",
        "cases.do_task",
        "cases.mend_incidents",
        "cases.follow_referral",
        "cases.note_of_mission",
        "cases.refer",
        "cases.expire_visas",  # their days say it already
        "cases.keep_visa_receipt",
        "cases.reply_to_visa_query",
        "cases.raise_task",
        "cases.settle_incident",
        "cases.refresh_readiness",
        "events.begin_call",
        "events.end_call",  # what follows from a call is a deed of its own
        "events.record_call",
        "events.take_over_call",
        "people.add_phone",
        "people.register",  # nobody new has a case or a family yet
        "movements.check_boarding",
        "movements.hold_flights",
        "movements.answer_permit",
        "movements.arrange_flight",
        "movements.plan_reception",
        "movements.share_cost",
        "movements.close_flight",
        "movements.divert",
        "movements.end_standby",
        "movements.link",
        "movements.match_baggage",
        "movements.name_standby",
        "movements.tag_baggage",
        "movements.lock_seat",
        "movements.move_in_plan",
        "movements.lock",
        "movements.postpone",
        "trust.hand_out",
    }
)

# Deeds after which somebody may need to travel sooner than before, or no longer so soon.
CHANGE_NEED = frozenset(
    {
        "cases.give_verdict",
        "cases.open",
        "cases.open_again",
        "cases.record_encounter",
        "cases.screen",
        "movements.cancel",  # all of a list at once: ranked on different days, they would change places
        "movements.turn_back",
        "people.correct",
        "people.form_group",
        "people.move",
        "people.receive_document",
        "people.record_document",
        "people.record_stay",
        "people.split_group",
    }
)

LEAVE_A_FLIGHT = frozenset({"movements.cancel", "movements.reconcile", "movements.unbook", "movements.withdraw_booked"})

# Deeds that bring in something that may run out already, or move a flight past its end.
BRING_ENDS = frozenset(
    {
        "cases.answer_visas",
        "cases.give_verdict",
        "movements.cancel",
        "movements.postpone",
        "movements.turn_back",
        "people.give_consent",
        "people.receive_document",
        "people.record_document",
    }
)


def judge_again(act: Act) -> None:
    """Keep the readiness rows of everyone whose facts this action may have changed."""
    persons = _touched(act, set(act.touched) - LEAVE_FACTS)
    if persons:
        with whole_house():
            persons = all_files(persons)
            keeping.refresh(persons, act.day)


def rank_again(act: Act) -> None:
    """Keep the advice on who travels first, where this action changed what it is made of."""
    persons = _touched(act, CHANGE_NEED)
    if persons:
        with whole_house():
            keeping.rank(persons, act.day)


def hold_those_told_of(act: Act) -> list[Case]:
    """The open cases for which this action brought something that may run out, locked.

    Before anybody's turn to be judged is taken: whoever holds a case and waits for a turn must never be waited for.
    """
    persons = _touched(act, BRING_ENDS)
    if not persons:
        return []
    with whole_house():
        rows = Case.objects.select_for_update(no_key=True).filter(person__among=persons, closed=None)
        return list(rows.order_by("pk"))


def _touched(act: Act, powers: Collection[str]) -> set[int]:
    """The persons on whom any of `powers` was used."""
    return set().union(*(act.touched[power] for power in powers if power in act.touched), set())


def joint_counselling_first(act: Act, persons: Collection[int]) -> None:
    """After a case opens: nationalities that are counselled jointly get the task before any embassy hears of them."""
    cases = [
        c
        for c in Case.objects.filter(person__among=persons, closed=None).select_related("person")
        if needs_joint_counselling(c.person.nationality)
    ]
    _raise(act, [ToDo(c, "joint_counselling", Role.PROTECTION_LEAD, act.day + timedelta(days=3)) for c in cases])


def child_team_today(act: Act, persons: Collection[int]) -> None:
    """After a case opens: a child, or somebody who may be one, is seen by the child team the same day."""
    cases = Case.objects.filter(person__among=persons, closed=None).select_related("person")
    young = [c for c in cases if may_be_child(c.person, act.day)]
    _raise(act, [ToDo(c, "child_assessment", Role.CHILD_PROTECTION_OFFICER, act.day) for c in young])


def done_by_deed(act: Act, persons: Collection[int]) -> None:
    """After a ruling: the tasks that asked for it are done, whoever had them on a list."""
    with whole_house():
        ruled = set(
            Verdict.objects.filter(person__among=persons, gate__in=ASKED_BY, superseded_at=None)
            .filter(Q(granted=True) | Q(gate=CHILD_GATE))
            .values_list("case_id", "gate")
        )
        tasks = Task.objects.filter(person__among=persons, kind__in=ASKED_BY.values(), done_at=None).order_by("pk")
        asked = {(case, ASKED_BY[gate]) for case, gate in ruled}
        done = [t for t in tasks if (t.case_id, t.kind) in asked]
        if done:
            do_tasks(act.by_house(), done)


def look_again_on_the_day(act: Act, persons: Collection[int]) -> None:
    """After protection puts somebody on hold until a day: its lead looks again then."""
    held = Verdict.objects.filter(person__among=persons, gate="R4", granted=False, superseded_at=None, at=act.at)
    due = [v for v in held.select_related("case") if v.until]
    _raise(act, [ToDo(v.case, "review_hold", Role.PROTECTION_LEAD, v.until, v.until.isoformat()) for v in due])


def ask_the_family(act: Act, persons: Collection[int]) -> None:
    """After a physician finds somebody unfit who must travel together with others: the family is asked how to go on."""
    unfit = Verdict.objects.filter(person__among=persons, gate="R9", granted=False, superseded_at=None, at=act.at)
    together = Membership.objects.filter(left_at=None, group__must_travel_together=True)
    asked = unfit.exclude(code=EXAMINE_AGAIN).filter(person__in=together.values("person")).select_related("case")
    with whole_house():
        todos = [ToDo(v.case, CHOICE, Role.VHR_CASEWORKER, act.day) for v in asked if family_of(v.case)]
    _raise(act, todos)


def confirmed_no_more(act: Act) -> None:
    """What was arranged on a flight holds no more for whoever left it with this deed, or by what followed from it."""
    if persons := _touched(act, LEAVE_A_FLIGHT):
        with whole_house():
            void_confirmations(act.by_house(), persons)


def scopes_of_places(act: Act, persons: Collection[int]) -> None:
    """After places change: every site has its scopes, open and shielded, and every receiving mission its own.

    They must stand before the first person is met there: a transaction sees the scopes it began with.
    """
    wanted = [
        Where(office, site, programme, level)
        for office, site in Site.objects.values_list("office", "code")
        for programme in ("", *PATHWAYS)
        for level in Level.values
    ]
    wanted.append(MISSION)
    wanted += [
        Where(country, "", programme)
        for country in MissionOfOrigin.objects.values_list("pk", flat=True)
        for programme in PATHWAYS
    ]
    scope_ids(wanted)


def judge_route_again(act: Act, persons: Collection[int]) -> None:
    """After a route closes or opens: the cases that go that way turn red, or green, at once."""
    subject = act.subject.removeprefix("route:")
    last = 0
    with whole_house():
        keeping.everyones_turn()
        while chunk := list(going_through(subject).filter(pk__gt=last).order_by("pk")[:CHUNK]):
            last = chunk[-1].pk
            keeping.refresh({c.person_id for c in chunk}, act.day)


def off_release_lists(act: Act, persons: Collection[int]) -> None:
    """After somebody is found elsewhere: whoever left the centre isn't asked of it any more."""
    with whole_house():
        asked = ReleaseLine.objects.filter(person__among=persons, state__in=RELEASE_OPEN)
        if away := list(asked.exclude(request__centre=F("person__site")).values_list("person_id", flat=True)):
            miss_moved(act.by_house(), away)


def make_the_plan(act: Act, persons: Collection[int]) -> None:
    """After a plan is asked for: the worker makes it."""
    jobs.make_plan.defer(ref=act.subject, timestamp=int(act.at.timestamp()))


def check_counts_for_boarding(act: Act, persons: Collection[int]) -> None:
    """After checks before embarkation: that each was passed or not stands at the stairs; what was found doesn't."""
    checks = Exam.objects.filter(person__among=persons, kind=ExamKind.PRE_EMBARKATION, examined_at=act.at)
    by_flight: dict[str, dict[int, bool]] = defaultdict(dict)
    for exam in checks.order_by("pk"):
        by_flight[exam.flight][exam.case_id] = exam.code == CLEAR
    for ref, told in by_flight.items():
        seats = Seat.objects.filter(flight__ref=ref, case__in=told, removed_in=None).select_related("flight")
        of = {s.case_id: s for s in seats}
        if len(of) != len(told):
            raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
        flight = next(iter(of.values())).flight
        check_boarding(act, flight, [Checked(of[case].pk, HEALTH, passed) for case, passed in told.items()])


AFTER: dict[str, tuple[Callable[[Act, Collection[int]], None], ...]] = {
    "care.check_before_flight": (check_counts_for_boarding,),
    "cases.open": (joint_counselling_first, child_team_today, who_is_who.fit_together),
    "cases.close": (who_is_who.fit_together,),
    "cases.give_verdict": (done_by_deed, look_again_on_the_day, ask_the_family),
    "cases.record_joint_counselling": (done_by_deed,),
    "movements.ask_plan": (make_the_plan,),
    "movements.suppose_plan": (make_the_plan,),
    "people.move": (off_release_lists,),
    "people.record_stay": (off_release_lists,),
    "people.judge": (who_is_who.fit_together,),
    "people.raise_duplicate": (who_is_who.weigh_what_was_asked,),
    "people.take_back_judgement": (who_is_who.fit_together,),
    "places.close_route": (judge_route_again, incidents.route_closed),
    "places.lay_ground": (scopes_of_places,),
    "places.open_site": (scopes_of_places,),
    "places.reopen_route": (judge_route_again,),
}


def settle(act: Act) -> None:
    """Run what follows from an outermost action: its own entries of the dictionary, then what is kept of everyone."""
    for power in list(act.touched):
        for follow in AFTER.get(power, ()):
            follow(act, act.touched[power])
    incidents.notice(act)
    confirmed_no_more(act)
    held = hold_those_told_of(act)
    judge_again(act)
    rank_again(act)
    alerts.tell(act, held)


def _raise(act: Act, todos: list[ToDo]) -> None:
    """Raise what a case asks for once: not again when it is done."""
    with whole_house():
        cases, kinds = [t.case for t in todos], {t.kind for t in todos}
        there = set(Task.objects.filter(case__among=cases, kind__in=kinds).values_list("case_id", "kind"))
        if fresh := [t for t in todos if (t.case.pk, t.kind) not in there]:
            raise_tasks(act.by_house(), fresh)


def put_up() -> None:
    """Have `settle` follow every action. Called once, when the house starts."""
    follow_up(settle)
