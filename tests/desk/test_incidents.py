"""What went wrong, on its pages: told on a case, found on a list, settled by its owner."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from darb.cases.incident_actions import Told, note
from darb.cases.models import Incident
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import act_as, case, cases, client_for
from tests.desk.reading import html


@pytest.fixture
def ibrahim(house):
    return case()


def test_a_clerk_tells_it_on_the_case_and_the_consul_settles_it(ibrahim):
    clerk, consul = client_for(Role.REGISTRATION_CLERK), client_for(Role.CONSULAR_OFFICER)
    page = reverse("desk:case", args=[ibrahim.ref])
    assert reverse("desk:tell_incident", args=[ibrahim.ref]) in html(clerk.get(page))
    told = {"code": "X6", "note": "Ibrahima on the passport", "key": str(uuid4())}
    assert clerk.post(reverse("desk:tell_incident", args=[ibrahim.ref]), told).status_code == 302
    assert "Ibrahima on the passport" in html(consul.get(reverse("desk:incidents"), {"mine": "1"}))
    with acting(HOUSE):
        incident = Incident.objects.get()
    settling = reverse("desk:settle_incident", args=[incident.pk])
    assert clerk.post(settling, {"done": "I did", "key": str(uuid4())}).status_code == 422
    assert consul.post(settling, {"done": "Printed anew", "key": str(uuid4())}).status_code == 302
    assert "Printed anew" in html(clerk.get(page))
    assert "Ibrahima" not in html(consul.get(reverse("desk:incidents")))


def test_an_incident_of_protection_is_no_page_for_others(ibrahim):
    with acting(HOUSE):
        [kept] = note(act_as(), [Told(ibrahim, "X24", "", "He answers for the girl")], "test")
    page = reverse("desk:settle_incident", args=[kept.pk])
    assert client_for(Role.CONSULAR_OFFICER).get(page).status_code == 404
    assert client_for(Role.COUNTER_TRAFFICKING_FOCAL_POINT).get(page).status_code == 200
    assert "answers for the girl" not in html(client_for(Role.CONSULAR_OFFICER).get(reverse("desk:incidents")))


def test_the_list_asks_as_often_for_forty_as_for_two(ibrahim):
    consul = client_for(Role.CONSULAR_OFFICER)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert consul.get(reverse("desk:incidents")).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        with acting(HOUSE):
            note(act_as(), [Told(c, "X6") for c in cases(count)], "test")

    more(2)
    few = asked()
    more(40)
    assert asked() == few


@pytest.mark.parametrize("bad", [{"code": "X99"}, {"code": "\x00"}, {"after": "-1"}, {"mine": "2", "settled": "ا"}])
def test_nonsense_in_the_address_is_left_out(house, bad):
    assert client_for(Role.CONSULAR_OFFICER).get(reverse("desk:incidents"), bad).status_code == 200
