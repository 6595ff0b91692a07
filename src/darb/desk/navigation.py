"""What the frame of every page shows: the side navigation, the roles of the account, the day."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from darb.rules.roles import Role
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from . import door


class Link(NamedTuple):
    """A link of the navigation, and who it is for: holders of one of `powers`, or readers of one data class."""

    label: Any
    page: str
    icon: str
    powers: tuple[str, ...] = ()
    sees: DataClass | None = None
    inside: bool = False
    """For the mission's own staff: receiving missions have nothing behind it."""

    def is_for(self, actor: Actor) -> bool:
        """Whether this actor can do something with it."""
        if self.powers and not any(actor.may(p) for p in self.powers):
            return False
        if self.inside and not inside(actor):
            return False
        return self.sees is None or actor.sees(self.sees)


def inside(actor: Actor) -> bool:
    """Whether this is the mission's own staff, and not only a receiving mission's."""
    return actor.house or bool(actor.roles - {Role.RECEIVING_MISSION_OFFICER})


D1, D3 = DataClass.IDENTITY, DataClass.TRAVEL_DOCUMENT
_SESSIONS = ("events.plan", "events.take_lead", "events.record_outcome")
_EXPECT = ("cases.end_appointment", "events.record_contact")
_DISTRIBUTE = ("assistance.hand_out", "assistance.keep_agreement")
_RUMOURS = ("events.hear_rumour", "events.check_rumour", "events.answer_rumour")
GROUPS: tuple[tuple[Any, tuple[Link, ...]], ...] = (
    (
        "",
        (
            Link(_("Today"), "desk:home", "home"),
            Link(_("My tasks"), "desk:tasks", "checklist", ("cases.do_task",)),
        ),
    ),
    (
        _("People"),
        (
            Link(_("Find a person"), "desk:search", "user-search", sees=D1),
            Link(_("Register"), "desk:register", "user-plus", ("cases.register",)),
            Link(_("From a sheet"), "desk:import", "upload", ("cases.register",)),
            Link(_("Appointments"), "desk:appointments", "calendar-event", _EXPECT),
            Link(_("Move people"), "desk:move_people", "bus", ("people.move",)),
            Link(
                _("Distributions"),
                "desk:distributions",
                "package",
                ("assistance.hand_out", "assistance.keep_agreement"),
            ),
            Link(_("Families to reunite"), "desk:tracing", "heart-handshake", ("people.check_trace",)),
            Link(_("Registered twice?"), "desk:identity_queue", "user-question", ("people.judge",)),
        ),
    ),
    (
        _("Sessions"),
        (
            Link(_("Sessions"), "desk:sessions", "speakerphone", _SESSIONS),
            Link(_("Hotline"), "desk:hotline", "phone", ("events.record_call", "events.take_over_call")),
            Link(_("Call sheet"), "desk:call_sheet", "list-check", ("events.record_contact",)),
            Link(_("Community leaders"), "desk:leaders", "users-group", ("events.keep_leader", "events.verify_leader")),
            Link(_("Rumours"), "desk:rumours", "message-2", _RUMOURS),
            Link(_("Asked by embassies"), "desk:embassy_questions", "shield-half", ("events.settle_question",)),
            Link(_("Travel documents"), "desk:papers", "e-passport", ("people.take_in",)),
        ),
    ),
    (
        _("Voluntary return"),
        (
            Link(_("Cases"), "desk:cases", "briefcase", sees=D1),
            Link(_("Who can fly?"), "desk:work", "plane-departure", inside=True),
            Link(_("Clinic"), "desk:clinic", "stethoscope", ("care.prepare_exam",)),
            Link(_("What went wrong"), "desk:incidents", "alert-triangle", ("cases.tell_incident",)),
            Link(_("Exit visas"), "desk:visas", "ticket", sees=D3),
            Link(_("Releases"), "desk:releases", "door-exit", ("cases.request_release",)),
            Link(_("Flights"), "desk:flights", "plane", sees=D1),
            Link(_("Plans"), "desk:plans", "calendar-event", sees=D1),
            Link(_("Room at home"), "desk:receiving", "home", ("movements.advance", "movements.agree_capacity")),
            Link(_("Arrivals"), "desk:handovers", "plane-arrival", ("movements.accept_handover",)),
        ),
    ),
    (
        _("The mission"),
        (
            Link(_("Flights in figures"), "desk:movement_figures", "chart-bar", inside=True),
            Link(_("Screening and health in figures"), "desk:health_figures", "chart-bar", inside=True),
            Link(_("Outreach in figures"), "desk:outreach_figures", "chart-bar", inside=True),
            Link(_("Visas and releases in figures"), "desk:exit_figures", "chart-bar", inside=True),
            Link(_("Places"), "desk:sites", "map-pin"),
            Link(_("Closed routes"), "desk:routes", "ban"),
            Link(_("Opened in an emergency"), "desk:openings", "key", ("care.review_opening",)),
            Link(_("Who decides from afar"), "desk:delegations", "gavel", ("trust.delegate",)),
        ),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: groups of links for the roles of this account, the roles themselves, and the day."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"navigation": []}
    groups = [
        (label, [(link.label, reverse(link.page), link.icon, None) for link in links if link.is_for(actor)])
        for label, links in GROUPS
    ]
    return {
        "navigation": [(gettext(str(label)) if label else "", links) for label, links in groups if links],
        "role_names": sorted(actor.roles),
        "today": door.today(),
    }
