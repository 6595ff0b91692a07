"""Asked to come and register: which day and where, and who didn't come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from darb.places.models import Site, SiteType
from darb.rules.refusal import Invalid
from darb.rules.words import _
from darb.trust.action import Act

from .keeping import at_site
from .models import Lead, LeadState

FARTHEST = timedelta(days=183)
"""Nobody is asked to come later than half a year from now: a slip of the hand."""


@dataclass(frozen=True)
class Booking:
    """The day on which somebody is asked to come, and where to; None: our office for the place where they are."""

    day: date
    place: Site | None = None


def book(act: Act, held: Lead, booking: Booking | None) -> None:
    """Put a held lead down for a day, unsaved. Whoever works where they are expected sees the name from then on."""
    if booking is None:
        raise Invalid("no_booking", _("Write the day on which they come, and where to."), field="booked_for")
    if not act.day <= booking.day <= act.day + FARTHEST:
        raise Invalid("bad_day", _("Choose today or a day still to come, within half a year."), field="booked_for")
    place = booking.place or Site.objects.filter(type=SiteType.OFFICE, office=held.site.office).first()
    if place is None:
        raise Invalid("no_booking_place", _("Choose where they come to."), field="booked_place")
    held.scope_id = at_site(act, place)
    held.booked_for, held.booked_place = booking.day, place


def standing(lead: Lead, today: date) -> Booking | None:
    """The booking of a lead whose day is still to come, or is today."""
    if lead.state != LeadState.BOOKED or lead.booked_for is None or lead.booked_for < today:
        return None
    return Booking(lead.booked_for, lead.booked_place)


def didnt_come(lead: Lead, today: date) -> bool:
    """Whether somebody was expected on a day before `today`, and hasn't been registered or heard from since."""
    return lead.state == LeadState.BOOKED and lead.booked_for is not None and lead.booked_for < today


def counted_tries(lead: Lead) -> list[datetime]:
    """Tries in vain that count towards giving up: since they didn't come, where they were expected before."""
    if lead.booked_for is None:
        return list(lead.tries)
    return [at for at in lead.tries if localdate(at) > lead.booked_for]
