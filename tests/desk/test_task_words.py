"""Tasks, conversations and deeds are told in words, whatever raised them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from darb.cases.models import Task
from darb.desk.deeds_told import DEEDS, TELLING
from darb.desk.task_words import KINDS, kind_named, reason_said, talk_named
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.reactions import alerts
from darb.trust.powers import POWERS

# Powers whose deeds concern no person: no history of a person ever shows them.
NOT_ABOUT_A_PERSON = {
    "assistance.close_distribution", "assistance.keep_agreement", "assistance.open_distribution",
    "assistance.plan_distribution", "assistance.resume_distribution", "assistance.stop_distribution",
    "movements.arrange_flight", "movements.plan_reception", "movements.share_cost",
    "cases.keep_visa_receipt",
    "movements.answer_permit", "movements.close_flight", "movements.keep_operator", "movements.plan_convoy",
    "movements.request_permits", "movements.set_health_measures", "movements.tell_notice",
    "places.allow_over_capacity", "cases.tell_of_mission", "movements.agree_capacity", "trust.delegate",
    "trust.end_delegation",
    "events.abandon", "events.accept_link", "events.answer_rumour", "events.check_connectivity",
    "events.check_rumour", "events.drop_link", "events.end_leader", "events.hear_rumour", "events.invite_leaders",
    "events.keep_leader", "events.open", "events.plan", "events.prepare", "events.record_attendance",
    "events.record_contact", "events.record_messages", "events.retire_rumour", "events.take_lead",
    "events.verify_leader", "movements.advance", "movements.ask_plan", "movements.count_transfer",
    "movements.hold_flights", "movements.plan_flight", "movements.plan_transfer", "movements.plan_turns",
    "movements.postpone",
    "movements.set_flight_terms", "movements.set_plan_terms", "movements.stop_plan", "movements.suppose_plan",
    "places.add_alias", "places.close_route", "places.keep_mission", "places.load_areas", "places.open_site",
    "places.reopen_route", "trust.close_account", "trust.grant", "trust.open_account", "trust.revoke",
}  # fmt: skip


def test_every_deed_on_a_person_has_words_or_is_told_to_few():
    every = set().union(*POWERS.values())
    assert every - set(DEEDS) - TELLING == NOT_ABOUT_A_PERSON


def test_no_deed_that_tells_of_protection_has_words_for_everybody():
    assert not TELLING & set(DEEDS)


@pytest.mark.parametrize(
    "kind",
    [
        *alerts.KINDS,
        "contact_lost",
        "confirm_withdrawal",
        "withdrew_by_phone",
        "follow_up",
        "joint_counselling",
        "refer_to_unhcr",
        "by_hand",
    ],
)
def test_every_kind_of_task_has_words(kind):
    assert kind in KINDS
    assert "_" not in kind_named(kind)


def test_what_follows_an_embassys_hearing_says_so():
    for outcome in CONSULAR_OUTCOMES.values():
        if outcome.then:
            assert kind_named(f"embassy_{outcome.code}") == outcome.then


def test_a_reason_that_is_a_day_is_written_as_one_and_one_that_repeats_the_kind_is_left_out():
    assert reason_said(Task(kind="document_expires", reason="2019-05-20")) == "20 May 2019"
    with override("fr"):
        assert reason_said(Task(kind="document_expires", reason=date(2019, 5, 20).isoformat())).lower() == "20 mai 2019"
    confirmed = CONSULAR_OUTCOMES["confirmed"]
    assert reason_said(Task(kind="embassy_confirmed", reason=str(confirmed.then))) == ""
    assert reason_said(Task(kind="by_hand", reason="Call home")) == "Call home"


def test_a_kind_without_words_shows_its_code_so_that_nothing_is_hidden():
    assert kind_named("feed_cat") == "Feed cat"
    assert talk_named("sermon") == "sermon"
