"""What the desk's tests share: the tools of the house, and the installed front-end files."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from darb.trust.powers import Role
from tests.cast import NOON, client_for

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


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors' clock stands at noon of the cast's day."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def signed_in(house: Any) -> Callable[[Role], Client]:
    """A browser in which the member of staff with a role is signed in."""
    return client_for


@pytest.fixture
def served(committed: str) -> Iterator[str]:
    """The address of the whole site, served from this process over a database of its own."""
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *told: object) -> None:
        """Say nothing."""
