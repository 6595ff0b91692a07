"""Sessions and their lines, locked for a deed: in the right state, by a role that keeps them, within reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from darb.places.models import Site
from darb.rules.refusal import Forbidden, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act
from darb.trust.scopes import Where

from .models import Event, EventKind, EventLine, EventState

KEEPERS: dict[str, tuple[Role, ...]] = {
    EventKind.OUTREACH: (Role.OUTREACH_OFFICER, Role.MOBILE_TEAM_MEMBER),
    EventKind.CONSULAR: (Role.CONSULAR_OFFICER,),
}
"""Who plans, opens, closes and abandons sessions of a kind."""

_SAYS = {
    EventState.PLANNED: _("The session isn't open yet: open it first."),
    EventState.OPEN: _("The session is open already."),
    EventState.CLOSED: _("The session is closed: nothing in it changes any more."),
    EventState.ABANDONED: _("The session was abandoned: nothing in it changes any more."),
}


def kept_by(act: Act, kind: str) -> None:
    """Refuse who doesn't keep sessions of this kind."""
    if not act.actor.has(*KEEPERS[kind]):
        raise Forbidden("not_keeper", _("Sessions of this kind are kept by another role."), who=KEEPERS[kind][0])


def hold_event(
    act: Act, event: Event, states: Collection[str], *, kind: str = "", expected: int | None = None
) -> Event:
    """Lock `event` for this deed: it stands in one of `states`, is of `kind`, and the page showed its version."""
    held = Event.objects.select_for_update(of=("self",)).select_related("site").filter(pk=event.pk).first()
    if held is None or (kind and held.kind != kind):
        raise Missing("no_event", _("There is no such session."))
    at_site(act, held.site)
    if held.state not in states:
        raise Refused("event_state", _SAYS[EventState(held.state)])
    if expected is not None and expected != held.version:
        raise Stale(
            "stale",
            _("Somebody changed this session since you opened the page: load it again, then repeat your change."),
        )
    act.subject = held.ref
    return held


def hold_lines(act: Act, event: Event, lines: Iterable[int]) -> dict[int, EventLine]:
    """Lines of a held event by id, with their persons and cases, all in sight and within reach."""
    wanted = set(lines)
    rows = EventLine.objects.filter(pk__in=wanted, event=event).select_related("person", "case").order_by("pk")
    held = {line.pk: line for line in rows}
    if len(held) != len(wanted):
        raise Missing("no_line", _("Somebody on this list isn't within your reach any more: load the page again."))
    act.within({line.scope_id for line in held.values()})
    return held


def at_site(act: Act, site: Site) -> int:
    """The scope of what is kept at `site` before anybody has a file; refuses a site out of reach."""
    scope = scopes.scope_id(Where(site.office, site.code))
    act.within([scope])
    return scope
