"""How pages meet the rooms: the clock, the key and the actor go in; refusals come out as sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from darb.rules.refusal import Invalid, Refused
from darb.trust.action import Act

from .wording import said, who_mends

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """Mark a page that needs no sign-in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def act(request: Any) -> Act:
    """The deed that this request asks for: its actor, the clock, and the key its form carried."""
    return Act(request.actor, timezone.now(), _key(request.POST.get("key", "")))


def today() -> date:
    """The day where the mission is."""
    return timezone.localdate()


def midnight(day: date) -> datetime:
    """When `day` begins where the mission is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def typed(value: str, most: int = 120) -> str:
    """What somebody typed into an address or a bare field: trimmed, and without characters that nobody can see."""
    return "".join(c for c in value if c.isprintable()).strip()[:most]


def new_key() -> str:
    """A fresh idempotency key for a form."""
    return str(uuid4())


def expected(request: HttpRequest) -> int:
    """The version of the record that the page showed; 0 when the form carried none, which is always stale."""
    value = request.POST.get("version", "")
    return int(value) if value.isdigit() else 0


def into_form(request: Any, form: forms.BaseForm, refused: Refused) -> None:
    """Show a refusal beside the field it is about, or above the form, and note it."""
    request.refused = refused
    field = refused.field if isinstance(refused, Invalid) and refused.field in form.fields else None
    form.add_error(field, said(refused.refusal))


def refusal_page(request: Any, refused: Refused) -> HttpResponse:
    """A page (or, for htmx, a fragment) with the sentence, who can mend it, and the way back."""
    request.refused = refused
    template = "parts/refusal.html" if getattr(request, "htmx", False) else "desk/refused.html"
    context = {"sentence": said(refused.refusal), "who": who_mends(refused.refusal), "code": refused.refusal.code}
    return render(request, template, context, status=refused.status)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
