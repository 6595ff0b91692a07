"""Work lists: who can't fly on a day and why, the cases behind each number, tasks, and closed routes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from darb.cases import queries, work_queries
from darb.cases.pathways import pathway
from darb.cases.work_queries import SOON, Asked
from darb.places.actions import close_route, reopen_route
from darb.places.queries import closures, country_names
from darb.places.routes import airport_subject, area_subject, country_subject
from darb.trust.action import Act
from darb.trust.powers import DataClass

from . import deed, door
from .cases import parse_day
from .people_forms import AirportField, countries, site_choices
from .registering import PROGRAMME

PAGE = 50


@require_safe
def overview(request: Any) -> HttpResponse:
    """How many can fly on a day, and what keeps the rest: every number opens its rows."""
    day = parse_day(request.GET.get("day", "")) or door.today()
    counted = queries.count_on(request.actor, day, PROGRAMME)
    mine = [g for g in counted.gates if request.actor.has(g.gate.mended_by)]
    context = {
        "day": day,
        "counted": counted,
        "ready_url": cases_url(day=day, ready=1),
        "waiting_url": cases_url(day=day),
        "mine": [_gate_row(g, day) for g in mine if g.red],
        "bars": [
            (f"{g.gate.code} · {_(g.gate.label)}", g.red, cases_url(day=day, gate=g.gate.code), "red")
            for g in sorted(counted.gates, key=lambda g: -g.red)
            if g.red
        ],
        "only": [_gate_row(g, day) for g in sorted(counted.gates, key=lambda g: -g.only) if g.only],
    }
    return render(request, "desk/work/overview.html", context)


def _gate_row(counted: Any, day: date) -> dict[str, Any]:
    code = counted.gate.code
    return {
        "gate": counted.gate,
        "red": counted.red,
        "only": counted.only,
        "url": cases_url(day=day, gate=code),
        "only_url": cases_url(day=day, gate=code, only=1),
    }


def cases_url(**asked: Any) -> str:
    """The address of a work list with these filters."""
    told = {k: v for k, v in asked.items() if v not in ("", None, 0, False)}
    return reverse("desk:cases") + ("?" + urlencode(told) if told else "")


def _asked(request: Any) -> Asked:
    """The filters of the address; what makes no sense is left out."""
    got = request.GET
    declared = pathway(PROGRAMME)
    gate = got.get("gate", "")
    gate = gate if gate in {g.code for g in declared.gates} else ""
    stage = got.get("stage", "")
    return Asked(
        programme=PROGRAMME,
        day=parse_day(got.get("day", "")) or door.today(),
        gate=gate,
        soon=bool(got.get("soon")) and bool(gate),
        only=bool(got.get("only")) and bool(gate),
        ready=bool(got.get("ready")),
        returned=bool(got.get("returned")),
        nationality=door.typed(got.get("nationality", ""), 3),
        site=door.typed(got.get("site", ""), 24),
        stage=stage if stage in {s.key for s in declared.stages} else "",
    )


def place(request: Any) -> int:
    """The place in the list from which a page is asked."""
    after = request.GET.get("after", "")
    return int(after) if after.isdecimal() and len(after) < 8 else 0


def turning(start: int, rows: Sequence[Any]) -> dict[str, Any]:
    """What the pager shows of a page from place `start` on, of which one row more than PAGE was asked for."""
    return {
        "shown": min(len(rows), PAGE),
        "previous": max(0, start - PAGE) if start else None,
        "next": start + PAGE if len(rows) > PAGE else None,
    }


@require_safe
def case_list(request: Any) -> HttpResponse:
    """Cases by gate, day, nationality, place and stage."""
    asked = _asked(request)
    start = place(request)
    rows = work_queries.page(request.actor, asked, start, PAGE + 1)
    page = rows[:PAGE]
    declared = pathway(PROGRAMME)
    gate = declared.gate(asked.gate) if asked.gate else None
    context = {
        "asked": asked,
        "cases": page,
        "red": work_queries.red_gates(request.actor, [c.pk for c in page], asked.day),
        "gates": declared.gates,
        "gate": gate,
        "stages": [s for s in declared.stages if s.open],
        "heading": _heading(asked, gate),
        "countries": country_names(request.LANGUAGE_CODE),
        "sites": site_choices(),
        "sees_names": request.actor.sees(DataClass.IDENTITY),
        "sees_where": request.actor.sees(DataClass.WHEREABOUTS),
        "today": door.today(),
        **turning(start, rows),
    }
    return render(request, "desk/work/cases.html", context)


def _heading(asked: Asked, gate: Any) -> str:
    if asked.returned:
        return _("Returned home")
    if asked.ready:
        return _("Ready to fly")
    if gate and asked.soon:
        return _("%(gate)s: green now, red within %(days)s days") % {"gate": _(gate.label), "days": SOON}
    if gate:
        return _("Waiting at: %(gate)s") % {"gate": _(gate.label)}
    return _("Cases")


@require_safe
def tasks(request: Any) -> HttpResponse:
    """The open tasks of this officer's roles, the soonest due first."""
    start = place(request)
    found = queries.my_tasks(request.actor, PAGE + 1, start)
    context = {
        "tasks": found[:PAGE],
        "today": door.today(),
        "sees_names": request.actor.sees(DataClass.IDENTITY),
        **turning(start, found),
    }
    return render(request, "desk/work/tasks.html", context)


class ClosureForm(forms.Form):
    """A country, a place in it, or an airport, closed from a day on."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What closes"),
        choices=[
            ("airport", gettext_lazy("An airport")),
            ("country", gettext_lazy("A country of return")),
            ("area", gettext_lazy("A place in a country of return")),
        ],
        widget=forms.RadioSelect,
    )
    airport = AirportField(label=gettext_lazy("Airport"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    area = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=80)
    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput())
    until = forms.DateField(label=gettext_lazy("Open again on"), required=False, widget=forms.DateInput())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()

    def clean(self) -> dict[str, Any]:
        """The part that the kind needs."""
        told = super().clean() or self.cleaned_data
        needed = {"airport": ["airport"], "country": ["country"], "area": ["country", "area"]}
        for name in needed.get(told.get("kind", ""), []):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed here."))
        return told

    def subject(self) -> str:
        """What closes, as closures name it."""
        v = self.cleaned_data
        if v["kind"] == "airport":
            return airport_subject(v["airport"])
        if v["kind"] == "country":
            return country_subject(v["country"])
        return area_subject(v["country"], v["area"])


def routes(request: Any) -> HttpResponse:
    """Closed routes, and closing one: how many cases turn red is said before it is done."""
    form = ClosureForm(request.POST or None, initial={"since": door.today(), "kind": "airport"})
    context: dict[str, Any] = {"submit": _("Close the route")}
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["confirmed"]:
        count = queries.affected_by(request.actor, form.subject(), PROGRAMME)
        said = ngettext(
            "%(count)d waiting case goes this way and turns red.",
            "%(count)d waiting cases go this way and turn red.",
            count,
        )
        form = ClosureForm({**request.POST.dict(), "confirmed": "on"})
        context = {"warnings": [said % {"count": count}], "submit": _("Close it all the same")}
        return render(request, "desk/work/routes.html", {"form": form, **_routes_context(request), **context})

    def do(act: Act, v: dict[str, Any]) -> str:
        return close_route(act, form.subject(), v["since"], v["until"], v["reason"])

    return deed.page(
        request,
        form,
        do,
        done=_("The route is closed."),
        to=reverse("desk:routes"),
        template="desk/work/routes.html",
        **_routes_context(request),
        **context,
    )


def _routes_context(request: Any) -> dict[str, Any]:
    today = door.today()
    names = country_names(request.LANGUAGE_CODE)
    shown = [(c, _route_named(c.subject, names), c.until is None or c.until > max(today, c.since)) for c in closures()]
    return {
        "closures": [(c, name, running) for c, name, running in shown if c.until is None or c.until > c.since],
        "may_close": request.actor.may("places.close_route"),
        "may_reopen": request.actor.may("places.reopen_route"),
        "today": today,
    }


def _route_named(subject: str, names: dict[str, str]) -> str:
    kind, _colon, rest = subject.rpartition(":")
    if kind == "airport":
        return rest
    country = kind.removeprefix("area:") if kind else subject
    return f"{names.get(country, country)}, {rest}" if kind else names.get(country, country)


@require_POST
def reopen(request: Any) -> HttpResponse:
    """Open a closed route again from today."""
    subject = door.typed(request.POST.get("subject", ""))
    today = door.today()
    return deed.at_once(
        request,
        lambda act: reopen_route(act, subject, today),
        done=_("The route is open again."),
        to=reverse("desk:routes"),
    )
