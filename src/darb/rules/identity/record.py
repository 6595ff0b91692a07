"""A registration as the identity engine sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from darb.rules.names import digits

COLUMNS = (
    "record_id", "site", "site_kind", "reg_date", "case_no", "script", "given_name", "father_name", "family_name",
    "mother_name", "sex", "dob", "birth_year", "nationality", "origin_place", "phone", "doc_no",
)  # fmt: skip
YEARS = range(1880, 2101)


@dataclass(frozen=True, slots=True)
class Record:
    """One registration. Whatever wasn't told is "" or None.

    `sex` is M, F or "". `dob` is the whole date where one was told, 1 January included; `birth_year` stands
    alone where only an age was told. `nationality` is an ISO 3166 alpha-3 code. `case_no` binds the people who
    were registered together. `reg_date` is the day of the registration.
    """

    record_id: str
    given_name: str = ""
    father_name: str = ""
    family_name: str = ""
    mother_name: str = ""
    sex: str = ""
    dob: date | None = None
    birth_year: int | None = None
    nationality: str = ""
    origin_place: str = ""
    phone: str = ""
    doc_no: str = ""
    case_no: str = ""
    site: str = ""
    reg_date: date | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Record:
        """A record from a row of text (or dates, from a workbook); what can't be read counts as not told."""

        told = {
            column: "" if value is None else value.strip() if isinstance(value, str) else str(value)
            for column, value in row.items()
        }.get
        born = _day(row.get("dob"))
        return cls(
            told("record_id", ""),
            told("given_name", ""),
            told("father_name", ""),
            told("family_name", ""),
            told("mother_name", ""),
            _SEX.get(told("sex", "").lower(), ""),
            born,
            _year(told("birth_year", "")) or (born.year if born else None),
            told("nationality", "").upper()[:3],
            told("origin_place", ""),
            told("phone", ""),
            told("doc_no", ""),
            told("case_no", ""),
            told("site", ""),
            _day(row.get("reg_date")),
        )


_SEX = {
    "m": "M",
    "male": "M",
    "masculin": "M",
    "h": "M",
    "ذكر": "M",
    "f": "F",
    "female": "F",
    "féminin": "F",
    "أنثى": "F",
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")


def _day(value: object) -> date | None:
    if isinstance(value, str):
        return _day_of(value.strip()) if value else None
    return date(value.year, value.month, value.day) if isinstance(value, date) and value.year in YEARS else None


@lru_cache(maxsize=100_000)
def _day_of(text: str) -> date | None:
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _year(text: str) -> int | None:
    found = re.match(r"\d{4}", text)
    year = int(found[0]) if found else 0
    return year if year in YEARS else None


_CALLING = ("218", "235", "227", "249", "20", "234", "880", "223", "233", "220", "224", "221", "252", "291", "251",
            "963", "970", "92", "212", "226", "225", "216", "213")  # fmt: skip


def phone_number(told: str) -> str:
    """A phone number without country code, leading zeros or punctuation; "" where fewer than six digits are left."""
    number = digits(told)
    international = number.startswith("00") or told.lstrip().startswith("+")
    number = number.lstrip("0")
    if international:
        code = next((code for code in _CALLING if number.startswith(code)), "")
        number = number[len(code) :].lstrip("0")
    return number if len(number) >= 6 else ""


def document_number(told: str) -> str:
    """A document's number in capitals without spaces or punctuation; "" where fewer than five signs are left."""
    number = re.sub(r"[^0-9A-Z]", "", told.upper())
    return number if len(number) >= 5 else ""
