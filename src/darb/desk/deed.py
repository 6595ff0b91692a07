"""The page of one deed: a form, the action it asks for, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from darb.rules.refusal import Refused
from darb.trust.action import Act, AlreadyDone

from . import door

Do = Callable[[Act, dict[str, Any]], Any]


def said_and_sent(request: HttpRequest, sentence: str, to: str) -> HttpResponse:
    """Go to `to` and say there what was done."""
    messages.success(request, sentence)
    return HttpResponseRedirect(to)


def page(
    request: HttpRequest,
    form: forms.BaseForm,
    do: Do,
    *,
    done: str,
    to: str | Callable[[Any], str],
    template: str = "desk/deed.html",
    **context: Any,
) -> HttpResponse:
    """Show `form`; when it was sent and holds, `do` it once and go on.

    `done` is said afterwards, `to` where to go, given what `do` returned (the deed's page itself after a second
    click, where it depends on that). A refusal stands in the form, and nothing was changed.
    """
    if request.method == "POST" and form.is_valid():
        act = door.act(request)
        try:
            result = do(act, form.cleaned_data)
        except AlreadyDone as again:
            messages.info(request, door.said(again.refusal))
            return HttpResponseRedirect(to if isinstance(to, str) else request.path)
        except Refused as refused:
            door.into_form(request, form, refused)
        else:
            return said_and_sent(request, done, to if isinstance(to, str) else to(result))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "submit": _("Save"), **context}, status=status)


def at_once(request: HttpRequest, do: Callable[[Act], Any], *, done: str, to: str) -> HttpResponse:
    """A deed of one button: done once, said, and back. A refusal becomes its own page."""
    try:
        do(door.act(request))
    except AlreadyDone as again:
        messages.info(request, door.said(again.refusal))
        return HttpResponseRedirect(to)
    return said_and_sent(request, done, to)
