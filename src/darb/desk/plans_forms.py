"""Forms of the planning pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.rules.planning.terms import AirportTerms, Terms

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


def terms_told(terms: Terms) -> dict[str, Any]:
    """The plain terms by label, for those who only read."""
    plain = asdict(terms)
    return {str(LABELS[name]): plain[name] for name in (*MONEY, *LIMITS)}
