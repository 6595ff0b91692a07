"""The same way home once more, in headless Chromium and in Arabic, as staff in Tripoli would click it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from gettext import translation
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from darb.demo.portraits import portrait
from darb.house import messages
from tests.cast import PASSWORD
from tests.desk.test_frame import QUIET

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def arabic() -> Any:
    """Gives the Arabic of an English text."""
    messages.compile_changed()
    return translation("django", messages.LOCALE, ["ar"]).gettext


@pytest.fixture
def browser(tool: Any, vendor: Path) -> Iterator[Browser]:
    """A browser that talks to nobody but us."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium").found(), args=QUIET)
        yield browser
        browser.close()


class Officer:
    """A member of staff at a browser of their own, reading Arabic."""

    def __init__(self, browser: Browser, address: str, arabic: Any, username: str, width: int = 1280) -> None:
        self.t, self.address = arabic, address
        context = browser.new_context(locale="ar", viewport={"width": width, "height": 900})
        context.set_default_timeout(20_000)
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda r: None if r.url.startswith((address, "blob:")) else self.wrong.append(r.url))
        self.pages = 0
        self.page.on("framenavigated", self._arrived)
        self.open("/sign-in/")
        assert self.page.locator("html").get_attribute("dir") == "rtl"
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(address + "/")

    def _arrived(self, _frame: Frame) -> None:
        self.pages += 1

    def open(self, path: str) -> Officer:
        """Type an address."""
        self.page.goto(self.address + path if path.startswith("/") else path)
        return self

    def write(self, **values: Any) -> Officer:
        """Fill in fields by name; a list or a choice is ticked."""
        for name, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                box = self.page.locator("main").locator(f'[name="{name}"][value="{one}"]')
                field = self.page.locator("main").locator(f'[name="{name}"]').first
                if box.count():
                    box.first.check()
                elif one == "on":
                    field.check()
                elif field.evaluate("f => f.tagName") == "SELECT":
                    field.select_option(str(one))
                else:
                    field.fill(str(one))
        return self

    def press(self, words: str) -> Officer:
        """Press the button or link that says `words`, and say yes if asked."""
        main = self.page.locator("main")
        said = self.t(words)
        button = main.get_by_role("button", name=said).or_(main.get_by_role("link", name=said)).first
        before = self.pages
        button.click()
        yes = self.page.locator("dialog[open]").get_by_role("button", name=self.t("Yes, do it"))
        if yes.is_visible():
            yes.click()
        # What was pressed may still be on its way: an address typed meanwhile would cut it off.
        for _moment in range(60):
            if self.pages > before:
                break
            self.page.wait_for_timeout(50)
        self.page.wait_for_load_state()
        return self

    def row_of(self, field: str) -> str:
        """What the names of the first row's fields begin with, on a page where rows are typed in."""
        name = self.page.locator(f'main [name$="-{field}"]').first.get_attribute("name")
        return (name or "").removesuffix(field)

    def path(self) -> str:
        """Where this browser is."""
        return self.page.url.removeprefix(self.address).split("?")[0]

    def reads(self, words: str) -> bool:
        """Whether the page says `words`, given in English."""
        return self.t(words) in self.page.locator("main").inner_text()


def test_somebody_comes_home_through_arabic_pages(served, browser, arabic, tmp_path: Path):
    def officer(username: str, width: int = 1280) -> Officer:
        return Officer(browser, served, arabic, username, width)

    staff: dict[str, Officer] = {}
    now = timezone.localtime()
    today = timezone.localdate()
    face = tmp_path / "face.png"
    face.write_bytes(portrait(random.Random(1)))

    clerk = staff["clerk"] = officer("registration_clerk", width=390)
    clerk.open("/people/register/").write(
        given="Ibrahim",
        father="Moussa",
        family="Garba",
        given_arabic="إبراهيم",
        sex="M",
        age=22,
        nationality="NER",
        site="DC-TARIQ-SIKKA",
        departure_airport="MJI",
    ).press("Register")
    case = clerk.path()
    assert case.startswith("/cases/")
    person = clerk.page.locator("main a[href^='/people/']").first.get_attribute("href")
    clerk.open(f"{person}photo/new/")
    clerk.page.set_input_files("[name=photo]", face)
    clerk.press("Save")

    worker = staff["worker"] = officer("vhr_caseworker")
    worker.open(f"{case}counsel/").write(
        language="hau",
        **{f"I{n}": "on" for n in range(1, 8)},
        V1="أمي مريضة",
        V2="no",
        V3="نعم",
        V4="no",
        V5="no",
        V6="on",
        V7="on",
    ).press("Save")
    worker.open(f"{case}consents/").write(
        purposes=["voluntary_return", "share_with_embassy", "share_with_authorities", "share_with_receiving_mission"],
        form="thumbprint",
        language="hau",
        witness="عمر",
    ).press("Save")
    worker.open(f"{case}step/open_tracks/").press("Open the tracks")
    assert worker.reads("In process")
    for role, gate, code in (
        ("protection_lead", "R4", "cleared"),
        ("physician", "R9", "FTT-1"),
        ("dc_liaison", "R10", "handover_agreed"),
        ("programme_manager", "R14", "funded"),
        ("vhr_caseworker", "R11", "acknowledged"),
    ):
        judge = staff[role] = officer(role)
        judge.open(f"{case}verdict/{gate}/").write(code=code).press("Save")
        assert judge.path() == case

    consul = staff["consul"] = officer("consular_officer")
    consul.open("/events/new/consular/").write(
        mode="office", country="NER", site="OFFICE-TIP", starts_at=f"{now + timedelta(minutes=9):%Y-%m-%dT%H:%M}"
    ).press("Plan it")
    session = consul.path()
    consul.open(f"{session}call/")
    consul.page.locator("[name=case]").first.check()
    consul.press("Call those chosen").press("Open the session")
    consul.page.locator("[name^='outcome-']").first.select_option("confirmed") if consul.page.locator(
        "select[name^='outcome-']"
    ).count() else consul.page.locator("[name^='outcome-'][value=confirmed]").first.check()
    save = consul.page.get_by_role("button", name=arabic("Save the outcomes"))
    if save.is_visible():
        save.click()
    consul.page.wait_for_timeout(1000)
    consul.open(session).press("Close the session")
    consul.open("/events/papers/NER/ask/")
    consul.page.locator("[name=case]").first.check()
    consul.press("Ask for those chosen")
    row = consul.open("/events/papers/NER/receive/").row_of("number")
    consul.write(
        **{
            f"{row}number": "NER0012345",
            f"{row}issued": today - timedelta(days=2),
            f"{row}expires": today + timedelta(days=60),
            f"{row}name_as_printed": "IBRAHIM MOUSSA GARBA",
        }
    ).press("Take them into custody")

    visas = staff["visas"] = officer("exit_visa_officer")
    visas.open("/visas/new/?airport=MJI").write(authority="الجوازات", office="TIP")
    visas.page.locator("[name=case]").first.check()
    row = visas.press("Hand in").row_of("state")
    visas.write(
        **{
            f"{row}state": "approved",
            f"{row}number": "V-7781",
            f"{row}valid_from": today,
            f"{row}valid_to": today + timedelta(days=30),
        }
    ).press("Record the answers")

    movement = staff["movement"] = officer("movement_officer")
    leaves = now + timedelta(days=1)
    movement.open("/flights/new/").write(
        code="DRB778",
        operator="Buraq Air",
        aircraft="Boeing 737-800",
        seats=150,
        infant_limit=15,
        origin="MJI",
        departs_1=f"{leaves:%Y-%m-%dT%H:%M}",
        to_1="NIM",
        arrives_1=f"{leaves + timedelta(hours=5):%Y-%m-%dT%H:%M}",
    ).press("Plan the flight")
    flight = movement.path()
    movement.press("The carrier has confirmed").press("Open the manifest").open(f"{flight}add/")
    movement.page.locator("[name=case]").first.check()
    movement.press("Add those chosen").press("Lock the manifest")
    nurse = staff["nurse"] = officer("nurse", width=390)
    nurse.open(f"{flight}boarding/").press("All that is mine to check")
    nurse.page.wait_for_timeout(1000)
    movement.open(f"{flight}boarding/").press("All that is mine to check")
    movement.page.wait_for_timeout(1000)
    movement.open(flight).press("Clear everyone to board")
    movement.open(f"{flight}boarding/")
    movement.page.locator(f"form[action='{flight}boarding/board/'] button").first.click()
    movement.page.wait_for_timeout(1000)
    movement.open(flight).press("Off blocks: the flight has left")
    movement.open(f"{flight}land/1/").press("Record the landing")
    movement.open(f"{flight}reconcile/").press("Reconcile")

    niamey = staff["niamey"] = officer("receiving_mission_officer")
    niamey.open("/flights/arrivals/")
    niamey.page.locator("[name=handover]").first.check()
    niamey.press("We have those chosen")
    worker.open(case)
    assert worker.reads("Handed over")
    for name, one in staff.items():
        assert not one.wrong, (name, one.wrong)
