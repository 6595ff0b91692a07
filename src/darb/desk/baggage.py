"""Pages about bags: tagged beside their owner, matched on arrival, taken off with an owner who doesn't fly."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from darb.movements import departure_queries, queries
from darb.movements.baggage_actions import ARRIVING, match_baggage, tag_baggage
from darb.movements.baggage_queries import baggage
from darb.movements.boarding_actions import CHECKED_IN
from darb.rules.refusal import Missing

from . import deed
from .movements import DEED, trail

LONGEST = 2000


class TagsForm(forms.Form):
    """Numbers of tags, one a line or with spaces between, as a scanner types them."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 4, "dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def numbers(self) -> list[str]:
        """Each number told."""
        return [n for n in re.split(r"[\s,;]+", self.cleaned_data["tags"]) if n]


@require_safe
def bags(request: Any, ref: str) -> HttpResponse:
    """The bags of a flight: how many came, which are missing, which must come off."""
    flight = queries.get(request.actor, ref)
    found = baggage(request.actor, flight)
    context = {
        "flight": flight,
        "found": found,
        "arriving": flight.state in ARRIVING,
        "may_match": flight.state in ARRIVING and request.actor.may("movements.match_baggage"),
        "trail": trail(flight, _("Bags")),
    }
    return render(request, "desk/movements/bags.html", context)


def tag(request: Any, ref: str, seat: int) -> HttpResponse:
    """One passenger's bags are tagged."""
    flight = queries.get(request.actor, ref)
    row = next((b for b in departure_queries.boarders(request.actor, flight) if b.seat.pk == seat), None)
    if row is None or flight.state not in CHECKED_IN:
        raise Missing("no_seat", _("Nobody within your reach has that seat on this flight now."))
    form = TagsForm(request.POST or None)
    back = f"{reverse('desk:boarding', args=[ref])}#seat-{seat}"
    return deed.page(
        request,
        form,
        lambda act, v: tag_baggage(act, flight, seat, form.numbers()),
        done=_("The bags are tagged."),
        to=back,
        template=DEED,
        title=_("Bags of {name}").format(name=row.person.name),
        lead=_("Scan each tag. Nothing written: no bags."),
        back=back,
        trail=trail(flight, _("Bags")),
    )


def match(request: Any, ref: str) -> HttpResponse:
    """Bags that came off the aircraft."""
    flight = queries.get(request.actor, ref)
    form = TagsForm(request.POST or None)
    back = reverse("desk:bags", args=[ref])
    return deed.page(
        request,
        form,
        lambda act, v: match_baggage(act, flight, form.numbers()),
        done=_("Matched."),
        to=back,
        template=DEED,
        title=_("Bags that came"),
        lead=_("Scan each tag as it comes off. A tag that isn't of this flight is refused."),
        back=back,
        trail=[*trail(flight), (_("Bags"), back), (_("Match"), "")],
    )
