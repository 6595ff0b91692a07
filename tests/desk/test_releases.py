"""Releases at their pages: asked for from a centre's list, answered in one table, handed over at the gate, on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from darb.cases.models import Case, Encounter, GateRow, ReleaseLine, ReleaseRequest
from darb.people.models import Person
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, told
from tests.travellers import ready

LIAISON = Role.DC_LIAISON
CENTRE = "DC-TARIQ-SIKKA"
TOMORROW = (NOON + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def held(house: Any) -> list[Case]:
    """Three people of Tariq al-Sikka who wait for their release alone, each with a name of their own."""
    names = [("Ibrahim", "Keita"), ("Lamin", "Ceesay"), ("Musa", "Jallow")]
    return ready([told(given, family=family, site=CENTRE) for given, family in names])


@pytest.fixture
def liaison(held: list[Case], signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(LIAISON)


def send(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"key": str(uuid4()), **data})


def asked(client: Client, held: list[Case]) -> ReleaseRequest:
    page = f"/releases/new/{CENTRE}/"
    answer = send(client, page, ground="voluntary_return", authority="DCIM", case=[c.ref for c in held])
    assert answer.status_code == 302, answer.text
    with acting(HOUSE):
        return ReleaseRequest.objects.get()


def line(of: Case) -> int:
    with acting(HOUSE):
        return ReleaseLine.objects.get(case=of).pk


def scheduled(client: Client, held: list[Case]) -> str:
    """Asked for, approved and appointed by its pages; gives the address of the request."""
    request = asked(client, held)
    page = f"/releases/{request.ref}/"
    answers = {f"l{line(c)}-state": "approved" for c in held}
    sent = send(client, page, version="1", approved_by="Col. Ahmed", list_number="17/2019", **answers)
    assert sent.status_code == 302, sent.text
    sent = send(client, f"{page}schedule/", version="2", hand_over_at=TOMORROW, receiving_officer="Salma")
    assert sent.status_code == 302, sent.text
    return page


def said(pdf: Any) -> str:
    assert pdf["Content-Type"] == "application/pdf", pdf.text[:2000]
    return " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(pdf.content)).pages).split())


def test_from_the_list_of_the_centre_to_our_care(liaison: Client, held: list[Case]) -> None:
    assert CENTRE in liaison.get("/releases/new/").text
    offered = liaison.get(f"/releases/new/{CENTRE}/").text
    assert offered.count("waits for this alone") == 3 and offered.count("checked") == 3
    page = scheduled(liaison, held)
    gate = f"{page}gate/"
    shown = liaison.get(f"{gate}?to=TOWN-TRIPOLI").text
    assert all(c.person.name in shown for c in held) and "Moussa" in shown, "the father's name is asked for"
    form = {"line": line(held[0]), "taken_to": "TOWN-TRIPOLI", "injury": "burns"}
    again = send(liaison, gate, check=["name"], **form)
    assert again.status_code == 422 and "compare this first" in again.text
    assert "burns" in again.text, "what was typed isn't lost"
    assert send(liaison, gate, check=["name", "photo"], property_returned="a phone", **form).status_code == 302
    with acting(HOUSE):
        assert Person.objects.get(pk=held[0].person_id).site.code == "TOWN-TRIPOLI"
        assert Encounter.objects.get(kind="release_injury").data_class == "D4"
        assert TODAY in GateRow.objects.get(case=held[0], gate="R10").windows
    refused = {"outcome": "refused", "reason": "no escort"}
    assert send(liaison, f"{page}{line(held[1])}/", **refused).status_code == 302
    assert send(liaison, f"{page}{line(held[2])}/?to=TOWN-TRIPOLI", outcome="other_person").status_code == 302
    whole = " ".join(liaison.get(page).text.split())
    assert "Handed to IOM: 1" in whole and "Refused: 1" in whole and "Person not present: 1" in whole and "= 3" in whole
    assert "burns" not in whole
    assert page in liaison.get(f"/cases/{held[1].ref}/").text


def test_an_answer_that_isnt_whole_changes_nothing_and_is_shown_where_it_was_typed(
    liaison: Client, held: list[Case]
) -> None:
    request = asked(liaison, held)
    page = f"/releases/{request.ref}/"
    first, second = line(held[0]), line(held[1])
    answers = {f"l{first}-state": "approved", f"l{second}-state": "refused"}
    answer = send(liaison, page, version="1", approved_by="Col.", list_number="17", **answers)
    assert answer.status_code == 422 and "Write the reason" in answer.text
    answer = send(liaison, page, version="1", **{f"l{first}-state": "approved"})
    assert answer.status_code == 422 and "number of the list" in answer.text
    with acting(HOUSE):
        assert set(request.lines.values_list("state", flat=True)) == {"requested"}
    send(liaison, page, version="1", **{f"l{second}-state": "refused", f"l{second}-reason": "wanted"})
    stale = send(liaison, page, version="1", **{f"l{first}-state": "refused", f"l{first}-reason": "wanted"})
    assert "Somebody changed this request" in stale.text


def test_the_pages_are_for_who_knows_whereabouts_and_the_deeds_for_the_liaison(
    held: list[Case], liaison: Client, signed_in: Callable[[Role], Client]
) -> None:
    page = scheduled(liaison, held)
    assert signed_in(Role.WAREHOUSE_OFFICER).get(page).status_code == 404
    caseworker = signed_in(Role.VHR_CASEWORKER)
    shown = caseworker.get(page)
    assert shown.status_code == 200 and "Not handed over" not in shown.text
    form = {"line": line(held[0]), "taken_to": "TOWN-TRIPOLI", "check": ["name", "photo"]}
    assert send(caseworker, f"{page}gate/", **form).status_code in (403, 422)
    with acting(HOUSE):
        assert ReleaseLine.objects.get(case=held[0]).state == "scheduled"


def test_a_request_is_as_many_statements_for_three_as_for_one(liaison: Client, held: list[Case]) -> None:
    page = f"/releases/{asked(liaison, held).ref}/"
    few = ready(1, site="DC-ZUWARA")
    sent = send(liaison, "/releases/new/DC-ZUWARA/", ground="court", authority="DCIM", case=[few[0].ref])
    counts = []
    for address in (sent["Location"], page):
        with CaptureQueriesContext(connection) as asked_of:
            assert liaison.get(address).status_code == 200
        counts.append(len(asked_of))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_papers_for_the_centre_name_people_and_nothing_that_it_may_not_know(
    liaison: Client, held: list[Case], language: str
) -> None:
    page = scheduled(liaison, held)
    ref = page.split("/")[2]
    paper = {"language": language, "recipient": "DCIM"}
    letter = said(send(liaison, f"/papers/release/{ref}/release_letter/", **paper))
    gate_list = said(send(liaison, f"/papers/release/{ref}/release_list/", **paper))
    form = {"taken_to": "TOWN-TRIPOLI", "check": ["name", "photo"], "injury": "burns"}
    send(liaison, f"{page}gate/", line=line(held[0]), property_returned="a phone", **form)
    away = {"outcome": "not_found", "reason": "a guard said he was sold"}
    send(liaison, f"{page}{line(held[1])}/", **away)
    protocol = said(send(liaison, f"/papers/release/{ref}/release_protocol/", **paper))
    for told_there in (letter, gate_list, protocol):
        assert "Keita" in told_there and "Ceesay" in told_there
        for hidden in ("burns", "guard said", "TOWN-TRIPOLI", "FTT", held[0].ref, held[0].person.ref):
            assert hidden not in told_there
    assert "Moussa" in held[0].person.name
    assert "a phone" in protocol
    assert "17/2019" in gate_list and "17/2019" in protocol
    if language == "en":
        assert "Handed to IOM: 1" in protocol and "Not handed over: 1" in protocol and "Still awaited: 1" in protocol
    copies = ActionLog.objects.filter(action="trust.hand_out").order_by("pk")
    assert [c.detail["paper"] for c in copies] == ["release_letter", "release_list", "release_protocol"]
    assert {c.subject for c in copies} == {f"release:{ref}"}


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_page_opens_in_every_language(liaison: Client, held: list[Case], language: str) -> None:
    page = scheduled(liaison, held)
    liaison.cookies["django_language"] = language
    mine = f"{page}{line(held[0])}/"
    for address in ("/releases/", "/releases/new/", f"/releases/new/{CENTRE}/", page, f"{page}gate/", mine):
        answer = liaison.get(address)
        assert answer.status_code == 200 and f'lang="{language}"' in answer.text
