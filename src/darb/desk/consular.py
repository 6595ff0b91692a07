"""Pages of consular sessions: calling people, the link, outcomes one key each, booking again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from darb.events import queries
from darb.events.consular_actions import Heard, call, rebook, record_outcomes
from darb.events.keeping import KEEPERS
from darb.events.link_actions import accept_link, check_connectivity
from darb.events.models import Event, EventLine, EventState, Mode
from darb.events.opening import DOWN_MBPS, FALLBACKS, LINK_DOWN, UP_MBPS, faults, newest_check
from darb.events.queries import ConsularPage
from darb.places.queries import country_names, missions_of_origin
from darb.programmes.voluntary_return_codes import CONSULAR_OUTCOMES
from darb.rules.refusal import Refusal, Refused
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone

from . import deed, door
from .choosing import choose_cases
from .events_forms import BecauseForm, LinkForm

# One key for each outcome, in the order of the code list.
KEYS = dict(zip(CONSULAR_OUTCOMES, "1234567890ms", strict=True))
_FIELDS = ("outcome", "child", "referred", "reason")


def show(
    request: Any, event: Event, *, refused: Refused | None = None, entered: QueryDict | None = None
) -> HttpResponse:
    """The page of a consular session; with what was `entered` where it was `refused`."""
    page = queries.consular_page(request.actor, event.ref, timezone.now())
    if refused:
        request.refused = refused
    context = {
        "page": page,
        "event": page.event,
        "rows": [_row(line, line.case_id in page.young, entered) for line in page.lines],
        **_sum(page),
        "outcomes": [(code, KEYS[code], outcome.label) for code, outcome in CONSULAR_OUTCOMES.items()],
        "countries": country_names(get_language() or "en"),
        "missions": [m.pk for m in missions_of_origin() if m.pk != event.country],
        "check": newest_check(page.checks, timezone.now()),
        "link": LinkForm(),
        "drops": [(drop, FALLBACKS.get(drop.on, "")) for drop in page.drops],
        "down": next((drop for drop in page.drops if drop.ended_at is None), None),
        "fallbacks": FALLBACKS,
        "needed": {"down": DOWN_MBPS, "up": UP_MBPS},
        "may": _may(request, page.event),
        "why_not_closed": _why_not_closed(page),
        "refusal": refused.refusal if refused else None,
    }
    if check := context["check"]:
        context["faults"] = faults(check)
    return render(request, "desk/events/consular.html", context, status=refused.status if refused else 200)


def call_people(request: Any, ref: str) -> HttpResponse:
    """Choose who is called: those who can be, and in a neutral word why the others can't."""
    event = queries.event(request.actor, ref)
    return choose_cases(
        request,
        lambda act, cases: call(act, event, cases),
        queries.to_call(request.actor, event, door.today()),
        done=lambda n: ngettext("%(count)d person is called.", "%(count)d people are called.", n) % {"count": n},
        to=_address(event),
        title=_("Call people"),
        submit=_("Call those chosen"),
        event=event,
    )


@require_POST
def check_link(request: Any, ref: str) -> HttpResponse:
    """Keep a measurement of the link."""
    event = queries.event(request.actor, ref)
    form = LinkForm(request.POST)
    return deed.page(
        request,
        form,
        lambda act, _v: check_connectivity(act, event, form.link()),
        done=_("The measurement is kept."),
        to=_address(event) + "#link",
        title=_("Check the link"),
        submit=_("Keep the measurement"),
        back=_address(event),
    )


def sign_exception(request: Any, ref: str) -> HttpResponse:
    """Open over a link that failed its check, signed and with the reason."""
    event = queries.event(request.actor, ref)
    return deed.page(
        request,
        BecauseForm(request.POST or None),
        lambda act, v: accept_link(act, event, v["because"]),
        done=_("The exception is signed: the session can open."),
        to=_address(event),
        title=_("Open over a weak link"),
        lead=_("The check failed. If the session is held all the same, you sign for it."),
        submit=_("Sign the exception"),
        back=_address(event),
    )


@require_POST
def outcomes(request: Any, ref: str) -> HttpResponse:
    """Enter outcomes: all that changed since the page was made, or, in place, one line at a time."""
    event = queries.event(request.actor, ref)
    try:
        recorded = record_outcomes(door.act(request), event, _heard(request.POST, everything=bool(request.htmx)))
    except AlreadyDone:
        return deed.said_and_sent(request, _("This was already saved; nothing was done twice."), _address(event))
    except Refused as refused:
        if not request.htmx:
            return show(request, event, refused=refused, entered=request.POST)
        request.refused = refused
        return render(request, "parts/messages.html", {"refusal": refused.refusal}, status=refused.status)
    if not request.htmx:
        return deed.said_and_sent(request, _("The outcomes are saved."), _address(event))
    page = queries.consular_page(request.actor, event.ref, timezone.now())
    context = {
        "event": page.event,
        "recorded": recorded,
        "swapped": True,
        "may": _may(request, page.event),
        "why_not_closed": _why_not_closed(page),
        **_sum(page),
    }
    return render(request, "desk/events/saved.html", context)


@require_POST
def rebook_people(request: Any, ref: str) -> HttpResponse:
    """Book people who weren't heard for another session."""
    event = queries.event(request.actor, ref)
    to = queries.event(request.actor, request.POST.get("to", ""))
    lines = [int(pk) for pk in request.POST.getlist("line") if pk.isdigit()]
    try:
        booked = rebook(door.act(request), event, lines, to)
    except AlreadyDone as again:
        return deed.said_and_sent(request, door.said(again.refusal), _address(event))
    except Refused as refused:
        return show(request, event, refused=refused)
    return deed.said_and_sent(
        request,
        ngettext("%(count)d person is booked again.", "%(count)d people are booked again.", len(booked))
        % {"count": len(booked)},
        _address(event),
    )


def _row(line: EventLine, young: bool, entered: QueryDict | None) -> dict[str, Any]:
    """One line as the page shows it: what stands, or what was entered and not taken."""
    stands = dict(
        zip(_FIELDS, (line.outcome, "1" if line.with_child_officer else "", line.referred_to, line.reason), strict=True)
    )
    shown = stands
    if entered is not None and f"outcome-{line.pk}" in entered:
        shown = {name: entered.get(f"{name}-{line.pk}", "") for name in _FIELDS}
    return {"line": line, "young": young, "was": _signature(stands), **shown}


def _heard(sent: QueryDict, *, everything: bool) -> list[Heard]:
    """Outcomes as sent: of every line there is, or of those that differ from what the page showed."""
    found = []
    for name in sent:
        pk = name.removeprefix("outcome-")
        if pk == name or not pk.isdigit():
            continue
        entered = {field: sent.get(f"{field}-{pk}", "") for field in _FIELDS}
        if everything or _signature(entered) != sent.get(f"was-{pk}", ""):
            found.append(
                Heard(
                    int(pk),
                    entered["outcome"],
                    entered["reason"],
                    bool(entered["child"]),
                    entered["referred"].strip().upper(),
                )
            )
    return found


def _signature(entered: dict[str, str]) -> str:
    return "|".join(entered[name].strip() for name in _FIELDS)


def _sum(page: ConsularPage) -> dict[str, Any]:
    """The running reconciliation: each outcome's count, their sum, and the called list."""
    counts = [(code, CONSULAR_OUTCOMES[code].label, count) for code, count in page.tally.items()]
    total = sum(page.tally.values())
    return {"counts": counts, "total": total, "called": total + page.missing, "missing": page.missing}


def _why_not_closed(page: ConsularPage) -> list[Refusal]:
    why = []
    if page.missing:
        why.append(
            Refusal(
                "outcomes_missing",
                marked("{count} of {called} have no outcome yet."),
                {"count": page.missing, "called": page.missing + sum(page.tally.values())},
            )
        )
    if any(drop.ended_at is None for drop in page.drops):
        why.append(LINK_DOWN)
    return why


def _may(request: Any, event: Event) -> dict[str, bool]:
    actor = request.actor
    keeps = actor.has(*KEEPERS[event.kind])
    planned, is_open = event.state == EventState.PLANNED, event.state == EventState.OPEN
    return {
        "call": (planned or is_open) and actor.may("events.call"),
        "check": (planned or is_open) and event.mode == Mode.ONLINE and actor.may("events.check_connectivity"),
        "accept": planned and event.mode == Mode.ONLINE and actor.may("events.accept_link"),
        "open": planned and keeps and actor.may("events.open"),
        "hear": is_open and actor.may("events.record_outcome"),
        "close": is_open and keeps and actor.may("events.close"),
        "abandon": (planned or is_open) and keeps and actor.may("events.abandon"),
        "drop": is_open and event.mode == Mode.ONLINE and actor.may("events.drop_link"),
        "prepare": (planned or is_open) and keeps and actor.may("events.prepare"),
        "ask": event.state != EventState.ABANDONED and actor.may("events.refuse_question"),
        "rebook": not planned and actor.may("events.rebook"),
        "share": actor.may("events.share_called_list"),
        "again": event.state == EventState.ABANDONED and keeps and actor.may("events.plan"),
    }


def _address(event: Event) -> str:
    return reverse("desk:session", args=[event.ref])
