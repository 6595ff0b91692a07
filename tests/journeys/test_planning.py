"""Planning in a real browser: a plan is made while one watches, a list accepted, a flight called off, planned anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from darb.cases.models import Case
from darb.house import worker
from darb.movements.models import Flight, FlightState, Plan, Seat
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE
from tests.cast import STAFF, told
from tests.travellers import born, flight, ready

T = TypeVar("T")
OFFICER, CHIEF = Role.MOVEMENT_OFFICER, Role.CHIEF_OF_MISSION


def a_small_mission(now: datetime) -> tuple[list[Case], Flight, Flight]:
    """A family of three, two men and one who leaves from Misrata; two flights to Bamako from Mitiga."""
    day = now.date()
    people = ready(
        [
            told("Ousmane", born=born(35), site="TOWN-TRIPOLI"),
            told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
            told("Awa", sex="F", born=born(0.5, day), site="TOWN-TRIPOLI"),
            told("Ibrahim", site="TOWN-TRIPOLI"),
            told("Bakary", site="TOWN-TRIPOLI"),
        ],
        families=[[(0, "head"), (1, "wife"), (2, "daughter")]],
        at=now,
    )
    ready([told("Modibo", site="TOWN-TRIPOLI")], departs="MRA", at=now)
    first = flight("DB 101", day=day + timedelta(days=4), at=now)
    second = flight("DB 102", day=day + timedelta(days=9), at=now)
    return people, first, second


def apart(do: Callable[[], T]) -> T:
    """What `do` gives, done in a thread of its own: the browser's thread may not wait for the database."""

    def run() -> T:
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run).result()


def work() -> None:
    """The worker does what is in the queue."""
    apart(lambda: worker.run(wait=False))


@contextmanager
def browser_of(role: Role, served: str, chromium: str, faults: list[str]) -> Iterator[Page]:
    """A page in headless Chromium where the member of staff with `role` is signed in; it notes what goes wrong."""
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[role]))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()


def plan_anew(page: Page) -> None:
    """One press; the page shows the progress and comes back by itself with the plan."""
    page.get_by_role("button", name="Plan anew").first.click()
    page.get_by_text("Waiting its turn").wait_for()
    work()
    page.locator(".plan-progress").wait_for(state="detached")
    page.locator(".plan-days").first.wait_for()


@pytest.mark.browser
def test_plan_lock_drag_accept_cancel_and_replan(served, tool, vendor):
    with acting(HOUSE):
        people, first, second = a_small_mission(datetime.now(UTC))  # noqa: TID251 - the pages under test read it too
        refs = {c.ref for c in people}
    faults: list[str] = []
    with browser_of(OFFICER, served, tool("chromium").found(), faults) as page:
        page.goto(f"{served}/plans/")
        plan_anew(page)
        assert page.get_by_text("4 of 118 seats").count() == 1, "the baby takes a lap"
        page.locator(".kind-of-stay summary").click()
        page.get_by_role("link", name="Modibo Moussa Keita").wait_for()
        assert page.get_by_text("The exit visa is for Misrata (MRA) only").count() == 1

        page.get_by_role("link", name="DB 101").click()
        page.locator(f'[data-group="{people[4].ref}"]').get_by_role("checkbox").check()
        page.get_by_role("button", name="Fix on this flight").click()
        page.get_by_text("every later plan leaves them on this flight").wait_for()
        drag_onto(page, people[3], second)
        page.get_by_text("later plans leave them where you put them").wait_for()
        page.goto(f"{served}/plans/")
        page.get_by_role("link", name="DB 101").click()
        page.get_by_role("button", name="Accept this list into the manifest").click()
        page.get_by_text("The list is accepted.").wait_for()
        assert aboard(first) == refs - {people[3].ref}

        call_off(page, served, first)
        page.goto(f"{served}/plans/")
        page.get_by_text("DB 101 of").wait_for()
        plan_anew(page)
        assert page.get_by_text("4 of 118 seats").count() == 1
        assert page.get_by_text("The flight that they were told of is called off.").count() > 0
        page.get_by_role("link", name="DB 102").first.click()
        page.get_by_role("button", name="Accept this list into the manifest").click()
        page.get_by_text("The list is accepted.").wait_for()
    assert aboard(second) == refs
    assert faults == []


@pytest.mark.browser
def test_the_chief_asks_what_if_and_nothing_changes(served, tool, vendor):
    with acting(HOUSE):
        a_small_mission(datetime.now(UTC))  # noqa: TID251 - the pages under test read it too
    faults: list[str] = []
    with browser_of(OFFICER, served, tool("chromium").found(), faults) as page:
        page.goto(f"{served}/plans/")
        plan_anew(page)
    with browser_of(CHIEF, served, tool("chromium").found(), faults) as page:
        page.goto(f"{served}/plans/")
        page.get_by_role("link", name="What if").click()
        page.get_by_label("DB 101").check()
        page.get_by_role("button", name="What would follow?").click()
        page.get_by_text("DB 101 is called off.").wait_for()
        work()
        page.get_by_role("columnheader", name="Before", exact=True).wait_for()
        assert page.get_by_text("days that one person waits").count() == 1
        assert page.get_by_role("row", name="DB 102").count() == 1
    with acting(HOUSE):
        assert not Flight.objects.filter(state=FlightState.CANCELLED).exists()
        assert Plan.objects.filter(base=None).count() == 1
    assert faults == []


def drag_onto(page: Page, case: Case, a_flight: Flight) -> None:
    """Take the row of a person and drop it on a flight."""
    page.locator(f'[data-group="{case.ref}"]').drag_to(page.locator(f'[data-drop="{a_flight.ref}"]'))


def call_off(page: Page, served: str, a_flight: Flight) -> None:
    """The carrier has no permit."""
    page.goto(f"{served}/flights/{a_flight.ref}/cancel/")
    page.get_by_label("Reason").fill("no permit")
    page.get_by_role("button", name="Call the flight off").click()
    page.get_by_text("The flight is called off.").wait_for()


def aboard(a_flight: Flight) -> set[str]:
    """References of those with a standing seat."""

    def read() -> set[str]:
        with acting(HOUSE):
            seats = Seat.objects.filter(flight=a_flight, removed_in=None)
            return set(seats.values_list("case__ref", flat=True))

    return apart(read)
