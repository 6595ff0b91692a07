"""Writes the documentation that is read from declarations: `docs/pathways/`.

python tools/docs.py            write it
python tools/docs.py --check    exit code 1 if what is there isn't what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

from darb.programmes import PROGRAMMES
from darb.rules.diagram import page

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pathways"


def main(arguments: list[str]) -> int:
    """The command line; gives the exit code."""
    wanted = {FOLDER / f"{key}.md": page(pathway) for key, pathway in PROGRAMMES.items()}
    if arguments == ["--check"]:
        stale = [p.name for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
        strange = [p.name for p in FOLDER.glob("*.md") if p not in wanted]
        if stale or strange:
            print(f"Not as the declarations say (run `make docs`): {', '.join(stale + strange)}", file=sys.stderr)
        return 1 if stale or strange else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
