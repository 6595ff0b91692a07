"""Pages of what a person tells of home and of the way here, and of who is expected when."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.cases import homecoming_queries as homecoming
from darb.cases.actions import Spoken
from darb.cases.homecoming_actions import end_appointment, make_appointment, tell_home, tell_way
from darb.cases.models import CameOfIt
from darb.events.queries import booked
from darb.places.queries import country_names
from darb.programmes.homecoming import APPOINTMENTS
from darb.rules.refusal import Missing
from darb.trust.action import Act
from darb.trust.powers import DataClass

from . import deed, door
from .case_deeds import case_deed, case_of
from .cases import parse_day
from .conversations import begun, talk
from .homecoming_forms import AppointmentForm, HomeForm, WayForm
from .people_forms import site_choices

PAGE = 100


def home_page(request: Any, ref: str) -> HttpResponse:
    """Where home is, who waits there, and what the person carries."""
    case = case_of(request, ref)
    told = homecoming.home_of(request.actor, case)
    form = HomeForm(request.POST or None, initial=HomeForm.shown(told, case.person.languages))
    return case_deed(
        request,
        case,
        form,
        lambda act, v: tell_home(act, case, form.home()),
        title=_("Home and family there"),
        lead=_("Only what the person wishes to tell. No embassy hears of it."),
        done=_("It is kept."),
    )


def way_page(request: Any, ref: str) -> HttpResponse:
    """The way here, closed to all but protection."""
    case = case_of(request, ref)
    form = WayForm(request.POST or None, initial=begun(case))

    def do(act: Act, v: dict[str, Any]) -> Any:
        return tell_way(act, Spoken(case=case, kind="way", **form.spoken()), form.way(), with_unhcr=form.with_them())

    return talk(
        request,
        case,
        form,
        do,
        title=_("The way here"),
        lead=_("Only those who work on protection will read it. Ask for nothing that the person doesn't wish to tell."),
        done=_("It is kept."),
    )


def appointment_page(request: Any, ref: str) -> HttpResponse:
    """When the person comes to us next."""
    case = case_of(request, ref)
    return case_deed(
        request,
        case,
        AppointmentForm(request.POST or None),
        lambda act, v: make_appointment(act, case, v["starts_at"], v["place"], v["purpose"]),
        title=_("Make an appointment"),
        lead=_("It stands on the registration slip when that is printed again."),
        done=_("The appointment is made."),
        sites=site_choices(),
    )


@require_safe
def appointments(request: Any) -> HttpResponse:
    """Who is expected on a day, at one place or anywhere within reach."""
    if not request.actor.sees(DataClass.WHEREABOUTS):
        raise Missing("no_page", _("This page is for those who may know where people are."))
    day = parse_day(request.GET.get("day", "")) or door.today()
    since = timezone.make_aware(datetime.combine(day, time()))
    site = door.typed(request.GET.get("site", ""), 24)
    rows = homecoming.appointments(request.actor, since, since + timedelta(days=1), site)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "booked": booked(request.actor, day, site),
        "countries": country_names(get_language() or "en"),
        "may_register": request.actor.may("events.register_lead"),
        "day": day,
        "today": door.today(),
        "site": site,
        "sites": site_choices(),
        "purposes": APPOINTMENTS,
        "ends": list(CameOfIt.choices) if request.actor.may("cases.end_appointment") else [],
        "early": day > door.today(),
    }
    return render(request, "desk/cases/appointments.html", context)


@require_POST
def end_page(request: Any, appointment: int) -> HttpResponse:
    """What came of an appointment."""
    found = homecoming.appointment(request.actor, appointment)
    if found is None:
        raise Missing("no_appointment", _("There is no such appointment within your reach."))
    day = timezone.localtime(found.starts_at).date()
    from_case = request.POST.get("next") == "case"
    to = reverse("desk:case", args=[found.case.ref]) if from_case else f"{reverse('desk:appointments')}?day={day}"
    return deed.at_once(
        request,
        lambda act: end_appointment(act, found, request.POST.get("outcome", "")),
        done=_("It is recorded what came of it."),
        to=to,
    )
