"""Long lists on a phone: one line above them finds a name in any spelling of its accents, and what is still to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, sync_playwright

DESK = Path(__file__).resolve().parents[2] / "src" / "darb" / "desk"
NAMES = ["Awa Traoré", "Lamin Ceesay", "أحمد علي", *(f"Man Number{n:02d}" for n in range(11))]


def rows(page: Page) -> list[str]:
    return [row.strip() for row in page.locator("#names tr:visible").all_inner_texts()]


@pytest.mark.browser
def test_a_name_is_found_among_many_and_what_is_done_stands_back_until_it_is_asked_for(tool):
    body = "".join(f"<tr{' data-done' if n < 2 else ''}><th>{name}</th></tr>" for n, name in enumerate(NAMES))
    bar = render_to_string("parts/find_in.html", {"list": "names", "todo": True})
    short = render_to_string("parts/find_in.html", {"list": "few", "todo": False})
    few = "<ul id='few'><li data-done>Awa</li><li>Musa</li></ul>"
    lists = f"<table id='names'><tbody>{body}</tbody></table>{short}{few}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium").found(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.set_content(bar + lists)
        page.add_script_tag(path=DESK / "static" / "desk" / "desk.js")
        assert rows(page) == NAMES[2:], "two are done"
        assert not page.locator("[data-find=few]").is_visible(), "one look is enough for a short list"
        assert page.locator("#few li:visible").count() == 2
        box = page.get_by_role("searchbox")
        for typed, found in (("traore awa", NAMES[:1]), ("احمد", [NAMES[2]]), ("nobody", [])):
            box.fill(typed)
            assert rows(page) == found
        box.fill("")
        page.get_by_role("button").click()
        assert rows(page) == NAMES
        assert page.locator("output").first.inner_text() == "14 / 14"
        browser.close()


def test_each_line_that_finds_names_a_list_of_its_page():
    lines = {t: re.findall(r'find_in.html" with list="([\w-]+)"', t.read_text()) for t in DESK.rglob("*.html")}
    lines = {t: names for t, names in lines.items() if names}
    assert {"boarding", "flight", "leg", "issue", "distribution", "consular", "call_sheet"} <= {t.stem for t in lines}
    for template, names in lines.items():
        text = template.read_text()
        assert all(f'id="{name}"' in text for name in names), template
