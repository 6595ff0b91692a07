"""The box for a document's zone: it fills what stands empty, and shows letter for letter what it has otherwise."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from darb.people.models import Document, Person
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import NOON, client_for, person
from tests.desk.reading import html
from tests.rules.zones import td1, td3

IBRAHIM = "\n".join(td3())


@pytest.fixture
def salma(house, monkeypatch):
    """The clerk's browser, at noon of the cast's day."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return client_for(Role.REGISTRATION_CLERK)


def field(page, name: str) -> str:
    """What stands in a field, or is chosen in it."""
    text = html(page)
    if chosen := re.search(rf'<select name="{name}".*?</select>', text, re.S):
        found = re.search(r'<option value="([^"]*)" selected', chosen[0])
        return found[1] if found else ""
    if radio := re.search(rf'<input type="radio" name="{name}" value="([^"]*)"[^>]*checked', text):
        return radio[1]
    found = re.search(rf'<input type="\w+" name="{name}"([^>]*)>', text)
    value = re.search(r'value="([^"]*)"', found[1]) if found else None
    return value[1] if value else ""


def marked(page) -> list[str]:
    return re.findall(r"<mark>([^<]*)</mark>", html(page))


def read_document(client, who: Person, zone: str = IBRAHIM, **typed: str):
    sent = {"kind": "passport", "country": who.nationality, "state": "held", "zone": zone, "read_zone": "1", **typed}
    return client.post(reverse("desk:record_document", args=[who.ref]), {**sent, "key": str(uuid4())})


def test_the_zone_fills_the_page_of_a_document_and_saves_nothing(salma):
    ibrahim = person()
    page = read_document(salma, ibrahim, "\n".join(td3(code="PL")))
    assert page.status_code == 200
    assert [field(page, f) for f in ("kind", "number", "country", "expires", "name_as_printed", "state")] == [
        "laissez_passer", "AB1234567", "MLI", "2030-05-01", "KEITA IBRAHIM MOUSSA", "held",
    ]  # fmt: skip
    assert marked(page) == []
    with acting(HOUSE):
        assert not Document.objects.exists()


def test_what_was_filled_is_saved_with_the_next_press(salma):
    ibrahim = person()
    page = read_document(salma, ibrahim)
    sent = {f: field(page, f) for f in ("kind", "number", "country", "expires", "name_as_printed", "state", "key")}
    assert salma.post(reverse("desk:record_document", args=[ibrahim.ref]), {**sent, "zone": IBRAHIM}).status_code == 302
    with acting(HOUSE):
        kept = Document.objects.get()
    assert (kept.number, kept.name_as_printed, kept.expires) == ("AB1234567", "KEITA IBRAHIM MOUSSA", date(2030, 5, 1))


def test_what_was_typed_stays_and_the_difference_stands_letter_for_letter(salma):
    page = read_document(salma, person(), number="AB1234561", expires="2030-05-01")
    assert field(page, "number") == "AB1234561"
    assert marked(page) == ["1", "7"]


def test_a_person_who_told_another_name_or_birth_date_is_shown_beside_the_paper(salma):
    told = person(given="Ibrahima", father="", family="Keyta", born=date(1997, 3, 14), sex="F", nationality="NER")
    page = read_document(salma, told)
    text = html(page)
    assert "I<mark>" in text or "<mark>" in text
    for label in ("Name", "Birth date", "Sex", "Nationality"):
        assert f'<th scope="row">{label}</th>' in text
    with acting(HOUSE):
        assert Person.objects.get().name == "Ibrahima Keyta"


@pytest.mark.parametrize(
    ("told_as", "zone"),
    [
        ({"given": "Ibrahim", "father": "Moussa", "family": "Kéïta"}, td3()),
        ({"born": date(1997, 1, 1)}, td3(birth="97<<<<")),
        ({"born": date(1917, 3, 4)}, td3(birth="170304")),
        ({"sex": "U"}, td3()),
    ],
)
def test_what_agrees_as_far_as_it_is_known_is_no_difference(salma, told_as, zone):
    assert marked(read_document(salma, person(**told_as), "\n".join(zone))) == []


def test_a_wrong_check_digit_is_said_and_the_field_left_empty(salma):
    page = read_document(salma, person(), IBRAHIM.replace("AB1234567", "AB1234569"))
    assert 'data-code="mrz.number"' in html(page)
    assert field(page, "number") == ""
    assert field(page, "expires") == "2030-05-01"


def test_what_was_mended_is_told_by_line_and_character(salma):
    page = read_document(salma, person(), IBRAHIM.replace("970304", "97O304"))
    assert "Line 2, character 16" in html(page)


def test_text_without_a_zone_gets_one_sentence_and_leaves_all_as_it_was(salma):
    page = read_document(salma, person(), "<script>alert(1)</script>", number="X1")
    assert 'data-code="mrz.no_zone"' in html(page)
    assert field(page, "number") == "X1"
    assert "<script>alert" not in html(page)


def test_the_zone_fills_a_registration_and_registers_nobody(salma):
    sent = {
        "zone": "\n".join(td1(given="IBRAHIM")),
        "read_zone": "1",
        "given": "Ibrahima",
        "site": "DC-TARIQ-SIKKA",
        "sex": "M",
    }
    page = salma.post(reverse("desk:register"), sent)
    assert page.status_code == 200
    assert [field(page, f) for f in ("given", "family", "birth_date", "nationality", "sex", "site")] == [
        "Ibrahima", "Keita", "1997-03-04", "MLI", "M", "DC-TARIQ-SIKKA",
    ]  # fmt: skip
    assert marked(page) == ["a"]
    assert "errorlist" not in html(page)
    with acting(HOUSE):
        assert not Person.objects.exists()


def test_a_year_alone_fills_the_year_of_birth(salma):
    page = salma.post(reverse("desk:register"), {"zone": "\n".join(td3(birth="97<<<<")), "read_zone": "1"})
    assert (field(page, "birth_date"), field(page, "age")) == ("", "1997")


def test_family_members_already_on_the_page_stay_there(salma):
    sent = {"zone": IBRAHIM, "read_zone": "1", "members": "1", "m1-given": "Awa"}
    assert field(salma.post(reverse("desk:register"), sent), "m1-given") == "Awa"
