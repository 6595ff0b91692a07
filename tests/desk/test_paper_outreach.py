"""Papers of outreach and the hotline: information sheet, cards, a session's report, the day's call sheet."""

from __future__ import annotations

from typing import Any

import pytest

from darb.events.lead_actions import ToldLead, take_leads
from darb.events.models import Lead
from darb.programmes.voluntary_return_papers import INFORMATION
from darb.rules.roles import Role
from tests.cast import VHR, act_as
from tests.desk.printing import copy, handed
from tests.desk.reading import pages, text
from tests.events.cast import held, outreach, session, site

pytestmark = pytest.mark.usefixtures("noon")

OUTREACH, HOTLINE = Role.OUTREACH_OFFICER, Role.HOTLINE_OPERATOR


def test_the_information_sheet_tells_all_seven_things_and_names_nobody(signed_in: Any) -> None:
    said = text(copy(signed_in(Role.OUTREACH_OFFICER), "programme", VHR, "information_sheet"))
    for title, told_so in INFORMATION:
        assert title in said
        assert " ".join(told_so.split()) in said
    assert handed().persons == []


def test_a_number_to_call_isnt_turned_round_between_arabic_words(signed_in: Any, settings: Any) -> None:
    settings.HOTLINE = "091 000 1234"
    for code in ("information_sheet", "hotline_card"):
        said = text(copy(signed_in(Role.OUTREACH_OFFICER), "programme", VHR, code, language="ar"))
        assert "091 000 1234" in said and "1234 000 091" not in said


def test_one_sheet_holds_ten_cards_with_the_number_and_that_it_is_free(signed_in: Any, settings: Any) -> None:
    settings.HOTLINE = "091 000 1234"
    answer = copy(signed_in(HOTLINE), "programme", VHR, "hotline_card")
    assert len(pages(answer)) == 1
    assert text(answer).count("091 000 1234") >= 10 and text(answer).count("It is free.") == 10
    assert handed().persons == []


def test_the_report_of_a_session_adds_up_who_was_there_and_names_nobody_who_left_a_name(signed_in: Any) -> None:
    event = held(audience={"men": 60, "women": 4}, questions="When does it fly?", nationalities={"MLI": 12})
    take_leads(act_as(OUTREACH), [lead(event=event, name="Moussa Traore")])
    said = text(copy(signed_in(OUTREACH), "outreach", event.ref, "outreach_report"))
    assert "60 4 0 0 64 Mali 12" in said and "When does it fly?" in said and "TRP-0419" in said
    assert "1 name was left with us." in said and "Traore" not in said


def test_a_session_that_is_not_closed_has_no_report_yet(signed_in: Any) -> None:
    answer = copy(signed_in(OUTREACH), "outreach", outreach().ref, "outreach_report")
    assert answer.status_code == 422 and "Close the session first" in answer.text


def test_a_consular_session_has_no_report_of_outreach(signed_in: Any) -> None:
    assert copy(signed_in(OUTREACH), "outreach", session().ref, "outreach_report").status_code in (404, 422)


def test_the_call_sheet_has_everybody_who_waits_and_no_guards_phone(signed_in: Any) -> None:
    take_leads(
        act_as(HOTLINE),
        [
            lead(name="Moussa Traore", phone="+218910000001", phone_owner="self"),
            lead(name="Lamin Ceesay", phone="+218910000002", phone_owner="guard"),
            lead(name="Awa Diallo", urgent=("child_alone",)),
        ],
    )
    assert Lead.objects.count() == 3
    said = text(copy(signed_in(HOTLINE), "calls", "today", "call_sheet")).replace("\u200b", "")
    assert "Traore" in said and "910000001" in said
    assert "910000002" not in said and "Children alone" in said and "Awa Diallo" in said
    assert "This copy is to be destroyed on 6 May 2019" in said


def test_the_call_sheets_page_leads_to_its_paper(signed_in: Any) -> None:
    assert "/papers/calls/today/" in signed_in(HOTLINE).get("/events/call-sheet/").text


def lead(name: str, **told: Any) -> ToldLead:
    """A name that came by phone."""
    return ToldLead(name, "MLI", site("TOWN-TRIPOLI"), "call", **told)
