"""Cases: opened, taken along their road step by step, put aside and taken up again, ruled on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from darb.cases.actions import (
    Opening,
    Ruled,
    Spoken,
    close,
    give_verdicts,
    meet_conditions,
    open_cases,
    override,
    record_encounters,
    set_return,
    take_step,
)
from darb.cases.models import Case, GateRow, StageChange, Task, Verdict
from darb.cases.queries import differences
from darb.cases.work_queries import priority_reasons, returned
from darb.people.actions import form_group, give_consents, record_documents, take_photos
from darb.people.models import Consent, Document
from darb.programmes.voluntary_return import VOLUNTARY_RETURN
from darb.rules.pathway import OVERRIDE
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.trust.action import AlreadyDone
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, VHR, act_as, actor, case, cases, in_days, on, person
from tests.travellers import JPEG


def fresh(of: Case) -> Case:
    """The case as it is now."""
    return Case.objects.get(pk=of.pk)


def refusal(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


# Opened -----------------------------------------------------------------------------------------------


def test_a_person_has_one_open_case_in_a_programme(house):
    ibrahim = case()
    with pytest.raises(Refused) as refused:
        open_cases(act_as(), VHR, [Opening(ibrahim.person, "MLI")])
    assert refusal(refused) == "case_open"
    assert ibrahim.ref in refused.value.refusal.in_english()


def test_a_case_of_a_person_met_in_detention_says_so(house):
    assert case(site="DC-TAJOURA").detained
    assert not case(site="TOWN-TRIPOLI").detained


def test_a_second_click_opens_no_second_case(house):
    key, ibrahim = uuid4(), person()
    opened = open_cases(act_as(key=key), VHR, [Opening(ibrahim, "MLI")])[0]
    with pytest.raises(AlreadyDone) as again:
        open_cases(act_as(key=key), VHR, [Opening(ibrahim, "MLI")])
    assert again.value.subject == opened.ref
    assert Case.objects.filter(person=ibrahim).count() == 1


# Steps ------------------------------------------------------------------------------------------------


def test_one_who_may_not_go_holds_everyone_back(house):
    mine = cases(3)
    take_step(act_as(), mine[:1], "withdraw", reason="wants to stay")
    with pytest.raises(Refused):
        take_step(act_as(), mine, "hold", reason="waits for a brother", review_on=in_days(9))
    assert {fresh(c).stage for c in mine[1:]} == {"registered"}


def test_a_page_that_shows_an_older_version_changes_nothing(house):
    ibrahim = case()
    set_return(act_as(), ibrahim, expected=ibrahim.version, departure_airport="MRA")
    with pytest.raises(Stale):
        set_return(act_as(), ibrahim, expected=ibrahim.version, departure_airport="BEN")
    with pytest.raises(Stale):
        take_step(act_as(), [ibrahim], "withdraw", reason="x", expected={ibrahim.pk: ibrahim.version})
    assert fresh(ibrahim).departure_airport == "MRA"


def test_a_case_on_hold_says_why_and_until_when_and_goes_on_where_it_was(house):
    ibrahim = case()
    for given in ({}, {"reason": " "}, {"reason": "waits for a brother"}):
        with pytest.raises(Invalid):
            take_step(act_as(), [ibrahim], "hold", **given)
    take_step(act_as(), [ibrahim], "hold", reason="waits for a brother", review_on=in_days(9))
    held = fresh(ibrahim)
    assert (held.stage, held.stage_before, held.why, held.review_on) == (
        "on_hold",
        "registered",
        "waits for a brother",
        in_days(9),
    )
    take_step(act_as(), [ibrahim], "resume")
    assert (fresh(ibrahim).stage, fresh(ibrahim).why, fresh(ibrahim).review_on) == ("registered", "", None)


def test_a_withdrawn_case_can_be_taken_up_again_from_the_beginning(house):
    ibrahim = case()
    take_step(act_as(), [ibrahim], "withdraw", reason="wants to stay")
    assert not GateRow.objects.filter(case=ibrahim).exists(), "nobody asks whether it is ready"
    take_step(act_as(), [ibrahim], "reopen")
    assert fresh(ibrahim).stage == "registered"
    assert GateRow.objects.filter(case=ibrahim).count() == len(VOLUNTARY_RETURN.gates)


def test_the_dead_are_not_taken_up_again_and_death_has_a_source(house):
    ibrahim = case()
    with pytest.raises(Invalid):
        take_step(act_as(Role.VHR_HEAD), [ibrahim], "record_death")
    take_step(act_as(Role.VHR_HEAD), [ibrahim], "record_death", reason="told by the hospital")
    assert fresh(ibrahim).closed == TODAY
    with pytest.raises(Refused):
        take_step(act_as(), [ibrahim], "reopen")


def test_a_case_is_closed_only_with_an_ending_of_where_it_stands(house):
    ibrahim = case()
    with pytest.raises(Refused) as refused:
        close(act_as(), [ibrahim], "returned")
    assert refusal(refused) == "no_such_ending"
    take_step(act_as(), [ibrahim], "lose_contact", reason="three calls unanswered")
    close(act_as(Role.VHR_CASEWORKER), [ibrahim], "no_contact")
    assert (fresh(ibrahim).stage, fresh(ibrahim).closure_code) == ("closed", "no_contact")
    assert not returned(HOUSE, VHR).exists()


@pytest.mark.parametrize("step", ["book", "board", "land", "hand_over"])
def test_a_step_that_belongs_to_a_flight_is_not_taken_by_hand(house, step):
    ibrahim = case()
    with pytest.raises(Refused):
        take_step(act_as(), [ibrahim], step)
    assert fresh(ibrahim).stage == "registered"


def test_every_step_stands_in_the_history_with_who_and_when(house):
    ibrahim = case("expressed_interest")
    salma = act_as(Role.REGISTRATION_CLERK, at=on(in_days(1)))
    take_step(salma, [ibrahim], "register")
    opened, registered = StageChange.objects.filter(case=ibrahim).order_by("pk")
    assert (opened.step, opened.to_stage, opened.at) == ("open", "expressed_interest", NOON)
    assert (registered.account_id, registered.at) == (salma.actor.account_id, on(in_days(1)))


# Verdicts ---------------------------------------------------------------------------------------------


def test_a_verdict_takes_the_place_of_the_one_that_stood_and_the_old_one_stays_known(house):
    ibrahim = case()
    doctor = act_as(Role.PHYSICIAN)
    give_verdicts(doctor, [Ruled(ibrahim, "R9", "FTT-3")])
    give_verdicts(doctor, [Ruled(ibrahim, "R9", "FTT-1", in_days(30))])
    assert list(Verdict.objects.filter(case=ibrahim).order_by("pk").values_list("code", "superseded_at")) == [
        ("FTT-3", NOON),
        ("FTT-1", None),
    ]


@pytest.mark.parametrize(
    ("gate", "code", "role"),
    [
        ("R9", "FTT-1", Role.PROTECTION_LEAD),
        ("R4", "cleared", Role.PHYSICIAN),
        ("R6", "confirmed", Role.VHR_CASEWORKER),
    ],
)
def test_a_verdict_is_for_the_role_that_its_gate_names(house, gate, code, role):
    with pytest.raises(Forbidden) as refused:
        give_verdicts(act_as(role), [Ruled(case(), gate, code)])
    assert refused.value.refusal.who in VOLUNTARY_RETURN.gate(gate).ruled_by


def test_what_protection_stopped_protections_lead_alone_lifts(house):
    ibrahim = case()
    give_verdicts(act_as(Role.PROTECTION_CASEWORKER), [Ruled(ibrahim, "R4", "stop")])
    with pytest.raises(Forbidden) as refused:
        give_verdicts(act_as(Role.PROTECTION_CASEWORKER), [Ruled(ibrahim, "R4", "cleared")])
    assert refused.value.refusal.who is Role.PROTECTION_LEAD
    give_verdicts(act_as(Role.PROTECTION_LEAD), [Ruled(ibrahim, "R4", "cleared", reason="Heard, and safe")])


def test_a_decision_that_would_end_before_it_begins_is_refused(house):
    with pytest.raises(Invalid) as refused:
        give_verdicts(act_as(Role.PHYSICIAN), [Ruled(case(), "R9", "FTT-1", TODAY)])
    assert refused.value.field == "until"


def test_there_is_no_gate_of_another_name(house):
    with pytest.raises(Missing):
        give_verdicts(act_as(), [Ruled(case(), "R99", "cleared")])


OVERRIDDEN = [(g.code, g.overridden_by) for g in VOLUNTARY_RETURN.gates if g.overridden_by]
NEVER = sorted(VOLUNTARY_RETURN.never_overridden)


@pytest.mark.parametrize(("gate", "role"), OVERRIDDEN, ids=[g for g, _r in OVERRIDDEN])
def test_a_gate_is_opened_only_by_the_role_that_may_with_a_reason(house, gate, role):
    ibrahim = case()
    with pytest.raises(Invalid):
        override(act_as(role), ibrahim, gate, "  ")
    override(act_as(role), ibrahim, gate, "agreed with the embassy")
    assert TODAY in GateRow.objects.get(case=ibrahim, gate=gate).windows
    given = Verdict.objects.get(case=ibrahim, gate=gate, superseded_at=None)
    assert (given.code, given.override, given.role) == (OVERRIDE, True, role.value)


@pytest.mark.parametrize("gate", NEVER)
def test_a_gate_that_nobody_may_open_is_opened_by_nobody(house, gate):
    ibrahim = case()
    everybody = [r for r in Role if r is not Role.RECEIVING_MISSION_OFFICER]
    for act in (act_as(), act_as(*everybody)):
        with pytest.raises(Forbidden):
            override(act, ibrahim, gate, "there is no time")
    assert not Verdict.objects.filter(case=ibrahim).exists()


def test_a_condition_counts_once_somebody_confirmed_it(house):
    ibrahim = case()
    asked = Ruled(ibrahim, "R9", "FTT-2", in_days(30), ("wheelchair", "escort"))
    give_verdicts(act_as(Role.PHYSICIAN), [asked])
    officer = act_as()
    assert meet_conditions(officer, [(ibrahim, "R9", "wheelchair")]) == 1
    assert TODAY not in GateRow.objects.get(case=ibrahim, gate="R9").windows
    assert meet_conditions(officer, [(ibrahim, "R9", "escort"), (ibrahim, "R9", "oxygen")]) == 1
    assert TODAY in GateRow.objects.get(case=ibrahim, gate="R9").windows
    assert meet_conditions(officer, [(ibrahim, "R9", "escort")]) == 0


def test_an_acknowledgement_given_for_one_country_doesnt_stand_for_another(house):
    ibrahim = case()
    give_verdicts(act_as(Role.VHR_CASEWORKER), [Ruled(ibrahim, "R11", "acknowledged")])
    assert TODAY in GateRow.objects.get(case=ibrahim, gate="R11").windows
    set_return(act_as(), ibrahim, expected=ibrahim.version, return_country="SEN")
    assert TODAY not in GateRow.objects.get(case=ibrahim, gate="R11").windows


# Conversations, advice -------------------------------------------------------------------------


def test_a_conversation_that_wasnt_private_says_why(house):
    ibrahim = case()
    with pytest.raises(Invalid) as refused:
        record_encounters(act_as(), [Spoken(ibrahim, "conversation", "fr", private=False)])
    assert refused.value.field == "not_private_because"
    overheard = Spoken(ibrahim, "conversation", "fr", private=False, not_private_because="a guard stayed")
    assert record_encounters(act_as(), [overheard])[0].not_private_because == "a guard stayed"


def test_the_advice_says_why_but_not_to_those_who_may_not_know_of_a_need(house):
    awa = open_cases(act_as(), VHR, [Opening(person(given="Awa", sex="F"), "MLI", vulnerabilities=["VOT"])])[0]
    worker, officer = actor(Role.VHR_CASEWORKER), actor(Role.CONSULAR_OFFICER)
    lead = actor(Role.PROTECTION_LEAD)
    assert [points for _why, points in priority_reasons(lead, awa, in_days(9))] == [70, 3]
    assert [points for _why, points in priority_reasons(worker, awa, in_days(9))] == [None, 3]
    assert [points for _why, points in priority_reasons(officer, awa, in_days(9))] == [3]


# Two at once ------------------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], object]) -> list[BaseException]:
    """Do things in threads of their own, all let go at the same moment; gives what they raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            with acting(HOUSE):
                deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [error for done in [pool.submit(run, deed) for deed in deeds] if (error := done.exception(60))]


def test_of_two_officers_with_the_same_page_one_is_told_to_load_it_again(committed):
    with acting(HOUSE):
        ibrahim = case()
    airports = ["MRA", "BEN"]
    raised = at_once(
        *[lambda a=a: set_return(act_as(), ibrahim, expected=ibrahim.version, departure_airport=a) for a in airports]
    )
    assert [type(e) for e in raised] == [Stale]
    with acting(HOUSE):
        assert fresh(ibrahim).version == ibrahim.version + 1


def test_two_who_close_one_case_close_it_once(committed):
    with acting(HOUSE):
        ibrahim = case()
        take_step(act_as(), [ibrahim], "lose_contact", reason="three calls unanswered")
    raised = at_once(*[lambda: close(act_as(), [ibrahim], "no_contact")] * 2)
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    with acting(HOUSE):
        assert StageChange.objects.filter(case=ibrahim, to_stage="closed").count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_deeds_about_one_family_at_one_moment_leave_rows_that_say_what_the_facts_say(committed, round_):
    with acting(HOUSE):
        father, mother, son = case(), case(given="Fatou", sex="F"), case(given="Musa")
        members = [(father.person, "head", True), (mother.person, "wife", True), (son.person, "son", True)]
        form_group(act_as(), "family", members)
    agreed = Consent(
        person_id=father.person_id, purpose="voluntary_return", form="thumbprint", language="fr", given=TODAY
    )
    paper = Document(
        person_id=mother.person_id, kind="passport", number="ML1", country="MLI", expires=in_days(9), state="in_custody"
    )
    raised = at_once(
        lambda: give_consents(act_as(), [agreed]),
        lambda: record_documents(act_as(), [paper]),
        lambda: give_verdicts(act_as(), [Ruled(mother, "R9", "FTT-1", in_days(30))]),
        lambda: give_verdicts(act_as(), [Ruled(son, "R14", "funded")]),
        lambda: take_photos(act_as(), [(son.person, JPEG)]),
        lambda: take_step(act_as(), [son], "withdraw", reason="wants to stay"),
    )
    assert raised == []
    with acting(HOUSE):
        assert differences() == []
        assert Task.objects.filter(kind="document_expires").count() == 1
        assert ActionLog.objects.filter(action="cases.take_step", detail__step="withdraw").count() == 1
