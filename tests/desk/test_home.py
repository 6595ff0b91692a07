"""The front page: what waits today, and figures that open their rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from darb.events.actions import Plan, abandon, plan
from darb.events.models import Event
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as, cases, client_for

LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_front_page_whose_links_all_lead_somewhere(house, role):
    cases(2)
    client = client_for(role)
    page = client.get(reverse("desk:home"))
    assert page.status_code == 200
    links = {url.replace("&amp;", "&") for url in LINK.findall(page.content.decode())}
    for url in links:
        if not url.startswith("/static/"):
            assert client.get(url).status_code == 200, url


def test_a_page_below_two_links_marks_the_nearer_one(house):
    page = client_for(Role.CONSULAR_OFFICER).get("/events/papers/custody/").text
    marked = re.findall(r'<a href="([^"]+)" aria-current', page)
    assert marked == ["/events/papers/"]


def test_protection_sees_where_nobody_let_us_in_until_we_were_there_again(house, noon):
    there = Site.objects.get(code="DC-TARIQ-SIKKA")
    outreach = act_as(Role.OUTREACH_OFFICER)
    visit = plan(outreach, Plan("outreach", there, NOON - timedelta(days=1), "dc_visit"))
    abandon(act_as(Role.OUTREACH_OFFICER), visit, "Turned away at the gate", access_denied=True)
    here = f"/events/{visit.ref}/"
    assert here in client_for(Role.PROTECTION_LEAD).get("/").text
    assert here not in client_for(Role.VHR_CASEWORKER).get("/").text
    again = client_for(Role.OUTREACH_OFFICER).get(f"/events/new/outreach/?again={visit.ref}").text
    assert "DC-TARIQ-SIKKA" in again and '<option value="dc_visit" selected' in again
    with acting(HOUSE):
        Event.objects.create(
            ref="ZZZZZZZZ",
            kind="outreach",
            mode="dc_visit",
            site=there,
            office=there.office,
            starts_at=NOON,
            state="closed",
        )
    assert here not in client_for(Role.PROTECTION_LEAD).get("/").text
