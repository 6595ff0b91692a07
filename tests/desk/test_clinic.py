"""The clinic's pages, papers and figures: what is found stays with medical staff, what the journey needs goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from darb.care.actions import Outcome, examine
from darb.care.models import Contact, Exam
from darb.cases.actions import Ruled, Spoken, give_verdicts
from darb.cases.models import Case, Encounter, GateRow, Verdict
from darb.cases.screening_actions import screen
from darb.movements.actions import book, lock, unbook
from darb.movements.models import Confirmation, Seat
from darb.movements.reading import Booking
from darb.people.actions import form_group, withdraw_consents
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import NOON, TODAY, act_as, case, in_days
from tests.desk.reading import send, text
from tests.travellers import flight, ready

pytestmark = pytest.mark.usefixtures("noon")
HUDA, NURSE, AMADOU, YUSUF, LEAD = (
    Role.PHYSICIAN,
    Role.NURSE,
    Role.VHR_CASEWORKER,
    Role.MOVEMENT_OFFICER,
    Role.PROTECTION_LEAD,
)
SOON = (NOON + timedelta(days=2)).date()
SECRET = "Insulin twice a day"


def html(client: Any, name: str, *args: Any) -> str:
    return client.get(reverse(f"desk:{name}", args=args)).content.decode().replace("&#x27;", "'")


def paper(client: Any, of: Case, code: str) -> Any:
    told = {"key": str(uuid4()), "language": "en", "recipient": "Buraq, medical desk"}
    return client.post(f"/papers/case/{of.ref}/{code}/", told)


def test_a_nurse_prepares_an_examination_and_a_physician_concludes_it_on_the_same_page(signed_in: Any) -> None:
    aicha = case(given="Aïcha", sex="F")
    assert 'name="code"' not in html(signed_in(NURSE), "examine", aicha.ref)
    assert send(signed_in(NURSE), "examine", aicha.ref, temperature="36.9", cough="yes").status_code == 302
    assert aicha.ref in html(signed_in(HUDA), "clinic")
    page = html(signed_in(HUDA), "examine", aicha.ref)
    assert "signs of tuberculosis" in page and 'value="36.9"' in page
    told = {"temperature": "36.9", "cough": "yes", "code": "FTT-5", "disease": "tb", "until": "2019-07-01"}
    assert send(signed_in(HUDA), "examine", aicha.ref, **told).status_code == 302
    assert Exam.objects.get().code == "FTT-5"
    assert "Tuberculosis" in html(signed_in(NURSE), "health", aicha.ref)


def test_what_cant_be_is_said_beside_its_field_and_changes_nothing(signed_in: Any) -> None:
    aicha = case(given="Aïcha", sex="F")
    for told in ({"temperature": "378"}, {"code": "FTT-3"}, {"code": "FTT-1", "conditions": ["oxygen"]}):
        assert send(signed_in(HUDA), "examine", aicha.ref, **told).status_code == 422
    assert not Exam.objects.exists() and not Verdict.objects.exists()


@pytest.mark.parametrize("role", [AMADOU, YUSUF, LEAD, Role.CHIEF_OF_MISSION])
def test_pages_of_the_clinic_are_closed_to_everybody_else(signed_in: Any, role: Role) -> None:
    seen = ready(1, at=NOON)[0]
    exam = examine(act_as(HUDA), seen, {"medicines": SECRET}, Outcome("FTT-5", in_days(9), disease="tb"))
    book(act_as(), flight(day=SOON), [Booking(c) for c in ready(1, at=NOON)])
    plane = Seat.objects.get().flight
    for name, args in (
        ("clinic", ()), ("health", (seen.ref,)), ("examine", (seen.ref,)),
        ("list_contacts", (exam.pk,)), ("health_checks", (plane.ref,)),
    ):  # fmt: skip
        assert signed_in(role).get(reverse(f"desk:{name}", args=args)).status_code == 403, name
    page = html(signed_in(role), "case", seen.ref)
    assert SECRET not in page and "uberculosis" not in page and "FTT-5" not in page


def test_contacts_are_listed_from_those_who_stay_in_the_same_place(signed_in: Any) -> None:
    ill, near, far = case(), case(given="Oumar"), case(given="Idriss", site="TOWN-TRIPOLI")
    exam = examine(act_as(HUDA), ill, {}, Outcome("FTT-5", in_days(9), disease="measles"))
    page = html(signed_in(HUDA), "list_contacts", exam.pk)
    assert near.ref in page and far.ref not in page
    assert send(signed_in(HUDA), "list_contacts", exam.pk, cases=[near.ref], kept="on").status_code == 302
    assert Contact.objects.get().case == near
    more = case(given="Sékou")
    assert send(signed_in(HUDA), "list_contacts", exam.pk, everybody="on").status_code == 302
    assert {c.case for c in Contact.objects.all()} == {near, more}
    assert "ill" not in html(signed_in(AMADOU), "case", near.ref).split('id="tasks"')[1].split("</section>")[0]


def test_the_whole_flight_is_checked_on_one_page_two_days_before(signed_in: Any) -> None:
    people = ready(3, at=NOON)
    book(act_as(), flight(day=SOON), [Booking(c) for c in people])
    plane = Seat.objects.first().flight
    nurse = signed_in(NURSE)
    assert plane.code in html(nurse, "clinic")
    first, second, third = people
    told = {
        f"{first.ref}-code": "PEC-C",
        f"{second.ref}-code": "PEC-H",
        f"{second.ref}-temperature": "39.4",
        f"{third.ref}-code": "",
    }
    assert send(nurse, "health_checks", plane.ref).status_code == 422
    assert send(nurse, "health_checks", plane.ref, **told).status_code == 302
    assert {s.case_id: s.checks.get("B2", {}).get("passed") for s in Seat.objects.all()} == {
        first.pk: True,
        second.pk: False,
        third.pk: None,
    }
    page = html(nurse, "health_checks", plane.ref)
    assert "1 not seen, 1 held, 1 clear" in page


def test_a_flight_far_away_isnt_on_the_clinics_list(signed_in: Any) -> None:
    book(act_as(), flight(), [Booking(c) for c in ready(1, at=NOON)])
    assert Seat.objects.get().flight.code not in html(signed_in(NURSE), "clinic")


def test_whoever_met_somebody_ill_tells_the_clinic_and_reads_nothing_back(signed_in: Any) -> None:
    aicha = ready(1, at=NOON)[0]
    assert send(signed_in(AMADOU), "report_illness", aicha.ref, words="Coughs blood").status_code == 302
    assert "Coughs blood" not in html(signed_in(AMADOU), "case", aicha.ref)
    assert "Coughs blood" in html(signed_in(HUDA), "health", aicha.ref)
    assert TODAY not in GateRow.objects.get(case=aicha, gate="R9").windows


def test_conditions_are_confirmed_on_the_page_of_the_flight(signed_in: Any) -> None:
    aicha = ready(1, at=NOON, conditions=["wheelchair"])[0]
    plane = flight(day=SOON)
    yusuf = signed_in(YUSUF)
    assert "only this is in the way" in html(yusuf, "conditions", plane.ref)
    assert send(yusuf, "conditions", plane.ref).status_code == 422
    name = f"{aicha.ref}-R9-wheelchair-detail"
    assert send(yusuf, "conditions", plane.ref, **{name: "Mr Salem at the carrier"}).status_code == 302
    assert Confirmation.objects.get().detail == "Mr Salem at the carrier"
    assert "Mr Salem at the carrier" in html(yusuf, "conditions", plane.ref)


# Papers ---------------------------------------------------------------------------------------------------


def examined(**findings: Any) -> Case:
    aicha = ready(1, at=NOON)[0]
    told = {"medicines": SECRET, "pregnant": True, "weeks": 29, **findings}
    examine(act_as(HUDA), aicha, told, Outcome("FTT-2", conditions=["wheelchair", "medicine"]))
    return aicha


def test_the_certificate_says_what_the_journey_needs_and_nothing_that_was_found(signed_in: Any) -> None:
    said = text(paper(signed_in(HUDA), examined(), "fitness_certificate"))
    assert "FTT-2" in said and "Wheelchair" in said and "WCHR" in said
    assert "Insulin" not in said and "regnan" not in said


def test_the_carriers_form_and_the_envelope_need_the_persons_own_yes(signed_in: Any) -> None:
    aicha = examined()
    for code in ("medical_information", "medical_summary"):
        said = text(paper(signed_in(HUDA), aicha, code))
        assert SECRET in said and "29" in said
    withdraw_consents(act_as(), aicha.person, ["share_medical"], "oral")
    before = ActionLog.objects.filter(action="trust.hand_out").count()
    for code in ("medical_information", "medical_summary"):
        assert paper(signed_in(HUDA), aicha, code).status_code == 422
    assert ActionLog.objects.filter(action="trust.hand_out").count() == before == 2
    assert SECRET not in str(list(ActionLog.objects.values_list("detail", flat=True)))


def test_the_receiving_mission_is_told_the_conditions_and_not_the_reasons(signed_in: Any) -> None:
    aicha = examined()
    asked = Ruled(aicha, "R4", "cleared_with_conditions", None, ("named_reception",), "She fled a violent man")
    give_verdicts(act_as(LEAD), [asked])
    said = text(paper(signed_in(LEAD), aicha, "conditions_list"))
    assert "Met by a named person" in said and "Medicine for the journey" in said
    assert "violent" not in said and "Insulin" not in said
    withdraw_consents(act_as(), aicha.person, ["share_with_receiving_mission"], "oral")
    assert paper(signed_in(LEAD), aicha, "conditions_list").status_code == 422


def test_the_medicine_list_has_a_line_for_each_medicine_and_is_the_clinics_alone(signed_in: Any) -> None:
    ibrahim = ready(1, at=NOON)[0]
    told = {"medicines": "Insulin 10 units twice a day; Metformin 500 mg", "medicine_days": 14}
    examine(act_as(HUDA), ibrahim, told, Outcome("FTT-2", conditions=["medicine"]))
    said = text(paper(signed_in(NURSE), ibrahim, "medicine_list"))
    assert "Insulin 10 units twice a day" in said and "Metformin 500 mg" in said and "14" in said
    assert paper(signed_in(AMADOU), ibrahim, "medicine_list").status_code == 404
    examine(act_as(HUDA), ibrahim, {}, Outcome("FTT-1"))
    assert "names no medicine" in paper(signed_in(NURSE), ibrahim, "medicine_list").content.decode()


def test_the_screening_form_is_ticked_for_who_reads_the_answers_and_empty_for_who_asks(signed_in: Any) -> None:
    ibrahim = ready(1, at=NOON)[0]
    answers = {"ill": True, "ransom": False, "fear_at_home": False}
    screen(act_as(LEAD), Spoken(ibrahim, "screening", "bam", answers, interpreter="Awa"), "needs_here")
    read, asked = (text(paper(signed_in(r), ibrahim, "screening_form")) for r in (LEAD, Role.MOBILE_TEAM_MEMBER))
    assert "Was the person held for ransom? *" in read and "Awa" in read
    assert "Was the person held for ransom? *" in asked and "Awa" not in asked
    assert paper(signed_in(YUSUF), ibrahim, "screening_form").status_code == 404


def test_an_assessment_is_written_on_its_page_and_printed_for_protection_alone(signed_in: Any) -> None:
    ibrahim = ready(1, at=NOON)[0]
    empty = paper(signed_in(LEAD), ibrahim, "risk_assessment")
    assert "No full assessment" in empty.content.decode()
    told = {"language": "bam", "channel": "office", "private": "on", "level": "high", "dangers": ["controllers_here"],
            "findings": "The man of the farm calls him", "plan": "Another house by Friday", "wish": "undecided",
            "helps": ""}  # fmt: skip
    assert send(signed_in(LEAD), "assess", ibrahim.ref, **told).status_code == 302
    said = text(paper(signed_in(LEAD), ibrahim, "risk_assessment"))
    for words in ("The man of the farm calls him", "Another house by Friday", "9 May 2019", "20 May 2019"):
        assert words in said
    page = html(signed_in(LEAD), "case", ibrahim.ref)
    assert "The man of the farm calls him" in page and "Hasn't decided" in page
    assert "The man of the farm" not in html(signed_in(AMADOU), "case", ibrahim.ref)
    assert paper(signed_in(AMADOU), ibrahim, "risk_assessment").status_code == 404
    assert send(signed_in(AMADOU), "assess", ibrahim.ref, **told).status_code == 422
    with acting(HOUSE):
        assert Encounter.objects.filter(kind="full_assessment").count() == 1, "a caseworker assesses nobody"


def test_nobody_unfit_gets_a_certificate(signed_in: Any) -> None:
    aicha = case(given="Aïcha", sex="F")
    assert paper(signed_in(HUDA), aicha, "fitness_certificate").status_code == 422
    examine(act_as(HUDA), aicha, {}, Outcome("FTT-4"))
    assert paper(signed_in(HUDA), aicha, "fitness_certificate").status_code == 422


# Figures --------------------------------------------------------------------------------------------------


def test_every_figure_of_screening_and_of_health_opens_its_rows(signed_in: Any) -> None:
    people = ready(3, at=NOON)
    screen(act_as(LEAD), Spoken(people[0], "triage", "fra", {"ill": True}))
    screen(act_as(LEAD), Spoken(people[0], "screening", "fra", {"pregnant": True}), "needs_here")
    examine(act_as(HUDA), people[0], {}, Outcome("FTT-1"))
    examine(act_as(HUDA), people[2], {}, Outcome("FTT-3", in_days(3)))
    plane = flight(day=SOON)
    book(act_as(YUSUF), plane, [Booking(c) for c in people[:2]])
    lock(act_as(YUSUF), plane)
    held = Seat.objects.get(case=people[1])
    nurse = signed_in(NURSE)
    send(nurse, "health_checks", plane.ref, **{f"{people[1].ref}-code": "PEC-H"})
    unbook(act_as(YUSUF), plane, [held.pk], "Held by the clinic", "med_offloaded")
    until = (TODAY + timedelta(days=3)).isoformat()
    page = signed_in(HUDA).get(reverse("desk:health_figures"), {"since": TODAY.isoformat(), "until": until})
    shown = page.context["screening"] + page.context["health"]
    wanted = {
        "of them triaged at first contact": 1,
        "of them screened": 1,
        "Needs help here": 1,
        "Examinations for travel": 2,
        "of them unfit": 1,
        "Checks before embarkation": 1,
        "of them held": 1,
        "Offloaded at the check before embarkation": 1,
    }
    assert {row["label"]: row["value"] for row in shown if row["label"] in wanted} == wanted
    for row in shown:
        if row["url"]:
            rows = signed_in(HUDA).get(row["url"])
            assert rows.context["page"].paginator.count == row["value"], row["label"]
    lead = signed_in(LEAD).get(page.request["PATH_INFO"], {"since": TODAY.isoformat(), "until": until})
    assert not any(row["url"] for row in lead.context["health"] if "xamin" in row["label"])
    needs = {label: (n, url) for label, n, url in lead.context["needs"]}
    n, url = needs["Pregnant or breastfeeding"]
    assert n == 1 == signed_in(LEAD).get(url).context["page"].paginator.count
    assert signed_in(AMADOU).get(url).status_code == 404


# A family, a screen, a room -----------------------------------------------------------------------------


def test_a_family_option_is_proposed_on_one_page_and_signed_on_another(signed_in: Any) -> None:
    mother, aunt, son = ready(3, at=NOON)
    form_group(
        act_as(), "family", [(mother.person, "head", True), (aunt.person, "sister", True), (son.person, "son", True)]
    )
    page = html(signed_in(AMADOU), "family_option", mother.ref)
    assert "Relatives who could take them" in page
    told = {"option": "split", "relative": "", "consent": "", "review": ""}
    assert send(signed_in(AMADOU), "family_option", mother.ref, **told).status_code == 302
    with acting(HOUSE):
        proposed = Encounter.objects.get(kind="family_option")
    assert signed_in(AMADOU).get(reverse("desk:sign_family_option", args=[mother.ref, proposed.pk])).status_code == 404
    signed = send(signed_in(LEAD), "sign_family_option", mother.ref, proposed.pk, agrees="yes", why="They wish it")
    assert signed.status_code == 302
    assert Verdict.objects.filter(gate="R12", superseded_at=None).count() == 2


def test_a_trafficking_screen_goes_from_the_focal_point_to_the_second_reader(signed_in: Any) -> None:
    ibrahim = case()
    spoken = {"language": "bam", "channel": "field", "private": "on", "interpreter_is": "staff"}
    told = {**spoken, "acts": ["moved"], "means": ["debt"], "purposes": ["begging"]}
    focal = signed_in(Role.COUNTER_TRAFFICKING_FOCAL_POINT)
    assert send(focal, "screen_trafficking", ibrahim.ref, **told).status_code == 302
    kept = Encounter.objects.get(kind="trafficking_screen")
    assert send(focal, "sign_trafficking", ibrahim.ref, kept.pk, agrees="yes", why="So").status_code == 422
    assert "Read and sign" in html(signed_in(LEAD), "case", ibrahim.ref)
    assert send(signed_in(LEAD), "sign_trafficking", ibrahim.ref, kept.pk, agrees="yes", why="So").status_code == 302
    assert Case.objects.get().vulnerabilities == ["VOT"]
    page = html(signed_in(AMADOU), "case", ibrahim.ref)
    assert "Trafficking" not in page and "resumed" not in page and "debt" not in page


def test_a_fuller_centre_is_decided_on_its_page(signed_in: Any) -> None:
    manager = signed_in(Role.PROGRAMME_MANAGER)
    told = {"people": "520", "until": in_days(5).isoformat(), "reason": "Hundreds sleep in the open"}
    assert send(manager, "over_capacity", "TC-SEBHA", **told).status_code == 302
    assert "Hundreds sleep in the open" in html(manager, "site", "TC-SEBHA")
