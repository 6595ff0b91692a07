"""The demonstration in small: two charters and every group that waits, loaded as `darb demo` loads them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from darb.assistance.models import Distribution
from darb.care.models import Opening
from darb.cases.models import (
    Appointment,
    AsylumConcern,
    Case,
    Homecoming,
    Referral,
    ReleaseLine,
    ReleaseRequest,
    Task,
    Verdict,
)
from darb.cases.queries import count_on, count_tasks, differences, my_tasks
from darb.cases.work_queries import Asked, listed, returned
from darb.demo import ACCOUNTS, groups, waiting
from darb.demo.loading import load
from darb.events.actions import open_session
from darb.events.models import CommunityLeader, Event, EventState, HotlineCall, Lead, Rumour
from darb.house.codes import undeclared
from darb.movements.boarding_actions import Checked, check_boarding, clear_to_board
from darb.movements.handover_actions import accept_handovers
from darb.movements.models import Flight, FlightState
from darb.movements.queries import handovers
from darb.people.kin_queries import kin_suggestions
from darb.people.models import Consent, Document, Name, Person, Proof
from darb.rules.refusal import Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from tests.cast import NOON, TODAY, VHR, act_as, in_days, on
from tests.conftest import database_of_its_own

FIRST, LAST = 0, len(groups.CHARTERS) - 1
SMALL = 0.08


@pytest.fixture(scope="module")
def loaded(template_database: str, admin_dsn: str, django_db_blocker: Any) -> Iterator[list[tuple[str, int, int]]]:
    """A database with the small demonstration in it; gives what was told while it was loaded."""
    heard: list[tuple[str, int, int]] = []
    with database_of_its_own(template_database, admin_dsn, django_db_blocker):
        chosen = [FIRST, LAST, *range(len(groups.CHARTERS), groups.count(TODAY))]
        load(TODAY, lambda *told: heard.append(told), numbers=chosen, scale=SMALL)
        yield heard


@pytest.fixture
def mission(loaded: list[tuple[str, int, int]]) -> Iterator[None]:
    """The loaded mission, in sight as a whole; what a test does in it is undone."""
    with acting(HOUSE):
        yield
        transaction.set_rollback(True)


def test_the_charters_brought_home_as_many_as_the_mission_says() -> None:
    assert sum(people for _who, _airport, people in groups.CHARTERS) == 5118
    waits = sum(part.count for part in waiting.parts(TODAY) if part.name != "leads")
    assert 2800 <= waits <= 3400


def test_it_tells_how_far_it_is(loaded: list[tuple[str, int, int]]) -> None:
    total = len(loaded)
    assert loaded == [("groups of people", n, total) for n in range(1, total + 1)]
    assert total == 2 + len(waiting.parts(TODAY))


def test_rows_and_codes_are_as_they_must_be(mission: None) -> None:
    assert differences() == []
    assert undeclared() == []


def test_whoever_flew_is_home_and_the_front_page_counts_just_them(mission: None) -> None:
    flown = [waiting.scaled(groups.CHARTERS[n][2], SMALL) for n in (FIRST, LAST)]
    assert returned(HOUSE, VHR).count() == sum(flown)
    assert listed(HOUSE, Asked(VHR, TODAY, returned=True)).count() == sum(flown)
    assert Case.objects.filter(closure_code="returned", stage="closed").count() == flown[0]
    assert Case.objects.filter(stage="arrived").count() == flown[1]


def test_yesterdays_charter_is_reconciled_and_its_receiving_mission_can_accept_it(mission: None) -> None:
    flight = Flight.objects.get(code="DRB136")
    assert (flight.state, flight.departs_at.date()) == (FlightState.RECONCILED, in_days(-1))
    officer = actor_for(Account.objects.get(username="receiving_ner"))
    with acting(officer):
        offered = handovers(officer)
        assert len(offered) == waiting.scaled(groups.CHARTERS[LAST][2], SMALL)
        accept_handovers(Act(officer, NOON), [h.pk for h in offered])


def test_every_gate_keeps_somebody_and_some_can_fly(mission: None) -> None:
    counted = count_on(HOUSE, TODAY, VHR)
    assert [g.gate.code for g in counted.gates if not g.red] == []
    assert 0 < counted.ready < counted.waiting


def test_todays_session_is_online_and_doesnt_open_before_its_link_is_checked(mission: None) -> None:
    event = Event.objects.get(mode="online")
    assert (event.state, event.starts_at.date(), event.checks.count()) == (EventState.PLANNED, TODAY, 0)
    assert event.lines.count() >= waiting.FEWEST
    with pytest.raises(Refused) as refused:
        open_session(act_as(Role.CONSULAR_OFFICER), event)
    assert refused.value.refusal.code == "open.not_checked"


def test_tomorrows_flight_is_locked_its_people_can_be_checked_and_it_can_board(mission: None) -> None:
    flight = Flight.objects.get(code="DRB201")
    assert (flight.state, flight.departs_at.date()) == (FlightState.LOCKED, in_days(1))
    seats = list(flight.seat_rows.values_list("pk", flat=True))
    check_boarding(act_as(Role.NURSE), flight, [Checked(s, "B2") for s in seats])
    clear_to_board(act_as(Role.MOVEMENT_OFFICER, at=on(TODAY)), flight)


def test_its_people_are_as_people_are(mission: None) -> None:
    assert Name.objects.filter(kind="alias").exists()
    assert Document.objects.filter(kind="passport", state="withheld").exists()
    assert Person.objects.filter(memberships__left_at=None, memberships__relation="son").exists()
    assert Verdict.objects.filter(gate="R9", code="FTT-2", conditions=["wheelchair"], met=[]).exists()
    assert AsylumConcern.objects.filter(settled_at=None).exists()
    assert Case.objects.filter(priority__gte=60).exists()
    seen = Task.objects.filter(case__unaccompanied=True, kind="child_assessment")
    assert seen.filter(done_at=None).exists() and seen.exclude(done_at=None).exists()


def test_there_is_work_for_today_and_some_is_late(mission: None) -> None:
    worker = actor_for(Account.objects.get(username=Role.VHR_CASEWORKER.value))
    assert count_tasks(worker, in_days(-1))[1] > 0
    kinds = set(Task.objects.filter(done_at=None).values_list("kind", flat=True))
    assert {"document_expires", "consent_lapses", "nationality_review", "joint_counselling", "refer_to_unhcr"} <= kinds
    officer = actor_for(Account.objects.get(username=Role.CONSULAR_OFFICER.value))
    assert all(t.case.closed is None for t in my_tasks(officer)), "nothing is left to do about those who are home"


def test_every_account_that_is_shown_can_be_used(mission: None) -> None:
    names = set(Account.objects.filter(is_active=True).values_list("username", flat=True))
    assert {username for username, _role, _password in ACCOUNTS} <= names


def test_the_same_day_tells_the_same_story_but_for_references(
    template_database: str, admin_dsn: str, django_db_blocker: Any
) -> None:
    stories = []
    for _n in range(2):
        with database_of_its_own(template_database, admin_dsn, django_db_blocker):
            load(TODAY, _unheard, numbers=[FIRST, _group("ill")], scale=0.05)
            stories.append(_story())
    assert stories[0] == stories[1]
    assert len(stories[0]) > 2 * waiting.FEWEST


def test_loaded_again_beside_itself_other_people_come(committed: str) -> None:
    chosen = [_group("fly tomorrow"), _group("documents run out")]
    for _n in range(2):
        load(TODAY, _unheard, numbers=chosen, scale=0.05)
    with acting(HOUSE):
        names = list(Person.objects.values_list("name", flat=True))
        assert len(set(names)) > 1.5 * waiting.FEWEST * len(chosen)
        assert set(Flight.objects.values_list("code", flat=True)) == {"DRB201", "DRB201-2"}
        assert differences() == []


def test_a_killed_process_is_told_in_a_sentence_and_leaves_no_half_of_a_group(committed: str) -> None:
    def kill(*_told: Any) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    group = _group("on hold")
    with pytest.raises(Refused) as refused:
        load(TODAY, kill, numbers=[group] * 6, scale=0.05)
    assert refused.value.refusal.code == "demo_cut_off"
    people = waiting.scaled(waiting.parts(TODAY)[group - len(groups.CHARTERS)].count, 0.05)
    with acting(HOUSE):
        assert Case.objects.count() % people == 0
        assert differences() == []


def _unheard(*_told: Any) -> None:
    """Nobody listens."""


def _group(name: str) -> int:
    return len(groups.CHARTERS) + [p.name for p in waiting.parts(TODAY)].index(name)


def _story() -> list[tuple[Any, ...]]:
    """Who there is, where, and what happened to them when: without references and ids."""
    with acting(HOUSE):
        accounts = {0: "Darb"} | dict(Account.objects.values_list("pk", "username"))
        return sorted(
            (
                c.person.name,
                str(c.person.birth_date),
                c.person.site.code if c.person.site else "",
                c.stage,
                c.priority,
                tuple((s.step, s.at, accounts[s.account_id]) for s in c.stagechanges.order_by("at", "pk")),
                tuple(c.verdicts.order_by("gate", "at").values_list("gate", "code", "at")),
                tuple(c.tasks.order_by("kind").values_list("kind", "due")),
                tuple(c.person.documents.order_by("number").values_list("number", "state", "expires")),
            )
            for c in Case.objects.select_related("person__site")
        )


def test_the_week_of_the_hotline_is_told_with_numbers_that_nobody_calls(mission: None) -> None:
    calls = HotlineCall.objects.filter(end="voicemail")
    guards = calls.filter(phone_owner="guard")
    assert guards and not guards.exclude(callback_due=None), "no guard's phone waits for a call"
    assert calls.filter(callback_due__isnull=False), "others wait for theirs"
    assert {lead.next_contact for lead in Lead.objects.filter(calls__in=guards)} == {"visit"}
    assert Rumour.objects.filter(state="answered").count() == 2
    assert CommunityLeader.objects.filter(verified_at__isnull=False).count() == 2


def test_releases_stand_at_every_stage_and_add_up(mission: None) -> None:
    states = set(ReleaseLine.objects.values_list("state", flat=True))
    assert {"refused", "not_present"} <= states
    for request in ReleaseRequest.objects.all():
        assert request.lines.count() == request.asked


def test_the_newer_pages_are_not_empty_for_a_newcomer(mission: None) -> None:
    assert Homecoming.objects.count() >= 2 * waiting.FEWEST - 2
    days = set(Appointment.objects.values_list("starts_at__date", flat=True))
    assert {in_days(-1), TODAY} <= days and Appointment.objects.filter(outcome="").exists()
    assert Consent.objects.exclude(proof=None).exists() and Proof.objects.exclude(document=None).exists()
    assert {"consented", "sent", "accepted", "refused", "given"} == set(
        Referral.objects.values_list("state", flat=True)
    )
    assert set(Opening.objects.values_list("justified", flat=True)) == {True, None}
    assert Distribution.objects.count() == 2
    brother = Person.objects.get(name__startswith="Salif Oumarou Ma")
    assert {k.relation for k in kin_suggestions(HOUSE, brother)} == {"sister", "father"}
    assert Lead.objects.filter(booked_for__isnull=False).exists()
