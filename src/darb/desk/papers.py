"""Pages of what passes between the mission and embassies: the called list, requests, and documents that come."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.events import queries
from darb.events.embassy_actions import request_documents, share_called_list
from darb.events.models import EventState
from darb.people import custody_queries as custody
from darb.people.arrival_actions import Arrived, take_in
from darb.places.queries import country_names
from darb.programmes.voluntary_return_codes import EMBASSY_FIELDS
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone
from darb.trust.powers import DataClass

from . import deed, door
from .choosing import choose_cases
from .events_forms import KeptForm, PaperForm


def called_list(request: Any, ref: str) -> HttpResponse:
    """What the embassy gets to see, and the file for it; that it was handed over is kept."""
    event = queries.event(request.actor, ref)
    if not request.actor.may("events.share_called_list"):
        raise Missing("no_event", marked("There is no such session."))
    if request.method == "POST":
        try:
            shared = share_called_list(door.act(request), event)
        except AlreadyDone as again:
            return deed.said_and_sent(request, door.said(again.refusal), request.path)
        name = f"called-list-{event.country}-{timezone.localtime(event.starts_at):%Y-%m-%d}.csv"
        return HttpResponse(
            shared.content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    context = {
        "event": event,
        "fields": EMBASSY_FIELDS.values(),
        "people": [row.values() for row in queries.embassy_slice(request.actor, event, door.today())],
        "countries": country_names(get_language() or "en"),
        "may_share": event.state in (EventState.PLANNED, EventState.OPEN),
    }
    return render(request, "desk/events/called_list.html", context)


@require_safe
def papers(request: Any) -> HttpResponse:
    """Embassies with what they were asked for, and what they could be asked for."""
    _reads_papers(request)
    context = {
        "embassies": queries.paperwork(request.actor),
        "soon": custody.counts(request.actor, door.today())[1],
        "countries": country_names(get_language() or "en"),
    }
    return render(request, "desk/events/papers.html", context)


def ask_for_papers(request: Any, country: str) -> HttpResponse:
    """Ask an embassy for the travel documents of those whom it confirmed."""
    _reads_papers(request)
    return choose_cases(
        request,
        lambda act, cases: request_documents(act, country, cases),
        queries.to_request(request.actor, country, door.today()),
        done=lambda n: (
            ngettext("The embassy is asked for %(count)d document.", "The embassy is asked for %(count)d documents.", n)
            % {"count": n}
        ),
        to=reverse("desk:papers"),
        title=_("Ask for travel documents"),
        submit=_("Ask for those chosen"),
        country=country,
    )


def receive_papers(request: Any, country: str) -> HttpResponse:
    """The documents of one delivery, typed into a table at once."""
    _reads_papers(request)
    awaited = queries.awaited_documents(request.actor, country)
    sent = request.POST if request.method == "POST" else None
    rows = [PaperForm(sent, prefix=f"paper-{d.pk}") for d in awaited]
    kept = KeptForm(sent)
    context: dict[str, Any] = {
        "kept": kept,
        "rows": list(zip(awaited, rows, strict=True)),
        "country": country,
        "countries": country_names(get_language() or "en"),
    }
    if sent is not None and all([row.is_valid() for row in (*rows, kept)]):
        arrived = [
            Arrived(d.person, country, kind=d.kind, **row.cleaned_data)
            for d, row in context["rows"]
            if row.cleaned_data["number"]
        ]
        try:
            if not arrived:
                raise Refused("nothing_came", marked("Type the number and both dates of at least one document."))
            taken = take_in(door.act(request), arrived, kept.hands())
        except AlreadyDone as again:
            return deed.said_and_sent(request, door.said(again.refusal), reverse("desk:papers"))
        except Refused as refused:
            request.refused, context["refusal"] = refused, refused.refusal
        else:
            return deed.said_and_sent(
                request,
                ngettext("%(count)d document is in our custody.", "%(count)d documents are in our custody.", len(taken))
                % {"count": len(taken)},
                reverse("desk:papers"),
            )
    return render(request, "desk/events/receive.html", context, status=200 if sent is None else 422)


def _reads_papers(request: Any) -> None:
    if not request.actor.may("people.take_in") or not request.actor.sees(DataClass.TRAVEL_DOCUMENT):
        raise Missing("no_page", marked("This page is for those who keep travel documents."))
