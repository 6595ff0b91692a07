"""Headcounts by country are written as one says them, in any of our three languages."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from darb.desk.headcounts import HeadcountsField


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("Mali 40, Gambia 24", {"MLI": 40, "GMB": 24}),
        ("مالي 40، غامبيا 24", {"MLI": 40, "GMB": 24}),
        ("mli 40 gmb 24", {"MLI": 40, "GMB": 24}),
        ("Burkina Faso: 3; Mali 1\nMali 2", {"BFA": 3, "MLI": 3}),
        ("", {}),
    ],
)
def test_names_and_codes_mean_the_same_and_twice_the_same_is_the_sum(house, said, counts):
    assert HeadcountsField(required=False).clean(said) == counts


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Mali", "with headcounts"),
        ("40", "with headcounts"),
        ("Mali forty", "with headcounts"),
        ("Atlantis 3", "Atlantis"),
    ],
)
def test_what_is_no_headcount_or_no_country_gets_a_sentence(house, said, sentence):
    with pytest.raises(ValidationError, match=sentence):
        HeadcountsField(required=False).clean(said)


def test_what_is_kept_is_shown_by_name_and_reads_back_as_it_was(house):
    field, kept = HeadcountsField(required=False), {"MLI": 40, "BFA": 3}
    for language in ("ar", "en", "fr"):
        with override(language):
            assert field.clean(field.prepare_value(kept)) == kept
