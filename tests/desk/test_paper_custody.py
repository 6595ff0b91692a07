"""The session report, the document receipt list and the custody log, as they are printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from darb.desk.paper_pages import DRAWN
from darb.desk.paper_words import Asked
from darb.events.actions import Hearing, close, open_session, prepare
from darb.events.consular_actions import Heard, record_outcomes
from darb.events.embassy_actions import request_documents
from darb.events.link_actions import drop_link, resume_link
from darb.events.models import Event
from darb.events.question_actions import Question, refuse_question
from darb.people.actions import move_documents
from darb.people.arrival_actions import Arrived, take_in
from darb.people.custody import Hands
from darb.people.models import Document, Person
from darb.rules.roles import Role
from darb.trust.models import Account
from darb.trust.powers import DataClass
from darb.trust.queries import HOUSE, actor_for
from tests.cast import NOON, STAFF, TODAY, act_as
from tests.desk.printing import copy, handed
from tests.desk.reading import text
from tests.events.cast import called

CONSULAR = Role.CONSULAR_OFFICER

pytestmark = pytest.mark.usefixtures("noon")


def session_of_three() -> Event:
    """Three Gambians heard online over a link that dropped once: two confirmed, one pending; not closed yet."""
    event, people = called(3)
    Person.objects.filter(pk=people[0].person_id).update(name="Fatou Jallow")
    prepare(act_as(CONSULAR), event, Hearing("Mr Ceesay", "Team Sebha", "Oumar Diarra", "apart", 40))
    open_session(act_as(CONSULAR), event)
    first, second, third = event.lines.order_by("number")
    record_outcomes(act_as(CONSULAR), event, [Heard(first.pk, "confirmed"), Heard(second.pk, "confirmed")])
    drop_link(act_as(CONSULAR), event)
    resume_link(act_as(CONSULAR, at=NOON + timedelta(minutes=9)), event, "second_sim")
    record_outcomes(act_as(CONSULAR), event, [Heard(third.pk, "pending_capital")])
    return event


def came() -> Event:
    """The session closed, and the two documents asked for in custody."""
    event = session_of_three()
    close(act_as(CONSULAR), event)
    cases = [line.case for line in event.lines.filter(outcome="confirmed").select_related("case__person")]
    request_documents(act_as(CONSULAR), "GMB", cases)
    arrived = [
        Arrived(case.person, "GMB", f"LP77{n}", TODAY, TODAY + timedelta(days=30)) for n, case in enumerate(cases)
    ]
    take_in(act_as(CONSULAR), arrived, Hands("Safe, Tripoli", "Amal Khalil"))
    return event


def test_the_report_of_a_session_adds_up_and_tells_of_the_link_and_never_of_whom_the_embassy_asked(
    signed_in: Any,
) -> None:
    event = session_of_three()
    hidden = "Where does the journalist Touray stay?"
    refuse_question(act_as(CONSULAR), event, Question("whereabouts", hidden))
    close(act_as(CONSULAR), event)
    said = text(copy(signed_in(CONSULAR), "session", event.ref, "session_report"))
    for told in ("Oumar Diarra", "Apart from others", "Second SIM card", "Confirmed 2", "Pending in the capital 1"):
        assert told in said, told
    assert "Called 3" in said and "Fatou Jallow" in said
    assert "Where somebody is: 1" in said and "Touray" not in said
    assert len(handed().persons) == 3


def test_the_receipt_list_holds_what_came_that_day_and_the_log_every_step_with_its_holder(signed_in: Any) -> None:
    came()
    client = signed_in(CONSULAR)
    receipt = text(copy(client, "embassy", "GMB", "receipt_list"))
    assert "LP770" in receipt and "LP771" in receipt and "2 documents" in receipt
    assert "signature, stamp" in receipt
    paper = Document.objects.get(number="LP770")
    move_documents(act_as(CONSULAR), [paper], "in_custody", Hands("Mitiga desk", "Salem"))
    log = text(copy(client, "embassy", "GMB", "custody_log"))
    for told in ("Requested from the embassy", "Received from the embassy", "Safe, Tripoli", "Mitiga desk", "Salem"):
        assert told in log, told


def test_where_nothing_came_there_is_no_receipt_and_no_log(signed_in: Any) -> None:
    client = signed_in(CONSULAR)
    for code in ("receipt_list", "custody_log"):
        answer = copy(client, "embassy", "GMB", code)
        assert answer.status_code == 422, code


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_they_are_set_in_every_language(signed_in: Any, language: str) -> None:
    came()
    for code in ("receipt_list", "custody_log"):
        answer = copy(signed_in(CONSULAR), "embassy", "GMB", code, language=language)
        assert answer["Content-Type"] == "application/pdf", answer.text[-2000:]


@pytest.mark.parametrize("code", ["receipt_list", "custody_log"])
def test_whoever_prints_them_may_see_every_column(house: Any, code: str) -> None:
    came()
    who = actor_for(Account.objects.get(username=STAFF[CONSULAR]))
    columns = DRAWN[code](Asked(HOUSE, "GMB", TODAY)).columns
    assert [c.label for c in columns if c.shows and not who.sees(DataClass(c.shows), c.sight)] == []
