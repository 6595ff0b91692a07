"""Sees to it that there is a Chromium for the tests that drive a browser.

    python tools/chromium.py

`DARB_CHROMIUM`, else one on the PATH, else Playwright's own; where there is none, root on Debian gets it by
apt and anyone else by Playwright. Prints its place. Exit code 1 with one sentence when there is no way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The place of a Chromium on this machine, or None."""
    if named := os.environ.get("DARB_CHROMIUM"):
        return named if Path(named).is_file() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        place = playwright.chromium.executable_path
    return place if Path(place).is_file() else None


def fetch() -> None:
    """Try the ways of getting one, in turn; says on stderr what each is."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the tests that drive a browser ...", file=sys.stderr)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
            if subprocess.run(["apt-get", *command], env=quiet, stdout=sys.stderr, check=False).returncode:
                break
        else:
            return
    print("Fetching Chromium for the tests that drive a browser ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)


def main() -> int:
    """The command line; gives the exit code."""
    if found() is None:
        fetch()
    place = found()
    if place is None:
        print("There is no Chromium for the tests: install it, or name it with DARB_CHROMIUM.", file=sys.stderr)
        return 1
    print(f"Browser for tests: {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
