"""Boarding by scan on a phone: a scanner that types, the camera, the keyboard alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
import segno
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from darb.movements.boarding_actions import Checked, check_boarding
from darb.movements.models import Seat
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE
from tests.cast import STAFF, act_as
from tests.desk.test_boarding_browser import boarding

OFFICER = Role.MOVEMENT_OFFICER
READS_CODES = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.shown ? [{ rawValue: window.shown }] : []; }
};
"""


def film(path, text: str) -> str:
    """A film of one still (YUV4MPEG2): the code of `text` as it stands on a slip, before a grey wall."""
    wide, high, dot = 640, 480, 8
    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix_iter(scale=dot, border=4)]
    grey = [bytearray([128] * wide) for _row in range(high)]
    top, left = (high - len(rows)) // 2, (wide - len(rows[0])) // 2
    for y, row in enumerate(rows):
        grey[top + y][left : left + len(row)] = bytes(20 if dark else 235 for dark in row)
    still = b"".join(grey) + bytes([128]) * (wide * high // 2)
    path.write_bytes(f"YUV4MPEG2 W{wide} H{high} F5:1 Ip A1:1 C420jpeg\n".encode() + (b"FRAME\n" + still) * 5)
    return str(path)


@pytest.fixture
def phone(served, tool, frontend, vendor, tmp_path):
    """A phone in which the movement officer is signed in, the address of the scan page, and people by given name."""
    now = datetime.now(UTC)  # noqa: TID251 - the pages under test read it too
    with acting(HOUSE):
        made = boarding(now)
        seats = Seat.objects.filter(flight=made).select_related("case__person")
        people = {s.case.person.name.split()[0]: s for s in seats}
        grown = [s.pk for name, s in people.items() if name != "Bakary"]
        check_boarding(
            act_as(at=now), made, [Checked(s, code) for s in grown for code in ("B1", "B3", "B4", "B6", "B7")]
        )
    seen = film(tmp_path / "slip.y4m", people["Ibrahim"].case.person.ref)
    client = Client()
    client.force_login(Account.objects.get(username=STAFF[OFFICER]))
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tool("chromium").found(),
            args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                  f"--use-file-for-fake-video-capture={seen}"],
        )  # fmt: skip
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        yield page, f"{served}/flights/{made.ref}/boarding/scan/", people
        browser.close()
    assert faults == []


def scan(page, text: str) -> None:
    """A scanner types fast, and presses Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_one_scan_shows_the_person_and_one_tap_boards_them(phone):
    page, address, people = phone
    page.goto(address)
    ibrahim = people["Ibrahim"]
    scan(page, ibrahim.case.person.ref)
    card = page.locator(f"#seat-{ibrahim.pk}")
    expect(card.locator("h2")).to_contain_text(ibrahim.case.person.name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    _shoot(page, "scan-fit")
    card.get_by_role("button", name="Board", exact=True).click()
    expect(page.locator(f"#seat-{ibrahim.pk}.is-aboard")).to_be_visible()
    # The next scan goes into the field, though a button was pressed last; the same code says that they are aboard.
    scan(page, ibrahim.case.person.ref)
    expect(page.locator("[data-code='scan.aboard']")).to_contain_text("aboard already")
    # With a check open: the check in words, and no button to board.
    bakary = people["Bakary"]
    scan(page, bakary.case.ref)
    expect(page.locator(f"#seat-{bakary.pk} .scanned-red li").first).to_be_visible()
    expect(page.get_by_role("button", name="Board", exact=True)).to_have_count(0)
    _shoot(page, "scan-red")
    scan(page, "HELLO")
    expect(page.locator("[data-code='scan.no_reference']")).to_be_visible()
    # A mother takes her infant along.
    aicha = people["Aïcha"]
    scan(page, aicha.case.ref)
    expect(page.locator(f"#seat-{aicha.pk}")).to_contain_text("on their lap")
    page.get_by_role("button", name="Board", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#seat-{aicha.pk}.is-aboard")).to_be_visible()
    scan(page, people["Awa"].case.ref)
    expect(page.locator("[data-code='scan.aboard']")).to_contain_text(people["Awa"].case.person.name)


@pytest.mark.browser
def test_where_a_browser_reads_no_codes_our_own_reader_is_fetched_when_the_camera_is_switched_on(phone):
    page, address, people = phone
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/qr/" in request.url else None)
    page.goto(address)
    assert page.evaluate("'BarcodeDetector' in window") is False
    assert fetched == []
    page.locator("[data-camera]").click()
    expect(page.locator(f"#seat-{people['Ibrahim'].pk} h2")).to_contain_text(people["Ibrahim"].case.person.name)
    assert len(fetched) == 2
    _shoot(page, "scan-camera")
    page.locator("[data-camera]").click()
    expect(page.locator(".scan-view")).to_be_hidden()


@pytest.mark.browser
def test_where_the_reader_cant_be_fetched_it_is_said_and_typing_works_on(phone):
    page, address, people = phone
    cut = "throw new Error('the line was cut')"
    page.route("**/qr/decode.js", lambda route: route.fulfill(content_type="text/javascript", body=cut))
    page.goto(address)
    page.locator("[data-camera]").click()
    expect(page.locator("[data-no-reader]")).to_be_visible()
    scan(page, people["Ibrahim"].case.ref)
    expect(page.locator(f"#seat-{people['Ibrahim'].pk}")).to_be_visible()


@pytest.mark.browser
def test_a_page_that_gets_no_camera_says_so_and_keeps_the_field(phone):
    page, address, _people = phone
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.goto(address)
    expect(page.locator("[data-no-camera]")).to_be_visible()
    expect(page.locator("[data-camera]")).to_be_hidden()
    expect(page.locator("[data-scan]")).to_be_focused()


@pytest.mark.browser
def test_where_a_browser_reads_codes_its_camera_scans(phone):
    page, address, people = phone
    page.add_init_script(READS_CODES)
    page.goto(address)
    expect(page.locator("[data-no-camera]")).to_be_hidden()
    page.locator("[data-camera]").click()
    expect(page.locator(".scan-view")).to_be_visible()
    page.evaluate("code => { window.shown = code }", people["Ibrahim"].case.person.ref)
    expect(page.locator(f"#seat-{people['Ibrahim'].pk}")).to_be_visible()
    page.evaluate("code => { window.shown = code }", people["Bakary"].case.person.ref)
    expect(page.locator(f"#seat-{people['Bakary'].pk}")).to_be_visible()
    page.locator("[data-camera]").click()
    expect(page.locator(".scan-view")).to_be_hidden()


@pytest.mark.browser
def test_without_scripts_the_field_and_the_button_work_too(phone):
    page, address, people = phone
    bare = page.context.browser.new_context(java_script_enabled=False)
    bare.add_cookies(page.context.cookies())
    plain = bare.new_page()
    plain.goto(address)
    plain.fill("[data-scan]", people["Ibrahim"].case.ref)
    plain.keyboard.press("Enter")
    plain.get_by_role("button", name="Board", exact=True).click()
    expect(plain.locator("#messages")).to_contain_text("aboard")
    bare.close()


def _shoot(page, name: str) -> None:
    if shots := os.environ.get("DARB_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png", full_page=True)
