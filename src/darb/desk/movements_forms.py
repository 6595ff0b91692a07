"""Forms of the flight pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.assistance.models import ON_THE_WAY
from darb.movements.flight_actions import MOST_SEATS, Hop
from darb.movements.reading import CHOSEN_SERVICES
from darb.movements.turn_actions import MOST_TURNS
from darb.programmes.voluntary_return_codes import RECONCILIATIONS

from .reasons import HEARD_HOW

LEGS = 3
LONGEST_CODE = 5
"""Letters of a port's code; an airport's has three."""
NOBODY = ("", _("nobody"))
BY_DEED = frozenset({"boarded", "withdrew", "flight_cancelled"})
"""Outcomes that follow from a deed of their own and can't be chosen."""


def _translated(labels: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(code, _(label)) for code, label in labels.items()]


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stays with the decision."))


class FlightForm(forms.Form):
    """A flight to plan, of up to three legs."""

    code = forms.CharField(label=_("Flight code"), max_length=12, help_text=_("As the carrier gives it."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("charter", _("Charter")),
            ("commercial", _("Seats on a commercial flight")),
            ("boat", _("Boat, from port to port")),
        ],
    )
    operator = forms.CharField(label=_("Operator"), max_length=80)
    aircraft = forms.CharField(label=_("Aircraft"), max_length=40)
    seats = forms.IntegerField(label=_("Seats for us"), min_value=1, max_value=MOST_SEATS)
    infant_limit = forms.IntegerField(
        label=_("Infants on laps, at most"), min_value=0, help_text=_("Ask the carrier: often one in ten seats.")
    )

    turns = forms.IntegerField(
        label=_("How often that day, one after the other"),
        min_value=1,
        max_value=MOST_TURNS,
        initial=1,
        required=False,
        help_text=_("The same aircraft again, as soon as it is back: each time a flight of its own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = {"maxlength": LONGEST_CODE, "list": "airports", "dir": "ltr", "autocapitalize": "characters"}
        self.fields["origin"] = forms.CharField(
            label=_("From"),
            max_length=LONGEST_CODE,
            widget=forms.TextInput(code),
            help_text=_("The airport's three letters, or the port's five."),
        )
        words = [(_("Departs"), _("To"), _("Arrives"))]
        words += [(_("Departs again"), _("Then to"), _("Arrives there"))] * (LEGS - 1)
        for n, (departs, to, arrives) in enumerate(words, 1):
            first = n == 1
            self.fields[f"departs_{n}"] = forms.DateTimeField(label=departs, required=first, widget=forms.DateTimeInput)
            self.fields[f"to_{n}"] = forms.CharField(
                label=to, max_length=LONGEST_CODE, required=first, widget=forms.TextInput(code)
            )
            self.fields[f"arrives_{n}"] = forms.DateTimeField(label=arrives, required=first, widget=forms.DateTimeInput)

    def clean(self) -> dict[str, Any]:
        """A further leg has all three of its fields or none."""
        told = super().clean() or {}
        for n in range(2, LEGS + 1):
            there = [name for name in (f"to_{n}", f"departs_{n}", f"arrives_{n}") if told.get(name)]
            if there and len(there) < 3 and not self.errors:
                self.add_error(f"to_{n}", _("A further leg needs its airport and both times."))
        return told

    def of_aircraft(self) -> list[forms.BoundField]:
        """The fields about the flight itself."""
        return [self[name] for name in ("code", "kind", "operator", "aircraft", "seats", "infant_limit", "turns")]

    def of_legs(self) -> list[list[forms.BoundField]]:
        """The fields of each leg, in the order of the way."""
        first = [self["origin"]]
        return [
            [*(first if n == 1 else []), self[f"departs_{n}"], self[f"to_{n}"], self[f"arrives_{n}"]]
            for n in range(1, LEGS + 1)
        ]

    def further(self) -> bool:
        """Whether anything stands in the fields of a further leg."""
        return any(field.value() or field.errors for leg in self.of_legs()[1:] for field in leg)

    def hops(self) -> list[Hop]:
        """The legs as told."""
        told, at, out = self.cleaned_data, self.cleaned_data["origin"].strip().upper(), []
        for n in range(1, LEGS + 1):
            if to := told.get(f"to_{n}", "").strip().upper():
                out.append(Hop(at, to, told[f"departs_{n}"], told[f"arrives_{n}"]))
                at = to
        return out


class PostponeForm(Reason):
    """Another time for a flight."""

    departs_at = forms.DateTimeField(label=_("New departure"), widget=forms.DateTimeInput, help_text=_("Libyan time."))
    field_order = ["departs_at", "reason"]


class AddForm(forms.Form):
    """Why somebody is added after the lock."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stands beside the new version."))

    def __init__(self, *args: Any, locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not locked:
            del self.fields["reason"]


class TakeOffForm(Reason):
    """Why people come off, and after the lock what became of them."""

    outcome = forms.ChoiceField(
        label=_("What became of them"),
        choices=[("", "–"), *_translated({c: r.label for c, r in RECONCILIATIONS.items() if c not in BY_DEED})],
    )
    field_order = ["outcome", "reason"]

    def __init__(self, *args: Any, locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not locked:
            del self.fields["outcome"]


class SeatForm(forms.Form):
    """With whom somebody travels, and what the carrier must know. `adults` are (key, name) of those it may be."""

    lap_of = forms.ChoiceField(label=_("On the lap of"), required=False)
    own_seat = forms.BooleanField(label=_("Give this infant a seat of its own"), required=False)
    minder = forms.ChoiceField(
        label=_("Minded by"), required=False, help_text=_("A grown relative whose relation is verified.")
    )
    escort = forms.CharField(
        label=_("Or with this escort"),
        max_length=80,
        required=False,
        help_text=_("Name of the member of staff who flies along; takes a seat."),
    )
    leaves_at = forms.ChoiceField(label=_("Leaves the plane at"), required=False)
    services = forms.MultipleChoiceField(
        label=_("The carrier must know"),
        required=False,
        choices=_translated(CHOSEN_SERVICES),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        adults: list[tuple[str, str]],
        stops: list[str],
        child: bool,
        infant: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [NOBODY, *adults]
        self.fields["lap_of"].choices = people  # type: ignore[attr-defined]
        self.fields["minder"].choices = people  # type: ignore[attr-defined]
        self.fields["leaves_at"].choices = [("", _("by the country of return")), *((s, s) for s in stops)]  # type: ignore[attr-defined]
        if not infant:
            del self.fields["lap_of"], self.fields["own_seat"]
        if not child:
            del self.fields["minder"], self.fields["escort"]
        if not stops:
            del self.fields["leaves_at"]


class WithdrawForm(forms.Form):
    """How somebody said that they don't want to go."""

    how = forms.ChoiceField(label=_("How we know"), choices=_translated(HEARD_HOW))
    reason = forms.CharField(
        label=_("In their words, if they want to say"), max_length=200, required=False, help_text=_("Nobody has to.")
    )


class SourceForm(forms.Form):
    """Who told of a death."""

    source = forms.CharField(label=_("Who told it"), max_length=200, help_text=_("It is recorded with its source."))


class IssueForm(forms.Form):
    """What is given to everyone on a flight."""

    items = forms.MultipleChoiceField(
        label=_("What is given"), choices=[(i.value, i.label) for i in ON_THE_WAY], widget=forms.CheckboxSelectMultiple
    )
    point = forms.ChoiceField(label=_("Where on the way"))
    to = forms.ChoiceField(
        label=_("To whom"),
        choices=[("all", _("Everyone who is served there")), ("detained", _("Those of them who come from detention"))],
    )

    def __init__(self, *args: Any, points: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].choices = points  # type: ignore[attr-defined]
