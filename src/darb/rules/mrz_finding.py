"""Finding a machine-readable zone in what somebody pasted or a scanner typed.

Lines may be broken or run together, end in rubbish, have fillers too many or too few, stand among other text, or
hold Arabic-Indic figures. Every way to read lines of the right width out of that is offered; the check digits
then say which of them is a zone (`mrz`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from .mrz_layout import BIRTH, EXPIRES, LAYOUTS, Layout, fits_code
from .mrz_letters import ALLOWED, CAPITALS, FILLER

MOST_CHARACTERS = 1200
MOST_LINES = 12
_MOST_LEADING = 60
_FEW_FILLERS = 4
_LOOKS_LIKE_FILLER = str.maketrans({"‹": "<", "«": "<<", "〈": "<", "＜": "<", "≪": "<<", "›": None, "»": None})
_DATE = re.compile(r"[0-9OI<]{6}")
_RUN = re.compile(r"<{2,}")


def tidy_lines(text: str) -> list[str]:
    """What was pasted as lines of zone characters: capitals, figures of any script as 0 to 9, nothing else."""
    text = html.unescape(text[:MOST_CHARACTERS]).translate(_LOOKS_LIKE_FILLER)
    if FILLER not in text:
        # Some scanners type blanks for fillers.
        text = re.sub(r"[ \t]", FILLER, text)
    lines = ["".join(filter(ALLOWED.__contains__, map(_character, line))) for line in text.splitlines()]
    return [line for line in lines if line.strip(FILLER)][:MOST_LINES]


def _character(c: str) -> str:
    figure = unicodedata.decimal(c, None)
    return str(figure) if figure is not None else unicodedata.normalize("NFKC", c).upper()


def candidates(text: str) -> Iterator[tuple[Layout, str, bool]]:
    """Each way to read a zone: its layout, its lines put end to end, and whether the lines had their very width."""
    lines = tidy_lines(text)
    seen: set[tuple[str, str]] = set()
    for layout in LAYOUTS:
        for zone, exact in (*_line_by_line(lines, layout), *_run_together(lines, layout)):
            if (layout.key, zone) not in seen and _plausible(layout, zone):
                seen.add((layout.key, zone))
                yield layout, zone, exact


def _line_by_line(lines: list[str], layout: Layout) -> Iterator[tuple[str, bool]]:
    """Neighbouring lines, each brought to its width."""
    long_enough = [line for line in lines if len(line) >= layout.width // 2]
    for i in range(len(long_enough) - layout.lines + 1):
        here = long_enough[i : i + layout.lines]
        yield "".join(_padded(line, layout.width) for line in here), all(len(x) == layout.width for x in here)
        mended = [_with_fillers(line, layout.width) for line in here]
        yield "".join(mended), False


def _padded(line: str, width: int) -> str:
    return line[:width].ljust(width, FILLER)


def _with_fillers(line: str, width: int) -> str:
    """The line with a few fillers put into its longest run of them, or taken out, where that makes its width."""
    lacking = width - len(line)
    runs = sorted(_RUN.finditer(line), key=lambda run: run.end() - run.start())
    if not runs or not 0 < abs(lacking) <= _FEW_FILLERS:
        return _padded(line, width)
    run = runs[-1]
    fillers = max(run.end() - run.start() + lacking, 0)
    return _padded(line[: run.start()] + FILLER * fillers + line[run.end() :], width)


def _run_together(lines: list[str], layout: Layout) -> Iterator[tuple[str, bool]]:
    """Windows over the lines put end to end, beginning anywhere in a line."""
    for i in range(len(lines)):
        joined = "".join(lines[i:])
        for start in range(min(len(lines[i]), len(joined) - layout.length + 1, _MOST_LEADING)):
            yield joined[start : start + layout.length], False


def _plausible(layout: Layout, zone: str) -> bool:
    """Whether it is worth its check digits: a code that this form may have, letters where there must be, a date."""
    if len(zone) != layout.length or not fits_code(layout, zone[:2]):
        return False
    if not all(any(c in CAPITALS for c in zone[slice(*span)]) for span in (layout.names, layout.nationality)):
        return False
    dates = [zone[slice(*layout.checked[field][0])] for field in (BIRTH, EXPIRES)]
    return any(_DATE.fullmatch(day) and any(c.isdigit() for c in day) for day in dates)
