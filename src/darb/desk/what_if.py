"""Pages of what if: what is supposed of a plan, and what would follow. Nothing in the mission changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from darb.movements import plan_people_queries as people
from darb.movements import plan_queries as queries
from darb.movements.models import Plan, PlannedFlight
from darb.movements.plan_actions import suppose_plan
from darb.places.queries import country_names
from darb.rules.planning.figures import Figures

from . import deed, door
from .plan_frame import SECONDS, about, progress, to_plan, trail
from .plan_words import Telling, airport_named, changed_loads, code_of, side_by_side, telling
from .templatetags.desk import count
from .what_if_form import WhatIfForm


def what_if(request: Any, ref: str) -> HttpResponse:
    """Ask what would follow from other flights or closed airports. Nothing is touched."""
    plan = queries.get(request.actor, ref)
    asked = {name: door.typed(request.GET.get(name, ""), 12) for name in ("add_from", "add_to", "add_count")}
    form = WhatIfForm(
        request.POST or None,
        initial=asked,
        plan=plan,
        flights=plan.flights.select_related("flight").order_by("day", "key"),
        terms=queries.terms_now(request.actor),
    )
    return deed.page(
        request,
        form,
        lambda act, _v: suppose_plan(act, plan, form.changes(), seconds=SECONDS),
        done=_("It is being reckoned. Nothing in the mission changes."),
        to=to_plan,
        template="desk/plans/what_if.html",
        plan=plan,
        submit=_("What would follow?"),
        back=to_plan(plan),
        trail=trail(plan, _("What if")),
    )


def supposed_page(request: Any, plan: Plan) -> HttpResponse:
    """What would follow from what is supposed: before and after side by side, and what became of charters added."""
    base = plan.base
    assert base
    countries = country_names(request.LANGUAGE_CODE)
    before, after = _figures(base), _figures(plan)
    of_base, of_plan = (list(p.flights.select_related("flight").order_by("day", "key")) for p in (base, plan))
    said = telling([*of_base, *of_plan], countries)
    context = {
        **about(request, plan, countries),
        "base": base,
        "changes": _supposed(plan, of_plan, said),
        "rows": side_by_side(before, after) if plan.state == "done" else [],
        "loads": [(f, code_of(f), a, b) for f, a, b in changed_loads(of_base, of_plan)] if plan.state == "done" else [],
        "failure": said.why(people.unkept(plan.failure)) if plan.failure else "",
        **progress(request, plan),
        "trail": trail(base, _("What if")),
    }
    return render(request, "desk/plans/supposed.html", context)


def _figures(plan: Plan) -> Figures:
    return Figures(**{k: v for k, v in plan.figures.items() if k != "fairness"})


def _supposed(plan: Plan, of_plan: Sequence[PlannedFlight], said: Telling) -> list[str]:
    """What a plan supposes, in sentences; of charters added also how many are used, and what the next would do."""
    told = plan.changes
    found = [_("{flight} is called off.").format(flight=said.codes.get(k, k)) for k in told.get("cancelled", ())]
    for aircraft in dict.fromkeys(f["aircraft"] for f in told.get("added", ())):
        added = [f for f in told["added"] if f["aircraft"] == aircraft]
        numbers = {f["id"] for f in added}
        became = _became([f for f in of_plan if f.key in numbers], said) if plan.state == "done" else ()
        found.append(" ".join([_added(added, said), *became]))
    for key, seats in told.get("resized", {}).items():
        words = ngettext("{flight} has {seats} seat.", "{flight} has {seats} seats.", seats)
        found.append(words.format(flight=said.codes.get(key, key), seats=seats))
    return [*found, *(_closed(c) for c in told.get("closed", ()))]


def _closed(told: Mapping[str, str]) -> str:
    since, until = (date_format(date.fromisoformat(told[name]), "j M Y") for name in ("since", "until"))
    words = _("{airport} is closed from {since}, and open again on {until}.")
    return words.format(airport=airport_named(told["airport"]), since=since, until=until)


def _added(added: Sequence[dict[str, Any]], said: Telling) -> str:
    """Charters of one kind, in a sentence; one that is offered to several countries is one."""
    first, number = added[0], len({f["id"].partition(" ")[0] for f in added})
    if len({f["destination"] for f in added}) > 1:
        words = ngettext(
            "{count} charter more from {origin}, of {seats} seats, to where it helps most.",
            "{count} charters more from {origin}, of {seats} seats, each to where it helps most.",
            number,
        )
    else:
        words = ngettext(
            "{count} charter more from {origin} to {destination}, of {seats} seats.",
            "{count} charters more from {origin} to {destination}, of {seats} seats.",
            number,
        )
    to = said.countries.get(first["destination"], first["destination"])
    return words.format(count=number, origin=first["origin"], destination=to, seats=first["seats"])


def _became(added: Sequence[PlannedFlight], said: Telling) -> Iterable[str]:
    """How many charters of one kind are used, and what the best of the others would cost and save."""
    used = {code_of(f) for f in added if f.persons}
    yield _("Used: {used} of {all}.").format(used=count(len(used)), all=count(len({code_of(f) for f in added})))
    idle = [f for f in added if f.unopened and code_of(f) not in used]
    if idle:
        best = min(idle, key=lambda f: f.unopened["cost"] - f.unopened["saved"])
        words = _("The next, to {destination} on {day}, would cost {cost} and save {saved}.")
        yield words.format(
            destination=said.countries.get(best.told["destination"], best.told["destination"]),
            day=date_format(best.day, "j M"),
            cost=count(best.unopened["cost"]),
            saved=count(best.unopened["saved"]),
        )
        yield from (said.why(people.unkept(o)) for o in best.unopened["obstacles"])
