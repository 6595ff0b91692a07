"""X1 to X6: nationality, embassies, documents, visas and names; each as its officer meets it, with all that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from darb.cases.models import ExitVisa, Incident, Task
from darb.movements.actions import book
from darb.movements.reading import Booking
from darb.people.models import Document
from darb.reactions import jobs
from darb.rules.roles import Role
from tests.cast import TODAY, act_as, case, in_days, on
from tests.journeys.going_wrong import asked_of, does, known_to, red, sees, wrong
from tests.travellers import FLIGHT_DAY, flight, ready

CONSUL, WORKER, LIAISON = Role.CONSULAR_OFFICER, Role.VHR_CASEWORKER, Role.DC_LIAISON

pytestmark = pytest.mark.usefixtures("noon", "house")


def night_of(days: int) -> None:
    jobs.tell_of_ends(timestamp=int(on(in_days(days)).timestamp()))


def test_x1_an_embassy_that_rejects_somebody_leads_to_counselling_other_missions_and_a_look_at_statelessness():
    ibrahim = case(site="DC-TARIQ-SIKKA")
    does(CONSUL, "verdict", ibrahim.ref, "R6", code="not_our_national", reason="No record in Kayes")
    assert red(ibrahim, "R6") == "R6.not_our_national"
    assert wrong(ibrahim)["X1"] == ("vhr_caseworker", 3)
    assert asked_of(ibrahim, "ask_other_mission", "look_at_statelessness") == {
        "ask_other_mission": "consular_officer",
        "look_at_statelessness": "protection_caseworker",
    }
    assert "Ask other missions" in sees(CONSUL, "tasks")
    assert known_to("X1", ibrahim) >= {WORKER, CONSUL, Role.PROTECTION_LEAD}
    assert LIAISON not in known_to("X1", ibrahim), "whoever speaks with the centre has nothing to let slip"
    assert "No record in Kayes" not in sees(LIAISON, "case", ibrahim.ref)


def test_x2_a_nationality_open_for_thirty_days_is_reviewed_with_protection_and_the_case_goes_on():
    ibrahim = case()
    does(CONSUL, "verdict", ibrahim.ref, "R6", code="pending_capital")
    night_of(29)
    assert wrong(ibrahim) == {}
    night_of(30)
    assert wrong(ibrahim)["X2"] == ("protection_lead", 33)
    assert asked_of(ibrahim, "nationality_review") == {"nationality_review": "protection_lead"}
    ibrahim.refresh_from_db()
    assert (ibrahim.stage, ibrahim.closed) == ("registered", None)
    assert "open for long" in sees(Role.PROTECTION_LEAD, "tasks")


def test_x3_where_no_embassy_sits_the_consular_officer_is_sent_to_the_one_that_covers_the_country():
    bikash = case(given="Bikash", nationality="NPL")
    assert wrong(bikash)["X3"] == ("consular_officer", 3)
    assert Incident.objects.get(case=bikash).about == "Cairo"
    page = sees(CONSUL, "incidents")
    assert "Cairo" in page
    assert "Ask the non-resident mission that covers the country" in page
    assert wrong(case()) == {}, "Mali's embassy is in Tripoli"


def test_x4_a_document_that_runs_out_is_told_fourteen_days_ahead_and_mended_by_a_new_one():
    traveller = ready()[0]
    expires = Document.objects.get(person=traveller.person).expires
    night_of((expires - TODAY).days - 15)
    assert "X4" not in wrong(traveller)
    night_of((expires - TODAY).days - 14)
    assert wrong(traveller)["X4"][0] == "consular_officer"
    assert Task.objects.get(case=traveller, kind="document_expires").role == "consular_officer"
    assert not red(traveller, "R7", expires - timedelta(days=8))
    assert red(traveller, "R7", expires - timedelta(days=7)) == "R7.expires", (
        "usable until then: planners read this day"
    )


def test_x5_a_flight_put_off_beyond_the_visa_has_the_form_handed_in_again():
    traveller = ready()[0]
    plane = flight()
    book(act_as(), plane, [Booking(traveller)])
    visa = ExitVisa.objects.get(case=traveller)
    late = on(visa.valid_to + timedelta(days=1))
    plane.refresh_from_db()
    does(Role.MOVEMENT_OFFICER, "postpone_flight", plane.ref, departs_at=f"{late:%Y-%m-%dT%H:%M}", reason="No slot",
         version=plane.version)  # fmt: skip
    assert red(traveller, "R8", late.date()) == "R8.expired"
    assert wrong(traveller)["X5"] == ("exit_visa_officer", 1)
    assert asked_of(traveller, "visa_ends_before_flight") == {"visa_ends_before_flight": "exit_visa_officer"}


def test_x5_a_visa_for_another_airport_is_red_at_once_and_handed_in_again():
    traveller = ready()[0]
    told = {"return_country": "MLI", "departure_airport": "SEB", "version": traveller.version}
    assert "R8" in does(WORKER, "set_return", traveller.ref, **told), "it says so before it is done"
    does(WORKER, "set_return", traveller.ref, **told, confirmed="on")
    assert red(traveller, "R8", FLIGHT_DAY) == "R8.airport"
    assert wrong(traveller)["X5"] == ("exit_visa_officer", 1)
    assert traveller.ref in sees(Role.EXIT_VISA_OFFICER, "new_visa_batch", airport="SEB")


def test_x6_a_name_that_differs_keeps_the_manifest_open_until_it_is_corrected():
    ibrahim, moussa = ready(2)
    plane = flight()
    book(act_as(), plane, [Booking(ibrahim), Booking(moussa)])
    plane.refresh_from_db()
    paper = {"kind": "laissez_passer", "country": "MLI", "number": "LP900", "issued": "2019-05-01"}
    does(Role.REGISTRATION_CLERK, "record_document", ibrahim.person.ref, **paper, expires="2019-09-01",
         name_as_printed="KEITA IBRAHIMA", state="in_custody")  # fmt: skip
    assert wrong(ibrahim)["X6"] == ("consular_officer", 1)
    assert asked_of(ibrahim, "correct_name") == {"correct_name": "registration_clerk"}
    said = does(Role.MOVEMENT_OFFICER, "lock_manifest", plane.ref, version=plane.version, refused=True)
    assert "the name isn't the same on every paper" in said
    assert "Consular officer" in said, "and says who can mend it"
    incident = Incident.objects.get(case=ibrahim, code="X6")
    does(CONSUL, "settle_incident", incident.pk, done="The consulate printed it anew")
    does(Role.MOVEMENT_OFFICER, "lock_manifest", plane.ref, version=plane.version)
