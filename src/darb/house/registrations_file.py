"""Registrations from a CSV file or a workbook, however an office wrote it; what can't be right is refused.

Truth columns of labelled files (`person_id`, `family_id`, `role`, `flags`) are never read here; only `labels` reads
`person_id`, for training and measuring.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from darb.rules.identity.record import COLUMNS, Record

from .errors import HouseError

_NAMES = {"given_name", "father_name", "family_name"}
_MOST_FIELD = 10_000
_DELIMITERS = ",;\t|"
# How a zip archive begins, which an .xlsx is, and a workbook of before 2007 (.xls).
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
Row = tuple[int, Mapping[str, Any]]


def registrations(path: Path) -> Iterator[Record]:
    """The registrations of a file, in its order.

    A missing `record_id` column is replaced by the row's number. Raises `HouseError` with one sentence where the
    file can't be read, has no known columns, or gives two rows one `record_id`.
    """
    seen: dict[str, int] = {}
    for number, row in _rows(path):
        told = str(row["record_id"] if row.get("record_id") is not None else "").strip()
        if not told:
            if "record_id" in row:
                raise HouseError(f"Row {number} of {path.name} has no record_id: every registration needs its own.")
            told = str(number - 1)
        if told in seen:
            raise HouseError(
                f"The record_id {told} stands in rows {seen[told]} and {number} of {path.name}: "
                "every registration needs its own."
            )
        seen[told] = number
        yield Record.from_row({**row, "record_id": told})


def labels(path: Path) -> list[str]:
    """Who each registration of a labelled file really is: its `person_id` column. Only for training and measuring."""
    people = [str(row.get("person_id") or "") for _, row in _rows(path, ("person_id",))]
    if not all(people):
        raise HouseError(f"{path.name} isn't labelled: its column person_id is missing or has gaps.")
    return people


def _rows(path: Path, wanted: tuple[str, ...] = COLUMNS) -> Iterator[Row]:
    """Row numbers as a person counts them (the header is 1) and the cells of known columns."""
    if not path.exists():
        raise HouseError(f"There is no file {path}.")
    table = _workbook(path) if zipfile.is_zipfile(path) else _text(path)
    header: list[tuple[int, str]] | None = None
    for number, cells in table:
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if header is None:
            header = _header(path, cells, wanted)
            continue
        row = {name: cells[at] if at < len(cells) else "" for at, name in header}
        if any(isinstance(cell, str) and "\n" in cell for cell in row.values()):
            raise HouseError(
                f"A cell that ends in row {number} of {path.name} goes over several rows: "
                "a quotation mark there isn't closed, and people would be lost."
            )
        yield number, row
    if header is None:
        raise HouseError(f"{path.name} is empty: its first row must name the columns ({', '.join(COLUMNS[:3])}, ...).")


def _header(path: Path, cells: list[Any], wanted: tuple[str, ...]) -> list[tuple[int, str]]:
    names = _column_names(cells)
    known = [(at, name) for at, name in enumerate(names) if name in wanted]
    twice = {name for _, name in known if names.count(name) > 1}
    if twice:
        raise HouseError(f"The column {min(twice)} stands twice in the first row of {path.name}.")
    if wanted == COLUMNS and not _NAMES & {name for _, name in known}:
        raise HouseError(
            f"The first row of {path.name} names no column with a person's name: "
            "it needs given_name, father_name or family_name, beside others such as sex, birth_year, nationality."
        )
    return known


def _column_names(cells: Iterable[Any]) -> list[str]:
    return ["_".join(str(cell or "").strip().lower().split()) for cell in cells]


def _workbook(path: Path) -> Iterator[tuple[int, list[Any]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise HouseError(f"{path.name} isn't a workbook that can be opened: save it as .xlsx or as CSV.") from error
    try:
        sheet = _sheet_of_people(path, book.worksheets)
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in row]
    finally:
        book.close()


def _sheet_of_people(path: Path, sheets: list[Any]) -> Any:
    """The sheet whose first row names a column with names; the first where none does, so that it is told of."""
    if not sheets:
        raise HouseError(f"{path.name} has no sheet with rows.")
    told = [sheet for sheet in sheets if _NAMES & set(_column_names(next(sheet.iter_rows(values_only=True), ())))]
    if len(told) > 1:
        names = ", ".join(sheet.title for sheet in told)
        raise HouseError(f"{path.name} has people on several sheets ({names}): save each as a file of its own.")
    return told[0] if told else sheets[0]


def _cell(value: Any) -> Any:
    """Dates stay dates; whole numbers lose the .0 that workbooks give them."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if value is None or isinstance(value, date) else str(value)


def _text(path: Path) -> Iterator[tuple[int, list[Any]]]:
    with path.open("rb") as raw:
        start = raw.read(4)
    if start in _WORKBOOKS:
        raise HouseError(f"{path.name} isn't a workbook that can be opened: save it as .xlsx or as CSV.")
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        with path.open(encoding=encoding, newline="") as text:
            first = text.readline(_MOST_FIELD * 4)
            text.seek(0)
            delimiter = max(_DELIMITERS, key=first.count)
            csv.field_size_limit(_MOST_FIELD)
            reader = csv.reader(text, delimiter=delimiter)
            for cells in reader:
                yield reader.line_num, cells
    except UnicodeError as error:
        raise HouseError(
            f"{path.name} isn't UTF-8 text, so names in it can't be read rightly: save it as "
            '"CSV UTF-8" or as an .xlsx workbook.'
        ) from error
    except csv.Error as error:
        raise HouseError(f"{path.name} isn't a CSV file that can be read ({error}).") from error
