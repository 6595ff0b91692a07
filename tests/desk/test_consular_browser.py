"""A day at the consulate, driven by keys alone, in a real browser at the size of a phone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from darb.events.consular_actions import call, tally
from darb.events.models import Event
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account, ActionLog
from darb.trust.queries import HOUSE
from tests.cast import STAFF, act_as
from tests.events.cast import in_process, session

CONSULAR = Role.CONSULAR_OFFICER
PHONE = {"width": 360, "height": 740}


def reach(page: Page, words: str) -> None:
    """Press Tab until what is in focus says `words`, as somebody without a mouse does."""
    for _n in range(400):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return (e.innerText || (l && l.innerText) || e.ariaLabel || '').trim(); })()"
        )
        if said.startswith(words):
            return
    raise AssertionError(f"no key reaches {words!r} on {page.url}")


def press(page: Page, words: str) -> None:
    """Reach a button or link by Tab, and press Enter; another page comes."""
    reach(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def shoot(page: Page, name: str) -> None:
    if shots := os.environ.get("DARB_SHOTS"):
        page.screenshot(path=f"{shots}/consulate-{name}.png", full_page=True)


@pytest.mark.browser
def test_a_day_at_the_consulate_by_keys_alone_on_a_phone(served: str, tool: Any, frontend: Any, vendor: Any) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the pages under test read it too
    with acting(HOUSE):
        event = session(at=now + timedelta(minutes=5))
        sunday = session(at=now + timedelta(days=3))
        call(act_as(CONSULAR, at=now), event, in_process(len(CONSULAR_OUTCOMES) + 2, at=now))
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[CONSULAR]))
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        )
        context = browser.new_context(viewport=PHONE, accept_downloads=True)  # type: ignore[arg-type]
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{served}/events/{event.ref}/")
        the_day(page, event)
        browser.close()
    assert faults == []
    with acting(HOUSE):
        event.refresh_from_db()
        lines = list(event.lines.order_by("number"))
        assert event.state == "closed"
        assert tally(lines) == dict.fromkeys(CONSULAR_OUTCOMES, 1) | {"confirmed": 2, "not_heard": 2}
        assert sum(tally(lines).values()) == len(lines)
        again = {line.case_id for line in lines if line.outcome in ("not_heard", "no_show_moved", "no_show_sick")}
        assert {line.case_id for line in sunday.lines.all()} == again
        assert [drop.on for drop in event.drops.all()] == ["second_sim"]
        assert ActionLog.objects.filter(action="events.share_called_list").count() == 1


def the_day(page: Page, event: Event) -> None:
    """Link measured, list shared, everyone heard with one key each, a slip mended, the link lost, rebooked, closed."""
    fits(page)
    shoot(page, "planned")
    reach(page, "Measure the link")
    page.keyboard.press("Enter")
    for words, typed in (("Down, Mbit/s", "3.1"), ("Up, Mbit/s", "1.2")):
        reach(page, words)
        page.keyboard.type(typed)
    for words in ("The camera shows a picture", "The sound comes through"):
        reach(page, words)
        page.keyboard.press("Space")
    press(page, "Keep the measurement")
    press(page, "List for the embassy")
    fits(page)
    reach(page, "Download and record")
    with page.expect_download() as given:
        page.keyboard.press("Enter")
    with open(given.value.path(), encoding="utf-8-sig") as file:
        assert len(file.readline().split(",")) == 7
    page.goto(page.url.replace("called-list/", ""))
    press(page, "Open the session")
    # The first line without an outcome has the focus: one key a person, and the next line is in focus.
    slip = "4"
    for key in [slip, *"234567890ms", "0"]:
        page.keyboard.press(key)
    page.locator(".tally", has_text="1 missing").wait_for()
    refer(page)
    shoot(page, "hearing")
    mend_the_first(page)
    press(page, "The link dropped")
    assert page.locator("#down").count() == 1
    press(page, "Second SIM card")
    page.keyboard.press("1")  # the only line that has no outcome is in focus
    page.locator(".tally", has_text="adds up").wait_for()
    fits(page)
    page.reload()
    press(page, "Book again")
    reach(page, "Close the session")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    press(page, "Yes, do it")
    page.locator(".status", has_text="Closed").first.wait_for()
    fits(page)
    shoot(page, "closed")


def refer(page: Page) -> None:
    """Say to which mission the sixth was referred."""
    row = page.locator("#called tr").nth(5)
    field = row.locator(".referred")
    field.focus()
    page.keyboard.type("SEN")
    with page.expect_response("**/outcomes/"):
        page.keyboard.press("Tab")


def mend_the_first(page: Page) -> None:
    """The first key was a slip: back to that line by Shift and Tab, and the right key."""
    for _n in range(200):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement === document.querySelector('select[data-pick]')"):
            break
    page.keyboard.press("1")
    page.locator(".tally-words", has_text="1 Pending evidence").wait_for()
