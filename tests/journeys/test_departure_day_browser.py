"""A departure day on phones: buses, the health check, packs, boarding by scan, one who stays, off blocks, the sum."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from darb.cases.actions import Ruled, give_verdicts
from darb.cases.models import Case
from darb.movements.actions import book, lock
from darb.movements.models import Flight, Seat
from darb.movements.reading import Booking
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE
from tests.cast import STAFF, act_as, told
from tests.travellers import flight, ready

OFFICER, NURSE, DRIVER = Role.MOVEMENT_OFFICER, Role.NURSE, Role.TRANSPORT_OFFICER
Phones = Callable[[Role], Page]


@pytest.fixture
def phones(served: str, today: Any, tool: Any, frontend: Any, vendor: Any) -> Iterator[Phones]:
    """Gives the phone, 360 pixels wide, on which somebody in that role is signed in; nobody's console says a word."""
    # The database is read before the browser starts: it keeps a loop of its own.
    sessions = {}
    for role in (OFFICER, NURSE, DRIVER):
        client = Client()
        client.force_login(Account.objects.get(username=STAFF[role]))
        sessions[role] = client.cookies["sessionid"].value
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )

        def of(role: Role) -> Page:
            context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=served)
            context.add_cookies([{"name": "sessionid", "value": sessions[role], "url": served}])
            page = context.new_page()
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            return page

        yield of
        browser.close()
    assert faults == []


@pytest.fixture
def today(served: str) -> tuple[Flight, dict[str, Case], dict[str, int]]:
    """Two men of a centre that hands them over, and a woman of the town, on a locked manifest for tomorrow."""
    now = datetime.now(UTC)  # noqa: TID251 - the pages under test read it too
    with acting(HOUSE):
        people = ready(
            [
                told("Ibrahim", site="DC-TARIQ-SIKKA"),
                told("Bakary", site="DC-TARIQ-SIKKA"),
                told("Mariam", sex="F", site="TOWN-TRIPOLI"),
            ],
            at=now,
        )
        give_verdicts(act_as(at=now), [Ruled(c, "R10", "handover_agreed") for c in people[:2]])
        made = flight(day=(now + timedelta(days=1)).date(), at=now)
        book(act_as(OFFICER, at=now), made, [Booking(c) for c in people])
        lock(act_as(OFFICER, at=now), made)
        made.refresh_from_db()
        named = {c.person.name.split()[0]: c for c in people}
        return made, named, {name: Seat.objects.get(case=c).pk for name, c in named.items()}


def _narrow(page: Page, name: str) -> None:
    """Nothing is wider than the phone; a picture is taken where somebody asked for pictures."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    if shots := os.environ.get("DARB_SHOTS"):
        page.screenshot(path=f"{shots}/day-{name}.png", full_page=True)


def bring(page: Page, made: Flight) -> None:
    """One bus: three on at the centre and the town, three off at the airport."""
    at = made.departs_at - timedelta(hours=6)
    page.goto(f"/flights/{made.ref}/way/new/")
    for name, value in (("vehicle", "5-123"), ("driver", "Salem"), ("places", "40"), ("site_1", "TOWN-TRIPOLI"),
                        ("site_2", "AIR-MJI")):  # fmt: skip
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=due_1]").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.locator("[name=due_2]").fill(f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Save").click()
    _narrow(page, "way")
    for field, number in (("on", "3"), ("off", "3")):
        page.get_by_role("link", name="Count heads").click()
        page.locator(f"[name={field}]").fill(number)
        _narrow(page, f"count-{field}")
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("counted on = counted off")).to_be_visible()


def check_all_mine(page: Page, made: Flight, seats: list[int]) -> None:
    """One touch a person: all that is this role's to check."""
    page.goto(f"/flights/{made.ref}/boarding/")
    for seat in seats:
        before = page.locator(f"#seat-{seat} .check-passed").count()
        page.locator(f"#seat-{seat} .check-mine").click()
        expect(page.locator(f"#seat-{seat} .check-passed").nth(before)).to_be_visible()
    _narrow(page, "checks")


def sign_for_a_pack(page: Page, made: Flight, person: int) -> None:
    """Clothes of size L, shoes of size 42, signed for by thumb."""
    page.goto(f"/flights/{made.ref}/issue/")
    page.locator(f"[name=clothes-{person}]").fill("L")
    page.locator(f"[name=shoes-{person}]").fill("42")
    page.locator(f"[name=receipt-{person}]").select_option("thumbprint")
    _narrow(page, "packs")
    page.get_by_role("button", name="They have their packs").click()
    expect(page.get_by_text("L/42")).to_be_visible()


def scan(page: Page, code: str) -> None:
    """A scanner types, and presses Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_a_departure_day_on_phones(phones: Phones, today: tuple[Flight, dict[str, Case], dict[str, int]]) -> None:
    made, people, seats = today
    bring(phones(DRIVER), made)
    check_all_mine(phones(NURSE), made, list(seats.values()))
    page = phones(OFFICER)
    sign_for_a_pack(page, made, people["Ibrahim"].person_id)
    check_all_mine(page, made, list(seats.values()))
    page.goto(f"/flights/{made.ref}/")
    page.get_by_role("button", name="Clear everyone to board").click()
    expect(page.get_by_text("must still get the newest list")).to_be_visible()
    page.get_by_role("button", name="Yes, do it").click()
    page.wait_for_url("**/boarding/")
    page.goto(f"/flights/{made.ref}/boarding/scan/")
    for name in ("Ibrahim", "Bakary"):
        scan(page, people[name].ref)
        expect(page.locator(f"#seat-{seats[name]}")).to_be_visible()
        page.get_by_role("button", name="Board", exact=True).click()
        expect(page.locator(f"#seat-{seats[name]}.is-aboard")).to_be_visible()
    scan(page, people["Mariam"].ref)
    page.locator(f"#seat-{seats['Mariam']}").get_by_role("link", name="Doesn't want to go").click()
    page.locator("[name=how]").select_option("said at the stairs")
    _narrow(page, "withdraw")
    page.get_by_role("button", name="They don't go").click()
    expect(page.get_by_text("A safe way back and other help are now tasks")).to_be_visible()
    page.goto(f"/flights/{made.ref}/")
    _narrow(page, "flight")
    page.get_by_role("button", name="Off blocks").click()
    page.get_by_role("button", name="Yes, do it").click()
    page.get_by_role("link", name="Landed at").click()
    page.get_by_role("button", name="Record the landing").click()
    page.get_by_role("link", name="Reconcile").click()
    expect(page.get_by_text("adds up")).to_be_visible()
    _narrow(page, "reconcile")
    page.get_by_role("button", name="Reconcile").click()
    expect(page.get_by_text("The flight is reconciled")).to_be_visible()
    expect(page.get_by_text("2 + 1 = 3")).to_be_visible()
    page.goto(f"/cases/{people['Mariam'].ref}/")
    expect(page.get_by_text("Withdrawn").first).to_be_visible()
