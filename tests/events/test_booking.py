"""Asked to come and register: a day and a place, seen by who expects them; who doesn't come is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.cases.registration_actions import Telling
from darb.events import hotline_queries, queries
from darb.events.booking import FARTHEST, Booking
from darb.events.callback_actions import CameOf, begin_call, end_call
from darb.events.hotline_actions import ToldCall, record_call
from darb.events.lead_actions import ToldLead, record_contact, register_lead, take_leads
from darb.events.models import HotlineCall, Lead
from darb.rules.refusal import Invalid
from darb.rules.roles import Role
from tests.cast import NOON, VHR, act_as, actor, case, told
from tests.events.cast import site

HOTLINE, CLERK = Role.HOTLINE_OPERATOR, Role.REGISTRATION_CLERK
TODAY = NOON.date()
WEDNESDAY = TODAY + timedelta(days=2)
THURSDAY = NOON + timedelta(days=3)


def awa(**more: object) -> Lead:
    """Awa Traoré of Mali, who left her name and a phone of her own."""
    said = {"name": "Awa Traoré", "nationality": "MLI", "site": site("TOWN-TRIPOLI"), "phone": "218912345678"}
    return take_leads(act_as(HOTLINE), [ToldLead(**(said | {"phone_owner": "self"} | more))])[0]  # type: ignore[arg-type]


def booked(lead: Lead, at=NOON, **more: object) -> Lead:
    """Asked on Monday to come on Wednesday."""
    return record_contact(act_as(HOTLINE, at=at), lead, "booked", booking=Booking(WEDNESDAY, **more))  # type: ignore[arg-type]


def asked_today(at=NOON) -> list[Lead]:
    """Names on the call sheet of a moment."""
    return [row.to for row in hotline_queries.sheet(actor(HOTLINE), at)]  # type: ignore[misc]


def test_who_is_asked_to_come_is_expected_at_our_office_on_that_day_and_called_no_more(house):
    lead = booked(awa())
    assert (lead.booked_for, lead.booked_place.code) == (WEDNESDAY, "OFFICE-TIP")
    assert queries.booked(actor(CLERK), WEDNESDAY) == [lead]
    assert queries.booked(actor(CLERK), WEDNESDAY, "OFFICE-BEN") == queries.booked(actor(CLERK), TODAY) == []
    assert asked_today() == [] and queries.call_sheet(actor(HOTLINE), WEDNESDAY).calls == []
    assert queries.count_waiting(actor(HOTLINE), WEDNESDAY) == (0, 0, 0)


def test_who_didnt_come_is_on_the_call_sheet_the_next_day_and_tried_three_times_anew(house):
    lead = awa()
    for hour in (0, 1):
        record_contact(act_as(HOTLINE, at=NOON + timedelta(hours=hour)), lead, "no_answer")
    booked(lead, at=NOON + timedelta(hours=2))
    assert asked_today(THURSDAY) == [lead]
    assert queries.count_waiting(actor(HOTLINE), THURSDAY.date()) == (1, 0, 0)
    for hour in (3, 4):
        record_contact(act_as(HOTLINE, at=THURSDAY + timedelta(hours=hour)), lead, "no_answer")
    lead.refresh_from_db()
    assert lead.state == "booked", "two tries since, two before"
    assert hotline_queries.sheet(actor(HOTLINE), THURSDAY)[0].tries == 2
    again = Booking(WEDNESDAY + timedelta(days=7), site("TOWN-TRIPOLI"))
    record_contact(act_as(HOTLINE, at=THURSDAY), lead, "booked", booking=again)
    assert asked_today(THURSDAY) == [] and queries.booked(actor(CLERK), WEDNESDAY) == []


def test_who_came_stands_on_the_days_list_as_registered(house):
    lead = booked(awa())
    opened = register_lead(act_as(CLERK, at=NOON + timedelta(days=2)), lead, Telling(told()), VHR)
    [row] = queries.booked(actor(CLERK), WEDNESDAY)
    assert (row.state, row.case) == ("registered", opened)


def test_those_who_expect_somebody_see_the_name_and_its_calls_from_then_on(house):
    lead = awa()
    call = begin_call(act_as(HOTLINE), lead)
    came = CameOf(True, "booked", "register", booking=Booking(WEDNESDAY, site("OFFICE-BEN")))
    end_call(act_as(HOTLINE), call, came)
    lead.refresh_from_db()
    call.refresh_from_db()
    assert lead.state == "booked" and lead.scope_id == call.scope_id


def test_a_call_about_something_else_leaves_the_booking_as_it_is(house):
    lead = booked(awa())
    call = begin_call(act_as(HOTLINE), lead)
    end_call(act_as(HOTLINE), call, CameOf(True, "informed", "question"))
    lead.refresh_from_db()
    assert (lead.state, lead.booked_for) == ("booked", WEDNESDAY)


def test_whoever_calls_us_can_be_booked_in_the_same_deed(house):
    said = {"name": "Awa Traoré", "nationality": "MLI", "number": "218912345678", "phone_owner": "self"}
    heard = ToldCall(site("TOWN-SEBHA"), topic="register", outcome="booked", booking=Booking(WEDNESDAY), **said)
    record_call(act_as(HOTLINE), heard)
    lead = Lead.objects.select_related("booked_place").get()
    assert (lead.state, lead.booked_place.code) == ("booked", "OFFICE-SEB")


@pytest.mark.parametrize(
    ("result", "booking", "field"),
    [
        ("booked", None, "booked_for"),
        ("booked", Booking(TODAY - timedelta(days=1)), "booked_for"),
        ("booked", Booking(TODAY + FARTHEST + timedelta(days=1)), "booked_for"),
        ("declined", Booking(WEDNESDAY), "booked_for"),
    ],
)
def test_a_booking_that_cannot_be_right_is_refused_and_nothing_changes(house, result, booking, field):
    lead = awa()
    with pytest.raises(Invalid) as refused:
        record_contact(act_as(HOTLINE), lead, result, booking=booking)
    lead.refresh_from_db()
    assert (refused.value.field, lead.state, lead.booked_for) == (field, "new", None)


def test_a_call_that_books_without_a_day_or_books_whoever_is_registered_is_refused(house):
    said = {"name": "Awa Traoré", "nationality": "MLI"}
    with pytest.raises(Invalid, match="Write the day"):
        record_call(act_as(HOTLINE), ToldCall(site("TOWN-SEBHA"), topic="register", outcome="booked", **said))
    with pytest.raises(Invalid, match="registered already"):
        record_call(
            act_as(HOTLINE), ToldCall(site("TOWN-SEBHA"), topic="register", outcome="booked", person=case().person)
        )
    with pytest.raises(Invalid, match="leave the day empty"):
        heard = ToldCall(site("TOWN-SEBHA"), topic="register", outcome="lead", booking=Booking(WEDNESDAY), **said)
        record_call(act_as(HOTLINE), heard)
    assert not HotlineCall.objects.exists() and not Lead.objects.exists()
