"""Calls: what follows from each, who is called back and when, and who never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from darb.cases.models import AsylumConcern, Case, Task
from darb.cases.registration_actions import Telling
from darb.events import hotline_queries
from darb.events.callback import Line, safe_hours, tidy_hours, why_not_call
from darb.events.callback_actions import CameOf, begin_call, end_call
from darb.events.hotline_actions import ToldCall, record_call, take_over
from darb.events.hotline_models import HotlineCall
from darb.events.identity_check import Answers
from darb.events.lead_actions import ToldLead, record_contact, register_lead, take_leads
from darb.events.models import Lead
from darb.people.actions import add_phone
from darb.people.models import NEVER_CALLED, Consent, PhoneOwner
from darb.people.registration import ToldPhone
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from tests.cast import NOON, VHR, act_as, actor, case, told
from tests.events.cast import in_process, site

HOTLINE = Role.HOTLINE_OPERATOR
NUMBER = "+218 91 234 56 78"


def said(**more: object) -> ToldCall:
    """Ibrahim calls from Tariq al-Sikka, in Bambara, from his own phone."""
    usual = {"site": site("DC-TARIQ-SIKKA"), "number": NUMBER, "phone_owner": "self", "language": "bam"}
    return ToldCall(**(usual | {"topic": "question", "outcome": "informed"} | more))  # type: ignore[arg-type]


def voicemail(**more: object) -> ToldCall:
    return said(**({"end": "voicemail", "topic": "", "outcome": ""} | more))


def take(told_call: ToldCall, *, hours: int = 0, role: Role = HOTLINE) -> HotlineCall:
    return record_call(act_as(role, at=later(hours)), told_call)


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def ring(to: object, hours: float, came: CameOf | None = None) -> HotlineCall:
    """Call, and say five minutes later what came of it."""
    call = begin_call(act_as(HOTLINE, at=later(hours)), to)  # type: ignore[arg-type]
    return end_call(act_as(HOTLINE, at=later(hours) + timedelta(minutes=5)), call, came or CameOf(False))


SPOKE = CameOf(True, "informed", "question", private=True)


# Who may be called ---------------------------------------------------------------------------------


@given(st.sampled_from(PhoneOwner.values), st.booleans(), st.sampled_from(["", "18-20", "22-2"]), st.integers(0, 1439))
def test_nobody_calls_a_guard_nor_where_it_isnt_safe_nor_at_another_hour(owner, safe, hours, minute):
    at = datetime(2019, 5, 6, tzinfo=UTC) + timedelta(minutes=minute)
    here = (minute + 120) % 1440  # the mission's clock is two hours ahead
    within = {"": True, "18-20": 1080 <= here < 1200, "22-2": here >= 1320 or here < 120}[hours]
    may = owner not in NEVER_CALLED and safe and within
    assert (why_not_call(Line("218912345678", owner, safe, hours), at) == ()) == may


@pytest.mark.parametrize(
    ("words", "kept"),
    [("18-20", "18:00-20:00"), ("١٨:٣٠ - ٢٠", "18:30-20:00"), ("18h30 à 20h", "18:30-20:00"), ("22-2", "22:00-02:00")],
)
def test_safe_hours_are_read_as_they_are_told(words, kept):
    assert tidy_hours(words) == kept
    assert safe_hours(kept) == safe_hours(words)


@pytest.mark.parametrize("words", ["evenings", "18", "25-26", "18-18", "18:70-20"])
def test_hours_that_say_nothing_are_refused(words):
    with pytest.raises(Invalid) as refused:
        tidy_hours(words)
    assert refused.value.field == "hours"


def test_a_message_from_a_guards_phone_is_visited_and_never_called(house):
    call = take(voicemail(phone_owner="guard", name="Ibrahim Keita", nationality="MLI"))
    assert call.callback_due is None
    assert call.lead.next_contact == "visit"
    assert hotline_queries.sheet(actor(HOTLINE), NOON) == []
    with pytest.raises(Refused, match="guard's or smuggler's"):
        begin_call(act_as(HOTLINE), call.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        HotlineCall.objects.filter(pk=call.pk).update(direction="out")


def test_a_number_that_anybody_knows_as_a_guards_is_called_by_nobody(house):
    lead = take_leads(
        act_as(HOTLINE), [ToldLead("Ibrahim Keita", "MLI", site("DC-TARIQ-SIKKA"), "call", phone=NUMBER)]
    )[0]
    assert len(hotline_queries.sheet(actor(HOTLINE), NOON)) == 1
    take(said(phone_owner="guard", site=site("DC-SABHA")))
    assert hotline_queries.sheet(actor(HOTLINE), NOON) == []
    with pytest.raises(Refused, match="never called"):
        begin_call(act_as(HOTLINE), lead)
    other = take_leads(
        act_as(HOTLINE), [ToldLead("Moussa Diarra", "MLI", site("DC-TARIQ-SIKKA"), "call", phone=NUMBER)]
    )[0]
    assert other.next_contact == "visit"


def test_a_phone_on_file_is_called_only_where_it_was_told_to_be_safe(house):
    ours = case().person
    unsafe = add_phone(act_as(HOTLINE), ours, ToldPhone(NUMBER, "self", safe_to_call=False))
    evening = add_phone(act_as(HOTLINE), ours, ToldPhone("218917654321", "self", safe_to_call=True, hours="18-20"))
    with pytest.raises(Refused, match="isn't safe"):
        begin_call(act_as(HOTLINE), unsafe)
    with pytest.raises(Refused, match="18-20 only"):
        begin_call(act_as(HOTLINE), evening)
    assert not HotlineCall.objects.exists()
    call = begin_call(act_as(HOTLINE, at=later(7)), evening)
    assert (call.person, call.direction, call.end) == (ours, "out", "")


# Messages and missed calls -------------------------------------------------------------------------


def test_a_message_with_a_name_is_a_lead_and_is_answered_within_a_day(house):
    call = take(voicemail(name="Ibrahim Keita", nationality="MLI", hours="10-14"))
    assert call.callback_due == later(24)
    assert (call.lead.source, call.lead.language, call.lead.hours) == ("call", "bam", "10:00-14:00")
    row = hotline_queries.sheet(actor(HOTLINE), NOON)[0]
    assert (row.to, row.due, row.refusals) == (call.lead, later(24), ())
    assert hotline_queries.sheet(actor(HOTLINE), NOON, "fra") == []
    ring(call.lead, 1, SPOKE)
    call.refresh_from_db()
    assert (call.called_back_at, call.reached_at) == (later(1), later(1) + timedelta(minutes=5))
    call.lead.refresh_from_db()
    assert call.lead.state == "contacted"


def test_whoever_was_reached_waits_no_more_until_they_ask_again(house):
    call = take(voicemail(name="Ibrahim Keita", nationality="MLI"))
    ring(call.lead, 1, SPOKE)
    assert hotline_queries.sheet(actor(HOTLINE), NOON) == []
    again = take(voicemail(name="Ibrahim Keita", nationality="MLI"), hours=2)
    assert [row.to for row in hotline_queries.sheet(actor(HOTLINE), NOON)] == [call.lead]
    ring(call.lead, 3, CameOf(True, "call_again", "question"))
    again.refresh_from_db()
    row = hotline_queries.sheet(actor(HOTLINE), NOON)[0]
    assert again.reached_at and (row.to, row.due) == (call.lead, later(27) + timedelta(minutes=5))


def test_whoever_calls_five_times_is_one_name_and_five_calls(house):
    for hour in range(5):
        take(voicemail(name="Keita Ibrahim" if hour % 2 else "Ibrahim Keita", nationality="MLI"), hours=hour)
    assert (Lead.objects.count(), HotlineCall.objects.count()) == (1, 5)
    assert len(hotline_queries.sheet(actor(HOTLINE), NOON)) == 1


def test_a_missed_call_waits_until_somebody_spoke_with_them(house):
    missed = take(said(end="missed", topic="", outcome=""))
    ring(missed, 1)
    ring(missed, 2, CameOf(True, "cut_off", "other"))
    assert hotline_queries.sheet(actor(HOTLINE), NOON)[0].tries == 1
    ring(missed, 3, SPOKE)
    assert [row.to.ref for row in hotline_queries.sheet(actor(HOTLINE), NOON) if row.to == missed] == []
    with pytest.raises(Refused, match="Nobody waits"):
        begin_call(act_as(HOTLINE), missed)


def test_three_tries_at_different_hours_ask_the_caseworker_whether_contact_is_lost(house):
    ours = case()
    missed = take(voicemail(person=ours.person))
    for hours in (0, 0.2, 0.4, 3):
        ring(missed, hours)
    assert not Task.objects.filter(kind="contact_lost").exists(), "three of four tries were in the same hour"
    ring(missed, 6)
    task = Task.objects.get(kind="contact_lost")
    assert (task.case, task.role) == (ours, Role.VHR_CASEWORKER)
    missed.refresh_from_db()
    assert missed.given_up_at and not missed.reached_at


def test_three_tries_for_a_name_make_it_unreachable(house):
    call = take(voicemail(name="Ibrahim Keita", nationality="MLI"))
    for hours in (0, 3, 6):
        ring(call.lead, hours)
    call.lead.refresh_from_db()
    assert call.lead.state == "unreachable"
    assert hotline_queries.sheet(actor(HOTLINE), NOON) == []


def test_a_call_is_told_by_whoever_made_it_before_they_make_another(house):
    first, second = (
        take(said(end="missed", topic="", outcome="")),
        take(said(end="missed", topic="", outcome="", number="218917654321")),
    )
    call = begin_call(act_as(HOTLINE), first)
    with pytest.raises(Refused, match=call.ref):
        begin_call(act_as(HOTLINE), second)
    with pytest.raises(Refused, match="calling this number now"):
        begin_call(act_as(Role.OUTREACH_OFFICER), first)
    with pytest.raises(Forbidden):
        end_call(act_as(Role.OUTREACH_OFFICER), call, SPOKE)
    end_call(act_as(HOTLINE), call, SPOKE)
    with pytest.raises(Refused, match="told already"):
        end_call(act_as(HOTLINE), call, SPOKE)


def test_a_wrong_number_sends_somebody_there(house):
    call = take(voicemail(name="Ibrahim Keita", nationality="MLI"))
    ring(call.lead, 1, CameOf(True, "wrong_number", "other"))
    call.lead.refresh_from_db()
    assert (call.lead.next_contact, call.lead.state) == ("visit", "new")


# What follows --------------------------------------------------------------------------------------


def test_a_name_taken_by_phone_becomes_a_case_that_knows_the_call(house):
    call = take(said(outcome="lead", topic="register", name="Ibrahim Keita", nationality="MLI", card_batch="trp-0419"))
    assert call.lead.card_batch == "TRP-0419"
    opened = register_lead(act_as(Role.REGISTRATION_CLERK), call.lead, Telling(told()), VHR)
    call.refresh_from_db()
    assert (call.person, call.case, call.scope_id) == (opened.person, opened, opened.person.scope_id)


def test_whoever_is_met_or_visited_waits_for_no_call_any_more(house):
    for name, meet in (("Ibrahim Keita", True), ("Moussa Diarra", False)):
        call = take(voicemail(name=name, nationality="MLI"))
        if meet:
            register_lead(act_as(Role.REGISTRATION_CLERK, at=later(2)), call.lead, Telling(told()), VHR)
        else:
            record_contact(act_as(HOTLINE, at=later(2)), call.lead, "referred", referred_to="health")
        call.refresh_from_db()
        assert call.reached_at == later(2)
    assert hotline_queries.sheet(actor(HOTLINE), NOON) == []


def test_a_name_is_passed_on_to_somebody(house):
    lead = take(voicemail(name="Ibrahim Keita", nationality="MLI")).lead
    with pytest.raises(Invalid) as refused:
        record_contact(act_as(HOTLINE), lead, "referred")
    assert refused.value.field == "referred_to"


def test_a_child_alone_goes_to_the_child_team_the_same_day(house):
    call = take(voicemail(name="Lamin", nationality="GMB", urgent=["child_alone"]))
    assert call.referred_to == "child"
    assert hotline_queries.passed(actor(Role.CHILD_PROTECTION_OFFICER)) == [call]
    with pytest.raises(Forbidden):
        take_over(act_as(Role.NURSE), call)
    take_over(act_as(Role.CHILD_PROTECTION_OFFICER), call)
    assert hotline_queries.passed(actor(Role.CHILD_PROTECTION_OFFICER)) == []
    with pytest.raises(Refused, match="Nothing of this call waits"):
        take_over(act_as(Role.CHILD_PROTECTION_OFFICER), call)


def test_somebody_selling_places_in_our_name_reaches_the_programme_manager(house):
    call = take(said(topic="fraud"))
    assert hotline_queries.passed(actor(Role.PROGRAMME_MANAGER)) == [call]


def test_a_fear_told_by_phone_is_closed_to_whoever_heard_it(house):
    call = take(said(topic="fear", outcome="concern", name="Hodan", nationality="SOM", note="Afraid of home."))
    with acting(actor(HOTLINE)):
        assert not HotlineCall.objects.filter(pk=call.pk).exists()
    with acting(actor(Role.PROTECTION_LEAD)):
        assert hotline_queries.passed(actor(Role.PROTECTION_LEAD)) == [call]
    assert "concern" not in str(ActionLog.objects.get(action="events.record_call").detail)


def test_a_fear_of_somebody_with_a_case_freezes_it_and_hides_the_call_with_the_file(house):
    ours = case(nationality="SOM")
    call = take(said(topic="fear", outcome="concern", person=ours.person, note="Afraid of home."))
    assert AsylumConcern.objects.get().case == ours
    with acting(actor(HOTLINE)):
        assert not HotlineCall.objects.filter(pk=call.pk).exists()


def test_a_fear_told_when_we_call_is_closed_as_well(house):
    lead = take(voicemail(name="Hodan", nationality="SOM")).lead
    ring(lead, 1, CameOf(True, "concern", "fear", private=True))
    ours = HotlineCall.objects.get(direction="out")
    with acting(actor(HOTLINE)):
        assert not HotlineCall.objects.filter(pk=ours.pk).exists()
    with acting(actor(Role.PROTECTION_LEAD)):
        assert hotline_queries.passed(actor(Role.PROTECTION_LEAD)) == [ours]


# A withdrawal by phone -----------------------------------------------------------------------------


def agreed() -> object:
    return in_process(1, nationality="MLI", site="DC-TARIQ-SIKKA")[0]


def test_whoever_is_known_by_two_answers_withdraws_by_phone(house):
    ours = agreed()
    answers = Answers(father="موسى", birth_year="1995")
    call = take(said(topic="withdraw", outcome="withdrew", person=ours.person, answers=answers))
    ours.refresh_from_db()
    assert (ours.stage, call.outcome) == ("withdrawn", "withdrew")
    assert Consent.objects.get(person=ours.person, purpose="voluntary_return").withdrawn_how == "phone"
    assert not Task.objects.filter(kind="confirm_withdrawal").exists()


def test_whoever_withdraws_by_phone_from_a_flight_ends_the_consent_at_once_and_the_movement_officer_is_told(house):
    ours = agreed()
    Case.objects.filter(pk=ours.pk).update(stage="manifested")
    answers = Answers(father="Moussa", birth_year="1995")
    take(said(topic="withdraw", outcome="withdrew", person=ours.person, answers=answers))
    assert Consent.objects.get(person=ours.person, purpose="voluntary_return").withdrawn == NOON.date()
    told_roles = set(Task.objects.filter(kind="withdrew_by_phone", due=NOON.date()).values_list("role", flat=True))
    assert told_roles == {Role.MOVEMENT_OFFICER, Role.VHR_CASEWORKER}


@pytest.mark.parametrize(
    "answers",
    [
        Answers(),
        Answers(birth_year="1995"),
        Answers(father="Moussa", birth_year="1987"),
        Answers(father="Sékou", birth_year="1995"),
        Answers(father="Moussa", birth_year="95"),
    ],
)
def test_whoever_isnt_known_withdraws_nobody_and_the_person_is_asked_today(house, answers):
    ours = agreed()
    call = take(said(topic="withdraw", outcome="withdrew", person=ours.person, answers=answers))
    ours.refresh_from_db()
    assert (ours.stage, call.outcome) == ("in_process", "unproven")
    assert Task.objects.get(kind="confirm_withdrawal").due == NOON.date()


def test_nobody_withdraws_somebody_else_by_phone(house):
    ours = agreed()
    answers = Answers(father="Moussa", birth_year="1995")
    call = take(said(topic="withdraw", outcome="withdrew", caller="family", person=ours.person, answers=answers))
    ours.refresh_from_db()
    assert (ours.stage, call.outcome) == ("in_process", "unproven")


def test_a_withdrawal_without_a_file_says_whose_is_needed(house):
    with pytest.raises(Refused, match="Find the file"):
        take(said(topic="withdraw", outcome="withdrew"))
    assert not HotlineCall.objects.exists()


# What can't be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "12"}, "number"),
        ({"outcome": ""}, "outcome"),
        ({"topic": ""}, "topic"),
        ({"outcome": "referred"}, "referred_to"),
        ({"outcome": "lead"}, "name"),
        ({"nationality": "XXX"}, "nationality"),
        ({"end": "voicemail"}, "outcome"),
        ({"hours": "evenings"}, "hours"),
        ({"urgent": ["hungry"]}, "urgent"),
        ({"end": "sung"}, "end"),
    ],
)
def test_a_call_that_cannot_be_right_is_refused_beside_its_field(house, wrong, field):
    with pytest.raises(Invalid) as refused:
        take(said(**wrong))
    assert refused.value.field == field
    assert not HotlineCall.objects.exists()


def test_calls_are_for_those_who_may_know_where_people_are(house):
    take(said())
    for role in (Role.MOVEMENT_OFFICER, Role.AUDITOR, Role.WAREHOUSE_OFFICER):
        assert list(hotline_queries.calls(actor(role))) == []
        assert hotline_queries.sheet(actor(role), NOON) == []
        assert hotline_queries.known_by(actor(role), NUMBER, NOON).calls == []


def test_whoever_called_before_is_found_by_the_number(house):
    ours = case().person
    add_phone(act_as(HOTLINE), ours, ToldPhone(NUMBER, "self", safe_to_call=True))
    call = take(said())
    known = hotline_queries.known_by(actor(HOTLINE), "+218 91-234-5678", NOON)
    assert (known.people, known.calls, known.never) == ([ours], [call], False)
    assert known.phones[ours.pk][0][1] == ()
