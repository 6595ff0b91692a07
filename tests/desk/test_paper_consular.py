"""Papers for embassies and for the exit visa: called list, biodata sheets, note verbale, forms and letter."""

from __future__ import annotations

import random
from typing import Any

import pytest

from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import VisaBatch
from darb.cases.visa_actions import set_form
from darb.demo.portraits import portrait
from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, record_outcomes
from darb.events.embassy_actions import request_documents
from darb.people.actions import take_photos
from darb.people.models import Person
from darb.places.models import MissionOfOrigin
from darb.rules.roles import Role
from tests.cast import NOON, act_as
from tests.desk.printing import (
    CONSULAR,
    VISAS,
    copy,
    handed,
)
from tests.desk.reading import pages, text
from tests.events.cast import called
from tests.travellers import ready

pytestmark = pytest.mark.usefixtures("noon")


def test_the_called_list_leaves_out_who_may_no_longer_be_named(signed_in: Any) -> None:
    event, people = called(3)
    Person.objects.filter(pk=people[0].person_id).update(name="Fatou Jallow")
    raise_asylum_concern(act_as(Role.PROTECTION_CASEWORKER), people[1], "counselling")
    answer = copy(signed_in(CONSULAR), "session", event.ref, "called_list")
    assert set(handed().persons) == {people[0].person_id, people[2].person_id}
    said = text(answer)
    for hidden in (people[0].ref, "Sabha", "detention", "asylum"):
        assert hidden not in said


def test_biodata_sheets_carry_photographs_and_do_without_one_that_cant_be_read(signed_in: Any) -> None:
    event, people = called(2)
    take_photos(act_as(), [(people[0].person, portrait(random.Random(7))), (people[1].person, b"\xff\xd8\xff\xe0no")])
    answer = copy(signed_in(CONSULAR), "session", event.ref, "biodata_sheets")
    assert text(answer).count("no photograph") == 1
    assert len(handed().persons) == 2


def test_an_embassy_that_takes_no_photographs_gets_none(signed_in: Any) -> None:
    event, _people = called(1)
    MissionOfOrigin.objects.filter(pk="GMB").update(accepts_photo_lists=False)
    answer = copy(signed_in(CONSULAR), "session", event.ref, "biodata_sheets")
    assert answer["Content-Type"].startswith("text/html")
    assert "takes no lists with photographs" in answer.text
    assert "Called list" in text(copy(signed_in(CONSULAR), "session", event.ref, "called_list"))


def test_the_note_asks_an_embassy_for_what_it_was_asked_for(signed_in: Any) -> None:
    event, people = called(2)
    open_session(act_as(CONSULAR), event)
    record_outcomes(act_as(CONSULAR), event, [Heard(x.pk, "confirmed") for x in event.lines.all()])
    close(act_as(CONSULAR), event)
    client = signed_in(CONSULAR)
    nobody = copy(client, "embassy", "GMB", "note_verbale")
    assert nobody.status_code == 422 and "isn&#x27;t asked for any document now" in nobody.text
    request_documents(act_as(CONSULAR), "GMB", people)
    said = text(copy(client, "embassy", "GMB", "note_verbale"))
    assert "presents its compliments" in said and "Gambia" in said
    assert set(handed().persons) == {c.person_id for c in people}


def test_exit_visa_forms_are_arabic_one_page_each_and_the_letter_lists_everyone(signed_in: Any) -> None:
    set_form(act_as(VISAS), "P-14/2019", NOON.date())
    ready(3, at=NOON)
    batch, client = VisaBatch.objects.latest("pk"), signed_in(VISAS)
    forms = copy(client, "visas", batch.ref, "visa_forms", language="ar")
    assert len(pages(forms)) == 3 and "P-14/2019" in text(forms)
    assert copy(client, "visas", batch.ref, "visa_forms", language="en").status_code == 422
    letter = text(copy(client, "visas", batch.ref, "visa_letter"))
    assert letter.count("LP0") == 3 and "Form P-14/2019" in letter
    assert "hands in 3 applications" in letter and "Passports and Nationality" in letter
