"""Writes one page per programme into docs/pathways, from the declarations. Run it after changing one."""

from __future__ import annotations

from pathlib import Path

from darb.programmes import PROGRAMMES
from darb.rules.diagram import page

PAGES = Path(__file__).parent.parent / "docs" / "pathways"


def write() -> None:
    """Write every page, replacing what is there."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for pathway in PROGRAMMES.values():
        (PAGES / f"{pathway.key}.md").write_text(page(pathway), encoding="utf-8")


if __name__ == "__main__":
    write()
