"""How a plan is told: reasons with the codes of flights and the names of countries, figures side by side, the curve of
the gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from darb.cases.turning_queries import Turn
from darb.movements.models import Plan, PlannedFlight, PlanProgress
from darb.places.queries import airport
from darb.rules.planning.fairness import Share
from darb.rules.planning.figures import Figures
from darb.rules.planning.plan import share
from darb.rules.refusal import Refusal
from darb.rules.words import _

from .templatetags.desk import count
from .wording import role_named, said

# The engine knows sites and groups; here a site is the airport of the exit visa, and the group is named beside it.
IN_OUR_WORDS = {
    "planning.elsewhere": _(
        "The exit visa is for {site} only; flights from {airport} to {destination} with seats: {count}."
    ),
    "planning.none_in_time": _("No flight from {site} to {destination} between {ready} and {until}."),
    "planning.not_in_window": _("They may travel from {ready} to {until}, and {flight} leaves on {day}."),
    "planning.unreachable": _("The exit visa is for {site}, and {flight} leaves from {airport}."),
    "planning.no_aircraft": _("Every {aircraft} is taken on {day}: the terms say how many there are."),
    "planning.destination": _("They go home to {wanted}, and {flight} flies to {destination}."),
}
KINDS = {
    "nationality": _("Nationality"),
    "sex": _("Sex"),
    "family": _("Family"),
    "need": _("Need"),
}
OF = {
    ("sex", "M"): _("Men"),
    ("sex", "F"): _("Women"),
    ("sex", "U"): _("Not told"),
    ("family", "True"): _("In a family"),
    ("family", "False"): _("Alone"),
    ("need", "True"): _("Greater need"),
    ("need", "False"): _("Others"),
}
ON_PLAN_PAGE = ("flight", "first")
MONEY = ("more", "cost", "saved")


@dataclass(frozen=True)
class Telling:
    """Says the reasons of one plan: `codes` are the flights' codes by key, `countries` names by ISO3."""

    codes: Mapping[str, str]
    countries: Mapping[str, str]

    def why(self, reason: Refusal) -> str:
        """One reason in the reader's language."""
        values = {name: self._value(name, value) for name, value in reason.values.items()}
        return said(Refusal(reason.code, IN_OUR_WORDS.get(reason.code, reason.sentence), values, reason.who))

    def _value(self, name: str, value: Any) -> Any:
        if name in ON_PLAN_PAGE:
            return self.codes.get(str(value), value)
        if name in ("destination", "wanted"):
            return self.countries.get(str(value), value)
        if name in MONEY:
            return count(value)
        if name in ("site", "airport"):
            return airport_named(str(value))
        return value


def airport_named(code: str) -> str:
    """An airport by its town and its code; one that isn't known by the code."""
    known = airport(code)
    return f"{known['city'] or known['name']} ({code})" if known else code


@dataclass(frozen=True)
class Bound:
    """What opens or ends somebody's days, in words; `why` only where it is one gate of one person."""

    said: str
    why: str
    who: Sequence[str]


def bounds_said(turns: Sequence[Turn], people: int = 1) -> list[Bound]:
    """The gates that turn, a sentence for each day; who is meant is named where it isn't all of so many `people`."""
    found: dict[tuple[date | None, bool], list[Turn]] = {}
    for turn in turns:
        found.setdefault((turn.day, turn.opens), []).append(turn)
    return [_bound(them, people) for them in found.values()]


def _bound(turns: Sequence[Turn], people: int) -> Bound:
    first = turns[0]
    names = list({t.case.pk: t.case.person.name for t in turns}.values())
    told = {
        "names": ", ".join(names),
        "gates": " · ".join(dict.fromkeys(gettext(t.gate.label) for t in turns)),
        "day": first.day,
    }
    if first.day is None:
        all_, some = _("Red until somebody mends it: {gates}."), _("{names}: red until somebody mends it: {gates}.")
    elif first.opens:
        all_, some = _("Red until {day}: {gates}."), _("{names}: red until {day}: {gates}.")
    else:
        all_, some = _("Red from {day} on: {gates}."), _("{names}: red from {day} on: {gates}.")
    return Bound(
        said=said(Refusal("plan.bound", some if len(names) < people else all_, told)),
        why=said(first.reason) if len(turns) == 1 else "",
        who=list(dict.fromkeys(role_named(t.who) for t in turns)),
    )


def telling(flights: Iterable[PlannedFlight], countries: Mapping[str, str]) -> Telling:
    """How to say the reasons of a plan with these flights."""
    return Telling({f.key: code_of(f) for f in flights}, countries)


def code_of(planned: PlannedFlight) -> str:
    """What a planned flight is called: its code; one that is only supposed has a number, whichever country it is
    offered to."""
    return planned.flight.code if planned.flight else planned.key.partition(" ")[0]


@dataclass(frozen=True)
class Beside:
    """One figure before and after; `better` is None where neither is."""

    label: str
    before: float
    after: float
    better: bool | None

    @property
    def change(self) -> float:
        """How much more it is."""
        return round(self.after - self.before, 1)


def side_by_side(before: Figures, after: Figures) -> list[Beside]:
    """The figures of two plans, each with whether it is better after."""
    rows = [
        (gettext("people who fly"), before.flown, after.flown, 1),
        (gettext("days that one person waits"), round(before.days_each, 1), round(after.days_each, 1), -1),
        (gettext("days waited by all"), before.days_waited, after.days_waited, -1),
        (gettext("people left at the end"), before.left, after.left, -1),
        (gettext("people whose papers expire first"), before.expired, after.expired, -1),
        (gettext("people told another date"), before.moved, after.moved, -1),
        (gettext("flights used"), before.flights, after.flights, 0),
        (gettext("money, in dollars"), before.money, after.money, -1),
    ]
    return [Beside(label, a, b, None if a == b or not sign else (b - a) * sign > 0) for label, a, b, sign in rows]


def changed_loads(
    before: Iterable[PlannedFlight], after: Iterable[PlannedFlight]
) -> list[tuple[PlannedFlight, int, int]]:
    """Flights with other loads in the second plan: one row of each, and how many people before and after."""
    was = {f.key: f for f in before}
    now = {f.key: f for f in after}
    rows = [(now.get(k) or was[k], _people(was.get(k)), _people(now.get(k))) for k in was | now]
    return sorted(((f, a, b) for f, a, b in rows if a != b), key=lambda row: (row[0].day, row[0].key))


def _people(planned: PlannedFlight | None) -> int:
    return planned.persons if planned else 0


def shares_by_kind(shares: Sequence[Share], countries: Mapping[str, str]) -> list[tuple[str, list[tuple[str, Share]]]]:
    """The shares under their headings."""
    found: dict[str, list[tuple[str, Share]]] = {}
    for s in shares:
        of = countries.get(s.of, s.of) if s.kind == "nationality" else gettext(OF.get((s.kind, s.of), s.of))
        found.setdefault(gettext(KINDS[s.kind]), []).append((of, s))
    return list(found.items())


@dataclass(frozen=True)
class Curve:
    """The gap over time: `points` for an SVG polyline in 100 by 40, and the rows that it draws."""

    points: str
    rows: Sequence[tuple[float, float, float, float]]


def curve(progress: Sequence[PlanProgress]) -> Curve:
    """How the gap closed: seconds, cost, bound and gap of each step."""
    rows = [(p.seconds, p.objective, p.bound, share(p.objective, p.bound)) for p in progress]
    longest = max((r[0] for r in rows), default=0) or 1
    widest = max((r[3] for r in rows), default=0) or 1
    points = " ".join(f"{100 * s / longest:.1f},{38 - 36 * gap / widest:.1f}" for s, _cost, _bound, gap in rows)
    return Curve(points, rows)


def weeks(days: Iterable[tuple[date, Any]]) -> list[tuple[date, list[tuple[date, Any]]]]:
    """Days in their weeks, each with the first of its days."""
    found: dict[tuple[int, int], list[tuple[date, Any]]] = {}
    for day, those in days:
        year, number, _weekday = day.isocalendar()
        found.setdefault((year, number), []).append((day, those))
    return [(of_week[0][0], of_week) for of_week in found.values()]


def is_under_way(plan: Plan) -> bool:
    """Whether the worker has it still."""
    return plan.state in ("asked", "running")
