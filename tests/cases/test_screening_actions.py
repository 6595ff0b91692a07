"""The screens, what follows from them, and a child who isn't alone any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from darb.cases.actions import Ruled, Spoken, give_verdicts
from darb.cases.models import AsylumConcern, Case, Encounter, GateRow, Task, Verdict
from darb.cases.screening_actions import (
    TraffickingSigns,
    guardian_found,
    screen,
    screen_trafficking,
    sign_trafficking,
)
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case

OFFICER = Role.CHILD_PROTECTION_OFFICER


@pytest.fixture
def musa(house) -> Case:
    """Musa, fourteen, found alone at the centre."""
    boy = case(given="Musa", born=None)
    return screen(act_as(OFFICER), Spoken(boy, "screening", "bam", {"child_alone": True}))


def test_a_screen_that_finds_a_child_alone_says_so_on_the_case(musa):
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_a_later_screen_that_doesnt_ask_again_leaves_the_child_alone(musa):
    screen(act_as(OFFICER), Spoken(musa, "screening", "bam", {}))
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_the_child_officer_records_who_the_guardian_is(musa):
    guardian_found(act_as(OFFICER), musa, "His aunt Fanta; both named the same village and grandfather.", language="fr")
    assert not Case.objects.get(pk=musa.pk).unaccompanied
    kept = Encounter.objects.get(case=musa, kind="guardian_found")
    assert kept.data_class == "D7" and "aunt Fanta" in kept.answers["guardian_found"]


def test_without_a_word_on_who_it_is_the_child_stays_alone(musa):
    with pytest.raises(Invalid):
        guardian_found(act_as(OFFICER), musa, "  ", language="fr")
    assert Case.objects.get(pk=musa.pk).unaccompanied


def test_nobody_but_child_protection_and_its_lead_says_that_a_guardian_was_found(musa):
    with pytest.raises(Forbidden):
        guardian_found(act_as(Role.VHR_CASEWORKER), musa, "An uncle.", language="fr")


def test_a_guardian_is_found_for_a_child_alone_and_for_nobody_else(house):
    grown = case()
    with pytest.raises(Invalid):
        guardian_found(act_as(OFFICER), grown, "His aunt.", language="fr")
    assert not Encounter.objects.filter(case=grown).exists()


# The levels of the screen --------------------------------------------------------------------------------

INTERVIEWER, FOCAL, LEAD = Role.SCREENING_INTERVIEWER, Role.COUNTER_TRAFFICKING_FOCAL_POINT, Role.PROTECTION_LEAD


def screened(who: Case, answers: dict[str, bool], result: str = "", **how) -> Case:
    return screen(act_as(INTERVIEWER), Spoken(who, "screening", "bam", answers, **how), result)


def tasks(of: Case) -> set[tuple[str, str]]:
    return set(Task.objects.filter(case=of).values_list("kind", "role"))


def test_triage_at_first_contact_sends_a_physician_the_same_day(house):
    woman = case(given="Aïcha", sex="F")
    screen(act_as(INTERVIEWER), Spoken(woman, "triage", "fra", {"pregnant": True, "ill": True}))
    assert Task.objects.get(case=woman, kind="follow_up").due == TODAY
    assert Encounter.objects.get(case=woman).kind == "triage"


@pytest.mark.parametrize("who", ["fellow_detainee", "guard", "travel_companion", "rival_group"])
def test_nobody_interprets_before_whom_the_person_could_not_speak_freely(house, who):
    with pytest.raises(Invalid, match="never interprets"):
        screened(case(), {"detained": True}, interpreter="Omar", interpreter_is=who)
    assert not Encounter.objects.exists()


def test_within_hearing_of_guards_it_is_written_why_and_what_is_private_isnt_asked(house):
    ibrahim = case()
    overheard = {"private": False, "not_private_because": "The guard stays in the door"}
    with pytest.raises(Invalid, match="private"):
        screened(ibrahim, {"torture": False}, **overheard)
    with pytest.raises(Invalid):
        screened(ibrahim, {"detained": True}, private=False)
    screened(ibrahim, {"detained": True}, "cannot_assess", **overheard)
    assert Encounter.objects.get().not_private_because == "The guard stays in the door"
    assert ("screen_again", INTERVIEWER) in tasks(ibrahim)


def test_a_red_flag_asks_for_a_full_assessment_beside_the_specialist(house):
    ibrahim = case()
    screened(ibrahim, {"forced_work": True}, "needs_here")
    assert tasks(ibrahim) == {("follow_up", FOCAL), ("full_assessment", Role.PROTECTION_CASEWORKER)}


def test_a_need_at_departure_becomes_a_task_to_say_what_the_journey_needs(house):
    ibrahim = case()
    screened(ibrahim, {"disability": True}, "needs_at_departure")
    assert ("set_conditions", Role.PROTECTION_CASEWORKER) in tasks(ibrahim)


def test_no_concern_cant_stand_beside_an_answer_that_is_one(house):
    with pytest.raises(Invalid, match="concern"):
        screened(case(), {"ill": True}, "no_concern")
    screened(case(), {"skills": True}, "no_concern")
    with pytest.raises(Invalid):
        screened(case(), {}, "all_well")


def test_a_return_that_isnt_safe_stops_travel_at_once(house):
    ibrahim = case()
    screened(ibrahim, {}, "return_not_safe")
    assert AsylumConcern.objects.get().case == ibrahim
    assert TODAY not in GateRow.objects.get(case=ibrahim, gate="R4").windows


# The counter-trafficking screen ---------------------------------------------------------------------------

SOLD = TraffickingSigns(["moved", "sold"], ["threats"], ["forced_labour"])


def heard(who: Case, signs: TraffickingSigns = SOLD, **how) -> str:
    return screen_trafficking(act_as(FOCAL), Spoken(who, "trafficking_screen", "fra", **how), signs)


def test_presumed_trafficking_counts_once_somebody_else_signed_it(house):
    ibrahim = case()
    assert heard(ibrahim) == "presumed_trafficked"
    written = Encounter.objects.get()
    assert Case.objects.get().vulnerabilities == []
    assert Verdict.objects.get(gate="R4", superseded_at=None).code == "hold"
    with pytest.raises(Refused, match="Somebody else"):
        sign_trafficking(act_as(FOCAL), written, True, "The same story twice")
    with pytest.raises(Invalid):
        sign_trafficking(act_as(LEAD), written, True, " ")
    sign_trafficking(act_as(LEAD), written, True, "The same story twice")
    assert Case.objects.get().vulnerabilities == ["VOT"]
    assert Verdict.objects.get(gate="R4", superseded_at=None).until == TODAY + timedelta(days=30)
    assert not Task.objects.filter(kind="sign_trafficking_screen", done_at=None).exists()
    with pytest.raises(Refused, match="signed already"):
        sign_trafficking(act_as(LEAD), written, False, "Once more")


def test_a_second_reader_who_doesnt_agree_sets_no_flag(house):
    heard(case())
    sign_trafficking(act_as(LEAD), Encounter.objects.get(), False, "No act was told")
    assert Case.objects.get().vulnerabilities == []


def test_of_a_child_no_means_are_asked(house):
    assert heard(case(born=date(2004, 1, 1)), TraffickingSigns(["moved"], [], ["begging"])) == "presumed_trafficked"
    assert heard(case(), TraffickingSigns(["moved"], [], ["begging"])) == "none"
    assert heard(case(), TraffickingSigns([], ["debt"], [])) == "smuggled_with_abuse"


def test_the_screen_is_done_in_private_or_not_at_all(house):
    with pytest.raises(Refused):
        heard(case(), private=False, not_private_because="A full room")
    assert not Encounter.objects.exists()


def test_a_hold_or_stop_is_lifted_with_a_reason_alone(house):
    ibrahim = case()
    give_verdicts(act_as(LEAD), [Ruled(ibrahim, "R4", "hold", TODAY + timedelta(days=3))])
    assert Task.objects.get(kind="review_hold").due == TODAY + timedelta(days=3)
    with pytest.raises(Invalid, match="lifted"):
        give_verdicts(act_as(LEAD), [Ruled(ibrahim, "R4", "cleared")])
    with pytest.raises(Forbidden):
        give_verdicts(act_as(Role.PROTECTION_CASEWORKER), [Ruled(ibrahim, "R4", "cleared", reason="Seen")])
    give_verdicts(act_as(LEAD), [Ruled(ibrahim, "R4", "cleared", reason="Heard alone, and safe")])
