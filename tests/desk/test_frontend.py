"""What the front end is made of: the lock, the tool that installs it, and the files it may not hold."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "src" / "darb" / "desk"
TEMPLATES = sorted(DESK.rglob("*.html"))
SCRIPTS = sorted(DESK.rglob("*.js"))


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


def test_nothing_is_fetched_when_nothing_has_changed(
    frontend: ModuleType, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "fetch", lambda into: pytest.fail("it fetched"))
    assert frontend.install(vendor.parent) is False


def test_a_failed_fetch_leaves_what_was_there_and_is_tried_again(
    frontend: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


def test_the_wheel_s_node_serves_where_the_machine_has_none(
    frontend: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    command, environment = frontend.npm_command()
    said = subprocess.run([*command, "--version"], env=environment, capture_output=True, text=True, check=True).stdout
    assert re.match(r"\d+\.\d+", said)


def test_a_machine_without_any_node_gets_one_sentence(
    frontend: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert frontend.main(["install", "--into", str(tmp_path)]) == 1
    assert "No Node 20 or later here" in capsys.readouterr().err


def test_images_inside_a_style_sheet_become_files(frontend: ModuleType, tmp_path: Path) -> None:
    css = """a{background:url("data:image/svg+xml,%3csvg fill='%23fff'/%3e")}"""
    written = frontend.images_as_files(css, tmp_path / "img")
    [image] = (tmp_path / "img").iterdir()
    assert image.read_text() == "<svg fill='#fff'/>"
    assert written == f'a{{background:url("img/{image.name}")}}'
    with pytest.raises(frontend.FrontendError, match="not met before"):
        frontend.images_as_files('b{background:url("data:image/png;base64,AAAA")}', tmp_path / "img")


def test_an_interpreter_written_otherwise_is_not_served_half_changed(frontend: ModuleType) -> None:
    with pytest.raises(frontend.FrontendError, match="as_plain_script"):
        frontend.as_plain_script("export default function () {}")


def test_an_icon_that_does_not_exist_is_named(frontend: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(frontend.FrontendError, match="unicorn-9"):
        frontend.sprite(["unicorn-9"], tmp_path)
