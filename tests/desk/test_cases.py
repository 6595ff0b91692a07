"""The case page and the deeds on the way: done by those who may, refused with a reason, told to nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.asylum_actions import raise_asylum_concern, settle_asylum_concern
from darb.cases.models import AsylumConcern, Case, Encounter, ExitVisa, Task, Verdict, VisaBatch
from darb.people.actions import record_documents, take_photos
from darb.people.models import Consent, Document
from darb.programmes.counselling import CHECKLIST, Kind
from darb.programmes.voluntary_return_codes import CONSENT_PURPOSES
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import act_as, case, cases, client_for
from tests.desk.reading import html, send
from tests.travellers import ready

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SPOKEN = {"language": "bam", "channel": "field", "private": "on"}


def checklist(**changed: str) -> dict[str, str]:
    """Counselling in which everything was covered and nothing is amiss."""
    told = {i.code: "no" if i.raises else "to see the family" if i.kind == Kind.ASK else "on" for i in CHECKLIST}
    return {**SPOKEN, **told, **changed}


def stage_of(ref: str) -> str:
    with acting(HOUSE):
        return Case.objects.get(ref=ref).stage


@pytest.fixture
def ibrahim(house) -> Case:
    return case()


def in_process(ref: str, amadou) -> None:
    """Counselled, consented to every purpose, tracks open: through the pages."""
    send(amadou, "counsel", ref, **checklist())
    today = timezone.localdate().isoformat()
    told = {"purposes": list(CONSENT_PURPOSES), "form": "signature", "language": "bam", "given": today}
    send(amadou, "consents", ref, **told)
    with acting(HOUSE):
        version = Case.objects.get(ref=ref).version
    send(amadou, "step", ref, "open_tracks", version=version)


def test_a_case_travels_from_registration_into_its_tracks_through_its_pages(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    in_process(ibrahim.ref, amadou)
    assert stage_of(ibrahim.ref) == "in_process"
    text = html(amadou.get(reverse("desk:case", args=[ibrahim.ref])))
    assert "In process" in text
    assert "There is no photo" in text


def test_counselling_names_every_item_that_is_missing(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    told = checklist()
    del told["I4"], told["V2"]
    page = send(amadou, "counsel", ibrahim.ref, **told)
    assert page.status_code == 422
    assert "complete without this" in html(page)
    assert stage_of(ibrahim.ref) == "registered"


def test_counselling_that_was_not_private_says_why(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    page = send(amadou, "counsel", ibrahim.ref, **checklist(private=""))
    assert "Write why the conversation wasn't private" in html(page)
    assert stage_of(ibrahim.ref) == "registered"


def test_a_fear_told_in_counselling_stops_the_case_and_takes_it_from_those_who_may_not_know(ibrahim):
    amadou, consul = client_for(Role.VHR_CASEWORKER), client_for(Role.CONSULAR_OFFICER)
    assert consul.get(reverse("desk:case", args=[ibrahim.ref])).status_code == 200
    send(amadou, "counsel", ibrahim.ref, **checklist(V4="yes"))
    with acting(HOUSE):
        assert AsylumConcern.objects.filter(case=ibrahim).exists()
    assert consul.get(reverse("desk:case", args=[ibrahim.ref])).status_code == 404
    assert ibrahim.person.ref not in html(consul.get(reverse("desk:search"), {"q": "keita"}))
    lead = client_for(Role.PROTECTION_LEAD)
    assert "Wish for protection" in html(lead.get(reverse("desk:case", args=[ibrahim.ref])))


def test_after_a_concern_is_settled_nobody_learns_from_any_page_that_there_was_one(ibrahim):
    raise_asylum_concern(act_as(), ibrahim, "phone", words="My brother was killed.")
    settle_asylum_concern(act_as(Role.PROTECTION_LEAD), ibrahim, True, "Safe, and wishes to go home.")
    consul = client_for(Role.CONSULAR_OFFICER)
    for page in (reverse("desk:case", args=[ibrahim.ref]), reverse("desk:person", args=[ibrahim.person.ref])):
        answer = consul.get(page)
        assert answer.status_code == 200
        text = html(answer).lower()
        for word in ("unhcr", "asylum", "my brother", "protection matter", "wish for protection", "fears"):
            assert word not in text, (page, word)


def test_an_outreach_officer_can_say_that_the_person_fears_return_and_lands_on_the_front_page(ibrahim):
    outreach = client_for(Role.OUTREACH_OFFICER)
    page = send(outreach, "concern", ibrahim.ref, heard_in="conversation", priority="urgent")
    assert page.url == reverse("desk:home")
    with acting(HOUSE):
        assert AsylumConcern.objects.get().referral_priority == "urgent"


def test_the_rapid_screen_sets_flags_and_tasks_for_those_who_must_see_the_person(ibrahim):
    interviewer = client_for(Role.SCREENING_INTERVIEWER)
    send(interviewer, "screen", ibrahim.ref, **SPOKEN, pregnant="yes", forced_work="yes", ill="no", result="needs_here")
    with acting(HOUSE):
        screened = Case.objects.get(pk=ibrahim.pk)
        assert screened.vulnerabilities == ["PLW", "VOT"]
        assert set(Task.objects.filter(kind="follow_up").values_list("role", flat=True)) == {
            "physician",
            "counter_trafficking_focal_point",
        }
        assert "pregnant" in Encounter.objects.get(kind="screening").answers
    assert "Trafficking" not in html(client_for(Role.VHR_CASEWORKER).get(reverse("desk:case", args=[ibrahim.ref])))
    protection = client_for(Role.PROTECTION_CASEWORKER)
    assert "Trafficking" in html(protection.get(reverse("desk:case", args=[ibrahim.ref])))


def test_the_page_says_who_travels_first_and_names_the_need_to_protection_alone(ibrahim):
    send(
        client_for(Role.SCREENING_INTERVIEWER), "screen", ibrahim.ref, **SPOKEN, forced_work="yes", result="needs_here"
    )
    page = reverse("desk:case", args=[ibrahim.ref])
    assert "<dd>70</dd>" in html(client_for(Role.PROTECTION_CASEWORKER).get(page))
    caseworker = html(client_for(Role.VHR_CASEWORKER).get(page))
    assert "Has specific needs: ask protection" in caseworker and "<dd>70</dd>" not in caseworker
    assert "Has specific needs" not in html(client_for(Role.CONSULAR_OFFICER).get(page))


def test_child_protection_records_on_the_page_that_a_guardian_was_found(ibrahim):
    officer = client_for(Role.CHILD_PROTECTION_OFFICER)
    send(officer, "screen", ibrahim.ref, **SPOKEN, child_alone="yes", result="needs_here")
    assert reverse("desk:guardian", args=[ibrahim.ref]) in html(officer.get(reverse("desk:case", args=[ibrahim.ref])))
    assert send(officer, "guardian", ibrahim.ref, record="").status_code == 422
    assert send(officer, "guardian", ibrahim.ref, record="His aunt, verified by both.").status_code == 302
    with acting(HOUSE):
        assert not Case.objects.get(pk=ibrahim.pk).unaccompanied
    assert "His aunt" not in html(client_for(Role.VHR_CASEWORKER).get(reverse("desk:case", args=[ibrahim.ref])))


def test_a_fear_in_the_screen_is_never_among_the_flags(ibrahim):
    send(
        client_for(Role.SCREENING_INTERVIEWER),
        "screen",
        ibrahim.ref,
        **SPOKEN,
        fear_at_home="yes",
        result="return_not_safe",
    )
    with acting(HOUSE):
        assert Case.objects.get(pk=ibrahim.pk).vulnerabilities == []
        assert AsylumConcern.objects.filter(case=ibrahim).exists()


def test_only_a_physician_gives_the_medical_decision_and_no_finding_is_asked(ibrahim):
    huda = client_for(Role.PHYSICIAN)
    page = huda.get(reverse("desk:verdict", args=[ibrahim.ref, "R9"]), follow=True)
    assert 'name="reason"' not in html(page)
    assert send(huda, "examine", ibrahim.ref, code="FTT-2", conditions=["wheelchair"]).status_code == 302
    with acting(HOUSE):
        assert Verdict.objects.get().conditions == ["wheelchair"]
    assert send(client_for(Role.VHR_CASEWORKER), "examine", ibrahim.ref, code="FTT-1").status_code == 403
    assert send(client_for(Role.NURSE), "examine", ibrahim.ref, code="FTT-1").status_code == 302
    with acting(HOUSE):
        assert Verdict.objects.get().code == "FTT-2"


def test_the_first_thing_to_do_is_the_decision_that_waits_for_this_role(ibrahim):
    page = reverse("desk:case", args=[ibrahim.ref])
    assert "Decide: Fit to travel" in html(client_for(Role.PHYSICIAN).get(page))
    assert "Decide: Money" in html(client_for(Role.PROGRAMME_MANAGER).get(page))
    assert "Decide: Fit to travel" not in html(client_for(Role.VHR_CASEWORKER).get(page))


def test_what_a_clearance_asks_for_is_confirmed_on_a_flight(ibrahim):
    give_verdicts(act_as(Role.PHYSICIAN), [Ruled(ibrahim, "R9", "FTT-2", None, ("wheelchair",))])
    page = html(client_for(Role.MOVEMENT_OFFICER).get(reverse("desk:case", args=[ibrahim.ref]) + "?day=2019-05-07"))
    assert "Wheelchair: confirm on the flight" in page


def test_a_hold_is_lifted_by_the_protection_lead_alone(ibrahim):
    send(
        client_for(Role.PROTECTION_CASEWORKER),
        "verdict",
        ibrahim.ref,
        "R4",
        code="hold",
        reason="To be seen again",
        until="2099-05-20",
    )
    refused = send(client_for(Role.PROTECTION_CASEWORKER), "verdict", ibrahim.ref, "R4", code="cleared")
    assert refused.status_code == 422
    lead = client_for(Role.PROTECTION_LEAD)
    assert send(lead, "verdict", ibrahim.ref, "R4", code="cleared").status_code == 422
    assert send(lead, "verdict", ibrahim.ref, "R4", code="cleared", reason="Seen, and safe").status_code == 302


def test_an_exception_is_offered_to_the_one_role_that_may_make_it(ibrahim):
    page = reverse("desk:case", args=[ibrahim.ref])
    override = reverse("desk:override", args=[ibrahim.ref, "R14"])
    assert override in html(client_for(Role.PROGRAMME_MANAGER).get(page))
    assert override not in html(client_for(Role.VHR_CASEWORKER).get(page))
    send(client_for(Role.PROGRAMME_MANAGER), "override", ibrahim.ref, "R14", reason="Paid by the reserve")
    with acting(HOUSE):
        assert Verdict.objects.get().override


def test_a_grey_button_says_why(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    send(amadou, "counsel", ibrahim.ref, **checklist())
    text = html(amadou.get(reverse("desk:case", args=[ibrahim.ref])))
    assert 'aria-disabled="true"' in text
    assert "There is no consent to return" in text


def test_a_step_that_is_refused_says_so_on_its_page_and_is_not_taken(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    page = reverse("desk:step", args=[ibrahim.ref, "open_tracks"])
    assert "can't be done where the case stands" in html(amadou.get(page))
    assert send(amadou, "step", ibrahim.ref, "open_tracks", version=ibrahim.version).status_code == 422
    assert stage_of(ibrahim.ref) == "registered"


def test_a_stale_page_takes_no_step(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    told = {"reason": "Moved to hospital", "review_on": "2030-01-01"}
    assert send(amadou, "step", ibrahim.ref, "hold", version=0, **told).status_code == 422
    assert stage_of(ibrahim.ref) == "registered"
    assert send(amadou, "step", ibrahim.ref, "hold", version=ibrahim.version, **told).status_code == 302
    assert stage_of(ibrahim.ref) == "on_hold"


def test_a_step_form_asks_what_the_side_state_asks(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    for step, asked in (("open_tracks", []), ("record_other_return", ["reason"]), ("hold", ["reason", "review_on"])):
        text = html(amadou.get(reverse("desk:step", args=[ibrahim.ref, step])))
        assert [name for name in ("reason", "review_on") if f'name="{name}"' in text] == asked


def test_a_withdrawal_ends_consent_and_the_case_can_be_closed(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    in_process(ibrahim.ref, amadou)
    send(amadou, "withdraw_case", ibrahim.ref, reason="Found work", how="phone")
    assert stage_of(ibrahim.ref) == "withdrawn"
    with acting(HOUSE):
        assert Consent.objects.get(purpose="voluntary_return").withdrawn
    send(amadou, "close_case", ibrahim.ref, code="withdrew")
    assert stage_of(ibrahim.ref) == "closed"


def test_a_changed_return_names_the_gates_that_turn_red_before_it_is_done(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    in_process(ibrahim.ref, amadou)
    told = {"return_country": "GIN", "return_area": "", "return_airport": "", "departure_airport": "MJI"}
    with acting(HOUSE):
        told["version"] = Case.objects.get(pk=ibrahim.pk).version
    asked = send(amadou, "set_return", ibrahim.ref, **told)
    assert "This turns red: R3" in html(asked)
    with acting(HOUSE):
        assert Case.objects.get(pk=ibrahim.pk).return_country == "MLI"
    assert send(amadou, "set_return", ibrahim.ref, **told, confirmed="on").status_code == 302
    with acting(HOUSE):
        assert Case.objects.get(pk=ibrahim.pk).return_country == "GIN"


def test_a_document_is_taken_into_custody_from_the_case_page(ibrahim):
    [paper] = record_documents(
        act_as(), [Document(person=ibrahim.person, kind="passport", number="B1", country="MLI", state="held")]
    )
    amadou = client_for(Role.VHR_CASEWORKER)
    url = reverse("desk:move_document", args=[ibrahim.ref, paper.pk])
    amadou.post(url, {"state": "in_custody", "key": str(uuid4())})
    with acting(HOUSE):
        assert Document.objects.get().state == "in_custody"
    assert amadou.post(url, {"state": "used"}).status_code == 404


def test_exit_visas_are_handed_in_by_the_batch_and_answered_one_by_one(ibrahim):
    amadou, officer = client_for(Role.VHR_CASEWORKER), client_for(Role.EXIT_VISA_OFFICER)
    in_process(ibrahim.ref, amadou)
    page = reverse("desk:new_visa_batch")
    assert "no travel document in our custody" in html(officer.get(page))
    with acting(HOUSE):
        take_photos(act_as(), [(ibrahim.person, PNG)])
        record_documents(
            act_as(),
            [
                Document(
                    person=ibrahim.person,
                    kind="laissez_passer",
                    number="LP1",
                    country="MLI",
                    state="in_custody",
                    received=date(2019, 5, 6),
                    expires=timezone.localdate() + timedelta(days=60),
                )
            ],
        )
    assert "Choose at least one case" in html(
        send(officer, "new_visa_batch", airport="MJI", authority="Passports", office="TIP")
    )
    assert "No version was told" in html(officer.get(reverse("desk:visa_form")))
    today = timezone.localdate()
    assert send(officer, "visa_form", version="P-14", since=today - timedelta(days=2)).status_code == 302
    handed = send(officer, "new_visa_batch", airport="MJI", authority="Passports", office="TIP", case=[ibrahim.ref])
    assert handed.status_code == 302
    assert send(officer, "visa_form", version="P-15", since=today).status_code == 302
    shown = html(officer.get(handed.url))
    assert "Form <bdi>P-14</bdi>" in shown and "ask whether this batch must be handed in on it" in shown
    with acting(HOUSE):
        visa = ExitVisa.objects.get()
    prefix = f"v{visa.pk}-"
    bad = officer.post(handed.url, {f"{prefix}state": "approved", f"{prefix}number": "V1"})
    assert "both dates" in html(bad)
    right = {f"{prefix}number": "V1", f"{prefix}valid_from": "2026-01-01", f"{prefix}valid_to": "2027-01-01"}
    assert officer.post(handed.url, {f"{prefix}state": "approved", **right}).status_code == 302
    with acting(HOUSE):
        assert ExitVisa.objects.get().state == "approved"


def test_a_number_is_enough_where_the_whole_batch_is_approved_for_the_same_days(house):
    people = ready(3)
    batch = VisaBatch.objects.latest("pk")
    ExitVisa.objects.update(state="submitted", number="", valid_from=None, valid_to=None)
    first, second, third = ExitVisa.objects.order_by("pk")
    officer, here = client_for(Role.EXIT_VISA_OFFICER), reverse("desk:visa_batch", args=[batch.ref])
    told = {f"v{first.pk}-number": "V1", f"v{second.pk}-number": "V2", f"v{second.pk}-valid_to": "2026-03-01"}
    assert "both dates" in html(officer.post(here, told)), "nobody is approved for days that nobody said"
    told |= {"all_from": "2026-01-01", "all_to": "2026-02-01"}
    assert officer.post(here, told).status_code == 302
    with acting(HOUSE):
        kept = {v.pk: (v.state, v.number, str(v.valid_from), str(v.valid_to)) for v in ExitVisa.objects.all()}
    assert kept == {
        first.pk: ("approved", "V1", "2026-01-01", "2026-02-01"),
        second.pk: ("approved", "V2", "2026-01-01", "2026-03-01"),
        third.pk: ("submitted", "", "None", "None"),
    }
    assert len(people) == 3


def test_the_gates_are_shown_for_the_day_that_is_asked_for(ibrahim):
    give_verdicts(act_as(Role.PHYSICIAN), [Ruled(ibrahim, "R9", "FTT-1", date(2019, 5, 20))])
    huda = client_for(Role.PHYSICIAN)
    page = reverse("desk:case", args=[ibrahim.ref])
    assert "The fitness to travel ended" not in html(huda.get(page, {"day": "2019-05-19"}))
    assert "The fitness to travel ended on 20 May 2019" in html(huda.get(page, {"day": "2019-05-20"}))
    assert huda.get(page, {"day": "2019-02-31"}).status_code == 200


def test_a_case_out_of_reach_is_not_found(house):
    assert client_for(Role.VHR_CASEWORKER).get(reverse("desk:case", args=["ZZZZZZZZ"])).status_code == 404


def test_joint_counselling_comes_before_the_embassy_and_opens_it(house):
    hodan = case(given="Hodan", nationality="SOM")
    lead = client_for(Role.PROTECTION_LEAD)
    assert send(lead, "joint", hodan.ref, cleared="yes", reason="Seen with UNHCR").status_code == 302
    with acting(HOUSE):
        assert Verdict.objects.get(case=hodan, gate="G1").granted


def test_a_task_is_given_once_and_done(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    told = {"role": "physician", "due": "2030-01-01", "reason": "See the wound"}
    assert send(amadou, "raise_task", ibrahim.ref, **told).status_code == 302
    assert "open task for this case" in html(send(amadou, "raise_task", ibrahim.ref, **told))
    with acting(HOUSE):
        task = Task.objects.get(kind="by_hand")
    assert send(amadou, "do_task", task.pk).status_code == 403
    assert send(client_for(Role.PHYSICIAN), "do_task", task.pk).status_code == 302
    with acting(HOUSE):
        assert Task.objects.get(pk=task.pk).done_at is not None


def test_a_conversation_is_read_only_by_those_who_work_on_such_matters(ibrahim):
    huda = client_for(Role.PHYSICIAN)
    send(huda, "conversation", ibrahim.ref, **SPOKEN, data_class="D4", note="Needs insulin twice a day")
    page = reverse("desk:case", args=[ibrahim.ref])
    assert "insulin" in html(huda.get(page))
    for role in (Role.VHR_CASEWORKER, Role.CONSULAR_OFFICER, Role.MOVEMENT_OFFICER):
        assert "insulin" not in html(client_for(role).get(page))


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.RECEIVING_MISSION_OFFICER,)])
def test_every_role_either_reads_the_case_page_or_finds_no_file(ibrahim, role):
    assert client_for(role).get(reverse("desk:case", args=[ibrahim.ref])).status_code in (200, 404)


def test_a_case_page_asks_as_often_with_a_long_history_as_with_a_short_one(ibrahim):
    amadou = client_for(Role.VHR_CASEWORKER)
    in_process(ibrahim.ref, amadou)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            amadou.get(reverse("desk:case", args=[ibrahim.ref]))
        return len(queries)

    few = asked()
    for n in range(8):
        send(amadou, "conversation", ibrahim.ref, **SPOKEN, data_class="D1", note=f"Talk {n}")
    with acting(HOUSE):
        for n in range(8):
            paper = Document(person=ibrahim.person, kind="other", number=f"X{n}", country="MLI", state="held")
            record_documents(act_as(), [paper])
        cases(5)
    assert asked() <= few + 1
