"""Pages of distributions: planned, listed, handed out at the table beside who had one before, stopped and closed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from darb.assistance.distribution_actions import Handed, hand_out, list_families, open_distribution, plan_distribution
from darb.assistance.models import Distribution, DistributionState, LedgerLine
from darb.desk import door
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import TODAY, act_as, person

LEAD = Role.DISTRIBUTION_LEAD


@pytest.fixture
def given(noon, house):
    """Ibrahim and Sekou, and an open distribution of ten kits for both."""
    ibrahim, sekou = person(), person(given="Sekou", father="Bah", family="Camara", born=None)
    made = _opened(ibrahim, sekou)
    return made, ibrahim, sekou


def _opened(*people):
    site = Site.objects.get(code="DC-TARIQ-SIKKA")
    made = plan_distribution(act_as(LEAD), site, TODAY, "household_kit")
    list_families(act_as(LEAD), made, [p.pk for p in people])
    return open_distribution(act_as(LEAD), made, 10)


def test_a_distribution_is_planned_listed_opened_and_closed_at_its_pages(signed_in, noon, house):
    ibrahim = person()
    lead = signed_in(LEAD)
    day = door.today() + timedelta(days=1)
    planned = {"site": "DC-TARIQ-SIKKA", "day": f"{day}", "item": "food_parcel", "period": "30", "key": door.new_key()}
    went = lead.post("/distributions/new/", planned)
    assert went.status_code == 302, went.content
    here = went["Location"]
    assert lead.post("/distributions/new/", planned)["Location"] == "/distributions/new/", (
        "a second click plans nothing"
    )
    assert Distribution.objects.count() == 1
    assert ibrahim.name in lead.get(f"{here}list/").content.decode()
    assert lead.post(f"{here}list/", {"key": door.new_key()}).status_code == 422
    assert lead.post(f"{here}list/", {"person": ibrahim.pk, "key": door.new_key()})["Location"] == here
    made = Distribution.objects.get()
    lead.post(f"{here}open/", {"loaded": "4", "version": made.version, "key": door.new_key()})
    page = lead.get(here).content.decode()
    assert ibrahim.name in page
    assert f"{here}{ibrahim.ref}/" in page
    made.refresh_from_db()
    sent = {"returned": "3", "lost": "0", "version": made.version}
    refused = lead.post(f"{here}close/", {**sent, "key": door.new_key()})
    assert refused.status_code == 422
    assert "4 were loaded" in refused.content.decode()
    lead.post(f"{here}close/", {**sent, "returned": "4", "key": door.new_key()})
    made.refresh_from_db()
    assert made.state == DistributionState.CLOSED
    assert "Closed" in lead.get("/distributions/").content.decode()


def test_the_manager_keeps_an_agreement_and_the_partner_can_be_chosen_from_then_on(signed_in, noon, house):
    manager, lead, today = signed_in(Role.PROGRAMME_MANAGER), signed_in(LEAD), door.today()
    told = {"partner": "Al-Amal", "number": "7", "since": f"{today}", "until": f"{today + timedelta(days=90)}"}
    assert "An agreement was signed" not in lead.get("/distributions/partners/").content.decode()
    assert lead.post("/distributions/partners/", {**told, "key": door.new_key()}).status_code in (403, 422)
    assert manager.post("/distributions/partners/", {**told, "key": door.new_key()}).status_code == 302
    assert "in force" in manager.get("/distributions/partners/").content.decode()
    planned = {"site": "DC-TARIQ-SIKKA", "day": f"{today}", "item": "food_parcel", "period": "30"}
    went = lead.post("/distributions/new/", {**planned, "partner": "Al-Amal", "key": door.new_key()})
    assert went.status_code == 302
    assert "handed out by <bdi>Al-Amal</bdi>" in lead.get(went["Location"]).content.decode()
    unknown = lead.post("/distributions/new/", {**planned, "partner": "Nobody", "key": door.new_key()})
    assert unknown.status_code == 422 and Distribution.objects.count() == 1


@pytest.mark.parametrize("name", ["Ebrahim Musa Keïta", "إبراهيم موسى كيتا", "Ibrahima Keita"])
def test_while_a_name_is_typed_at_the_table_candidates_come_with_what_they_had(signed_in, given, name):
    made, ibrahim, _sekou = given
    lead = signed_in(LEAD)
    at = f"/distributions/{made.ref}/known/"
    page = lead.post(at, {"name": name}).content.decode()
    assert f"/distributions/{made.ref}/{ibrahim.ref}/" in page
    assert "had one" not in page
    hand_out(act_as(LEAD), made, ibrahim, Handed(1, "signature", "Awa, his wife"))
    page = lead.post(at, {"name": name}).content.decode()
    assert "had one" in page
    assert "Awa, his wife" in page
    assert lead.get(f"/distributions/{made.ref}/?name=Ebrahim+Keita").content.decode().count("had one") == 1


def test_who_is_on_the_list_comes_first_however_many_are_called_alike_elsewhere(signed_in, given):
    made, ibrahim, _sekou = given
    for n in range(12):
        person(given="Ibrahim", father="Moussa", family="Keita", site="DC-TAJOURA", born=date(1980 + n, 3, 4))
    page = signed_in(LEAD).post(f"/distributions/{made.ref}/known/", {"name": "Brahim Keita"}).content.decode()
    first = re.findall(r"/distributions/\w+/(\w+)/", page)[0]
    assert first == ibrahim.ref
    assert page.count("on the list") == 1


def test_a_second_one_shows_who_when_and_where_and_asks_for_a_reason(signed_in, given):
    made, ibrahim, _sekou = given
    lead = signed_in(LEAD)
    here = f"/distributions/{made.ref}/{ibrahim.ref}/"
    assert 'name="because"' not in lead.get(here).content.decode()
    first = {"quantity": "1", "receipt": "signature", "key": door.new_key()}
    assert lead.post(here, first).status_code == 302
    assert lead.post(here, first).status_code == 302, "a second click hands out nothing"
    assert LedgerLine.objects.filter(person=ibrahim).count() == 1
    page = lead.get(here).content.decode()
    assert 'name="because"' in page
    assert "had one" in page
    assert "Tariq al-Sikka" in page
    refused = lead.post(here, {"quantity": "1", "receipt": "signature", "key": door.new_key()})
    assert refused.status_code == 422
    assert re.search(r"got one on \d{4}-\d\d-\d\d", refused.content.decode())
    told = {"quantity": "1", "receipt": "thumbprint", "because": "Theirs was stolen", "key": door.new_key()}
    assert lead.post(here, told).status_code == 302
    assert sorted(LedgerLine.objects.filter(person=ibrahim).values_list("because", flat=True)) == [
        "",
        "Theirs was stolen",
    ]


def test_somebody_who_looks_like_one_who_had_it_is_served_and_the_likeness_is_shown(signed_in, given):
    made, ibrahim, _sekou = given
    hand_out(act_as(LEAD), made, ibrahim, Handed(1, "signature"))
    again = person(given="Ebrahim", father="Musa", family="Keita")
    here = f"/distributions/{made.ref}/{again.ref}/"
    lead = signed_in(LEAD)
    page = lead.get(here).content.decode()
    assert "no reason to refuse" in page
    assert ibrahim.ref in page
    assert 'name="because"' not in page
    assert lead.post(here, {"quantity": "1", "receipt": "witness", "key": door.new_key()}).status_code == 302


def test_it_is_stopped_resumed_and_a_slip_is_taken_back(signed_in, given):
    made, ibrahim, _sekou = given
    lead, here = signed_in(LEAD), f"/distributions/{made.ref}/"
    hand_out(act_as(LEAD), made, ibrahim, Handed(1, "signature"))
    lead.post(f"{here}stop/", {"why": "a crowd at the gate", "key": door.new_key()})
    page = lead.get(here).content.decode()
    assert "a crowd at the gate" in page
    assert "Who stands at the table" not in page
    lead.post(f"{here}resume/", {"key": door.new_key()})
    assert "Who stands at the table" in lead.get(here).content.decode()
    back = {"quantity": "1", "why": "another person", "key": door.new_key()}
    assert lead.post(f"{here}{ibrahim.ref}/back/", back).status_code == 302
    made.refresh_from_db()
    assert made.issued == 0


def test_the_page_asks_a_bounded_number_of_statements(signed_in, given, django_assert_max_num_queries):
    made, *_people = given
    lead = signed_in(LEAD)
    list_families(act_as(LEAD), made, [person(given=f"Ali{n}").pk for n in range(30)])
    with django_assert_max_num_queries(30):
        lead.get(f"/distributions/{made.ref}/")
    with django_assert_max_num_queries(30):
        lead.post(f"/distributions/{made.ref}/known/", {"name": "Ali Keita"})


@pytest.mark.parametrize("role", [Role.WAREHOUSE_OFFICER, Role.AUDITOR])
def test_who_sees_no_identity_sees_no_list(signed_in, given, role):
    made, ibrahim, _sekou = given
    browser = signed_in(role)
    assert browser.get(f"/distributions/{made.ref}/").status_code == 404
    assert browser.post(f"/distributions/{made.ref}/known/", {"name": "Ibrahim"}).status_code == 404
    assert ibrahim.name not in browser.get("/distributions/").content.decode()


def test_an_unknown_distribution_or_person_is_said_so(signed_in, given):
    made, *_people = given
    lead = signed_in(LEAD)
    assert lead.get("/distributions/NOSUCH22/").status_code == 404
    assert lead.get(f"/distributions/{made.ref}/NOSUCH22/").status_code == 404
    with acting(HOUSE):
        assert made.issued == 0
