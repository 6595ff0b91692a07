"""The columns of the registration sheet, and the template that is made from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext, override
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from darb.rules.words import _

from .import_cells import (
    LANGUAGES,
    SEXES,
    Reader,
    airport,
    birth,
    country,
    key_of,
    languages,
    one_of,
    required,
    site,
    words_up_to,
    yes_or_no,
)
from .models import PhoneOwner, Relation, Sex
from .registration import LONGEST_NAME, LONGEST_PLACE


@dataclass(frozen=True, eq=False)
class Column:
    """One column: the key that a heading may carry in any language, its label, what to write, how a cell is read.

    A `plain` cell is read as text; the others as the spreadsheet's own type. `choices` are offered in the template.
    """

    key: str
    label: str
    note: str
    read: Reader
    required: bool = False
    plain: bool = True
    choices: tuple[str, ...] = ()


_NAME = words_up_to(LONGEST_NAME)
_PLACE = words_up_to(LONGEST_PLACE)

COLUMNS = (
    Column("given", _("Given name"), _("In Latin letters, as told. Either this or the Arabic one is needed."), _NAME),
    Column("father", _("Father's name"), _("In Latin letters."), _NAME),
    Column("family_name", _("Family name"), _("In Latin letters."), _NAME),
    Column("mother", _("Mother's name"), _("In Latin letters."), _NAME),
    Column("given_arabic", _("Given name (Arabic)"), _("In Arabic letters."), _NAME),
    Column("father_arabic", _("Father's name (Arabic)"), _("In Arabic letters."), _NAME),
    Column("family_name_arabic", _("Family name (Arabic)"), _("In Arabic letters."), _NAME),
    Column(
        "sex", _("Sex"), _("F, M, or U where it wasn't told."), required(one_of(Sex, Sex.UNKNOWN, SEXES)),
        required=True, choices=tuple(Sex.values),
    ),
    Column(
        "birth_date", _("Birth date"), _("A date, 1997-03, a year, or an age in years."), birth,
        required=True, plain=False,
    ),
    Column(
        "nationality", _("Nationality"), _("The country as told: its name or three-letter code."), required(country),
        required=True,
    ),
    Column("site", _("Site"), _("Where the person was met: a code or name from the second sheet."), required(site),
           required=True),
    Column("phone", _("Phone"), _("With or without the country code. Format the column as text."), words_up_to(30)),
    Column(
        "phone_owner", _("Whose phone"), _("Whose phone it is. A guard's or smuggler's is never called."),
        one_of(PhoneOwner, PhoneOwner.UNKNOWN), choices=tuple(PhoneOwner.values),
    ),
    Column("languages", _("Languages"), _("Three-letter codes, as: bam, fra"), languages),
    Column("origin_place", _("Place of origin"), _("Town or region."), _PLACE),
    Column("return_country", _("Country of return"), _("Empty: the nationality's."), country),
    Column("return_area", _("Place of return"), _("Town or region."), _PLACE),
    Column("departure_airport", _("Airport of departure"), _("Three letters, such as MJI. May stay empty."), airport),
    Column("unaccompanied", _("Child alone"), _("yes where a child has no parent or guardian here."), yes_or_no),
    Column("family", _("Family"), _("The same word for everyone in one family."), words_up_to(40)),
    Column(
        "relation", _("Relation"), _("To the head of the group, who is: head"), one_of(Relation, Relation.OTHER_FAMILY),
        choices=tuple(Relation.values),
    ),
)  # fmt: skip
BY_KEY = {c.key: c for c in COLUMNS}


def heading_key(text: str) -> str:
    """A heading as it is compared: folded, without the star of a required one."""
    return key_of(text.replace("_", " "))


def headings() -> dict[str, Column]:
    """Columns by every heading they may have: the key, or the label in any of the three languages."""
    known = {heading_key(c.key): c for c in COLUMNS}
    for language in LANGUAGES:
        with override(language):
            known |= {heading_key(gettext(c.label)): c for c in COLUMNS}
    return known


def template(sites: Iterable[tuple[str, str]]) -> bytes:
    """The empty sheet in the reader's language, with the `sites` (code, name) to choose from and what to write."""
    book = Workbook()
    people = book.active
    people.title = gettext("People")
    for at, column in enumerate(COLUMNS, start=1):
        head = people.cell(1, at, gettext(column.label))
        head.font = Font(bold=True)
        letter = get_column_letter(at)
        people.column_dimensions[letter].width = 18
        if column.choices:
            offered = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            people.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}10001")
        if column.key == "phone":
            for row in range(2, 202):
                people.cell(row, at).number_format = "@"
    people.freeze_panes = "A2"
    _listed(book.create_sheet(gettext("Sites")), (gettext("Code"), gettext("Site")), sites)
    told = [(gettext(c.label), (gettext("needed") if c.required else ""), gettext(c.note)) for c in COLUMNS]
    _listed(book.create_sheet(gettext("How to fill in")), (gettext("Column"), "", gettext("What to write")), told)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _listed(sheet: object, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    sheet.append(head)  # type: ignore[attr-defined]
    for cell in sheet[1]:  # type: ignore[index]
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(row)  # type: ignore[attr-defined]
    for letter, width in zip("ABC", (24, 40, 70), strict=True):
        sheet.column_dimensions[letter].width = width  # type: ignore[attr-defined]
