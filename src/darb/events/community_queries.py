"""Reads about community leaders, their seminars and trainings, and rumours."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, F, Value, When

from darb.rules.refusal import Missing
from darb.rules.words import _
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .community_actions import why_not_invited
from .community_models import CommunityLeader, LeaderLine, Rumour, RumourState
from .models import Event


def leaders(actor: Actor) -> list[CommunityLeader]:
    """Community leaders in sight, those that we work with first, by name. One statement."""
    if not actor.sees(DataClass.WHEREABOUTS):
        return []
    found = CommunityLeader.objects.select_related("site")
    return list(found.order_by(F("ended").asc(nulls_first=True), "name", "pk"))


def leader(actor: Actor, ref: str) -> CommunityLeader:
    """One leader; Missing if there is none in sight. Who doesn't see protection matters sees no risk note."""
    found = next((x for x in leaders(actor) if x.ref == ref), None)
    if found is None:
        raise Missing("no_leader", _("No such community leader is within your reach."))
    return found


def lines_of(actor: Actor, of: CommunityLeader) -> list[LeaderLine]:
    """The seminars and trainings that a leader was invited to, the newest first."""
    return list(of.lines.select_related("event__site").order_by("-event__starts_at"))


def leader_lines(actor: Actor, of: Event) -> list[LeaderLine]:
    """Who is invited to a session, by name."""
    return list(of.leader_lines.select_related("leader").order_by("leader__name", "pk"))


def to_invite(actor: Actor, to: Event) -> list[CommunityLeader]:
    """The leaders who can be invited to a session and aren't yet, those of its place first."""
    invited = set(to.leader_lines.values_list("leader_id", flat=True))
    free = [x for x in leaders(actor) if x.pk not in invited and not why_not_invited(x, to.meant_for)]
    return sorted(free, key=lambda x: x.site_id != to.site_id)


def rumours(actor: Actor, limit: int = 200) -> list[Rumour]:
    """Rumours: those that wait to be checked or answered first, then talking points, then those let go."""
    order = (RumourState.HEARD, RumourState.CHECKED, RumourState.ANSWERED, RumourState.RETIRED)
    place = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(order)), default=Value(len(order)))
    return list(Rumour.objects.select_related("site").order_by(place, "-heard_on", "-pk")[:limit])


def rumour(actor: Actor, ref: str) -> Rumour:
    """One rumour; Missing if there is none."""
    found = Rumour.objects.select_related("site").filter(ref=ref).first()
    if found is None:
        raise Missing("no_rumour", _("There is no such rumour."))
    return found


def told_at(actor: Actor, of: Rumour, limit: int = 50) -> list[Event]:
    """The sessions at which a rumour was answered, the newest first."""
    told = Event.objects.filter(talking_points__contains=[of.ref]).select_related("site")
    return list(told.order_by("-starts_at")[:limit])


def talking_points(actor: Actor, office: str) -> list[Rumour]:
    """Rumours with an answer, to be told at sessions: those heard at this office first, the newest first."""
    answered = Rumour.objects.filter(state=RumourState.ANSWERED).select_related("site")
    return sorted(answered.order_by("-answered_on", "-pk"), key=lambda r: r.office != office)


def points_by_refs(actor: Actor, refs: Collection[str]) -> list[Rumour]:
    """The rumours of these references."""
    return list(Rumour.objects.filter(ref__in=refs).order_by("pk")) if refs else []
