"""Files: not too long, no code in pages, nothing from elsewhere, nothing that names this machine."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from .source import ROOT, SOURCE, modules

TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
SCRIPTS = sorted(p for p in SOURCE.rglob("static/**/*") if p.suffix in {".js", ".css", ".mjs"})
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son\w+\s*=|javascript:|hx-on|hx-vals=.js", re.I
)
ELSEWHERE = re.compile(r"(?:https?:)?//[\w-]+\.[\w.-]+", re.I)
# Names of vocabularies, not places that anything is loaded from.
NAMESPACES = ("http://www.w3.org/",)
NOT_A_NAME = {"utils", "helpers", "common", "misc", "manager", "util", "helper"}


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    long = [f"{m.name}: {n}" for m in modules() if (n := m.text.count("\n")) > 500]
    assert long == []


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    assert [m.name for m in modules() if m.path.stem in NOT_A_NAME or m.path.parent.name in NOT_A_NAME] == []


def test_public_functions_say_what_they_do_and_are_typed() -> None:
    wrong = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node) or (isinstance(node, ast.FunctionDef) and node.returns is None)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_pages_hold_no_script_no_style_and_nothing_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert INLINE.findall(text) == []
    assert [u for u in ELSEWHERE.findall(_without_namespaces(text))] == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<script>alert(1)</script>", True),
        ('<p style="color: red">', True),
        ("<style>p {}</style>", True),
        ('<a onclick="go()">', True),
        ('<a href="javascript:go()">', True),
        ('<div hx-on:click="go()">', True),
        ('<script src="/static/desk/desk.js" defer></script>', False),
        ('<option value="on" data-on="x">', False),
    ],
)
def test_the_scan_sees_code_in_a_page_and_nothing_else(text: str, seen: bool) -> None:
    assert bool(INLINE.search(text)) == seen


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_and_styles_of_our_own_load_nothing_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ELSEWHERE.findall(_without_namespaces(text)) == []
    assert not re.search(r"\beval\(|new Function\(|insertAdjacentHTML|document\.write", text)


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {re.split(r"[\[<>=~; ]", line)[0] for line in wanted}
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [n for n in sorted(names) if f"`{n}`" not in told] == []


def test_what_is_committed_names_no_registry_and_no_path_of_a_developers_machine() -> None:
    # Put together here, so that this file doesn't find itself.
    banned = ["/".join(("", *parts)) for parts in (("work", "main"), ("work", "shared"), ("root", ""), ("home", ""))]
    banned += [".".join(parts) for parts in (("pypi", "org"), ("registry", "npmjs"), ("files", "pythonhosted"))]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    kinds = {".py", ".md", ".toml", ".json", ".lock", ".txt", ".html", ".js", ".css", ".po", ""}
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in (ROOT / name for name in listed.stdout.split("\0") if name)
        if path.is_file() and path.suffix in kinds
        for word in banned
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert wrong == []


def _without_namespaces(text: str) -> str:
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    return text
