"""A call from a detention centre on a guard's phone, a name, a safe call, a registration, and a withdrawal by phone."""

from __future__ import annotations

from django.utils import timezone

from darb.cases.models import Case
from darb.events.models import HotlineCall, Lead
from darb.people.models import Consent
from darb.trust.queries import HOUSE
from tests.journeys.browsing import Somebody
from tests.journeys.test_the_way_home import ANSWERED, EXPLAINED

GUARDS, OWN = "+218 91 555 0101", "+218 92 555 0202"


def test_a_call_from_a_guards_phone_ends_in_a_return_that_its_owner_stops_by_phone(db, seen_by):
    hotline = Somebody("hotline_operator")
    page = hotline.open("/hotline/").follow("Somebody is on the phone")
    call = page.send(
        "Keep this call", number=GUARDS, phone_owner="guard", language="bam", topic="register", outcome="lead",
        name="Ibrahim Keita", nationality="MLI", site="DC-TARIQ-SIKKA", private="no",
    )  # fmt: skip
    assert call.url.startswith("/hotline/"), call.text
    sheet = hotline.open("/events/call-sheet/")
    assert "2189155501" not in sheet.html and "To call (0)" in sheet.text and "Ibrahim Keita" in sheet.text
    lead_page = call.follow("Ibrahim Keita")
    assert "Don't call this number" in lead_page.text and not [f for f in lead_page.forms if "ring" in f.action]

    # He is released, and leaves a message from a phone of his own: the same man, a number that may be called.
    message = hotline.open("/hotline/").follow("A message was left")
    message.send(
        "Keep this call", number=OWN, phone_owner="self", language="bam", name="Ibrahim Keita", nationality="MLI",
        site="DC-TARIQ-SIKKA",
    )  # fmt: skip
    sheet = hotline.open("/events/call-sheet/")
    assert "To call (1)" in sheet.text and "Bambara" in sheet.text
    under_way = sheet.send("Call")
    assert "218925550202" in under_way.html and "are you alone" in under_way.text
    under_way.send(
        "Keep this", answered="yes", outcome="booked", booked_for=timezone.localdate(), topic="register", private="yes"
    )
    assert "To call (0)" in hotline.open("/events/call-sheet/").text
    with seen_by(HOUSE):
        lead = Lead.objects.get(state="booked")
        assert HotlineCall.objects.get(end="voicemail").reached_at, "called back, and reached"

    clerk = Somebody("registration_clerk")
    case = clerk.open(f"/events/leads/{lead.ref}/register/").send(
        "Register", given="Ibrahim", father="Moussa", family="Keita", sex="M", age=22
    )
    assert case.url.startswith("/cases/"), case.text
    worker = Somebody("vhr_caseworker")
    counselled = worker.open(case.url).follow("Record counselling")
    counselled = counselled.send("Save", language="bam", interpreter="Oumar Diarra", **EXPLAINED, **ANSWERED)
    counselled.follow("Record consents").send(
        "Save", purposes=["voluntary_return"], form="thumbprint", language="bam", interpreter="Oumar", witness="Oumar"
    )

    with seen_by(HOUSE):
        person = Case.objects.select_related("person").get().person
        assert HotlineCall.objects.filter(person=person).count() == 2, "what he said by phone is of his file now"
    known = hotline.open(f"/hotline/?who={person.ref}")
    withdraws = known.follow("They are on the phone")
    told = {"topic": "withdraw", "outcome": "withdrew", "private": "yes", "phone_owner": "self"}
    doubted = withdraws.send("Keep this call", **told, father="Sékou", birth_year="1997")
    assert "/new/" not in doubted.url and "not known for sure" in doubted.text
    with seen_by(HOUSE):
        assert Case.objects.get().stage == "consented", "a voice that isn't known stops nobody's return"
    born = str(person.birth_date.year)
    stopped = hotline.open(f"/hotline/?who={person.ref}").follow("They are on the phone")
    stopped.send("Keep this call", **told, father="Moussa", birth_year=born)
    with seen_by(HOUSE):
        assert Case.objects.get().stage == "withdrawn"
        assert Consent.objects.get(purpose="voluntary_return").withdrawn_how == "phone"
    assert "Ask the person today" in worker.open("/tasks/").text
    figures = Somebody("programme_manager").open("/figures/outreach/")
    assert "Calls that reached us 4" in figures.text
