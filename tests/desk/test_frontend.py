# ruff: noqa: TID251
"""The front end alone: what is installed, the parts' words, and the frame in a real browser."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from darb.desk.templatetags.desk import count, sentence
from darb.desk.timeline import MOST_TICKS, lay_out, month_starts
from darb.desk.wording import role_named
from darb.rules.refusal import Refusal
from darb.rules.roles import Role

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "src" / "darb" / "desk"
TEMPLATES = sorted(DESK.rglob("*.html"))
SCRIPTS = sorted(DESK.rglob("*.js"))


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_tool", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


frontend = _tool("frontend")


@pytest.fixture(scope="session")
def vendor() -> Path:
    """The folder of installed files, brought up to date first."""
    frontend.install(ROOT / "var" / "assets")
    return ROOT / "var" / "assets" / "vendor"


# What is installed


def test_the_lock_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if not package.get("integrity")]
    asked = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())


def test_every_icon_that_a_template_asks_for_is_in_the_sprite(vendor: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (vendor / "icons.svg").read_text()))
    assert len(drawn) > 50
    for template in TEMPLATES:
        asked = set(re.findall(r'(?:{% icon |icon_name=)"([^"]+)"', template.read_text()))
        assert asked <= drawn, template


def test_every_static_file_that_is_named_exists(vendor: Path) -> None:
    named = {name for template in TEMPLATES for name in re.findall(r"{% static '([^']+)' %}", template.read_text())}
    assert named
    for name in named:
        assert (vendor.parent / name).is_file() or (DESK / "static" / name).is_file(), name


def test_no_style_sheet_holds_an_image_inside_itself_or_names_another_host(vendor: Path) -> None:
    sheets = [*vendor.rglob("*.css"), *(DESK / "static").rglob("*.css")]
    assert len(sheets) > 5
    for sheet in sheets:
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", sheet.read_text()):
            assert not re.match(r"data:|https?:|//", address), (sheet, address[:60])
            assert (sheet.parent / address).resolve().is_file() or (
                vendor / address.removeprefix("../vendor/")
            ).is_file()


def test_no_page_carries_script_or_style_inline() -> None:
    for template in TEMPLATES:
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|javascript:|\son[a-z]+=", text), template
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), template


def test_our_scripts_never_make_code_from_text_nor_write_html() -> None:
    assert SCRIPTS
    for script in SCRIPTS:
        assert not re.search(
            r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", script.read_text()
        ), script


def test_nothing_is_fetched_when_nothing_has_changed(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend, "fetch", lambda into: pytest.fail("it fetched"))
    assert frontend.install(vendor.parent) is False


def test_a_failed_fetch_leaves_what_was_there_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.css").write_text("old")
    monkeypatch.setattr(
        frontend, "npm_command", lambda: ([sys.executable, "-c", "import sys; sys.exit('no link')"], dict(os.environ))
    )
    for _ in range(2):
        with pytest.raises(frontend.FrontendError, match="no link"):
            frontend.install(tmp_path)
    assert [path.name for path in (tmp_path / "vendor").iterdir()] == ["old.css"]
    assert not list(tmp_path.glob(".npm-*"))


def test_the_wheel_s_node_serves_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    command, environment = frontend.npm_command()
    said = subprocess.run([*command, "--version"], env=environment, capture_output=True, text=True, check=True).stdout
    assert re.match(r"\d+\.\d+", said)


def test_a_machine_without_any_node_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert frontend.main(["install", "--into", str(tmp_path)]) == 1
    assert "No Node 20 or later here" in capsys.readouterr().err


def test_images_inside_a_style_sheet_become_files(tmp_path: Path) -> None:
    css = """a{background:url("data:image/svg+xml,%3csvg fill='%23fff'/%3e")}"""
    written = frontend.images_as_files(css, tmp_path / "img")
    [image] = (tmp_path / "img").iterdir()
    assert image.read_text() == "<svg fill='#fff'/>"
    assert written == f'a{{background:url("img/{image.name}")}}'
    with pytest.raises(frontend.FrontendError, match="not met before"):
        frontend.images_as_files('b{background:url("data:image/png;base64,AAAA")}', tmp_path / "img")


def test_an_interpreter_written_otherwise_is_not_served_half_changed() -> None:
    with pytest.raises(frontend.FrontendError, match="as_plain_script"):
        frontend.as_plain_script("export default function () {}")


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(frontend.FrontendError, match="unicorn-9"):
        frontend.sprite(["unicorn-9"], tmp_path)


# The parts


class _Form(forms.Form):
    name = forms.CharField(help_text="As told.")
    born = forms.DateField(widget=forms.DateInput())
    sex = forms.ChoiceField(widget=forms.RadioSelect, choices=[("F", "Woman"), ("M", "Man")])


def _part(name: str, **context: object) -> str:
    return render_to_string(f"parts/{name}.html", context)


def test_a_field_has_a_label_no_autofill_and_its_error_tied_to_it() -> None:
    form = _Form({"born": "2001-02-03"})
    page = _part("field", field=form["name"])
    assert '<label class="form-label" for="id_name">' in page
    assert 'autocomplete="off"' in page
    assert (
        'aria-describedby="id_name_error"' in page and 'id="id_name_error"' in page and "This field is required" in page
    )
    assert 'aria-invalid="true"' in page
    assert "As told." in page


def test_a_date_is_asked_with_the_browser_s_own_picker_in_its_own_form() -> None:
    page = _part("field", field=_Form(initial={"born": date(2001, 2, 3)})["born"])
    assert 'type="date"' in page and 'value="2001-02-03"' in page


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    page = _part("field", field=_Form()["sex"])
    assert page.index("<fieldset") < page.index("<legend") < page.index('type="radio"')


def test_a_refused_step_says_why_and_sends_nothing() -> None:
    visa = Refusal("visa_expired", "The exit visa ended on {day}.", {"day": date(2019, 9, 9)}, Role.EXIT_VISA_OFFICER)
    page = _part("step_button", label="Place on a manifest", url="/book", refusals=[visa])
    assert "The exit visa ended on 9 Sep 2019." in page and "Exit-visa officer" in page
    assert 'aria-disabled="true"' in page and "<form" not in page and "/book" not in page


def test_an_allowed_step_carries_its_key_and_the_version_it_saw() -> None:
    page = _part("step_button", label="Withdraw", url="/withdraw", version=7, confirm="Sure?")
    assert 'data-confirm="Sure?"' in page and 'name="version" value="7"' in page
    pages = [_part("step_button", label="x", url="/") for _ in range(3)]
    keys = {key for page in pages for key in re.findall(r'name="key" value="([^"]+)"', page)}
    assert len(keys) == 3


def test_a_red_gate_says_why_since_when_and_who_can_mend_it() -> None:
    page = _part(
        "gate",
        label="Exit visa",
        code="R8",
        state="red",
        reason="It ended.",
        since=date(2019, 9, 9),
        who=Role.EXIT_VISA_OFFICER,
    )
    assert all(
        word in page for word in ("R8", "Exit visa", "It ended.", "since 9 Sep 2019", "Exit-visa officer", ">red<")
    )
    assert "It ended." not in _part("gate", label="Exit visa", state="green", reason="It ended.")


def test_what_a_person_typed_is_never_taken_for_html() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    for page in (
        _part("messages", refusal=Refusal("x", "Not {name}.", {"name": nasty})),
        _part("gate", label=nasty, state="red", reason=nasty),
        _part("step_button", label=nasty, url="/", refusals=[nasty]),
        Template("{% load desk %}{% count_bar rows %}").render(Context({"rows": [(nasty, 1)]})),
    ):
        assert "<img" not in page and "&lt;img" in page


def test_a_figure_says_how_sure_it_is_and_leads_to_its_rows() -> None:
    page = _part("figure", value=5118, label="people returned", quality="exact", url="/returned")
    assert '<a href="/returned">5,118</a>' in page and "counted row by row" in page
    assert "estimate" in _part("figure", value=640000, label="migrants", quality="estimate")


def test_a_pager_keeps_what_was_searched_and_offers_only_pages_that_exist() -> None:
    request = RequestFactory().get("/people/", {"q": "moussa", "page": "1"})
    first = render_to_string("parts/pager.html", {"page": Paginator(range(120), 50).page(1)}, request)
    assert "1 to 50 of 120" in first and 'rel="next"' in first and 'rel="prev"' not in first
    assert "q=moussa&amp;page=2" in first
    uncounted = render_to_string("parts/pager.html", {"shown": 50, "previous": "", "next": "0192"}, request)
    assert "after=0192" in uncounted and 'rel="prev"' in uncounted and "after=&" not in uncounted


@pytest.mark.parametrize(("language", "written"), [("en", "5,118"), ("ar", "5,118"), ("fr", "5\u202f118")])
def test_thousands_stand_apart_as_each_language_does_it(language: str, written: str) -> None:
    with translation.override(language):
        assert count(5118) == written
        assert count(None) == "–"


def test_a_refusal_is_said_with_its_places_filled() -> None:
    assert (
        sentence(Refusal("x", "Held until {day} by {who}.", {"day": date(2019, 9, 12), "who": Role.NURSE}))
        == "Held until 12 Sep 2019 by Nurse."
    )
    assert sentence("The flight is full.") == "The flight is full."
    assert (role_named("nurse"), role_named("A neighbour"), role_named(None)) == ("Nurse", "A neighbour", "")


# The time line

days = st.dates(date(2018, 1, 1), date(2021, 12, 31))
limits = st.none() | days


@given(days, st.integers(1, 900), st.lists(st.tuples(limits, limits), max_size=6), st.booleans())
def test_bars_never_leave_the_time_line_and_mirror_exactly(
    start: date, length: int, spans: list[tuple[date | None, date | None]], mirrored: bool
) -> None:
    end = start + timedelta(days=length)
    plain = lay_out([("gate", spans, "green")], start, end, start, mirrored=False)["rows"][0][1]
    turned = lay_out([("gate", spans, "green")], start, end, start, mirrored=True)["rows"][0][1]
    assert len(plain) == len(turned) == sum(max(a or start, start) < min(b or end, end) for a, b in spans)
    for bar, mirror in zip(plain, turned, strict=True):
        x, width = float(bar.x[:-1]), float(bar.width[:-1])
        assert 0 <= x <= 100 and 0 < width <= 100 and x + width <= 100.02
        assert float(mirror.x[:-1]) == pytest.approx(100 - x - width, abs=0.02)


@given(days, st.integers(1, 9000))
def test_ticks_are_few_and_lie_inside(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    ticks = month_starts(start, end)
    assert len(ticks) <= MOST_TICKS
    assert all(start < day < end for day in ticks)


def test_the_time_line_says_in_words_what_it_draws() -> None:
    rows = [("Consent", [(date(2019, 9, 1), date(2019, 11, 30))], "green"), ("Exit visa", [], "red")]
    page = Template("{% load desk %}{% timeline rows start end on=day %}").render(
        Context({"rows": rows, "start": date(2019, 8, 1), "end": date(2020, 1, 1), "day": date(2019, 9, 12)})
    )
    assert "green from 1 Sep 2019 until 30 Nov 2019" in page and "never green in this time" in page
    assert "12 Sep 2019" in page and "style=" not in page
    with pytest.raises(ValueError, match="needs a day"):
        lay_out([], date(2019, 9, 1), date(2019, 9, 1), None, mirrored=False)


# In a browser

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
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    place = _tool("chromium").found()
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
