"""Official areas loaded over those that are here, and the names that stand at two levels."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darb.places.actions import load_areas
from darb.places.areas_file import read_areas
from darb.places.models import Area
from darb.places.queries import find_area, find_site
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from darb.trust.actor import Actor
from tests.cast import act_as

HEADER = "iso3,admin_level,pcode,name_en,parent_pcode,valid_from"
PUBLISHED = (
    "\ufeffLocation,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n"
    "#country+code,#geo+admin_level,#adm+code,#adm+name,#adm+code+parent,#date+start\n"
)
# Made-up municipalities (the official list isn't among our files) that bear the names of their mantikas, as seven do.
ALIKE = ("Derna", "Benghazi", "Tobruk", "Sirt", "Misrata", "Ghat", "Sebha")
MADE_UP = "\n".join(
    f"LBY,3,{pcode}99,{name},{pcode},2018-05-07"
    for name, pcode in zip(ALIKE, ("LY0101", "LY0103", "LY0104", "LY0208", "LY0214", "LY0321", "LY0319"), strict=True)
)


def file(*rows: str, header: str = HEADER) -> io.BytesIO:
    """A file of these rows."""
    return io.BytesIO("\n".join((header, *rows)).encode())


def test_municipalities_are_loaded_under_their_mantikas(house: Actor) -> None:
    assert load_areas(act_as(Role.IM_OFFICER), file(MADE_UP)) == 7
    assert Area.objects.get(pk="LY010199").parent_id == "LY0101"
    assert Area.objects.count() == 25 + 7


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_that_stands_at_two_levels_is_never_taken_for_either(house: Actor, name: str) -> None:
    load_areas(act_as(), file(MADE_UP))
    assert find_area(name) is None
    mantika, municipality = find_area(name, level=2), find_area(name, level=3)
    assert mantika and municipality and municipality.parent_id == mantika.pcode


def test_no_area_is_found_by_a_name_alone_even_when_only_one_bears_it(house: Actor) -> None:
    assert find_area("Nalut") is None
    assert find_area("ly0209").pcode == "LY0209"  # type: ignore[union-attr]
    assert find_area("نالوت", level=2) == find_area("NALOUT", level=2) == find_area("LY0209")
    assert find_area("", level=2) is None


def test_two_areas_of_one_level_that_share_a_name_are_not_guessed_between(house: Actor) -> None:
    load_areas(act_as(), file("LBY,3,LY021101,Suq,LY0211,2018-05-07", "LBY,3,LY021401,Suq,LY0214,2018-05-07"))
    assert find_area("Suq", level=3) is None


def test_a_site_is_never_found_by_the_name_of_an_area(house: Actor) -> None:
    assert find_area("Aljfara", level=2) is not None
    assert find_site("Aljfara") is None


def test_the_published_list_loads_with_its_byte_order_mark_and_its_row_of_tags(house: Actor) -> None:
    text = (
        PUBLISHED
        + "EGY,1,EG01,Cairo,EGY,2017-01-01\nLBY,1,LY01,East,LBY,2018-05-07\nLBY,2,LY0101,Darnah,LY01,2018-05-07\n"
    )
    assert load_areas(act_as(), io.BytesIO(text.encode())) == 2
    darnah = Area.objects.get(pk="LY0101")
    assert (darnah.name_en, darnah.name_ar) == ("Darnah", "درنة"), "what the file leaves out stays"
    assert not Area.objects.filter(pk="EG01").exists()


def test_a_file_with_windows_line_ends_loads(house: Actor) -> None:
    text = HEADER + "\r\nLBY,3,LY021101,Tripoli Centre,LY0211,2018-05-07\r\n"
    assert load_areas(act_as(), io.BytesIO(text.encode())) == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("LBY,3,LY021102,Tajoura,LY9999,2018-05-07", "parent_pcode"),
        ("LBY,3,LY021102,Tajoura,LY02,2018-05-07", "parent_pcode"),
        ("LBY,3,LY021102,Tajoura,,2018-05-07", "parent_pcode"),
        ("LBY,1,LY04,Middle,LY01,2018-05-07", "parent_pcode"),
        ("LBY,three,LY021102,Tajoura,LY0211,2018-05-07", "admin_level"),
        ("LBY,9,LY021102,Tajoura,LY0211,2018-05-07", "admin_level"),
        ("LBY,²,LY021102,Tajoura,LY0211,2018-05-07", "admin_level"),
        ("LBY,3,LY0212,Aljfara,LY0211,2018-05-07", "admin_level"),
        ("LBY,3,,Tajoura,LY0211,2018-05-07", "pcode"),
        ("LBY,3,LY 02,Tajoura,LY0211,2018-05-07", "pcode"),
        ("LBY,3,LY021101,Again,LY0211,2018-05-07", "pcode"),
        ("LBY,3,LY021102,,LY0211,2018-05-07", "name_en"),
        ("LBY,3,LY021102," + "a" * 81 + ",LY0211,2018-05-07", "name_en"),
        (",3,LY021102,Tajoura,LY0211,2018-05-07", "iso3"),
        ("LBY", "pcode"),
    ],
)
def test_a_broken_row_is_refused_by_number_and_column_and_nothing_changes(house: Actor, row: str, column: str) -> None:
    before = list(Area.objects.order_by("pk").values())
    with pytest.raises(Invalid) as refused:
        load_areas(act_as(), file("LBY,3,LY021101,Tripoli Centre,LY0211,2018-05-07", row))
    assert (refused.value.refusal.values["row"], refused.value.refusal.values["column"]) == (3, column)
    assert list(Area.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "areas_column"),
        (b"pcode,name\nLY01,East\n", "areas_column"),
        (HEADER.encode(), "areas_none"),
        ("الاسم".encode("cp1256"), "areas_encoding"),
        (HEADER.encode() + b"\nLBY,1," + b"x" * 200_000, "areas_csv"),
        (HEADER.encode() + b"\nEGY,1,EG01,Cairo,EGY,2017-01-01\n", "areas_none"),
    ],
)
def test_a_file_that_holds_no_areas_of_this_country_is_refused(house: Actor, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        load_areas(act_as(), io.BytesIO(content))
    assert refused.value.refusal.code == code


def test_a_clerk_doesnt_load_areas(house: Actor) -> None:
    with pytest.raises(Forbidden):
        load_areas(act_as(Role.REGISTRATION_CLERK), file(MADE_UP))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_never_anything_else(content: bytes) -> None:
    with contextlib.suppress(Invalid):
        assert read_areas(io.BytesIO(content), {})


_CELL = st.text(max_size=8)


@given(st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL, _CELL), max_size=6))
def test_rows_of_anything_are_read_or_refused(rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER.split(",")[:5])
    writer.writerows(("LBY", *row[1:]) for row in rows)
    try:
        read = read_areas(io.BytesIO(text.getvalue().encode("utf-8", "replace")), {"LY01": 1})
    except Invalid:
        return
    assert all(r.pcode and r.name_en and 1 <= r.level <= 4 for r in read)
