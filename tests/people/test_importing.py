"""Reading registrations from a spreadsheet: everything wrong is named, and nothing else is done."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from darb.people import importing
from darb.people.import_cells import Reading, birth, key_of
from darb.people.import_columns import COLUMNS, template
from darb.people.importing import MOST_ROWS, Imported, file_key, read
from darb.rules.refusal import Invalid

READING = Reading(
    today=date(2019, 5, 6),
    sites={"dc tariq sikka": "DC-TARIQ-SIKKA", key_of("طريق السكة"): "DC-TARIQ-SIKKA"},
    countries={"mli": "MLI", "mali": "MLI", key_of("مالي"): "MLI", "gmb": "GMB"},
    is_airport=lambda code: code == "MJI",
)
HEADS = ("Given name", "Father's name", "Family name", "Sex", "Birth date", "Nationality", "Site", "Phone")
IBRAHIM = ("Ibrahim", "Moussa", "Keita", "M", date(1997, 3, 4), "Mali", "DC-TARIQ-SIKKA", "0912345678")


def sheet(*rows: tuple, heads: tuple = HEADS, title: str = "People") -> BytesIO:
    book = Workbook()
    book.active.title = title
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def found(*rows: tuple, heads: tuple = HEADS) -> Imported:
    return read(sheet(*rows, heads=heads), READING)


def test_a_row_becomes_a_registration():
    row = found(IBRAHIM).rows[0]
    told = row.registration
    assert (told.names[0].whole(), told.sex, told.nationality, told.site) == (
        "Ibrahim Moussa Keita",
        "M",
        "MLI",
        "DC-TARIQ-SIKKA",
    )
    assert told.birth_date == date(1997, 3, 4)
    assert told.phones[0].number == "0912345678"
    assert not told.phones[0].safe_to_call
    assert row.return_country == "MLI"


def test_headings_and_words_may_stand_in_three_languages():
    heads = ("given_arabic", "Sex", "birth_date", "Nationality", "Site")
    told = found(("إبراهيم", "male", 1997, "مالي", "طريق السكة"), heads=heads).rows[0].registration
    assert told.names[0].script == "A"
    assert (told.nationality, told.site, told.birth_precision) == ("MLI", "DC-TARIQ-SIKKA", "year")


def test_three_bad_rows_among_ten_thousand_are_named_by_row_and_column_and_the_corrected_file_reads():
    rows = [IBRAHIM] * MOST_ROWS
    rows[17] = (*IBRAHIM[:4], "31/02/1990", *IBRAHIM[5:])
    rows[5000] = (*IBRAHIM[:6], "Atlantis", IBRAHIM[7])
    rows[9999] = (*IBRAHIM[:5], "", *IBRAHIM[6:])
    faults = found(*rows).faults
    assert [(f.sheet, f.row, f.letter, f.column) for f in faults] == [
        ("People", 19, "E", "Birth date"),
        ("People", 5002, "G", "Site"),
        ("People", 10001, "F", "Nationality"),
    ]
    assert all(f.refusal.in_english() for f in faults)
    for at in (17, 5000, 9999):
        rows[at] = IBRAHIM
    right = found(*rows)
    assert not right.faults
    assert len(right.rows) == MOST_ROWS


def test_every_fault_of_a_row_is_named_at_once():
    faults = found(("", "", "", "dog", "long ago", "Narnia", "", "12")).faults
    assert {f.column for f in faults} == {"Sex", "Birth date", "Nationality", "Site"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ((*IBRAHIM[:4], date(2030, 1, 1), *IBRAHIM[5:]), "Birth date"),
        ((*IBRAHIM[:4], date(1850, 1, 1), *IBRAHIM[5:]), "Birth date"),
        ((*IBRAHIM[:7], "123"), "Phone"),
        (("", *IBRAHIM[1:]), "Given name"),
        (("x" * 61, *IBRAHIM[1:]), "Given name"),
        ((IBRAHIM[0], IBRAHIM[1], "x" * 61, *IBRAHIM[3:]), "Family name"),
        ((*IBRAHIM[:4], "#VALUE!", *IBRAHIM[5:]), "Birth date"),
    ],
)
def test_what_cannot_be_right_is_named_in_its_column(row, column):
    faults = found(row).faults
    assert [(f.row, f.column) for f in faults] == [(2, column)]


def test_empty_rows_are_passed_over_and_the_numbers_stay_those_of_the_sheet():
    read_rows = found(IBRAHIM, (None,) * 8, IBRAHIM).rows
    assert [row.number for row in read_rows] == [2, 4]


@pytest.mark.parametrize(
    ("relations", "wrong_row"),
    [(("head", "wife", "son"), None), (("wife", "son", "son"), 2), (("head", "head", "son"), 3)],
)
def test_a_family_has_exactly_one_head(relations, wrong_row):
    rows = [(*IBRAHIM, "Keita", relation) for relation in relations]
    faults = found(*rows, heads=(*HEADS, "Family", "Relation")).faults
    assert [f.row for f in faults] == ([] if wrong_row is None else [wrong_row])


@pytest.mark.parametrize(
    ("heads", "code"),
    [
        ((*HEADS, "Tribe"), "unknown_heading"),
        ((*HEADS, "Phone"), "heading_twice"),
        (HEADS[:6], "heading_missing"),
        ((), "heading_missing"),
    ],
)
def test_headings_that_do_not_fit_are_refused(heads, code):
    with pytest.raises(Invalid) as refused:
        found(IBRAHIM, heads=heads)
    assert refused.value.refusal.code == code


def test_too_many_people_are_refused(monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 20)
    assert len(found(*([IBRAHIM] * 20)).rows) == 20
    with pytest.raises(Invalid) as refused:
        found(*([IBRAHIM] * 21))
    assert refused.value.refusal.code == "too_many_rows"


def test_a_sheet_without_people_is_refused():
    with pytest.raises(Invalid) as refused:
        found()
    assert refused.value.refusal.code == "no_rows"


def packed(**parts: bytes) -> BytesIO:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out


def test_a_file_that_unpacks_to_far_too_much_is_not_opened():
    with pytest.raises(Invalid) as refused:
        read(packed(sheet=b"\0" * (101 * 1024 * 1024)), READING)
    assert refused.value.refusal.code == "file_bomb"


def test_entity_declarations_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><a/>'
    with pytest.raises(Invalid) as refused:
        read(packed(sheet=bomb), READING)
    assert refused.value.refusal.code == "no_sheet"


@pytest.mark.parametrize("content", [b"", b"name,age\nIbrahim,22", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old excel"])
def test_what_is_no_workbook_gets_one_sentence(content):
    with pytest.raises(Invalid) as refused:
        read(BytesIO(content), READING)
    assert refused.value.refusal.code == "no_sheet"


def test_a_file_that_is_too_large_is_refused_before_it_is_opened():
    with pytest.raises(Invalid) as refused:
        read(BytesIO(b"\0" * (10 * 1024 * 1024 + 1)), READING)
    assert refused.value.refusal.code == "file_large"


WHOLE = sheet(IBRAHIM).getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_broken_file_is_refused_or_read_but_never_an_error(at, byte, cut):
    broken = WHOLE[:at] if cut else WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
    try:
        result = read(BytesIO(broken), READING)
    except Invalid as refused:
        assert refused.refusal.in_english()
    else:
        assert result.rows or result.faults


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(
        st.one_of(
            st.none(),
            st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=80),
            st.integers(-(10**6), 10**6),
            st.dates(date(1900, 3, 1), date(2100, 1, 1)),
            st.booleans(),
        ),
        min_size=len(HEADS),
        max_size=len(HEADS),
    )
)
def test_whatever_stands_in_the_cells_a_row_is_a_registration_or_faults_or_nothing(cells):
    try:
        result = found(tuple(cells))
    except Invalid as refused:
        assert refused.refusal.code == "no_rows"
    else:
        assert bool(result.rows) != bool(result.faults)


@pytest.mark.parametrize(
    ("told", "born", "precision"),
    [
        (datetime(1997, 3, 4), date(1997, 3, 4), "exact"),
        ("1997-03-04", date(1997, 3, 4), "exact"),
        ("04/03/1997", date(1997, 3, 4), "exact"),
        ("1997-03", date(1997, 3, 1), "month"),
        (1997, date(1997, 1, 1), "year"),
        (22, date(1997, 1, 1), "estimated"),
        ("٢٢", date(1997, 1, 1), "estimated"),
        (None, None, "estimated"),
    ],
)
def test_a_birth_date_is_read_as_exactly_as_it_is_known(told, born, precision):
    assert birth(READING, told) == (born, precision)


def test_the_template_reads_back_with_the_headings_that_it_gives():
    book = load_workbook(BytesIO(template([("DC-TARIQ-SIKKA", "Tariq al-Sikka")])))
    people = book.worksheets[0]
    assert len([c for c in people[1] if c.value]) == len(COLUMNS)
    for at, value in enumerate(("Ibrahim", "", "Keita", "", "", "", "", "M", 1997, "MLI", "DC-TARIQ-SIKKA"), start=1):
        people.cell(2, at, value)
    out = BytesIO()
    book.save(out)
    assert read(out, READING).rows[0].registration.site == "DC-TARIQ-SIKKA"


def test_the_same_bytes_are_the_same_deed():
    assert file_key(b"one") == file_key(b"one") != file_key(b"two")
