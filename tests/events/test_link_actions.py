"""The link of an open session: it drops, goes on over another line, or the rest waits for another day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.events import queries
from darb.events.actions import Hearing, abandon, close, open_session, prepare
from darb.events.consular_actions import Heard, call, rebook, record_outcomes, tally
from darb.events.link_actions import drop_link, resume_link
from darb.events.models import Event
from darb.people.actions import move
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, act_as, actor
from tests.events.cast import called, in_process, session, site

CONSULAR = Role.CONSULAR_OFFICER
DROPPED = NOON + timedelta(hours=1, minutes=47)
BACK = DROPPED + timedelta(minutes=9)


def opened(count: int) -> Event:
    event, _people = called(count)
    return open_session(act_as(CONSULAR), event)


def test_a_dropped_link_is_back_on_the_second_card_after_nine_minutes_and_what_was_entered_stands(house):
    event = opened(3)
    first, second, third = event.lines.order_by("number")
    record_outcomes(act_as(CONSULAR), event, [Heard(first.pk, "confirmed")])
    drop_link(act_as(Role.MOBILE_TEAM_MEMBER, at=DROPPED), event)
    with pytest.raises(Refused, match="down_already"):
        drop_link(act_as(CONSULAR, at=DROPPED), event)
    record_outcomes(act_as(CONSULAR, at=DROPPED), event, [Heard(second.pk, "confirmed"), Heard(third.pk, "not_heard")])
    with pytest.raises(Refused, match="link_down"):
        close(act_as(CONSULAR, at=DROPPED), event)
    drop = resume_link(act_as(CONSULAR, at=BACK), event, "second_sim")
    assert (drop.ended_at - drop.at, drop.on) == (timedelta(minutes=9), "second_sim")
    with pytest.raises(Refused, match="link_holds"):
        resume_link(act_as(CONSULAR, at=BACK), event, "satellite")
    assert tally(list(close(act_as(CONSULAR, at=BACK), event).lines.all())) == {"confirmed": 2, "not_heard": 1}


def test_where_the_rest_waits_for_another_day_everyone_without_an_outcome_wasnt_heard_and_can_come_again(house):
    event = opened(4)
    heard = event.lines.order_by("number")[0]
    record_outcomes(act_as(CONSULAR), event, [Heard(heard.pk, "pending_capital")])
    drop_link(act_as(CONSULAR, at=DROPPED), event)
    resume_link(act_as(CONSULAR, at=BACK), event, "reschedule")
    sunday = session(at=NOON + timedelta(days=6))
    page = queries.consular_page(actor(CONSULAR), event.ref, BACK)
    assert page.tally == {"pending_capital": 1, "not_heard": 3}
    rebook(act_as(CONSULAR, at=BACK), event, [line.pk for line in page.rebookable], sunday)
    assert sunday.lines.count() == 3
    close(act_as(CONSULAR, at=BACK), event)


def test_only_an_open_online_session_has_a_link_to_lose(house):
    planned, _people = called(1)
    with pytest.raises(Refused, match="open it first"):
        drop_link(act_as(CONSULAR), planned)
    office = session("office")
    call(act_as(CONSULAR), office, in_process(1))
    with pytest.raises(Invalid, match="not_online"):
        drop_link(act_as(CONSULAR), open_session(act_as(CONSULAR), office))
    event = opened(1)
    drop_link(act_as(CONSULAR), event)
    with pytest.raises(Invalid, match="bad_fallback"):
        resume_link(act_as(CONSULAR), event, "pigeon")


def test_everyone_on_a_list_whose_session_was_given_up_can_be_booked_at_once(house):
    event, people = called(5)
    abandon(act_as(CONSULAR), event, "The embassy is on strike")
    page = queries.consular_page(actor(CONSULAR), event.ref, NOON)
    later = session(at=NOON + timedelta(days=2))
    rebook(act_as(CONSULAR), event, [line.pk for line in page.rebookable], later)
    assert {line.case_id for line in later.lines.all()} == {c.pk for c in people}
    assert queries.consular_page(actor(CONSULAR), event.ref, NOON).rebookable == []


def test_no_more_are_called_than_can_be_heard(house):
    event = session("office")
    prepare(act_as(CONSULAR), event, Hearing(attendee="Mr Ceesay", privacy="room", slots=2))
    people = in_process(3)
    with pytest.raises(Refused, match="2 can be heard"):
        call(act_as(CONSULAR), event, people)
    call(act_as(CONSULAR), event, people[:2])
    with pytest.raises(Refused, match="no_slots"):
        call(act_as(CONSULAR), event, people[2:])
    for wrong in (Hearing(privacy="glass"), Hearing(slots=0)):
        with pytest.raises(Invalid):
            prepare(act_as(CONSULAR), event, wrong)


def test_whoever_was_moved_that_morning_is_marked_on_the_list_of_a_centre(house):
    event, people = called(2)
    move(act_as(Role.DC_LIAISON), [people[0].person], site("DC-BRAK"), TODAY, "told_by_dc")
    page = queries.consular_page(house, event.ref, NOON)
    assert page.elsewhere == {line.pk for line in page.lines if line.case_id == people[0].pk}
