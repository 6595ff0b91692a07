"""What the desk's tests share: the tools of the house, and the installed front-end files."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_tool", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tool() -> Callable[[str], ModuleType]:
    """Gives the tool of that name as a module."""
    return _tool


@pytest.fixture(scope="session")
def frontend() -> ModuleType:
    """The tool that installs the front end."""
    return _tool("frontend")


@pytest.fixture(scope="session")
def vendor(frontend: ModuleType) -> Path:
    """The folder of installed files, brought up to date first."""
    frontend.install(ROOT / "var" / "assets")
    return ROOT / "var" / "assets" / "vendor"
