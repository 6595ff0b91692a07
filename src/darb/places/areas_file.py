"""Reading P-codes as OCHA publishes them: a CSV of common operational dataset (COD) rows, one an area.

Two headers are known: the global P-code list's own (with its row of HXL tags under it), and the short one of our
data files. Other countries' rows are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from darb.rules.refusal import Invalid
from darb.rules.words import _

COUNTRY = "LBY"

# The published header on the left, ours on the right.
_PUBLISHED = {
    "Location": "iso3",
    "Admin Level": "admin_level",
    "P-Code": "pcode",
    "Name": "name_en",
    "Parent P-Code": "parent_pcode",
}
_NEEDED = tuple(_PUBLISHED.values())
_DEEPEST = 4


@dataclass(frozen=True)
class AreaRow:
    """One area as a file tells it. `line`: where it stands in the file; `parent`: None for level 1."""

    line: int
    pcode: str
    level: int
    name_en: str
    name_ar: str
    name_fr: str
    parent: str | None


def read_areas(file: IO[bytes], known: dict[str, int]) -> list[AreaRow]:
    """Areas of this country in `file` (UTF-8, with or without a byte-order mark), highest level first.

    `known` gives the level of each area already loaded, by P-code. Raises Invalid naming the first row and column
    that can't be right: nothing of such a file is to be used.
    """
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("areas_encoding", _("This file isn't UTF-8 text: save it as CSV in UTF-8."), field="file")
    rows: dict[str, AreaRow] = {}
    for line, told in _told(text):
        if told["iso3"].startswith("#") or (told["iso3"] and told["iso3"] != COUNTRY):
            continue
        row = _row(told, line)
        if row.pcode in rows:
            raise _broken(row.line, "pcode", row.pcode)
        rows[row.pcode] = row
    if not rows:
        raise Invalid("areas_none", _("The file has no row for {country}."), field="file", country=COUNTRY)
    for row in rows.values():
        _fits(row, rows, known)
    return sorted(rows.values(), key=lambda r: (r.level, r.pcode))


def _told(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        ours = {name: _PUBLISHED.get(name.strip(), name.strip()) for name in reader.fieldnames or []}
        for column in _NEEDED:
            if column not in ours.values():
                raise Invalid("areas_column", _("The file has no column {column}."), field="file", column=column)
        for raw in reader:
            yield reader.line_num, {ours[name]: (value or "").strip() for name, value in raw.items() if name in ours}
    except csv.Error:
        raise Invalid("areas_csv", _("Row {row} isn't CSV that can be read."), field="file", row=reader.line_num + 1)


def _row(told: dict[str, str], line: int) -> AreaRow:
    for column, longest in (("iso3", 3), ("pcode", 12), ("name_en", 80)):
        if not told[column] or len(told[column]) > longest:
            raise _broken(line, column, told[column])
    if not (told["pcode"].isascii() and told["pcode"].isalnum()):
        raise _broken(line, "pcode", told["pcode"])
    if not (told["admin_level"].isascii() and told["admin_level"].isdigit()) or not (
        1 <= int(told["admin_level"]) <= _DEEPEST
    ):
        raise _broken(line, "admin_level", told["admin_level"])
    for column in ("name_ar", "name_fr"):
        if len(told.get(column, "")) > 80:
            raise _broken(line, column, told[column])
    level = int(told["admin_level"])
    parent = told["parent_pcode"]
    if level == 1 and parent != COUNTRY:
        raise _broken(line, "parent_pcode", parent)
    return AreaRow(
        line=line,
        pcode=told["pcode"],
        level=level,
        name_en=told["name_en"],
        name_ar=told.get("name_ar", ""),
        name_fr=told.get("name_fr", ""),
        parent=None if level == 1 else parent,
    )


def _fits(row: AreaRow, rows: dict[str, AreaRow], known: dict[str, int]) -> None:
    if known.get(row.pcode, row.level) != row.level:
        raise _broken(row.line, "admin_level", str(row.level))
    if row.parent is None:
        return
    above = rows[row.parent].level if row.parent in rows else known.get(row.parent)
    if above != row.level - 1:
        raise _broken(row.line, "parent_pcode", row.parent)


def _broken(line: int, column: str, value: str) -> Invalid:
    return Invalid(
        "areas_row",
        _("Row {row}, column {column}: {value} can't be right. Nothing changed: mend the file and load it again."),
        field="file",
        row=line,
        column=column,
        value=f"“{value[:40]}”",
    )
