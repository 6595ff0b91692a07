"""What the pages' templates share: icons, form controls, refusals in words, figures, and the time line."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from django import forms, template
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from darb.desk.reasons import reason_told
from darb.desk.timeline import Row, lay_out
from darb.desk.wording import role_named, said
from darb.rules.refusal import Refusal

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The icon `name` of the sprite (`package.json` lists them). Silent to a screen reader unless it has a `label`."""
    drawn = format_html('<use href="{}#{}"/>', static("vendor/icons.svg"), name)
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}">{}</svg>', label, drawn)
    return format_html('<svg class="icon" aria-hidden="true">{}</svg>', drawn)


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden field `key`: the same form sent twice is one deed."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid.uuid4())


@register.simple_tag(takes_context=True)
def current(context: Context, url: str) -> SafeString | str:
    """`aria-current` for the link `url` when the page shown is that one, or lies below it and below none nearer."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    if request.path == url:
        return SafeString('aria-current="page"')
    links = [there for _group, of in context.get("navigation") or () for _label, there, *_rest in of]
    above = [u for u in (*links, url) if u != "/" and request.path.startswith(u.rstrip("/") + "/")]
    return SafeString('aria-current="true"') if max(above, key=len, default="") == url else ""


# How a date or time field is drawn and in what form its value must stand for the browser's own picker.
_PICKERS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
)


@register.simple_tag
def control(field: forms.BoundField) -> SafeString:
    """The field's widget, dressed: classes, the browser's date picker, no autofill, its errors tied to it."""
    widget = field.field.widget
    attrs: dict[str, Any] = {"autocomplete": widget.attrs.get("autocomplete", "off")}
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        attrs["class"] = "choice"
    elif isinstance(widget, forms.CheckboxInput):
        attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.Select):
        attrs["class"] = "form-select"
    else:
        attrs["class"] = "form-control"
    for kind, picker, form in _PICKERS:
        if isinstance(widget, kind):
            widget.input_type, widget.format = picker, form  # type: ignore[attr-defined]
            break
    else:
        if isinstance(widget, forms.TextInput | forms.Textarea) and "dir" not in widget.attrs:
            attrs["dir"] = "auto"
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
        attrs["aria-describedby"] = f"{field.auto_id}_error"
    elif field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}_helptext"
    attrs["class"] = f"{widget.attrs.get('class', '')} {attrs['class']}".strip()
    return field.as_widget(attrs=attrs)


@register.filter
def drawn_as(field: forms.BoundField) -> str:
    """How `parts/field.html` lays the field out: `hidden`, `check`, `choices` or `line`."""
    if field.is_hidden:
        return "hidden"
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


@register.filter
def sentence(refusal: Refusal | str) -> str:
    """A refusal's sentence in the reader's language with its places filled; a string stays as it is."""
    return said(refusal) if isinstance(refusal, Refusal) else str(refusal)


register.filter("role_name", role_named)


@register.filter
def words(source: str) -> str:
    """Text marked in `rules` or `programmes`, in the reader's language."""
    return gettext(source) if source else ""


register.filter("reason_told", reason_told)


# The comma on Arabic pages too: their readers read English reports beside them, and a dot would pass for a decimal.
_NUMBERS_AS_IN = {"ar": "en", "fr": "fr", "en": "en"}


@register.filter
def count(number: int | float | None) -> str:
    """A number with its thousands apart, or a dash for none."""
    if number is None:
        return "–"
    return format_decimal(number, locale=_NUMBERS_AS_IN.get(translation.get_language() or "en", "en"))


@register.filter
def share(part: float, whole: float) -> str:
    """`part` of `whole` as an SVG percentage between 0 % and 100 %."""
    return f"{min(max(part / whole, 0), 1):.2%}" if whole else "0%"


@register.inclusion_tag("parts/timeline.html")
def timeline(rows: Iterable[Row], start: date, end: date, on: date | None = None) -> dict[str, Any]:
    """The windows of gates between `start` and `end` (not included), `on` marked.

    Each row is (label, spans, state): spans are half-open (from, until) pairs, None for no limit; the state is
    `green`, `amber`, `red` or `none`, and colours the label's dot.
    """
    return lay_out(rows, start, end, on, mirrored=translation.get_language_bidi())


@register.inclusion_tag("parts/count_bar.html")
def count_bar(rows: Sequence[Sequence[Any]], caption: str = "") -> dict[str, Any]:
    """Counts side by side as bars: each row is (label, count) or (label, count, url) or (label, count, url, tone)."""
    full = [(*row, *("", "")[: 4 - len(row)]) if len(row) < 4 else tuple(row) for row in rows]
    return {"rows": full, "caption": caption, "most": max((row[1] for row in full), default=0)}
