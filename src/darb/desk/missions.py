"""Missions of origin: which embassy or consulate hears which nationality, how, what it issues, and by when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.events import queries as events
from darb.events.opening import modes_accepted
from darb.people.models import DocumentKind
from darb.places.mission_actions import keep_mission
from darb.places.models import MissionOfOrigin, Presence
from darb.places.queries import country_names, mission_of_origin, missions_of_origin
from darb.rules.refusal import Missing
from darb.rules.words import _ as marked

from . import deed, door
from .missions_forms import MissionForm, NewMissionForm
from .spoken import language_names


@require_safe
def mission_list(request: Any) -> HttpResponse:
    """Which embassy or consulate serves which nationality."""
    names = _names()
    order = list(names)
    missions = sorted(missions_of_origin(), key=lambda m: order.index(m.country_id))
    context = {
        "missions": [(names[m.country_id], m) for m in missions],
        "may_keep": request.actor.may("places.keep_mission"),
    }
    return render(request, "desk/places/missions.html", context)


@require_safe
def mission_page(request: Any, country: str) -> HttpResponse:
    """One mission of origin: where it sits, how it hears people, what it issues, and what waits with it."""
    mission, actor = _mission(country), request.actor
    spoken = language_names(get_language() or "en")
    kinds = dict(DocumentKind.choices)
    context = {
        "mission": mission,
        "name": _names()[country],
        "modes": modes_accepted(mission),
        "elsewhere": mission.presence == Presence.NON_RESIDENT,
        "nowhere": mission.presence == Presence.NONE,
        "languages": [spoken.get(code, code) for code in mission.languages],
        "issues": [kinds.get(kind, kind) for kind in (mission.document_kind, *mission.also_issues)],
        "coming": events.coming_sessions(actor, country, timezone.now()),
        "waits": next(((ask, awaited) for at, ask, awaited in events.paperwork(actor) if at == country), (0, 0)),
        "may_keep": actor.may("places.keep_mission"),
        "may_plan": actor.may("events.request_documents"),
        "trail": [(_("Missions of origin"), reverse("desk:missions_of_origin")), (_names()[country], "")],
    }
    return render(request, "desk/places/mission.html", context)


def edit_mission(request: Any, country: str) -> HttpResponse:
    """Change what is known of a mission."""
    mission = _mission(country)
    here = reverse("desk:mission_of_origin", args=[country])
    return deed.page(
        request,
        MissionForm(request.POST or None, initial=MissionForm.shown(mission)),
        lambda act, v: keep_mission(act, country, MissionForm.known(v), expected=door.expected(request)),
        done=_("It is kept."),
        to=here,
        title=_names()[country],
        submit=_("Keep it"),
        version=mission.version,
        wide=True,
        back=here,
    )


def new_mission(request: HttpRequest) -> HttpResponse:
    """Keep what is known of a mission that isn't on the list yet."""
    return deed.page(
        request,
        NewMissionForm(request.POST or None, known={m.pk for m in missions_of_origin()}, initial=NewMissionForm.STARTS),
        lambda act, v: keep_mission(act, v["country"], MissionForm.known(v)),
        done=_("It is kept."),
        to=lambda mission: reverse("desk:mission_of_origin", args=[mission.pk]),
        title=_("New mission of origin"),
        submit=_("Keep it"),
        wide=True,
        back=reverse("desk:missions_of_origin"),
    )


def _mission(country: str) -> MissionOfOrigin:
    found = mission_of_origin(country)
    if found is None:
        raise Missing("no_mission", marked("No embassy or consulate is recorded for this country."))
    return found


def _names() -> dict[str, str]:
    return country_names(get_language() or "en")
