"""Leads: nobody calls a guard, one caller is one lead, and a name becomes a registration only as its bearer wishes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from darb.cases.registration_actions import Telling
from darb.events import queries
from darb.events.actions import Report, record_messages
from darb.events.lead_actions import ToldLead, next_contact, record_contact, register_lead, take_leads
from darb.events.models import Lead, NextContact
from darb.people.models import NEVER_CALLED, PhoneOwner
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from tests.cast import NOON, VHR, act_as, actor, told
from tests.events.cast import outreach, site

HOTLINE = Role.HOTLINE_OPERATOR
CLERK = Role.REGISTRATION_CLERK


def ibrahim(**more: object) -> ToldLead:
    """Ibrahim Keita of Mali calls at 18:10 from a borrowed phone: a guard's."""
    said = {"name": "Ibrahim Keita", "nationality": "MLI", "site": site("DC-TARIQ-SIKKA"), "source": "call"}
    return ToldLead(**(said | {"phone": "+218 91 234 56 78", "phone_owner": "guard"} | more))  # type: ignore[arg-type]


def take(*leads: ToldLead, role: Role = HOTLINE) -> list[Lead]:
    return take_leads(act_as(role), leads)


# AS-01 ---------------------------------------------------------------------------------------------


def test_ibrahim_is_visited_not_called_back_and_registered_on_wednesday_from_his_card(house):
    monday = outreach()
    record_messages(act_as(Role.OUTREACH_OFFICER), monday, Report(card_batch="TRP-0419", cards=64))
    lead = take(ibrahim(card_batch="trp-0419"))[0]
    assert (lead.source, lead.card_batch, lead.event) == ("call", "TRP-0419", monday)
    assert lead.next_contact == NextContact.VISIT
    sheet = queries.call_sheet(actor(HOTLINE), NOON.date())
    assert sheet.calls == [] and sheet.visits == [lead]

    wednesday = NOON + timedelta(days=2)
    case = register_lead(act_as(CLERK, at=wednesday), lead, Telling(told()), VHR)
    assert case.stage == "registered"
    lead.refresh_from_db()
    assert (lead.state, lead.case, lead.person) == ("registered", case, case.person)
    assert lead.scope_id == case.person.scope_id
    assert queries.call_sheet(actor(HOTLINE), NOON.date()).visits == []
    found = queries.figures(house, NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert (found.leads, found.registered, found.days_to_registration) == (1, 1, 2)


@given(st.booleans(), st.sampled_from(["", "218912345678"]), st.sampled_from(PhoneOwner.values))
def test_a_guards_or_smugglers_phone_is_never_called_whatever_else_was_told(may_contact, phone, owner):
    found = next_contact(may_contact, phone, owner)
    assert (found == NextContact.CALL) == (may_contact and bool(phone) and owner not in NEVER_CALLED)
    assert may_contact or found == NextContact.NONE


def test_the_database_itself_refuses_a_call_to_a_guard(house):
    lead = take(ibrahim())[0]
    with pytest.raises(IntegrityError, match="no_call_to_guards"), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(next_contact="call")


def test_the_same_person_calling_five_times_is_one_lead(house):
    first = take(ibrahim())[0]
    for name in ("Ibrahim Keita", "keita ibrahim", "IBRAHIM  KEITA", "Ibrahim Keïta"):
        assert take(ibrahim(name=name))[0] == first
    assert take(ibrahim(name="Moussa Keita"))[0] != first
    assert Lead.objects.count() == 2


def test_seven_names_are_left_in_one_deed(house):
    session = outreach()
    names = [f"Man {n}" for n in "ABCDEFG"]
    leads = take(*[ibrahim(name=n, phone="", source="session", event=session) for n in names])
    assert [x.name for x in queries.leads_of(actor(HOTLINE), session)] == names
    assert {x.next_contact for x in leads} == {NextContact.VISIT}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"nationality": "XXX"}, "nationality"),
        ({"phone": "12"}, "phone"),
        ({"source": "rumour"}, "source"),
        ({"urgent": ["hungry"]}, "urgent"),
        ({"group_size": 0}, "group_size"),
    ],
)
def test_a_lead_that_cannot_be_right_is_refused_beside_its_field(house, wrong, field):
    with pytest.raises(Invalid) as refused:
        take(ibrahim(**wrong))
    assert refused.value.field == field
    assert not Lead.objects.exists()


def test_three_tries_at_different_hours_make_somebody_unreachable(house):
    lead = take(ibrahim(phone_owner="self"))[0]
    for minutes in (0, 10, 20, 180):
        record_contact(act_as(HOTLINE, at=NOON + timedelta(minutes=minutes)), lead, "no_answer")
    lead.refresh_from_db()
    assert lead.state == "new", "three of the four tries were in the same hour"
    record_contact(act_as(HOTLINE, at=NOON + timedelta(hours=6)), lead, "no_answer")
    lead.refresh_from_db()
    assert lead.state == "unreachable"
    record_contact(act_as(HOTLINE, at=NOON + timedelta(days=2)), lead, "contacted")
    lead.refresh_from_db()
    assert lead.state == "contacted", "they called again themselves"


def test_a_name_left_by_somebody_else_counts_only_with_their_own_agreement(house):
    lead = take(ibrahim(source="family", by_third_person=True))[0]
    with pytest.raises(Refused, match="own_agreement"):
        register_lead(act_as(CLERK), lead, Telling(told()), VHR)
    record_contact(act_as(HOTLINE), lead, "contacted", own_agreement=True)
    assert register_lead(act_as(CLERK), lead, Telling(told()), VHR).stage == "registered"


def test_somebody_who_declined_is_left_in_peace(house):
    lead = take(ibrahim())[0]
    record_contact(act_as(HOTLINE), lead, "declined")
    with pytest.raises(Refused, match="lead_done"):
        register_lead(act_as(CLERK), lead, Telling(told()), VHR)


def test_a_child_alone_comes_first_and_stands_on_the_child_teams_list(house):
    grown, child = take(ibrahim(phone_owner="self"), ibrahim(name="Lamin", phone="", urgent=["child_alone"]))
    sheet = queries.call_sheet(actor(Role.CHILD_PROTECTION_OFFICER), NOON.date())
    assert sheet.children == [child]
    assert sheet.calls == [grown]
    case = register_lead(act_as(CLERK), child, Telling(told("Lamin", born=None), unaccompanied=True), VHR)
    assert case.unaccompanied and case.vulnerabilities == ["UC"]
    assert case.tasks.get(kind="child_assessment").role == Role.CHILD_PROTECTION_OFFICER


def test_leads_are_for_those_who_may_know_where_somebody_is(house):
    lead = take(ibrahim())[0]
    for role in (Role.MOVEMENT_OFFICER, Role.AUDITOR, Role.WAREHOUSE_OFFICER):
        assert queries.call_sheet(actor(role), NOON.date()).visits == []
        with pytest.raises(Missing):
            queries.lead(actor(role), lead.ref)


def test_a_lead_out_of_reach_is_not_there(house):
    lead = take(ibrahim())[0]
    with acting(actor(Role.RECEIVING_MISSION_OFFICER)):
        assert not Lead.objects.filter(pk=lead.pk).exists()
