"""Pages about what people get on the way: packs by size, signed for; meals and the rest for a whole list at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from darb.assistance import queries as ledger
from darb.assistance.actions import Given, give
from darb.assistance.models import ON_THE_WAY, Item, LedgerLine
from darb.movements import queries
from darb.movements.provision_queries import DEPARTURE, Provision, provisions
from darb.movements.queries import Passenger
from darb.places.queries import airport
from darb.rules.refusal import Refused
from darb.trust.action import Act

from . import deed, door
from .boarding import about
from .movements import trail
from .movements_forms import IssueForm

POINTS = {"": "", **dict(LedgerLine._meta.get_field("point").choices)}
RECEIPTS = LedgerLine._meta.get_field("receipt").choices
LONGEST_SIZE = 8


def issue(request: Any, ref: str) -> HttpResponse:
    """Packs, meals and the like for everyone served at one stop in one deed; nobody gets a thing twice there."""
    file = queries.flight_file(request.actor, ref)
    people = [p for family in file.families for p in family]
    persons = [p.person.pk for p in people]
    had = ledger.has_had(request.actor, ref, persons)
    given = ledger.totals(request.actor, ref)
    packs = ledger.packs(request.actor, ref, persons)
    wanted = provisions(request.actor, file.flight)
    there = {f"{each.point}:{each.airport}": each for each in wanted}

    def do(act: Act, v: dict[str, Any]) -> Any:
        served = there[v["point"]]
        seats = {s.pk for s in served.seats}
        to = [p for p in people if p.seat.pk in seats and (v["to"] == "all" or p.seat.case.detained)]
        if not to:
            raise Refused("nobody_to_give", _("Nobody on this manifest is meant by that."))
        return give(act, [_given(p, item, served, ref) for p in to for item in v["items"]], once=True)

    meals = {(t["point"], t["stop"]): t["people"] for t in given if t["item"] == Item.MEAL}
    return deed.page(
        request,
        IssueForm(
            request.POST or None, initial={"to": "all"}, points=[(key, _stop(each)) for key, each in there.items()]
        ),
        do,
        done=_("Written into the ledger; who had it already got nothing twice."),
        to=request.path,
        template="desk/movements/issue.html",
        submit=_("Write it down"),
        file=file,
        items=[(i.value, i.label) for i in ON_THE_WAY],
        people=[(p, [(had.get(p.person.pk, {}).get(item, 0)) for item in ON_THE_WAY]) for p in people],
        totals=[(Item(t["item"]).label, POINTS[t["point"]], t["stop"], t["things"], t["people"]) for t in given],
        provisions=[(POINTS[p.point], p.airport, p.people, meals.get((p.point, p.airport), 0)) for p in wanted],
        packs=[(p, packs.get(p.person.pk)) for p in people if p.seat.case.detained],
        receipts=RECEIPTS,
        may_give=request.actor.may("assistance.give"),
        trail=trail(file.flight, _("Packs and meals")),
        **about(request, file.flight),
    )


@require_POST
def sign_for_packs(request: Any, ref: str) -> HttpResponse:
    """Packs handed out one by one: whoever has a receipt chosen has signed for one, of the sizes written beside."""
    file = queries.flight_file(request.actor, ref)
    people = {p.person.pk: p for family in file.families for p in family if p.seat.case.detained}
    start = Provision(DEPARTURE, file.flight.origin, ())
    lines = [
        _given(p, Item.PACK, start, ref, size=_size(request, pk), receipt=receipt)
        for pk, p in people.items()
        if (receipt := request.POST.get(f"receipt-{pk}", ""))
    ]
    if not lines:
        raise Refused("nobody_signed", _("Choose for at least one person how the pack was signed for."))
    return deed.at_once(
        request,
        lambda act: give(act, lines, once=True),
        done=_("Written into the ledger; who had it already got nothing twice."),
        to=reverse("desk:issue", args=[ref]),
    )


def _size(request: Any, person: int) -> str:
    """Clothing and shoes in one word: "L/42"."""
    told = (door.typed(request.POST.get(f"{of}-{person}", ""), 3) for of in ("clothes", "shoes"))
    return "/".join(told).strip("/").upper()[:LONGEST_SIZE]


def _stop(served: Provision) -> str:
    """One stop of the way in words: what it is for them, where, and how many they are."""
    where = (airport(served.airport) or {}).get("city", "")
    return f"{POINTS[served.point]}: \u2066{served.airport}\u2069 {where} · {served.people}"


def _given(p: Passenger, item: str, served: Provision, occasion: str, **more: str) -> Given:
    return Given(p.person, item, point=served.point, stop=served.airport, occasion=occasion, case=p.seat.case, **more)
