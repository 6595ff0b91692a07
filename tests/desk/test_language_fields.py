"""Languages are written by name in any of our three languages, or by code, and kept by code."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from darb.desk.language_fields import LanguageField, LanguagesField


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Bambara, French", ["bam", "fra"]),
        ("البامبارا، الفرنسية", ["bam", "fra"]),
        ("bambara; français", ["bam", "fra"]),
        ("bam fra", ["bam", "fra"]),
        ("bam, zag, bam", ["bam", "zag"]),
        ("", []),
    ],
)
def test_names_and_codes_mean_the_same(said, codes):
    assert LanguagesField(required=False).clean(said) == codes


@pytest.mark.parametrize("said", ["Klingonese", "bam, Klingonese", "b4m"])
def test_what_is_no_language_is_named(said):
    with pytest.raises(ValidationError, match="three-letter code"):
        LanguagesField(required=False).clean(said)


def test_one_language_is_chosen_by_name_and_a_rare_code_holds_too():
    field = LanguageField(required=False)
    assert [field.clean(code) for code in ("hau", "zag", "")] == ["hau", "zag", ""]
    with pytest.raises(ValidationError):
        field.clean("Hausa")
    with override("ar"):
        assert "الهوسا" in LanguageField().widget.render("one", "hau")


def test_what_is_kept_is_shown_by_name_in_the_readers_language():
    with override("fr"):
        drawn = LanguagesField().widget.render("many", ["bam", "zag"], {"id": "many"})
    assert 'value="bambara, zag"' in drawn and '<datalist id="many-offered">' in drawn
