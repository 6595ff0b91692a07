"""How the tests are shared out among workers: the long ones first, so that all workers end at about the same time."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

LONG = ("tests/house/", "tests/journeys/", "tests/demo/")
"""Folders of tests that take long, the longest first; any others fill up what is left."""
ONE_INSTALLATION = frozenset(
    f"tests/house/test_{name}.py" for name in ("backup", "cli", "database", "doctor", "plan_of_mission", "up")
)
"""Files whose tests share an installation that takes long to make: they go to one worker."""


class SharedOut(LoadFileScheduling):
    """A file goes to one worker whole, and those of one installation go to one worker together."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "one installation" if file in ONE_INSTALLATION else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharedOut | None:
    """Share out by file as above where xdist is told to share out by file; else as xdist does."""
    return SharedOut(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first, in an order that every worker arrives at."""
    items.sort(key=lambda item: next((n for n, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG)))
