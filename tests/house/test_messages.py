"""Catalogues: every marked text is found, translations are kept, faults are named."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from darb.house import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext

greeting = _("Good morning, {name}.")
long = _("One sentence"
         " over two lines.")
days = ngettext("%(count)s day", "%(count)s days", 3)
way = pgettext("road", "Way")
not_marked = "Left alone"
"""
PAGE = """{% load i18n %}
<h1>{% translate "Who can fly" %}</h1>
    <p title="{% translate 'A title' %}">{% blocktranslate with name=person.name count days=n %}{{ name }}: one day
    {% plural %}{{ name }}: {{ days }} days{% endblocktranslate %}</p>
{% comment %}{% translate "Not here" %}{% endcomment %}
  {% include "parts/x.html" with label=_("Given as a word") %}
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small source of its own, with empty catalogues."""
    (tmp_path / "room" / "templates").mkdir(parents=True)
    (tmp_path / "room" / "words.py").write_text(PYTHON)
    (tmp_path / "room" / "templates" / "page.html").write_text(PAGE)
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    return tmp_path


def translate(language: str, told: dict[str, str | tuple[str, ...]]) -> None:
    """Write translations into a catalogue, as a translator does with an editor."""
    from babel.messages.pofile import write_po

    catalog = messages.read(language)
    for message in catalog:
        if message.id:
            first = message.id[0] if isinstance(message.id, tuple) else message.id
            if first in told:
                message.string = told[first]
    with messages.place_of(language).open("wb") as file:
        write_po(file, catalog, no_location=True, sort_output=True, width=110)


WHOLE: dict[str, str | tuple[str, ...]] = {
    "Good morning, {name}.": "Bonjour, {name}.",
    "One sentence over two lines.": "Une phrase sur deux lignes.",
    "%(count)s day": ("%(count)s jour", "%(count)s jours"),
    "Way": "Chemin",
    "Who can fly": "Qui peut partir",
    "A title": "Un titre",
    "Given as a word": "Donné comme un mot",
    "%(name)s: one day\\n    ": ("%(name)s : un jour", "%(name)s : %(days)s jours"),
}

DAYS = ("لا أيام", "يوم واحد", "يومان", "%(count)s أيام", "%(count)s يومًا", "%(count)s يوم")


def test_every_marked_text_is_found_in_python_and_in_pages(source: Path) -> None:
    found = {m.id[0] if isinstance(m.id, tuple) else m.id for m in messages.drawn() if m.id}
    assert {"Good morning, {name}.", "One sentence over two lines.", "%(count)s day", "Way"} <= found
    assert {"Who can fly", "A title", "Given as a word"} <= found
    assert any(str(text).startswith("%(name)s: one day") for text in found)
    assert not {"Left alone", "Not here"} & found


def test_updating_keeps_translations_and_changes_nothing_that_stands(source: Path) -> None:
    messages.update()
    translate("fr", WHOLE)
    messages.update()
    first = messages.place_of("fr").read_bytes()
    assert "Bonjour, {name}." in first.decode()
    assert b"POT-Creation-Date" not in first
    assert str(source).encode() not in first
    messages.update()
    assert messages.place_of("fr").read_bytes() == first


def test_a_text_that_is_gone_leaves_the_catalogue_and_a_new_one_waits_untranslated(source: Path) -> None:
    messages.update()
    translate("fr", WHOLE)
    (source / "room" / "words.py").write_text('_("Something new")')
    messages.update()
    catalog = messages.read("fr")
    assert catalog.get("Something new").string == ""
    assert catalog.get("Good morning, {name}.") is None
    assert catalog.get("Who can fly").string == "Qui peut partir"


def test_what_is_missing_is_named_for_each_language(source: Path) -> None:
    assert any("not in the catalogue" in fault for fault in messages.faults())
    messages.update()
    faults = list(messages.faults())
    assert "fr: not translated: 'Who can fly'" in faults
    assert "ar: not translated: 'Who can fly'" in faults


def test_a_place_that_a_translation_lost_or_made_up_is_named(source: Path) -> None:
    messages.update()
    translate("fr", {**WHOLE, "Good morning, {name}.": "Bonjour, {nom}."})
    faults = [f for f in messages.faults() if f.startswith("fr") and "places" in f]
    assert faults == ["fr: places differ (name, nom): 'Good morning, {name}.'"]


def test_a_fuzzy_translation_counts_as_none(source: Path) -> None:
    messages.update()
    translate("fr", WHOLE)
    path = messages.place_of("fr")
    path.write_text(path.read_text().replace('msgid "A title"', '#, fuzzy\nmsgid "A title"'))
    assert "fr: marked fuzzy: 'A title'" in list(messages.faults())


def test_arabic_needs_all_six_plural_forms_and_may_leave_out_the_number_of_one(source: Path) -> None:
    messages.update()
    translate("ar", {"%(count)s day": (*DAYS[:5], "")})
    assert "ar: not translated: '%(count)s day'" in list(messages.faults())
    translate(
        "ar", {"%(count)s day": ("لا أيام", "يوم واحد", "يومان", "%(count)s أيام", "%(count)s يومًا", "%(count)s يوم")}
    )
    assert not [f for f in messages.faults() if f.startswith("ar") and "%(count)s day" in f]


def test_compiled_catalogues_are_read_by_gettext_with_the_right_plurals(source: Path) -> None:
    messages.update()
    translate("fr", WHOLE)
    translate("ar", {"%(count)s day": DAYS})
    assert len(messages.compile_changed()) == 2
    assert messages.compile_changed() == []
    french = gettext.translation("django", messages.LOCALE, ["fr"])
    assert french.gettext("Who can fly") == "Qui peut partir"
    arabic = gettext.translation("django", messages.LOCALE, ["ar"])
    told = [arabic.ngettext("%(count)s day", "%(count)s days", n) for n in (0, 1, 2, 3, 11, 100)]
    assert told == list(DAYS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{name} and %(count)s", {"name", "count"}),
        ("{{ shown as written }}", set()),
        ("plain, 100 %", set()),
        ("{amount:.2f}", {"amount"}),
    ],
)
def test_places_are_what_will_be_filled(text: str, wanted: set[str]) -> None:
    assert messages.places(text) == wanted
