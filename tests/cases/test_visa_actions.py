"""Exit visas: handed in together, answered one by one, and red the moment the airport changes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darb.cases.actions import set_return
from darb.cases.exit_queries import BY_KEY, days_to_answer, rejections
from darb.cases.models import Case, ExitVisa, GateRow, Incident, Task, VisaBatch, VisaQuery
from darb.cases.queries import visa_counts
from darb.cases.visa_actions import (
    Answer,
    answer_visas,
    expire_visas,
    keep_receipt,
    mark_visas,
    reply,
    set_form,
    submit_visas,
)
from darb.cases.visa_queries import compare_names, form_on, forms, tally
from darb.people.actions import correct, move_documents, withdraw_consents
from darb.people.models import Document, Person
from darb.people.registration import ToldName
from darb.reactions import jobs
from darb.rules.refusal import Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.figures import Span
from tests.cast import NOON, TODAY, act_as, actor, case, in_days, on
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


def printed(of: Case, name: str) -> None:
    Document.objects.filter(person=of.person).update(name_as_printed=name)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("IBRAHIM MOUSSA KEITA", True),
        ("Keita Ibrahim Moussa", True),
        ("KEÏTA IBRAHIM MOUSSA", True),
        ("", True),
        ("IBRAHIMA MOUSSA KEITA", False),
        ("KEITA IBRAHIM", True),
        ("IBRAHIM MOUSSA", False),
    ],
)
def test_the_name_on_the_document_is_the_recorded_one_letter_for_letter(three, name, same):
    printed(three[0], name)
    names = compare_names(actor(OFFICER), three)
    differ = names.differ
    assert (three[0].pk in names.untyped) is (not name)
    assert (three[0].pk in differ) is not same and three[1].pk not in differ
    if same:
        assert submit(three).visas.count() == 3
    else:
        with pytest.raises(Refused) as refused:
            submit(three)
        assert refused.value.refusal.code == "name_differs" and refused.value.refusal.who == Role.CONSULAR_OFFICER
        assert any(run.other for run in (*differ[three[0].pk].told, *differ[three[0].pk].printed))


def test_a_name_in_arabic_letters_is_compared_with_the_arabic_one(three):
    told = [ToldName("A", "إبراهيم", "", "كيتا")]
    correct(act_as(), three[0].person, expected=Person.objects.get(pk=three[0].person_id).version, names=told)
    printed(three[0], "إبراهيم كيتا")
    assert not compare_names(actor(OFFICER), three).differ
    printed(three[0], "ابراهيم كيتا")
    assert set(compare_names(actor(OFFICER), three).differ) == {three[0].pk}


def test_a_query_is_somebodys_task_until_it_is_answered_and_then_the_authority_decides(three):
    batch = submit(three)
    visa = batch.visas.get(case=three[0])
    answer_visas(act_as(OFFICER), [Answer(visa, "queried", reason="which employer?", why="document")])
    query = VisaQuery.objects.get()
    assert Task.objects.get(case=three[0], kind="visa_query", done_at=None).role == OFFICER.value
    with pytest.raises(Invalid):
        reply(act_as(OFFICER), query, " ")
    reply(act_as(OFFICER), query, "none: he was never employed")
    assert ExitVisa.objects.get(pk=visa.pk).state == "submitted"
    assert not Task.objects.filter(case=three[0], kind="visa_query", done_at=None).exists()
    with pytest.raises(Refused):
        reply(act_as(OFFICER), query, "again")
    answer_visas(act_as(OFFICER), [Answer(visa, "approved", "V1", TODAY, in_days(9))])
    assert green(three[0])


def test_a_dispute_is_settled_before_the_form_is_handed_in_again(three):
    visa = submit(three).visas.get(case=three[0])
    answer_visas(act_as(OFFICER), [Answer(visa, "rejected", reason="the sponsor claims his fee", why="dispute")])
    with pytest.raises(Refused) as refused:
        submit(three[:1])
    assert refused.value.refusal.code == "dispute_open"
    assert "the sponsor claims his fee" in refused.value.refusal.values["asked"]
    reply(act_as(OFFICER), VisaQuery.objects.get(), "The sponsor signed that nothing is owed.")
    assert ExitVisa.objects.get(pk=visa.pk).state == "rejected", "what was decided stays decided"
    assert submit(three[:1]).visas.count() == 1


def test_what_the_authority_says_of_a_name_a_debt_or_a_claim_is_on_the_right_list(three):
    batch = submit(three)
    first, second, third = batch.visas.order_by("pk")
    told = [
        Answer(first, "rejected", reason="Ibrahima in the passport", why="name"),
        Answer(second, "rejected", reason="asked for", why="wanted"),
        Answer(third, "", waiver="refused"),
    ]
    answer_visas(act_as(OFFICER), told)
    assert Incident.objects.get(case=first.case).code == "X6"
    assert Task.objects.get(case=second.case, kind="visa_wanted").role == Role.PROTECTION_LEAD.value
    assert Task.objects.get(case=third.case, kind="visa_fees").role == Role.VHR_HEAD.value
    assert ExitVisa.objects.get(pk=third.pk).state == "submitted"


def test_fees_are_asked_to_be_waived_unless_the_officer_says_otherwise(three):
    visa = submit(three[:1]).visas.get()
    assert (visa.waiver, visa.waiver_for) == ("asked", ["exit_fee", "overstay"])
    none = submit_visas(act_as(OFFICER), three[1:], "MJI", AUTHORITY, "TIP", []).visas.first()
    assert (none.waiver, none.waiver_for) == ("", [])
    with pytest.raises(Invalid) as refused:
        answer_visas(act_as(OFFICER), [Answer(none, "", waiver="granted")])
    assert refused.value.field == "waiver"
    answer_visas(act_as(OFFICER), [Answer(visa, "approved", "V1", TODAY, in_days(9), waiver="granted")])
    assert ExitVisa.objects.get(pk=visa.pk).waiver == "granted"


def test_the_receipt_of_the_authority_is_kept(three):
    batch = submit(three)
    with pytest.raises(Invalid):
        keep_receipt(act_as(OFFICER), batch, " ")
    keep_receipt(act_as(OFFICER), batch, "2019/1177")
    assert VisaBatch.objects.get(pk=batch.pk).receipt == "2019/1177"


def test_a_visa_nobody_travelled_on_is_expired_the_day_after_its_last_and_says_until_when(three):
    batch = submit(three)
    first, second, _third = batch.visas.order_by("pk")
    answer_visas(
        act_as(OFFICER),
        [Answer(first, "approved", "V1", TODAY, in_days(3)), Answer(second, "approved", "V2", TODAY, in_days(4))],
    )
    assert expire_visas(act_as(at=on(in_days(3)))) == 0
    jobs.end_visas(timestamp=int(on(in_days(4)).timestamp()))
    assert [ExitVisa.objects.get(pk=v.pk).state for v in (first, second)] == ["expired", "approved"]
    set_return(act_as(Role.VHR_CASEWORKER), first.case, expected=first.case.version, return_area="Kayes")
    row = GateRow.objects.get(case=first.case, gate="R8")
    assert in_days(3) in row.windows and in_days(4) not in row.windows, "its days say so, as before"
    span = Span(actor(OFFICER), NOON - timedelta(days=1), NOON + timedelta(days=9))
    assert [v.pk for v in BY_KEY["expired"].rows(span)] == [first.pk]


def test_every_figure_opens_the_rows_that_it_counts(three):
    batch = submit(three)
    first, second, third = batch.visas.order_by("pk")
    answer_visas(
        act_as(OFFICER, at=on(in_days(4))),
        [
            Answer(first, "approved", "V1", TODAY, in_days(30), waiver="granted"),
            Answer(second, "rejected", reason="torn", why="document"),
            Answer(third, "queried", reason="which day?"),
        ],
    )
    span = Span(actor(OFFICER), NOON - timedelta(hours=1), NOON + timedelta(days=9))
    rows = {key: {v.pk for v in figure.rows(span)} for key, figure in BY_KEY.items() if figure.kind == "visas"}
    parts = [rows[key] for key in ("approved", "queried", "rejected", "pending")]
    assert sum(map(len, parts)) == len(rows["submitted"]) == len(set().union(*parts)) == 3
    assert (rows["approved"], rows["waived"]) == ({first.pk}, {first.pk})
    assert rejections(span) == [("document", 1)]
    assert days_to_answer(span) == 4
    before = Span(span.actor, NOON - timedelta(days=9), NOON - timedelta(hours=1))
    assert all(not figure.rows(before).exists() for figure in BY_KEY.values())


EVENTS = ("approve", "query", "reject", "dispute", "reply", "use", "flag", "expire", "again")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 2)), max_size=14))
def test_in_is_approved_and_queried_and_rejected_and_pending_in_whatever_order(three, events):
    with transaction.atomic():
        submit(three)
        for event, n in events:
            _try(event, three[n])
            for batch, states in visa_counts(act_as().actor):
                sums = tally(states)
                assert sums.handed_in == batch.visas.count()
                assert sums.handed_in == sums.approved + sums.queried + sums.rejected + sums.pending
            asked_of = set(VisaQuery.objects.filter(answered_at=None).values_list("visa__state", flat=True))
            assert asked_of <= {"queried", "rejected"}, "nothing is asked of what was given"
        transaction.set_rollback(True)


def _try(event: str, of: Case) -> None:
    """Do it, or be refused: both leave the sums whole."""
    visa = ExitVisa.objects.filter(case=of).latest("pk")
    query = VisaQuery.objects.filter(case=of, answered_at=None).first()
    officer, mover = act_as(OFFICER), act_as(Role.MOVEMENT_OFFICER)
    events = {
        "approve": lambda: answer_visas(officer, [Answer(visa, "approved", "V", TODAY, in_days(2))]),
        "query": lambda: answer_visas(officer, [Answer(visa, "queried", reason="why?")]),
        "reject": lambda: answer_visas(officer, [Answer(visa, "rejected", reason="no")]),
        "dispute": lambda: answer_visas(officer, [Answer(visa, "rejected", reason="owes", why="dispute")]),
        "reply": lambda: reply(officer, query, "settled") if query else None,
        "use": lambda: mark_visas(mover, [of], "used"),
        "flag": lambda: mark_visas(mover, [of], "flagged"),
        "expire": lambda: expire_visas(act_as(at=on(in_days(3)))),
        "again": lambda: submit([of]),
    }
    try:
        events[event]()
    except Refused as refused:
        assert refused.refusal.code in ("visa_answered", "visa_pending", "dispute_open"), refused.refusal.code


# The authority's form ------------------------------------------------------------------------------


def test_a_batch_keeps_the_version_of_the_form_that_was_taken_on_its_day(three):
    assert submit(three[:1]).form_version == "", "no version was told yet"
    for version, since in (("P-14/2018", in_days(-90)), ("P-14/2019", TODAY), ("P-14/2020", in_days(30))):
        set_form(act_as(OFFICER), version, since)
    batch = submit(three[1:])
    assert batch.form_version == "P-14/2019"
    set_form(act_as(OFFICER), "P-14/2019 b", TODAY)
    batch.refresh_from_db()
    assert batch.form_version == "P-14/2019", "what was handed in stays as it was"
    assert [f.version for f in forms(actor(OFFICER))] == ["P-14/2020", "P-14/2019 b", "P-14/2018"]
    assert forms(actor(Role.NURSE)) == []


@pytest.mark.parametrize(
    ("version", "days", "field"), [(" ", 0, "version"), ("P" * 31, 0, "version"), ("P-14", 400, "since")]
)
def test_a_version_that_says_nothing_or_a_day_far_away_is_refused(house, version, days, field):
    with pytest.raises(Invalid) as refused:
        set_form(act_as(OFFICER), version, in_days(days))
    assert refused.value.field == field
    assert form_on(TODAY) is None
