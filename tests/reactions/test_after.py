"""What follows from deeds: tasks for those who must know, and the advice on who travels first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.cases.actions import Ruled, Spoken, give_verdicts
from darb.cases.asylum_actions import record_joint_counselling
from darb.cases.models import Case, Task
from darb.cases.screening_actions import screen
from darb.people.actions import form_group, record_documents, record_stay
from darb.people.models import Document
from darb.places.actions import close_route, reopen_route
from darb.places.models import Site
from darb.rules.roles import Role
from tests.cast import NOON, PANEL, TODAY, act_as, case, in_days, on

CHILD = in_days(-365 * 14)


def tasks(of: Case) -> list[tuple[str, str, int]]:
    """Kind, role, and days until due of the tasks of a case."""
    rows = Task.objects.filter(case=of).order_by("kind")
    return [(t.kind, t.role, (t.due - TODAY).days) for t in rows]


def score(of: Case) -> int:
    return Case.objects.get(pk=of.pk).priority


@pytest.mark.parametrize("born", [CHILD, None], ids=["a child", "no birth date"])
def test_a_child_or_somebody_who_may_be_one_is_seen_by_the_child_team_the_same_day(house, born):
    assert tasks(case(born=born)) == [("child_assessment", "child_protection_officer", 0)]


def test_a_grown_man_gives_the_child_team_nothing_to_do(house):
    assert tasks(case(born=in_days(-366 * 18))) == []


def test_a_nationality_on_the_list_is_counselled_jointly_before_any_embassy_hears_of_it(house):
    assert tasks(case(nationality="SOM")) == [("joint_counselling", "protection_lead", 3)]
    assert tasks(case(nationality="MLI")) == []


def test_a_screen_that_finds_a_child_alone_calls_the_child_team(house):
    lamin = case(given="Lamin", born=CHILD)
    Task.objects.all().delete()
    screen(act_as(Role.SCREENING_INTERVIEWER), Spoken(lamin, "screening", "mnk", {"child_alone": True}))
    assert tasks(lamin) == [("follow_up", "child_protection_officer", 0)]
    assert Case.objects.get(pk=lamin.pk).unaccompanied


def test_a_child_that_was_seen_is_off_the_list_and_stays_off(house):
    lamin = case(given="Lamin", born=CHILD)
    give_verdicts(act_as(Role.CHILD_PROTECTION_OFFICER), [Ruled(lamin, "R5", "bid_pending")])
    assert Task.objects.get(case=lamin, kind="child_assessment").done_at == NOON
    give_verdicts(act_as(Role.PHYSICIAN), [Ruled(lamin, "R9", "FTT-1")])
    assert Task.objects.filter(case=lamin).count() == 1


def test_joint_counselling_is_to_be_done_until_it_is_cleared(house):
    hodan = case(given="Hodan", nationality="SOM", sex="F")
    for cleared in (False, True):
        assert Task.objects.get(case=hodan).done_at is None
        record_joint_counselling(act_as(Role.PROTECTION_LEAD), [hodan], cleared, "seen together")
    assert Task.objects.get(case=hodan).done_at == NOON


# Priority -------------------------------------------------------------------------------------------


def test_nobody_stands_before_another_for_where_they_come_from(house):
    assert {score(case(nationality=n)) for n in ("NGA", "BGD", "SOM")} == {0}


@pytest.mark.parametrize(
    ("answer", "points"),
    [("danger_now", 100), ("forced_work", 70), ("violence", 70), ("pregnant", 60), ("over_60", 60), ("debts", 0)],
)
def test_a_screen_scores_the_case_in_the_same_deed(house, answer, points):
    awa = case(given="Awa", sex="F")
    screen(act_as(Role.SCREENING_INTERVIEWER), Spoken(awa, "screening", "fr", {answer: True}))
    assert score(awa) == points


def test_a_danger_that_a_later_screen_no_longer_finds_doesnt_count(house):
    awa = case(given="Awa", sex="F")
    for day, answer in ((TODAY, True), (in_days(1), False)):
        asked = Spoken(awa, "screening", "fr", {"danger_now": answer})
        screen(act_as(Role.SCREENING_INTERVIEWER, at=on(day)), asked)
    assert score(awa) == 0


def test_a_child_alone_counts_only_once_the_panel_found_return_good_for_it(house):
    lamin = case(given="Lamin", born=CHILD)
    screen(act_as(Role.SCREENING_INTERVIEWER), Spoken(lamin, "screening", "mnk", {"child_alone": True}))
    assert score(lamin) == 0
    give_verdicts(act_as(Role.BID_PANEL_MEMBER), [Ruled(lamin, "R5", "bid_return", panel=PANEL)])
    assert score(lamin) == 90


def test_an_infant_moves_its_whole_family_up(house):
    mother, infant = case(given="Fatou", sex="F"), case(given="Awa", sex="F", born=in_days(-200))
    form_group(act_as(), "family", [(mother.person, "head", True), (infant.person, "daughter", True)])
    assert (score(mother), score(infant)) == (40, 40)


def test_detention_counts_once_it_is_long_and_unbroken(house):
    long = case(stay_since=in_days(-200))
    short = case(stay_since=in_days(-30))
    assert (score(long), score(short)) == (40, 0)
    record_stay(act_as(), long.person, Site.objects.get(code="TOWN-TRIPOLI"), TODAY, "seen")
    assert score(long) == 0, "he is out, though his case was opened in detention"


def test_a_document_that_runs_out_adds_to_the_score(house):
    ibrahim = case()
    custody(ibrahim, in_days(14))
    assert score(ibrahim) == 15


# Routes ---------------------------------------------------------------------------------------------


def test_a_closed_route_turns_the_cases_that_go_that_way_red_at_once_and_green_again(house):
    ibrahim, other = case(), case(nationality="NGA")
    act = act_as(Role.CHIEF_OF_MISSION)
    close_route(act, "MLI", TODAY, None, "fighting")
    assert TODAY not in ibrahim.gates.get(gate="R13").windows
    assert TODAY in other.gates.get(gate="R13").windows
    reopen_route(act_as(Role.CHIEF_OF_MISSION, at=on(in_days(2))), "MLI", in_days(2))
    assert in_days(2) in ibrahim.gates.get(gate="R13").windows
    assert in_days(1) not in ibrahim.gates.get(gate="R13").windows


def custody(of: Case, expires, issued=None) -> Document:
    """A laissez-passer of this person in our custody."""
    number = f"LP{of.pk}{expires:%m%d}"
    issued = issued or expires - timedelta(days=60)
    row = Document(
        person=of.person,
        kind="laissez_passer",
        number=number,
        country="MLI",
        issued=issued,
        expires=expires,
        received=issued,
        state="in_custody",
    )
    return record_documents(act_as(Role.CONSULAR_OFFICER), [row])[0]
