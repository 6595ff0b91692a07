"""AS-10: Lamin, 15, of Guinea, registered by Sékou, 31, as his nephew: another village, another mother's name."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from darb.cases.actions import Ruled, Sat, Spoken, give_verdicts, override
from darb.cases.models import Case, Encounter, GateRow, Incident, Task, Verdict
from darb.cases.screening_actions import TraffickingSigns, screen, screen_trafficking, sign_trafficking
from darb.desk.paper_flight import manifest_airline
from darb.desk.paper_setting import said
from darb.desk.paper_words import Asked
from darb.movements.actions import book, lock
from darb.movements.condition_actions import Confirmed, confirm_conditions
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.people.actions import form_group, leave_group
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import TODAY, VHR, act_as, actor, client_for, told
from tests.journeys.browsing import Somebody
from tests.travellers import FLIGHT_DAY, flight, ready

CHILD, LEAD, FOCAL, PANEL_MEMBER = (
    Role.CHILD_PROTECTION_OFFICER,
    Role.PROTECTION_LEAD,
    Role.COUNTER_TRAFFICKING_FOCAL_POINT,
    Role.BID_PANEL_MEMBER,
)
PANEL = (Sat("Hana Zaidan", "IOM"), Sat("Omar Faraj", "UNHCR"), Sat("Salwa Ben", "Social Affairs"))
ESCORT = "Tarek Lamlum"
GUINEA = {"nationality": "GIN", "site": "TOWN-TRIPOLI"}


@pytest.fixture
def story(house) -> SimpleNamespace:
    """Both registered in Tripoli, and all but the child's own matters done; Sékou said that Lamin is his nephew."""
    lamin, sekou = ready(
        [
            told("Lamin", father="Ousmane", family="Camara", born=date(2004, 1, 5), origin_place="Kankan", **GUINEA),
            told("Sékou", father="Ibrahima", family="Touré", born=date(1988, 2, 2), origin_place="Labé", **GUINEA),
        ]
    )
    Verdict.objects.filter(case=lamin, gate="R5").delete()
    form_group(act_as(Role.REGISTRATION_CLERK), "family", [(sekou.person, "head", True),
                                                           (lamin.person, "other_family", False)])  # fmt: skip
    return SimpleNamespace(lamin=Case.objects.get(pk=lamin.pk), sekou=Case.objects.get(pk=sekou.pk))


def tasks(of: Case) -> dict[str, Task]:
    return {t.kind: t for t in Task.objects.filter(case=of)}


def green(of: Case, gate: str) -> bool:
    return FLIGHT_DAY in GateRow.objects.get(case=of, gate=gate).windows


def test_a_nephew_whom_nothing_proves_counts_as_alone_and_the_child_officer_comes_the_same_day(story):
    assert story.lamin.unaccompanied
    seen = tasks(story.lamin)["child_assessment"]
    assert (seen.role, seen.due) == (CHILD, TODAY)
    assert Incident.objects.get(code="X22").case == story.lamin
    assert not green(story.lamin, "R5")


def test_the_uncles_own_case_goes_on_and_says_nothing_of_it(story):
    leave_group(act_as(LEAD), story.lamin.person, "Seen alone; not shown to be kin")
    assert not Incident.objects.filter(case=story.sekou).exists()
    assert not tasks(story.sekou)
    assert [r.gate for r in GateRow.objects.filter(case=story.sekou) if FLIGHT_DAY not in r.windows] == []
    page = client_for(Role.VHR_CASEWORKER).get(f"/cases/{story.sekou.ref}/").content.decode()
    assert "X22" not in page and "Lamin" not in page
    seat = book(act_as(), flight(route=("MJI", "CKY")), [Booking(story.sekou)])
    assert seat


def test_both_are_screened_for_trafficking_each_alone_and_a_second_reader_signs(story):
    for who, signs in ((story.lamin, TraffickingSigns(["moved"], [], ["forced_labour"])),
                       (story.sekou, TraffickingSigns())):  # fmt: skip
        with pytest.raises(Refused):
            told_with = Spoken(who, "trafficking_screen", "fra", private=False, not_private_because="Both in the room")
            screen_trafficking(act_as(FOCAL), told_with, signs)
        screen_trafficking(act_as(FOCAL), Spoken(who, "trafficking_screen", "fra"), signs)
    results = {e.case_id: e.answers["result"] for e in Encounter.objects.filter(kind="trafficking_screen")}
    assert results == {story.lamin.pk: "presumed_trafficked", story.sekou.pk: "none"}
    for screened in Encounter.objects.filter(kind="trafficking_screen"):
        sign_trafficking(act_as(LEAD), screened, True, "Read with the notes of the day")
    assert Case.objects.get(pk=story.lamin.pk).vulnerabilities == ["VOT"]
    assert Case.objects.get(pk=story.sekou.pk).vulnerabilities == []
    assert not green(story.lamin, "R4") and green(story.sekou, "R4")


def test_three_of_two_organisations_decide_for_the_boy_and_nobody_less(story):
    give_verdicts(act_as(CHILD), [Ruled(story.lamin, "R5", "bid_pending")])
    one_house = [Sat(s.name, "IOM") for s in PANEL]
    for panel in ((), PANEL[:2], one_house):
        with pytest.raises(Invalid, match="3 people"):
            give_verdicts(act_as(PANEL_MEMBER), [Ruled(story.lamin, "R5", "bid_return", panel=panel)])
    give_verdicts(act_as(PANEL_MEMBER), [Ruled(story.lamin, "R5", "bid_return", panel=PANEL)])
    assert green(story.lamin, "R5")
    kept = Encounter.objects.get(kind="bid_panel")
    assert kept.data_class == "D7" and kept.answers["panel"] == [f"{s.name} ({s.organisation})" for s in PANEL]


def test_he_flies_with_a_named_escort_to_an_aunt_whom_the_mission_saw_and_the_manifest_says_no_more(story):
    lamin = story.lamin
    leave_group(act_as(LEAD), lamin.person, "Seen alone; not shown to be kin")
    screen(act_as(CHILD), Spoken(lamin, "screening", "fra", {"child_alone": True}), "needs_on_arrival")
    conditions = ("escort", "named_reception")
    cleared = Ruled(lamin, "R5", "bid_return", conditions=conditions, panel=PANEL, reason="Aunt in Kankan")
    give_verdicts(act_as(PANEL_MEMBER), [cleared])
    acknowledged = Ruled(lamin, "R11", "acknowledged", reason="Aunt Mariama Camara seen at home by the mission")
    give_verdicts(act_as(Role.VHR_CASEWORKER), [acknowledged])
    plane = flight(route=("MJI", "CKY"))
    with pytest.raises(Refused, match="escort"):
        book(act_as(), plane, [Booking(lamin, escort=ESCORT)])
    confirm_conditions(
        act_as(Role.MOVEMENT_OFFICER),
        plane,
        [
            Confirmed(lamin, "R5", "escort", ESCORT),
            Confirmed(lamin, "R5", "named_reception", "Aunt Mariama Camara, Kankan, assessed by the mission"),
        ],
    )
    with pytest.raises(Refused, match="escort"):
        book(act_as(), plane, [Booking(lamin)])
    seat = book(act_as(), plane, [Booking(lamin, escort=ESCORT)])[0]
    assert (seat.escort, Seat.objects.get(pk=seat.pk).service_codes) == (ESCORT, "UM")
    lock(act_as(Role.MOVEMENT_OFFICER), plane)
    words = manifest_for_the_carrier(plane)
    assert "Lamin" in words and "Minor with an escort" in words
    for hidden in ("VOT", "raffick", "naccompanied", "Mariama", "best interests", "Sékou"):
        assert hidden not in words


def manifest_for_the_carrier(plane) -> str:
    """All that the paper for the carrier says."""
    return said(manifest_airline(Asked(actor(Role.MOVEMENT_OFFICER), plane.ref, TODAY))).decode()


def test_without_the_panel_the_lead_has_no_way_round(story):
    with pytest.raises(Refused):
        override(act_as(LEAD), story.lamin, "R5", "There is a seat today")
    assert story.lamin.programme == VHR


def test_through_pages_he_is_screened_signed_for_decided_on_and_assessed_and_the_uncle_sees_none_of_it(db):
    """The child officer, the second reader and the panel at their own screens."""
    with acting(HOUSE):
        lamin, sekou = ready([told("Lamin", born=None, **GUINEA), told("Sékou", **GUINEA)])
        Verdict.objects.filter(case=lamin, gate="R5").delete()
        Case.objects.filter(pk=lamin.pk).update(unaccompanied=True)
    boy = f"/cases/{lamin.ref}/"
    officer, lead = Somebody("child_protection_officer"), Somebody("protection_lead")
    heard = {"language": "fra", "channel": "office"}
    screened = officer.open(boy).follow("Counter-trafficking screen")
    screened.send("Save", acts=["moved"], purposes=["forced_labour"], note="Told to wash cars", **heard)
    signing = lead.open(boy).follow("Read and sign the second time")
    assert "Presumed victim of trafficking" in signing.text
    signing.send("Save", agrees="yes", why="Read with the notes of the day")
    early = lead.open(boy + "verdict/R4/").send("Save", code="cleared", reason="He wishes to go")
    assert "aren't assessed yet" in early.text
    assessed = officer.open(boy).follow("Full assessment").send(
        "Save", level="high", dangers=["controllers_here"], findings="Sékou waits at the gate",
        plan="Another shelter today", wish="return_sooner", **heard,
    )  # fmt: skip
    assert "the next visit is on the list" in assessed.text
    lead.open(boy + "verdict/R4/").send("Save", code="cleared", reason="Assessed; asked apart; moved to safety")
    panel = "Hana Zaidan, IOM\nOmar Faraj, UNHCR\nSalwa Ben, Social Affairs"
    decided = Somebody("bid_panel_member").open(boy + "verdict/R5/")
    assert "3 people of two organisations" in decided.send("Save", code="bid_return", panel="Hana Zaidan, IOM").text
    decided.send("Save", code="bid_return", panel=panel, reason="Aunt in Kankan")
    with acting(HOUSE):
        rulings = dict(Verdict.objects.filter(case=lamin, superseded_at=None).values_list("gate", "code"))
        assert (rulings["R4"], rulings["R5"]) == ("cleared", "bid_return")
    uncles = Somebody("vhr_caseworker").open(f"/cases/{sekou.ref}/").text
    assert not any(word in uncles for word in ("Lamin", "raffick", "Sékou waits"))
