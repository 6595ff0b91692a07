"""Community leaders: kept, verified by a second officer, invited to seminars and trainings, and what came of those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from darb.places.models import Country, Site
from darb.rules.names import digits
from darb.rules.reference import new_reference
from darb.rules.refusal import Invalid, Missing, Refusal, Refused, Stale
from darb.rules.words import _
from darb.trust.action import Act, action
from darb.trust.copying import copy_in

from .callback import tidy_hours
from .community_models import Attendance, CommunityLeader, LeaderLine, TrainedOn
from .keeping import at_site, hold_event
from .models import FOR_LEADERS, Audience, Event, EventKind, EventState


@dataclass(frozen=True)
class ToldLeader:
    """A community leader as they told who they are. `community`: alpha-3; `site`: where we meet them."""

    name: str
    community: str
    site: Site
    area: str = ""
    phone: str = ""
    hours: str = ""
    languages: Sequence[str] = ()
    code_signed: date | None = None
    risk_note: str | None = None
    """None: the writer doesn't see this note, and leaves it as it is."""


@action("events.keep_leader")
def keep_leader(
    act: Act, told: ToldLeader, leader: CommunityLeader | None = None, *, expected: int | None = None
) -> CommunityLeader:
    """Keep a leader that is new, or correct what is kept of one. A change of name or phone asks for verifying again."""
    _check(act, told)
    if leader is None:
        held = CommunityLeader(ref=new_reference(), account_id=act.actor.account_id, version=0)
        act.within([at_site(act, told.site)])
    else:
        held = hold_leader(act, leader, expected=expected)
    phone = digits(told.phone)
    if (held.name, held.phone) != (told.name.strip(), phone):
        held.verified_at, held.verified_by = None, None
        held.account_id = act.actor.account_id
    if phone and CommunityLeader.objects.filter(phone=phone, ended=None).exclude(pk=held.pk).exists():
        raise Invalid("leader_phone", _("Another leader has this number: one of the two is wrong."), field="phone")
    held.scope_id = at_site(act, told.site)
    held.name, held.community, held.site = told.name.strip(), told.community, told.site
    held.area, held.phone, held.hours = told.area.strip(), phone, tidy_hours(told.hours)
    held.languages, held.code_signed = list(told.languages), told.code_signed
    held.risk_note = held.risk_note if told.risk_note is None else told.risk_note.strip()
    held.version += 1
    held.save()
    act.subject = held.ref
    return held


@action("events.verify_leader")
def verify_leader(act: Act, leader: CommunityLeader, *, expected: int | None = None) -> CommunityLeader:
    """Say that somebody is who they say and is listened to; by another officer than the one who wrote it."""
    held = hold_leader(act, leader, expected=expected)
    if held.account_id == act.actor.account_id:
        raise Refused("leader.own_word", _("Another officer than the one who wrote this name verifies it."))
    if held.verified_at:
        raise Refused("leader.verified", _("This leader is verified already."))
    held.verified_at, held.verified_by = act.at, act.actor.account_id
    held.version += 1
    held.save()
    return held


@action("events.end_leader")
def end_leader(act: Act, leader: CommunityLeader, because: str, *, expected: int | None = None) -> CommunityLeader:
    """Work with a leader no longer, with the reason."""
    held = hold_leader(act, leader, expected=expected)
    if not because.strip():
        raise Invalid("reason_needed", _("Write the reason: it stays with the decision."), field="because")
    held.ended, held.ended_because = act.day, because.strip()
    held.version += 1
    held.save()
    return held


@action("events.invite_leaders")
def invite(act: Act, event: Event, leaders: Sequence[CommunityLeader]) -> list[LeaderLine]:
    """Invite leaders to a seminar or a training, all or none. One invited already isn't invited twice."""
    held = _for_leaders(act, event)
    rows = list(CommunityLeader.objects.filter(pk__in=[x.pk for x in leaders]).order_by("pk"))
    if not rows or len(rows) != len({x.pk for x in leaders}):
        raise Missing("no_leader", _("No such community leader is within your reach."))
    act.within({x.scope_id for x in rows})
    for leader in rows:
        if refusals := why_not_invited(leader, held.meant_for):
            raise Refused.because(refusals[0])
    there = set(held.leader_lines.values_list("leader_id", flat=True))
    lines = [LeaderLine(scope_id=x.scope_id, event=held, leader=x) for x in rows if x.pk not in there]
    act.detail = {"invited": len(lines)}
    return copy_in(lines)


@action("events.record_attendance")
def record_attendance(act: Act, event: Event, came: Mapping[int, str], topics: Sequence[str] = ()) -> int:
    """Say who of the invited came, by line; gives how many are said. Who attended is trained on `topics` of a training
    once its session closes.
    """
    held = _for_leaders(act, event)
    lines = {x.pk: x for x in held.leader_lines.select_for_update().order_by("pk")}
    if set(came) - set(lines):
        raise Missing("no_leader", _("No such community leader is within your reach."))
    act.within({lines[pk].scope_id for pk in came})
    if set(came.values()) - {"", *Attendance.values} or set(topics) - set(TrainedOn.values):
        raise Invalid("bad_attendance", _("Choose what came of the invitation, and the topics, from the lists."))
    for pk, attendance in came.items():
        line = lines[pk]
        line.attendance, line.at, line.account_id = attendance, act.at, act.actor.account_id
    LeaderLine.objects.bulk_update([lines[pk] for pk in came], ["attendance", "at", "account_id"])
    held.topics = [t for t in TrainedOn.values if t in topics]
    held.version += 1
    held.save()
    act.detail = {"attendance": sorted(set(came.values()))}
    return sum(1 for attendance in came.values() if attendance)


def why_not_invited(leader: CommunityLeader, meant_for: str) -> tuple[Refusal, ...]:
    """Why a leader can't be invited. A training is open to whoever isn't verified yet: the code is signed there. A
    seminar isn't: whoever attends it carries our messages and cards.
    """
    if leader.ended:
        return (Refusal("leader.ended", _("We work with {name} no longer."), {"name": leader.name}),)
    return () if meant_for == Audience.LEADER_TRAINING else why_not_trusted(leader)


def why_not_trusted(leader: CommunityLeader) -> tuple[Refusal, ...]:
    """Why a leader doesn't carry our messages and cards yet; empty if they do."""
    reasons = []
    if leader.verified_at is None:
        reasons.append(
            Refusal("leader.unverified", _("No second officer has verified {name} yet."), {"name": leader.name})
        )
    if leader.code_signed is None:
        reasons.append(
            Refusal("leader.no_code", _("{name} hasn't signed the code of conduct yet."), {"name": leader.name})
        )
    return tuple(reasons)


def close_for_leaders(event: Event) -> None:
    """What closing a leaders' session needs and does: an outcome for everyone invited; who attended a training is
    trained on its topics.
    """
    lines = list(event.leader_lines.select_related("leader"))
    if not lines:
        raise Refused("leaders.nobody", _("Nobody is invited: invite the leaders who came, then say so."))
    if missing := sum(not x.attendance for x in lines):
        raise Refused("leaders.untold", _("{missing} invited have no outcome yet: say who came."), missing=missing)
    if event.meant_for != Audience.LEADER_TRAINING:
        return
    if not event.topics:
        raise Refused("leaders.no_topic", _("Say what the training was about before you close it."))
    trained = [x.leader for x in lines if x.attendance == Attendance.ATTENDED]
    for leader in trained:
        leader.trained_on = [t for t in TrainedOn.values if t in {*leader.trained_on, *event.topics}]
    CommunityLeader.objects.bulk_update(trained, ["trained_on"])


def hold_leader(act: Act, leader: CommunityLeader, *, expected: int | None = None) -> CommunityLeader:
    """Lock a leader that we work with, in sight and within reach, at the version that the page showed."""
    held = CommunityLeader.objects.select_for_update().filter(pk=leader.pk).first()
    if held is None:
        raise Missing("no_leader", _("No such community leader is within your reach."))
    act.within([held.scope_id])
    if held.ended:
        raise Refused("leader.ended", _("We work with {name} no longer."), name=held.name)
    if expected is not None and expected != held.version:
        raise Stale(
            "stale",
            _("Somebody changed this leader since you opened the page: load it again, then repeat your change."),
        )
    act.subject = held.ref
    return held


def _for_leaders(act: Act, event: Event) -> Event:
    held = hold_event(act, event, (EventState.PLANNED,), kind=EventKind.OUTREACH)
    if held.meant_for not in FOR_LEADERS:
        raise Refused("not_for_leaders", _("This session isn't for community leaders: nobody is invited by name."))
    return held


def _check(act: Act, told: ToldLeader) -> None:
    if not told.name.strip():
        raise Invalid("no_name", _("Write the name, in whatever script it was told."), field="name")
    if not Country.objects.filter(pk=told.community).exists():
        raise Invalid(
            "no_country",
            _("{code} is not a country's three-letter code."),
            field="community",
            code=told.community or "''",
        )
    if told.phone and not 6 <= len(digits(told.phone)) <= 15:
        raise Invalid(
            "bad_phone", _("A phone number has 6 to 15 digits: check {number}."), field="phone", number=told.phone
        )
    if told.code_signed and told.code_signed > act.day:
        raise Invalid("signed_later", _("A code that is signed was signed today or before."), field="code_signed")
