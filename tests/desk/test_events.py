"""Pages about sessions, names left with us, called lists and travel documents, through the door."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import sync_playwright

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case
from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, call, record_outcomes
from darb.events.embassy_actions import request_documents
from darb.events.models import Event, EventLine, Lead
from darb.people.models import Document
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account, ActionLog, RefusalLog
from darb.trust.queries import HOUSE
from tests.cast import STAFF, act_as
from tests.events.cast import in_process, outreach, session

CONSULAR = Role.CONSULAR_OFFICER
GOOD = {"down_mbps": "3.1", "up_mbps": "1.2", "camera": "on", "sound": "on", "backup_power": "on"}


@pytest.fixture
def at(house: object) -> datetime:
    """Now: pages read the clock."""
    return datetime.now(UTC)  # noqa: TID251 - the pages under test read it too


@pytest.fixture
def online(at: datetime) -> tuple[Event, list[Case]]:
    """An online session with three Gambians called, one of them sixteen, the link not measured yet."""
    event = session(at=at)
    sixteen = date(at.year - 16, 1, 1)
    people = [*in_process(2, at=at), *in_process(1, at=at, given="Lamin", born=sixteen)]
    call(act_as(CONSULAR, at=at), event, people)
    return event, people


def post(client: Client, path: str, **sent: object):
    """Send a form with a fresh key, then see the whole house again."""
    answer = client.post(path, {"key": uuid4(), **sent})
    with acting(HOUSE):
        return answer


def lines(event: Event) -> list[int]:
    return list(event.lines.order_by("number").values_list("pk", flat=True))


# Every page, in every language ----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_page_of_the_consular_officer_opens_in_every_language(signed_in, online, language):
    event, _people = online
    client = signed_in(CONSULAR)
    client.cookies["django_language"] = language
    for page in (
        "/events/",
        "/events/new/consular/",
        f"/events/{event.ref}/",
        f"/events/{event.ref}/call/",
        f"/events/{event.ref}/called-list/",
        f"/events/{event.ref}/abandon/",
        f"/events/{event.ref}/exception/",
        "/events/papers/",
        "/events/papers/GMB/ask/",
        "/events/papers/GMB/receive/",
    ):
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        assert f'lang="{language}"' in answer.text
        assert "style=" not in answer.text and "<script>" not in answer.text


def test_a_stranger_is_sent_to_the_door(house):
    assert Client().get("/events/").status_code == 302


# AS-01: outreach and a card -------------------------------------------------------------------------


def test_an_outreach_session_from_plan_to_close(signed_in, house):
    client = signed_in(Role.OUTREACH_OFFICER)
    planned = post(
        client,
        "/events/new/outreach/",
        site="DC-TARIQ-SIKKA",
        starts_at="2026-05-04T09:30",
        mode="dc_visit",
        team="Three",
        languages="fra, bam",
    )
    event = Event.objects.get()
    assert planned.url == f"/events/{event.ref}/"
    page = client.get(planned.url).text
    assert "without this message" in page and 'aria-disabled="true"' in page
    post(
        client,
        f"/events/{event.ref}/report/",
        version=event.version,
        messages=["free_of_charge", "eligibility", "process", "timeframe"],
        men="64",
        card_batch="TRP-0419",
        cards="64",
    )
    post(client, f"/events/{event.ref}/lead/", name="Ibrahim Keita", nationality="MLI", phone_owner="unknown",
         group_size="1", may_contact="on")  # fmt: skip
    event.refresh_from_db()
    post(client, f"/events/{event.ref}/close/", version=event.version)
    event.refresh_from_db()
    assert (event.state, event.audience["men"], event.languages) == ("closed", 64, ["fra", "bam"])
    assert Lead.objects.get().card_batch == "TRP-0419"


def test_a_session_that_is_not_complete_says_why_and_stays_as_it_was(signed_in, house):
    event = outreach()
    answer = post(signed_in(Role.OUTREACH_OFFICER), f"/events/{event.ref}/close/", version=event.version)
    assert answer.status_code == 409
    event.refresh_from_db()
    assert event.state == "planned"
    assert RefusalLog.objects.get().code == "messages_missing"


def test_a_guards_number_is_taken_but_never_shown_again(signed_in, house):
    client = signed_in(Role.HOTLINE_OPERATOR)
    answer = post(
        client,
        "/events/leads/new/",
        source="call",
        name="Ibrahim Keita",
        nationality="MLI",
        site="DC-TARIQ-SIKKA",
        phone="+218 91 234 56 78",
        phone_owner="guard",
        group_size="1",
        may_contact="on",
        card_batch="TRP-0419",
    )
    lead = Lead.objects.get()
    assert answer.url == f"/events/leads/{lead.ref}/"
    for page in (answer.url, "/events/call-sheet/"):
        text = client.get(page).text
        assert "218912345678" not in text and "Ibrahim Keita" in text
    assert "Don't call this number" in client.get(answer.url).text


def test_a_bad_phone_is_told_beside_its_field_and_what_was_typed_stays(signed_in, house):
    answer = post(
        signed_in(Role.HOTLINE_OPERATOR),
        "/events/leads/new/",
        source="call",
        name="Ibrahim",
        nationality="MLI",
        site="DC-TARIQ-SIKKA",
        phone="12",
        phone_owner="self",
        group_size="1",
    )
    assert answer.status_code == 422
    assert "6 to 15 digits" in answer.text and 'value="Ibrahim"' in answer.text


def test_a_lead_becomes_a_registered_case_on_a_form_that_knows_what_was_told(signed_in, house):
    post(
        signed_in(Role.HOTLINE_OPERATOR),
        "/events/leads/new/",
        source="family",
        name="Ibrahim Moussa Keita",
        nationality="MLI",
        site="DC-TARIQ-SIKKA",
        phone="+218 91 234 56 78",
        phone_owner="guard",
        group_size="1",
        by_third_person="on",
        may_contact="on",
    )
    lead = Lead.objects.get()
    client = signed_in(Role.REGISTRATION_CLERK)
    form = client.get(f"/events/leads/{lead.ref}/register/").text
    assert all(f'value="{part}"' in form for part in ("Ibrahim", "Moussa", "Keita", "DC-TARIQ-SIKKA"))
    assert "218912345678" not in form, "a guard's number isn't carried into the person's file"
    told = {
        "given": "Ibrahim",
        "family": "Keita",
        "sex": "M",
        "nationality": "MLI",
        "site": "DC-TARIQ-SIKKA",
        "age": 22,
    }
    refused = post(client, f"/events/leads/{lead.ref}/register/", **told)
    assert refused.status_code == 422 and "ask Ibrahim Moussa Keita in person" in refused.text
    key = uuid4()
    for _twice in range(2):
        answer = post(client, f"/events/leads/{lead.ref}/register/", **told, own_agreement="on", key=key)
        assert answer.status_code == 302
    case = Case.objects.get()
    assert case.stage == "registered"
    lead.refresh_from_db()
    assert lead.case == case


def test_names_left_are_not_for_those_who_may_not_know_where_people_are(signed_in, house):
    event = outreach()
    post(signed_in(Role.OUTREACH_OFFICER), f"/events/{event.ref}/lead/", name="Ibrahim Keita", nationality="MLI",
         phone_owner="unknown", group_size="1")  # fmt: skip
    lead = Lead.objects.get()
    client = signed_in(Role.MOVEMENT_OFFICER)
    for page in ("/events/", f"/events/{event.ref}/", "/events/call-sheet/"):
        assert "Ibrahim" not in client.get(page).text
    assert client.get(f"/events/leads/{lead.ref}/").status_code == 404


# AS-02: Gambians online -----------------------------------------------------------------------------


def test_the_session_says_why_it_cannot_open_until_the_link_holds(signed_in, online):
    event, _people = online
    client = signed_in(CONSULAR)
    page = client.get(f"/events/{event.ref}/").text
    assert "link wasn&#x27;t checked today" in page
    post(client, f"/events/{event.ref}/check/", **(GOOD | {"down_mbps": "0.4"}))
    page = client.get(f"/events/{event.ref}/").text
    assert "0.4 Mbit/s come down, and 1.0 are needed" in page
    assert post(client, f"/events/{event.ref}/open/", version=event.version).status_code == 409
    post(client, f"/events/{event.ref}/check/", **GOOD)
    event.refresh_from_db()
    post(client, f"/events/{event.ref}/open/", version=event.version)
    event.refresh_from_db()
    assert event.state == "open"


def opened(client: Client, event: Event) -> list[int]:
    post(client, f"/events/{event.ref}/check/", **GOOD)
    event.refresh_from_db()
    post(client, f"/events/{event.ref}/open/", version=event.version)
    return lines(event)


def test_outcomes_are_entered_without_any_script_and_add_up(signed_in, online):
    event, _people = online
    client = signed_in(CONSULAR)
    first, second, boy = opened(client, event)
    page = client.get(f"/events/{event.ref}/").text
    was = dict(re.findall(r'name="(was-\d+)" value="([^"]*)"', page))
    sent = was | {f"outcome-{first}": "confirmed", f"outcome-{second}": "not_heard", f"outcome-{boy}": "confirmed"}

    refused = post(client, f"/events/{event.ref}/outcomes/", **sent)
    assert refused.status_code == 409 and "child-protection officer" in refused.text
    assert refused.text.count(" selected>Confirmed<") == 2, "what was entered is still there"
    assert not event.lines.exclude(outcome="").exists(), "all or none"

    post(client, f"/events/{event.ref}/outcomes/", **sent, **{f"child-{boy}": "1"})
    page = client.get(f"/events/{event.ref}/").text
    assert re.sub(r"\s+", " ", re.search(r'<bdi dir="ltr">(.*?)</bdi>', page, re.S)[1]).strip() == "2 + 1 = 3"
    event.refresh_from_db()
    post(client, f"/events/{event.ref}/close/", version=event.version)
    event.refresh_from_db()
    assert event.state == "closed"


def test_a_line_entered_in_place_answers_with_the_new_sum_and_touches_no_other_line(signed_in, online):
    event, _people = online
    client = signed_in(CONSULAR)
    first, second, boy = opened(client, event)
    in_place = {"HTTP_HX_REQUEST": "true"}
    answer = client.post(f"/events/{event.ref}/outcomes/", {f"outcome-{first}": "pending_capital"}, **in_place)
    assert answer.status_code == 200
    assert 'id="tally" hx-swap-oob="true"' in answer.text and f'id="saved-{first}" hx-swap-oob' in answer.text
    answer = client.post(f"/events/{event.ref}/outcomes/", {f"outcome-{first}": "confirmed"}, **in_place)
    assert answer.status_code == 200, "the same line again, without a key, in place of what stood there"
    refused = client.post(f"/events/{event.ref}/outcomes/", {f"outcome-{boy}": "confirmed"}, **in_place)
    assert refused.status_code == 409 and "<html" not in refused.text
    with acting(HOUSE):
        assert [x.outcome for x in event.lines.order_by("number")] == ["confirmed", "", ""]
    assert second


def test_a_page_older_than_somebody_elses_entries_does_not_wipe_them(signed_in, online):
    event, _people = online
    client = signed_in(CONSULAR)
    first, second, _boy = opened(client, event)
    was = dict(re.findall(r'name="(was-\d+)" value="([^"]*)"', client.get(f"/events/{event.ref}/").text))
    with acting(HOUSE):
        record_outcomes(act_as(Role.MOBILE_TEAM_MEMBER), event, [Heard(first, "no_show_sick")])
    post(client, f"/events/{event.ref}/outcomes/", **was, **{f"outcome-{first}": "", f"outcome-{second}": "confirmed"})
    assert [x.outcome for x in event.lines.order_by("number")][:2] == ["no_show_sick", "confirmed"]


def test_closing_too_early_says_how_many_are_missing(signed_in, online):
    event, _people = online
    client = signed_in(CONSULAR)
    opened(client, event)
    assert "3 of 3 have no outcome yet" in client.get(f"/events/{event.ref}/").text
    event.refresh_from_db()
    assert post(client, f"/events/{event.ref}/close/", version=event.version).status_code == 409


def test_who_was_not_heard_is_booked_for_another_session(signed_in, online, at):
    event, _people = online
    client = signed_in(CONSULAR)
    first, *_others = opened(client, event)
    sunday = session("office", at=at)
    record_outcomes(act_as(CONSULAR, at=at), event, [Heard(first, "not_heard")])
    assert post(client, f"/events/{event.ref}/rebook/", line=first, to=sunday.ref).status_code == 302
    assert EventLine.objects.get(pk=first).rebooked_to == sunday
    assert post(client, f"/events/{event.ref}/rebook/", line=first, to=sunday.ref).status_code == 409


def test_people_are_called_from_a_list_that_names_no_reason_but_a_neutral_one(signed_in, at):
    event = session(at=at)
    free, held = in_process(2, at=at)
    give_verdicts(act_as(Role.PROTECTION_LEAD, at=at), [Ruled(held, "R4", "hold")])
    client = signed_in(CONSULAR)
    page = client.get(f"/events/{event.ref}/call/").text
    assert f'value="{free.ref}"' in page and f'value="{held.ref}"' not in page
    assert "Contact with the embassy isn&#x27;t open" in page
    assert post(client, f"/events/{event.ref}/call/", case=[free.ref, held.ref]).status_code == 409
    assert not event.lines.exists()
    post(client, f"/events/{event.ref}/call/", case=[free.ref])
    assert [x.case for x in event.lines.all()] == [free]


def test_the_embassys_file_is_recorded_once_and_holds_seven_columns(signed_in, online):
    event, people = online
    client = signed_in(CONSULAR)
    key = uuid4()
    answer = post(client, f"/events/{event.ref}/called-list/", key=key)
    assert answer["Content-Type"].startswith("text/csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(people) and all(row.count(",") == 6 for row in rows)
    assert post(client, f"/events/{event.ref}/called-list/", key=key).status_code == 302
    assert ActionLog.objects.filter(action="events.share_called_list").count() == 1
    assert signed_in(Role.VHR_CASEWORKER).get(f"/events/{event.ref}/called-list/").status_code == 404


def confirmed(people: list[Case], at: datetime) -> None:
    event = session("office", at=at)
    call(act_as(CONSULAR, at=at), event, people)
    open_session(act_as(CONSULAR, at=at), event)
    record_outcomes(act_as(CONSULAR, at=at), event, [Heard(pk, "confirmed") for pk in lines(event)])
    close(act_as(CONSULAR, at=at), event)


def test_documents_are_asked_for_and_typed_in_at_once(signed_in, at):
    people = in_process(2, at=at)
    confirmed(people, at)
    client = signed_in(CONSULAR)
    assert "/events/papers/GMB/ask/" in client.get("/events/papers/").text
    post(client, "/events/papers/GMB/ask/", case=[c.ref for c in people])
    first, second = Document.objects.order_by("person__name", "pk").values_list("pk", flat=True)
    half = {f"paper-{first}-number": "LP-1", f"paper-{first}-issued": "2026-01-05"}
    refused = post(client, "/events/papers/GMB/receive/", **half)
    assert refused.status_code == 422 and "until when it is valid" in refused.text
    post(client, "/events/papers/GMB/receive/", **half, **{f"paper-{first}-expires": "2027-01-05"})
    assert dict(Document.objects.values_list("pk", "state")) == {first: "in_custody", second: "requested"}
    twice = {
        f"paper-{second}-number": "lp 1",
        f"paper-{second}-issued": "2026-01-05",
        f"paper-{second}-expires": "2027-01-05",
    }
    refused = post(client, "/events/papers/GMB/receive/", **twice)
    assert refused.status_code == 422 and "LP1" in refused.text
    assert post(client, "/events/papers/GMB/receive/").status_code == 422, "nothing typed is nothing received"


def test_papers_are_not_for_those_who_do_not_keep_them(signed_in, at):
    confirmed(in_process(1, at=at), at)
    client = signed_in(Role.OUTREACH_OFFICER)
    assert client.get("/events/papers/").status_code == 404
    assert client.get("/events/papers/GMB/receive/").status_code == 404


def test_a_called_list_shows_no_names_to_those_who_may_not_know_them(signed_in, online):
    event, people = online
    page = signed_in(Role.AUDITOR).get(f"/events/{event.ref}/").text
    assert people[0].person.name not in page and people[0].ref not in page


def test_asking_for_documents_of_an_unknown_country_is_refused(house):
    from darb.rules.refusal import Invalid

    with pytest.raises(Invalid):
        request_documents(act_as(CONSULAR), "XXX", [])


def test_the_page_of_a_session_asks_the_same_of_the_database_for_three_people_as_for_thirty(signed_in, at):
    few, many = session("office", at=at), session("office", at=at)
    call(act_as(CONSULAR, at=at), few, in_process(3, at=at))
    call(act_as(CONSULAR, at=at), many, in_process(30, at=at))
    open_session(act_as(CONSULAR, at=at), few)
    open_session(act_as(CONSULAR, at=at), many)
    client = signed_in(CONSULAR)

    def asked(event: Event) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/events/{event.ref}/").status_code == 200
        return len(queries)

    assert asked(few) == asked(many) < 40


# In a browser ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_one_key_a_person_enters_forty_outcomes_and_the_sum_grows(served, tool, frontend, vendor):
    now = datetime.now(UTC)  # noqa: TID251 - the pages under test read it too
    with acting(HOUSE):
        event = session("office", at=now)
        call(act_as(CONSULAR, at=now), event, in_process(4, at=now))
        open_session(act_as(CONSULAR, at=now), event)
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[CONSULAR]))
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{served}/events/{event.ref}/")
        for key in "1105":
            page.keyboard.press(key)
        page.locator(".tally", has_text="adds up").wait_for()
        assert page.locator(".tally-sum bdi").inner_text() == "2 + 1 + 1 = 4"
        assert page.locator(".saved svg").count() == 4
        if shots := os.environ.get("DARB_SHOTS"):
            page.screenshot(path=f"{shots}/consular.png", full_page=True)
        browser.close()
    assert faults == []
    with acting(HOUSE):
        assert [x.outcome for x in event.lines.order_by("number")] == [
            "confirmed",
            "confirmed",
            "not_heard",
            "not_our_national",
        ]
