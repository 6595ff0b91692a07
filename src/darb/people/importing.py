"""Registrations from a spreadsheet: read whole, every fault named by row and column, and only then anything done.

One row is one person. Rows that share a word in "family" are one family, with exactly one head.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any
from uuid import UUID
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from darb.rules.refusal import Invalid, Refusal
from darb.rules.words import _

from .import_cells import Reading, text_of
from .import_columns import BY_KEY, COLUMNS, Column, heading_key, headings
from .models import Relation, Script
from .registration import Registration, ToldName, ToldPhone

MOST_ROWS = 10_000
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 500
# Sheets that were formatted far down have empty rows after the last person; beyond this nobody looks.
LAST_ROW_READ = 20_001

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, NotImplementedError, AssertionError, RuntimeError, UnicodeError,
)  # fmt: skip
"""What the spreadsheet reader raises on files that are no spreadsheets, or broken ones."""


@dataclass(frozen=True)
class ImportedRow:
    """One person read from the sheet, and the return that the row tells of."""

    number: int
    registration: Registration
    return_country: str
    return_area: str = ""
    departure_airport: str = ""
    unaccompanied: bool = False
    family: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: the sheet, its row, the column's letter and heading, and one sentence."""

    sheet: str
    row: int
    letter: str
    column: str
    refusal: Refusal


@dataclass(frozen=True)
class Sheet:
    """The sheet being read: its title, at which place each column stands, and what was found so far."""

    title: str
    places: Mapping[Column, int]
    found: Imported

    def fault(self, row: int, column: Column, refusal: Refusal) -> None:
        """Note a fault in one cell."""
        letter = get_column_letter(self.places[column] + 1) if column in self.places else ""
        self.found.faults.append(Fault(self.title, row, letter, column.label, refusal))


@dataclass
class Imported:
    """What a file gave: rows to register when there is no fault, and every fault otherwise."""

    rows: list[ImportedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def file_key(content: bytes) -> UUID:
    """The idempotency key of a file: the same bytes are the same deed, whenever they come."""
    return UUID(bytes=hashlib.sha256(content).digest()[:16])


def read(content: IO[bytes], reading: Reading) -> Imported:
    """Read a whole file against what is known of places and countries. Raises Invalid when it is no such sheet."""
    _weighed(content)
    try:
        book = load_workbook(content, read_only=True, data_only=True)
        sheet = next(iter(book.worksheets), None)
        if sheet is None:
            raise _no_sheet()
        rows = sheet.iter_rows(max_row=LAST_ROW_READ, max_col=len(COLUMNS) + 20, values_only=True)
        return _read_rows(sheet.title, rows, reading)
    except UNREADABLE as error:
        raise _no_sheet() from error


def _weighed(content: IO[bytes]) -> None:
    """Refuse files that are too large, that unpack to too much, or that hold entity declarations."""
    size = content.seek(0, 2)
    content.seek(0)
    if size > MOST_BYTES:
        raise Invalid("file_large", _("The file is larger than {most} MB: send it in parts."), field="file", most=10)
    try:
        with zipfile.ZipFile(content) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise Invalid(
                    "file_bomb",
                    _("The file unpacks to far more than a list of people: it wasn't opened."),
                    field="file",
                )
            for part in parts:
                with packed.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(2048):
                        raise _no_sheet()
    except UNREADABLE as error:
        raise _no_sheet() from error
    content.seek(0)


def _no_sheet() -> Invalid:
    return Invalid(
        "no_sheet", _("This file can't be read as an Excel workbook (.xlsx): save it anew as one."), field="file"
    )


def _read_rows(title: str, rows: Iterator[tuple[Any, ...]], reading: Reading) -> Imported:
    sheet = Sheet(title, _places_of(next(rows, ())), Imported())
    filled = 0
    for number, cells in enumerate(rows, start=2):
        told = {
            c.key: text_of(cells[at]) if c.plain else cells[at] for c, at in sheet.places.items() if at < len(cells)
        }
        if all(value in (None, "") for value in told.values()):
            continue
        filled += 1
        if filled > MOST_ROWS:
            raise Invalid(
                "too_many_rows",
                _("The sheet has more than {most} people: send it in parts."),
                field="file",
                most=MOST_ROWS,
            )
        _read_row(told, number, sheet, reading)
    if not filled:
        raise Invalid(
            "no_rows", _("The sheet has no people in it: headings stand in row 1, people follow."), field="file"
        )
    _check_families(sheet)
    return sheet.found


def _places_of(heads: tuple[Any, ...]) -> dict[Column, int]:
    """At which place each column stands. Raises Invalid on a heading that is unknown, twice, or missing."""
    known = headings()
    places: dict[Column, int] = {}
    for at, head in enumerate(heads):
        if not text_of(head):
            continue
        column = known.get(heading_key(text_of(head)))
        if column is None:
            raise Invalid(
                "unknown_heading", _("Column {letter} has the heading {heading}, which the template doesn't have."),
                field="file", letter=get_column_letter(at + 1), heading=text_of(head)[:40],
            )  # fmt: skip
        if column in places:
            raise Invalid(
                "heading_twice", _("The heading {heading} stands twice."), field="file", heading=text_of(head)[:40]
            )
        places[column] = at
    missing = next((c for c in COLUMNS if c.required and c not in places), None)
    if missing:
        raise Invalid(
            "heading_missing", _("Row 1 lacks the heading {heading}: begin from the template."), field="file",
            heading=missing.label,
        )  # fmt: skip
    return places


def _read_row(told: Mapping[str, Any], number: int, sheet: Sheet, reading: Reading) -> None:
    values: dict[str, Any] = {}
    for column in COLUMNS:
        try:
            values[column.key] = column.read(reading, told.get(column.key))
        except Invalid as refused:
            sheet.fault(number, column, refused.refusal)
    if len(values) < len(COLUMNS):
        return
    try:
        sheet.found.rows.append(_row(number, values, reading.today))
    except Invalid as refused:
        sheet.fault(number, _column_of(refused, sheet.places), refused.refusal)


def _row(number: int, v: Mapping[str, Any], today: date) -> ImportedRow:
    born, precision = v["birth_date"]
    registration = Registration(
        names=_told_names(v),
        sex=v["sex"],
        nationality=v["nationality"],
        site=v["site"],
        birth_date=born,
        birth_precision=precision,
        languages=v["languages"],
        origin_place=v["origin_place"],
        phones=_told_phones(v),
    ).checked(today)
    return ImportedRow(
        number=number,
        registration=registration,
        return_country=v["return_country"] or v["nationality"],
        return_area=v["return_area"],
        departure_airport=v["departure_airport"],
        unaccompanied=v["unaccompanied"],
        family=v["family"],
        relation=v["relation"],
    )


def _told_names(v: Mapping[str, Any]) -> list[ToldName]:
    """The names of one row, in the scripts that it has."""
    latin = ToldName(Script.LATIN, v["given"], v["father"], v["family_name"], v["mother"])
    arabic = ToldName(Script.ARABIC, v["given_arabic"], v["father_arabic"], v["family_name_arabic"])
    return [name for name in (latin, arabic) if name.given]


def _told_phones(v: Mapping[str, Any]) -> list[ToldPhone]:
    """The phone of one row, if it has any. From a list nobody can tell that calling is safe."""
    return [ToldPhone(v["phone"], v["phone_owner"])] if v["phone"] else []


def _column_of(refused: Invalid, places: Mapping[Column, int]) -> Column:
    """The column that a refused registration is about: of a name, the one in the script that the sheet has."""
    named = {"family": "family_name"}.get(refused.field or "", refused.field or "")
    column = BY_KEY.get(named, BY_KEY["given"])
    arabic = BY_KEY.get(f"{column.key}_arabic", column)
    return column if column in places or arabic not in places else arabic


def _check_families(sheet: Sheet) -> None:
    families: dict[str, list[ImportedRow]] = {}
    for row in sheet.found.rows:
        if row.family:
            families.setdefault(row.family, []).append(row)
    for name, members in families.items():
        heads = [m for m in members if m.relation == Relation.HEAD]
        if len(heads) == 1:
            continue
        wrong = heads[1] if heads else members[0]
        refusal = Refusal(
            "family_head", _("Family {family} needs exactly one head of the group in this column."), {"family": name}
        )
        sheet.fault(wrong.number, BY_KEY["relation"], refusal)
    sheet.found.faults.sort(key=lambda f: f.row)
