"""`darb match` finds who is registered twice in a file, needs no database, and says in a sentence what it can't do."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from darb.house.cli import main
from darb.rules.identity import specification
from darb.rules.identity.record import COLUMNS
from tests.rules.identity.people import AGAIN, AMAL, BROTHER, STRANGER, Labelled, Record, made

KNOWN = (AMAL, BROTHER, STRANGER, AGAIN)
HEADER = "record_id,given_name,father_name,family_name,sex,birth_year,nationality\n"


def row_of(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) or "" for name in COLUMNS if hasattr(record, name)}


def write(path: Path, records: Sequence[Record], people: Sequence[str] = (), delimiter: str = ",") -> Path:
    rows = [row_of(record) | ({"person_id": people[n]} if people else {}) for n, record in enumerate(records)]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), delimiter=delimiter)
        out.writeheader()
        out.writerows(rows)
    return path


def match(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["match", str(file), "--pairs", str(file.with_name("pairs.csv")), *options])


def pairs(file: Path) -> list[dict[str, str]]:
    with file.with_name("pairs.csv").open(encoding="utf-8", newline="") as told:
        return list(csv.DictReader(told))


def test_a_person_in_two_scripts_is_one_pair_and_one_person(tmp_path: Path) -> None:
    file = write(tmp_path / "file.csv", KNOWN)
    done = match(file, "--clusters", str(tmp_path / "clusters.csv"))
    assert done.exit_code == 0, done.output
    assert "4 registrations, 3 persons: 1 pairs" in done.stderr
    (pair,) = pairs(file)
    assert (pair["left"], pair["right"], pair["verdict"]) == (AMAL.record_id, AGAIN.record_id, "very_likely")
    assert 0.9 < float(pair["probability"]) <= 1
    clusters = (tmp_path / "clusters.csv").read_text(encoding="utf-8").splitlines()
    assert clusters == ["record_id,person", "1,1", "3,3", "4,4", "2,1"]


def test_a_workbook_with_dates_is_matched_as_the_same_file_of_text(tmp_path: Path) -> None:
    text = write(tmp_path / "file.csv", KNOWN)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(row_of(AMAL)))
    for record in KNOWN:
        sheet.append([value or None for value in row_of(record).values()])
    book.save(tmp_path / "file.xlsx")
    assert any(isinstance(cell, date) for cell in next(sheet.iter_rows(min_row=2, values_only=True)))
    match(text)
    of_text = pairs(text)
    assert match(tmp_path / "file.xlsx").exit_code == 0
    assert pairs(tmp_path / "file.xlsx") == of_text


def test_of_several_sheets_the_one_with_people_is_read_and_two_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Please see the next sheet"])
    for title in ("people", "more people"):
        sheet = book.create_sheet(title)
        sheet.append(["given_name", "sex"])
        sheet.append(["Musa", "M"])
        book.save(tmp_path / f"{title}.xlsx")
    assert "1 registrations" in match(tmp_path / "people.xlsx").stderr
    both = match(tmp_path / "more people.xlsx")
    assert both.exit_code == 1
    assert "people on several sheets (people, more people)" in both.stderr


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark_are_read(tmp_path: Path, delimiter: str) -> None:
    file = write(tmp_path / "file.csv", KNOWN, delimiter=delimiter)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert match(file).exit_code == 0
    assert len(pairs(file)) == 1


def test_columns_may_be_missing_and_others_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("Given Name,shoe size,sex\nMusa,41,M\nMoussa,42,M\n", encoding="utf-8")
    done = match(file)
    assert done.exit_code == 0
    assert "2 registrations" in done.stderr


def test_truth_in_the_file_changes_nothing(tmp_path: Path) -> None:
    labelled = made(400, seed=4)
    records = [told.record for told in labelled]
    plain = write(tmp_path / "plain.csv", records)
    match(plain)
    without = pairs(plain)
    told = write(tmp_path / "told.csv", records, people=["P1"] * len(records))
    match(told)
    assert pairs(told) == without


def test_a_higher_precision_gives_fewer_and_surer_pairs(tmp_path: Path) -> None:
    labelled = made(2000, seed=5)
    file = write(tmp_path / "file.csv", [told.record for told in labelled])
    match(file)
    usual = pairs(file)
    assert match(file, "--at-precision", "0.99").exit_code == 0
    sure = pairs(file)
    assert 0 < len(sure) < len(usual)
    who = {told.record.record_id: told.person for told in labelled}

    def wrong(said: list[dict[str, str]]) -> float:
        return sum(who[pair["left"]] != who[pair["right"]] for pair in said) / len(said)

    # These few names are commoner than the specification knows, and a small file goes by the specification.
    assert wrong(sure) <= 0.08
    assert wrong(sure) < 0.75 * wrong(usual)
    assert [pair["probability"] for pair in usual] == sorted((p["probability"] for p in usual), reverse=True)


def test_five_thousand_registrations_of_one_name_get_a_bounded_and_honest_answer(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text(
        HEADER + "".join(f"{n},Mohamed,Mohamed,Mohamed,M,1990,SDN\n" for n in range(5000)), encoding="utf-8"
    )
    done = match(file)
    assert done.exit_code == 0
    assert "5,000 registrations, 5,000 persons: 0 pairs" in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (HEADER.encode() + "1,\u0645\u0648\u0633\u0649,,,M,1990,NER\n".encode("iso8859-6"), "isn't UTF-8 text"),
        (b"1,Ali,,Omar,M,1990,SDN\n2,Musa,,Omar,M,1991,SDN\n", "names no column with a person's name"),
        (",".join(f"c{n}" for n in range(30)).encode() + b"\n" + b",".join([b"0.7"] * 30), "names no column"),
        (
            HEADER.encode() + b"1,Ali,,Omar,M,1990,SDN\n1,Ali,,Omar,M,1990,SDN\n",
            "The record_id 1 stands in rows 2 and 3",
        ),
        (HEADER.encode() + b",Ali,,Omar,M,1990,SDN\n", "Row 2 of file.csv has no record_id"),
        (b"given_name,given_name\na,b\n", "stands twice"),
        (b"PK\x03\x04 not a workbook", "isn't a workbook that can be opened"),
        (b"\xd0\xcf\x11\xe0 a workbook of long ago", "isn't a workbook that can be opened"),
        (
            HEADER.encode() + b'1,"Ali,,Omar,M,1990,SDN\n2,"Musa,,Omar,M,1991,SDN\n',
            "a quotation mark there isn't closed",
        ),
        (b"\n , \n", "is empty"),
    ],
)
def test_what_cannot_be_right_is_refused_in_one_sentence_and_writes_nothing(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    done = match(file)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not file.with_name("pairs.csv").exists()


@pytest.mark.parametrize("rows", ["", "1,Ali,,Omar,M,1990,SDN\n"])
def test_nobody_or_one_alone_is_no_error(tmp_path: Path, rows: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    assert match(file).exit_code == 0
    assert pairs(file) == []


def test_a_file_or_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "There is no file" in match(tmp_path / "none.csv").stderr
    file = write(tmp_path / "file.csv", KNOWN)
    assert "There is no folder" in match(file, "--clusters", str(tmp_path / "none" / "c.csv")).stderr


@pytest.mark.parametrize(("engine", "package"), [("spark", "pyspark"), ("splink", "splink")])
def test_without_its_package_an_engine_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"darb.house.{engine}_engine", raising=False)
    monkeypatch.delattr(f"darb.house.{engine}_engine", raising=False)
    done = match(write(tmp_path / "file.csv", KNOWN), "--engine", engine)
    assert done.exit_code == 1
    assert f"{engine.capitalize()} isn't installed here" in done.stderr


def train(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["identity", "train", str(file), "--made", "0", *options])


def labelled_file(path: Path, labelled: list[Labelled]) -> Path:
    return write(path, [told.record for told in labelled], people=[told.person for told in labelled])


def test_training_shows_how_it_does_by_people_and_writes_a_model(tmp_path: Path) -> None:
    file = labelled_file(tmp_path / "labelled.csv", made(3000, seed=6))
    done = train(file, "--out", str(tmp_path / "model.json"))
    assert done.exit_code == 0, done.output
    for told in ("On people it wasn't shown", "nationality SDN", "sex         F", "script      Arabic and Latin"):
        assert told in done.stderr
    model = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert model["made_by"] == "darb identity train labelled.csv --made 0"


def test_a_mission_uses_its_own_model_where_it_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARB_DATA", str(tmp_path))
    monkeypatch.setattr(specification, "_own", [])
    file = labelled_file(tmp_path / "labelled.csv", made(3000, seed=6))
    train(file, "--out", str(tmp_path / "identity_model.json"))
    match(file)
    assert specification.shipped().version == json.loads((tmp_path / "identity_model.json").read_text())["version"]
    (tmp_path / "identity_model.json").write_text("{}")
    done = match(file)
    assert done.exit_code == 1
    assert "isn't a model of this version of Darb" in done.stderr


def test_training_refuses_files_that_tell_too_little(tmp_path: Path) -> None:
    unlabelled = write(tmp_path / "plain.csv", KNOWN)
    assert "isn't labelled" in train(unlabelled).stderr
    few = labelled_file(tmp_path / "few.csv", made(100, seed=7))
    assert "learning needs 200 or more" in train(few).stderr


def test_the_made_people_of_a_case_are_different_people() -> None:
    by_case: dict[str, list[str]] = {}
    for told in made(1000, seed=8):
        by_case.setdefault(told.record.case_no, []).append(told.person)
    assert all(one != other for people in by_case.values() for one, other in combinations(people, 2))
    assert any(len(people) > 2 for people in by_case.values())
