"""The desk before the stairs, in a real browser on a phone, in Arabic."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from darb.movements.actions import book, lock
from darb.movements.boarding_actions import Checked, check_boarding, clear_to_board
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE
from tests.cast import STAFF, act_as, told
from tests.travellers import born, flight, ready

OFFICER = Role.MOVEMENT_OFFICER


def boarding(now: datetime) -> Flight:
    """A family, a boy with an escort and two men on a flight tomorrow, examined and cleared; others could be added."""
    day = (now + timedelta(days=1)).date()
    people = ready(
        [
            told("Ousmane", born=born(35), site="TOWN-TRIPOLI"),
            told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5, now.date()), site="TOWN-TRIPOLI"),
            told("Lamin", born=born(15, now.date()), site="TOWN-TRIPOLI"),
            told("Ibrahim", site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "wife"), (2, "daughter")]],
        at=now,
    )
    ready(3, at=now)
    made = flight(day=day, at=now, route=("MJI", "BKO", "BJL"))
    officer = act_as(OFFICER, at=now)
    book(officer, made, [Booking(c, escort="Nurse Samira" if "Lamin" in c.person.name else "") for c in people])
    lock(officer, made)
    seats = Seat.objects.filter(flight=made).values_list("pk", flat=True)
    check_boarding(act_as(at=now), made, [Checked(s, code) for s in seats for code in ("B2", "B5")])
    return clear_to_board(officer, made)


@pytest.mark.browser
def test_a_person_boards_with_two_touches_and_no_page_is_loaded_anew(served, tool, frontend, vendor):
    with acting(HOUSE):
        made = boarding(datetime.now(UTC))  # noqa: TID251 - the pages under test read it too
        ibrahim = Seat.objects.get(flight=made, person__name__startswith="Ibrahim").pk
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[OFFICER]))
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served},
                {"name": "django_language", "value": "ar", "url": served},
            ]
        )
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{served}/flights/{made.ref}/boarding/")
        loads: list[str] = []
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        row = page.locator(f"#seat-{ibrahim}")
        row.locator(".check-mine").click()
        row.locator(".boarder-deeds .btn-primary:not([disabled])").wait_for()
        row.locator(".boarder-deeds .btn-primary").click()
        page.locator(f"#seat-{ibrahim}.is-aboard").wait_for()
        assert loads == []
        for name in ("", "add/", "boarding/", "reconcile/", "versions/", "issue/"):
            page.goto(f"{served}/flights/{made.ref}/{name}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, (name, width)
            _shoot(page, f"ar-{name.strip('/') or 'flight'}")
        page.goto(f"{served}/flights/")
        _shoot(page, "ar-flights")
        if os.environ.get("DARB_SHOTS"):
            context.add_cookies([{"name": "django_language", "value": "en", "url": served}])
            page.set_viewport_size({"width": 1280, "height": 900})
            for name in ("", "add/", "boarding/", "reconcile/", "versions/", "issue/", f"seat/{ibrahim + 1}/"):
                page.goto(f"{served}/flights/{made.ref}/{name}")
                _shoot(page, f"en-{name.strip('/').replace('/', '-') or 'flight'}")
            for name in ("", "new/"):
                page.goto(f"{served}/flights/{name}")
                _shoot(page, f"en-flights-{name.strip('/')}")
        browser.close()
    assert faults == []
    with acting(HOUSE):
        assert Seat.objects.get(pk=ibrahim).boarded_at


def _shoot(page, name: str) -> None:
    if shots := os.environ.get("DARB_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png", full_page=True)
