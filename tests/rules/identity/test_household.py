"""A child's untold parents are taken from those registered together with it, and from nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from darb.rules.identity import Columns, Record, shipped
from darb.rules.identity.household import FATHER, MOTHER, completed

DAY = date(2025, 8, 1)
HEAD = Record("1", "Musa", "Adam", "Garba", sex="M", birth_year=1980, nationality="NER", case_no="C1", reg_date=DAY)
WIFE = replace(HEAD, record_id="2", given_name="Halima", family_name="Sani", sex="F", birth_year=1984)
CHILD = Record("3", "Issa", "", "Garba", sex="M", birth_year=2015, nationality="NER", case_no="C1", reg_date=DAY)
SISTER = replace(CHILD, record_id="4", given_name="Hawa", sex="F", father_name="Moussa", mother_name="Halimatou")


def parents(*records: Record) -> tuple[int, int]:
    """Keys of the last record's father and mother, as completed."""
    columns = completed(Columns.of(records, shipped()))
    return int(columns.key[FATHER, -1]), int(columns.key[MOTHER, -1])


def keys_of(father: str, mother: str) -> tuple[int, int]:
    return parents(replace(CHILD, case_no="", father_name=father, mother_name=mother))


def test_a_childs_parents_are_the_couple_it_was_registered_with() -> None:
    assert parents(HEAD, WIFE, CHILD) == keys_of("Musa", "Halima")


def test_what_a_sibling_tells_goes_before() -> None:
    assert parents(HEAD, WIFE, SISTER, CHILD) == keys_of("Moussa", "Halimatou")


def test_nothing_told_is_changed() -> None:
    assert parents(HEAD, WIFE, replace(CHILD, father_name="Ali", mother_name="Awa")) == keys_of("Ali", "Awa")


def test_nothing_is_taken_from_another_case_or_for_a_grown_person() -> None:
    nothing = (0, 0)
    assert parents(HEAD, WIFE, replace(CHILD, case_no="C2")) == nothing
    assert parents(HEAD, WIFE, replace(CHILD, birth_year=2000)) == nothing
    assert parents(HEAD, WIFE, replace(CHILD, reg_date=None)) == nothing


def test_a_man_of_another_family_is_not_taken_for_the_father_nor_one_of_two() -> None:
    assert parents(replace(HEAD, father_name="Ali", family_name="Toure"), CHILD)[0] == 0
    assert parents(HEAD, replace(HEAD, record_id="5"), CHILD)[0] == 0
