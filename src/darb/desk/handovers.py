"""The receiving mission's page: who has come home to it, and its word that it has them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.movements import queries
from darb.movements.handover_actions import accept_handovers
from darb.people.models import DocumentKind, Sex
from darb.places.queries import country_names
from darb.programmes.voluntary_return_codes import CONDITIONS, SPECIAL_SERVICES

from . import deed

PAGE = 200


@require_safe
def handovers(request: Any) -> HttpResponse:
    """Arrivals that wait for the mission's word, by flight; with `?accepted=1` those it has accepted."""
    accepted = request.GET.get("accepted") == "1"
    page = Paginator(queries.handovers(request.actor, accepted=accepted), PAGE).get_page(request.GET.get("page"))
    context = {
        "flights": [(flight, list(those)) for flight, those in groupby(page, key=lambda h: h.flight)],
        "page": page,
        "accepted": accepted,
        "may_accept": request.actor.may("movements.accept_handover"),
        "countries": country_names(request.LANGUAGE_CODE),
        "sexes": dict(Sex.choices),
        "kinds": dict(DocumentKind.choices),
        "services": SPECIAL_SERVICES,
        "conditions": {code: c.label for code, c in CONDITIONS.items()},
    }
    return render(request, "desk/movements/handovers.html", context)


@require_POST
def accept(request: Any) -> HttpResponse:
    """The mission has those who are ticked."""
    chosen = [int(h) for h in request.POST.getlist("handover") if h.isdigit()]
    return deed.at_once(
        request,
        lambda act: accept_handovers(act, chosen, request.POST.get("note", "")),
        done=_("Accepted. Their return is complete."),
        to=reverse("desk:handovers"),
    )
