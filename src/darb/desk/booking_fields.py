"""The fields with which somebody is asked to come and register, on forms of calls and visits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.events.booking import Booking

from .people_forms import SiteField

FIELDS = ("booked_for", "booked_place")


class BookingForm(forms.Form):
    """On which day somebody comes to register, and where to; both empty where nobody was booked."""

    booked_for = forms.DateField(
        label=_("They come on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only for whoever is booked for registration."),
    )
    booked_place = SiteField(
        label=_("They come to"), required=False, help_text=_("Empty: our office nearest to where they are.")
    )

    def put_after(self, name: str) -> None:
        """Ask for day and place right after the field `name`."""
        rest = [each for each in self.fields if each not in FIELDS]
        at = rest.index(name) + 1
        self.order_fields([*rest[:at], *FIELDS, *rest[at:]])

    def booking(self) -> Booking | None:
        """The day and place that were told, or None where no day was."""
        day = self.cleaned_data.get("booked_for")
        return Booking(day, self.cleaned_data.get("booked_place")) if day else None
