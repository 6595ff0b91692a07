"""X7 to X14, X18 to X25 and X33: bodies, wills, whereabouts, files, dangers; each as it is met, with what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from darb.assistance.actions import Given, give
from darb.assistance.queries import given_to
from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import AsylumConcern, Case, ExitVisa, Incident, StageChange, Task, Verdict
from darb.events.actions import Plan, plan
from darb.movements.actions import book, lock
from darb.movements.models import Seat
from darb.movements.reading import Booking
from darb.people.actions import mark_left
from darb.people.models import Stay
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, act_as, case, in_days, told
from tests.journeys.going_wrong import again, asked_of, does, known_to, red, sees, wrong
from tests.travellers import FLIGHT_DAY, born, flight, ready

WORKER, HEAD, CLERK, CONSUL = Role.VHR_CASEWORKER, Role.VHR_HEAD, Role.REGISTRATION_CLERK, Role.CONSULAR_OFFICER
LEAD, PROTECTION, CHILD = Role.PROTECTION_LEAD, Role.PROTECTION_CASEWORKER, Role.CHILD_PROTECTION_OFFICER
DOCTOR, MOVER, LIAISON = Role.PHYSICIAN, Role.MOVEMENT_OFFICER, Role.DC_LIAISON
FAMILY = [told("Fatou", sex="F", site="TOWN-TRIPOLI"), told("Awa", sex="F", born=in_days(-200), site="TOWN-TRIPOLI")]

pytestmark = pytest.mark.usefixtures("noon", "house")


def on_a_flight(cases, *, locked: bool = False):
    plane = flight()
    book(act_as(), plane, [Booking(c) for c in cases])
    if locked:
        lock(act_as(), plane)
    plane.refresh_from_db()
    return plane


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
def test_x7_a_mother_unfit_for_now_gives_her_seat_back_with_the_lap_and_the_family_is_asked(locked):
    mother, infant = ready(FAMILY, families=[[(0, "head"), (1, "daughter")]])
    plane = on_a_flight([mother, infant], locked=locked)
    does(DOCTOR, "examine", mother.ref, code="FTT-3", until=f"{in_days(10)}")
    assert red(mother, "R9", FLIGHT_DAY) == "R9.unfit"
    assert wrong(mother)["X7"] == ("physician", 1)
    plane.refresh_from_db()
    assert (plane.seats_taken, plane.laps_taken) == (0, 0)
    assert [c.stage for c in again([mother, infant])] == ["in_process", "in_process"]
    assert asked_of(mother, "examine_again", "ask_the_family") == {
        "examine_again": "physician",
        "ask_the_family": "vhr_caseworker",
    }
    if locked:
        assert {s.outcome for s in Seat.objects.filter(flight=plane)} == {"med_offloaded"}
        assert plane.versions.latest("number").reason == "Doesn't travel now", "a list never says what ails somebody"
    assert known_to("X7", mother) == {DOCTOR, Role.NURSE}


def test_x8_somebody_who_may_never_fly_gets_another_way_or_a_plan_to_stay():
    traveller = ready()[0]
    plane = on_a_flight([traveller])
    does(DOCTOR, "examine", traveller.ref, code="FTT-4")
    plane.refresh_from_db()
    assert plane.seats_taken == 0
    assert wrong(traveller)["X8"] == ("physician", 2)
    assert asked_of(traveller, "other_way_home", "protection_plan") == {
        "other_way_home": "vhr_caseworker",
        "protection_plan": "protection_caseworker",
    }


def test_x9_whoever_withdraws_is_stopped_at_once_without_a_penalty_and_their_papers_are_cancelled():
    traveller = ready()[0]
    does(WORKER, "withdraw_case", traveller.ref, reason="My mother is ill", how="oral")
    traveller.refresh_from_db()
    assert (traveller.stage, traveller.closed) == ("withdrawn", None)
    assert ExitVisa.objects.get(case=traveller).state == "flagged"
    assert asked_of(traveller, "cancel_visa", "cancel_document", "offer_other_help") == {
        "cancel_visa": "exit_visa_officer",
        "cancel_document": "consular_officer",
        "offer_other_help": "vhr_caseworker",
    }
    assert wrong(traveller)["X9"] == ("vhr_caseworker", 1)
    does(WORKER, "step", traveller.ref, "reopen", version=traveller.version)
    traveller.refresh_from_db()
    assert traveller.stage == "registered", "no penalty: whoever changes their mind again begins again"


def test_x10_pressure_turns_consent_and_protection_red_until_somebody_spoke_in_private():
    traveller = ready()[0]
    does(PROTECTION, "verdict", traveller.ref, "R2", code="pressure_suspected", reason="His cousin answered for him")
    assert red(traveller, "R2") == "R2.pressure"
    assert red(traveller, "R4") == "R4.hold"
    assert wrong(traveller)["X10"] == ("protection_caseworker", 1)
    assert WORKER not in known_to("X10", traveller)
    assert "His cousin" not in sees(WORKER, "case", traveller.ref)
    does(WORKER, "verdict", traveller.ref, "R2", code="freely_given", refused=True)
    does(LEAD, "verdict", traveller.ref, "R2", code="freely_given", reason="Spoken with alone")
    assert not red(traveller, "R2")


def test_x11_somebody_who_didnt_come_is_looked_for_twice_and_never_marked_as_withdrawn_unheard():
    ibrahim = ready()[0]
    plane = on_a_flight([ibrahim], locked=True)
    does(Role.TRANSPORT_OFFICER, "tell_incident", ibrahim.ref, code="X11", note="Not at the gate of the centre")
    assert wrong(ibrahim)["X11"] == ("vhr_caseworker", 2)
    seat = Seat.objects.get(flight=plane)
    does(MOVER, "take_off", plane.ref, outcome="withdrew", reason="?", refused=True, asked={"seat": seat.pk})
    incident = Incident.objects.get(case=ibrahim)
    for kind in ("find_out_first", "find_out_again"):
        assert "do that first" in does(WORKER, "settle_incident", incident.pk, done="Gone", refused=True)
        does(WORKER, "do_task", Task.objects.get(case=ibrahim, kind=kind).pk)
    does(WORKER, "settle_incident", incident.pk, done="His brother says that he is at sea")
    assert not StageChange.objects.filter(case=ibrahim, to_stage="withdrawn").exists()


def test_x11_a_step_to_withdrawn_asks_what_the_person_said():
    ibrahim = case()
    does(WORKER, "step", ibrahim.ref, "withdraw", reason="never came", version=ibrahim.version)
    ibrahim.refresh_from_db()
    assert ibrahim.stage == "registered", "it leads to the page that asks what they said, and how"


def test_x12_a_transfer_turns_the_release_red_and_flags_the_lists_of_both_centres(monkeypatch):
    ibrahim = ready(site="DC-TARIQ-SIKKA")[0]
    give_verdicts(act_as(), [Ruled(ibrahim, "R10", "handover_agreed")])
    there = Site.objects.get(code="DC-TARIQ-SIKKA")
    session = plan(act_as(CONSUL), Plan("consular", there, NOON + timedelta(days=1), "dc_visit", country="MLI"))
    does(CONSUL, "call_people", session.ref, case=ibrahim.ref)
    assert not red(ibrahim, "R10")
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=1))
    does(LIAISON, "record_stay", ibrahim.person.ref, site="DC-TAJOURA", since=f"{TODAY}", source="told_by_dc",
         certain="on")  # fmt: skip
    assert Stay.objects.filter(person=ibrahim.person).order_by("pk").last().place.code == "DC-TAJOURA"
    assert red(ibrahim, "R10"), "the other centre hasn't agreed to anything"
    assert wrong(ibrahim)["X12"] == ("dc_liaison", 1)
    assert asked_of(ibrahim, "correct_called_list") == {"correct_called_list": "consular_officer"}
    assert ibrahim.ref in sees(LIAISON, "incidents", mine="1")


def test_x14_after_a_raid_nobody_knows_where_he_is_and_the_hotline_watches():
    ibrahim = case(site="TOWN-TRIPOLI")
    does(WORKER, "tell_incident", ibrahim.ref, code="X14", note="Taken from the house at night")
    stay = Stay.objects.filter(person=ibrahim.person).order_by("pk").last()
    assert (stay.place.type, stay.certain) == ("unknown", False)
    assert wrong(ibrahim)["X14"] == ("protection_caseworker", 1)
    assert asked_of(ibrahim, "watch_hotline", "ask_the_centres") == {
        "watch_hotline": "hotline_operator",
        "ask_the_centres": "dc_liaison",
    }
    assert "Watch for a call from this person" in sees(Role.HOTLINE_OPERATOR, "tasks")
    assert "Taken from the house" not in sees(Role.HOTLINE_OPERATOR, "case", ibrahim.ref)


def test_x18_registered_twice_both_files_keep_what_was_given():
    first, second = case(), case(site="TOWN-TRIPOLI")
    give(act_as(), [Given(first.person, "pack"), Given(second.person, "meal")])
    does(CLERK, "pair", first.person.ref, second.person.ref, said="same", why="The same scar, the same mother")
    assert wrong(second)["X18"] == ("vhr_head", 3)
    assert Incident.objects.get(case=second).about == first.person.ref
    assert asked_of(second, "two_open_cases") == {"two_open_cases": "vhr_head"}
    assert first.person.ref in sees(CLERK, "person", second.person.ref)
    assert {line.item for line in given_to(HOUSE, first.person)} == {"pack", "meal"}


def test_x19_two_brothers_in_one_file_are_parted_again_and_nothing_is_lost():
    first, second = case(), case(given="Issa")
    does(CLERK, "pair", first.person.ref, second.person.ref, said="same", why="One face")
    does(HEAD, "take_back", first.person.ref, second.person.ref, why="They stand side by side")
    assert {wrong(c)["X19"] for c in (first, second)} == {("vhr_head", 1)}
    assert [c.stage for c in again([first, second])] == ["registered", "registered"]
    assert asked_of(second, "two_open_cases") == {}


def test_x20_a_death_is_recorded_with_its_source_and_locks_the_case():
    ibrahim = ready()[0]
    does(PROTECTION, "step", ibrahim.ref, "record_death", reason="", version=ibrahim.version, refused=True)
    does(PROTECTION, "step", ibrahim.ref, "record_death", reason="Doctor on duty, Central Hospital",
         version=ibrahim.version)  # fmt: skip
    ibrahim.refresh_from_db()
    assert (ibrahim.stage, ibrahim.closed) == ("deceased", TODAY)
    assert wrong(ibrahim)["X20"] == ("protection_lead", 0)
    assert asked_of(ibrahim, "tell_the_family", "burial_or_home", "fatality_report") == {
        "tell_the_family": "protection_lead",
        "burial_or_home": "protection_lead",
        "fatality_report": "vhr_head",
    }
    assert "Tell the family" in sees(LEAD, "tasks"), "though the case is closed"
    for step in ("reopen", "resume", "register"):
        does(WORKER, "step", ibrahim.ref, step, version=ibrahim.version, refused=True)


def test_x21_a_fear_of_return_freezes_the_embassy_and_few_may_know():
    hodan = ready(given="Hodan", sex="F")[0]
    does(Role.SCREENING_INTERVIEWER, "concern", hodan.ref, heard_in="screening", words="They will kill me",
         priority="urgent", referral_consent="on")  # fmt: skip
    hodan.refresh_from_db()
    assert AsylumConcern.objects.get(case=hodan).settled_at is None
    assert wrong(hodan)["X21"] == ("protection_lead", 1)
    assert asked_of(hodan, "refer_to_unhcr", "joint_counselling") == {
        "refer_to_unhcr": "protection_lead",
        "joint_counselling": "protection_lead",
    }
    assert red(hodan, "R4") == "R4.stop"
    assert sees(CONSUL, "case", hodan.ref) == "", "the consular officer finds no such file"
    assert sees(CLERK, "search", q=hodan.ref).count("Hodan") == 0
    office = Site.objects.get(code="OFFICE-TIP")
    session = plan(act_as(CONSUL), Plan("consular", office, NOON + timedelta(days=1), "office", country="MLI"))
    does(CONSUL, "call_people", session.ref, case=hodan.ref, refused=True)
    assert known_to("X21", hodan) <= {LEAD, PROTECTION, CHILD, Role.COUNTER_TRAFFICKING_FOCAL_POINT,
                                      Role.BID_PANEL_MEMBER}  # fmt: skip


def test_x22_a_child_with_an_adult_who_isnt_family_counts_as_alone_and_the_adult_learns_nothing():
    adult, child = ready([told("Sekou", site="TOWN-TRIPOLI"), told("Lamin", born=born(15), site="TOWN-TRIPOLI")])
    does(WORKER, "form_family", adult.person.ref, together="on",
         **{"kin-TOTAL_FORMS": 1, "kin-INITIAL_FORMS": 0, "kin-0-member": child.person.ref,
            "kin-0-relation": "other_non_family", "kin-0-verified": "on"})  # fmt: skip
    child.refresh_from_db()
    assert child.unaccompanied
    assert red(child, "R5"), "what was decided for a child with its family doesn't hold for a child alone"
    assert wrong(child)["X22"] == ("child_protection_officer", 0)
    assert asked_of(child, "child_assessment") == {"child_assessment": "child_protection_officer"}
    assert "X22" not in wrong(adult)
    for role in (WORKER, MOVER, CLERK):
        assert ">X22<" not in sees(role, "case", child.ref) + sees(role, "case", adult.ref) + sees(role, "incidents")
    assert CHILD in known_to("X22", child)


def test_x23_somebody_who_seems_to_be_a_child_is_one_until_shown_otherwise():
    lamin = ready()[0]
    assert not red(lamin, "R5")
    does(Role.SCREENING_INTERVIEWER, "tell_incident", lamin.ref, code="X23", note="A boy's voice, no beard")
    assert red(lamin, "R5") == "R5.refused"
    assert wrong(lamin)["X23"] == ("child_protection_officer", 1)
    does(WORKER, "verdict", lamin.ref, "R5", code="adult", refused=True)
    does(CHILD, "verdict", lamin.ref, "R5", code="adult", reason="Assessed as a last resort")
    assert not red(lamin, "R5")


def test_x24_a_suspected_trafficker_is_held_back_and_nobody_confronts_him():
    sekou = ready(given="Sekou")[0]
    plane = on_a_flight([sekou])
    does(WORKER, "tell_incident", sekou.ref, code="X24", note="He answers for the girl")
    assert wrong(sekou)["X24"] == ("counter_trafficking_focal_point", 0)
    assert red(sekou, "R4") == "R4.hold"
    plane.refresh_from_db()
    said = does(MOVER, "lock_manifest", plane.ref, version=plane.version, refused=True)
    assert "Protection has put travel on hold" in said
    focal = Role.COUNTER_TRAFFICKING_FOCAL_POINT
    assert focal in known_to("X24", sekou)
    for role in (WORKER, MOVER, CLERK, Role.TRANSPORT_OFFICER, CONSUL):
        read = sees(role, "case", sekou.ref) + sees(role, "flight", plane.ref) + sees(role, "incidents")
        assert "raffick" not in read.replace("X24) ", ""), role
        assert "He answers for the girl" not in read


def test_x25_too_far_gone_to_fly_the_physician_looks_again_and_the_newborn_gets_its_own_papers():
    fatou = ready(given="Fatou", sex="F")[0]
    does(Role.NURSE, "tell_incident", fatou.ref, code="X25", note="Thirty-six weeks")
    assert red(fatou, "R9") == "R9.none", "what was found before counts no more"
    assert wrong(fatou)["X25"] == ("physician", 1)
    assert not Verdict.objects.filter(case=fatou, gate="R9", superseded_at=None).exists()
    assert known_to("X25", fatou) == {DOCTOR, Role.NURSE}
    assert "Thirty-six" not in sees(MOVER, "case", fatou.ref)
    # The birth: a file of its own, and the mother waits for its papers.
    baby = Case.objects.get(pk=case(given="Awa", sex="F", born=TODAY, site="TOWN-TRIPOLI").pk)
    does(WORKER, "form_family", fatou.person.ref, together="on",
         **{"kin-TOTAL_FORMS": 1, "kin-INITIAL_FORMS": 0, "kin-0-member": baby.person.ref,
            "kin-0-relation": "daughter", "kin-0-verified": "on"})  # fmt: skip
    assert red(baby, "R7") == "R7.none"
    assert red(fatou, "R12", FLIGHT_DAY) == "R12.companion"


def home_again() -> Case:
    """Somebody who was brought home on the cast's day, and handed over."""
    ibrahim = ready()[0]
    for at, stage in ((NOON, "arrived"), (NOON, "handed_over")):
        StageChange.objects.create(
            scope_id=ibrahim.scope_id,
            case=ibrahim,
            person=ibrahim.person,
            step="land",
            to_stage=stage,
            at=at,
            account_id=0,
        )
    Case.objects.filter(pk=ibrahim.pk).update(stage="handed_over")
    mark_left(act_as(), [ibrahim.person_id])
    return ibrahim


BACK = {"site": "TOWN-TRIPOLI", "return_country": "MLI", "departure_airport": "MJI"}


def test_x33_who_was_brought_home_and_is_back_gets_a_new_case_on_the_same_file_once_the_rule_allows_it(monkeypatch):
    old = home_again()
    ref = old.person.ref
    assert reverse("desk:open_again", args=[ref]) in sees(WORKER, "person", ref)
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=200))
    said = does(WORKER, "open_again", ref, **BACK, refused=True)
    assert "the rule allows another return from" in said
    assert "Head of voluntary return" in sees(WORKER, "open_again", ref) or "head of the programme" in said
    assert Case.objects.filter(person=old.person).count() == 1
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=370))
    does(WORKER, "open_again", ref, **BACK)
    new = Case.objects.get(person=old.person, closed=None)
    old.refresh_from_db()
    assert (new.follows, new.stage, old.closure_code) == (old, "registered", "returned")
    assert wrong(new)["X33"][0] == "vhr_caseworker"
    assert old.ref in sees(WORKER, "case", new.ref)
    assert not red(new, "R1", TODAY + timedelta(days=371)), "no duplicate: one file, with its photo"


def test_x33_the_head_may_help_sooner_and_gives_the_reason(monkeypatch):
    old = home_again()
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=30))
    does(HEAD, "open_again", old.person.ref, **BACK, refused=True)
    does(HEAD, "open_again", old.person.ref, **BACK, because="Kidnapped at the border on the way to his family")
    new = Case.objects.get(person=old.person, closed=None)
    assert StageChange.objects.get(case=new, step="register").reason.startswith("Kidnapped")
