"""Cells of a spreadsheet to what they mean. Each reader takes what is known and the cell, or raises Invalid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import EnumType
from typing import Any

from django.utils.translation import gettext, override

from darb.rules.names import fold, words
from darb.rules.refusal import Invalid
from darb.rules.words import _

from .models import BirthPrecision, Sex
from .registration import OLDEST_YEARS

LANGUAGES = ("en", "fr", "ar")
_BETWEEN = re.compile(r"[\s,;،/]+")
Reader = Callable[["Reading", Any], Any]


@dataclass(frozen=True)
class Reading:
    """What a sheet is read against: the day, sites by folded spelling, countries by folded name and code, airports."""

    today: date
    sites: Mapping[str, str]
    countries: Mapping[str, str]
    is_airport: Callable[[str], bool] = lambda code: len(code) == 3


def key_of(text: str) -> str:
    """Folded words with one space between: how spellings are compared here."""
    return " ".join(words(text))


def text_of(cell: Any) -> str:
    """A cell as the text that a person sees in it, without control characters."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    return "".join(c for c in str(cell) if c.isprintable()).strip()


def words_up_to(most: int) -> Reader:
    """Reads text of at most `most` letters."""

    def read(reading: Reading, cell: Any) -> str:
        if len(cell or "") > most:
            raise Invalid("cell_too_long", _("This is longer than {most} letters: shorten it."), most=most)
        return cell or ""

    return read


def required(reader: Reader) -> Reader:
    """As `reader`, and refuses an empty cell."""

    def read(reading: Reading, cell: Any) -> Any:
        if cell in (None, ""):
            raise Invalid("cell_empty", _("This can't be empty: fill it in."))
        return reader(reading, cell)

    return read


def birth(reading: Reading, cell: Any) -> tuple[date | None, str]:
    """A birth date as it is known: a date, `1997-03`, a year, or an age in whole years."""
    if cell in (None, ""):
        return None, BirthPrecision.ESTIMATED
    if isinstance(cell, datetime):
        return cell.date(), BirthPrecision.EXACT
    if isinstance(cell, date):
        return cell, BirthPrecision.EXACT
    text = text_of(cell)
    found = _number(text, reading.today) if text.isdigit() else _written(text)
    if found is None:
        raise Invalid(
            "bad_birth",
            _("{value} is no birth date: write it as 1997-03-24, as 1997-03, as a year, or as an age."),
            value=text[:40],
        )
    return found


def _number(text: str, today: date) -> tuple[date, str] | None:
    number = int(text) if len(text) <= 4 else -1
    if 0 <= number <= OLDEST_YEARS:
        return date(today.year - number, 1, 1), BirthPrecision.ESTIMATED
    return (date(number, 1, 1), BirthPrecision.YEAR) if 1800 <= number <= 2200 else None


def _written(text: str) -> tuple[date, str] | None:
    # Day first where the year stands last, as everybody here writes it.
    for form, precision in (
        ("%Y-%m-%d", BirthPrecision.EXACT),
        ("%d/%m/%Y", BirthPrecision.EXACT),
        ("%d.%m.%Y", BirthPrecision.EXACT),
        ("%d-%m-%Y", BirthPrecision.EXACT),
        ("%Y-%m", BirthPrecision.MONTH),
        ("%m/%Y", BirthPrecision.MONTH),
    ):
        try:
            return datetime.strptime(text, form).date(), precision  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return None


def country(reading: Reading, cell: Any) -> str:
    """A country's three-letter code, from the code or its name in any of the three languages."""
    if not cell:
        return ""
    code = reading.countries.get(key_of(cell))
    if code is None:
        raise Invalid(
            "no_country_named", _("{value} is no country: write its name or its three-letter code."), value=cell[:40]
        )
    return code


def site(reading: Reading, cell: Any) -> str:
    """A site's code, from the code or any known spelling of its name."""
    code = reading.sites.get(key_of(cell or ""))
    if code is None:
        raise Invalid(
            "no_site_named",
            _("There is no site called {value}, or several: write its code from the second sheet."),
            value=(cell or "''")[:40],
        )
    return code


def airport(reading: Reading, cell: Any) -> str:
    """An airport's IATA code."""
    code = (cell or "").upper()
    if code and not reading.is_airport(code):
        raise Invalid("no_airport_named", _("{value} is no airport's three-letter code."), value=code[:40])
    return code


def languages(reading: Reading, cell: Any) -> list[str]:
    """Codes of languages, as `bam, fra`."""
    found = [
        part for part in (cell or "").replace(",", " ").replace(";", " ").replace("،", " ").lower().split() if part
    ]
    bad = next((part for part in found if len(part) != 3 or not part.isascii() or not part.isalpha()), None)
    if bad:
        raise Invalid(
            "bad_language", _("{value} is no language's three-letter code, such as ara, fra or bam."), value=bad[:40]
        )
    return found


def one_of(choices: EnumType, otherwise: str, also: Mapping[str, str] | None = None) -> Reader:
    """Reads one of `choices`, by code or by its label in any of the three languages."""

    def read(reading: Reading, cell: Any) -> str:
        if not cell:
            return otherwise
        known = _spellings(choices, also or {})
        code = known.get(key_of(cell))
        if code is None:
            raise Invalid(
                "not_a_choice",
                _("{value} isn't one of: {choices}."),
                value=cell[:40],
                choices=", ".join(choices.values),  # type: ignore[attr-defined]
            )
        return code

    return read


def _spellings(choices: EnumType, also: Mapping[str, str]) -> dict[str, str]:
    known = {fold(code): code for code in choices.values}  # type: ignore[attr-defined]
    for language in LANGUAGES:
        with override(language):
            known |= {key_of(str(label)): code for code, label in choices.choices}  # type: ignore[attr-defined]
            known |= {key_of(gettext(word)): code for word, code in also.items()}
    return known


SEXES = {_("Woman"): Sex.FEMALE, _("Man"): Sex.MALE, _("Girl"): Sex.FEMALE, _("Boy"): Sex.MALE}
_YES = frozenset({"yes", "y", "oui", "1", "x", "true", "نعم"})
_NO = frozenset({"", "no", "n", "non", "0", "false", "لا"})


def yes_or_no(reading: Reading, cell: Any) -> bool:
    """Yes, oui, نعم; empty is no."""
    said = fold(cell or "")
    if said in _YES or said in _NO:
        return said in _YES
    raise Invalid("not_yes_or_no", _("Write yes or no."))
