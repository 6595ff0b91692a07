"""Who can be called before an embassy, and in a neutral word why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from darb.cases.models import Case
from darb.cases.queries import steps_refused
from darb.rules.refusal import Refusal
from darb.rules.words import _
from darb.trust.actor import Actor

from .models import Event, EventLine

PRESENT = "present_to_embassy"
REQUEST = "request_document"
"""Steps of the consular track, as the programme declares them."""

CALLED_ALREADY = Refusal("call.twice", _("This person is on the list already."))
OTHER_COUNTRY = Refusal("call.country", _("This person gave another nationality."))


def why_not_called(actor: Actor, event: Event, cases: Sequence[Case], day: date) -> dict[int, Refusal]:
    """By case id (persons at hand), why it can't be called to `event` on `day`; cases that can aren't in it."""
    refused = steps_refused(actor, cases, PRESENT, day, through="events")
    called = set(EventLine.objects.filter(event=event, case__in=cases).values_list("case_id", flat=True))
    referred = set(
        EventLine.objects.filter(referred_to=event.country, case__in=cases).values_list("case_id", flat=True)
    )
    for case in cases:
        if case.pk in called:
            refused[case.pk] = CALLED_ALREADY
        elif case.person.nationality != event.country and case.pk not in referred:
            refused[case.pk] = OTHER_COUNTRY
    return refused
