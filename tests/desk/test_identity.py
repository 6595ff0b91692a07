"""Who is who at the desk: candidates while typing, the queue, two files side by side."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from darb.events.lead_actions import ToldLead, take_leads
from darb.people.identity_actions import judge, raise_duplicate
from darb.people.models import Duplicate, Judgement
from darb.places.models import Site
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import act_as, client_for, person
from tests.desk.reading import html

TYPED = {"given": "Osman", "father": "Ibrahim", "family": "Adam", "sex": "M", "nationality": "SDN"}


@pytest.fixture
def salma(house):
    """The clerk's browser."""
    return client_for(Role.REGISTRATION_CLERK)


def osman(**more):
    """Osman Ibrahim Adam, registered in Arabic."""
    about = {"father": "إبراهيم", "family": "آدم", "nationality": "SDN", "born": date(1990, 5, 17)}
    return person(given="عثمان", script="A", **{**about, **more})


def test_while_somebody_types_who_may_be_known_shows_with_a_verdict_and_reasons(salma):
    known = osman()
    page = html(salma.post(reverse("desk:candidates"), {**TYPED, "birth_date": "1990-05-17"}))
    assert known.ref in page
    assert "very likely the same" in page
    assert "born on the same day" in page
    assert "name: sounds the same" in page


def test_half_a_word_an_unfinished_date_or_nonsense_never_fail(salma):
    osman()
    for sent in ({}, {"given": "O"}, {**TYPED, "birth_date": "1990-0"}, {**TYPED, "age": "29٣"}, {"phone": "\x00"}):
        assert salma.post(reverse("desk:candidates"), sent).status_code == 200
    assert "notice" not in html(salma.post(reverse("desk:candidates"), {"given": "Zzz", "nationality": "NER"}))


def test_a_name_never_stands_in_an_address(salma):
    assert salma.get(reverse("desk:candidates"), TYPED).status_code == 405


def test_the_pages_where_people_are_met_look_up_while_typing(salma):
    outreach = client_for(Role.OUTREACH_OFFICER)
    for browser, address in ((salma, "desk:register"), (outreach, "desk:new_lead")):
        assert f'hx-post="{reverse("desk:candidates")}"' in html(browser.get(reverse(address)))


def test_a_call_begins_with_who_the_name_may_be(house):
    known = osman()
    lead = take_leads(
        act_as(Role.HOTLINE_OPERATOR),
        [
            ToldLead(
                source="call",
                name="Osman Ibrahim Adam",
                nationality="SDN",
                site=Site.objects.get(code="DC-TARIQ-SIKKA"),
                phone="0911111111",
                phone_owner="self",
            )
        ],
    )[0]
    page = html(client_for(Role.HOTLINE_OPERATOR).get(reverse("desk:lead", args=[lead.ref])))
    assert known.ref in page


def test_the_queue_leads_to_both_side_by_side_where_what_differs_is_shaded(salma):
    one, other = osman(), osman(family="هارون")
    with acting(HOUSE):
        raise_duplicate(act_as(), one, other, "same phone")
    pair = reverse("desk:pair", args=[one.ref, other.ref])
    assert pair in html(salma.get(reverse("desk:identity_queue")))
    page = html(salma.get(pair))
    assert 'class="differs"' in page
    assert "same phone" in page
    salma.post(pair, {"said": "same", "why": "his own word", "key": str(uuid4())})
    with acting(HOUSE):
        assert Judgement.objects.get().said == "same"
    assert pair not in html(salma.get(reverse("desk:identity_queue")))
    shown = html(salma.get(reverse("desk:person", args=[one.ref])))
    assert other.ref in shown, "each file shows the other"


def test_of_a_child_nothing_is_told_before_ones_own_word(salma, house):
    one, other = osman(born=date(2010, 1, 1)), osman(born=date(2010, 1, 1))
    raise_duplicate(act_as(), one, other, "his mother said so")
    judge(act_as(Role.VHR_HEAD), one, other, "same", "the same scar")
    pair = reverse("desk:pair", args=[one.ref, other.ref])
    before = html(salma.get(pair))
    assert "each alone" in before
    assert "scar" not in before
    assert "his mother said so" not in before
    salma.post(pair, {"said": "different", "key": str(uuid4())})
    assert "scar" in html(salma.get(pair))
    with acting(HOUSE):
        assert Duplicate.objects.get().settled_at is None, "they disagree: a third looks"


def test_how_many_others_share_both_names_is_a_reason_told_with_the_score_and_as_hidden_as_it(salma, house):
    one, other = osman(), osman(family="هارون")
    for n in range(3):
        person(given="Othman", father="Ibrahim", family=f"Bakhit{n}", nationality="SDN")
    osman(nationality="TCD")
    person(given="Osman", father="Ibrahim", family="Adam", sex="F", nationality="SDN")
    pair = reverse("desk:pair", args=[one.ref, other.ref])
    assert "given name and father's name: about 3 other men from Sudan here share both" in html(salma.get(pair))
    arabic = html(salma.get(pair, headers={"accept-language": "ar"}))
    assert "رجال آخرين هنا من السودان" in arabic
    child, twin = osman(born=date(2012, 1, 1)), osman(born=date(2012, 1, 1))
    raise_duplicate(act_as(), child, twin, "the same age")
    hidden = reverse("desk:pair", args=[child.ref, twin.ref])
    assert not re.search("shares? both", html(salma.get(hidden)))
    salma.post(hidden, {"said": "same", "why": "", "key": str(uuid4())})
    assert re.search("shares? both", html(salma.get(hidden)))


def test_a_name_that_changed_its_place_isnt_said_to_be_the_given_name(salma, house):
    one = osman()
    turned = {"given": "آدم", "father": "إبراهيم", "family": "عثمان", "script": "A", "nationality": "SDN"}
    other = person(**turned, born=date(1990, 5, 17))
    page = html(salma.get(reverse("desk:pair", args=[one.ref, other.ref])))
    assert "a name in another place: the same" in page
    assert "given name: the same" not in page
    assert "father's name: the same" in page


def test_of_two_who_share_no_two_names_nothing_is_counted(salma, house):
    one, other = osman(), person(given="Fatima", father="Ali", family="Bello", sex="F", nationality="NGA")
    page = html(salma.get(reverse("desk:pair", args=[one.ref, other.ref])))
    assert "share both" not in page
    assert "shares both" not in page


def test_a_judgement_is_taken_back_on_a_page_of_its_own(house):
    one, other = osman(), osman()
    judge(act_as(), one, other, "same")
    head = client_for(Role.VHR_HEAD)
    back = reverse("desk:take_back", args=[one.ref, other.ref])
    assert back in html(head.get(reverse("desk:pair", args=[one.ref, other.ref])))
    head.post(back, {"why": "brothers", "key": str(uuid4())})
    with acting(HOUSE):
        assert (
            not Judgement.objects.filter(said="same", counts=True).filter(pk__gt=Judgement.objects.last().pk).exists()
        )
        assert Judgement.objects.order_by("-pk").first().said == "taken_back"


def test_a_name_in_two_scripts_isnt_shaded_as_different_and_another_one_is(salma):
    one, other = osman(), person(given="Ousmane", father="Ibrahim", family="Haroun", nationality="SDN")
    page = html(salma.get(reverse("desk:pair", args=[one.ref, other.ref])))
    rows = page.split("<tr")[2:]
    assert 'class="differs"' not in next(row for row in rows if "Ousmane</bdi></td>" in row)
    assert 'class="differs"' in next(row for row in rows if "Haroun</bdi></td>" in row)


def test_the_verdict_is_said_in_the_readers_language(salma, house):
    osman()
    salma.cookies.load({"django_language": "fr"})
    page = html(
        salma.post(reverse("desk:candidates"), {**TYPED, "birth_date": "1990-05-17"}, HTTP_ACCEPT_LANGUAGE="fr")
    )
    assert "très probablement la même" in page
