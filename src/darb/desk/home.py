"""The first page: what waits for this person today, and where the mission stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.cases import queries, work_queries
from darb.cases.pathways import pathway
from darb.cases.work_queries import SOON
from darb.events.queries import not_let_in, sessions
from darb.movements.progress_queries import progress
from darb.movements.queries import handovers, upcoming, waiting_arrivals
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import door, figures
from .figures import Figure
from .navigation import inside
from .registering import PROGRAMME
from .work import cases_url

TASKS = 8
FLIGHTS = 5
ARRIVALS = 5
NOT_LET_IN = timedelta(days=14)
"""For so long protection is told on its first page that a place didn't let us in."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page a person lands on after signing in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not inside(actor):
        return abroad(request, actor)
    today = door.today()
    counted = queries.count_on(actor, today, PROGRAMME)
    open_tasks, due = queries.count_tasks(actor, today)
    context = {
        "today": today,
        "figures": [figures.of_those_home(actor, PROGRAMME), *figures.of_the_day(counted)],
        "tasks": queries.my_tasks(actor, TASKS),
        "open_tasks": open_tasks,
        "due_tasks": due,
        "sees_names": actor.sees(DataClass.IDENTITY),
        "waiting": _waiting(actor, counted),
        "soon": _soon(actor, today),
        **_ahead(actor, today),
        "may_register": actor.may("cases.register"),
    }
    return render(request, "desk/home.html", context)


def abroad(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The first page of a receiving mission: who has arrived and waits to be accepted, and who was."""
    here = reverse("desk:handovers")
    accepted = handovers(actor, accepted=True).count()
    context = {
        "arrivals": waiting_arrivals(actor, ARRIVALS),
        "figures": [
            Figure(handovers(actor).count(), _("arrivals wait for your word"), here, "plane-arrival"),
            Figure(accepted, _("arrivals you accepted"), f"{here}?accepted=1", "heart-handshake"),
        ],
    }
    return render(request, "desk/home_abroad.html", context)


def _ahead(actor: Actor, today: date) -> dict[str, Any]:
    """Today's sessions and the next flights, for those who work with people."""
    seen = actor.sees(DataClass.IDENTITY)
    flights = upcoming(actor)[:FLIGHTS] if seen else []
    return {
        "sessions": sessions(actor, door.midnight(today), door.midnight(today + timedelta(days=1))) if seen else [],
        "flights": flights,
        "progress": progress(actor, flights, today) if flights else {},
        "denied": not_let_in(actor, door.midnight(today - NOT_LET_IN)),
    }


def _waiting(actor: Actor, counted: queries.DayCount) -> list[tuple[str, int, str, str]]:
    """The gates at which most cases wait: those that this officer mends first, then the rest."""
    gates = [g for g in counted.gates if g.red]
    gates.sort(key=lambda g: (not actor.has(g.gate.mended_by), -g.red))
    return [
        (
            f"{g.gate.code} · {_(g.gate.label)}",
            g.red,
            cases_url(gate=g.gate.code, day=counted.day),
            "amber" if actor.has(g.gate.mended_by) else "red",
        )
        for g in gates[:8]
    ]


def _soon(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Gates that are green now and turn red by themselves within SOON days, with the rows behind each number."""
    counted = work_queries.soon_red(actor, PROGRAMME, today)
    gates = [g for g in pathway(PROGRAMME).gates if counted.get(g.code)]
    return [
        {"gate": g, "count": counted[g.code], "url": cases_url(gate=g.code, day=today, soon=1), "days": SOON}
        for g in sorted(gates, key=lambda g: (not actor.has(g.mended_by), -counted[g.code]))
    ]
