"""The page of machine-readable passenger lists: who gets one is written down with its hash, then the file comes."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pydifact.segmentcollection import Interchange

from darb.movements.actions import book, lock
from darb.movements.models import Flight
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import NOON, act_as, client_for, told
from tests.travellers import flight, ready

OFFICER = Role.MOVEMENT_OFFICER
pytestmark = pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")


@pytest.fixture
def locked(house, monkeypatch) -> Flight:
    """Two men on a locked manifest, one of whom flies on; the doors' clock stands at noon of the cast's day."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    people = ready([told(site="TOWN-TRIPOLI"), told("Lamin", nationality="GMB", site="TOWN-TRIPOLI")])
    made = flight(route=("MJI", "BKO", "BJL"))
    book(act_as(OFFICER), made, [Booking(c) for c in people])
    lock(act_as(OFFICER), made)
    made.refresh_from_db()
    return made


def address(made: Flight) -> str:
    return reverse("desk:passenger_list", args=[made.ref])


def test_the_file_is_the_list_of_that_leg_and_its_recipient_and_hash_are_written_down(locked):
    client = client_for(OFFICER)
    page = client.post(address(locked), {"leg": "2", "recipient": "Immigration, Banjul", "key": str(uuid4())})
    assert page["Content-Type"] == "application/EDIFACT"
    whole = Interchange.from_str(page.content.decode("ascii"))
    log = ActionLog.objects.get(action="trust.hand_out")
    assert whole.recipient == "IMMIGRATION, BANJUL"
    assert whole.control_reference == log.detail["copy"]
    assert f"DB101-2-{log.detail['copy']}.edi" in page["Content-Disposition"]
    names = [s.elements[3][0] for s in whole.segments if s.tag == "NAD" and s.elements[0] == "FL"]
    assert names == ["KEITA"]
    assert (log.subject, log.detail["paper"], log.detail["of"]) == (locked.ref, "passenger_list", "BJL")
    assert (log.detail["version"], log.detail["recipient"]) == (1, "Immigration, Banjul")
    assert log.detail["sha256"] == sha256(page.content).hexdigest()
    assert len(log.persons) == 1
    assert "Immigration, Banjul" in client.get(address(locked)).content.decode()


def test_the_same_list_for_another_recipient_says_the_same_under_another_number(locked):
    client = client_for(OFFICER)
    for recipient in ("PAF Bamako", "DGSN"):
        client.post(address(locked), {"leg": "1", "recipient": recipient, "key": str(uuid4())})
    one, other = ActionLog.objects.filter(action="trust.hand_out")
    assert one.detail["says"] == other.detail["says"]
    assert one.detail["copy"] != other.detail["copy"] and one.detail["sha256"] != other.detail["sha256"]


def test_a_second_click_makes_no_second_copy(locked):
    client = client_for(OFFICER)
    sent = {"leg": "1", "recipient": "PAF", "key": str(uuid4())}
    client.post(address(locked), sent)
    again = client.post(address(locked), sent, follow=True)
    assert "made already" in again.content.decode()
    assert ActionLog.objects.filter(action="trust.hand_out").count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"leg": "1", "recipient": "الجوازات"}, "Latin letters"),
        ({"leg": "1", "recipient": ""}, "required"),
        ({"leg": "7", "recipient": "PAF"}, "7"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_goes_out(locked, sent, sentence):
    page = client_for(OFFICER).post(address(locked), {**sent, "key": str(uuid4())})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not ActionLog.objects.filter(action="trust.hand_out").exists()


def test_an_unlocked_manifest_and_another_role_get_no_list(locked):
    open_one = flight("DB 200")
    page = client_for(OFFICER).post(address(open_one), {"leg": "1", "recipient": "PAF", "key": str(uuid4())})
    assert page.status_code == 422
    assert "Lock the manifest first" in page.content.decode()
    assert client_for(Role.PHYSICIAN).get(address(locked)).status_code == 404


def test_the_flights_page_leads_there_once_its_manifest_is_locked(locked):
    client = client_for(OFFICER)
    assert address(locked) in client.get(reverse("desk:flight", args=[locked.ref])).content.decode()
    open_one = flight("DB 200")
    assert address(open_one) not in client.get(reverse("desk:flight", args=[open_one.ref])).content.decode()
    physician = client_for(Role.PHYSICIAN).get(reverse("desk:flight", args=[locked.ref])).content.decode()
    assert address(locked) not in physician, "no way to a page that isn't theirs"
