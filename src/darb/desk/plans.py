"""Pages about plans: who flies when, why the rest stay, what is changed by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.movements import plan_people_queries as people
from darb.movements import plan_queries as queries
from darb.movements.models import UNCONFIRMED, FlightState, Plan, PlannedFlight
from darb.movements.plan_accept_actions import Accepted, accept_plan
from darb.movements.plan_actions import (
    ask_plan,
    hold_flights,
    lock_seat,
    move_in_plan,
    set_flight_terms,
    set_plan_terms,
    stop_plan,
)
from darb.places.queries import airport, country_names, sites
from darb.rules.planning.terms import Terms
from darb.rules.refusal import Invalid, Missing
from darb.trust.action import Act

from . import deed, door
from .cases import parse_day
from .plan_frame import SECONDS, about, progress, to_plan, trail
from .plan_words import Telling, code_of, is_under_way, shares_by_kind, telling, weeks
from .plans_forms import AcceptForm, FlightTermsForm, TermsForm, terms_told
from .what_if import supposed_page

NO_FLIGHT = "-"
MOST_TICKED = 1000
STAYING_ON_A_PAGE = 50


@require_safe
def newest(request: Any) -> HttpResponse:
    """The newest plan, or how to get the first."""
    plan = queries.newest(request.actor)
    if plan is None:
        return render(request, "desk/plans/none.html", {"may_ask": request.actor.may("movements.ask_plan")})
    return _plan_page(request, plan)


@require_safe
def plan_page(request: Any, ref: str) -> HttpResponse:
    """One plan, or what one would be if."""
    plan = queries.get(request.actor, ref)
    return supposed_page(request, plan) if plan.base else _plan_page(request, plan)


@require_safe
def all_plans(request: Any) -> HttpResponse:
    """The plans that are kept."""
    context = {"plans": queries.plans(request.actor), "trail": [*trail(), (_("All plans"), "")]}
    return render(request, "desk/plans/all.html", context)


@require_POST
def new_plan(request: Any) -> HttpResponse:
    """Ask for a plan from the mission as it is now: one press."""
    return deed.at_once(
        request,
        lambda act: ask_plan(act, seconds=SECONDS),
        done=_("A new plan is being made."),
        to=reverse("desk:plans"),
    )


@require_safe
def progress_part(request: Any, ref: str) -> HttpResponse:
    """How far a plan is, asked again every second; when it is made, the page is loaded anew."""
    plan = queries.get(request.actor, ref)
    answer = render(request, "desk/plans/progress.html", {"plan": plan, **progress(request, plan)})
    if not is_under_way(plan):
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
def stop(request: Any, ref: str) -> HttpResponse:
    """End planning with the best plan so far."""
    plan = queries.get(request.actor, ref)
    return deed.at_once(
        request, lambda act: stop_plan(act, plan), done=_("Planning ends with the best so far."), to=to_plan(plan)
    )


def _plan_page(request: Any, plan: Plan) -> HttpResponse:
    file = queries.plan_file(request.actor, plan)
    countries = country_names(request.LANGUAGE_CODE)
    said = telling(file.flights, countries)
    asked = door.typed(request.GET.get("case", ""), 12)
    found = people.find(request.actor, plan, asked) if asked else None
    context = {
        **about(request, plan, countries),
        "file": file,
        "days_each": round(file.figures.days_each),
        "asked": asked,
        "found": found,
        "found_why": [said.why(r) for r in found.family.why] if found and found.family else [],
        "weeks": weeks(file.days),
        "held_days": {day for day, those in file.days if all(f.flight_id in file.held for f in those)},
        "staying": [_kind_told(kind, said) for kind in people.staying(request.actor, plan)],
        "moved": [(f, [said.why(r) for r in f.why]) for f in people.moved(request.actor, plan)],
        "codes": said.codes,
        "flights_to": _by_way(file.flights, plan),
        "unopened": [
            (f, f.unopened, [said.why(people.unkept(o)) for o in f.unopened["obstacles"]])
            for f in file.flights
            if f.unopened
        ],
        "shares": shares_by_kind(file.shares, countries),
        "backlog": [(countries.get(c, c), n) for c, n in sorted(file.backlog.items())],
        "supposed": queries.supposed(request.actor, plan),
        "failure": said.why(people.unkept(plan.failure)) if plan.failure else "",
        "fixed": people.fixed_by_hand(request.actor, plan) if plan.failure else [],
        "may_fix": request.actor.may("movements.lock_seat"),
        **progress(request, plan),
    }
    return render(request, "desk/plans/plan.html", context)


def _kind_told(kind: people.Kind, said: Telling) -> dict[str, Any]:
    """A kind of those who stay, as the pages tell it."""
    return {
        "kind": kind,
        "whys": [said.why(r) for r in kind.why],
        "example": "" if kind.why else next((said.why(r) for r in kind.example), ""),
        "families": [(f, [said.why(r) for r in f.why]) for f in kind.families],
    }


@require_safe
def staying(request: Any, ref: str) -> HttpResponse:
    """Everybody who stays for one kind of reason: `to` a country, `from` an airport, `why` the codes of the reasons."""
    plan = queries.get(request.actor, ref)
    asked = {name: door.typed(request.GET.get(name, ""), 1000) for name in ("to", "from", "why", "page")}
    number = max(1, int(asked["page"])) if asked["page"].isdecimal() and len(asked["page"]) < 5 else 1
    sort = (asked["to"], asked["from"], tuple(filter(None, asked["why"].split(","))))
    kind = people.staying_of(request.actor, plan, sort, (number - 1) * STAYING_ON_A_PAGE, STAYING_ON_A_PAGE)
    if kind is None:
        raise Missing("nobody_stays", _("Nobody stays for this any more: load the plan again."))
    flights = plan.flights.select_related("flight")
    countries = country_names(request.LANGUAGE_CODE)
    context = {
        **about(request, plan, countries),
        "told": _kind_told(kind, telling(flights, countries)),
        "flights_to": _by_way(flights.order_by("day", "key"), plan),
        "page": Paginator(range(kind.groups), STAYING_ON_A_PAGE).get_page(number),
        "trail": trail(plan, _("On no flight")),
    }
    return render(request, "desk/plans/staying.html", context)


def _by_way(flights: Any, plan: Plan) -> dict[str, list[PlannedFlight]]:
    """Flights that could be chosen by hand, by "airport country"."""
    found: dict[str, list[PlannedFlight]] = {}
    for f in flights:
        if f.key not in plan.frame.get("cancelled", ()) and f.accepted_at is None:
            found.setdefault(f"{f.told['origin']} {f.told['destination']}", []).append(f)
    return found


# One flight ------------------------------------------------------------------------------------------


def planned_flight(request: Any, ref: str, key: str) -> HttpResponse:
    """A flight of a plan: who is on it, who comes and goes; accepted into the manifest from here."""
    plan = queries.get(request.actor, ref)
    on = people.aboard(request.actor, plan, key)
    planned = on.planned
    countries = country_names(request.LANGUAGE_CODE)
    said = telling(plan.flights.select_related("flight"), countries)
    here = reverse("desk:planned_flight", args=[ref, key])

    def do(act: Act, v: dict[str, Any]) -> Accepted:
        return accept_plan(act, plan, key, escorts=v.get("escorts", "").splitlines(), expected=door.expected(request))

    def told(done: Accepted) -> str:
        for case, reason in done.left_out:
            words = _("Left out: {name}. {reason}")
            messages.warning(request, words.format(name=case.person.name, reason=door.said(reason)))
        return here

    return deed.page(
        request,
        AcceptForm(request.POST or None, alone=on.alone),
        do,
        done=_("The list is accepted. Everyone who came on was checked at every gate again."),
        to=told,
        template="desk/plans/flight.html",
        on=on,
        planned=planned,
        code=code_of(planned),
        version=plan.version,
        may_choose=request.actor.may("movements.move_in_plan") and plan.state == "done" and not planned.accepted_at,
        moved={f.row.key: [said.why(r) for r in f.why] for f in on.families if f.why},
        others=queries.other_flights(request.actor, plan, planned),
        codes=said.codes,
        where=airport(planned.told["origin"]),
        why_not=_why_not(request, plan, planned),
        obstacles=[said.why(people.unkept(o)) for o in (planned.unopened or {}).get("obstacles", ())],
        may_transfer=request.actor.may("movements.plan_transfer") and planned.flight is not None,
        may_hold=request.actor.may("movements.hold_flights") and planned.flight is not None,
        may_price=request.actor.may("movements.set_flight_terms") and planned.flight is not None,
        **{**about(request, plan, countries), "trail": trail(plan, code_of(planned))},
    )


def _why_not(request: Any, plan: Plan, planned: PlannedFlight) -> str:
    """Why this list can't be accepted now, as one sentence; nothing where it can."""
    if planned.accepted_at:
        return _("Accepted already: change the manifest from here on, or plan anew.")
    if not request.actor.may("movements.accept_plan"):
        return _("A movement officer accepts the list.")
    if plan.state != "done" or plan.base_id or planned.flight is None:
        return _("Only a plan that is made can be accepted.")
    if planned.flight.state in UNCONFIRMED:
        return _("The carrier hasn't confirmed this flight yet: confirm it first.")
    if planned.flight.state not in (FlightState.CONFIRMED, FlightState.MANIFEST_OPEN):
        return _("This flight's manifest can't be changed now.")
    return "" if planned.persons or planned.flight.seats_taken else _("Nobody is planned on this flight.")


@require_POST
def move(request: Any, ref: str) -> HttpResponse:
    """Put groups on another flight of the plan, or off it."""
    plan = queries.get(request.actor, ref)
    chosen = door.typed(request.POST.get("flight", ""), 24)
    if not chosen:
        raise Invalid("no_flight_chosen", _("Choose the flight that they shall be on."), field="flight")
    flight = "" if chosen == NO_FLIGHT else chosen
    back = reverse("desk:planned_flight", args=[ref, flight]) if flight else to_plan(plan)
    return deed.at_once(
        request,
        lambda act: move_in_plan(act, plan, _groups(request), flight, door.expected(request)),
        done=_("Moved, and fixed there: later plans leave them where you put them.")
        if flight
        else _("Taken off the flight in this plan. A new plan may find them another."),
        to=back,
    )


@require_POST
def fix(request: Any, ref: str) -> HttpResponse:
    """Fix groups on their flight, or let them go again."""
    plan = queries.get(request.actor, ref)
    locked, key = request.POST.get("locked") == "1", door.typed(request.POST.get("here", ""), 24)
    return deed.at_once(
        request,
        lambda act: lock_seat(act, plan, _groups(request), locked),
        done=_("Fixed: every later plan leaves them on this flight.") if locked else _("Let go: plans may move them."),
        to=reverse("desk:planned_flight", args=[ref, key]) if key else to_plan(plan),
    )


def _groups(request: Any) -> list[str]:
    """The groups that were ticked."""
    return [door.typed(key, 24) for key in request.POST.getlist("group")[:MOST_TICKED]]


@require_POST
def hold(request: Any, ref: str) -> HttpResponse:
    """Fix the lists of one flight (`flight`) or of all flights of a day (`day`), or let them go again."""
    plan = queries.get(request.actor, ref)
    key, day = door.typed(request.POST.get("flight", ""), 24), parse_day(request.POST.get("day", ""))
    held = request.POST.get("held") == "1"
    flights = {f.flight_id: f.flight for f in _held_by(plan, key, day) if f.flight}
    return deed.at_once(
        request,
        lambda act: hold_flights(act, list(flights.values()), held),
        done=_("Fixed: later plans leave these lists as they are.")
        if held
        else _("Let go: plans may change the list."),
        to=reverse("desk:planned_flight", args=[ref, key]) if key else to_plan(plan),
    )


def _held_by(plan: Plan, key: str, day: date | None) -> list[PlannedFlight]:
    of_plan = plan.flights.select_related("flight")
    return list(of_plan.filter(key=key) if key else of_plan.filter(day=day) if day else ())


def flight_terms(request: Any, ref: str, key: str) -> HttpResponse:
    """What one flight costs and takes."""
    plan = queries.get(request.actor, ref)
    planned = people.aboard(request.actor, plan, key).planned
    flight = planned.flight
    if flight is None:
        raise Missing("no_planned_flight", _("That flight isn't in this plan."))
    now = queries.flight_terms(request.actor, flight)
    names = tuple(FlightTermsForm.base_fields)
    here = reverse("desk:planned_flight", args=[ref, key])
    return deed.page(
        request,
        FlightTermsForm(request.POST or None, initial={name: getattr(now, name) for name in names}),
        lambda act, v: set_flight_terms(act, flight, v),
        done=_("Saved. The next plan reckons with it."),
        to=here,
        template="desk/movements/deed.html",
        title=_("What {flight} costs and takes").format(flight=flight.code),
        lead=_("What stays empty is as the mission's terms say."),
        back=here,
        trail=[*trail(plan), (flight.code, here), (_("Price and limits"), "")],
    )


# Terms --------------------------------------------------------------------------------------------


def plan_terms(request: Any) -> HttpResponse:
    """What planning reckons with: prices and limits."""
    now = queries.terms_now(request.actor)
    iatas = sorted({s.airport for s in sites(type="airport") if s.airport})
    form = TermsForm(request.POST or None, airports=iatas, terms=now)

    def do(act: Act, _v: dict[str, Any]) -> Any:
        return set_plan_terms(act, form.wanted())

    context = {
        "may_set": request.actor.may("movements.set_plan_terms"),
        "told": terms_told(now),
        "plain": now == Terms(),
        "trail": trail(None, _("What planning reckons with")),
    }
    if not context["may_set"]:
        return render(request, "desk/plans/terms.html", {**context, "form": form})
    return deed.page(
        request,
        form,
        do,
        done=_("Saved. The next plan reckons with it."),
        to=reverse("desk:plans"),
        template="desk/plans/terms.html",
        **context,
    )
