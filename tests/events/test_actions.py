"""Sessions: what must be said before an outreach session closes, and what keeps an online one shut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.events import queries
from darb.events.actions import Plan, Report, abandon, close, open_session, plan, record_messages
from darb.events.consular_actions import Heard, call, record_outcomes
from darb.events.link_actions import accept_link, check_connectivity
from darb.events.opening import Link, why_not_open
from darb.rules.refusal import Forbidden, Invalid, Refused, Stale
from darb.rules.roles import Role
from tests.cast import NOON, act_as
from tests.events.cast import BAD_LINK, GOOD_LINK, called, in_process, morning, outreach, session, site

OUTREACH = Role.OUTREACH_OFFICER
CONSULAR = Role.CONSULAR_OFFICER
FOUR = ("free_of_charge", "eligibility", "process", "timeframe")
MEN = {"men": 64, "women": 0, "boys": 0, "girls": 0}


def report(**more: object) -> Report:
    return Report(**({"messages": FOUR, "audience": MEN, "card_batch": "trp-0419", "cards": 64} | more))  # type: ignore[arg-type]


def test_an_outreach_session_closes_when_the_four_messages_were_given_and_heads_counted(house):
    event = outreach()
    record_messages(act_as(OUTREACH), event, report())
    closed = close(act_as(OUTREACH), event)
    assert (closed.state, closed.card_batch, closed.audience["men"]) == ("closed", "TRP-0419", 64)
    assert closed.closed_at == NOON


@pytest.mark.parametrize("left_out", FOUR)
def test_each_of_the_four_messages_is_asked_for_before_closing(house, left_out):
    event = outreach()
    record_messages(act_as(OUTREACH), event, report(messages=[m for m in FOUR if m != left_out]))
    with pytest.raises(Refused, match="messages_missing"):
        close(act_as(OUTREACH), event)


def test_a_session_with_nobody_counted_does_not_close(house):
    event = outreach()
    record_messages(act_as(OUTREACH), event, report(audience={}))
    with pytest.raises(Refused, match="no_audience"):
        close(act_as(OUTREACH), event)


@pytest.mark.parametrize(
    "wrong",
    [{"messages": ["hope"]}, {"audience": {"men": -1}}, {"audience": {"dogs": 3}}, {"cards": -1}, {"card_batch": " "}],
)
def test_a_report_that_cannot_be_right_is_refused(house, wrong):
    with pytest.raises(Invalid):
        record_messages(act_as(OUTREACH), outreach(), report(**wrong))


def test_a_report_written_over_somebody_elses_is_stale(house):
    event = outreach()
    record_messages(act_as(OUTREACH), event, report(), expected=event.version)
    with pytest.raises(Stale):
        record_messages(act_as(OUTREACH), event, report(), expected=event.version)


def test_a_centre_that_denies_access_leaves_an_abandoned_session_with_the_reason(house):
    event = outreach()
    with pytest.raises(Invalid):
        abandon(act_as(OUTREACH), event, " ")
    assert abandon(act_as(OUTREACH), event, "Access denied by the management").state == "abandoned"
    with pytest.raises(Refused, match="abandoned"):
        record_messages(act_as(OUTREACH), event, report())


def test_sessions_are_kept_by_the_role_of_their_kind(house):
    with pytest.raises(Forbidden, match="another role"):
        plan(act_as(OUTREACH), Plan("consular", site(), NOON, "online", country="GMB"))
    with pytest.raises(Forbidden, match="another role"):
        close(act_as(CONSULAR), outreach())


@pytest.mark.parametrize(
    ("country", "mode", "code"),
    [("XXX", "office", "no_mission"), ("", "office", "no_mission"), ("GMB", "moon", "bad_mode")],
)
def test_a_consular_session_needs_a_mission_that_hears_people_this_way(house, country, mode, code):
    with pytest.raises(Invalid, match=code):
        plan(act_as(CONSULAR), Plan("consular", site(), NOON, mode, country=country))


def test_an_online_session_opens_only_after_a_check_that_passed(house):
    event = session()
    call(act_as(CONSULAR), event, in_process(1))
    with pytest.raises(Refused, match="not_checked"):
        open_session(act_as(CONSULAR), event)
    check_connectivity(act_as(CONSULAR, at=morning()), event, BAD_LINK)
    with pytest.raises(Refused, match=r"link\.down"):
        open_session(act_as(CONSULAR), event)
    check_connectivity(act_as(CONSULAR, at=morning(7)), event, GOOD_LINK)
    assert open_session(act_as(CONSULAR), event).state == "open"


def test_a_check_made_after_the_opening_or_on_another_day_says_nothing(house):
    event = session()
    call(act_as(CONSULAR), event, in_process(1))
    check_connectivity(act_as(CONSULAR, at=NOON - timedelta(days=1)), event, GOOD_LINK)
    check_connectivity(act_as(CONSULAR, at=NOON + timedelta(minutes=1)), event, GOOD_LINK)
    with pytest.raises(Refused, match="not_checked"):
        open_session(act_as(CONSULAR), event)


def test_a_link_that_failed_after_it_passed_shuts_the_session_again(house):
    event = session()
    call(act_as(CONSULAR), event, in_process(1))
    check_connectivity(act_as(CONSULAR, at=morning()), event, GOOD_LINK)
    check_connectivity(act_as(CONSULAR, at=morning(7)), event, BAD_LINK)
    with pytest.raises(Refused, match=r"link\.down"):
        open_session(act_as(CONSULAR), event)


def test_an_exception_is_signed_by_somebody_above_the_session_with_the_reason(house):
    head = act_as(Role.VHR_HEAD)
    event = session()
    call(act_as(CONSULAR), event, in_process(1))
    with pytest.raises(Refused, match="nothing_to_accept"):
        accept_link(head, event, "They wait since March")
    check_connectivity(act_as(CONSULAR, at=morning()), event, BAD_LINK)
    why = why_not_open(event, list(event.checks.all()), 1, NOON)
    assert why[-1].who == Role.VHR_HEAD, "the page says who can mend it"
    with pytest.raises(Invalid, match="reason_needed"):
        accept_link(act_as(Role.VHR_HEAD), event, "")
    for below in (CONSULAR, Role.MOBILE_TEAM_MEMBER):
        with pytest.raises(Forbidden):
            accept_link(act_as(below), event, "They wait since March")
    signed = accept_link(act_as(Role.VHR_HEAD), event, "They wait since March")
    assert (signed.exception_by, signed.exception_at) == (head.actor.account_id, NOON)
    assert open_session(act_as(CONSULAR), event).state == "open"


def test_every_fault_of_a_link_is_told(house):
    event = session()
    check_connectivity(act_as(CONSULAR), event, Link(0.9, 0.4, camera=False, sound=False))
    page = queries.consular_page(house, event.ref, NOON)
    faults = ["link.down", "link.up", "link.camera", "link.sound"]
    assert [r.code for r in page.why_not_open] == ["open.nobody", *faults, "link.not_signed"]


def test_a_session_in_the_office_opens_without_a_check_but_not_without_people(house):
    event = session("office")
    with pytest.raises(Refused, match=r"open\.nobody"):
        open_session(act_as(CONSULAR), event)
    call(act_as(CONSULAR), event, in_process(1))
    assert open_session(act_as(CONSULAR), event).state == "open"


def test_a_session_in_which_somebody_was_heard_is_closed_not_abandoned(house):
    event, _people = called(2)
    open_session(act_as(CONSULAR), event)
    record_outcomes(act_as(CONSULAR), event, [Heard(event.lines.first().pk, "confirmed")])
    with pytest.raises(Refused, match="outcomes_stand"):
        abandon(act_as(CONSULAR), event, "The link is gone")


def test_the_list_of_sessions_is_one_question_however_many_there_are(house, django_assert_num_queries):
    for _n in range(5):
        outreach()
    with django_assert_num_queries(1):
        found = queries.sessions(house, NOON - timedelta(days=1), NOON + timedelta(days=1))
        assert [e.site.code for e in found] == ["DC-TARIQ-SIKKA"] * 5
