"""Fields for languages: chosen or written by the names that people know them by, kept by their codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .spoken import language_names

_CODE = re.compile(r"[a-z]{3}")
_BETWEEN = re.compile(r"[,،;\n]+")


def spoken_choices() -> list[tuple[str, str]]:
    """Languages by their names in the reader's own, with an empty choice first."""
    return [("", ""), *language_names(get_language() or "en").items()]


class LanguageField(forms.ChoiceField):
    """One language, chosen by name. A code that isn't on the list, kept before or typed by a tool, holds too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=spoken_choices, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any code of three letters is a language's."""
        return bool(_CODE.fullmatch(str(value)))


class _Offered(forms.TextInput):
    """A line of text that offers the names of languages while one writes."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        offered = f"{(attrs or {}).get('id', name)}-offered"
        line = super().render(name, value, {**(attrs or {}), "list": offered}, renderer)
        names = format_html_join("", '<option value="{}"></option>', ((n,) for _c, n in spoken_choices()[1:]))
        return line + format_html('<datalist id="{}">{}</datalist>', offered, names)

    def format_value(self, value: Any) -> str | None:
        """Codes as names."""
        if not isinstance(value, list | tuple):
            return super().format_value(value)
        named = language_names(get_language() or "en")
        return ", ".join(named.get(code, code) for code in value)


class LanguagesField(forms.CharField):
    """Several languages with commas between, by name in any of our three languages, or by code; gives the codes."""

    widget = _Offered
    default_error_messages = {
        "no_language": _("“{said}” is no language that we know: write its name, or its three-letter code, as: bam, fra")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("With commas between, as: Bambara, French"))
        super().__init__(**{"max_length": 120, **kwargs})

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The codes, each once, in the order written."""
        known = {
            name.casefold(): code for reader, _n in settings.LANGUAGES for code, name in language_names(reader).items()
        }
        found: list[str] = []
        for said in filter(None, (part.strip() for part in _BETWEEN.split(super().clean(value)))):
            found += self._codes(said, known)
        return list(dict.fromkeys(found))

    def _codes(self, said: str, known: dict[str, str]) -> Sequence[str]:
        if code := known.get(said.casefold()):
            return [code]
        # Codes alone may stand with spaces between.
        parts = [known.get(part, part) for part in said.casefold().split()]
        if all(_CODE.fullmatch(part) for part in parts):
            return parts
        raise forms.ValidationError(str(self.error_messages["no_language"]).format(said=said), code="no_language")
