"""Pages of home, of the way here, and of who is expected when."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from darb.cases.models import Appointment, AsylumConcern, Encounter, Homecoming
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import cases, client_for
from tests.desk.printing import copy
from tests.desk.reading import text

pytestmark = pytest.mark.usefixtures("noon")

HOW = {"language": "bam", "interpreter_is": "none", "channel": "office", "private": "on"}


@pytest.fixture
def salma(house):
    """The clerk's browser."""
    return client_for(Role.REGISTRATION_CLERK)


def sent(client, page: str, ref: str, **told):
    return client.post(reverse(f"desk:{page}", args=[ref]), {**told, "key": str(uuid4())}, follow=True)


def test_what_is_told_of_home_stands_on_the_case_and_comes_back_when_it_is_told_anew(salma):
    [case] = cases(1)
    told = {"address": "Kita, by the mill", "contact_name": "Awa", "contact_relation": "sister", "pieces": "2"}
    page = sent(salma, "tell_home", case.ref, **told, contact_phone="+223 76123456", in_libya_since="2018-03")
    assert page.status_code == 200 and "Kita, by the mill" in page.text and "Mar 2018" in page.text
    assert "call" in page.text and "76123456" in page.text
    again = salma.get(reverse("desk:tell_home", args=[case.ref]))
    assert "Kita, by the mill" in again.text and 'value="2018-03"' in again.text
    assert "Kita" not in client_for(Role.MOVEMENT_OFFICER).get(reverse("desk:case", args=[case.ref])).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"in_libya_since": "March"}, "year and month"),
        ({"in_libya_since": "2018-13"}, "year and month"),
        ({"in_libya_since": "2099-01"}, "not come yet"),
        ({"contact_phone": "12"}, "6 to 15 digits"),
        ({"contact_may_be_called": "on"}, "whom we may call"),
        ({"pieces": "900"}, "20"),
    ],
)
def test_a_slip_of_the_hand_gets_a_sentence_and_keeps_nothing(salma, wrong, sentence):
    [case] = cases(1)
    page = sent(salma, "tell_home", case.ref, **wrong)
    assert page.status_code == 422 and sentence in page.text
    assert not Homecoming.objects.exists()


def test_protection_reads_the_way_here_country_by_country_and_the_clerk_does_not(salma):
    [case] = cases(1)
    told = {"country1": "NER", "since1": "2017-11", "words1": "Agadez", "events": ["ransom"], "owes": "300 USD"}
    sent(salma, "tell_way", case.ref, **HOW, **told, with_unhcr="no", intercepted="1")
    here = reverse("desk:case", args=[case.ref])
    page = client_for(Role.PROTECTION_CASEWORKER).get(here).text
    assert "Niger · 2017-11 · Agadez" in page and "Had to pay to be let go" in page and "300 USD" in page
    assert "Agadez" not in salma.get(here).text
    with acting(HOUSE):
        assert Encounter.objects.get().data_class == "D6"


def test_a_row_of_the_way_needs_its_country(salma):
    [case] = cases(1)
    page = sent(salma, "tell_way", case.ref, **HOW, words2="held for a month", intercepted="0")
    assert page.status_code == 422 and "Choose the country of this row" in page.text


def test_the_clerk_who_writes_that_unhcr_registered_somebody_sees_the_file_no_more(salma):
    [case] = cases(1)
    page = sent(salma, "tell_way", case.ref, **HOW, with_unhcr="yes", intercepted="0")
    assert page.status_code == 200 and page.request["PATH_INFO"] == reverse("desk:home")
    assert salma.get(reverse("desk:case", args=[case.ref])).status_code == 404
    with acting(HOUSE):
        assert AsylumConcern.objects.get().heard_in == "with_unhcr"


def test_an_appointment_stands_on_the_case_the_slip_and_the_day_and_ends_with_what_came_of_it(salma):
    [case] = cases(1)
    page = sent(
        salma, "make_appointment", case.ref, starts_at="2019-05-07T09:30", place="DC-TARIQ-SIKKA", purpose="photo"
    )
    assert "Tue 7 May, 09:30" in page.text
    slip = text(copy(salma, "case", case.ref, "registration_slip"))
    assert "Come on" in slip and "09:30" in slip
    day = salma.get(reverse("desk:appointments") + "?day=2019-05-07")
    assert case.person.name in day.text and "Photo and papers" in day.text
    made = Appointment.objects.get()
    early = salma.post(reverse("desk:end_appointment", args=[made.pk]), {"outcome": "kept", "key": str(uuid4())})
    assert early.status_code == 409
    salma.post(reverse("desk:end_appointment", args=[made.pk]), {"outcome": "called_off", "key": str(uuid4())})
    made.refresh_from_db()
    assert made.outcome == "called_off"
    assert "Nobody is expected" in salma.get(reverse("desk:appointments")).text
    assert client_for(Role.MOVEMENT_OFFICER).get(reverse("desk:appointments")).status_code == 404


def test_an_appointment_that_has_passed_is_refused_with_a_sentence(salma):
    [case] = cases(1)
    page = sent(
        salma, "make_appointment", case.ref, starts_at="2019-05-01T09:30", place="DC-TARIQ-SIKKA", purpose="photo"
    )
    assert page.status_code == 422 and "still to come" in page.text
    assert not Appointment.objects.exists()
