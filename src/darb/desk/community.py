"""Pages about community leaders: who they are, whether they carry our messages, what they were trained on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from darb.events import community_queries, queries
from darb.events.community_actions import (
    end_leader,
    invite,
    keep_leader,
    record_attendance,
    verify_leader,
    why_not_trusted,
)
from darb.events.models import Audience, TrainedOn
from darb.places.queries import country_names
from darb.trust.powers import DataClass, Sight

from . import deed, door
from .community_forms import AttendanceForm, EndForm, InviteForm, LeaderForm
from .people_forms import site_choices
from .spoken import language_names


@require_safe
def leaders(request: Any) -> HttpResponse:
    """Community leaders within reach, and which of them carry our messages."""
    found = community_queries.leaders(request.actor)
    context = {
        "leaders": [(x, why_not_trusted(x)) for x in found],
        "may_keep": request.actor.may("events.keep_leader"),
        **_words(),
    }
    return render(request, "desk/community/leaders.html", context)


@require_safe
def leader(request: Any, ref: str) -> HttpResponse:
    """One leader: reached how, trained on what, verified or not."""
    actor = request.actor
    found = community_queries.leader(actor, ref)
    context = {
        "leader": found,
        "lines": community_queries.lines_of(actor, found),
        "why_not": why_not_trusted(found),
        "trained": [TrainedOn(code).label for code in found.trained_on],
        "sees_risk": actor.sees(DataClass.PROTECTION, Sight.READ),
        "may": {
            "keep": not found.ended and actor.may("events.keep_leader"),
            "verify": not found.ended and not found.verified_at and actor.may("events.verify_leader"),
            "end": not found.ended and actor.may("events.end_leader"),
        },
        **_words(),
    }
    return render(request, "desk/community/leader.html", context)


def keep(request: Any, ref: str = "") -> HttpResponse:
    """Keep a leader that is new, or correct what is kept."""
    found = community_queries.leader(request.actor, ref) if ref else None
    sees_risk = request.actor.sees(DataClass.PROTECTION, Sight.READ)
    form = LeaderForm(request.POST or None, sees_risk=sees_risk, initial=LeaderForm.shown(found) if found else {})
    expected = door.expected(request) if found else None
    return deed.page(
        request,
        form,
        lambda act, _v: keep_leader(act, form.told(), found, expected=expected),
        done=_("The leader is kept."),
        to=lambda kept: reverse("desk:leader", args=[kept.ref]),
        title=found.name if found else _("A community leader"),
        sites=site_choices(),
        wide=True,
        version=found.version if found else None,
        back=reverse("desk:leader", args=[ref]) if ref else reverse("desk:leaders"),
    )


@require_POST
def verify(request: Any, ref: str) -> HttpResponse:
    """Say, as a second officer, that a leader is who they say."""
    found = community_queries.leader(request.actor, ref)
    return deed.at_once(
        request,
        lambda act: verify_leader(act, found, expected=door.expected(request)),
        done=_("Verified."),
        to=reverse("desk:leader", args=[ref]),
    )


def end(request: Any, ref: str) -> HttpResponse:
    """Work with a leader no longer."""
    found = community_queries.leader(request.actor, ref)
    return deed.page(
        request,
        EndForm(request.POST or None),
        lambda act, v: end_leader(act, found, v["because"], expected=door.expected(request)),
        done=_("We work with this leader no longer."),
        to=reverse("desk:leader", args=[ref]),
        title=_("Work with %(name)s no longer") % {"name": found.name},
        version=found.version,
        back=reverse("desk:leader", args=[ref]),
    )


def invite_page(request: Any, ref: str) -> HttpResponse:
    """Invite leaders to a seminar or a training."""
    event = queries.event(request.actor, ref)
    free = community_queries.to_invite(request.actor, event)
    form = InviteForm(request.POST or None, free=free, names=country_names(get_language() or "en"))
    return deed.page(
        request,
        form,
        lambda act, _v: invite(act, event, form.chosen()),
        done=_("They are invited."),
        to=reverse("desk:session", args=[ref]) + "#invited",
        title=_("Invite community leaders"),
        submit=_("Invite"),
        back=reverse("desk:session", args=[ref]),
    )


def attendance(request: Any, ref: str) -> HttpResponse:
    """Say who of the invited came, and what a training was about."""
    event = queries.event(request.actor, ref)
    lines = community_queries.leader_lines(request.actor, event)
    training = event.meant_for == Audience.LEADER_TRAINING
    form = AttendanceForm(request.POST or None, lines=lines, training=training, initial={"topics": event.topics})
    return deed.page(
        request,
        form,
        lambda act, v: record_attendance(act, event, form.came(), v.get("topics", ())),
        done=_("Who came is kept."),
        to=reverse("desk:session", args=[ref]) + "#invited",
        title=_("Who came?"),
        back=reverse("desk:session", args=[ref]),
    )


def _words() -> dict[str, Any]:
    reader = get_language() or "en"
    return {"countries": country_names(reader), "languages": language_names(reader)}
