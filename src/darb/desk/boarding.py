"""Pages of the day of departure: checks and boarding, withdrawal at the stairs, landing, reconciliation, copies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.movements import departure_queries, queries
from darb.movements.boarding_actions import (
    Checked,
    board,
    check_boarding,
    clear_to_board,
    reconcile,
    record_death,
    withdraw_booked,
)
from darb.movements.departure_queries import Boarder
from darb.movements.flight_actions import arrive_onward, depart, land
from darb.movements.models import Flight, FlightState
from darb.places.queries import country_names
from darb.programmes.voluntary_return_codes import RECONCILIATIONS
from darb.rules.refusal import Missing
from darb.trust.action import AlreadyDone

from . import deed, door
from .movements import DEED, to_flight, trail
from .movements_forms import BY_DEED, SourceForm, WithdrawForm

LONGEST_PLACE = 80
CHECKED_IN = (FlightState.MANIFEST_OPEN, FlightState.LOCKED, FlightState.BOARDING)


@require_POST
def clear(request: Any, ref: str) -> HttpResponse:
    """Everyone on the locked manifest is checked again, and boarding begins."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: clear_to_board(act, flight, door.expected(request)),
        done=_("Everyone is cleared. Boarding begins."),
        to=reverse("desk:boarding", args=[ref]),
    )


@require_safe
def boarding(request: Any, ref: str) -> HttpResponse:
    """One row a person, big buttons, those who haven't boarded first."""
    flight = queries.get(request.actor, ref)
    text = request.GET.get("name", "").strip()
    rows = departure_queries.boarders(request.actor, flight, text)
    context = {
        **about(request, flight),
        "rows": rows,
        "text": text,
        "aboard": sum(b.seat.boarded_at is not None for b in rows),
        "fit": [b for b in rows if _may_go(flight, b)],
        "trail": trail(flight, _("Boarding")),
    }
    return render(request, "desk/movements/boarding.html", context)


def about(request: Any, flight: Flight) -> dict[str, Any]:
    """What every row of a passenger needs to know: the flight, its day, and what the asker may do now."""
    return {
        "flight": flight,
        "boards": flight.state == FlightState.BOARDING and request.actor.may("movements.board"),
        "checks_now": flight.state in CHECKED_IN,
        "may_withdraw": request.actor.may("movements.withdraw_booked"),
        "may_tag": request.actor.may("movements.tag_baggage"),
        "day": timezone.localtime(flight.departs_at).date(),
        "countries": country_names(request.LANGUAGE_CODE),
    }


def _may_go(flight: Flight, b: Boarder) -> bool:
    return flight.state == FlightState.BOARDING and not b.open and b.seat.boarded_at is None


@require_POST
def check(request: Any, ref: str) -> HttpResponse:
    """One or all of the asker's checks of one passenger, passed or not: `check` is "B1:1", "B2:0" or "mine:1"."""
    flight = queries.get(request.actor, ref)
    return _back_to(request, flight, record_check(request, flight))


def record_check(request: Any, flight: Flight) -> int:
    """Record the check that was sent; gives the seat it is about. A second click is said, and does nothing."""
    seat = _number(request.POST.get("seat", ""))
    code, _colon, passed = request.POST.get("check", "").partition(":")
    row = _row(request, flight, seat)
    codes = [c.check.code for c in row.checks if c.mine and c.state != "passed"] if code == "mine" else [code]
    if codes:
        try:
            check_boarding(door.act(request), flight, [Checked(seat, c, passed == "1") for c in codes])
        except AlreadyDone as again:
            messages.info(request, door.said(again.refusal))
    return seat


@require_POST
def go_aboard(request: Any, ref: str) -> HttpResponse:
    """Those of `seat` go up the stairs, with the infants on their laps."""
    flight = queries.get(request.actor, ref)
    asked = send_aboard(request, flight)
    if len(asked) > 1:
        return deed.said_and_sent(request, _("They are aboard."), reverse("desk:boarding", args=[ref]))
    return _back_to(request, flight, next(iter(asked)))


def send_aboard(request: Any, flight: Flight) -> set[int]:
    """Board those of the `seat`s sent, with the infants on their laps; gives the seats that were sent."""
    asked = {_number(s) for s in request.POST.getlist("seat")}
    seats = {
        b.seat.pk for b in departure_queries.boarders(request.actor, flight) if {b.seat.pk, b.seat.lap_of_id} & asked
    }
    try:
        board(door.act(request), flight, seats)
    except AlreadyDone as again:
        messages.info(request, door.said(again.refusal))
    return asked


def _back_to(request: Any, flight: Flight, seat: int) -> HttpResponse:
    """The passenger's row alone where the page asked for it in place, else the page at that row."""
    if request.htmx:
        context = {**about(request, flight), "b": _row(request, flight, seat)}
        return render(request, "desk/movements/boarder.html", context)
    query = urlencode({"name": request.POST["name"]}) if request.POST.get("name") else ""
    return HttpResponseRedirect(f"{reverse('desk:boarding', args=[flight.ref])}?{query}#seat-{seat}")


def _row(request: Any, flight: Flight, seat: int) -> Boarder:
    found = next((b for b in departure_queries.boarders(request.actor, flight) if b.seat.pk == seat), None)
    if found is None:
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    return found


def withdraw(request: Any, ref: str, seat: int) -> HttpResponse:
    """Somebody no longer wants to go: one page, one button."""
    flight = queries.get(request.actor, ref)
    row = _row(request, flight, seat)
    return deed.page(
        request,
        WithdrawForm(request.POST or None),
        lambda act, v: withdraw_booked(act, flight, seat, v["how"], v["reason"]),
        done=_("They stay. A safe way back and other help are now tasks."),
        to=to_flight(flight) if flight.state != FlightState.BOARDING else reverse("desk:boarding", args=[ref]),
        template=DEED,
        title=_("{name} doesn't want to go").format(name=row.person.name),
        lead=_(
            "It counts at once and costs nothing. Consent ends, the seat is free, a way back and other help follow."
        ),
        submit=_("They don't go"),
        back=reverse("desk:boarding", args=[ref]),
        trail=trail(flight, _("Withdraw")),
    )


def death(request: Any, ref: str, seat: int) -> HttpResponse:
    """Somebody with a seat has died."""
    flight = queries.get(request.actor, ref)
    row = _row(request, flight, seat)
    return deed.page(
        request,
        SourceForm(request.POST or None),
        lambda act, v: record_death(act, flight, seat, v["source"]),
        done=_("Recorded. The case is locked."),
        to=to_flight(flight),
        template=DEED,
        title=_("{name} has died").format(name=row.person.name),
        lead=_("This can't be taken back. The case stays as it is from here."),
        submit=_("Record the death"),
        back=to_flight(flight),
        trail=trail(flight, _("Death")),
    )


@require_POST
def leave(request: Any, ref: str) -> HttpResponse:
    """Off blocks."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: depart(act, flight, door.expected(request)),
        done=_("The flight has left."),
        to=to_flight(flight),
    )


def landed(request: Any, ref: str, number: int) -> HttpResponse:
    """A leg has landed; who stayed behind at an earlier stop is ticked."""
    file = queries.flight_file(request.actor, ref)
    flight = file.flight
    people = [p for family in file.families for p in family if p.seat.boarded_at and not p.seat.landed_at]
    stayed = [_number(s) for s in request.POST.getlist("stayed")]
    if request.method == "POST":
        return deed.at_once(
            request,
            lambda act: land(act, flight, number, stayed=stayed, expected=door.expected(request)),
            done=_("The landing is recorded; the receiving missions see who came."),
            to=to_flight(flight),
        )
    leg = next((leg for leg in file.legs if leg.number == number), None)
    if leg is None:
        raise Missing("no_landing", _("This flight has no such leg in the air."))
    context = {
        **about(request, flight),
        "leg": leg,
        "here": [p for p in people if p.seat.destination == leg.destination],
        "on": sum(p.seat.destination != leg.destination for p in people),
        "trail": trail(flight, _("Landed")),
    }
    return render(request, "desk/movements/land.html", context)


@require_POST
def onward(request: Any, ref: str) -> HttpResponse:
    """Those who were still on the way have come home."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: arrive_onward(
            act,
            flight,
            [_number(s) for s in request.POST.getlist("seat")],
            door.typed(request.POST.get("place", ""), LONGEST_PLACE),
        ),
        done=_("They have arrived; the receiving missions see them."),
        to=to_flight(flight),
    )


def reconciled(request: Any, ref: str) -> HttpResponse:
    """How the manifest adds up; the outcomes that are lacking; closing the flight."""
    flight = queries.get(request.actor, ref)
    if request.method == "POST":
        told = {
            _number(name.removeprefix("outcome-")): code
            for name, code in request.POST.items()
            if name.startswith("outcome-") and code
        }
        return deed.at_once(
            request,
            lambda act: reconcile(act, flight, told, door.expected(request)),
            done=_("The flight is reconciled: everyone on the manifest has one outcome."),
            to=reverse("desk:reconcile", args=[ref]),
        )
    context = {
        **about(request, flight),
        "sum": departure_queries.reconciliation(request.actor, flight),
        "outcomes": [r for r in RECONCILIATIONS.values() if r.code not in BY_DEED],
        "may": flight.state == FlightState.LANDED and request.actor.may("movements.reconcile"),
        "trail": trail(flight, _("Reconciliation")),
    }
    return render(request, "desk/movements/reconcile.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
