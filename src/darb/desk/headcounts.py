"""A field for headcounts by country, as one says them: Mali 40, Gambia 24."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from darb.places.queries import country_names

_ONE = re.compile(r"\s*([^\d,،;:]+?)\s*:?\s*(\d{1,5})\s*(?:[,،;]|$|(?=\s))")


class HeadcountsField(forms.CharField):
    """Countries by name in any of our three languages, or by code, each with a number; gives numbers by code."""

    default_error_messages = {
        "no_headcounts": _("Write countries with headcounts, as: Mali 40, Gambia 24"),
        "no_country": _("“{said}” is no country that we know: write its name, or its three-letter code, as: MLI 40"),
    }

    def clean(self, value: Any) -> dict[str, int]:  # type: ignore[override]
        """Numbers by code (alpha-3); of a country written twice, both together."""
        text = str(super().clean(value)).strip()
        found: dict[str, int] = {}
        place = 0
        while place < len(text):
            one = _ONE.match(text, place)
            if one is None:
                raise forms.ValidationError(self.error_messages["no_headcounts"], code="no_headcounts")
            code = self._code(one[1])
            found[code] = found.get(code, 0) + int(one[2])
            place = one.end()
        return found

    def prepare_value(self, value: Any) -> Any:
        """Numbers by code as one says them, in the reader's language."""
        if not isinstance(value, dict):
            return value
        named = country_names(get_language() or "en")
        return ", ".join(f"{named.get(code, code)} {number}" for code, number in value.items())

    def _code(self, said: str) -> str:
        if len(said) == 3 and said.isascii():
            return said.upper()
        for reader, _name in settings.LANGUAGES:
            for code, name in country_names(reader).items():
                if name.casefold() == said.casefold():
                    return code
        raise forms.ValidationError(str(self.error_messages["no_country"]).format(said=said), code="no_country")
