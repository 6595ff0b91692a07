"""The frame of every page in a real browser, on the style-sheet site."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader"]
WATCH = """window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective));
document.addEventListener('map:made', (event) => { window.made = event.detail; });"""


@pytest.fixture(scope="module")
def site(vendor: Path) -> Iterator[str]:
    """The address of the style-sheet site, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("stylesheet_site.py")), "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], ModuleType]) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    place = tool("chromium").found()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=place, args=QUIET)
        yield chromium
        chromium.close()


def _until(page, expression: str):  # type: ignore[no-untyped-def]
    """Wait until `expression` is true in the page and give it.

    Playwright's own waiting for an expression needs eval, which the policy forbids.
    """
    for _ in range(400):
        if found := page.evaluate(expression):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


@pytest.fixture
def open_page(site: str, browser) -> Iterator[Callable]:  # type: ignore[no-untyped-def]
    """Opens a page; at the end of the test nothing may have broken the policy, asked another host, or failed."""
    contexts, faults = [], []

    def open_(path: str, width: int = 1280, *, javascript: bool = True):  # type: ignore[no-untyped-def]
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
        context.add_init_script(WATCH)
        contexts.append((context, javascript))
        page = context.new_page()
        page.on("request", lambda request: request.url.startswith((site, "blob:" + site)) or faults.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        page.goto(site + path)
        page.faults = faults
        return page

    yield open_
    for context, javascript in contexts:
        for page in context.pages if javascript else ():
            faults.extend(page.evaluate("window.broken || []"))
        context.close()
    assert faults == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/en/", "/ar/", "/fr/", "/en/?errors=1", "/ar/login", "/en/404"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_keeps_to_the_policy_and_names_each_control(open_page: Callable, path: str, width: int) -> None:
    page = open_page(path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dir") == ("rtl" if path.startswith("/ar") else "ltr")
    nameless = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href], summary')]
        .filter((each) => !(each.labels?.length || each.textContent.trim() || each.getAttribute('aria-label')))
        .map((each) => each.outerHTML)"""
    assert page.evaluate(nameless) == []
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Noto Darb\"'))")


@pytest.mark.browser
def test_the_watch_sees_a_page_that_breaks_the_policy(open_page: Callable) -> None:
    page = open_page("/en/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    _until(page, "window.broken.length")
    assert page.evaluate("window.broken.splice(0)")[0].startswith("style-src")
    assert [fault for fault in page.faults if "Content Security Policy" in fault]
    page.faults.clear()


@pytest.mark.browser
def test_a_confirmed_step_is_sent_only_after_yes(open_page: Callable) -> None:
    page = open_page("/en/")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="No, go back").click()
    assert page.url.endswith("/en/")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Yes, do it").click()
    page.wait_for_url("**/echo")
    sent = json.loads(page.inner_text("body"))["posted"]
    assert sent["version"] == "3" and len(sent["key"]) == 36


@pytest.mark.browser
def test_a_second_click_sends_nothing(open_page: Callable) -> None:
    page = open_page("/en/")
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.post_data))
    page.evaluate("""(() => {
        const button = document.querySelector('.deed button[type=submit]');
        button.click();
        setTimeout(() => button.click(), 5);
    })()""")
    page.wait_for_url("**/echo")
    assert len(posts) == 1


@pytest.mark.browser
def test_a_refusal_asked_for_in_place_stands_above_the_page(open_page: Callable) -> None:
    page = open_page("/en/")
    page.click("#ask")
    page.wait_for_selector("#messages [data-code=stale]")
    assert "Somebody changed this page meanwhile." in page.inner_text("#messages")
    assert page.inner_text("#nowhere") == ""
    # The browser itself tells of every 409 in its console; nothing else may stand there.
    assert all("409" in fault for fault in page.faults)
    page.faults.clear()


@pytest.mark.browser
def test_a_lost_link_is_said_and_loses_nothing(open_page: Callable) -> None:
    page = open_page("/en/")
    page.fill("#id_name", "Hawa")
    page.context.set_offline(True)
    page.click("#ask")
    page.wait_for_selector("#messages .notice-warning")
    assert "No answer from the server" in page.inner_text("#messages") and page.input_value("#id_name") == "Hawa"
    page.faults.clear()


@pytest.mark.browser
def test_the_keys_find_the_search_and_walk_the_list(open_page: Callable) -> None:
    page = open_page("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.focus("[data-keys] tbody a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Hawa Diallo"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#VHR-88RD-1"


@pytest.mark.browser
def test_without_javascript_the_menu_opens_and_the_form_goes(open_page: Callable) -> None:
    page = open_page("/ar/", 360, javascript=False)
    assert not page.is_visible("#navigation")
    page.click(".menu-button")
    assert page.is_visible("#navigation li a")
    page.click(".sidebar-close")
    assert not page.is_visible("#navigation")
    page.click(".menu summary")
    assert page.is_visible("button[value=fr]")
    page.fill("#id_name", "هوى")
    page.click(".deed button[type=submit]")
    assert "\\u0647\\u0648\\u0649" in page.inner_text("body")


@pytest.mark.browser
def test_the_map_and_the_chart_draw_under_the_policy_with_nothing_from_elsewhere(open_page: Callable) -> None:
    page = open_page("/en/map")
    page.wait_for_selector(".map canvas")
    page.wait_for_selector(".chart.is-drawn canvas")
    page.wait_for_timeout(800)
    assert page.query_selector("[data-failed]") is None
    drawn = """(() => {
        const canvas = document.querySelector('.chart canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 3 && value > 0);
    })()"""
    assert page.evaluate(drawn)


@pytest.mark.browser
def test_a_site_on_the_map_leads_to_its_page(open_page: Callable) -> None:
    page = open_page("/en/map")
    _until(page, "window.made?.loaded()")
    place = page.evaluate("""(() => {
        const { x, y } = made.project([13.2, 32.8]);
        const { left, top } = document.querySelector('.map').getBoundingClientRect();
        return [x + left, y + top];
    })()""")
    page.mouse.move(*place)
    page.wait_for_selector(".map-words")
    assert "Tripoli" in page.inner_text(".map-words")
    page.mouse.click(*place)
    page.wait_for_url("**/en/#site")


@pytest.mark.browser
def test_on_paper_only_the_content_remains(open_page: Callable) -> None:
    page = open_page("/en/")
    page.emulate_media(media="print")
    assert not page.is_visible(".topbar") and not page.is_visible("#navigation") and not page.is_visible(".step-button")
    assert page.is_visible("h1") and page.is_visible(".timeline")
