"""Pages about flights: which there are, who is on one, who could be, and what the manifest becomes."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.care.queries import to_ask_carrier
from darb.cases import queries as cases
from darb.movements import departure_queries, queries, turned_queries
from darb.movements.actions import book, link, lock, unbook
from darb.movements.flight_actions import advance, postpone
from darb.movements.models import Flight, FlightState
from darb.movements.preparing_queries import stops_of
from darb.movements.progress_queries import progress
from darb.movements.provision_queries import loads
from darb.movements.reading import Booking, measures_of
from darb.movements.turn_actions import plan_turns
from darb.places.queries import airport, country_names, missions_of_origin, name_in, ports, sites
from darb.programmes.voluntary_return_codes import HEALTH_MEASURES
from darb.rules.refusal import Forbidden, Invalid, Missing, Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actor import Actor
from darb.trust.powers import DataClass, Sight

from . import deed, door
from .flight_deeds import deeds, status_tone
from .movements_forms import AddForm, FlightForm, PostponeForm, SeatForm, TakeOffForm

PAGE = 50
CHANGEABLE = (FlightState.MANIFEST_OPEN, FlightState.LOCKED, FlightState.BOARDING)
DEED = "desk/movements/deed.html"


def trail(flight: Flight, *more: str) -> list[tuple[str, str]]:
    """The way to a page about a flight."""
    way = [(_("Flights"), reverse("desk:flights")), (flight.code, reverse("desk:flight", args=[flight.ref]))]
    return [*way, *((name, "") for name in more)]


def to_flight(flight: Flight) -> str:
    """The address of a flight's page."""
    return reverse("desk:flight", args=[flight.ref])


@require_safe
def flights(request: Any) -> HttpResponse:
    """Flights that aren't over, by week and day."""
    if not request.actor.sees(DataClass.IDENTITY):
        raise Forbidden("no_flights", _("Your role doesn't work with flights."), who=Role.MOVEMENT_OFFICER)
    found = queries.upcoming(request.actor)
    weeks = [
        (week, [(day, list(those)) for day, those in groupby(of_week, key=_day)])
        for week, of_week in groupby(found, key=lambda f: _day(f).isocalendar()[:2])
    ]
    far = progress(request.actor, found, door.today())
    context = {
        "weeks": [(days[0][0], days) for _week, days in weeks],
        "progress": far,
        "tones": {pk: status_tone(p.state) for pk, p in far.items()},
        "may_plan": request.actor.may("movements.plan_flight"),
    }
    return render(request, "desk/movements/flights.html", context)


@require_safe
def past_flights(request: Any) -> HttpResponse:
    """Flights that are over, the newest first."""
    if not request.actor.sees(DataClass.IDENTITY):
        raise Forbidden("no_flights", _("Your role doesn't work with flights."), who=Role.MOVEMENT_OFFICER)
    page = Paginator(queries.past(request.actor), PAGE).get_page(request.GET.get("page"))
    far = progress(request.actor, page.object_list, door.today())
    context = {
        "page": page,
        "progress": far,
        "tones": {pk: status_tone(p.state) for pk, p in far.items()},
        "trail": [(_("Flights"), reverse("desk:flights")), (_("Flights that are over"), "")],
    }
    return render(request, "desk/movements/past.html", context)


def _day(flight: Flight) -> date:
    return timezone.localtime(flight.departs_at).date()


def new_flight(request: Any) -> HttpResponse:
    """Plan a flight."""
    form = FlightForm(request.POST or None, initial={"kind": "charter"})

    def do(act: Act, v: dict[str, Any]) -> Flight:
        fields = ("operator", "aircraft", "seats", "infant_limit", "kind")
        try:
            told = {name: v[name] for name in fields}
            return plan_turns(act, v["code"], form.hops(), v["turns"] or 1, **told)[0]
        except Invalid as wrong:
            wrong.field = {"destination": "to_1", "departs_at": "departs_1", "arrives_at": "arrives_1"}.get(
                wrong.field or "", wrong.field
            )
            raise

    return deed.page(
        request,
        form,
        do,
        done=_("The flight is planned."),
        to=to_flight,
        template="desk/movements/new.html",
        submit=_("Plan the flight"),
        airports=[(s.airport, s) for s in sites(type="airport")],
        ports=ports(),
        trail=[(_("Flights"), reverse("desk:flights")), (_("New flight"), "")],
    )


@require_safe
def flight_page(request: Any, ref: str) -> HttpResponse:
    """A flight: its people with their families, seats left, what stands in the way, and what can be done next."""
    file = queries.flight_file(request.actor, ref)
    gone = file.flight.state in (FlightState.OFF_BLOCKS, FlightState.LANDED, FlightState.RECONCILED, FlightState.CLOSED)
    of_legs = loads(request.actor, file.flight)
    far = progress(request.actor, [file.flight], door.today())[file.flight.pk]
    untold = [n for n in turned_queries.notices(request.actor, file.flight) if n.told_at is None]
    context = {
        **_about(request, file.flight),
        "file": file,
        "route": [(x.leg, airport(x.leg.origin), airport(x.leg.destination), x) for x in of_legs],
        "deeds": deeds(request.actor, file, far.lacking),
        "progress": far,
        "tone": status_tone(far.state),
        "ask_carrier": _to_ask(request.actor, file),
        "untold": len(untold),
        "measures": measures_of(file.flight).values(),
        "measure_names": HEALTH_MEASURES,
        "may_take_off": file.flight.state in CHANGEABLE and request.actor.may("movements.unbook"),
        "on_the_way": [p for family in file.families for p in family if gone and p.seat.case.stage == "in_transit"],
        "trail": [(_("Flights"), reverse("desk:flights")), (file.flight.code, "")],
    }
    return render(request, "desk/movements/flight.html", context)


def _to_ask(actor: Actor, file: queries.FlightFile) -> set[int]:
    """Cases on a manifest that is still made about which a physician must ask the carrier first."""
    if file.flight.state not in CHANGEABLE:
        return set()
    on = [p.seat.case_id for family in file.families for p in family if not p.seat.boarded_at]
    return to_ask_carrier(actor, on, file.day, stops_of(actor, file.flight))


def _about(request: Any, flight: Flight) -> dict[str, Any]:
    return {
        "flight": flight,
        "countries": country_names(request.LANGUAGE_CODE),
        "day": _day(flight),
    }


@require_safe
def leg_page(request: Any, ref: str, number: int) -> HttpResponse:
    """Who is aboard on one leg, and who gets off where it lands."""
    flight = queries.get(request.actor, ref)
    load = next((x for x in loads(request.actor, flight) if x.leg.number == number), None)
    if load is None:
        raise Missing("no_leg", _("This flight has no such leg."))
    context = {**_about(request, flight), "load": load, "trail": trail(flight, _("Leg {number}").format(number=number))}
    return render(request, "desk/movements/leg.html", context)


@require_POST
def advance_flight(request: Any, ref: str) -> HttpResponse:
    """Confirm a planned flight; open the manifest of a confirmed one."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: advance(act, flight, door.expected(request)),
        done=_("Done: the flight is one step on."),
        to=to_flight(flight),
    )


@require_POST
def lock_manifest(request: Any, ref: str) -> HttpResponse:
    """Close the manifest as version 1."""
    flight = queries.get(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: lock(act, flight, door.expected(request)),
        done=_("The manifest is locked as version 1."),
        to=to_flight(flight),
    )


def postpone_flight(request: Any, ref: str) -> HttpResponse:
    """Move a flight to another time."""
    flight = queries.get(request.actor, ref)
    return deed.page(
        request,
        PostponeForm(request.POST or None, initial={"departs_at": timezone.localtime(flight.departs_at)}),
        lambda act, v: postpone(act, flight, v["departs_at"], v["reason"], door.expected(request)),
        done=_("The flight is moved. Look who isn't ready on the new day."),
        to=to_flight(flight),
        template=DEED,
        title=_("Move the flight to another time"),
        lead=_("Everyone keeps their seat and their gates; gates are judged for the new day."),
        version=flight.version,
        back=to_flight(flight),
        trail=trail(flight, _("Move")),
    )


# Adding people --------------------------------------------------------------------------------------


def add_people(request: Any, ref: str) -> HttpResponse:
    """Who is ready on the day and could be added, families as one, by need and waiting; and why the rest can't."""
    flight = queries.get(request.actor, ref)
    nationality, anywhere = request.GET.get("nationality", "").upper(), request.GET.get("anywhere") == "1"
    chosen = set(" ".join(request.POST.getlist("case")).split())

    def do(act: Act, v: dict[str, Any]) -> Any:
        found = cases.by_refs(request.actor, chosen)
        if not found:
            raise Refused("nobody_chosen", _("Choose at least one person."))
        return book(act, flight, [Booking(c) for c in found.values()], v.get("reason", ""))

    return deed.page(
        request,
        AddForm(request.POST or None, locked=flight.manifest_version > 0),
        do,
        done=_("They are on the manifest."),
        to=to_flight(flight),
        template="desk/movements/add.html",
        found=queries.candidates(request.actor, flight, nationality=nationality, anywhere=anywhere),
        chosen=chosen,
        asked={"nationality": nationality, "anywhere": anywhere},
        open=flight.state in CHANGEABLE,
        sees_needs=request.actor.sees(DataClass.PROTECTION, Sight.FLAG),
        nationalities=[(m.country_id, name_in(request.LANGUAGE_CODE, m.country)) for m in missions_of_origin()],
        trail=trail(flight, _("Add people")),
        **_about(request, flight),
    )


def add_in_detail(request: Any, ref: str) -> HttpResponse:
    """Add one person or family, and say with whom each travels, where they get off, what the carrier must know."""
    flight = queries.get(request.actor, ref)
    refs = " ".join(request.GET.getlist("case")).split()
    found = list(cases.by_refs(request.actor, refs).values())
    if not found:
        return HttpResponseRedirect(reverse("desk:add_people", args=[ref]))
    file = queries.flight_file(request.actor, ref)
    told = queries.travellers(request.actor, flight, found)
    people = {p.seat.case_id: (p.seat.case, p.traveller) for family in file.families for p in family}
    people |= {c.pk: (c, told[c.pk]) for c in found}
    known = {str(pk): case for pk, (case, _traveller) in people.items()}
    adults = [(str(pk), t.name) for pk, (_case, t) in people.items() if not t.child]
    rows = [
        (
            case,
            SeatForm(
                request.POST or None,
                prefix=case.ref,
                adults=[pair for pair in adults if pair[0] != str(case.pk)],
                stops=[leg.destination for leg in file.legs],
                child=told[case.pk].child,
                infant=told[case.pk].infant,
            ),
        )
        for case in found
    ]
    every = all([form.is_valid() for _case, form in rows])

    def do(act: Act, v: dict[str, Any]) -> Any:
        if not every:
            raise Refused("look_below", _("Something below can't be right: look for the red lines."))
        return book(act, flight, [_booking(c, f.cleaned_data, known) for c, f in rows], v.get("reason", ""))

    return deed.page(
        request,
        AddForm(request.POST or None, locked=flight.manifest_version > 0),
        do,
        done=_("They are on the manifest."),
        to=to_flight(flight),
        template="desk/movements/add_in_detail.html",
        rows=rows,
        submit=_("Add to the manifest"),
        trail=trail(flight, _("Add people")),
        **_about(request, flight),
    )


def _booking(case: Any, v: dict[str, Any], known: dict[str, Any]) -> Booking:
    return Booking(
        case,
        lap_of=known.get(v.get("lap_of", "")),
        own_seat=v.get("own_seat", False),
        minder=known.get(v.get("minder", "")),
        escort=v.get("escort", ""),
        leaves_at=v.get("leaves_at", ""),
        services=v["services"],
    )


def take_off(request: Any, ref: str) -> HttpResponse:
    """Take the people chosen on the flight's page off the manifest."""
    flight = queries.get(request.actor, ref)
    chosen = [int(s) for s in request.GET.getlist("seat") if s.isdigit()]
    file = queries.flight_file(request.actor, ref)
    people = [p for family in file.families for p in family if p.seat.pk in chosen]
    if not people:
        return HttpResponseRedirect(to_flight(flight))
    return deed.page(
        request,
        TakeOffForm(request.POST or None, locked=flight.manifest_version > 0),
        lambda act, v: unbook(act, flight, [p.seat.pk for p in people], v["reason"], v.get("outcome", "")),
        done=_("They are off the manifest; their gates are kept."),
        to=to_flight(flight),
        template="desk/movements/people_deed.html",
        title=_("Take off the manifest"),
        lead=_("Their cases go back into process with every gate kept. Who no longer wants to go withdraws instead."),
        people=people,
        submit=_("Take off"),
        back=to_flight(flight),
        trail=trail(flight, _("Take off")),
    )


def seat_page(request: Any, ref: str, seat: int) -> HttpResponse:
    """One passenger: with whom they travel and what the carrier must know."""
    file = queries.flight_file(request.actor, ref)
    people = [p for family in file.families for p in family]
    who = next((p for p in people if p.seat.pk == seat), None)
    if who is None:
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    form = SeatForm(
        request.POST or None,
        adults=[(str(p.seat.pk), p.person.name) for p in people if not p.traveller.child and p.seat.pk != seat],
        stops=[],
        child=who.traveller.child,
        infant=who.traveller.infant,
        initial={
            "lap_of": str(who.seat.lap_of_id or ""),
            "own_seat": who.traveller.infant and who.seat.lap_of_id is None,
            "minder": str(who.seat.minder_id or ""),
            "escort": who.seat.escort,
            "services": who.seat.service_codes.split(),
        },
    )

    def do(act: Act, v: dict[str, Any]) -> Any:
        return link(
            act,
            file.flight,
            seat,
            lap_of=None if v.get("own_seat") else _key(v.get("lap_of", "")),
            minder=_key(v.get("minder", "")),
            escort=v.get("escort", ""),
            services=v["services"],
        )

    return deed.page(
        request,
        form,
        do,
        done=_("Saved."),
        to=to_flight(file.flight),
        template="desk/movements/seat.html",
        who=who,
        back=to_flight(file.flight),
        trail=trail(file.flight, who.person.name),
        **_about(request, file.flight),
    )


def _key(value: str) -> int | None:
    return int(value) if value.isdigit() else None


@require_safe
def versions(request: Any, ref: str) -> HttpResponse:
    """Every version of the manifest and what it changed."""
    flight = queries.get(request.actor, ref)
    context = {
        **_about(request, flight),
        "versions": departure_queries.differences(request.actor, flight),
        "trail": trail(flight, _("Versions of the manifest")),
    }
    return render(request, "desk/movements/versions.html", context)
