"""What an embassy gets: seven fields of those who may be named, and requests; and the papers that come back."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date, timedelta

import pytest

from darb.cases import queries as cases
from darb.cases.actions import Ruled, give_verdicts
from darb.cases.asylum_actions import raise_asylum_concern
from darb.cases.models import GateRow, Task
from darb.events import queries
from darb.events.actions import close, open_session
from darb.events.consular_actions import Heard, record_outcomes
from darb.events.embassy_actions import request_documents, share_called_list
from darb.people.actions import record_documents, withdraw_consents
from darb.people.arrival_actions import Arrived, take_in
from darb.people.models import Document, Name, Token
from darb.programmes.voluntary_return_codes import EMBASSY_FIELDS, TO_EMBASSY
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, act_as, actor, in_days
from tests.events.cast import called, in_process, session

CONSULAR = Role.CONSULAR_OFFICER


def confirmed(count: int) -> list:
    """Cases of a closed session whose nationality the embassy confirmed."""
    event, people = called(count)
    open_session(act_as(CONSULAR), event)
    record_outcomes(act_as(CONSULAR), event, [Heard(x.pk, "confirmed") for x in event.lines.all()])
    close(act_as(CONSULAR), event)
    return people


def arrived(cases: list, *, issued: date = TODAY, days: int = 30) -> list[Arrived]:
    """A laissez-passer for each, valid so many days from its issue."""
    return [
        Arrived(c.person, "GMB", f"LP-{n:04}", issued, issued + timedelta(days=days)) for n, c in enumerate(cases, 1)
    ]


def test_the_embassy_sees_seven_fields_and_nothing_else(house):
    event, people = called(1, given="Lamin", father="Momodou", family="Ceesay", origin_place="Brikama")
    Name.objects.update(mother="Fatou")
    record_documents(
        act_as(), [Document(person=people[0].person, kind="passport", country="GMB", number="", state="lost")]
    )
    assert queries.embassy_slice(actor(CONSULAR), event, TODAY) == [
        {
            "name": "Lamin Ceesay",
            "father_name": "Momodou",
            "mother_name": "Fatou",
            "sex": "M",
            "birth_date": "1995-05-05",
            "place_of_origin": "Brikama",
            "documents": "passport lost",
        }
    ]
    shared = share_called_list(act_as(CONSULAR), event)
    rows = list(csv.reader(io.StringIO(shared.content.decode("utf-8-sig"))))
    assert rows[0] == list(EMBASSY_FIELDS.values()) and len(rows[0]) == 7
    everything = shared.content.decode("utf-8-sig")
    for hidden in (people[0].ref, people[0].person.ref, "SABHA", "Sabha"):
        assert hidden not in everything


def test_the_sharing_is_kept_with_recipient_fields_and_fingerprint(house):
    event, people = called(2)
    shared = share_called_list(act_as(CONSULAR), event)
    kept = ActionLog.objects.get(action="events.share_called_list")
    assert kept.detail["recipient"] == "embassy:GMB"
    assert kept.detail["sha256"] == hashlib.sha256(shared.content).hexdigest()
    assert kept.detail["fields"] == list(EMBASSY_FIELDS)
    assert sorted(kept.persons) == sorted(c.person_id for c in people)
    assert kept.subject == event.ref


def test_whoever_became_somebody_who_may_not_be_named_is_off_the_list_at_export(house):
    event, (free, stopped, fearful, unwilling) = called(4)
    give_verdicts(act_as(Role.PROTECTION_LEAD), [Ruled(stopped, "R4", "stop")])
    raise_asylum_concern(act_as(Role.VHR_CASEWORKER), fearful, "counselling")
    withdraw_consents(act_as(), unwilling.person, [TO_EMBASSY], "told on the phone")
    with acting(actor(CONSULAR)):
        shared = share_called_list(act_as(CONSULAR), event)
    assert shared.count == 1
    with acting(HOUSE):
        assert ActionLog.objects.get(action="events.share_called_list").persons == [free.person_id]
        # Even whoever sees every row sends none of them out.
        assert share_called_list(act_as(), event).count == 1


def test_a_name_is_never_a_formula_in_the_embassys_spreadsheet(house):
    event, _people = called(1, given="=HYPERLINK(1)", father="", family="")
    assert b"'=HYPERLINK(1)" in share_called_list(act_as(CONSULAR), event).content


def test_a_list_of_nobody_is_not_shared_and_only_the_consular_officer_shares(house):
    with pytest.raises(Refused, match="nobody_to_share"):
        share_called_list(act_as(CONSULAR), session())
    with pytest.raises(Forbidden):
        share_called_list(act_as(Role.VHR_HEAD), session())


def test_documents_are_asked_for_once_and_the_task_that_said_so_is_done(house):
    people = confirmed(3)
    choice = queries.to_request(actor(CONSULAR), "GMB", TODAY)
    assert (len(choice.ready), choice.cannot) == (3, [])
    assert len(request_documents(act_as(CONSULAR), "GMB", people)) == 3
    assert {d.state for d in Document.objects.all()} == {"requested"}
    assert not Task.objects.filter(kind="embassy_confirmed", done_at=None).exists()
    assert queries.to_request(actor(CONSULAR), "GMB", TODAY) == queries.Choice([], [])
    with pytest.raises(Refused, match="asked_already"):
        request_documents(act_as(CONSULAR), "GMB", people)


def test_no_document_is_asked_for_before_the_nationality_is_confirmed(house):
    with pytest.raises(Refused, match=r"R6\."):
        request_documents(act_as(CONSULAR), "GMB", in_process(1))


def test_papers_that_come_twelve_days_later_turn_the_gate_and_raise_the_alert_at_day_sixteen(house):
    people = confirmed(33)
    request_documents(act_as(CONSULAR), "GMB", people)
    assert len(queries.awaited_documents(actor(CONSULAR), "GMB")) == 33
    later = NOON + timedelta(days=12)
    documents = take_in(act_as(CONSULAR, at=later), arrived(people, issued=later.date()))
    assert Document.objects.count() == 33, "each that was awaited is the one that came"
    assert {d.state for d in documents} == {"in_custody"}
    assert queries.awaited_documents(actor(CONSULAR), "GMB") == []
    assert GateRow.objects.filter(gate="R7", windows__contains=in_days(12)).count() == 33
    day_fifteen, day_sixteen = in_days(12 + 15), in_days(12 + 16)
    assert not cases.expiring_documents(house, day_fifteen).exists()
    assert cases.expiring_documents(house, day_sixteen).count() == 33
    assert Token.objects.filter(token="lp0001").exists(), "a paper's number finds its bearer"


def test_a_number_that_two_papers_carry_is_refused_by_name_and_nothing_is_kept(house):
    first, second, third = in_process(3)
    take_in(act_as(CONSULAR), arrived([first]))
    with pytest.raises(Invalid, match="LP0001"):
        take_in(act_as(CONSULAR), [Arrived(second.person, "GMB", "lp 0001", TODAY, in_days(30))])
    with pytest.raises(Invalid, match="LP0009"):
        take_in(
            act_as(CONSULAR),
            [Arrived(c.person, "GMB", "LP-0009", TODAY, in_days(30)) for c in (second, third)],
        )
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "issued", "expires", "field"),
    [(" ", 0, 30, "number"), ("LP1", 1, 30, "issued"), ("LP1", 0, 0, "expires"), ("LP1", -9, -10, "expires")],
)
def test_a_paper_whose_dates_cannot_be_right_is_refused_beside_the_field(house, number, issued, expires, field):
    person = in_process(1)[0].person
    with pytest.raises(Invalid) as refused:
        take_in(act_as(CONSULAR), [Arrived(person, "GMB", number, in_days(issued), in_days(expires))])
    assert refused.value.field == field
