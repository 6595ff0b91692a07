"""Forms of the planning pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from darb.movements.flight_actions import MOST_SEATS
from darb.movements.models import Plan, PlannedFlight
from darb.rules.planning.instance import Flight as Candidate
from darb.rules.planning.supposing import Changes, Closing
from darb.rules.planning.terms import AirportTerms, Terms

from .people_forms import AirportField, countries
from .plan_words import code_of

MOST_ADDED = 100
ANYWHERE = "any"
LABELS = {
    "days": _("Days that a plan looks ahead"),
    "waiting_per_person_day": _("A day of waiting, for one person"),
    "expired_per_person": _("Papers or findings that end before a flight, for one person"),
    "left_at_end_per_person": _("Still waiting at the end, for one person"),
    "move_per_person": _("Another date for somebody who was told one"),
    "escort": _("An escort, there and back"),
    "unaccompanied_per_escort": _("Children alone for one escort"),
    "transfer_per_person": _("The way to the airport, for one person"),
    "charter_per_seat": _("A charter, for each seat of the aircraft"),
    "commercial_seat": _("A seat on a commercial flight"),
    "boat_per_place": _("A boat, for each person whom it may carry"),
    "wheelchairs": _("Wheelchairs on a flight, at most"),
    "stretchers": _("Stretchers on a flight, at most"),
    "unaccompanied": _("Children alone on a flight, at most"),
    "fleet_per_day": _("Aircraft of one type"),
    "turnaround_minutes": _("Minutes that an aircraft stands between two flights"),
    "bus_places": _("People in one bus to the airport"),
    "charter_slots_per_day": _("Charters a day"),
    "persons_per_day": _("People a day"),
    "escorts_per_week": _("Escorts a week"),
}
MONEY = (
    "waiting_per_person_day",
    "expired_per_person",
    "left_at_end_per_person",
    "move_per_person",
    "escort",
    "transfer_per_person",
    "charter_per_seat",
    "commercial_seat",
    "boat_per_place",
)
LIMITS = (
    "days",
    "unaccompanied_per_escort",
    "wheelchairs",
    "stretchers",
    "unaccompanied",
    "fleet_per_day",
    "turnaround_minutes",
    "bus_places",
)


class TermsForm(forms.Form):
    """The mission's terms: prices, limits, and what each airport lets through."""

    def __init__(self, *args: Any, airports: Iterable[str], terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms, self.airports = terms, list(airports)
        for name in (*MONEY, *LIMITS):
            self._number(name, LABELS[name], getattr(terms, name))
        for iata in self.airports:
            for field in fields(AirportTerms):
                self._number(f"{iata}-{field.name}", LABELS[field.name], getattr(terms.of_airport(iata), field.name))
        by_country = _("One country a line: its three letters and the number, such as NER 120.")
        self._lines("receiving", _("People of one flight that a receiving mission can take"), terms, by_country)
        self._lines("receiving_week", _("People of one week that a receiving mission can take"), terms, by_country)
        self._lines(
            "fleet",
            _("Aircraft of a type of which there are more or fewer"),
            terms,
            _("One type a line, as flights name it, and how many there are, such as B737-800 1."),
        )

    def _lines(self, name: str, label: Any, terms: Terms, help_text: Any) -> None:
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            initial="\n".join(f"{of} {most}" for of, most in getattr(terms, name).items()),
            widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
            help_text=help_text,
        )

    def _number(self, name: str, label: Any, value: int) -> None:
        self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=10_000_000, initial=value)

    def money(self) -> list[forms.BoundField]:
        """The fields of prices."""
        return [self[name] for name in MONEY]

    def limits(self) -> list[forms.BoundField]:
        """The fields of limits of all flights."""
        return [self[name] for name in LIMITS]

    def of_airports(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each airport."""
        return [(iata, [self[f"{iata}-{f.name}"] for f in fields(AirportTerms)]) for iata in self.airports]

    def of_countries(self) -> list[forms.BoundField]:
        """The fields of what is told by country or by type of aircraft, a line each."""
        return [self[name] for name in ("receiving", "receiving_week", "fleet")]

    def clean_receiving(self) -> dict[str, int]:
        """Numbers by country, of one flight."""
        return self._by_country("receiving")

    def clean_receiving_week(self) -> dict[str, int]:
        """Numbers by country, of one week."""
        return self._by_country("receiving_week")

    def clean_fleet(self) -> dict[str, int]:
        """How many there are by type."""
        found = {}
        for line in filter(str.strip, self.cleaned_data["fleet"].splitlines()):
            aircraft, _space, count = line.strip().rpartition(" ")
            if not aircraft.strip() or not count.isdigit():
                raise forms.ValidationError(_("Write one type a line and how many there are, such as B737-800 1."))
            found[aircraft.strip()] = int(count)
        return found

    def _by_country(self, name: str) -> dict[str, int]:
        found = {}
        for line in filter(str.strip, self.cleaned_data[name].splitlines()):
            country, _space, most = line.strip().partition(" ")
            if len(country) != 3 or not most.strip().isdigit():
                raise forms.ValidationError(_("Write one country a line, such as NER 120."))
            found[country.upper()] = int(most)
        return found

    def wanted(self) -> Terms:
        """The terms as the form says."""
        v = self.cleaned_data
        airports = {
            iata: AirportTerms(**{f.name: v[f"{iata}-{f.name}"] for f in fields(AirportTerms)})
            for iata in self.airports
        }
        plain = {name: v[name] for name in (*MONEY, *LIMITS)}
        lines = {name: v[name] for name in ("receiving", "receiving_week", "fleet")}
        return replace(self.terms, **plain, **lines, airports={**self.terms.airports, **airports})


class FlightTermsForm(forms.Form):
    """What one flight costs and takes; empty: as the mission's terms say."""

    fixed_cost = forms.IntegerField(label=_("Price of the charter, in dollars"), min_value=0, required=False)
    seat_cost = forms.IntegerField(label=_("Price of a seat, in dollars"), min_value=0, required=False)
    wheelchairs = forms.IntegerField(label=LABELS["wheelchairs"], min_value=0, required=False)
    stretchers = forms.IntegerField(label=LABELS["stretchers"], min_value=0, required=False)
    unaccompanied = forms.IntegerField(label=LABELS["unaccompanied"], min_value=0, required=False)
    landing_quota = forms.IntegerField(label=_("People that may land, at most"), min_value=0, required=False)


class AcceptForm(forms.Form):
    """The names of escorts, where children travel alone."""

    def __init__(self, *args: Any, alone: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alone:
            self.fields["escorts"] = forms.CharField(
                label=_("Names of the escorts"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
                help_text=_("One a line: for the children who have no grown relative of their own on this flight."),
            )


class WhatIfForm(forms.Form):
    """What is supposed of a plan. Whatever stays empty stays as it is."""

    add_from = AirportField(label=_("From"), required=False)
    add_to = forms.ChoiceField(label=_("To"), required=False)
    add_count = forms.IntegerField(label=_("How many charters"), min_value=1, max_value=MOST_ADDED, required=False)
    add_seats = forms.IntegerField(label=_("Seats of each"), min_value=1, max_value=MOST_SEATS, required=False)
    add_first = forms.DateField(label=_("The first leaves on"), required=False)
    add_every = forms.IntegerField(
        label=_("Then every so many days"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("0: all on one day."),
    )
    add_price = forms.IntegerField(
        label=_("Price of each, in dollars"), min_value=0, required=False, help_text=_("Empty: as the terms say.")
    )
    resize = forms.ChoiceField(label=_("Flight"), required=False)
    resize_seats = forms.IntegerField(label=_("Seats it would have"), min_value=0, max_value=MOST_SEATS, required=False)
    close = forms.ChoiceField(label=_("Airport"), required=False)
    close_since = forms.DateField(label=_("Closed from"), required=False)
    close_until = forms.DateField(label=_("Open again on"), required=False)

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
        self.fields["resize"].choices = [("", ""), *named]  # type: ignore[attr-defined]
        self.fields["close"].choices = [("", ""), *((a, a) for a in plan.frame["airports"])]  # type: ignore[attr-defined]
        self.fields["add_to"].choices = [("", ""), (ANYWHERE, _("where it helps most")), *countries()[1:]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What belongs together is there together, and inside the plan's days."""
        v = super().clean() or {}
        self._whole(v, "add_count", ("add_from", "add_to", "add_seats", "add_first"))
        self._whole(v, "resize", ("resize_seats",))
        self._whole(v, "close", ("close_since", "close_until"))
        if v.get("add_from") and v["add_from"] not in self.plan.frame["airports"]:
            self.add_error("add_from", _("Nobody in this plan leaves from there."))
        if v.get("add_first") and not self.plan.start <= v["add_first"] < self.plan.end:
            self.add_error("add_first", _("That day is outside the plan."))
        if v.get("close_since") and v.get("close_until") and v["close_until"] <= v["close_since"]:
            self.add_error("close_until", _("It opens again after it closes."))
        return v

    def _whole(self, v: Mapping[str, Any], first: str, rest: Iterable[str]) -> None:
        if v.get(first):
            for name in rest:
                if v.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("This is needed too."))

    def changes(self) -> Changes:
        """What the form supposes."""
        v = self.cleaned_data
        closed = (Closing(v["close"], v["close_since"], v["close_until"]),) if v["close"] else ()
        anywhere = v["add_to"] == ANYWHERE
        return Changes(
            cancelled=tuple(v["cancel"]),
            added=tuple(self._added(self._countries() if anywhere else [v["add_to"]])),
            aircraft=(1 if v["add_every"] else v["add_count"]) if anywhere else None,
            resized={v["resize"]: v["resize_seats"]} if v["resize"] else {},
            closed=closed,
        )

    def _countries(self) -> list[str]:
        """Where people of the plan go."""
        return sorted(self.plan.frame["costs"]["left_at_end_per_person"])

    def _added(self, to: Sequence[str]) -> Iterable[Candidate]:
        """The charters more; one that may go to several countries is offered to each, and flown to one."""
        v = self.cleaned_data
        for n in range(v["add_count"] or 0):
            day: date = v["add_first"] + timedelta(days=n * (v["add_every"] or 0))
            if day >= self.plan.end:
                return
            for country in to:
                yield self._charter(f"+{n + 1}" if len(to) == 1 else f"+{n + 1} {country}", day, country)

    def _charter(self, key: str, day: date, country: str) -> Candidate:
        v = self.cleaned_data
        seats, price = v["add_seats"], v["add_price"]
        return Candidate(
            id=key,
            charter=True,
            date=day,
            origin=v["add_from"],
            destination=country,
            aircraft="charter",
            seats=seats,
            infants=seats // 10,
            wheelchairs=self.terms.wheelchairs,
            stretchers=self.terms.stretchers,
            unaccompanied=self.terms.unaccompanied,
            landing_quota=seats + seats // 10,
            fixed_cost=float(self.terms.charter_per_seat * seats if price is None else price),
            seat_cost=0.0,
        )

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        groups: list[tuple[Any, tuple[str, ...]]] = [
            (_("Call flights off"), ("cancel",)),
            (
                _("Add charters"),
                ("add_count", "add_from", "add_to", "add_seats", "add_first", "add_every", "add_price"),
            ),
            (_("Another size"), ("resize", "resize_seats")),
            (_("Close an airport"), ("close", "close_since", "close_until")),
        ]
        return [(label, [self[name] for name in names]) for label, names in groups]


def terms_told(terms: Terms) -> dict[str, Any]:
    """The plain terms by label, for those who only read."""
    plain = asdict(terms)
    return {str(LABELS[name]): plain[name] for name in (*MONEY, *LIMITS)}
