"""A registration is read as it was told; what can't be read counts as not told."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from darb.rules.identity import Record
from darb.rules.identity.record import document_number, phone_number


def test_a_row_of_text_becomes_a_record() -> None:
    row = {"record_id": " 7 ", "given_name": "Musa", "sex": "male", "dob": "2001-02-03", "nationality": "ner", "x": "?"}
    told = Record.from_row(row)
    assert (told.record_id, told.given_name, told.sex, told.nationality) == ("7", "Musa", "M", "NER")
    assert told.dob == date(2001, 2, 3)
    assert told.birth_year == 2001


@pytest.mark.parametrize("told", [date(2001, 2, 3), datetime(2001, 2, 3, 4, 5), "2001-02-03", "3/2/2001", "03.02.2001"])
def test_a_date_is_read_however_a_workbook_or_an_office_wrote_it(told: object) -> None:
    assert Record.from_row({"dob": told}).dob == date(2001, 2, 3)


@pytest.mark.parametrize("told", ["2001-02-30", "soon", "0001-01-01", "", None, 44927])
def test_a_date_that_cannot_be_counts_as_not_told(told: object) -> None:
    assert Record.from_row({"dob": told}).dob is None


def test_truth_columns_are_never_read() -> None:
    plain = {"record_id": "1", "given_name": "Musa"}
    assert Record.from_row({**plain, "person_id": "P1", "family_id": "F1", "role": "head", "flags": "typo"}) == (
        Record.from_row(plain)
    )


@pytest.mark.parametrize("told", ["+218912345678", "00218 912-345-678", "0912345678", "٠٩١٢٣٤٥٦٧٨"])
def test_a_number_is_the_same_however_it_was_dialled(told: str) -> None:
    assert phone_number(told) == "912345678"


@pytest.mark.parametrize("told", ["", "12345", "no phone", "000000"])
def test_what_is_too_short_for_a_number_is_none(told: str) -> None:
    assert phone_number(told) == ""


def test_a_document_is_its_letters_and_digits() -> None:
    assert document_number(" xr-602 3798") == "XR6023798"
    assert document_number("AB1") == ""
