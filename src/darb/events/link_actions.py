"""The link of an online session: measured before it opens, signed for where it fails, and followed when it drops."""

from __future__ import annotations

from darb.rules.refusal import Invalid, Refused
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import change_in

from .keeping import hold_event
from .models import ConnectivityCheck, Event, EventKind, EventState, LinkDrop, Mode
from .opening import FALLBACKS, Link, faults, newest_check

ANOTHER_DAY = "reschedule"
"""The fallback by which nobody more is heard in this session."""
NOT_HEARD = "not_heard"


@action("events.check_connectivity")
def check_connectivity(act: Act, event: Event, link: Link) -> ConnectivityCheck:
    """Keep a measurement of the link, passed or not. The newest of the day decides about opening."""
    held = hold_event(act, event, (EventState.PLANNED, EventState.OPEN), kind=EventKind.CONSULAR)
    if held.mode != Mode.ONLINE:
        raise Invalid("not_online", _("Only an online session needs its link checked."), field="mode")
    if min(link.down_mbps, link.up_mbps, link.latency_ms or 0) < 0 or max(link.down_mbps, link.up_mbps) > 100_000:
        raise Invalid("bad_speed", _("Write speeds in Mbit/s, as the test shows them."), field="down_mbps")
    if link.fallback and link.fallback not in FALLBACKS:
        raise Invalid("bad_fallback", _("Choose what is done when the link drops."), field="fallback")
    check = ConnectivityCheck.objects.create(
        event=held,
        at=act.at,
        down_mbps=link.down_mbps,
        up_mbps=link.up_mbps,
        latency_ms=link.latency_ms,
        camera=link.camera,
        sound=link.sound,
        backup_power=link.backup_power,
        passed=not faults(link),
        fallback=link.fallback,
        provider=link.provider.strip(),
        place=link.place.strip(),
        account_id=act.actor.account_id,
    )
    act.detail = {"passed": check.passed, "down": link.down_mbps, "up": link.up_mbps}
    return check


@action("events.accept_link")
def accept_link(act: Act, event: Event, because: str) -> ConnectivityCheck:
    """Sign the exception that lets a session open over a link that failed today's check, with the reason.

    Whoever keeps the session doesn't sign for it: somebody above it does (the power is theirs).
    """
    held = hold_event(act, event, (EventState.PLANNED,), kind=EventKind.CONSULAR)
    if not because.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="because")
    check = newest_check(list(held.checks.all()), act.at)
    if check is None or check.passed:
        raise Refused("nothing_to_accept", _("There is no failed check of today that an exception could be made from."))
    check.exception_because, check.exception_by, check.exception_at = because.strip(), act.actor.account_id, act.at
    check.save(update_fields=["exception_because", "exception_by", "exception_at"])
    act.detail = {"check": check.pk}
    return check


@action("events.drop_link")
def drop_link(act: Act, event: Event) -> LinkDrop:
    """The link of an open session is lost, at the moment of `act`. What was entered stands."""
    held = hold_event(act, event, (EventState.OPEN,), kind=EventKind.CONSULAR)
    if held.mode != Mode.ONLINE:
        raise Invalid("not_online", _("Only an online session needs its link checked."), field="mode")
    if held.drops.filter(ended_at=None).exists():
        raise Refused("down_already", _("It is recorded already that the link dropped."))
    return LinkDrop.objects.create(event=held, at=act.at, account_id=act.actor.account_id)


@action("events.resume_link")
def resume_link(act: Act, event: Event, on: str) -> LinkDrop:
    """The session went on over another line (`on`, a code of `FALLBACKS`), at the moment of `act`.

    Where it waits for another day, everyone in sight without an outcome wasn't heard, to be booked again.
    """
    held = hold_event(act, event, (EventState.OPEN,), kind=EventKind.CONSULAR)
    if on not in FALLBACKS:
        raise Invalid("bad_fallback", _("Choose what is done when the link drops."), field="on")
    drop = held.drops.select_for_update().filter(ended_at=None).first()
    if drop is None:
        raise Refused("link_holds", _("The link isn't recorded as dropped."))
    drop.ended_at, drop.on = act.at, on
    drop.save(update_fields=["ended_at", "on"])
    unheard = list(held.lines.filter(outcome="").order_by("pk")) if on == ANOTHER_DAY else []
    for line in unheard:
        line.outcome, line.at, line.account_id = NOT_HEARD, act.at, act.actor.account_id
    change_in(unheard, ["outcome", "at", "account_id"])
    act.persons = [line.person_id for line in unheard]
    act.detail = {"on": on, "minutes": round((act.at - drop.at).total_seconds() / 60), "unheard": len(unheard)}
    return drop
