"""The front page: what waits today, and figures that open their rows."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from darb.rules.roles import Role
from tests.cast import cases, client_for

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
