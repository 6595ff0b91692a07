"""Boarding by scan: a code is read, the one person stands on the page, one tap sends them up the stairs.

The code is the reference that is printed beside it. A scanner types it into the field that has the focus and
presses Enter; where the browser can read codes, its camera does (`scan.js`).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.movements import queries
from darb.movements.models import Flight
from darb.movements.scan_queries import scanned
from darb.rules.roles import LABELS

from . import deed, door
from .boarding import about, record_check, send_aboard
from .movements import trail

LONGEST = 200
"""Characters of a scanned text: the zone of a travel document is the longest."""


@require_safe
def scan(request: Any, ref: str) -> HttpResponse:
    """The field to scan into, and whom the last code meant."""
    flight = queries.get(request.actor, ref)
    code = door.typed(request.GET.get("code", ""), LONGEST)
    if request.htmx:
        return _card(request, flight, code)
    context = {**_context(request, flight, code), "trail": trail(flight, _("Board by scanning"))}
    return render(request, "desk/movements/scan.html", context)


@require_POST
def board_scanned(request: Any, ref: str) -> HttpResponse:
    """The person on the page goes up the stairs, with an infant on their lap."""
    flight = queries.get(request.actor, ref)
    send_aboard(request, flight)
    if request.htmx:
        return _again(request, flight, done=True)
    return deed.said_and_sent(request, _("They are aboard."), reverse("desk:scan_boarding", args=[flight.ref]))


@require_POST
def check_scanned(request: Any, ref: str) -> HttpResponse:
    """A check of the person on the page."""
    flight = queries.get(request.actor, ref)
    record_check(request, flight)
    return _again(request, flight)


def _again(request: Any, flight: Flight, *, done: bool = False) -> HttpResponse:
    code = door.typed(request.POST.get("code", ""), LONGEST)
    if request.htmx:
        return _card(request, flight, code, done=done)
    return HttpResponseRedirect(f"{reverse('desk:scan_boarding', args=[flight.ref])}?{urlencode({'code': code})}")


def _card(request: Any, flight: Flight, code: str, **more: Any) -> HttpResponse:
    return render(request, "desk/movements/scanned.html", {**_context(request, flight, code), **more})


def _context(request: Any, flight: Flight, code: str) -> dict[str, Any]:
    found = scanned(request.actor, flight, code, door.today()) if code else None
    b = found.boarder if found else None
    return {**about(request, flight), "code": code, "found": found, "b": b, "roles": LABELS}
