"""Pages about persons: found, registered once, seen as far as one's role goes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from darb.cases.models import Case
from darb.people.actions import form_group, give_consents, record_documents, take_photos
from darb.people.models import Consent, Document, Duplicate, Membership, Person, Phone
from darb.people.registration import ToldPhone
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as, cases, client_for, on, person
from tests.desk.reading import html

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
FORM = {
    "given": "Mariama",
    "father": "Ousmane",
    "family": "Diallo",
    "given_arabic": "مريم",
    "sex": "F",
    "birth_date": "1994-02-01",
    "nationality": "GIN",
    "site": "DC-TARIQ-SIKKA",
}


@pytest.fixture
def salma(house):
    """The clerk's browser."""
    return client_for(Role.REGISTRATION_CLERK)


def test_a_registration_opens_the_case_and_leads_to_it(salma):
    page = salma.post(reverse("desk:register"), {**FORM, "key": str(uuid4())})
    with acting(HOUSE):
        case = Case.objects.select_related("person").get()
        assert case.stage == "registered"
        assert case.person.name == "Mariama Ousmane Diallo"
        assert case.person.name_arabic == "مريم"
    assert page.url == reverse("desk:case", args=[case.ref])
    assert "مريم" in html(salma.get(page.url))


def test_a_second_click_registers_nobody_twice(salma):
    sent = {**FORM, "key": str(uuid4()), "seen": "1"}
    first = salma.post(reverse("desk:register"), sent)
    assert salma.post(reverse("desk:register"), sent).url == first.url
    with acting(HOUSE):
        assert Person.objects.count() == 1


def test_who_may_be_known_already_is_shown_before_anybody_is_saved(salma):
    mariama = person(given="Mariam", father="Osman", family="Diallo", sex="F", nationality="GIN", born=date(1994, 1, 1))
    page = salma.post(reverse("desk:register"), {**FORM, "key": str(uuid4())})
    assert page.status_code == 422
    assert reverse("desk:person", args=[mariama.ref]) in html(page)
    with acting(HOUSE):
        assert Person.objects.count() == 1
    assert salma.post(reverse("desk:register"), {**FORM, "key": str(uuid4()), "seen": "1"}).status_code == 302
    with acting(HOUSE):
        assert Person.objects.count() == 2


def test_a_family_is_registered_on_one_page(salma):
    asked = salma.post(reverse("desk:register"), {**FORM, "add": "1"})
    assert 'name="members" value="1"' in html(asked)
    member = {"m1-given": "Musa", "m1-sex": "M", "m1-age": "4", "m1-relation": "son"}
    salma.post(reverse("desk:register"), {**FORM, **member, "members": "1", "key": str(uuid4())})
    with acting(HOUSE):
        musa = Membership.objects.select_related("person", "group").get(relation="son")
        assert musa.group.must_travel_together
        assert (musa.person.nationality, musa.person.birth_precision) == ("GIN", "estimated")
        assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given": "", "given_arabic": ""}, "at least the given name"),
        ({"birth_date": "2100-01-01"}, "has not come yet"),
        ({"birth_date": "31/02/1990"}, "valid date"),
        ({"site": "Atlantis"}, "No one site is called that"),
        ({"nationality": "ATL"}, "ATL"),
        ({"phone": "12"}, "6 to 15 digits"),
        ({"departure_airport": "ZZZ"}, "no airport's code"),
        ({"languages": "klingonese"}, "three-letter code"),
        ({"age": "300"}, "age in years"),
        ({"given": "x" * 61}, "60"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(salma, wrong, sentence):
    page = salma.post(reverse("desk:register"), {**FORM, **wrong, "key": str(uuid4())})
    assert page.status_code == 422
    assert sentence in html(page)
    with acting(HOUSE):
        assert not Person.objects.exists()


def test_a_guards_phone_is_never_safe_to_call_whatever_was_ticked(salma):
    told = {"phone": "0912345678", "phone_owner": "guard", "safe_to_call": "on", "key": str(uuid4())}
    salma.post(reverse("desk:register"), {**FORM, **told})
    with acting(HOUSE):
        assert not Phone.objects.get().safe_to_call


def sheet(*rows) -> BytesIO:
    book = Workbook()
    book.active.append(("Given name", "Sex", "Birth date", "Nationality", "Site"))
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "list.xlsx"
    return out


GOOD = ("Ibrahim", "M", date(1997, 3, 4), "Mali", "Tariq al-Sikka")
BAD = ("Musa", "M", "31/02/1990", "Mali", "Tariq al-Sikka")


def test_a_sheet_with_a_bad_row_registers_nobody_and_names_row_and_column(salma):
    page = salma.post(reverse("desk:import"), {"file": sheet(GOOD, BAD, GOOD)})
    assert page.status_code == 422
    text = html(page)
    assert re.search(r'<td class="number"[^>]*>3</td>', text)
    assert "Birth date" in text
    with acting(HOUSE):
        assert not Person.objects.exists()


def test_a_corrected_sheet_loads_whole_and_only_once(salma):
    right = sheet(GOOD, GOOD, GOOD)
    salma.post(reverse("desk:import"), {"file": right})
    right.seek(0)
    again = salma.post(reverse("desk:import"), {"file": right}, follow=True)
    assert "loaded before" in html(again)
    with acting(HOUSE):
        assert Case.objects.filter(stage="registered").count() == 3


def test_what_is_no_workbook_gets_one_sentence(salma):
    file = BytesIO(b"not a workbook")
    file.name = "list.xlsx"
    page = salma.post(reverse("desk:import"), {"file": file})
    assert page.status_code == 422
    assert "Excel workbook" in html(page)


def test_the_template_can_be_had(salma):
    page = salma.get(reverse("desk:import_template"))
    assert page.status_code == 200
    assert page.content[:2] == b"PK"


def test_search_finds_by_name_reference_phone_and_case(salma):
    ibrahim = person(phones=[ToldPhone("0912345678")])
    [case] = cases(1, given="Awa", family="Traore")
    for asked, found in (("keita", ibrahim), (ibrahim.ref, ibrahim), ("0912345678", ibrahim), (case.ref, case.person)):
        assert reverse("desk:person", args=[found.ref]) in html(salma.get(reverse("desk:search"), {"q": asked})), asked


def whole_person():
    ibrahim = person(phones=[ToldPhone("0912345678")])
    record_documents(act_as(), [Document(person=ibrahim, kind="passport", number="B123", country="MLI", state="held")])
    give_consents(
        act_as(),
        [Consent(person=ibrahim, purpose="voluntary_return", form="signature", language="fra", given=NOON.date())],
    )
    return ibrahim


@pytest.mark.parametrize(
    ("role", "phone", "paper"),
    [
        (Role.VHR_CASEWORKER, True, True),
        (Role.CONSULAR_OFFICER, True, True),
        (Role.PHYSICIAN, True, False),
        (Role.MOVEMENT_OFFICER, False, True),
    ],
)
def test_a_person_is_shown_as_far_as_the_role_sees(house, role, phone, paper):
    ibrahim = whole_person()
    text = html(client_for(role).get(reverse("desk:person", args=[ibrahim.ref])))
    assert ("0912345678" in text) is phone
    assert ("B123" in text) is paper


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ME_OFFICER, Role.WAREHOUSE_OFFICER])
def test_who_sees_no_identity_finds_nobody(house, role):
    ibrahim = whole_person()
    client = client_for(role)
    assert client.get(reverse("desk:person", args=[ibrahim.ref])).status_code == 404
    assert ibrahim.name not in html(client.get(reverse("desk:search"), {"q": "keita"}))


def test_a_photo_is_taken_and_shown(salma):
    ibrahim = person()
    photo = BytesIO(PNG)
    photo.name = "photo.png"
    salma.post(reverse("desk:take_photo", args=[ibrahim.ref]), {"photo": photo, "key": str(uuid4())})
    shown = salma.get(reverse("desk:photo", args=[ibrahim.ref]))
    assert shown.content == PNG
    assert shown.headers["Content-Type"] == "image/png"


def test_a_photo_that_is_none_is_refused(salma):
    ibrahim = person()
    photo = BytesIO(b"<svg/>")
    photo.name = "photo.png"
    page = salma.post(reverse("desk:take_photo", args=[ibrahim.ref]), {"photo": photo, "key": str(uuid4())})
    assert page.status_code == 422
    assert "at most 200 kB" in html(page)


def test_a_document_number_twice_is_refused_with_a_sentence(salma):
    whole_person()
    other = person(given="Musa")
    told = {"kind": "passport", "state": "held", "number": "B123", "country": "MLI", "key": str(uuid4())}
    page = salma.post(reverse("desk:record_document", args=[other.ref]), told)
    assert page.status_code == 422
    assert "recorded for somebody already" in html(page)


def test_a_consent_is_withdrawn_at_once(salma):
    ibrahim = whole_person()
    url = reverse("desk:withdraw_consent", args=[ibrahim.ref])
    salma.post(url, {"purposes": ["voluntary_return"], "how": "oral", "key": str(uuid4())})
    with acting(HOUSE):
        assert Consent.objects.get().withdrawn is not None


def test_a_correction_on_a_stale_page_changes_nothing(salma):
    ibrahim = person()
    url = reverse("desk:correct", args=[ibrahim.ref])
    told = {"given": "Ibrahima", "sex": "M", "birth_date": "1997-03-04"}
    assert salma.post(url, {**told, "version": ibrahim.version, "key": str(uuid4())}).status_code == 302
    stale = salma.post(url, {**told, "given": "Brahim", "version": ibrahim.version, "key": str(uuid4())})
    assert stale.status_code == 422
    assert "Somebody changed this person" in html(stale)
    with acting(HOUSE):
        assert Person.objects.get().name == "Ibrahima"


def test_many_people_move_in_one_deed_by_choice_or_by_pasted_references(house):
    liaison = client_for(Role.DC_LIAISON)
    people = [person() for _n in range(3)]
    [case] = cases(1)
    told = {
        "person": [people[0].ref, people[1].ref],
        "references": f"{people[2].ref}\n{case.ref}",
        "to": "DC-TAJOURA",
        "since": "2019-05-06",
        "source": "told_by_dc",
        "key": str(uuid4()),
    }
    page = liaison.post(reverse("desk:move_people") + "?site=DC-TARIQ-SIKKA", told)
    assert page.status_code == 302
    with acting(HOUSE):
        assert Person.objects.filter(site__code="DC-TAJOURA").count() == 4


def test_a_reference_of_nobody_moves_nobody(house):
    liaison = client_for(Role.DC_LIAISON)
    ibrahim = person()
    told = {"references": f"{ibrahim.ref} ZZZZZZZZ", "to": "DC-TAJOURA", "since": "2019-05-06", "source": "seen"}
    page = liaison.post(reverse("desk:move_people"), told)
    assert "ZZZZZZZZ" in html(page)
    with acting(HOUSE):
        assert not Person.objects.filter(site=Site.objects.get(code="DC-TAJOURA")).exists()


def test_a_family_is_formed_of_people_who_are_registered(salma):
    head, child = person(), person(given="Musa", born=date(2012, 1, 1))
    rows = {"kin-TOTAL_FORMS": "1", "kin-INITIAL_FORMS": "0", "kin-0-member": child.ref, "kin-0-relation": "son"}
    page = salma.post(reverse("desk:form_family", args=[head.ref]), {**rows, "together": "on", "key": str(uuid4())})
    assert page.status_code == 302
    with acting(HOUSE):
        assert Membership.objects.count() == 2


def test_somebody_found_later_is_added_to_the_family_on_its_page(salma):
    head, child, aunt = person(), person(given="Musa", born=date(2012, 1, 1)), person(given="Fanta", sex="F")
    family = form_group(act_as(), "family", [(head, "head", True), (child, "son", True)])
    rows = {"kin-TOTAL_FORMS": "1", "kin-INITIAL_FORMS": "0", "kin-0-member": aunt.ref, "kin-0-relation": "aunt"}
    assert reverse("desk:join_family", args=[child.ref]) in html(salma.get(reverse("desk:person", args=[child.ref])))
    page = salma.post(reverse("desk:join_family", args=[child.ref]), {**rows, "key": str(uuid4())})
    assert page.status_code == 302
    with acting(HOUSE):
        assert family.memberships.filter(left_at=None).count() == 3


def test_nobody_is_added_to_a_family_by_an_empty_form_or_an_unknown_reference(salma):
    head = person()
    form_group(act_as(), "family", [(head, "head", True)])
    rows = {"kin-TOTAL_FORMS": "1", "kin-INITIAL_FORMS": "0", "kin-0-relation": "aunt"}
    join = reverse("desk:join_family", args=[head.ref])
    assert "Write the reference" in html(salma.post(join, {**rows, "kin-0-member": "", "key": str(uuid4())}))
    assert "ZZZZ" in html(salma.post(join, {**rows, "kin-0-member": "ZZZZ", "key": str(uuid4())}))


def test_search_asks_the_database_as_often_for_fifty_as_for_five(salma):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            salma.get(reverse("desk:search"), {"q": "keita"})
        return len(queries)

    with acting(HOUSE):
        cases(5)
    few = asked()
    with acting(HOUSE):
        cases(45, at=on(date(2019, 5, 7)))
    assert asked() == few


def test_a_person_page_asks_as_often_with_much_history_as_with_little(salma):
    ibrahim = whole_person()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            salma.get(reverse("desk:person", args=[ibrahim.ref]))
        return len(queries)

    few = asked()
    with acting(HOUSE):
        for n in range(10):
            record_documents(
                act_as(), [Document(person=ibrahim, kind="other", number=f"X{n}", country="MLI", state="held")]
            )
        take_photos(act_as(), [(ibrahim, PNG)])
    assert asked() == few


def test_two_registrations_of_one_person_are_doubted_and_then_judged(salma):
    one, other = person(), person(given="Brahim")
    url = reverse("desk:raise_duplicate", args=[one.ref])
    assert "no other person" in html(salma.post(url, {"other": one.ref, "why": "same face", "key": str(uuid4())}))
    salma.post(url, {"other": other.ref, "why": "same face", "key": str(uuid4())})
    page = reverse("desk:person", args=[one.ref])
    assert "may be the same person" in html(salma.get(page))
    with acting(HOUSE):
        doubt = Duplicate.objects.get()
        assert (doubt.person_id, doubt.other_id) == (one.pk, other.pk)
    salma.post(reverse("desk:pair", args=[one.ref, other.ref]), {"said": "different", "key": str(uuid4())})
    assert "may be the same person" not in html(salma.get(page))


@pytest.mark.parametrize(
    "asked", ["\x00", "%", "'; drop table people_person; --", "ا" * 300, "<script>", "🙂", "0" * 200, "\u202e"]
)
def test_whatever_is_typed_into_the_search_gets_an_answer(salma, asked):
    page = salma.get(reverse("desk:search"), {"q": asked})
    assert page.status_code == 200
    assert "<script>" not in html(page).replace("<script src", "")
