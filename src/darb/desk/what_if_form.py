"""The form of what if: flights called off, of another size or added, and closed airports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from darb.movements.flight_actions import MOST_SEATS
from darb.movements.models import Plan, PlannedFlight
from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.supposing import Changes, Closing
from darb.rules.planning.terms import Terms

from .people_forms import AirportField, countries
from .plan_words import airport_named, code_of

MOST_ADDED = 100
ANYWHERE = "any"
KINDS = ("add", "add2", "add3", "add4")
"""So many kinds of charters may be added at once; each field's name begins so."""
NEEDED = ("from", "to", "seats", "first")
RESIZED = ("resize", "resize2", "resize3", "resize4", "resize5", "resize6")
"""So many flights may have another size at once; each one's fields begin so."""
CLOSED = ("close", "close2", "close3", "close4", "close5", "close6")
"""So many closings may be supposed at once; each one's fields begin so."""


@dataclass(frozen=True)
class Section:
    """One kind of change: its heading, its rows (each with whether it is open at first), and what one more is."""

    label: Any
    rows: Sequence[tuple[list[forms.BoundField], bool]]
    more: Any = ""


def charter_fields(to: Sequence[tuple[str, Any]]) -> dict[str, forms.Field]:
    """What is told of one kind of charters, which go to one of `to`."""
    return {
        "count": forms.IntegerField(label=_("How many charters"), min_value=1, max_value=MOST_ADDED, required=False),
        "from": AirportField(label=_("From"), required=False),
        "to": forms.ChoiceField(label=_("To"), choices=to, required=False),
        "seats": forms.IntegerField(label=_("Seats of each"), min_value=1, max_value=MOST_SEATS, required=False),
        "first": forms.DateField(label=_("The first leaves on"), required=False),
        "every": forms.IntegerField(
            label=_("Then every so many days"),
            min_value=0,
            max_value=366,
            required=False,
            help_text=_("0: all on one day."),
        ),
        "price": forms.IntegerField(
            label=_("Price of each, in dollars"), min_value=0, required=False, help_text=_("Empty: as the terms say.")
        ),
    }


def resize_fields(flights: Sequence[tuple[str, Any]]) -> dict[str, forms.Field]:
    """What is told of one flight of another size, one of `flights`, by what its name ends in."""
    seats = forms.IntegerField(label=_("Seats it would have"), min_value=0, max_value=MOST_SEATS, required=False)
    return {"": forms.ChoiceField(label=_("Flight"), choices=flights, required=False), "_seats": seats}


def closing_fields(airports: Sequence[tuple[str, Any]]) -> dict[str, forms.Field]:
    """What is told of one closing, of one of `airports`, by what its name ends in."""
    return {
        "": forms.ChoiceField(label=_("Airport"), choices=airports, required=False),
        "_since": forms.DateField(label=_("Closed from"), required=False),
        "_until": forms.DateField(label=_("Open again on"), required=False),
    }


class WhatIfForm(forms.Form):
    """What is supposed of a plan. Whatever stays empty stays as it is."""

    def __init__(self, *args: Any, plan: Plan, flights: Iterable[PlannedFlight], terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.terms = plan, terms
        gone = set(plan.frame["cancelled"])
        self.flights = {f.key: f for f in flights if f.key not in gone}
        # What is supposed of a flight holds for all its stops: it is offered once.
        once = {f.flight_id or k: k for k, f in reversed(self.flights.items())}
        named = [
            (k, f"{code_of(f)} · {date_format(f.day, 'D j M')}") for k, f in self.flights.items() if k in once.values()
        ]
        self.fields["cancel"] = forms.MultipleChoiceField(
            label=_("Call off"), choices=named, required=False, widget=forms.CheckboxSelectMultiple
        )
        to = [("", ""), (ANYWHERE, _("where it helps most")), *countries()[1:]]
        for kind in KINDS:
            self.fields |= {f"{kind}_{name}": field for name, field in charter_fields(to).items()}
        for one in RESIZED:
            self.fields |= {one + name: field for name, field in resize_fields([("", ""), *named]).items()}
        airports = [("", ""), *((a, airport_named(a)) for a in plan.frame["airports"])]
        for one in CLOSED:
            self.fields |= {one + name: field for name, field in closing_fields(airports).items()}

    def clean(self) -> dict[str, Any]:
        """What belongs together is there together, and inside the plan's days."""
        v = super().clean() or {}
        for kind in KINDS:
            self._clean_charters(v, kind)
        for number, one in enumerate(RESIZED):
            self._whole(v, one, [f"{one}_seats"])
            self._clean_resized(v, one, [v.get(other) for other in RESIZED[:number]])
        for one in CLOSED:
            self._whole(v, one, [f"{one}_since", f"{one}_until"])
            self._clean_closing(v, one)
        return v

    def _clean_charters(self, v: Mapping[str, Any], kind: str) -> None:
        self._whole(v, f"{kind}_count", [f"{kind}_{name}" for name in NEEDED], [f"{kind}_every", f"{kind}_price"])
        origin, first = v.get(f"{kind}_from"), v.get(f"{kind}_first")
        if origin and origin not in self.plan.frame["airports"]:
            self.add_error(f"{kind}_from", _("Nobody in this plan leaves from there."))
        if first and not self.plan.start <= first < self.plan.end:
            self.add_error(f"{kind}_first", _("That day is outside the plan."))
        elif first and v.get(f"{kind}_count"):
            last = first + timedelta(days=(v[f"{kind}_count"] - 1) * (v.get(f"{kind}_every") or 0))
            if last >= self.plan.end:
                after = _("The last would leave on {day}, after the plan ends.")
                self.add_error(f"{kind}_every", format_lazy(after, day=date_format(last, "j M Y")))

    def _clean_resized(self, v: Mapping[str, Any], one: str, others: Sequence[Any]) -> None:
        if v.get(one) and v[one] in others:
            self.add_error(one, _("This flight has another size already, above."))
        if v.get(one) and v[one] in v.get("cancel", ()):
            self.add_error(one, _("This flight is called off above; it can't have another size too."))

    def _clean_closing(self, v: Mapping[str, Any], one: str) -> None:
        since, until = v.get(f"{one}_since"), v.get(f"{one}_until")
        if since and until and until <= since:
            self.add_error(f"{one}_until", _("It opens again after it closes."))
        elif since and until and (since >= self.plan.end or until <= self.plan.start):
            self.add_error(f"{one}_since", _("These days are outside the plan."))

    def _whole(self, v: Mapping[str, Any], first: str, rest: Sequence[str], extra: Sequence[str] = ()) -> None:
        """Where anything of a row is told, `first` and `rest` are needed: nothing that is written is passed over."""
        if any(v.get(name) not in (None, "") for name in (first, *rest, *extra)):
            for name in (first, *rest):
                if v.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("This is needed too."))

    def changes(self) -> Changes:
        """What the form supposes."""
        v = self.cleaned_data
        added = {kind: list(self._added(kind, number)) for number, kind in enumerate(KINDS, 1) if v[f"{kind}_count"]}
        return Changes(
            cancelled=tuple(v["cancel"]),
            added=tuple(f for charters in added.values() for f in charters),
            aircraft={
                str(charters[0].aircraft): 1 if v[f"{kind}_every"] else v[f"{kind}_count"]
                for kind, charters in added.items()
                if charters and v[f"{kind}_to"] == ANYWHERE
            },
            resized={v[one]: v[f"{one}_seats"] for one in RESIZED if v[one]},
            closed=tuple(Closing(v[one], v[f"{one}_since"], v[f"{one}_until"]) for one in CLOSED if v[one]),
        )

    def _countries(self) -> list[str]:
        """Where people of the plan go."""
        return sorted(self.plan.frame["costs"]["left_at_end_per_person"])

    def _added(self, kind: str, number: int) -> Iterable[Candidate]:
        """The charters more of one kind; one that may go to several countries is offered to each, and flown to one."""
        v = self.cleaned_data
        chosen = v[f"{kind}_to"]
        to = self._countries() if chosen == ANYWHERE else [chosen]
        before = sum(v[f"{earlier}_count"] or 0 for earlier in KINDS[: number - 1])
        for n in range(v[f"{kind}_count"]):
            day: date = v[f"{kind}_first"] + timedelta(days=n * (v[f"{kind}_every"] or 0))
            for country in to:
                key = f"+{before + n + 1}"
                yield self._charter(kind, number, key if len(to) == 1 else f"{key} {country}", day, country)

    def _charter(self, kind: str, number: int, key: str, day: date, country: str) -> Candidate:
        v = self.cleaned_data
        seats, price = v[f"{kind}_seats"], v[f"{kind}_price"]
        return Candidate(
            id=key,
            charter=True,
            date=day,
            origin=v[f"{kind}_from"],
            destination=country,
            aircraft=f"charter {number}",
            seats=seats,
            infants=seats // 10,
            wheelchairs=self.terms.wheelchairs,
            stretchers=self.terms.stretchers,
            unaccompanied=self.terms.unaccompanied,
            landing_quota=seats + seats // 10,
            fixed_cost=float(self.terms.charter_per_seat * seats if price is None else price),
            seat_cost=0.0,
        )

    def sections(self) -> list[Section]:
        """The fields under their headings; of each kind of change the first row shows, and those with something in."""
        charters = [[f"{kind}_{name}" for name in charter_fields(())] for kind in KINDS]
        resized = [[one + name for name in resize_fields(())] for one in RESIZED]
        closed = [[one + name for name in closing_fields(())] for one in CLOSED]
        return [
            Section(_("Add charters"), self._rows(charters), _("Charters of another kind as well")),
            Section(_("Call flights off"), self._rows([["cancel"]])),
            Section(_("Another size"), self._rows(resized), _("Another flight as well")),
            Section(_("Close an airport"), self._rows(closed), _("Another airport, or other days, as well")),
        ]

    def _rows(self, named: Sequence[Sequence[str]]) -> list[tuple[list[forms.BoundField], bool]]:
        rows = [[self[name] for name in names] for names in named]
        return [
            (row, n == 0 or any(f.value() not in (None, "") or f.errors for f in row)) for n, row in enumerate(rows)
        ]
