"""Exit visas: handed in together, answered one by one, and red the moment the airport changes."""

from __future__ import annotations

from collections import Counter

import pytest

from darb.cases.actions import set_return
from darb.cases.models import Case, ExitVisa, GateRow, VisaBatch
from darb.cases.queries import visa_counts
from darb.cases.visa_actions import Answer, answer_visas, mark_visas, submit_visas
from darb.people.actions import move_documents, withdraw_consents
from darb.people.models import Document
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case, in_days
from tests.travellers import ready

OFFICER = Role.EXIT_VISA_OFFICER
AUTHORITY = "Passports and Nationality"


@pytest.fixture
def three(house) -> list[Case]:
    """Three people with papers, photos and consents, whose visas were rejected: they apply again."""
    mine = ready(3)
    ExitVisa.objects.all().delete()
    return mine


def submit(mine: list[Case], airport: str = "MJI") -> VisaBatch:
    return submit_visas(act_as(OFFICER), mine, airport, AUTHORITY, "TIP")


def green(of: Case) -> bool:
    return TODAY in GateRow.objects.get(case=of, gate="R8").windows


def test_in_is_approved_and_queried_and_rejected_and_pending(three):
    batch = submit(three)
    first, second, _third = batch.visas.order_by("pk")
    answers = [
        Answer(first, "approved", "V1", TODAY, in_days(30)),
        Answer(second, "queried", reason="the name on the form differs"),
    ]
    answer_visas(act_as(OFFICER), answers)
    told = dict(visa_counts(act_as().actor))[batch]
    assert told == {"approved": 1, "queried": 1, "submitted": 1}
    assert sum(told.values()) == len(three)
    answer_visas(act_as(OFFICER), [Answer(second, "rejected", reason="wanted by the prosecution")])
    assert Counter(batch.visas.values_list("state", flat=True)) == {"approved": 1, "rejected": 1, "submitted": 1}


def test_an_approval_turns_the_gate_green_for_its_days(three):
    batch = submit(three)
    answer_visas(act_as(OFFICER), [Answer(batch.visas.get(case=three[0]), "approved", "V1", TODAY, in_days(3))])
    assert green(three[0]) and not green(three[1])
    row = GateRow.objects.get(case=three[0], gate="R8")
    assert in_days(3) in row.windows and in_days(4) not in row.windows


def test_a_flight_moved_to_another_airport_turns_the_visa_red_and_back_green(three):
    batch = submit(three)
    answer_visas(act_as(OFFICER), [Answer(v, "approved", f"V{v.pk}", TODAY, in_days(30)) for v in batch.visas.all()])
    for airport, says in (("MRA", False), ("MJI", True)):
        mine = Case.objects.get(pk=three[0].pk)
        set_return(act_as(Role.VHR_CASEWORKER), mine, expected=mine.version, departure_airport=airport)
        assert green(three[0]) is says
    assert green(three[1])


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"state": "approved"}, "number"),
        ({"state": "approved", "number": "V1", "valid_from": TODAY}, "number"),
        ({"state": "approved", "number": "V1", "valid_from": TODAY, "valid_to": in_days(-1)}, "valid_to"),
        ({"state": "rejected"}, "reason"),
        ({"state": "queried", "reason": " "}, "reason"),
    ],
)
def test_an_answer_that_isnt_whole_is_refused_with_the_whole_list(three, answer, field):
    batch = submit(three)
    good, bad, _third = batch.visas.order_by("pk")
    with pytest.raises(Invalid) as refused:
        answer_visas(act_as(OFFICER), [Answer(good, "approved", "V9", TODAY, in_days(9)), Answer(bad, **answer)])
    assert refused.value.field == field
    assert set(batch.visas.values_list("state", flat=True)) == {"submitted"}


def test_an_answered_application_isnt_answered_twice(three):
    visa = submit(three).visas.first()
    answer_visas(act_as(OFFICER), [Answer(visa, "rejected", reason="wanted")])
    with pytest.raises(Refused) as refused:
        answer_visas(act_as(OFFICER), [Answer(visa, "approved", "V1", TODAY, in_days(9))])
    assert refused.value.refusal.code == "visa_answered"


def test_who_waits_for_an_answer_isnt_handed_in_again_and_who_was_refused_is(three):
    batch = submit(three)
    with pytest.raises(Refused) as refused:
        submit(three[:1])
    assert refused.value.refusal.code == "visa_pending"
    answer_visas(act_as(OFFICER), [Answer(batch.visas.get(case=three[0]), "rejected", reason="form torn")])
    assert submit(three[:1]).visas.count() == 1


def test_a_form_for_another_airport_than_the_persons_is_refused(three):
    with pytest.raises(Refused) as refused:
        submit(three, "MRA")
    assert refused.value.refusal.code == "other_airport"
    assert not VisaBatch.objects.filter(airport="MRA").exists()


def test_papers_come_first(house):
    with pytest.raises(Refused):
        submit([case()])
    mine = ready(1)[0]
    ExitVisa.objects.all().delete()
    move_documents(act_as(Role.CONSULAR_OFFICER), list(Document.objects.filter(person=mine.person)), "lost")
    with pytest.raises(Refused) as refused:
        submit([mine])
    assert refused.value.refusal.code == "R7.lost"


def test_nobody_is_named_to_the_authorities_without_their_consent(three):
    withdraw_consents(act_as(), three[0].person, ["share_with_authorities"], "told the clerk")
    with pytest.raises(Refused) as refused:
        submit(three)
    assert refused.value.refusal.code == "G2.authorities"
    assert submit(three[1:]).visas.count() == 2


def test_an_application_that_isnt_there_isnt_answered(house):
    with pytest.raises(Missing):
        answer_visas(act_as(OFFICER), [Answer(ExitVisa(pk=10**6), "rejected", reason="x")])


def test_only_approved_visas_are_marked_as_used(three):
    batch = submit(three)
    answer_visas(act_as(OFFICER), [Answer(batch.visas.get(case=three[0]), "approved", "V1", TODAY, in_days(9))])
    assert mark_visas(act_as(Role.MOVEMENT_OFFICER), three, "used") == 1
    with pytest.raises(Refused):
        mark_visas(act_as(Role.MOVEMENT_OFFICER), three, "rejected")
