"""Pages about names that were left with us: the day's call sheet, one name, and its registration."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.cases.models import Case
from darb.cases.registration_actions import Telling
from darb.events import hotline_queries, queries
from darb.events.booking import didnt_come
from darb.events.callback import why_not_call
from darb.events.callback_actions import line_of
from darb.events.lead_actions import record_contact, register_lead, take_leads
from darb.events.models import WAITING_LEADS, LeadState
from darb.places.queries import country_names

from . import candidates, deed, door
from .events_forms import ContactForm, LeadForm, LeadRegistrationForm
from .people_forms import site_choices
from .spoken import language_names

PROGRAMME = "voluntary-return"


@require_safe
def call_sheet(request: Any) -> HttpResponse:
    """Who is called and who is visited today. No guard's or smuggler's phone is ever on it."""
    language = door.typed(request.GET.get("language", ""), 3)
    names = language_names(get_language() or "en")
    context = {
        "sheet": queries.call_sheet(request.actor, door.today()),
        "to_call": hotline_queries.sheet(request.actor, timezone.now(), language if language in names else ""),
        "languages": names,
        "asked": language,
        "today": door.today(),
        "may_call": request.actor.may("events.begin_call"),
        "may_take": request.actor.may("events.take_lead"),
        "countries": country_names(get_language() or "en"),
    }
    return render(request, "desk/events/call_sheet.html", context)


def new_lead(request: Any) -> HttpResponse:
    """Take a name that came by phone, through somebody, or at our door."""
    form = LeadForm(request.POST or None, initial={"source": "call"})
    return deed.page(
        request,
        form,
        lambda act, _v: take_leads(act, [form.told()])[0],
        done=_("The name is on the list."),
        to=lambda lead: reverse("desk:lead", args=[lead.ref]),
        title=_("Take a name"),
        watches=True,
        submit=_("Keep this name"),
        sites=site_choices(),
        wide=True,
        back=reverse("desk:call_sheet"),
    )


def lead(request: Any, ref: str) -> HttpResponse:
    """One name: what was told, how to find the person, what came of it so far."""
    found = queries.lead(request.actor, ref)
    waits = found.state in (*WAITING_LEADS, LeadState.UNREACHABLE)
    form = ContactForm(request.POST or None, lead=found)
    return deed.page(
        request,
        form,
        lambda act, v: record_contact(
            act,
            found,
            v["result"],
            own_agreement=v.get("own_agreement", False),
            referred_to=v["referred_to"],
            booking=form.booking(),
        ),
        done=_("What came of it is kept."),
        to=reverse("desk:lead", args=[found.ref]),
        template="desk/events/lead.html",
        lead=found,
        waits=waits,
        missed=didnt_come(found, door.today()),
        sites=site_choices(),
        **{"countries": country_names(get_language() or "en")} | (candidates.of_lead(request, found) if waits else {}),
        may_contact=waits and request.actor.may("events.record_contact"),
        may_call=found.state in WAITING_LEADS and request.actor.may("events.begin_call"),
        why_not=why_not_call(line_of(found), timezone.now()),
        calls=list(hotline_queries.calls(request.actor).filter(lead=found)),
        languages=language_names(get_language() or "en"),
        may_register=waits and request.actor.may("events.register_lead"),
    )


def register(request: Any, ref: str) -> HttpResponse:
    """The registration that a lead becomes, begun with what was told."""
    found = queries.lead(request.actor, ref)
    form = LeadRegistrationForm(request.POST or None, lead=found)

    def do(act: Any, v: dict[str, Any]) -> Case:
        return register_lead(
            act,
            found,
            Telling(
                form.registration(),
                return_country=v["return_country"],
                return_area=v["return_area"],
                departure_airport=v["departure_airport"],
                unaccompanied=v["unaccompanied"],
            ),
            PROGRAMME,
            own_agreement=v.get("own_agreement", False),
        )

    return deed.page(
        request,
        form,
        do,
        done=_("Registered, with a case."),
        to=lambda case: reverse("desk:case", args=[case.ref]),
        title=_("Register %(name)s") % {"name": found.name},
        watches=True,
        submit=_("Register"),
        sites=site_choices(),
        wide=True,
        back=reverse("desk:lead", args=[found.ref]),
    )
