"""Pages of the hotline, of community leaders, of rumours and of their figures, through the door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from darb.cases.registration_actions import Telling
from darb.events.actions import Plan, Report, close, plan, record_messages
from darb.events.community_actions import ToldLeader, invite, keep_leader
from darb.events.hotline_actions import ToldCall, record_call
from darb.events.hotline_models import HotlineCall
from darb.events.lead_actions import ToldLead, register_lead, take_leads
from darb.events.models import Event, Lead
from darb.events.rumour_actions import ToldRumour, answer_rumour, check_rumour, hear_rumour
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import VHR, act_as, case, client_for, told
from tests.events.cast import site

HOTLINE, OUTREACH, HEAD = Role.HOTLINE_OPERATOR, Role.OUTREACH_OFFICER, Role.VHR_HEAD
NUMBER = "218912345678"


@pytest.fixture
def at(house: object) -> datetime:
    """Now: pages read the clock."""
    return datetime.now(UTC)  # noqa: TID251 - the pages under test read it too


def post(client: Client, path: str, **sent: object):
    """Send a form with a fresh key, then see the whole house again."""
    answer = client.post(path, {"key": uuid4(), **sent})
    with acting(HOUSE):
        return answer


def voicemail(at: datetime, **more: object) -> HotlineCall:
    usual = {"name": "Ibrahim Keita", "nationality": "MLI", "number": NUMBER, "phone_owner": "self", "language": "bam"}
    told_call = ToldCall(site=site("DC-TARIQ-SIKKA"), end="voicemail", **(usual | more))  # type: ignore[arg-type]
    return record_call(act_as(HOTLINE, at=at), told_call)


def a_leader(at: datetime, **more: object):
    usual = {"name": "Pastor James", "community": "NGA", "site": site("DC-TARIQ-SIKKA"), "code_signed": at.date()}
    return keep_leader(act_as(OUTREACH, at=at), ToldLeader(**(usual | more)))  # type: ignore[arg-type]


def an_answered_rumour(at: datetime):
    heard = hear_rumour(
        act_as(HOTLINE, at=at), ToldRumour("A place on the flight costs 300", site(), "money", "broker")
    )
    check_rumour(act_as(OUTREACH, at=at), heard, "false", "our own rules")
    return answer_rumour(act_as(HEAD, at=at), heard, "Nobody pays. Tell us who asks for money.")


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_page_opens_in_every_language(at, language):
    call, leader, rumour = voicemail(at), a_leader(at), an_answered_rumour(at)
    training = plan(act_as(OUTREACH, at=at), Plan("outreach", site(), at, "office", meant_for="leader_training"))
    invite(act_as(OUTREACH, at=at), training, [leader])
    person = case().person
    client = client_for(OUTREACH)
    client.cookies["django_language"] = language
    for page in (
        "/hotline/", f"/hotline/?who={NUMBER}", f"/hotline/?who={person.ref}", "/hotline/new/answered/",
        "/hotline/new/voicemail/", "/hotline/new/missed/", f"/hotline/new/answered/?person={person.ref}",
        f"/hotline/new/voicemail/?person={person.ref}", f"/hotline/{call.ref}/", f"/events/leads/{call.lead.ref}/",
        "/events/call-sheet/", "/events/call-sheet/?language=bam", "/leaders/", "/leaders/new/",
        f"/leaders/{leader.ref}/", f"/leaders/{leader.ref}/correct/", f"/leaders/{leader.ref}/end/",
        f"/events/{training.ref}/", f"/events/{training.ref}/leaders/", f"/events/{training.ref}/attendance/",
        f"/events/{training.ref}/report/", f"/events/{training.ref}/abandon/", "/rumours/", "/rumours/new/",
        f"/rumours/{rumour.ref}/", "/figures/outreach/", "/figures/outreach/voicemail/", "/figures/outreach/leads/",
        "/figures/outreach/rumours/", "/figures/outreach/sessions/", "/figures/outreach/opened/",
        "/figures/outreach/leaders/", "/figures/outreach/batch/?batch=X",
    ):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        assert f'lang="{language}"' in answer.text
        assert "style=" not in answer.text and "<script>" not in answer.text


# Calls ---------------------------------------------------------------------------------------------


def test_somebody_on_the_phone_leaves_a_name_in_one_form(at):
    client = client_for(HOTLINE)
    answer = post(
        client, "/hotline/new/answered/", number="+218 91 234 56 78", phone_owner="self", language="bam", caller="self",
        topic="register", outcome="lead", name="Ibrahim Keita", nationality="MLI", site="DC-TARIQ-SIKKA",
        hours="١٨-٢٠", private="no", card_batch="trp-0419",
    )  # fmt: skip
    call = HotlineCall.objects.get()
    assert answer.url == f"/hotline/{call.ref}/"
    assert (call.private, call.hours, call.lead.card_batch) == (False, "18:00-20:00", "TRP-0419")
    sheet = client.get("/events/call-sheet/?language=bam").text
    assert "Ibrahim Keita" in sheet and "18:00-20:00" in sheet and "Bambara" in sheet
    assert "Ibrahim Keita" not in client.get("/events/call-sheet/?language=fra").text.split('id="visits"')[0]


def test_what_cannot_be_right_is_told_beside_its_field_and_keeps_what_was_typed(at):
    answer = post(
        client_for(HOTLINE), "/hotline/new/answered/", number="12", phone_owner="self", caller="self", topic="question",
        outcome="informed", site="DC-TARIQ-SIKKA", note="asks about dates",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "6 to 15 digits" in answer.text and "asks about dates" in answer.text
    assert not HotlineCall.objects.exists()


def test_a_call_back_shows_the_number_only_while_it_is_made_and_is_told_in_one_form(at):
    call, client = voicemail(at), client_for(HOTLINE)
    key = uuid4()
    for _twice in range(2):
        begun = post(client, "/hotline/ring/", to=f"lead:{call.lead.ref}", key=key)
        assert begun.status_code == 302
    ours = HotlineCall.objects.get(direction="out")
    assert begun.url == f"/hotline/{ours.ref}/"
    assert f"tel:{NUMBER}" in client.get(begun.url).text
    assert "Say what came of your call" in client.get("/hotline/").text
    day = (at + timedelta(days=1)).date()
    assert post(client, begun.url, answered="yes", outcome="booked", topic="register").status_code == 422
    post(client, begun.url, answered="yes", outcome="booked", booked_for=day, topic="register", private="yes")
    assert f"tel:{NUMBER}" not in client.get(begun.url).text
    call.lead.refresh_from_db()
    assert call.lead.state == "booked"
    expected = client_for(Role.REGISTRATION_CLERK).get(f"/appointments/?day={day}").text
    assert "Asked to come and register (1)" in expected and call.lead.name in expected and "Tripoli office" in expected


def test_a_call_that_may_not_be_made_says_why_and_what_to_do_instead(at):
    call = voicemail(at, phone_owner="guard")
    client = client_for(HOTLINE)
    refused = post(client, "/hotline/ring/", to=f"lead:{call.lead.ref}")
    assert refused.status_code == 409 and "somebody goes there instead" in refused.text
    for page in (f"/hotline/{call.ref}/", f"/events/leads/{call.lead.ref}/", "/events/call-sheet/", "/hotline/"):
        assert NUMBER not in client.get(page).text
    assert "somebody goes there instead" in client.get(f"/hotline/?who={NUMBER}").text
    assert not HotlineCall.objects.filter(direction="out").exists()


def test_a_fear_told_by_phone_leads_back_to_the_hotline_where_nothing_of_it_is_left(at):
    client = client_for(HOTLINE)
    answer = post(
        client, "/hotline/new/answered/", caller="self", topic="fear", outcome="concern", site="DC-TARIQ-SIKKA",
        phone_owner="self", number=NUMBER, name="Hodan", nationality="SOM", note="They killed her husband",
    )  # fmt: skip
    assert answer.url == "/hotline/"
    ref = HotlineCall.objects.get().ref
    assert "Hodan" not in client.get("/hotline/").text
    assert client.get(f"/hotline/{ref}/").status_code == 404
    lead = client_for(Role.PROTECTION_LEAD)
    assert "Hodan" in lead.get("/hotline/").text
    assert post(lead, f"/hotline/{ref}/take-over/").status_code == 302


def test_calls_are_not_for_those_who_may_not_know_where_people_are(at):
    call = voicemail(at)
    client = client_for(Role.MOVEMENT_OFFICER)
    assert client.get(f"/hotline/{call.ref}/").status_code == 404
    assert "Ibrahim" not in client.get("/hotline/").text + client.get(f"/hotline/?who={NUMBER}").text
    assert client.get("/figures/outreach/voicemail/").status_code == 404


def test_the_call_sheet_asks_the_same_of_the_database_for_two_as_for_twenty(at):
    client = client_for(HOTLINE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/events/call-sheet/").status_code == 200
        with acting(HOUSE):
            return len(seen)

    for n in range(2):
        voicemail(at, name=f"Man {n}", number=f"21891000000{n}")
    few = asked()
    for n in range(10, 28):
        voicemail(at, name=f"Man {n}", number=f"2189100000{n}")
    assert asked() == few < 40


# Leaders -------------------------------------------------------------------------------------------


def test_a_training_from_invitation_to_what_leaders_are_trained_on(at):
    client = client_for(OUTREACH)
    leader = a_leader(at, code_signed=None)
    post(client, "/events/new/outreach/", site="DC-TARIQ-SIKKA", starts_at=f"{at:%Y-%m-%dT%H:%M}", mode="office",
         meant_for="leader_training")  # fmt: skip
    event = Event.objects.get()
    assert "Invite the leaders" in client.get(f"/events/{event.ref}/").text
    post(client, f"/events/{event.ref}/leaders/", leaders=leader.pk)
    assert post(client, f"/events/{event.ref}/close/", version=event.version).status_code == 409
    line = event.leader_lines.get()
    post(client, f"/events/{event.ref}/attendance/", **{f"line-{line.pk}": "attended"}, topics=["free", "rumours"])
    event.refresh_from_db()
    assert post(client, f"/events/{event.ref}/close/", version=event.version).status_code == 302
    leader.refresh_from_db()
    assert leader.trained_on == ["free", "rumours"]
    assert "Telling a rumour from news" in client.get(f"/leaders/{leader.ref}/").text


def test_a_risk_is_for_protections_eyes(at):
    leader = a_leader(at, risk_note="Takes money")
    assert "Takes money" not in client_for(OUTREACH).get(f"/leaders/{leader.ref}/").text
    assert "Takes money" in client_for(Role.PROTECTION_LEAD).get(f"/leaders/{leader.ref}/").text
    post(
        client_for(OUTREACH), f"/leaders/{leader.ref}/correct/", version=leader.version, name="Pastor James",
        community="NGA", site="DC-TARIQ-SIKKA", area="Gargaresh",
    )  # fmt: skip
    leader.refresh_from_db()
    assert (leader.area, leader.risk_note) == ("Gargaresh", "Takes money")


# Rumours -------------------------------------------------------------------------------------------


def test_a_rumour_from_hearing_to_a_session_where_it_is_answered(at):
    hears, answers = client_for(OUTREACH), client_for(HEAD)
    heard = post(hears, "/rumours/new/", words="The flight needs 300 dinars", about="money", spread="broker",
                 site="DC-TARIQ-SIKKA")  # fmt: skip
    post(hears, f"{heard.url}check/", found="false", checked_with="our rules", version=1)
    assert hears.get(f"{heard.url}answer/").status_code == 200
    assert post(hears, f"{heard.url}answer/", answer="Nobody pays.", version=2).status_code in (403, 422)
    assert post(answers, f"{heard.url}answer/", answer="Nobody pays.", version=2).status_code == 302
    event = plan(act_as(OUTREACH, at=at), Plan("outreach", site("DC-TARIQ-SIKKA"), at, "dc_visit"))
    assert "Nobody pays." in hears.get(f"/events/{event.ref}/").text
    ref = heard.url.split("/")[2]
    post(hears, f"/events/{event.ref}/report/", version=1, men=5, nationalities="MLI 3, gmb 2", talking_points=ref)
    event.refresh_from_db()
    assert (event.talking_points, event.nationalities) == ([ref], {"GMB": 2, "MLI": 3})
    assert event.ref in answers.get(heard.url).text


# Figures -------------------------------------------------------------------------------------------


def test_every_figure_opens_exactly_the_rows_that_it_counts(at):
    monday = plan(act_as(OUTREACH, at=at), Plan("outreach", site("DC-TARIQ-SIKKA"), at, "dc_visit"))
    every = ["free_of_charge", "eligibility", "process", "timeframe"]
    report = Report(every, {"men": 64}, "TRP-0419", 64, card_from=1, card_to=64, nationalities={"MLI": 40})
    record_messages(act_as(OUTREACH, at=at), monday, report)
    close(act_as(OUTREACH, at=at), monday)
    voicemail(at)
    call = voicemail(at - timedelta(days=2), name="Moussa", number="218917654321", card_batch="TRP-0419")
    register_lead(act_as(Role.REGISTRATION_CLERK, at=at), call.lead, Telling(told("Moussa")), VHR)
    client = client_for(HOTLINE)
    page = client.get("/figures/outreach/").text
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td class="number"><a href="([^"]+)">([\d,]+)</a>', page)
    assert {"Outreach sessions", "Names left", "Calls that reached us", "Cases opened"} <= {r[0] for r in rows}
    for label, url, value in rows:
        opened = client.get(url.replace("&amp;", "&")).text
        if label != "Cards handed out":
            assert f"{label} ({value})" in opened, label
    cell = '<td class="number"[^>]*>'
    batch = re.search(f'TRP-0419</bdi></td>{cell}64</td>{cell}<a href="[^"]+">1</a></td>{cell}1</td>', page)
    assert batch, "64 cards, one name, one registration"
    assert "40" in page and "within 2 days" in page
    wait = re.search(r'<a href="([^"]+site=DC-TARIQ-SIKKA[^"]*)">(\d+)</a>', page)
    listed = client.get(wait[1].replace("&amp;", "&")).text
    assert listed.count('href="/cases/') >= int(wait[2]) == 1


def test_numbers_are_for_everybody_and_rows_for_those_who_may_see_them(at):
    take_leads(act_as(HOTLINE, at=at), [ToldLead("Ibrahim Keita", "MLI", site("DC-TARIQ-SIKKA"), "walk_in")])
    page = client_for(Role.ME_OFFICER).get("/figures/outreach/").text
    assert re.search(r'Names left</th><td class="number">1</td>', page)
    assert Lead.objects.count() == 1
    assert client_for(Role.ME_OFFICER).get("/figures/outreach/leads/").status_code == 404


def test_cards_are_handed_out_once(at):
    client = client_for(OUTREACH)
    first, second = (plan(act_as(OUTREACH, at=at), Plan("outreach", site(), at, "dc_visit")) for _n in range(2))
    cards = {"card_batch": "TRP-1", "cards": 10, "card_from": 1, "card_to": 10}
    assert post(client, f"/events/{first.ref}/report/", version=1, **cards).status_code == 302
    refused = post(client, f"/events/{second.ref}/report/", version=1, **(cards | {"card_from": 10, "card_to": 19}))
    assert refused.status_code == 422 and "Cards 1 to 10" in refused.text
    assert post(client, f"/events/{second.ref}/report/", version=1, **(cards | {"card_from": 11})).status_code == 422
    sent = post(client, f"/events/{second.ref}/report/", version=1, **(cards | {"card_from": 11, "card_to": 20}))
    assert sent.status_code == 302
    lead = take_leads(act_as(HOTLINE, at=at), [ToldLead("A", "MLI", site(), "call", card_batch="TRP-1", card_number=7)])
    assert lead[0].event == first, "the number on the card tells the session"
