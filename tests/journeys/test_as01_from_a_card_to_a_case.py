"""AS-01: a session at Tariq al-Sikka, cards of batch TRP-0419, and Ibrahim's call from a guard's phone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from darb.events.models import Event, Lead
from darb.people.models import Consent
from darb.trust.queries import HOUSE
from tests.journeys.browsing import Somebody
from tests.journeys.test_the_way_home import ANSWERED, EXPLAINED


def test_from_a_card_to_a_case(db, seen_by):
    outreach = Somebody("outreach_officer")
    now = timezone.localtime()
    session = outreach.open("/events/new/outreach/").send(
        "Plan it", mode="dc_visit", site="DC-TARIQ-SIKKA", starts_at=f"{now:%Y-%m-%dT%H:%M}", languages="fra, bam"
    )
    report = session.follow("Write the report")
    told = {"men": 64, "card_batch": "TRP-0419", "cards": 64}
    session = report.send("Save the report", messages=["free_of_charge", "eligibility"], **told)
    with pytest.raises(AssertionError, match="no button 'Close the session'"):
        session.send("Close the session")  # greyed: two mandatory messages are still missing
    every = report.form("Save the report").choices["messages"]
    session = outreach.open(report.url).send("Save the report", messages=every, **told)
    session = session.send("Close the session")
    with seen_by(HOUSE):
        event = Event.objects.get()
    assert event.state == "closed"
    assert {"free_of_charge", "eligibility", "process", "timeframe"} <= set(event.messages)

    hotline = Somebody("hotline_operator")
    call = hotline.open("/events/leads/new/")
    lead_page = call.send(
        "Keep this name",
        name="Ibrahim Keita",
        nationality="MLI",
        site="DC-TARIQ-SIKKA",
        source="call",
        phone="+218 91 555 0101",
        phone_owner="guard",
        card_batch="TRP-0419",
    )
    with seen_by(HOUSE):
        lead = Lead.objects.select_related("event").get()
    assert lead.event == event, "the card's batch finds the session it came from"
    assert lead.next_contact == "visit", "nobody calls a guard's phone"
    assert "555 0101" not in hotline.open("/events/call-sheet/").text.replace("\u00a0", " ")
    assert "2189155501" not in hotline.open("/events/call-sheet/").html

    clerk = Somebody("registration_clerk")
    form = clerk.open(lead_page.url + "register/")
    case = form.send("Register", given="Ibrahim", family="Keita", sex="M", age=22)
    assert case.url.startswith("/cases/"), case.text
    with seen_by(HOUSE):
        lead = Lead.objects.select_related("case").get()
    assert lead.state == "registered"
    assert lead.case.ref in case.url

    worker = Somebody("vhr_caseworker")
    page = worker.open(case.url).follow("Record counselling")
    page = page.send("Save", language="bam", interpreter="Oumar Diarra", **EXPLAINED, **ANSWERED)
    page.follow("Record consents").send(
        "Save", purposes=["voluntary_return"], form="thumbprint", language="bam", interpreter="Oumar", witness="Oumar"
    )
    with seen_by(HOUSE):
        consent = Consent.objects.get()
    told = (consent.form, consent.language, consent.interpreter, consent.witness)
    assert told == ("thumbprint", "bam", "Oumar", "Oumar")
