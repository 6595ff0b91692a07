# ruff: noqa: TID251
"""The parts that pages are put together from."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from darb.desk.templatetags.desk import count, sentence
from darb.desk.wording import role_named
from darb.rules.refusal import Refusal
from darb.rules.roles import Role


class _Form(forms.Form):
    name = forms.CharField(help_text="As told.")
    born = forms.DateField(widget=forms.DateInput())
    sex = forms.ChoiceField(widget=forms.RadioSelect, choices=[("F", "Woman"), ("M", "Man")])


def _part(name: str, **context: object) -> str:
    return render_to_string(f"parts/{name}.html", context)


def test_a_field_has_a_label_no_autofill_and_its_error_tied_to_it() -> None:
    form = _Form({"born": "2001-02-03"})
    page = _part("field", field=form["name"])
    assert '<label class="form-label" for="id_name">' in page
    assert 'autocomplete="off"' in page
    assert (
        'aria-describedby="id_name_error"' in page and 'id="id_name_error"' in page and "This field is required" in page
    )
    assert 'aria-invalid="true"' in page
    assert "As told." in page


def test_a_date_is_asked_with_the_browser_s_own_picker_in_its_own_form() -> None:
    page = _part("field", field=_Form(initial={"born": date(2001, 2, 3)})["born"])
    assert 'type="date"' in page and 'value="2001-02-03"' in page


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    page = _part("field", field=_Form()["sex"])
    assert page.index("<fieldset") < page.index("<legend") < page.index('type="radio"')


def test_a_refused_step_says_why_and_sends_nothing() -> None:
    visa = Refusal("visa_expired", "The exit visa ended on {day}.", {"day": date(2019, 9, 9)}, Role.EXIT_VISA_OFFICER)
    page = _part("step_button", label="Place on a manifest", url="/book", refusals=[visa])
    assert "The exit visa ended on 9 Sep 2019." in page and "Exit-visa officer" in page
    assert 'aria-disabled="true"' in page and "<form" not in page and "/book" not in page


def test_an_allowed_step_carries_its_key_and_the_version_it_saw() -> None:
    page = _part("step_button", label="Withdraw", url="/withdraw", version=7, confirm="Sure?")
    assert 'data-confirm="Sure?"' in page and 'name="version" value="7"' in page
    pages = [_part("step_button", label="x", url="/") for _ in range(3)]
    keys = {key for page in pages for key in re.findall(r'name="key" value="([^"]+)"', page)}
    assert len(keys) == 3


def test_a_red_gate_says_why_since_when_and_who_can_mend_it() -> None:
    page = _part(
        "gate",
        label="Exit visa",
        code="R8",
        state="red",
        reason="It ended.",
        since=date(2019, 9, 9),
        who=Role.EXIT_VISA_OFFICER,
    )
    assert all(
        word in page for word in ("R8", "Exit visa", "It ended.", "since 9 Sep 2019", "Exit-visa officer", ">red<")
    )
    assert "It ended." not in _part("gate", label="Exit visa", state="green", reason="It ended.")


def test_what_a_person_typed_is_never_taken_for_html() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    for page in (
        _part("messages", refusal=Refusal("x", "Not {name}.", {"name": nasty})),
        _part("gate", label=nasty, state="red", reason=nasty),
        _part("step_button", label=nasty, url="/", refusals=[nasty]),
        Template("{% load desk %}{% count_bar rows %}").render(Context({"rows": [(nasty, 1)]})),
    ):
        assert "<img" not in page and "&lt;img" in page


def test_a_figure_says_how_sure_it_is_and_leads_to_its_rows() -> None:
    page = _part("figure", value=5118, label="people returned", quality="exact", url="/returned")
    assert '<a href="/returned">5,118</a>' in page and "counted row by row" in page
    assert "estimate" in _part("figure", value=640000, label="migrants", quality="estimate")


def test_a_pager_keeps_what_was_searched_and_offers_only_pages_that_exist() -> None:
    request = RequestFactory().get("/people/", {"q": "moussa", "page": "1"})
    first = render_to_string("parts/pager.html", {"page": Paginator(range(120), 50).page(1)}, request)
    assert "1 to 50 of 120" in first and 'rel="next"' in first and 'rel="prev"' not in first
    assert "q=moussa&amp;page=2" in first
    uncounted = render_to_string("parts/pager.html", {"shown": 50, "previous": "", "next": "0192"}, request)
    assert "after=0192" in uncounted and 'rel="prev"' in uncounted and "after=&" not in uncounted


@pytest.mark.parametrize(("language", "written"), [("en", "5,118"), ("ar", "5,118"), ("fr", "5\u202f118")])
def test_thousands_stand_apart_as_each_language_does_it(language: str, written: str) -> None:
    with translation.override(language):
        assert count(5118) == written
        assert count(None) == "–"


def test_a_refusal_is_said_with_its_places_filled() -> None:
    assert (
        sentence(Refusal("x", "Held until {day} by {who}.", {"day": date(2019, 9, 12), "who": Role.NURSE}))
        == "Held until 12 Sep 2019 by Nurse."
    )
    assert sentence("The flight is full.") == "The flight is full."
    assert (role_named("nurse"), role_named("A neighbour"), role_named(None)) == ("Nurse", "A neighbour", "")
